//! Writes the target's namespace into objects that live in one and name none.

use fairlead_yaml::{Map, Value};

use crate::diagnostic::{Code, Diagnostic};
use crate::kubernetes::Scope;
use crate::render::insert;
use crate::render::manifest::{Document, Manifest, text};
use crate::render::steps::{Context, Outcome};

pub(super) fn run(manifest: &mut Manifest, context: &Context<'_>, outcome: &mut Outcome) {
    for document in &mut manifest.documents {
        if document.is_list() {
            list(document, context, outcome);
        } else if lacks_namespace(&document.value, context) {
            match write(document, context.namespace) {
                Some(()) => outcome.changed(document.title()),
                None => refuse(document, context, outcome),
            }
        }
    }
}

fn write(document: &mut Document, namespace: &str) -> Option<()> {
    if let Some(text) = insert::namespace_line(&document.text, document.name(), namespace)
        && let Value::Map(top) = &mut document.value
        && let Some(Value::Map(metadata)) = top.get_mut("metadata")
        && !metadata.contains_key("namespace")
    {
        metadata.insert("namespace".into(), namespace.into());
        document.text = text;
        return Some(());
    }
    let (text, value) = insert::set(&document.text, &["metadata", "namespace"], namespace)?;
    *document = Document { text, value };
    Some(())
}

fn list(document: &mut Document, context: &Context<'_>, outcome: &mut Outcome) {
    let items = document.value.field("items").and_then(Value::as_list).map_or(0, <[Value]>::len);
    for index in 0..items {
        let item = document.value.field("items").and_then(Value::as_list).and_then(|items| items.get(index));
        let Some(item) = item.filter(|item| lacks_namespace(item, context)) else { continue };
        let title = format!(
            "{} {}",
            text(item.field("kind")),
            text(item.field("metadata").and_then(|m| m.field("name")))
        );
        let index = index.to_string();
        match insert::set(&document.text, &["items", &index, "metadata", "namespace"], context.namespace) {
            Some((text, value)) => {
                *document = Document { text, value };
                outcome.changed(title);
            }
            None => refuse(document, context, outcome),
        }
    }
}

/// Whether an object lives in a namespace and names none. Custom resources that the project does not define are left
/// alone: the runtime knows their scope, and gives them the target's namespace where they need one.
fn lacks_namespace(object: &Value, context: &Context<'_>) -> bool {
    let empty = Map::new();
    let metadata = object.field("metadata").and_then(Value::as_map).unwrap_or(&empty);
    let named = metadata.get("namespace").is_some_and(|namespace| !text(Some(namespace)).is_empty());
    let scope = context.scopes.of(text(object.field("apiVersion")), text(object.field("kind")));
    !named && scope == Some(Scope::Namespaced)
}

fn refuse(document: &Document, context: &Context<'_>, outcome: &mut Outcome) {
    let message = format!(
        "{} has no namespace, and its YAML (aliases, most likely) has no place to write `{}` into",
        document.title(),
        context.namespace
    );
    let resolution = "set the namespace in the chart, base or bundle";
    outcome.say(context, Diagnostic::error(Code::Render, message, resolution));
}
