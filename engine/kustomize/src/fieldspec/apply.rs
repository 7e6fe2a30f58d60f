//! Doing something to the fields of a resource that a specification names.

use super::FieldSpec;
use crate::node::{Fault, Kind, Map, Node, Scalar, Step, Style, Tag, lookup_mut, set_field};
use crate::resource::{Gvk, Resource, split_api_version};

/// What is put where the field is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Create {
    /// Nothing: the field is left alone.
    Never,
    /// A mapping.
    Map,
    /// A scalar; one that was null gets this tag.
    Scalar(Tag),
}

type Set<'a> = &'a mut dyn FnMut(&mut Node) -> Result<(), Fault>;

/// Calls `set` on every field of the resource that one of the specifications names.
///
/// # Errors
/// Those of [`apply`].
pub(crate) fn apply_all(
    specs: &[FieldSpec],
    resource: &mut Resource,
    create: Create,
    set: Set<'_>,
) -> Result<(), Fault> {
    let (api_version, kind) = (resource.api_version(), resource.kind());
    let (group, version) = split_api_version(&api_version);
    for spec in specs {
        if spec.gvk.selects(group, version, &kind) {
            apply(spec, resource, create, set)?;
        }
    }
    Ok(())
}

/// Calls `set` on every field of the resource that the path of the specification leads to; lists on the way are walked
/// through. The kind of the resource is not looked at.
///
/// # Errors
/// Scalars in the middle of the path, and whatever `set` refuses.
pub(crate) fn apply(
    spec: &FieldSpec,
    resource: &mut Resource,
    create: Create,
    set: Set<'_>,
) -> Result<(), Fault> {
    let create = if spec.create { create } else { Create::Never };
    walk(&mut resource.node, &spec.parts, create, set).map_err(|fault| {
        let id = plain_id(resource);
        match fault {
            // Callers tell kinds apart, so that this fault keeps its form.
            Fault::Kind { .. } if spec.parts.is_empty() => fault,
            fault => fault.under(format!("considering field '{}' of object {id}", spec.path)),
        }
    })
}

/// The identity of a resource as messages show it.
fn plain_id(resource: &Resource) -> String {
    let gvk = Gvk::unknown(&resource.api_version(), resource.kind());
    crate::resource::ResId { gvk, name: resource.name(), namespace: resource.namespace() }.to_string()
}

fn walk(node: &mut Node, path: &[String], create: Create, set: Set<'_>) -> Result<(), Fault> {
    if path.is_empty() {
        return set(node);
    }
    if node.is_null() {
        return Ok(());
    }
    match node {
        Node::Map(_) => field(node, path, create, set),
        Node::Seq(items) => items.iter_mut().try_for_each(|item| {
            walk(item, path, create, set)
                .map_err(|fault| fault.under(format!("visit traversal on path: [{}]", path.join(" "))))
        }),
        Node::Scalar(_) | Node::Shared(_) => Err(Fault::said("expected sequence or mapping node")),
    }
}

fn field(node: &mut Node, path: &[String], create: Create, set: Set<'_>) -> Result<(), Fault> {
    let Some((part, rest)) = path.split_first() else { return Ok(()) };
    let (name, list) = match part.strip_suffix("[]") {
        Some(name) => (name, true),
        None => (part.as_str(), false),
    };
    if name.is_empty() {
        return Err(Fault::said("cannot set or create an empty field name"));
    }
    let make = match create {
        Create::Never => None,
        _ if list => None,
        _ if rest.is_empty() => Some(create),
        _ => Some(Create::Map),
    };
    let found = find(node, name, make).map_err(|fault| fault.under(format!("fieldName: {name}")))?;
    let Some(found) = found else { return Ok(()) };
    if found.is_null() {
        match make {
            Some(Create::Map) => *found = Node::map(),
            Some(Create::Scalar(tag)) => {
                let text = found.text();
                found.replace_scalar(Scalar { text, tag, style: Style::Plain });
            }
            _ if list => *found = Node::Seq(Vec::new()),
            _ => {}
        }
    }
    walk(found, rest, create, set)
}

fn find<'a>(node: &'a mut Node, name: &str, make: Option<Create>) -> Result<Option<&'a mut Node>, Fault> {
    let name = name.trim();
    if !Step::is_field(name) {
        return lookup_mut(node, &[Step::parse(name)?]);
    }
    let Node::Map(map) = node else { return Err(Fault::kind(node, Kind::Map)) };
    if let (None, Some(make)) = (map.position(name), make) {
        add(map, name, make);
    }
    Ok(map.field_mut(name))
}

fn add(map: &mut Map, name: &str, make: Create) {
    let value = match make {
        Create::Map => Node::map(),
        Create::Scalar(_) | Create::Never => Node::open(""),
    };
    set_field(map, name, value);
}
