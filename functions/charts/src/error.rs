//! Why a chart could not be had. The texts are Helm's where Helm has one.

use fairlead_fetch::{Address, AddressError, BodyError, FetchError};
use fairlead_helm::source::ChooseError;
use fairlead_template::go::quote::quote;
use fairlead_world::Digest;
use http::StatusCode;

/// Why a chart could not be had. Where a request was sent on, the address is the first one: those that servers make for a
/// moment carry secrets of their own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChartError {
    /// What should be an address is none.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// What should be a reference into a registry is none.
    #[error("invalid reference: {0}")]
    Reference(String),
    /// There is no answer.
    #[error("{}", fetching(address, source))]
    Fetch {
        /// The address.
        address: Address,
        /// Why.
        source: FetchError,
    },
    /// The answer did not come whole.
    #[error("Get {}: {source}", quote(&address.to_string()))]
    Body {
        /// The address.
        address: Address,
        /// Why.
        source: BodyError,
    },
    /// The answer says no.
    #[error("failed to fetch {address} : {status}")]
    Status {
        /// The address.
        address: Address,
        /// The answer's status.
        status: StatusCode,
    },
    /// The registry says no.
    #[error("GET {}: response status code {}: {reasons}", quote(&address.to_string()), status.as_u16())]
    Registry {
        /// The address.
        address: Address,
        /// The answer's status.
        status: StatusCode,
        /// What the registry says.
        reasons: String,
    },
    /// The registry wants credentials, and there are none.
    #[error("GET {}: basic credential not found", quote(&address.to_string()))]
    NoCredentials {
        /// The address.
        address: Address,
    },
    /// The registry has no such repository, tag or manifest.
    #[error("{0}: not found")]
    NotFound(String),
    /// The answer is not what such a server gives.
    #[error("{address}: {reason}")]
    Answer {
        /// The address.
        address: Address,
        /// What is wrong with it.
        reason: String,
    },
    /// What the reference names is no chart.
    #[error("{reference}: {reason}")]
    NoChart {
        /// The reference.
        reference: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A repository's index could not be fetched.
    #[error(
        "looks like {} is not a valid chart repository or cannot be reached: {source}",
        quote(repository)
    )]
    Index {
        /// The repository.
        repository: String,
        /// Why.
        source: Box<ChartError>,
    },
    /// Nothing fits among what there is.
    #[error(transparent)]
    Choose(#[from] ChooseError),
    /// No version of a registry's chart fits.
    #[error("could not locate a version matching provided version string {constraint}")]
    NoTag {
        /// The reference, without a tag.
        reference: String,
        /// The constraint.
        constraint: String,
    },
    /// A repository of a registry is empty.
    #[error("unable to locate any tags in provided repository: {0}")]
    NoTags(String),
    /// The content is not what its digest says.
    #[error("{address} has the digest {found}, and {wanted} was promised")]
    Digest {
        /// Where it comes from.
        address: String,
        /// What it is.
        found: Digest,
        /// What it should be.
        wanted: Digest,
    },
}

impl ChartError {
    /// What a person can do about it.
    pub fn resolution(&self) -> Option<&'static str> {
        Some(match self {
            ChartError::Index { source, .. } => return source.resolution(),
            ChartError::Address(_) | ChartError::Reference(_) => "correct the address",
            ChartError::Fetch { source: FetchError::Forbidden(_) | FetchError::Redirect { .. }, .. } => {
                "use an https:// address that answers by itself, or keep the chart in the repository"
            }
            ChartError::Fetch { .. } | ChartError::Body { source: BodyError::Broken(_), .. } => {
                "check the address, and whether the server can be reached from here"
            }
            ChartError::Body { source: BodyError::Long(_), .. } => {
                "use a source that answers with less, or keep the chart in the repository"
            }
            ChartError::Status { status, .. } if matches!(status.as_u16(), 401 | 403) => {
                "give credentials with `helm repo add`, whose file is read here too"
            }
            ChartError::Status { status, .. } if status.is_server_error() || status.as_u16() == 429 => {
                "the server is at fault or busy: try again later"
            }
            ChartError::Status { .. } | ChartError::NotFound(_) => {
                "check the address, the name and the version"
            }
            ChartError::NoCredentials { .. } => {
                "log in with `helm registry login`, whose file is read here too"
            }
            ChartError::Registry { status, .. } if matches!(status.as_u16(), 401 | 403) => {
                "log in with `helm registry login`, whose file is read here too, or check what the account may read"
            }
            ChartError::Registry { status, .. } if status.is_server_error() || status.as_u16() == 429 => {
                "the server is at fault or busy: try again later"
            }
            ChartError::Registry { .. } => "check the address, the name and the version",
            ChartError::Answer { .. } => {
                "check that the address is that of a chart repository or an OCI registry"
            }
            ChartError::Choose(ChooseError::Unreadable { .. }) => {
                "check that the address is that of a chart repository"
            }
            ChartError::NoChart { .. } => "check that the address names a chart that helm pushed",
            ChartError::Choose(_) | ChartError::NoTag { .. } | ChartError::NoTags(_) => {
                "ask for a version that is there"
            }
            ChartError::Digest { .. } => {
                "the package was changed after it was listed, or on its way: ask who keeps the repository before you trust it"
            }
        })
    }
}

/// Why there is no answer, in Go's words where they are of the connection.
fn fetching(address: &Address, source: &FetchError) -> String {
    let url = quote(&address.to_string());
    match source {
        FetchError::Unreached { why, .. } | FetchError::Broken { why, .. } => format!("Get {url}: {why}"),
        source => format!("Get {url}: {source}"),
    }
}
