//! Smart HTTP, the server's side: what the three addresses of a repository answer.
//!
//! | request | method here |
//! |---|---|
//! | `GET info/refs?service=…` | [`Hosted::advertise`] |
//! | `POST git-upload-pack` | [`Hosted::upload_pack`] |
//! | `POST git-receive-pack` | [`Hosted::receive_pack`] |

mod advertise;
mod band;
mod fetch;
mod negotiate;
mod old;
mod receive;
mod report;
mod send;
mod v2;

use fairlead_fetch::Body;
use fairlead_sql::Sql;

use super::Hosted;
use super::policy::Policy;
use super::source::{Source, SourceError};
use super::store::StoreError;
use crate::wire::{Service, line};

/// The longest name of a ref, or beginning of one, that is looked at: no ref's is as long.
const LONGEST_NAME: usize = 1000;
/// What the server calls itself.
const AGENT: &str = concat!("fairlead/", env!("CARGO_PKG_VERSION"));

/// The version of git's protocol that a client asks for, in the header `Git-Protocol`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protocol {
    /// The first, which knows no versions.
    #[default]
    V0,
    /// The first, announced.
    V1,
    /// The second.
    V2,
}

/// Why there is no answer in git's protocol. What a client did wrong within the protocol is told it there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServeError {
    /// The request cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The storage.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The client asks for what cannot be done; told in the protocol wherever it has begun.
    #[error("{0}")]
    Refused(String),
}

impl Protocol {
    /// Reads the header's value, such as `version=2`; what is not known there is passed over, as git does.
    pub fn parse(header: &str) -> Protocol {
        header
            .split(':')
            .filter_map(|item| match item.trim() {
                "version=2" => Some(Protocol::V2),
                "version=1" => Some(Protocol::V1),
                _ => None,
            })
            .next_back()
            .unwrap_or_default()
    }
}

impl<S: Sql + 'static> Hosted<S> {
    /// Lists refs and capabilities; for reading in version 2, capabilities alone.
    ///
    /// # Errors
    /// Where the storage fails.
    pub async fn advertise(&self, service: Service, protocol: Protocol) -> Result<Vec<u8>, ServeError> {
        Ok(match (service, protocol) {
            (Service::UploadPack, Protocol::V2) => advertise::v2(),
            (Service::UploadPack, _) => advertise::upload_pack(&self.refs().await?, protocol),
            // Version 2 has no way of writing: the client falls back.
            (Service::ReceivePack, _) => advertise::receive_pack(&self.refs().await?, protocol),
        })
    }

    /// Answers what a client wants to read, in pieces as they are sent.
    ///
    /// # Errors
    /// Where the request cannot be read or the storage fails before anything has been answered.
    pub async fn upload_pack(&self, protocol: Protocol, request: Body) -> Result<Body, ServeError> {
        let mut source = Source::new(request);
        let answer = match protocol {
            Protocol::V2 => v2::answer(self, &mut source).await,
            Protocol::V0 | Protocol::V1 => old::answer(self, &mut source).await,
        };
        match answer {
            Err(ServeError::Refused(why)) => Ok(Body::from(error_line(&why))),
            other => other,
        }
    }

    /// Takes a push, and answers what became of each ref. Whatever happens, nothing is left of a push that moved none.
    ///
    /// # Errors
    /// Where the request cannot be read or the storage fails.
    pub async fn receive_pack(&self, request: Body, policy: &impl Policy) -> Result<Body, ServeError> {
        let mut source = Source::new(request);
        match receive::answer(self, &mut source, policy).await {
            Err(ServeError::Refused(why)) => Ok(Body::from(error_line(&why))),
            other => other.map(Body::from),
        }
    }
}

fn error_line(why: &str) -> Vec<u8> {
    let mut answer = Vec::new();
    line::put(&mut answer, format!("ERR {why}\n").as_bytes());
    answer
}
