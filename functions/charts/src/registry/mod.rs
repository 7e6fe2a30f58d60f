//! OCI registries: tags, manifests and packages, with tokens where the registry asks for them.

mod challenge;
mod manifest;
mod reference;
mod refusal;
mod tags;
mod token;

use fairlead_fetch::{Address, Fetch};
use fairlead_helm::source;
use fairlead_template::go::semver::Version;
use fairlead_world::{Blob, Digest};
use http::StatusCode;

use crate::error::ChartError;
use crate::limits;
use crate::session::{Answer, Ask, Session};

pub use reference::Reference;
pub use tags::tags;

/// A chart that was pulled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// The package.
    pub package: Blob,
    /// The digest of the manifest that named it.
    pub manifest: Digest,
}

/// The tag that a constraint chooses, as Helm chooses it: an exact version is taken for the tag without asking; else the
/// highest of the versions among the tags that fits, an empty constraint being the highest release.
///
/// # Errors
/// Whatever keeps the tags from coming, and no tag that fits.
pub async fn find<F: Fetch>(
    session: &Session<'_, F>,
    reference: &Reference,
    constraint: &str,
) -> Result<String, ChartError> {
    if Version::parse(constraint).is_ok() {
        return Ok(constraint.to_owned());
    }
    choose(session, reference, constraint).await
}

/// The version that a constraint chooses among the tags, whatever it looks like.
///
/// # Errors
/// As [`find`].
pub async fn choose<F: Fetch>(
    session: &Session<'_, F>,
    reference: &Reference,
    constraint: &str,
) -> Result<String, ChartError> {
    let versions = source::versions_of_tags(&tags(session, reference).await?);
    if versions.is_empty() {
        return Err(ChartError::NoTags(format!("oci://{reference}")));
    }
    let chosen = source::choose_version(&versions, constraint)?;
    let none = || ChartError::NoTag { reference: reference.to_string(), constraint: constraint.to_owned() };
    chosen.map(str::to_owned).ok_or_else(none)
}

/// The digest of the manifest that a tag names now.
///
/// # Errors
/// Whatever keeps it from coming.
pub async fn resolve<F: Fetch>(
    session: &Session<'_, F>,
    reference: &Reference,
) -> Result<Digest, ChartError> {
    Ok(Digest::of(&manifest(session, reference).await?))
}

/// Pulls the chart of a reference that has a tag or a digest.
///
/// # Errors
/// Whatever keeps it from coming; what is no chart; and [`ChartError::Digest`] where the registry's answers do not hash
/// to what names them.
pub async fn pull<F: Fetch>(session: &Session<'_, F>, reference: &Reference) -> Result<Pulled, ChartError> {
    let text = manifest(session, reference).await?;
    let digest = Digest::of(&text);
    if let Some(wanted) = reference.digest().filter(|wanted| *wanted != digest) {
        return Err(ChartError::Digest { address: reference.to_string(), found: digest, wanted });
    }
    let layer = manifest::chart_layer(&text)
        .map_err(|reason| ChartError::NoChart { reference: reference.to_string(), reason })?;
    let package = sized_blob(session, reference, layer.digest, layer.size).await?;
    Ok(Pulled { package, manifest: digest })
}

/// The content of a repository that a digest names.
///
/// # Errors
/// Whatever keeps it from coming, and [`ChartError::Digest`].
pub async fn blob<F: Fetch>(
    session: &Session<'_, F>,
    reference: &Reference,
    digest: Digest,
) -> Result<Blob, ChartError> {
    sized_blob(session, reference, digest, limits::PACKAGE_BYTES).await
}

async fn sized_blob<F: Fetch>(
    session: &Session<'_, F>,
    reference: &Reference,
    wanted: Digest,
    size: usize,
) -> Result<Blob, ChartError> {
    let address = reference.base(session)?.below(&format!("blobs/{wanted}"));
    let ask = Ask {
        address: &address,
        accept: "*/*",
        authorization: None,
        // No shorter than what a registry may say when it says no; what is too long has another digest.
        limit: size.max(limits::DOCUMENT_BYTES),
    };
    let content = Blob::from(expect(authorized(session, reference, ask).await?, &address)?);
    let found = content.digest();
    if found != wanted {
        return Err(ChartError::Digest { address: address.to_string(), found, wanted });
    }
    Ok(content)
}

/// The text of a reference's manifest.
async fn manifest<F: Fetch>(session: &Session<'_, F>, reference: &Reference) -> Result<Vec<u8>, ChartError> {
    let name = reference.name();
    let name =
        name.ok_or_else(|| ChartError::Reference(format!("{reference} has neither tag nor digest")))?;
    let address = reference.base(session)?.below(&format!("manifests/{name}"));
    let ask = Ask {
        address: &address,
        accept: manifest::ACCEPT,
        authorization: None,
        limit: limits::DOCUMENT_BYTES,
    };
    let answer = authorized(session, reference, ask).await?;
    match answer.status {
        StatusCode::NOT_FOUND => Err(ChartError::NotFound(reference.to_string())),
        _ => expect(answer, &address),
    }
}

/// The body of a 200.
fn expect(answer: Answer, address: &Address) -> Result<Vec<u8>, ChartError> {
    match answer.status {
        StatusCode::OK => Ok(answer.body),
        status => Err(refused(&answer, status, address)),
    }
}

fn refused(answer: &Answer, status: StatusCode, address: &Address) -> ChartError {
    let reasons = refusal::reasons(status, &answer.body);
    ChartError::Registry { address: address.clone(), status, reasons }
}

/// Asks a registry, with a token or with the credentials where it wants them.
///
/// Only the registry's own answer is taken for its wish: a server that it redirects to may not ask for anything.
async fn authorized<F: Fetch>(
    session: &Session<'_, F>,
    reference: &Reference,
    ask: Ask<'_>,
) -> Result<Answer, ChartError> {
    let again = |authorization| Ask {
        authorization,
        ..Ask { address: ask.address, accept: ask.accept, authorization: None, limit: ask.limit }
    };
    let known = session.tokens.borrow().get(&reference.scope()).cloned();
    let first = session.get(again(known)).await?;
    if first.status != StatusCode::UNAUTHORIZED || !first.own {
        return Ok(first);
    }
    session.tokens.borrow_mut().remove(&reference.scope());
    let Some(challenge) = challenge::challenge(&first.headers) else { return Ok(first) };
    let authorization = token::authorization(session, reference, ask.address, challenge).await?;
    session.tokens.borrow_mut().insert(reference.scope(), authorization.clone());
    session.get(again(Some(authorization))).await
}
