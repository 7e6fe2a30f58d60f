//! What signs the commits that a command makes.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use fairlead_git::{SignError, SigningKey};

/// The variable that names the key where no flag does.
const VARIABLE: &str = "FAIRLEAD_SIGNING_KEY";

/// Whether commits are signed, and by what.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct SigningArgs {
    /// Signs the commit with this private SSH key (ed25519 or ecdsa-sha2-nistp256, without a passphrase), as git does with
    /// `gpg.format=ssh`. FAIRLEAD_SIGNING_KEY names it too.
    #[arg(long, value_name = "FILE")]
    signing_key: Option<PathBuf>,
}

/// Why commits cannot be signed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SigningError {
    /// The file cannot be read.
    #[error("the signing key {} cannot be read: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// What it holds cannot sign.
    #[error("{}: {source}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: SignError,
    },
}

impl SigningArgs {
    /// The key that was named, if any.
    pub(crate) fn key(&self) -> Result<Option<SigningKey>, SigningError> {
        let named = || env::var_os(VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from);
        self.signing_key.clone().or_else(named).as_deref().map(read).transpose()
    }
}

fn read(path: &Path) -> Result<SigningKey, SigningError> {
    let text = fs::read_to_string(path).map_err(|source| SigningError::Read { path: path.into(), source })?;
    SigningKey::parse(&text).map_err(|source| SigningError::Key { path: path.into(), source })
}
