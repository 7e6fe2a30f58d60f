//! Fairlead's hub in one process: an HTTP server over a SQLite file.
//!
//! Several threads answer requests, each with its own connection to the file; what one of them does is seen by the
//! others when its batch is through. Nothing is shared between them but the file.

mod body;
mod fair;
mod server;

use std::net::SocketAddr;
use std::path::PathBuf;

use fairlead_hub::{Access, ExamplesError};
use fairlead_sql::SqlError;

pub use server::Server;

/// How to serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The folder that everything is kept in; it is made where it is not there.
    pub data: PathBuf,
    /// Who has it may do everything. Without it, only a loopback address can be listened on.
    pub token: Option<String>,
}

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Everybody who could connect could do everything.
    #[error(
        "{0} can be reached from other machines, and without a token everybody there could do everything: set FAIRLEAD_TOKEN, or listen on 127.0.0.1"
    )]
    Exposed(SocketAddr),
    /// A token that could be guessed.
    #[error(
        "the token is too short: use at least {} characters, such as the output of `openssl rand -hex 32`",
        Access::MIN_TOKEN
    )]
    Token,
    /// The data folder, the address or a thread.
    #[error("{what}: {source}")]
    System {
        /// What was tried.
        what: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The database.
    #[error(transparent)]
    Sql(#[from] SqlError),
    /// The example projects.
    #[error(transparent)]
    Examples(#[from] ExamplesError),
}

impl Options {
    /// Holds the options to what is safe.
    fn check(&self) -> Result<(), ServeError> {
        match &self.token {
            Some(token) if token.len() < Access::MIN_TOKEN => Err(ServeError::Token),
            None if !self.listen.ip().is_loopback() => Err(ServeError::Exposed(self.listen)),
            Some(_) | None => Ok(()),
        }
    }
}
