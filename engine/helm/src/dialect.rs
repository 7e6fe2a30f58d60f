//! Where Helm 3 and Helm 4 differ: every difference of behaviour or text is decided by a method of [`Dialect`].
//!
//! The rest of the crate asks these questions and never which version it is.

/// Which Helm's behaviour to reproduce.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Dialect {
    /// Helm 3.22.
    Helm3,
    /// Helm 4.3, what Argo CD 3.5 and later and Flux carry.
    #[default]
    Helm4,
}

impl Dialect {
    /// Reads `3` or `4`, with or without a leading `v` and further version parts (`v3.22.0`).
    pub fn parse(text: &str) -> Option<Dialect> {
        let text = text.strip_prefix('v').unwrap_or(text);
        match text.split('.').next() {
            Some("3") => Some(Dialect::Helm3),
            Some("4") => Some(Dialect::Helm4),
            _ => None,
        }
    }

    /// What `.Capabilities.HelmVersion` says of itself.
    pub(crate) fn helm_version(self) -> HelmVersion {
        match self {
            Dialect::Helm3 => HelmVersion { version: "v3.22.0", go: "go1.26.8", kube_client: None },
            Dialect::Helm4 => HelmVersion { version: "v4.3", go: "go1.26.8", kube_client: Some("v1.37") },
        }
    }

    /// Whether `values.yaml` and `-f` files may hold several documents, merged in order.
    pub(crate) fn merges_value_documents(self) -> bool {
        self == Dialect::Helm4
    }

    /// Whether coalescing drops the nulls of a chart's own defaults, so that they neither shadow globals nor print.
    pub(crate) fn drops_default_nulls(self) -> bool {
        self == Dialect::Helm4
    }

    /// Whether an alias gets its own copies of the chart's subcharts and of their dependency entries.
    ///
    /// Where it does not, processing one alias is seen by every other alias of the same chart.
    pub(crate) fn copies_aliased_chart(self) -> bool {
        self == Dialect::Helm4
    }

    /// Whether `--set-json` takes a whole object besides `key=value` pairs.
    pub(crate) fn set_json_takes_object(self) -> bool {
        self == Dialect::Helm4
    }

    /// Whether `.Chart` is a map of the metadata; a struct otherwise.
    pub(crate) fn chart_is_map(self) -> bool {
        self == Dialect::Helm4
    }

    /// Whether `--kube-version` keeps its suffix (`-gke.1`) in what templates read.
    pub(crate) fn keeps_kube_suffix(self) -> bool {
        self == Dialect::Helm4
    }

    /// Whether white space before and after documents is kept when manifests are split.
    pub(crate) fn keeps_document_tail(self) -> bool {
        self == Dialect::Helm4
    }

    /// Whether webhook configurations come right after API services; with unknown kinds, by name, otherwise.
    pub(crate) fn orders_webhooks(self) -> bool {
        self == Dialect::Helm4
    }

    /// Whether errors of execution are shown as a trace, a line for each template.
    pub(crate) fn traces_errors(self) -> bool {
        self == Dialect::Helm4
    }

    /// The largest single file of a chart, in bytes, where there is such a limit.
    pub(crate) fn largest_file(self) -> Option<u64> {
        match self {
            Dialect::Helm3 => Some(crate::limits::FILE_BYTES),
            Dialect::Helm4 => None,
        }
    }

    /// Whether a chart's `apiVersion` has to be one that is known.
    pub(crate) fn checks_chart_version(self) -> bool {
        self == Dialect::Helm4
    }

    /// Whether the reason why a package can't be read is left out of the message.
    pub(crate) fn hides_package_errors(self) -> bool {
        self == Dialect::Helm4
    }

    /// How Helm calls the limit on a whole chart: `maximum file size` or `maximum size`.
    pub(crate) fn chart_limit_name(self) -> &'static str {
        match self {
            Dialect::Helm3 => "maximum file size",
            Dialect::Helm4 => "maximum size",
        }
    }

    /// The Go package of the types that chart files are read into, as it appears in decoding errors.
    pub(crate) fn chart_package(self) -> &'static str {
        match self {
            Dialect::Helm3 => "chart",
            Dialect::Helm4 => "v2",
        }
    }

    /// The Go package of the type that a manifest's head is read into.
    pub(crate) fn release_package(self) -> &'static str {
        match self {
            Dialect::Helm3 => "releaseutil",
            Dialect::Helm4 => "util",
        }
    }

    /// Go's name of the type of `.Values`.
    pub(crate) fn values_type(self) -> &'static &'static str {
        match self {
            Dialect::Helm3 => &"chartutil.Values",
            Dialect::Helm4 => &"common.Values",
        }
    }

    /// Go's name of the type of `.Capabilities.APIVersions`.
    pub(crate) fn version_set_type(self) -> &'static str {
        match self {
            Dialect::Helm3 => "chartutil.VersionSet",
            Dialect::Helm4 => "common.VersionSet",
        }
    }

    /// Go's name of the type of `.Capabilities`.
    pub(crate) fn capabilities_type(self) -> &'static str {
        match self {
            Dialect::Helm3 => "*chartutil.Capabilities",
            Dialect::Helm4 => "*common.Capabilities",
        }
    }

    /// Go's name of the type of `.Capabilities.KubeVersion`.
    pub(crate) fn kube_version_type(self) -> &'static str {
        match self {
            Dialect::Helm3 => "chartutil.KubeVersion",
            Dialect::Helm4 => "common.KubeVersion",
        }
    }

    /// What stands before the errors of dependency processing.
    pub(crate) fn dependency_error_prefix(self) -> &'static str {
        match self {
            Dialect::Helm3 => "",
            Dialect::Helm4 => "chart dependencies processing failed: ",
        }
    }

    /// What stands before the errors about a release's name, given the name.
    pub(crate) fn release_name_error(self, name: &str, reason: &str) -> String {
        match self {
            Dialect::Helm3 => format!("release name {}: {reason}", fairlead_template::go::quote::quote(name)),
            Dialect::Helm4 => format!(
                "release name check failed: release name {}: {reason}",
                fairlead_template::go::quote::quote(name)
            ),
        }
    }

    /// The error for dependencies that `Chart.yaml` names and `charts/` lacks.
    pub(crate) fn missing_dependencies(self, names: &str) -> String {
        let missing = format!("found in Chart.yaml, but missing in charts/ directory: {names}");
        match self {
            Dialect::Helm3 => format!(
                "An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing dependencies: {missing}"
            ),
            Dialect::Helm4 => format!(
                "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: {missing}"
            ),
        }
    }

    /// One line of Helm's log on standard error: Helm 3 prints the text, Helm 4 structured fields.
    pub(crate) fn log(self, plain: String, level: &str, message: &str, fields: &[(&str, &str)]) -> String {
        if self == Dialect::Helm3 {
            return plain;
        }
        let mut line = format!("level={level} msg={}", field(message));
        for (name, value) in fields {
            line.push(' ');
            line.push_str(name);
            line.push('=');
            line.push_str(&field(value));
        }
        line
    }
}

impl From<Dialect> for fairlead_template::Dialect {
    fn from(dialect: Dialect) -> fairlead_template::Dialect {
        match dialect {
            Dialect::Helm3 => fairlead_template::Dialect::Helm3,
            Dialect::Helm4 => fairlead_template::Dialect::Helm4,
        }
    }
}

/// What `.Capabilities.HelmVersion` holds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HelmVersion {
    pub(crate) version: &'static str,
    pub(crate) go: &'static str,
    pub(crate) kube_client: Option<&'static str>,
}

/// A value of a structured log line, quoted where Go's text handler quotes.
fn field(text: &str) -> String {
    let plain =
        !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() && c != '"' && c != '=' && c != '\\');
    if plain { text.to_owned() } else { fairlead_template::go::quote::quote(text) }
}
