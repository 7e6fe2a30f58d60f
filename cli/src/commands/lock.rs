//! `fairlead lock [PROJECT]`: exact versions and digests of everything the project refers to.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use fairlead_delivery::config::{OrganizationRef, Project};
use fairlead_delivery::diagnostic::{Code, Diagnostic};
use fairlead_delivery::lock::{self, ENGINE, Index, Location, NewLock, Resolved, Wanted};
use fairlead_delivery::resolve;
use fairlead_helm::source;
use fairlead_template::go::time::{Time, Zone};
use fairlead_world::Digest;

use crate::charts::{SourceError, Sources};
use crate::contents::{self, FetchError};
use crate::exit::Exit;
use crate::project::{Opened, ProjectArgs, ProjectError};
use crate::report::{self, counted};

/// What to lock.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    project: ProjectArgs,
    /// Asks again what ranges, `latest` and the organization's branch come to; without it, what is locked stays.
    #[arg(long)]
    update: bool,
    /// Ends with 1 where the lock is not up to date, and writes nothing.
    #[arg(long)]
    check: bool,
}

/// Why there is no new lock. The old one stays as it is.
#[derive(Debug, thiserror::Error)]
enum LockError {
    #[error(transparent)]
    Project(#[from] ProjectError),
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Chart(#[from] SourceError),
    #[error("the project cannot be read: {}", report::counts(.0))]
    Diagnostics(Vec<Diagnostic>),
    #[error("no version of {location} satisfies `{requested}`{}", shown(.available))]
    NoVersion { location: Location, requested: Arc<str>, available: Vec<Arc<str>> },
    #[error("{path}: {source}")]
    Write { path: String, source: io::Error },
}

fn shown(versions: &[Arc<str>]) -> String {
    if versions.is_empty() { String::new() } else { format!(": there are {}", versions.join(", ")) }
}

/// Writes `fairlead.lock`. One that is up to date stays as it is, to the byte.
pub(crate) fn run(args: &Args) -> Exit {
    match locked(args) {
        Ok(exit) => exit,
        Err(error) => {
            if let LockError::Diagnostics(diagnostics) = &error {
                report::warn(diagnostics);
            }
            report::failed(&error)
        }
    }
}

fn locked(args: &Args) -> Result<Exit, LockError> {
    let opened = args.project.open()?;
    let project = load(&opened)?;
    let old = project.lock.as_deref().filter(|lock| &**lock.engine == ENGINE);
    if args.check && !args.update {
        return Ok(check(&project, old.is_some()));
    }
    let organization = organization(&project, args.update)?;
    let artifacts = artifacts(&project, args.update)?;
    let now = old.and_then(|lock| lock.now.as_ref()).map(|now| now.value.clone());
    let text = |now: Arc<str>| {
        let new = NewLock { now, organization: organization.clone(), artifacts: artifacts.clone() };
        lock::print(&new, &opened.root)
    };
    let path = opened.repository.root().join(opened.root.as_str()).join(lock::FILE);
    let before = fs::read_to_string(&path).unwrap_or_default();
    // The time moves only when something else does, so that locking twice changes nothing.
    if now.is_some_and(|now| text(now) == before) && !args.update {
        anstream::println!("{} is up to date", lock::FILE);
        return Ok(Exit::Done);
    }
    if args.check {
        anstream::println!("{} is not up to date: run `fairlead lock`", lock::FILE);
        return Ok(Exit::Differs);
    }
    write(&path, &text(now_text()))?;
    anstream::println!("{}: {} locked", lock::FILE, counted(artifacts.len(), "version"));
    Ok(Exit::Done)
}

/// Says whether the lock names what the project asks for, without asking anybody else.
fn check(project: &Project, current: bool) -> Exit {
    let wanted: BTreeMap<_, _> = resolve::wanted(project)
        .into_iter()
        .map(|wanted| ((wanted.location, wanted.requested), wanted.available))
        .collect();
    let mut reasons = Vec::new();
    if !current {
        reasons.push(match project.lock {
            Some(_) => "another version of Fairlead made it".to_owned(),
            None => "there is none".to_owned(),
        });
    }
    let organization =
        project.file.organization.as_ref().and_then(|organization| organization.repository.as_ref());
    let held = project.lock.as_deref().and_then(|lock| lock.organization.as_ref());
    if organization.map(|address| &*address.value) != held.map(|held| &*held.repository) {
        reasons.push("it does not name the project's organization".to_owned());
    }
    for (key @ (location, requested), available) in &wanted {
        let held = project.locked.get(key);
        match held.filter(|held| available.is_empty() || available.contains(&held.version)) {
            Some(_) => {}
            None => reasons.push(format!("version `{requested}` of {location} is not locked")),
        }
    }
    let unwanted = project.locked.keys().filter(|key| !wanted.contains_key(*key));
    reasons.extend(unwanted.map(|(location, requested)| {
        format!("nothing asks for version `{requested}` of {location} any more")
    }));
    if reasons.is_empty() {
        anstream::println!("{} is up to date", lock::FILE);
        return Exit::Done;
    }
    anstream::println!("{} is not up to date: run `fairlead lock`", lock::FILE);
    reasons.iter().for_each(|reason| anstream::println!("  {reason}"));
    Exit::Differs
}

/// The project, where nothing but the lock is wrong with it: that is about to be mended.
fn load(opened: &Opened) -> Result<Arc<Project>, LockError> {
    let (project, mut diagnostics) = opened.load()?;
    diagnostics.retain(|diagnostic| {
        diagnostic.is_error() && !matches!(diagnostic.code, Code::NotLocked | Code::EngineVersion)
    });
    match project {
        Some(project) if diagnostics.is_empty() => Ok(project),
        _ => Err(LockError::Diagnostics(diagnostics)),
    }
}

type LockedFiles = (Arc<str>, Arc<str>, BTreeMap<Arc<str>, Digest>);

/// The organization's commit and files, where it is a repository of its own.
fn organization(project: &Project, update: bool) -> Result<Option<LockedFiles>, LockError> {
    let Some(OrganizationRef { repository: Some(repository), reference, folder, .. }) =
        &project.file.organization
    else {
        return Ok(None);
    };
    let held = project.lock.as_deref().and_then(|lock| lock.organization.as_ref());
    if let Some(held) = held.filter(|held| !update && *held.repository == *repository.value) {
        let files = held.files.iter().map(|(path, digest)| (path.clone(), digest.value)).collect();
        return Ok(Some((held.repository.clone(), held.commit.clone(), files)));
    }
    let reference = reference.as_ref().map(|reference| &*reference.value);
    let followed = contents::follow(repository, reference, &contents::folder())?;
    let folder = folder.as_ref().map(|folder| format!("{}/", folder.trim_matches('/'))).unwrap_or_default();
    let below = |(path, digest): (Arc<str>, Digest)| Some((Arc::from(path.strip_prefix(&folder)?), digest));
    let files = followed.files.into_iter().filter_map(below).collect();
    Ok(Some((repository.value.clone(), Arc::from(followed.commit), files)))
}

/// What every version that is asked for comes to.
fn artifacts(project: &Project, update: bool) -> Result<Index, LockError> {
    let mut index = Index::new();
    let sources = Sources::open()?;
    for Wanted { location, requested, available } in resolve::wanted(project) {
        let key = (location.clone(), requested.clone());
        let held = project.locked.get(&key).filter(|_| !update);
        let resolved = match held {
            Some(held) if available.is_empty() || available.contains(&held.version) => held.clone(),
            _ if location.is_remote() => sources.resolve(&location, &requested, &contents::folder())?,
            _ => {
                let chosen =
                    source::best(&available.iter().map(|version| &**version).collect::<Vec<_>>(), &requested);
                let version = chosen.map(Arc::from);
                let version = version.ok_or(LockError::NoVersion { location, requested, available })?;
                Resolved { version, digest: None }
            }
        };
        index.insert(key, resolved);
    }
    Ok(index)
}

/// Writes the lock whole or not at all.
fn write(path: &std::path::Path, text: &str) -> Result<(), LockError> {
    let partial = path.with_extension("lock.part");
    let failed = |source| LockError::Write { path: path.display().to_string(), source };
    fs::write(&partial, text).map_err(failed)?;
    fs::rename(&partial, path).map_err(failed)
}

/// This moment as RFC 3339, in whole seconds and UTC.
fn now_text() -> Arc<str> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let now = Time::from_unix(i64::try_from(seconds).unwrap_or_default(), 0, Zone::Utc);
    Arc::from(now.format("2006-01-02T15:04:05Z07:00"))
}
