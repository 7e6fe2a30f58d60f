//! Charts that are not on this machine: of a repository (`--repo`, or one that Helm knows), of a registry, at an address.

use std::path::PathBuf;

use fairlead_charts::repository::{self, Repository};
use fairlead_charts::{Access, ChartError, Credentials, Session};
use fairlead_fetch::{Address, AddressError, Native};
use fairlead_helm::source::ChooseError;
use fairlead_helm::{Dialect, Fetched};
use fairlead_template::go::url::Url;
use fairlead_world::Blob;
use futures_executor::block_on;

use super::Failure;
use super::flags::Flags;
use super::registry::Registries;
use crate::charts::{HelmFiles, Known, Trust, TrustError, anywhere, repositories};

/// Fetches the chart that an argument names.
pub(super) fn fetch(name: &str, flags: &Flags, dialect: Dialect) -> Result<Blob, Failure> {
    let native = native(flags)?;
    let version = match flags.text("version").trim() {
        "" if flags.on("devel") => ">0.0.0-0",
        version => version,
    };
    if name.starts_with("oci://") {
        let registries = Registries { native: &native, flags, dialect, on_output: false };
        return registries.pull(name, version).map(|pulled| pulled.package);
    }
    let repo = flags.text("repo");
    if !repo.is_empty() {
        return of_address(&native, repo, name, version, flags, dialect);
    }
    let url = Url::parse(name).map_err(|_| format!("invalid chart URL format: {name}"))?;
    if !url.scheme.is_empty() && !url.host.is_empty() && !url.path.is_empty() {
        if !matches!(&*url.scheme, "http" | "https") {
            return Err(format!("scheme {:?} not supported", url.scheme));
        }
        let (address, own) = without_user(name);
        let session = session(&native, access(flags, own));
        let address = Address::parse(&address).map_err(|error| error.to_string())?;
        return block_on(repository::package(&session, &address)).map_err(|error| error.to_string());
    }
    of_known(name, version, flags, &native)
}

/// What is at an address, for values: asked without credentials, as by Helm.
pub(super) fn content(address: &str) -> Result<Vec<u8>, Failure> {
    at(address).map(|content| content.bytes().to_vec()).map_err(|error| error.to_string())
}

/// What is at an address, for a schema that refers to it; the error is the text of Helm's loader.
pub(super) fn schema(address: &str) -> Fetched {
    match at(address) {
        Ok(content) => Ok(content.bytes().to_vec()),
        Err(LostError::Chart(ChartError::Status { status, .. })) => Err(format!(
            "HTTP request to {address} returned status {} ({})",
            status.as_u16(),
            status.canonical_reason().unwrap_or_default()
        )),
        Err(error) => Err(format!("HTTP request failed for {address}: {error}")),
    }
}

/// Why an address gives nothing.
#[derive(Debug, thiserror::Error)]
enum LostError {
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error(transparent)]
    Chart(#[from] ChartError),
}

/// What is at an address, asked without credentials.
fn at(address: &str) -> Result<Blob, LostError> {
    let native = Trust::default().native()?;
    let session = session(&native, Access::anonymous());
    Ok(block_on(repository::package(&session, &Address::parse(address)?))?)
}

/// The TLS settings that the flags give.
fn trust(flags: &Flags) -> Trust {
    let file = |name: &str| Some(flags.text(name)).filter(|path| !path.is_empty()).map(PathBuf::from);
    Trust {
        authorities: file("ca-file"),
        identity: file("cert-file").zip(file("key-file")),
        anybody: flags.on("insecure-skip-tls-verify"),
    }
}

/// The credentials that the flags give, else those of the address itself.
pub(super) fn access(flags: &Flags, own: Option<Credentials>) -> Access {
    let (name, password) = (flags.text("username"), flags.text("password"));
    let given = !name.is_empty() && !password.is_empty();
    let credentials = if given { Some(Credentials::new(name, password)) } else { own };
    Access { credentials, everywhere: flags.on("pass-credentials") }
}

fn session(native: &Native, access: Access) -> Session<'_, Native> {
    Session::new(native, anywhere(), access)
}

/// An address without user and password, and these.
fn without_user(text: &str) -> (String, Option<Credentials>) {
    match Url::parse(text) {
        Ok(mut url) if url.user.is_some() => {
            let user = url.user.take();
            let credentials = user.map(|user| Credentials::new(user.name, user.password.unwrap_or_default()));
            (url.to_string(), credentials)
        }
        _ => (text.to_owned(), None),
    }
}

/// A chart of the repository at an address.
fn of_address(
    native: &Native,
    repo: &str,
    chart: &str,
    version: &str,
    flags: &Flags,
    dialect: Dialect,
) -> Result<Blob, Failure> {
    check_scheme(repo)?;
    let (address, own) = without_user(repo);
    let session = session(native, access(flags, own));
    let found = block_on(async {
        let index = Repository::parse(&address)?.index(&session).await?;
        index.find(chart, version)
    });
    let found = found.map_err(|error| match error {
        // Helm has one text for every way not to find a version.
        ChartError::Choose(ChooseError::Constraint { .. }) => {
            format!("chart {chart:?} version {version:?} not found in {repo} repository")
        }
        error => error.to_string(),
    })?;
    tell_fallback(chart, version, &found.version, dialect);
    block_on(found.fetch(&session)).map_err(|error| error.to_string())
}

/// Refuses what Helm has no way to fetch, in its words.
pub(super) fn check_scheme(repository: &str) -> Result<(), Failure> {
    let url = Url::parse(repository).map_err(|_| format!("invalid chart URL format: {repository}"))?;
    match &*url.scheme {
        "http" | "https" => Ok(()),
        "oci" => Err(format!(
            "looks like {repository:?} is not a valid chart repository or cannot be reached: failed to perform \
             \"FetchReference\" on source: invalid reference"
        )),
        scheme => Err(format!("could not find protocol handler for: {scheme}")),
    }
}

/// Helm 4 says so where an exact version is asked for and another one is near enough.
fn tell_fallback(chart: &str, requested: &str, selected: &str, dialect: Dialect) {
    if dialect == Dialect::Helm4 && !requested.is_empty() && requested != selected && !is_range(requested) {
        anstream::eprintln!(
            "level=WARN msg=\"unable to find exact version requested; falling back to closest available version\" \
             chart={chart} requested={requested} selected={selected}"
        );
    }
}

fn is_range(version: &str) -> bool {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    version.contains(['^', '~', '<', '>', '=', '!', '*'])
        || version.contains("||")
        || version.contains(" - ")
        || core.contains(['x', 'X'])
}

/// A chart of a repository that Helm knows by name.
fn of_known(name: &str, version: &str, flags: &Flags, native: &Native) -> Result<Blob, Failure> {
    let Some((repository, chart)) = name.split_once('/') else {
        return Err(format!("non-absolute URLs should be in form of repo_name/path_to_chart, got: {name}"));
    };
    let known = repositories(&files(flags).repositories)?;
    let Some(known) = known.into_iter().find(|known| known.name == repository) else {
        return Err(format!("repo {repository} not found"));
    };
    let Known { url, credentials, everywhere, trust, .. } = known;
    if url.is_empty() {
        return Err(format!("no URL found for repository {repository}"));
    }
    check_scheme(&url)?;
    let own =
        (trust != Trust::default()).then(|| trust.native()).transpose().map_err(|error| error.to_string())?;
    let (address, user) = without_user(&url);
    let access = match credentials.or(user) {
        Some(credentials) => Access { credentials: Some(credentials), everywhere },
        None => access(flags, None),
    };
    let session = session(own.as_ref().unwrap_or(native), access);
    let index = block_on(async { Repository::parse(&address)?.index(&session).await });
    let index = index.map_err(|error| format!("no cached repo found. (try 'helm repo update'): {error}"))?;
    let found = index.find(chart, version).map_err(|error| {
        let reason = match error {
            ChartError::Choose(ChooseError::NoChart { .. }) => "no chart name found".to_owned(),
            ChartError::Choose(ChooseError::NoVersion { .. }) => {
                format!("no chart version found for {chart}-{version}")
            }
            ChartError::Choose(ChooseError::Constraint { reason, .. }) => reason,
            ChartError::Choose(ChooseError::NoAddress(_)) => {
                return format!("chart {name:?} has no downloadable URLs");
            }
            error => error.to_string(),
        };
        format!("chart {chart:?} matching {version} not found in {repository} index. (try 'helm repo update'): {reason}")
    })?;
    block_on(found.fetch(&session)).map_err(|error| error.to_string())
}

/// Helm's files, as the flags move them.
pub(super) fn files(flags: &Flags) -> HelmFiles {
    let mut files = HelmFiles::of_environment();
    let given = |name: &str| Some(flags.text(name)).filter(|path| !path.is_empty()).map(PathBuf::from);
    if let Some(path) = given("repository-config") {
        files.repositories = path;
    }
    if let Some(path) = given("repository-cache") {
        files.cache = path;
    }
    if let (Some(path), Some(first)) = (given("registry-config"), files.registries.first_mut()) {
        *first = path;
    }
    files
}

/// A native with the TLS settings of the flags.
pub(super) fn native(flags: &Flags) -> Result<Native, Failure> {
    trust(flags).native().map_err(|error| format!("missing registry client: {error}"))
}
