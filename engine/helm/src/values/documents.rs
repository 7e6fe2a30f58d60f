//! Values files: `values.yaml` and what `-f` names.

use std::borrow::Cow;

use fairlead_yaml::value::{self, Options, Top, ValueBuilder};
use fairlead_yaml::{Map, Value};

use crate::dialect::Dialect;
use crate::json::FloatBuilder;

/// Why a values file can't be read; displays as Helm's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// A document is not YAML, or no table (Helm 3).
    #[error("{0}")]
    Document(String),
    /// A document is not YAML, or no table (Helm 4).
    #[error("cannot unmarshal yaml document: {0}")]
    OneOfSeveral(String),
    /// There is something else than a comment behind `---`.
    #[error("error reading yaml document: invalid Yaml document separator: {0}")]
    Separator(String),
}

/// Reads a values file. Helm 4 merges all of its documents and ends a last line that has no end, which a block scalar
/// shows; Helm 3 reads the first document as it is.
pub fn load(file: &[u8], dialect: Dialect) -> Result<Map, DocumentError> {
    if !dialect.merges_value_documents() {
        return table(file).map_err(DocumentError::Document);
    }
    if !has_separator(file) {
        let ended = match file.last() {
            None | Some(b'\n') => Cow::Borrowed(file),
            Some(_) => Cow::Owned([file, b"\n"].concat()),
        };
        return table(&ended).map_err(DocumentError::OneOfSeveral);
    }
    let mut merged = Map::new();
    for document in split(file)? {
        merge(&mut merged, table(&document).map_err(DocumentError::OneOfSeveral)?);
    }
    Ok(merged)
}

/// Merges `over` into `base`: tables are merged, everything else is replaced.
pub fn merge(base: &mut Map, over: Map) {
    for (key, value) in over {
        match (base.get_mut(&key), value) {
            (Some(Value::Map(base)), Value::Map(over)) => merge(base, over),
            (_, value) => {
                base.insert(key, value);
            }
        }
    }
}

/// One document as a table; nothing and null are empty tables.
fn table(document: &[u8]) -> Result<Map, String> {
    let options = Options { top: Top::Map, strict: false };
    match value::read_bytes(document, &mut FloatBuilder, &options).map_err(|error| error.to_string())? {
        Value::Map(map) => Ok(map),
        _ => Ok(Map::new()),
    }
}

/// Reads a document for typed decoding: numbers keep the kind that YAML gives them.
pub(crate) fn read_raw(document: &[u8]) -> Result<Value, String> {
    value::read_bytes(document, &mut ValueBuilder, &Options::default()).map_err(|error| error.to_string())
}

fn has_separator(file: &[u8]) -> bool {
    file.starts_with(b"---") || memchr::memmem::find(file, b"\n---").is_some()
}

/// The documents of a file, by lines, as Kubernetes' reader takes them apart: a `---` at the start stays.
fn split(file: &[u8]) -> Result<Vec<Vec<u8>>, DocumentError> {
    let mut documents = Vec::new();
    let mut document = Vec::new();
    let file = file.strip_suffix(b"\n").unwrap_or(file);
    for line in file.split(|&byte| byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if let Some(rest) = line.strip_prefix(b"---") {
            let rest = String::from_utf8_lossy(rest);
            let rest = rest.trim();
            if !rest.is_empty() && !rest.starts_with('#') {
                return Err(DocumentError::Separator(rest.to_owned()));
            }
            if !document.is_empty() {
                documents.push(std::mem::take(&mut document));
                continue;
            }
        }
        document.extend_from_slice(line);
        document.push(b'\n');
    }
    if !document.is_empty() {
        documents.push(document);
    }
    Ok(documents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn helm_4_merges_documents() {
        let file = b"a: {x: 1}\nb: 1\n---\na: {y: 2}\nb: null\n";
        let merged = load(file, Dialect::Helm4).unwrap();
        assert_eq!(merged, load(b"a: {x: 1, y: 2}\nb: null\n", Dialect::Helm3).unwrap());
    }

    #[test]
    fn helm_4_ends_the_last_line() {
        let text = |file: &[u8], dialect| match load(file, dialect).unwrap().remove("a") {
            Some(Value::String(text)) => text.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(text(b"a: |\n  x\n  y ", Dialect::Helm4), "x\ny \n");
        assert_eq!(text(b"a: |\n  x\n  y ", Dialect::Helm3), "x\ny ");
    }

    #[test]
    fn separators_hold_comments_only() {
        assert_eq!(load(b"a: 1\n--- b\n", Dialect::Helm4).unwrap_err(), DocumentError::Separator("b".into()));
    }
}
