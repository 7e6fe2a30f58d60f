//! One project file: its text, its header, and its content.

use std::sync::Arc;

use fairlead_world::{Blob, RepoPath};

use super::API_VERSION;
use super::node::{Content, Node};
use super::parse;
use super::reader::{Reader, nearest, short};
use super::shape::Shape;
use crate::diagnostic::{Code, Span};

/// A file's kind: what its `kind` field says, and the shape of the rest.
pub(crate) trait Kind: Shape {
    /// What the `kind` field says.
    const KIND: &'static str;
}

/// Reads a file into a node without its header. `None` means that the errors have been reported.
pub(crate) fn open(path: &RepoPath, blob: &Blob, kind: &str, reader: &mut Reader) -> Option<Node> {
    let node = match parse::node(path, blob) {
        Ok(node) => node,
        Err(problem) => {
            reader.report(*problem);
            return None;
        }
    };
    if node.is_null() {
        let message = "the file is empty";
        reader.error(
            Code::Yaml,
            &Span::start(path),
            message,
            format!("write `kind: {kind}` and its fields, or remove the file"),
        );
        return None;
    }
    let Content::Map(fields) = node.content else {
        return reader.mismatch(&node, &format!("a map with `apiVersion`, `kind: {kind}` and its fields"));
    };
    let node = Node { span: node.span, content: Content::Map(fields) };
    let header = [("apiVersion", API_VERSION), ("kind", kind)];
    let fits = header.map(|(field, wanted)| check_header(&node, field, wanted, reader));
    if fits.contains(&false) {
        return None;
    }
    let Content::Map(mut fields) = node.content else { return None };
    fields.retain(|(key, _)| !matches!(&*key.value, "apiVersion" | "kind"));
    Some(Node { span: node.span, content: Content::Map(fields) })
}

/// Reads a whole file as a kind.
pub(crate) fn read<T: Kind>(path: &RepoPath, blob: &Blob, reader: &mut Reader) -> Option<T> {
    let node = open(path, blob, T::KIND, reader)?;
    T::read(&node, reader)
}

fn check_header(node: &Node, field: &str, wanted: &str, reader: &mut Reader) -> bool {
    let Some(value) = node.field(field) else {
        let mistyped = match &node.content {
            Content::Map(fields) => {
                let keys: Vec<&str> = fields.iter().map(|(key, _)| &*key.value).collect();
                nearest(field, &keys).map(|near| format!(" (it has `{near}`)")).unwrap_or_default()
            }
            _ => String::new(),
        };
        let message = format!("the field `{field}` is missing{mistyped}");
        reader.error(Code::Kind, &node.span, message, format!("add `{field}: {wanted}`"));
        return false;
    };
    let found: Option<&Arc<str>> = match &value.content {
        Content::Scalar(scalar) => Some(&scalar.text),
        _ => None,
    };
    if found.is_some_and(|text| &**text == wanted) {
        return true;
    }
    let shown = found.map_or_else(|| value.describe().to_owned(), |text| format!("`{}`", short(text)));
    let message = format!("expected `{field}: {wanted}`, found {shown}");
    reader.error(Code::Kind, &value.span, message, format!("write `{field}: {wanted}`, or move the file"));
    false
}
