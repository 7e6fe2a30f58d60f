//! Charts of OCI registries, pulled and told as Helm does.

use fairlead_charts::registry::{self, Pulled, Reference};
use fairlead_charts::{ChartError, PlainRegistries, Session};
use fairlead_fetch::Native;
use fairlead_helm::Dialect;
use fairlead_helm::source;
use fairlead_world::Blob;
use futures_executor::block_on;

use super::Failure;
use super::flags::Flags;
use super::remote::{access, files};
use crate::charts::{NOT_TLS, anywhere};

/// How registries are asked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Registries<'a> {
    pub(super) native: &'a Native,
    pub(super) flags: &'a Flags,
    pub(super) dialect: Dialect,
    /// Whether what was pulled is told on standard output.
    pub(super) on_output: bool,
}

/// A chart that was pulled.
pub(super) struct Chart {
    /// Its version as it was asked for or chosen.
    pub(super) version: String,
    pub(super) package: Blob,
}

impl Registries<'_> {
    /// A session with the credentials of the flags, or those that are kept for the registry.
    fn session(&self, reference: &Reference) -> Session<'_, Native> {
        let mut access = access(self.flags, None);
        if access.credentials.is_none() {
            access.credentials = files(self.flags).of_registry(reference.registry());
        }
        let plain = match self.dialect {
            _ if self.flags.on("plain-http") => PlainRegistries::Always,
            // Helm 3 tries plain HTTP where TLS is not spoken; here that is done on this machine alone.
            Dialect::Helm3 => PlainRegistries::Here,
            Dialect::Helm4 => PlainRegistries::Never,
        };
        Session::new(self.native, anywhere(), access).with_plain_registries(plain)
    }

    /// Pulls the chart of a reference, whose version may be a range.
    pub(super) fn pull(&self, name: &str, version: &str) -> Result<Chart, Failure> {
        let failed = |error: ChartError| self.told(&error);
        let reference = Reference::parse(name).map_err(failed)?;
        let session = self.session(&reference);
        let wanted = match (version, reference.tag()) {
            ("", Some(tag)) => tag,
            (version, Some(tag)) if version.replace('+', "_") != tag => {
                return Err(format!("chart reference and version mismatch: {version} is not {tag}"));
            }
            (version, _) => version,
        };
        let (version, reference) = if reference.digest().is_some() {
            self.check_tag(&session, &reference, wanted)?;
            (wanted.to_owned(), reference.without_tag())
        } else {
            let version = block_on(registry::find(&session, &reference, wanted)).map_err(failed)?;
            let tagged = reference.with_version(&version).map_err(failed)?;
            (version, tagged)
        };
        let pulled = block_on(registry::pull(&session, &reference));
        let pulled = pulled.map_err(|error| {
            format!("failed to perform \"FetchReference\" on source: {}", self.told(&error))
        })?;
        self.tell(&reference, &pulled);
        Ok(Chart { version, package: pulled.package })
    }

    /// Refuses a tag that is there and names something else than the digest.
    fn check_tag(
        &self,
        session: &Session<'_, Native>,
        reference: &Reference,
        tag: &str,
    ) -> Result<(), Failure> {
        let Some(digest) = reference.digest().filter(|_| !tag.is_empty()) else { return Ok(()) };
        let tagged = reference.without_digest().with_version(tag).map_err(|error| self.told(&error))?;
        match block_on(registry::resolve(session, &tagged)) {
            Ok(now) if now != digest => {
                Err(format!("chart reference digest mismatch: {now} is not {digest}"))
            }
            _ => Ok(()),
        }
    }

    /// The tags of a chart as versions, highest first.
    pub(super) fn versions(&self, repository: &str, chart: &str) -> Result<Vec<String>, Failure> {
        let failed = |error: ChartError| {
            format!("could not retrieve list of tags for repository {repository}: {error}")
        };
        let reference = Reference::parse(&format!("{repository}/{chart}")).map_err(failed)?;
        let tags = block_on(registry::tags(&self.session(&reference), &reference)).map_err(failed)?;
        Ok(source::versions_of_tags(&tags))
    }

    fn told(&self, error: &ChartError) -> Failure {
        // Go's client for registries has other words for the same.
        let text = error.to_string().replace(NOT_TLS, "http: server gave HTTP response to HTTPS client");
        match error {
            ChartError::NoTag { .. } if self.dialect == Dialect::Helm3 => text.replacen('c', "C", 1),
            _ => text,
        }
    }

    fn tell(&self, reference: &Reference, pulled: &Pulled) {
        let mut text = format!("Pulled: {reference}\nDigest: {}\n", pulled.manifest);
        if reference.to_string().contains('_') {
            text.push_str(&format!("{reference} contains an underscore.\n{UNDERSCORE}\n"));
        }
        if self.on_output { anstream::print!("{text}") } else { anstream::eprint!("{text}") }
    }
}

const UNDERSCORE: &str = "
OCI artifact references (e.g. tags) do not support the plus sign (+). To support
storing semantic versions, Helm adopts the convention of changing plus (+) to
an underscore (_) in chart version tags when pushing to a registry and back to
a plus (+) when pulling from a registry.";
