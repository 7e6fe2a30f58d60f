//! Which version a cell gets, and where its files are.

use std::sync::Arc;

use super::bound::Bound;
use super::unit::{Artifact, PinOrigin, Source, UnitId, Version};
use super::wildcard::is_wildcard;
use crate::config::{self, Entry, Environment, Project, Tenant, Tree, Workload};
use crate::diagnostic::{Code, Diagnostic, Span, Spanned};
use crate::lock::{self, Location, Wanted};

/// A version as it is asked for, and who asks.
pub(super) struct Asked<'a> {
    pub(super) version: &'a Spanned<Arc<str>>,
    pub(super) origin: PinOrigin,
}

/// The version that a cell asks for: its own, the tenant's pin, the environment's, the binding's, the workload's.
pub(super) fn asked<'a>(
    id: &UnitId,
    bound: &'a Bound,
    tenant: &'a Tenant,
    environment: &'a Environment,
    workload: &'a Workload,
) -> Option<Asked<'a>> {
    let name = &id.workload;
    let levels = [
        (bound.cell().and_then(|cell| cell.version.as_ref()), PinOrigin::Cell),
        (tenant.pins.get(name), PinOrigin::Tenant),
        (environment.pins.get(name), PinOrigin::Environment),
        (bound.binding.version.as_ref(), PinOrigin::Binding),
        (workload.version.as_ref(), PinOrigin::Workload),
    ];
    levels.into_iter().find_map(|(version, origin)| Some(Asked { version: version?, origin }))
}

/// The warning for a wildcard version in an environment that is protected or pins the workload.
pub(super) fn conflict(id: &UnitId, asked: &Asked, environment: &Environment) -> Option<Diagnostic> {
    let pinned = environment.pins.contains_key(&id.workload);
    if !is_wildcard(asked.version) || !(pinned || environment.protected) {
        return None;
    }
    let from = match asked.origin {
        PinOrigin::Cell => "the cell",
        PinOrigin::Tenant => "the tenant",
        PinOrigin::Environment => "the environment",
        PinOrigin::Binding => "the binding",
        PinOrigin::Workload => "the workload",
    };
    let message =
        format!("{}: {from} asks for `{}`", Code::PinnedVersionConflict.cause(), asked.version.value);
    let hint = format!(
        "{}: `pins: {{{}: <version>}}` in `environments/{}.yaml`",
        Code::PinnedVersionConflict.resolution(),
        id.workload,
        id.environment
    );
    Some(Diagnostic::warning(Code::PinnedVersionConflict, message, hint).at(&asked.version.span).about(id))
}

/// Where the files of a workload are at a version.
///
/// # Errors
/// What is not locked, and versions that are not there.
pub(super) fn locate(
    project: &Project,
    workload: &Entry<Workload>,
    asked: Option<&Asked>,
) -> Result<(Artifact, Option<Version>), Box<Diagnostic>> {
    let place = asked.map_or_else(|| Span::start(&workload.path), |asked| asked.version.span.clone());
    let Some(location) = config::location(workload) else {
        // The file's own error tells what is wrong.
        let message = format!("the workload `{}` names no artifact", workload.name);
        return Err(Box::new(Diagnostic::error(Code::InvalidValue, message, "correct its file").at(&place)));
    };
    let version = match asked {
        Some(asked) => Some(exact(project, &location, asked)?),
        None if location.is_remote() => {
            let message = format!("no version of {location} is asked for");
            let hint = "add `version` to the workload, such as `version: latest`, and run `fairlead lock`";
            return Err(Box::new(Diagnostic::error(Code::MissingField, message, hint).at(&place)));
        }
        None => None,
    };
    let source = source(project, &location, version.as_ref(), &place)?;
    let artifact = if workload.chart.is_some() {
        Artifact::Chart(source)
    } else if workload.kustomize.is_some() {
        Artifact::Kustomize(source)
    } else {
        Artifact::Bundle(source)
    };
    Ok((artifact, version))
}

/// What a version comes to: itself where it is exact, else what the lock says.
fn exact(project: &Project, location: &Location, asked: &Asked) -> Result<Version, Box<Diagnostic>> {
    let requested = asked.version.clone();
    let exact = match is_wildcard(&requested) {
        false => requested.value.clone(),
        true => match project.locked.get(&(location.clone(), requested.value.clone())) {
            Some(resolved) => resolved.version.clone(),
            None => return Err(Box::new(lock::not_locked(location, &requested, &requested.span))),
        },
    };
    Ok(Version { requested, origin: asked.origin, exact })
}

fn source(
    project: &Project,
    location: &Location,
    version: Option<&Version>,
    place: &Span,
) -> Result<Source, Box<Diagnostic>> {
    let (tree, folder) = match location {
        Location::Repository { .. } | Location::Oci(_) => return package(project, location, version, place),
        Location::Path(path) => (Tree::Folder(path.clone()), String::new()),
        Location::Organization(registry, name) => match &project.organization_tree {
            Some(tree) => (tree.clone(), format!("{registry}/{name}")),
            None => {
                let message = format!("the project has no organization, and the workload wants {location}");
                let hint = "name the organization in `fairlead.yaml`";
                return Err(Box::new(Diagnostic::error(Code::MissingReference, message, hint).at(place)));
            }
        },
    };
    let folder = match version {
        Some(version) => folder_of(project, location, folder, &version.exact, place)?,
        None => folder,
    };
    Ok(match tree {
        Tree::Folder(root) => Source::Path(root.join(&folder).map_err(|error| {
            Box::new(Diagnostic::error(Code::InvalidPath, error.to_string(), "correct the version").at(place))
        })?),
        Tree::Locked { files, .. } => {
            let prefix = format!("{folder}/");
            let inside = |(path, digest): (&Arc<str>, &fairlead_world::Digest)| {
                path.strip_prefix(prefix.as_str()).map(|rest| (Arc::from(rest), *digest))
            };
            Source::Files(files.iter().filter_map(inside).collect())
        }
    })
}

/// The folder of a version: one of its name inside, or the folder itself where its chart is of that version.
fn folder_of(
    project: &Project,
    location: &Location,
    folder: String,
    version: &Arc<str>,
    place: &Span,
) -> Result<String, Box<Diagnostic>> {
    let shelf = project.shelves.get(location).cloned().unwrap_or_default();
    let own = shelf.own.as_deref().map(|own| own.trim_start_matches('v'));
    if own == Some(version.trim_start_matches('v')) {
        return Ok(folder);
    }
    if shelf.own.is_none() && shelf.folders.contains(version) {
        return Ok(if folder.is_empty() { version.to_string() } else { format!("{folder}/{version}") });
    }
    let versions = shelf.versions();
    let there = match versions.is_empty() {
        true => "no version of it".to_owned(),
        false => versions.iter().map(|version| format!("`{version}`")).collect::<Vec<_>>().join(", "),
    };
    let message = format!("{location} has no version `{version}`: there is {there}");
    let hint =
        "ask for a version that is there, or run `fairlead lock` where the lock is older than the files";
    Err(Box::new(Diagnostic::error(Code::MissingReference, message, hint).at(place)))
}

fn package(
    project: &Project,
    location: &Location,
    version: Option<&Version>,
    place: &Span,
) -> Result<Source, Box<Diagnostic>> {
    let requested = version.map(|version| version.requested.value.clone()).unwrap_or_default();
    let resolved = project.locked.get(&(location.clone(), requested.clone()));
    match resolved.and_then(|resolved| resolved.digest) {
        Some(digest) => Ok(Source::Package(digest)),
        None => Err(Box::new(lock::not_locked(location, &requested, place))),
    }
}

/// What the lock has to name for a cell, or `None` where nothing: an exact version of files that are at hand.
pub(super) fn wanted(project: &Project, workload: &Workload, asked: Option<&Asked>) -> Option<Wanted> {
    let location = config::location(workload)?;
    let requested = asked?.version.value.clone();
    if !location.is_remote() && !is_wildcard(&requested) {
        return None;
    }
    let available = project.shelves.get(&location).map(config::OnShelf::versions).unwrap_or_default();
    Some(Wanted { location, requested, available })
}

/// What the lock has to name for a cell besides: packages that its chart depends on, or that its base inflates, and that
/// are not there.
pub(super) fn wanted_by_chart(project: &Project, workload: &Workload, asked: Option<&Asked>) -> Vec<Wanted> {
    let shelf = config::location(workload).and_then(|location| project.shelves.get(&location));
    let Some(shelf) = shelf.filter(|shelf| !shelf.dependencies.is_empty()) else { return Vec::new() };
    let is_wanted = |version: &Arc<str>| match (&shelf.own, asked) {
        (Some(_), _) | (None, None) => true,
        // A range may come to any of them when it is locked anew.
        (None, Some(asked)) => is_wildcard(&asked.version.value) || *version == asked.version.value,
    };
    let of = shelf.dependencies.iter().filter(|(version, _)| is_wanted(version));
    of.flat_map(|(_, packages)| packages).map(as_wanted).collect()
}

/// What the lock has to name for the components that are laid on a cell: the charts that they inflate.
pub(super) fn wanted_by_overlays(project: &Project, overlays: &[Spanned<config::Overlay>]) -> Vec<Wanted> {
    let components = overlays.iter().filter_map(|overlay| overlay.component.as_ref());
    let shelves = components.filter_map(|path| project.shelves.get(&Location::Path(path.value.clone())));
    shelves.flat_map(|shelf| shelf.dependencies.values().flatten()).map(as_wanted).collect()
}

fn as_wanted((location, requested): &(Location, Arc<str>)) -> Wanted {
    Wanted { location: location.clone(), requested: requested.clone(), available: Vec::new() }
}
