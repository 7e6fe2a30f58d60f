//! Field specifications: in which fields of which kinds something stands.

mod apply;
mod config;
mod crds;

use std::cmp::Ordering;

use fairlead_yaml::Str;

pub(crate) use apply::{Create, apply, apply_all};
pub(crate) use config::{BackReferences, Config};

use crate::kustomization::go_struct;
use crate::resource::Gvk;

go_struct! {
    /// A field specification as it is written.
    RawSpec as "FieldSpec" in "types" {
        group: String = "group",
        version: String = "version",
        kind: String = "kind",
        path: String = "path",
        create: bool = "create",
    }
}

/// A field of the kinds that a selector selects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FieldSpec {
    /// The kinds.
    pub(crate) gvk: Gvk,
    /// The path as written, with `/` between fields.
    pub(crate) path: Str,
    /// The path, split.
    pub(crate) parts: Vec<String>,
    /// Whether the field is made where it is missing.
    pub(crate) create: bool,
}

impl FieldSpec {
    /// A field of kinds.
    pub(crate) fn new(gvk: Gvk, path: &str, create: bool) -> FieldSpec {
        FieldSpec { gvk, path: path.into(), parts: split_path(path, '/'), create }
    }

    /// A field of every kind, made where it is missing.
    pub(crate) fn everywhere(path: &str) -> FieldSpec {
        FieldSpec::new(Gvk::default(), path, true)
    }

    fn covers(&self, other: &FieldSpec) -> bool {
        self.gvk.is_selected(&other.gvk) && self.path == other.path
    }
}

impl From<&RawSpec> for FieldSpec {
    fn from(raw: &RawSpec) -> FieldSpec {
        FieldSpec::new(
            Gvk {
                group: raw.group.as_str().into(),
                version: raw.version.as_str().into(),
                kind: raw.kind.as_str().into(),
                cluster_scoped: false,
            },
            &raw.path,
            raw.create,
        )
    }
}

/// Adds a specification to others that do not have it.
///
/// # Errors
/// Where one of them is the same but for making the field.
pub(crate) fn merge_one(all: &mut Vec<FieldSpec>, new: FieldSpec) -> Result<(), String> {
    match all.iter().find(|spec| spec.covers(&new)) {
        Some(old) if old.create != new.create => Err("conflicting fieldspecs".to_owned()),
        Some(_) => Ok(()),
        None => {
            all.push(new);
            Ok(())
        }
    }
}

/// Adds specifications to others that do not have them.
///
/// # Errors
/// Those of [`merge_one`].
pub(crate) fn merge_all(all: &mut Vec<FieldSpec>, new: &[FieldSpec]) -> Result<(), String> {
    new.iter().try_for_each(|spec| merge_one(all, spec.clone()))
}

fn order(a: &FieldSpec, b: &FieldSpec) -> Ordering {
    a.gvk.order(&b.gvk)
}

/// Splits a path; a backslash before the separator keeps it, and one at the start may be left out.
pub(crate) fn split_path(path: &str, separator: char) -> Vec<String> {
    let mut pieces = path.split(separator).peekable();
    if pieces.peek() == Some(&"") && path.contains(separator) {
        pieces.next();
    }
    let mut parts: Vec<String> = Vec::new();
    for piece in pieces {
        match parts.last_mut() {
            Some(last) if last.ends_with('\\') => {
                last.pop();
                last.push(separator);
                last.push_str(piece);
            }
            _ => parts.push(piece.to_owned()),
        }
    }
    parts
}

/// Splits a path with dots, in which brackets hold what has dots of its own.
pub(crate) fn split_bracketed(path: &str) -> Vec<String> {
    let mut pieces = split_path(path, '.').into_iter();
    let mut parts = Vec::new();
    while let Some(piece) = pieces.next() {
        if !piece.starts_with('[') || piece.ends_with(']') {
            parts.push(piece);
            continue;
        }
        let mut bracketed = piece;
        for piece in pieces.by_ref() {
            bracketed.push('.');
            bracketed.push_str(&piece);
            if piece.ends_with(']') {
                break;
            }
        }
        if bracketed.contains('=') {
            parts.push(bracketed);
        } else {
            parts.push(bracketed.trim_matches(['[', ']']).to_owned());
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_can_be_escaped_and_bracketed() {
        assert_eq!(split_path("/a/b\\/c", '/'), ["a", "b/c"]);
        assert_eq!(split_bracketed("a.[x.y/z].b"), ["a", "x.y/z", "b"]);
        assert_eq!(split_bracketed("a.[name=x.y].b"), ["a", "[name=x.y]", "b"]);
    }
}
