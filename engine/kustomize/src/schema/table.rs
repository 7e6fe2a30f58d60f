//! The table: objects reduced to the fields below which a list merges.

use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Objects by number, and the kinds whose schemas they are.
#[derive(Debug, Default, Clone)]
pub(crate) struct Table {
    objects: Vec<Vec<(String, Field)>>,
    /// By `apiVersion`, then by kind.
    kinds: BTreeMap<String, BTreeMap<String, KindSchema>>,
}

/// One field of an object.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Field {
    /// The keys that the elements merge by, for a list that merges; none at all for a list of plain values.
    pub(crate) keys: Option<Vec<String>>,
    /// The number of the object that the value, or each element, is.
    pub(crate) object: Option<usize>,
}

#[derive(Debug, Clone, Copy, Default)]
struct KindSchema {
    namespaced: Option<bool>,
    object: Option<usize>,
}

/// A place in a schema.
#[derive(Debug, Clone, Copy)]
pub(crate) enum At<'a> {
    /// An object, or something within one that has no fields of interest.
    Object(&'a Table, Option<usize>),
    /// A list that merges.
    List(&'a Table, &'a Field),
}

impl<'a> At<'a> {
    /// The schema of a field. Fields without lists that merge are known, and nothing merges below them.
    pub(crate) fn field(self, name: &str) -> At<'a> {
        match self {
            At::Object(table, Some(object)) => {
                let fields = table.objects.get(object).map_or(&[][..], Vec::as_slice);
                match fields.iter().find(|(field, _)| field == name) {
                    Some((_, field)) if field.keys.is_some() => At::List(table, field),
                    Some((_, field)) => At::Object(table, field.object),
                    None => At::Object(table, None),
                }
            }
            At::Object(table, None) | At::List(table, _) => At::Object(table, None),
        }
    }

    /// The schema of a list's elements.
    pub(crate) fn elements(self) -> At<'a> {
        match self {
            At::List(table, field) => At::Object(table, field.object),
            other => other,
        }
    }

    /// The keys that the elements of a list merge by, or `None` for a list that is replaced whole.
    pub(crate) fn merge_keys(self) -> Option<&'a [String]> {
        match self {
            At::List(_, field) => field.keys.as_deref(),
            At::Object(..) => None,
        }
    }
}

impl Table {
    /// The schema of a kind.
    pub(crate) fn of(&self, api_version: &str, kind: &str) -> Option<At<'_>> {
        self.kinds.get(api_version)?.get(kind).map(|kind| At::Object(self, kind.object))
    }

    /// Whether a kind lives in a namespace; `None` where that is unknown.
    pub(crate) fn is_namespaced(&self, api_version: &str, kind: &str) -> Option<bool> {
        self.kinds.get(api_version)?.get(kind)?.namespaced
    }

    /// Gives an object its number; equal objects share one.
    pub(crate) fn object(&mut self, mut fields: Vec<(String, Field)>) -> usize {
        fields.sort();
        let known = self.objects.iter().position(|object| *object == fields);
        known.unwrap_or_else(|| {
            self.objects.push(fields);
            self.objects.len() - 1
        })
    }

    /// Names the schema of a kind.
    pub(crate) fn set_kind(&mut self, api_version: &str, kind: &str, object: Option<usize>) {
        self.kind(api_version, kind).object = object;
    }

    /// Says where a kind lives. Once one path has a namespace, the kind lives in one.
    pub(crate) fn set_scope(&mut self, api_version: &str, kind: &str, namespaced: bool) {
        let scope = &mut self.kind(api_version, kind).namespaced;
        *scope = Some(namespaced || *scope == Some(true));
    }

    fn kind(&mut self, api_version: &str, kind: &str) -> &mut KindSchema {
        self.kinds.entry(api_version.to_owned()).or_default().entry(kind.to_owned()).or_default()
    }

    /// Adds another table's kinds where this one has none.
    pub(crate) fn add(&mut self, other: &Table) {
        let shift = self.objects.len();
        for fields in &other.objects {
            let moved = |field: &Field| Field { object: field.object.map(|n| n + shift), ..field.clone() };
            self.objects.push(fields.iter().map(|(name, field)| (name.clone(), moved(field))).collect());
        }
        for (version, kinds) in &other.kinds {
            let mine = self.kinds.entry(version.clone()).or_default();
            for (name, kind) in kinds {
                let moved = KindSchema { object: kind.object.map(|n| n + shift), ..*kind };
                mine.entry(name.clone()).or_insert(moved);
            }
        }
    }
}

/// The table of what Kubernetes brings.
pub(crate) fn builtin() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| read(include_str!("merge.txt")))
}

/// Reads the table's text: a line for each object, an empty line, a line for each kind.
fn read(text: &str) -> Table {
    let mut table = Table::default();
    let (objects, kinds) = text.split_once("\n\n").unwrap_or((text, ""));
    for line in objects.lines() {
        let fields = line.split(' ').filter_map(|part| part.split_once('='));
        table.objects.push(fields.map(|(name, rule)| (name.to_owned(), read_field(rule))).collect());
    }
    for line in kinds.lines() {
        let mut parts = line.split(' ');
        let (Some(version), Some(kind), Some(scope), Some(object)) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let namespaced = match scope {
            "n" => Some(true),
            "c" => Some(false),
            _ => None,
        };
        let schema = KindSchema { namespaced, object: object.parse().ok() };
        *table.kind(version, kind) = schema;
    }
    table
}

fn read_field(rule: &str) -> Field {
    match rule.strip_prefix('[').and_then(|rule| rule.split_once(']')) {
        Some((keys, object)) => {
            let keys = keys.split(',').filter(|key| !key.is_empty()).map(str::to_owned).collect();
            Field { keys: Some(keys), object: object.parse().ok() }
        }
        None => Field { keys: None, object: rule.parse().ok() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_merge_by_name_and_their_ports_by_two_keys() {
        let deployment = builtin().of("apps/v1", "Deployment").unwrap();
        let containers = deployment.field("spec").field("template").field("spec").field("containers");
        assert_eq!(containers.merge_keys().unwrap(), ["name"]);
        assert_eq!(containers.elements().field("ports").merge_keys().unwrap(), ["containerPort", "protocol"]);
        assert!(containers.elements().field("args").merge_keys().is_none());
        assert_eq!(builtin().is_namespaced("v1", "Namespace"), Some(false));
        assert_eq!(builtin().is_namespaced("v1", "Unheard"), None);
    }
}
