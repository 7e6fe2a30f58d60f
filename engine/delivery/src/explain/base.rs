//! Which files the objects of a base, a bundle or an overlay come from: as far as Kustomize notes it, which is by object
//! and not by field.

use std::sync::Arc;

use fairlead_world::{Answer, RepoPath, World};
use fairlead_yaml::Value;

use super::fields::Fields;
use super::line::{Line, Role, Source};
use crate::diagnostic::Span;
use crate::render::{self, Failure, Site};
use crate::values::ValuePath;

/// The annotations in which Kustomize notes where resources come from and what changed them.
const ORIGIN: &str = "config.kubernetes.io/origin";
const TRANSFORMATIONS: &str = "alpha.config.kubernetes.io/transformations";

/// The objects of a unit with where they come from.
pub(super) struct Base {
    objects: Vec<Object>,
    /// The patches and components that the project lays on the unit.
    laid: Vec<Span>,
}

struct Object {
    /// The object as it was built, with the notes.
    fields: Fields,
    origin: Origin,
    transformations: Vec<(RepoPath, Arc<str>)>,
}

enum Origin {
    /// A file of the repository, with its documents.
    File(RepoPath, Vec<Fields>),
    /// What a chart printed.
    Rendered,
    /// A generator that is configured in a file.
    Generated(RepoPath, Arc<str>),
    Unknown,
}

/// A field of an object, wherever that is written.
pub(super) struct Place {
    kind: String,
    name: String,
    /// The field.
    pub(super) field: ValuePath,
    /// What it is in the end.
    pub(super) value: Value,
}

impl Place {
    /// Whether a document holds the object.
    pub(super) fn is(&self, fields: &Fields) -> bool {
        fields.kind() == self.kind && fields.name() == self.name
    }

    /// Where a file says it, and whether it does; otherwise where the object begins.
    fn source(&self, path: &RepoPath, documents: &[Fields]) -> (Source, bool) {
        let resource = origin_of(self, documents);
        let found = resource.and_then(|fields| fields.find(&self.field));
        let first = resource.map_or(0, |fields| u32::try_from(fields.first).unwrap_or(u32::MAX));
        let (line, column, role) = match found {
            Some((at, says)) if same_field(says, &self.value) => (at.line, at.column, Role::Says),
            _ => (1, 1, Role::Holds),
        };
        let place = Span { path: path.clone(), line: first.saturating_add(line), column };
        let is_said = role == Role::Says;
        (Source { place, role }, is_said)
    }
}

impl Base {
    /// Builds a unit again, with Kustomize's notes; `rendered` is what its chart printed.
    pub(super) fn new(site: Site<'_>, rendered: Option<&str>) -> Result<Base, Failure> {
        let (world, unit) = (site.world, site.unit);
        let built = render::annotated(site, rendered)?;
        let objects = Fields::of(&built).into_iter().map(|fields| Object::new(world, fields));
        let mut laid: Vec<Span> = unit.workload.patches.iter().map(|patch| patch.span.clone()).collect();
        if let Some(bundle) = &unit.workload.bundle {
            laid.extend(bundle.value.patches.iter().map(|patch| patch.span.clone()));
        }
        for overlay in unit.overlays.iter() {
            laid.extend(overlay.component.as_ref().map(|path| path.span.clone()));
            let patch = overlay.patch.as_ref();
            laid.extend(patch.and_then(|patch| {
                Some(match &patch.patch {
                    Some(text) => text.span.clone(),
                    None => patch.path.as_ref()?.span.clone(),
                })
            }));
        }
        Ok(Base { objects: objects.collect(), laid })
    }

    /// Says which files a line comes from. Gives back the field that it is where a chart printed the object.
    pub(super) fn explain(&self, line: &mut Line, document: Option<&Fields>) -> Option<Place> {
        let (Some(document), Some(field)) = (document, line.field.clone()) else {
            line.unknown = Some("Kustomize writes it itself, between documents".to_owned());
            return None;
        };
        let is_it = |object: &&Object| {
            let fields = &object.fields;
            (fields.api_version(), fields.kind(), fields.name())
                == (document.api_version(), document.kind(), document.name())
        };
        let mut same = self.objects.iter().filter(is_it);
        let (Some(object), None) = (same.next(), same.next()) else {
            line.unknown = Some("several objects have this kind and name".to_owned());
            return None;
        };
        let (_, value) = document.find(&field)?;
        let place = Place {
            kind: document.kind().to_owned(),
            name: document.name().to_owned(),
            field: field.clone(),
            value: value.clone(),
        };
        let is_said = match &object.origin {
            Origin::File(path, documents) => {
                let (source, is_said) = place.source(path, documents);
                line.sources.push(source);
                is_said
            }
            Origin::Generated(path, by) => {
                line.sources.push(Source { place: Span::start(path), role: Role::Generates(by.clone()) });
                object.transformations.is_empty()
            }
            Origin::Rendered | Origin::Unknown => false,
        };
        if is_said {
            return None;
        }
        self.transformed(line, object);
        let changes = line.sources.iter().filter(|source| matches!(source.role, Role::Transforms(_))).count();
        line.unknown = match (&object.origin, changes) {
            // Whatever the file or chart does not say is written by the one thing that changed the object.
            (Origin::File(..) | Origin::Rendered, 1) => None,
            (Origin::Unknown, 0) => Some("Kustomize notes nothing of the object".to_owned()),
            (Origin::Generated(..), _) => Some(
                "whether its generator wrote the line, or what changed the object, is not noted".to_owned(),
            ),
            (_, 0) => Some("what wrote the line is not noted: it is not in the file in this way".to_owned()),
            _ => Some("which of what changed the object wrote the line is not noted".to_owned()),
        };
        matches!(object.origin, Origin::Rendered).then_some(place)
    }

    /// Adds the files that configure what changed an object.
    fn transformed(&self, line: &mut Line, object: &Object) {
        for (path, by) in &object.transformations {
            let role = Role::Transforms(by.clone());
            if path.as_str().starts_with(render::OVERLAY) {
                let laid = self.laid.iter().cloned();
                line.sources.extend(laid.map(|place| Source { place, role: role.clone() }));
            } else {
                line.sources.push(Source { place: Span::start(path), role });
            }
        }
        let mut known = Vec::new();
        line.sources.retain(|source| {
            let is_new = !known.contains(source);
            known.push(source.clone());
            is_new
        });
    }
}

/// Whether a line that one field says is the other's: containers are told by what is in them.
pub(super) fn same_field(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Map(_), Value::Map(_)) | (Value::List(_), Value::List(_)) => true,
        _ => one == other,
    }
}

/// The document that an object was made from: names can have been given prefixes and suffixes since.
fn origin_of<'f>(place: &Place, documents: &'f [Fields]) -> Option<&'f Fields> {
    let of_kind: Vec<&Fields> = documents.iter().filter(|fields| fields.kind() == place.kind).collect();
    if let [only] = of_kind.as_slice() {
        return Some(only);
    }
    let exact = of_kind.iter().find(|fields| fields.name() == place.name);
    let within = || {
        let inside = of_kind.iter().filter(|fields| place.name.contains(fields.name()));
        inside.max_by_key(|fields| fields.name().len())
    };
    exact.or_else(within).copied()
}

impl Object {
    fn new(world: &dyn World, fields: Fields) -> Object {
        let note = |name: &str| {
            let text = fields.annotation(name)?;
            fairlead_yaml::value::from_str(text).ok()
        };
        let origin = note(ORIGIN).map_or(Origin::Unknown, |note| Origin::read(world, &note));
        let listed = note(TRANSFORMATIONS);
        let listed = listed.as_ref().and_then(Value::as_list).unwrap_or_default();
        let transformations = listed.iter().filter_map(configured).collect();
        Object { origin, transformations, fields }
    }
}

impl Origin {
    fn read(world: &dyn World, note: &Value) -> Origin {
        let Some(path) = note.field("path").and_then(Value::as_str) else {
            return match configured(note) {
                Some((path, by)) => Origin::Generated(path, by),
                None => Origin::Unknown,
            };
        };
        if path == render::RENDERED {
            return Origin::Rendered;
        }
        let Some(path) = from_overlay(path) else { return Origin::Unknown };
        match world.read(&path) {
            Answer::Found(blob) => {
                let documents = blob.text().map(Fields::of).unwrap_or_default();
                Origin::File(path, documents)
            }
            Answer::Absent | Answer::Needed => Origin::File(path, Vec::new()),
        }
    }
}

/// The file that configures a generator or transformer, and what it is.
fn configured(note: &Value) -> Option<(RepoPath, Arc<str>)> {
    let path = from_overlay(note.field("configuredIn").and_then(Value::as_str)?)?;
    let by = note.field("configuredBy")?;
    let kind = by.field("kind").and_then(Value::as_str)?;
    Some((path, Arc::from(kind)))
}

/// Paths are written from the folder that is built.
fn from_overlay(path: &str) -> Option<RepoPath> {
    RepoPath::parse(render::OVERLAY).ok()?.join(path).ok()
}
