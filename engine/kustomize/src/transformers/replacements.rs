//! Replacements: a value of one field, copied into others.

use super::Transformer;
use super::structured::write_inside;
use crate::Error;
use crate::fieldspec::split_bracketed;
use crate::kustomization::{Replacement, SourceSelector, TargetSelector};
use crate::node::{Fault, Kind, Node, child_mut, find, lookup, steps};
use crate::resource::{ResId, ResList, Resource};
use crate::schema::Schemas;
use crate::selector::Patterns;

/// The field that is meant where none is named.
const DEFAULT_FIELD: &str = "metadata.name";

/// Copies values.
#[derive(Debug)]
pub(crate) struct Replacements {
    /// What to copy, in order.
    pub(crate) replacements: Vec<Replacement>,
}

impl Transformer for Replacements {
    fn transform(&self, list: &mut ResList, schemas: &Schemas) -> Result<(), Error> {
        for replacement in &self.replacements {
            if (replacement.source_value.is_none() && replacement.source.is_none())
                || replacement.targets.is_empty()
            {
                return Err(Error::Transformer(
                    "replacements must specify a source and at least one target".to_owned(),
                ));
            }
            let value = source(replacement, list, schemas).map_err(Error::Transformer)?;
            for target in &replacement.targets {
                write_targets(target, &value, list, schemas).map_err(Error::Transformer)?;
            }
        }
        Ok(())
    }
}

/// Every identity of a resource as selectors see it: whether its kind lives in a namespace is not asked.
fn identities(resource: &Resource, schemas: &Schemas) -> Vec<ResId> {
    let mut now = resource.id(schemas);
    now.gvk.cluster_scoped = false;
    [now].into_iter().chain(resource.previous_ids()).collect()
}

fn source(replacement: &Replacement, list: &ResList, schemas: &Schemas) -> Result<Node, String> {
    let selector = match (&replacement.source_value, &replacement.source) {
        (Some(_), Some(_)) => return Err("value and resource selectors are mutually exclusive".to_owned()),
        (Some(value), None) => return Ok(Node::open(value.as_str())),
        (None, Some(selector)) => selector,
        (None, None) => return Err("replacements must specify a source and at least one target".to_owned()),
    };
    let resource = select_source(selector, list, schemas)?;
    let field = if selector.field_path.is_empty() { DEFAULT_FIELD } else { &selector.field_path };
    let path = steps(&split_bracketed(field)).map_err(|fault| fault.to_string());
    let path = path.map_err(|error| format!("error looking up replacement source: {error}"))?;
    let found = lookup(&resource.node, &path)
        .map_err(|fault| format!("error looking up replacement source: {fault}"))?;
    let Some(found) = found.filter(|node| !node.is_empty()) else {
        return Err(format!("fieldPath `{field}` is missing for replacement source {}", selector.id()));
    };
    let Some(options) = selector.options.as_ref().filter(|options| !options.delimiter.is_empty()) else {
        return Ok(found.clone());
    };
    if found.kind() != Kind::Scalar {
        return Err("delimiter option can only be used with scalar nodes".to_owned());
    }
    let text = found.text();
    let part =
        usize::try_from(options.index).ok().and_then(|index| text.split(&options.delimiter).nth(index));
    let Some(part) = part else {
        return Err(format!("options.index {} is out of bounds for value {text}", options.index));
    };
    let mut node = found.clone();
    node.set_text(part);
    Ok(node)
}

fn select_source<'a>(
    selector: &SourceSelector,
    list: &'a ResList,
    schemas: &Schemas,
) -> Result<&'a Resource, String> {
    let wanted = selector.id();
    let selects =
        |resource: &&Resource| identities(resource, schemas).iter().any(|id| id.is_selected_by(&wanted));
    let mut matches = list.all().iter().filter(selects);
    match (matches.next(), matches.next()) {
        (Some(resource), None) => Ok(resource),
        (None, _) => Err(format!("nothing selected by {}", shown(selector))),
        (Some(_), Some(_)) => Err(format!("multiple matches for selector {}", shown(selector))),
    }
}

fn shown(selector: &SourceSelector) -> String {
    let mut text = selector.id().to_string();
    if !selector.field_path.is_empty() {
        text = format!("{text}:{}", selector.field_path);
    }
    match &selector.options {
        Some(options) if !options.delimiter.is_empty() || options.create => {
            format!("{text}:{}({}), create={}", options.delimiter, options.index, options.create)
        }
        _ => text,
    }
}

fn write_targets(
    target: &TargetSelector,
    value: &Node,
    list: &mut ResList,
    schemas: &Schemas,
) -> Result<(), String> {
    let Some(select) = &target.select else {
        return Err("target must specify resources to select".to_owned());
    };
    let within = |error| format!("error creating target selector: {error}");
    let select = Patterns::compile(select).map_err(within)?;
    let reject =
        target.reject.iter().map(Patterns::compile).collect::<Result<Vec<_>, _>>().map_err(within)?;
    for resource in list.all_mut() {
        if is_target(resource, &select, &reject, schemas)? {
            write(target, value, resource)?;
        }
    }
    Ok(())
}

fn is_target(
    resource: &Resource,
    select: &Patterns,
    reject: &[Patterns],
    schemas: &Schemas,
) -> Result<bool, String> {
    if !select.labels_match(resource)? {
        return Ok(false);
    }
    for reject in reject.iter().filter(|reject| !reject.asks_no_labels()) {
        if reject.labels_match(resource)? {
            return Ok(false);
        }
    }
    let ids = identities(resource, schemas);
    let rejected = |id: &ResId| reject.iter().any(|reject| !reject.names_nothing() && reject.id_matches(id));
    Ok(!ids.iter().any(rejected) && ids.iter().any(|id| select.id_matches(id)))
}

fn write(target: &TargetSelector, value: &Node, resource: &mut Resource) -> Result<(), String> {
    let default = [DEFAULT_FIELD.to_owned()];
    let fields = if target.field_paths.is_empty() { &default[..] } else { &target.field_paths };
    let create = target.options.as_ref().filter(|options| options.create).map(|_| value.kind());
    for field in fields {
        let path = split_bracketed(field);
        if write_inside(&mut resource.node, &path, value, create) {
            continue;
        }
        let missing = || {
            let verb = if create.is_some() { "find or create" } else { "find" };
            format!("unable to {verb} field {field:?} in replacement target")
        };
        let found =
            find(&mut resource.node, &path, create).map_err(|fault| format!("{}: {fault}", missing()))?;
        if found.is_empty() {
            return Err(missing());
        }
        for place in &found.places {
            let mut at = &mut resource.node;
            for step in place {
                at = child_mut(at, *step);
            }
            write_field(target, value, at).map_err(|fault| fault.to_string())?;
        }
        for mut inside in found.inside {
            write_field(target, value, &mut inside).map_err(|fault| fault.to_string())?;
        }
    }
    Ok(())
}

fn write_field(target: &TargetSelector, value: &Node, field: &mut Node) -> Result<(), Fault> {
    let mut value = value.clone();
    if let Some(options) = target.options.as_ref().filter(|options| !options.delimiter.is_empty()) {
        if field.kind() != Kind::Scalar {
            return Err(Fault::said("delimiter option can only be used with scalar nodes"));
        }
        let old = field.text();
        let mut parts: Vec<String> = old.split(&options.delimiter).map(str::to_owned).collect();
        let new = if value.is_null() { String::new() } else { value.text().to_string() };
        match usize::try_from(options.index) {
            Err(_) => parts.insert(0, new),
            Ok(index) if index >= parts.len() => parts.push(new),
            Ok(index) => parts[index] = new,
        }
        value.set_text(parts.join(&options.delimiter));
    }
    if field.kind() == Kind::Scalar {
        field.set_text(value.text());
    } else {
        *field = value;
    }
    Ok(())
}
