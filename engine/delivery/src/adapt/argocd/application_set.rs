//! `ApplicationSet`: one unit with several targets, through a list generator.

use std::sync::Arc;

use fairlead_yaml::{Map, Value};

use crate::adapt::argocd::application::{Place, annotations, spec};
use crate::adapt::argocd::{API_VERSION, Instance, labels};
use crate::adapt::{Delivery, Destination, Fields};

/// The ApplicationSet that delivers a unit to each of its targets.
///
/// It preserves what it delivered when it is deleted, and its template fails on a parameter that is missing.
pub fn application_set(delivery: &Delivery, instance: &Instance) -> Fields {
    let metadata = Fields::new()
        .with("name", &delivery.name)
        .with("namespace", &instance.namespace)
        .with("labels", labels(delivery, instance))
        .with("annotations", delivery.mark.annotate(Fields::new()));
    let elements: Vec<Fields> = delivery.targets.iter().map(element).collect();
    let list = Fields::new().with("list", Fields::new().with("elements", elements));
    let spec = Fields::new()
        .with("goTemplate", true)
        .with("goTemplateOptions", vec!["missingkey=error"])
        .with("generators", vec![list])
        .with("syncPolicy", Fields::new().with("preserveResourcesOnDeletion", true))
        .with("template", template(delivery, instance));
    Fields::object(API_VERSION, "ApplicationSet", metadata).with("spec", spec)
}

fn element(target: &Destination) -> Fields {
    Fields::new()
        .with("target", &target.name)
        .with("server", &target.server)
        .with("namespace", &target.namespace)
        .with("path", target.folder.as_str())
}

fn template(delivery: &Delivery, instance: &Instance) -> Value {
    let place = Place {
        path: PATH,
        server: SERVER,
        namespace: NAMESPACE,
        // Ownership can differ between the targets; a template that says it for all would say it wrongly for some.
        owns_namespace: delivery.targets.iter().all(|target| target.owns_namespace),
    };
    let metadata = Fields::new()
        .with("labels", labels(delivery, instance))
        .with("annotations", delivery.mark.annotate(annotations(delivery, instance)));
    let fixed = Fields::new().with("metadata", metadata).with("spec", spec(delivery, instance, &place));
    let mut template = escaped(Value::from(fixed));
    let name = Value::String(Arc::from(format!("{}-{TARGET}", delivery.name)));
    put(&mut template, &["metadata", "name"], name);
    put(&mut template, &["spec", "source", "path"], PATH.into());
    put(&mut template, &["spec", "destination", "server"], SERVER.into());
    put(&mut template, &["spec", "destination", "namespace"], NAMESPACE.into());
    template
}

const TARGET: &str = "{{.target}}";
const PATH: &str = "{{.path}}";
const SERVER: &str = "{{.server}}";
const NAMESPACE: &str = "{{.namespace}}";

/// The value with every `{{` written so that Argo CD's template prints it: ignored differences and annotations may
/// carry text that is not ours.
fn escaped(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains("{{") => {
            Value::String(Arc::from(text.replace("{{", "{{`{{`}}")))
        }
        Value::List(items) => Value::List(items.into_iter().map(escaped).collect()),
        Value::Map(map) => {
            Value::Map(map.into_iter().map(|(key, value)| (key, escaped(value))).collect::<Map>())
        }
        other => other,
    }
}

fn put(value: &mut Value, path: &[&str], new: Value) {
    let (Some((key, rest)), Value::Map(map)) = (path.split_first(), value) else { return };
    if rest.is_empty() {
        map.insert(Arc::from(*key), new);
    } else if let Some(next) = map.get_mut(*key) {
        put(next, rest, new);
    }
}
