//! Reads `data/kubernetes/api.txt`; its README describes the format.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use crate::kubernetes::schema::{Field, Schema, SchemaId, Schemas};
use crate::kubernetes::version::Minor;

/// Kubernetes' API: the kinds of each version, their schemas, and what became of older kinds.
#[derive(Debug, Clone, Default)]
pub struct Api {
    minors: Vec<Minor>,
    kinds: Kinds<BTreeMap<Minor, SchemaId>>,
    gone: Kinds<Lifecycle>,
    schemas: Schemas,
}

/// What is known of kinds, by kind and `apiVersion`.
type Kinds<T> = BTreeMap<Arc<str>, BTreeMap<Arc<str>, T>>;

fn find<'k, T>(kinds: &'k Kinds<T>, api_version: &str, kind: &str) -> Option<&'k T> {
    kinds.get(kind)?.get(api_version)
}

/// What became of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifecycle {
    /// Since which version it is deprecated.
    pub deprecated: Option<Minor>,
    /// Since which version it is gone.
    pub removed: Option<Minor>,
    /// The `apiVersion` and kind to use instead.
    pub replacement: Option<(Arc<str>, Arc<str>)>,
}

impl fmt::Display for Lifecycle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = Vec::new();
        said.extend(self.deprecated.map(|minor| format!("deprecated since Kubernetes {minor}")));
        said.extend(self.removed.map(|minor| format!("removed in {minor}")));
        said.extend(self.replacement.as_ref().map(|(version, kind)| format!("replaced by {version} {kind}")));
        f.write_str(&said.join(", "))
    }
}

/// A line of the data that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of Kubernetes' API data cannot be read: `{text}`")]
pub struct ApiError {
    line: usize,
    text: String,
}

impl Api {
    /// Reads the data.
    ///
    /// # Errors
    /// The first line that is not as the format has it.
    pub fn parse(text: &str) -> Result<Api, ApiError> {
        let mut api = Api::default();
        let mut types = Types::new(&mut api.schemas, text);
        for (index, line) in text.lines().enumerate() {
            let wrong = || ApiError { line: index + 1, text: line.chars().take(80).collect() };
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "kubernetes" => {
                    let minors: Option<Vec<Minor>> = rest.split(' ').map(Minor::parse).collect();
                    api.minors = minors.ok_or_else(wrong)?;
                }
                "kind" => {
                    let ((version, kind), minors) = kind(rest, &types).ok_or_else(wrong)?;
                    api.kinds.entry(kind).or_default().insert(version, minors);
                }
                "gone" => {
                    let ((version, kind), lifecycle) = gone(rest).ok_or_else(wrong)?;
                    api.gone.entry(kind).or_default().insert(version, lifecycle);
                }
                "type" => types.read(&mut api.schemas, rest).ok_or_else(wrong)?,
                _ => return Err(wrong()),
            }
        }
        Ok(api)
    }

    /// The minor versions whose schemas are known, oldest first.
    pub fn minors(&self) -> &[Minor] {
        &self.minors
    }

    /// The version whose schemas come closest to those of `minor`.
    pub fn nearest(&self, minor: Minor) -> Option<Minor> {
        let first = self.minors.first().copied()?;
        let below = self.minors.iter().copied().rev().find(|known| *known <= minor);
        Some(below.unwrap_or(first))
    }

    /// The schema of a kind in a version that is known.
    pub fn schema(&self, minor: Minor, api_version: &str, kind: &str) -> Option<SchemaId> {
        find(&self.kinds, api_version, kind)?.get(&minor).copied()
    }

    /// Whether any known version has the kind.
    pub fn has(&self, api_version: &str, kind: &str) -> bool {
        find(&self.kinds, api_version, kind).is_some()
    }

    /// Whether a kind is a list of a known one, such as `ConfigMapList`, or `List` itself.
    pub fn has_list(&self, api_version: &str, kind: &str) -> bool {
        match kind.strip_suffix("List") {
            Some("") => api_version == "v1",
            Some(item) => self.has(api_version, item),
            None => false,
        }
    }

    /// What became of a kind, where it is deprecated or gone.
    pub fn lifecycle(&self, api_version: &str, kind: &str) -> Option<&Lifecycle> {
        find(&self.gone, api_version, kind)
    }

    /// The `apiVersion`s that have a kind of this name in a version, for hints.
    pub fn versions_of(&self, minor: Minor, kind: &str) -> BTreeSet<&str> {
        let versions = self.kinds.get(kind).into_iter().flatten();
        versions.filter(|(_, minors)| minors.contains_key(&minor)).map(|(version, _)| &**version).collect()
    }

    /// All schemas.
    pub fn schemas(&self) -> &Schemas {
        &self.schemas
    }
}

type Key = (Arc<str>, Arc<str>);

fn kind(text: &str, types: &Types) -> Option<(Key, BTreeMap<Minor, SchemaId>)> {
    let mut words = text.split(' ');
    let key = (Arc::from(words.next()?), Arc::from(words.next()?));
    let minors = words.map(|word| {
        let (minor, id) = word.split_once(':')?;
        Some((Minor(minor.parse().ok()?), types.id(id)?))
    });
    Some((key, minors.collect::<Option<_>>()?))
}

fn gone(text: &str) -> Option<(Key, Lifecycle)> {
    let words: Vec<&str> = text.split(' ').collect();
    let [api_version, kind, deprecated, removed, replacement] = *words else { return None };
    let minor = |text: &str| if text == "-" { Some(None) } else { Minor::parse(text).map(Some) };
    let replacement = match replacement {
        "-" => None,
        other => other.rsplit_once(':').map(|(version, kind)| (Arc::from(version), Arc::from(kind))),
    };
    let lifecycle = Lifecycle { deprecated: minor(deprecated)?, removed: minor(removed)?, replacement };
    Some(((Arc::from(api_version), Arc::from(kind)), lifecycle))
}

/// The object types: each has its number before its line is read, because they refer to each other.
struct Types {
    first: u32,
    count: u32,
    read: u32,
    scalars: BTreeMap<char, SchemaId>,
    compound: BTreeMap<String, SchemaId>,
    names: BTreeSet<Arc<str>>,
}

impl Types {
    fn new(schemas: &mut Schemas, text: &str) -> Types {
        let scalars = [
            ('*', Schema::Any),
            ('s', Schema::Text),
            ('i', Schema::Int32),
            ('l', Schema::Int64),
            ('n', Schema::Number),
            ('b', Schema::Bool),
            ('y', Schema::Base64),
            ('t', Schema::Time),
            ('q', Schema::Quantity),
            ('x', Schema::IntOrString),
        ];
        let scalars = scalars.into_iter().map(|(letter, schema)| (letter, schemas.insert(schema))).collect();
        let count = text.lines().filter(|line| line.starts_with("type")).count();
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let mut first = 0;
        for index in 0..count {
            let id = schemas.insert(Schema::Any);
            if index == 0 {
                first = id.0;
            }
        }
        Types { first, count, read: 0, scalars, compound: BTreeMap::new(), names: BTreeSet::new() }
    }

    fn id(&self, digits: &str) -> Option<SchemaId> {
        let index: u32 = digits.parse().ok()?;
        (index < self.count).then(|| SchemaId(self.first.saturating_add(index)))
    }

    fn read(&mut self, schemas: &mut Schemas, text: &str) -> Option<()> {
        let mut fields = Vec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let (name, code) = word.rsplit_once(':')?;
            let required = name.ends_with('!');
            let schema = self.code(schemas, code)?;
            fields.push(Field { name: self.name(name.trim_end_matches('!')), required, schema });
        }
        let id = SchemaId(self.first.saturating_add(self.read));
        self.read += 1;
        schemas.replace(id, Schema::Object { fields: fields.into(), others: None });
        Some(())
    }

    /// One shared text for each name: `metadata` comes hundreds of times.
    fn name(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.names.get(text) {
            return known.clone();
        }
        let name: Arc<str> = Arc::from(text);
        self.names.insert(name.clone());
        name
    }

    fn code(&mut self, schemas: &mut Schemas, code: &str) -> Option<SchemaId> {
        if let Some(digits) = code.strip_prefix('#') {
            return self.id(digits);
        }
        if let Some(id) = self.compound.get(code) {
            return Some(*id);
        }
        let make: fn(SchemaId) -> Schema = match code.chars().next()? {
            '[' => Schema::List,
            '{' => Schema::Map,
            letter if code.len() == 1 => return self.scalars.get(&letter).copied(),
            _ => return None,
        };
        let inner = self.code(schemas, &code[1..])?;
        let id = schemas.insert(make(inner));
        self.compound.insert(code.to_owned(), id);
        Some(id)
    }
}
