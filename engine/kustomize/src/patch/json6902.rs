//! JSON 6902: operations on paths, with the behaviour and the messages of the library that Kustomize uses.

use fairlead_yaml::value::ValueBuilder;
use fairlead_yaml::{Value, json};

use crate::node::{MAX_DEPTH, yaml_to_value};

/// A patch that has been read.
#[derive(Debug, Clone)]
pub(crate) struct JsonPatch {
    operations: Vec<Value>,
}

type Result<T> = std::result::Result<T, String>;

const MISSING: &str = "missing value";
const INVALID_INDEX: &str = "invalid index referenced";

impl JsonPatch {
    /// Reads a patch in YAML, or in JSON where it begins with a bracket. An empty text is a patch without operations.
    ///
    /// # Errors
    /// A text that is no YAML or JSON, and one that is no list of operations.
    pub(crate) fn parse(text: &str) -> Result<JsonPatch> {
        let read = match text.starts_with('[') {
            true => json::from_str(text, &mut ValueBuilder).map_err(|error| error.to_string()),
            false => yaml_to_value(text),
        };
        let operations = match read? {
            Value::Null => Vec::new(),
            Value::List(operations) => operations,
            other => {
                let kind = json_kind(&other);
                return Err(format!("json: cannot unmarshal {kind} into Go value of type jsonpatch.Patch"));
            }
        };
        match operations.iter().find(|operation| !matches!(operation, Value::Map(_) | Value::Null)) {
            Some(other) => {
                let kind = json_kind(other);
                Err(format!("json: cannot unmarshal {kind} into Go value of type jsonpatch.Operation"))
            }
            None => Ok(JsonPatch { operations }),
        }
    }

    /// Whether there is nothing to do.
    pub(crate) fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Carries the operations out, in order.
    ///
    /// # Errors
    /// The first operation that does not apply.
    pub(crate) fn apply(&self, mut document: Value) -> Result<Value> {
        for operation in &self.operations {
            let kind = operation.field("op").and_then(Value::as_str).unwrap_or("unknown");
            match kind {
                "add" => add(&mut document, operation)?,
                "remove" => remove(&mut document, operation)?,
                "replace" => replace(&mut document, operation)?,
                "move" => relocate(&mut document, operation)?,
                "copy" => copy(&mut document, operation)?,
                "test" => test(&document, operation)?,
                other => return Err(format!("Unexpected kind: {other}")),
            }
        }
        Ok(document)
    }
}

fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::Uint(_) | Value::Float(_) => "number",
        Value::String(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
    }
}

/// The text of `path` or `from`.
fn text<'a>(operation: &'a Value, field: &str) -> Result<&'a str> {
    let separator = if field == "from" { "," } else { "" };
    match operation.field(field) {
        Some(Value::String(text)) => Ok(text),
        None | Some(Value::Null) => Err(format!("operation{separator} missing {field} field: {MISSING}")),
        Some(other) => {
            Err(format!("json: cannot unmarshal {} into Go value of type string", json_kind(other)))
        }
    }
}

fn add(document: &mut Value, operation: &Value) -> Result<()> {
    let path =
        text(operation, "path").map_err(|_| format!("add operation failed to decode path: {MISSING}"))?;
    let Some((container, key)) = find(document, path) else {
        return Err(format!("add operation does not apply: doc is missing path: \"{path}\": {MISSING}"));
    };
    insert(container, &key, value(operation))
        .map_err(|error| format!("error in add for path: '{path}': {error}"))
}

fn remove(document: &mut Value, operation: &Value) -> Result<()> {
    let path =
        text(operation, "path").map_err(|_| format!("remove operation failed to decode path: {MISSING}"))?;
    let Some((container, key)) = find(document, path) else {
        return Err(format!("remove operation does not apply: doc is missing path: \"{path}\": {MISSING}"));
    };
    delete(container, &key).map_err(|error| format!("error in remove for path: '{path}': {error}"))
}

fn replace(document: &mut Value, operation: &Value) -> Result<()> {
    let path = text(operation, "path")
        .map_err(|error| format!("replace operation failed to decode path: {error}"))?;
    if path.is_empty() {
        let new = value(operation);
        if !matches!(new, Value::Map(_) | Value::List(_)) {
            return Err("replace operation value must be object or array".to_owned());
        }
        *document = new;
        return Ok(());
    }
    let Some((container, key)) = find(document, path) else {
        return Err(format!("replace operation does not apply: doc is missing path: {path}: {MISSING}"));
    };
    match container {
        Value::Map(map) => {
            map.insert(key.into(), value(operation));
        }
        Value::List(items) => {
            let place = existing(items.len(), &key).map_err(|_| {
                format!("replace operation does not apply: doc is missing key: {path}: {MISSING}")
            })?;
            items[place] = value(operation);
        }
        _ => {}
    }
    Ok(())
}

fn relocate(document: &mut Value, operation: &Value) -> Result<()> {
    let from =
        text(operation, "from").map_err(|error| format!("move operation failed to decode from: {error}"))?;
    let Some((container, key)) = find(document, from) else {
        return Err(format!("move operation does not apply: doc is missing from path: {from}: {MISSING}"));
    };
    let wrong = |error| format!("error in move for path: '{key}': {error}");
    let moved = at(container, &key).map_err(wrong)?.cloned().unwrap_or_default();
    delete(container, &key).map_err(wrong)?;
    let path =
        text(operation, "path").map_err(|error| format!("move operation failed to decode path: {error}"))?;
    let Some((container, key)) = find(document, path) else {
        return Err(format!(
            "move operation does not apply: doc is missing destination path: {path}: {MISSING}"
        ));
    };
    insert(container, &key, moved).map_err(|error| format!("error in move for path: '{path}': {error}"))
}

fn copy(document: &mut Value, operation: &Value) -> Result<()> {
    let from =
        text(operation, "from").map_err(|error| format!("copy operation failed to decode from: {error}"))?;
    let Some((container, key)) = find(document, from) else {
        return Err(format!("copy operation does not apply: doc is missing from path: {from}: {MISSING}"));
    };
    let copied = at(container, &key)
        .map_err(|error| format!("error in copy for from: '{from}': {error}"))?
        .cloned()
        .unwrap_or_default();
    let path =
        text(operation, "path").map_err(|_| format!("copy operation failed to decode path: {MISSING}"))?;
    let Some((container, key)) = find(document, path) else {
        return Err(format!(
            "copy operation does not apply: doc is missing destination path: {path}: {MISSING}"
        ));
    };
    insert(container, &key, copied).map_err(|error| format!("error while adding value during copy: {error}"))
}

fn test(document: &Value, operation: &Value) -> Result<()> {
    let path =
        text(operation, "path").map_err(|error| format!("test operation failed to decode path: {error}"))?;
    let failed = || format!("testing value {path} failed: test failed");
    let wanted = value(operation);
    if path.is_empty() {
        return if *document == wanted { Ok(()) } else { Err(failed()) };
    }
    let mut document = document.clone();
    let Some((container, key)) = find(&mut document, path) else {
        return Err(format!("test operation does not apply: is missing path: {path}: {MISSING}"));
    };
    let found = at(container, &key).map_err(|error| format!("error in test for path: '{path}': {error}"))?;
    if found.unwrap_or(&Value::Null) == &wanted { Ok(()) } else { Err(failed()) }
}

fn value(operation: &Value) -> Value {
    operation.field("value").cloned().unwrap_or_default()
}

/// The container that holds what a path names, and the last part of the path.
fn find<'a>(document: &'a mut Value, path: &str) -> Option<(&'a mut Value, String)> {
    let parts: Vec<&str> = path.split('/').collect();
    let (last, parents) = parts.get(1..)?.split_last()?;
    if parents.len() > MAX_DEPTH {
        return None;
    }
    let mut container = document;
    for part in parents {
        let key = decode(part);
        container = match container {
            Value::Map(map) => map.get_mut(&*key)?,
            Value::List(items) => {
                let place = existing(items.len(), &key).ok()?;
                &mut items[place]
            }
            _ => return None,
        };
    }
    matches!(container, Value::Map(_) | Value::List(_)).then(|| (container, decode(last)))
}

fn decode(part: &str) -> String {
    // `~01` is `~1`: what one replacement writes is not read again.
    let mut out = String::with_capacity(part.len());
    let mut rest = part;
    while let Some(at) = rest.find('~') {
        out.push_str(&rest[..at]);
        let tail = &rest[at + 1..];
        let (letter, tail) = match tail.as_bytes().first() {
            Some(b'0') => ('~', &tail[1..]),
            Some(b'1') => ('/', &tail[1..]),
            _ => ('~', tail),
        };
        out.push(letter);
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn at<'a>(container: &'a Value, key: &str) -> Result<Option<&'a Value>> {
    match container {
        Value::Map(map) => Ok(map.get(key)),
        Value::List(items) => existing(items.len(), key).map(|place| items.get(place)),
        _ => Ok(None),
    }
}

fn delete(container: &mut Value, key: &str) -> Result<()> {
    match container {
        Value::Map(map) => map
            .remove(key)
            .map(drop)
            .ok_or_else(|| format!("Unable to remove nonexistent key: {key}: {MISSING}")),
        Value::List(items) => {
            items.remove(existing(items.len(), key)?);
            Ok(())
        }
        _ => Ok(()),
    }
}

fn insert(container: &mut Value, key: &str, value: Value) -> Result<()> {
    match container {
        Value::Map(map) => {
            map.insert(key.into(), value);
        }
        Value::List(items) if key == "-" => items.push(value),
        Value::List(items) => {
            let index = number(key)
                .map_err(|error| format!("value was not a proper array index: '{key}': {error}"))?;
            items.insert(resolve(index, items.len() + 1)?, value);
        }
        _ => {}
    }
    Ok(())
}

/// The place of an element that must exist; negative indexes count from the end.
fn existing(count: usize, key: &str) -> Result<usize> {
    resolve(number(key)?, count)
}

fn number(key: &str) -> Result<i64> {
    key.parse().map_err(|_| format!("strconv.Atoi: parsing {key:?}: invalid syntax"))
}

fn resolve(index: i64, count: usize) -> Result<usize> {
    let wrong = || format!("Unable to access invalid index: {index}: {INVALID_INDEX}");
    let place = if index < 0 {
        count.checked_sub(usize::try_from(index.unsigned_abs()).map_err(|_| wrong())?)
    } else {
        usize::try_from(index).ok()
    };
    place.filter(|place| *place < count).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read_once() {
        assert_eq!(decode("a~1b~01c~"), "a/b~1c~");
    }

    #[test]
    fn operations_apply_in_order() {
        let patch = JsonPatch::parse(
            "- {op: add, path: /a/-, value: 3}\n- {op: move, from: /b, path: /c}\n- {op: remove, path: /a/0}\n",
        );
        let document = yaml_to_value("{a: [1, 2], b: x}").unwrap();
        assert_eq!(patch.unwrap().apply(document).unwrap(), yaml_to_value("{a: [2, 3], c: x}").unwrap());
    }
}
