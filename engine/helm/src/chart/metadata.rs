//! `Chart.yaml`: the fields Helm knows, how it reads them and what it refuses.

use fairlead_yaml::{Map, Str, Value};

use crate::decode::{Decoder, Fields};
use crate::dialect::Dialect;

/// What `Chart.yaml` (and `requirements.yaml` of older charts) says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Metadata {
    /// The chart's name, one path segment.
    pub name: Str,
    /// The address of the project's page.
    pub home: Str,
    /// The addresses of the sources.
    pub sources: Option<Vec<Str>>,
    /// The chart's version, a semantic version.
    pub version: Str,
    /// One sentence on the chart.
    pub description: Str,
    /// Words to find it by.
    pub keywords: Option<Vec<Str>>,
    /// Who keeps it; `None` for a null entry, which validation refuses.
    pub maintainers: Option<Vec<Option<Maintainer>>>,
    /// The address of an icon.
    pub icon: Str,
    /// `v1` or `v2`.
    pub api_version: Str,
    /// The condition under which the chart is enabled (without effect, kept for templates).
    pub condition: Str,
    /// Tags (without effect, kept for templates).
    pub tags: Str,
    /// The version of what the chart installs.
    pub app_version: Str,
    /// Whether users should move on.
    pub deprecated: bool,
    /// Free annotations.
    pub annotations: Option<Vec<(Str, Str)>>,
    /// A constraint on the cluster's version.
    pub kube_version: Str,
    /// The charts this one depends on; `None` for a null entry, which validation refuses.
    pub dependencies: Option<Vec<Option<Dependency>>>,
    /// `application` (or empty) or `library`.
    pub kind: Str,
}

/// A person who keeps a chart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Maintainer {
    /// The name.
    pub name: Str,
    /// The e-mail address.
    pub email: Str,
    /// A page.
    pub url: Str,
}

/// One entry of `dependencies`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dependency {
    /// The name of the chart.
    pub name: Str,
    /// A constraint on its version.
    pub version: Str,
    /// The repository to fetch it from: `https://…`, `oci://…`, `file://…`, `@name` or empty.
    pub repository: Str,
    /// Comma-separated value paths; the first that holds a boolean decides.
    pub condition: Str,
    /// Tags that enable or disable it together with others.
    pub tags: Option<Vec<Str>>,
    /// Whether it takes part in rendering; set by processing.
    pub enabled: bool,
    /// What to import from the subchart's values.
    pub import_values: Option<Vec<Value>>,
    /// The name it goes by within the parent.
    pub alias: Str,
}

/// Why a chart's metadata is refused; displays as Helm's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("validation: {0}")]
pub struct ValidationError(pub(crate) String);

impl Metadata {
    /// The name under `dependencies` that a chart goes by: the alias where there is one.
    pub fn is_library(&self) -> bool {
        self.kind.eq_ignore_ascii_case("library")
    }

    /// The entries of `dependencies` that are not null.
    pub fn dependencies(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().flatten().flatten()
    }

    /// The metadata as `helm show chart` prints it.
    pub fn to_yaml(&self) -> Result<String, fairlead_yaml::emit::Error> {
        fairlead_yaml::emit::to_string(&self.encoded(), fairlead_yaml::Style::V2)
    }

    /// The fields that are not empty, under their names in `Chart.yaml`.
    fn encoded(&self) -> Value {
        let text = |text: &Str| Some(Value::String(text.clone())).filter(|_| !text.is_empty());
        let texts = |list: &Option<Vec<Str>>| {
            let list: Vec<Value> = list.iter().flatten().cloned().map(Value::String).collect();
            Some(Value::List(list)).filter(|list| list.as_list().is_some_and(|list| !list.is_empty()))
        };
        let objects = |list: Vec<Value>| (!list.is_empty()).then_some(Value::List(list));
        let annotations =
            self.annotations.iter().flatten().map(|(key, value)| (key.clone(), Value::String(value.clone())));
        let annotations: Map = annotations.collect();
        record([
            ("name", text(&self.name)),
            ("home", text(&self.home)),
            ("sources", texts(&self.sources)),
            ("version", text(&self.version)),
            ("description", text(&self.description)),
            ("keywords", texts(&self.keywords)),
            (
                "maintainers",
                objects(self.maintainers.iter().flatten().flatten().map(Maintainer::encoded).collect()),
            ),
            ("icon", text(&self.icon)),
            ("apiVersion", text(&self.api_version)),
            ("condition", text(&self.condition)),
            ("tags", text(&self.tags)),
            ("appVersion", text(&self.app_version)),
            ("deprecated", self.deprecated.then_some(Value::Bool(true))),
            ("annotations", (!annotations.is_empty()).then_some(Value::Map(annotations))),
            ("kubeVersion", text(&self.kube_version)),
            ("dependencies", objects(self.dependencies().map(Dependency::encoded).collect())),
            ("type", text(&self.kind)),
        ])
    }

    /// Reads the fields that `document` has over the ones there are, as Go's decoder fills a struct.
    pub(crate) fn read(&mut self, document: &Value, dialect: Dialect) -> Result<(), String> {
        let mut decoder = Decoder::new(dialect.chart_package());
        decoder.root(document, "Metadata", |fields, decoder| self.fill(fields, decoder));
        decoder.finish()
    }

    fn fill(&mut self, fields: &Fields<'_>, decoder: &mut Decoder) {
        fields.each(
            decoder,
            |name, field, decoder| match name {
                "annotations" => decoder.string_map(field, &mut self.annotations),
                "apiVersion" => decoder.string(field, &mut self.api_version),
                "appVersion" => decoder.string(field, &mut self.app_version),
                "condition" => decoder.string(field, &mut self.condition),
                "dependencies" => {
                    decoder.objects(field, "Dependency", &mut self.dependencies, Dependency::fill)
                }
                "deprecated" => decoder.boolean(field, &mut self.deprecated),
                "description" => decoder.string(field, &mut self.description),
                "home" => decoder.string(field, &mut self.home),
                "icon" => decoder.string(field, &mut self.icon),
                "keywords" => decoder.strings(field, &mut self.keywords),
                "kubeVersion" => decoder.string(field, &mut self.kube_version),
                "maintainers" => {
                    decoder.objects(field, "Maintainer", &mut self.maintainers, Maintainer::fill)
                }
                "name" => decoder.string(field, &mut self.name),
                "sources" => decoder.strings(field, &mut self.sources),
                "tags" => decoder.string(field, &mut self.tags),
                "type" => decoder.string(field, &mut self.kind),
                "version" => decoder.string(field, &mut self.version),
                _ => {}
            },
            &Self::NAMES,
        );
    }

    const NAMES: [&'static str; 17] = [
        "name",
        "home",
        "sources",
        "version",
        "description",
        "keywords",
        "maintainers",
        "icon",
        "apiVersion",
        "condition",
        "tags",
        "appVersion",
        "deprecated",
        "annotations",
        "kubeVersion",
        "dependencies",
        "type",
    ];

    /// Cleans every text and refuses what Helm refuses.
    pub(crate) fn validate(&mut self) -> Result<(), ValidationError> {
        let refuse = |text: String| Err(ValidationError(text));
        let texts = [
            &mut self.name,
            &mut self.description,
            &mut self.home,
            &mut self.icon,
            &mut self.condition,
            &mut self.tags,
            &mut self.app_version,
            &mut self.kube_version,
        ];
        texts.into_iter().for_each(sanitize);
        self.sources.iter_mut().flatten().for_each(sanitize);
        self.keywords.iter_mut().flatten().for_each(sanitize);
        if self.api_version.is_empty() {
            return refuse("chart.metadata.apiVersion is required".into());
        }
        if self.name.is_empty() {
            return refuse("chart.metadata.name is required".into());
        }
        let name = fairlead_template::go::quote::quote(&self.name);
        if &*self.name == "." || &*self.name == ".." {
            return refuse(format!("chart.metadata.name {name} is not allowed"));
        }
        if self.name.contains('/') {
            return refuse(format!("chart.metadata.name {name} is invalid"));
        }
        if self.version.is_empty() {
            return refuse("chart.metadata.version is required".into());
        }
        if !crate::version::is_valid(&self.version) {
            let version = fairlead_template::go::quote::quote(&self.version);
            return refuse(format!("chart.metadata.version {version} is invalid"));
        }
        if !matches!(&*self.kind, "" | "application" | "library") {
            return refuse("chart.metadata.type must be application or library".into());
        }
        for maintainer in self.maintainers.iter_mut().flatten() {
            match maintainer {
                Some(maintainer) => maintainer.sanitize(),
                None => return refuse("maintainers must not contain empty or null nodes".into()),
            }
        }
        self.validate_dependencies()
    }

    fn validate_dependencies(&mut self) -> Result<(), ValidationError> {
        let mut seen = std::collections::BTreeSet::new();
        for dependency in self.dependencies.iter_mut().flatten() {
            let Some(dependency) = dependency else {
                return Err(ValidationError("dependencies must not contain empty or null nodes".into()));
            };
            dependency.validate()?;
            if !seen.insert(dependency.name_or_alias().clone()) {
                let key = fairlead_template::go::quote::quote(dependency.name_or_alias());
                return Err(ValidationError(format!("more than one dependency with name or alias {key}")));
            }
        }
        Ok(())
    }
}

impl Maintainer {
    fn fill(&mut self, fields: &Fields<'_>, decoder: &mut Decoder) {
        fields.each(
            decoder,
            |name, field, decoder| match name {
                "email" => decoder.string(field, &mut self.email),
                "name" => decoder.string(field, &mut self.name),
                "url" => decoder.string(field, &mut self.url),
                _ => {}
            },
            &["name", "email", "url"],
        );
    }

    fn encoded(&self) -> Value {
        let text = |text: &Str| Some(Value::String(text.clone())).filter(|_| !text.is_empty());
        record([("name", text(&self.name)), ("email", text(&self.email)), ("url", text(&self.url))])
    }

    fn sanitize(&mut self) {
        [&mut self.name, &mut self.email, &mut self.url].into_iter().for_each(sanitize);
    }
}

impl Dependency {
    /// The name within the parent: the alias where there is one.
    pub fn name_or_alias(&self) -> &Str {
        if self.alias.is_empty() { &self.name } else { &self.alias }
    }

    pub(crate) fn fill(&mut self, fields: &Fields<'_>, decoder: &mut Decoder) {
        fields.each(
            decoder,
            |name, field, decoder| match name {
                "alias" => decoder.string(field, &mut self.alias),
                "condition" => decoder.string(field, &mut self.condition),
                "enabled" => decoder.boolean(field, &mut self.enabled),
                "import-values" => decoder.values(field, &mut self.import_values),
                "name" => decoder.string(field, &mut self.name),
                "repository" => decoder.string(field, &mut self.repository),
                "tags" => decoder.strings(field, &mut self.tags),
                "version" => decoder.string(field, &mut self.version),
                _ => {}
            },
            &["name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias"],
        );
    }

    /// The entry as `Chart.yaml` and `Chart.lock` have it: name and repository always, the rest where it is not empty.
    pub(crate) fn encoded(&self) -> Value {
        let text = |text: &Str| Some(Value::String(text.clone())).filter(|_| !text.is_empty());
        let list = |list: Vec<Value>| (!list.is_empty()).then_some(Value::List(list));
        record([
            ("name", Some(Value::String(self.name.clone()))),
            ("version", text(&self.version)),
            ("repository", Some(Value::String(self.repository.clone()))),
            ("condition", text(&self.condition)),
            ("tags", list(self.tags.iter().flatten().cloned().map(Value::String).collect())),
            ("enabled", self.enabled.then_some(Value::Bool(true))),
            ("import-values", list(self.import_values.clone().unwrap_or_default())),
            ("alias", text(&self.alias)),
        ])
    }

    fn validate(&mut self) -> Result<(), ValidationError> {
        let texts = [&mut self.name, &mut self.version, &mut self.repository, &mut self.condition];
        texts.into_iter().for_each(sanitize);
        self.tags.iter_mut().flatten().for_each(sanitize);
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if !self.alias.chars().all(plain) {
            let name = fairlead_template::go::quote::quote(&self.name);
            return Err(ValidationError(format!("dependency {name} has disallowed characters in the alias")));
        }
        Ok(())
    }
}

/// A mapping of the fields that there are.
fn record<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    Value::Map(fields.into_iter().filter_map(|(key, value)| Some((Str::from(key), value?))).collect())
}

/// Turns every kind of white space into a space and drops what cannot be printed.
fn sanitize(text: &mut Str) {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return;
    }
    let clean = |c: char| match c {
        c if c.is_whitespace() => Some(' '),
        c if fairlead_template::go::quote::is_print(c) => Some(c),
        _ => None,
    };
    *text = text.chars().filter_map(clean).collect::<String>().into();
}
