//! Signs commits with an SSH key, as `git commit -S` does with `gpg.format=ssh`.

use ssh_key::{HashAlg, LineEnding, PrivateKey};

use crate::object::Commit;

/// A private key that signs commits: Ed25519, or ECDSA on P-256. It is shown nowhere.
///
/// Both kinds of signature are deterministic, so that a commit planned again has the same id.
#[derive(Clone)]
pub struct SigningKey(PrivateKey);

/// Why a commit could not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// It is no private key in OpenSSH's format.
    #[error("the signing key cannot be read: it must be a private key in OpenSSH's format ({0})")]
    Format(String),
    /// It needs a passphrase.
    #[error("the signing key is locked with a passphrase: give one without")]
    Encrypted,
    /// Its kind is not supported.
    #[error("the signing key is of the kind {0}: use ssh-ed25519 or ecdsa-sha2-nistp256")]
    Kind(String),
    /// The signature could not be made.
    #[error("the commit cannot be signed: {0}")]
    Sign(String),
}

/// What git calls its signatures, so that they count for nothing else.
const NAMESPACE: &str = "git";

impl SigningKey {
    /// Reads a key in OpenSSH's format (`-----BEGIN OPENSSH PRIVATE KEY-----`).
    ///
    /// # Errors
    /// See [`SignError`].
    pub fn parse(text: &str) -> Result<SigningKey, SignError> {
        let key = PrivateKey::from_openssh(text).map_err(|error| SignError::Format(error.to_string()))?;
        if key.is_encrypted() {
            return Err(SignError::Encrypted);
        }
        match key.algorithm() {
            ssh_key::Algorithm::Ed25519
            | ssh_key::Algorithm::Ecdsa { curve: ssh_key::EcdsaCurve::NistP256 } => Ok(SigningKey(key)),
            other => Err(SignError::Kind(other.to_string())),
        }
    }

    /// The armoured signature of a commit, whatever signature it has.
    ///
    /// # Errors
    /// [`SignError::Sign`].
    pub fn sign(&self, commit: &Commit) -> Result<String, SignError> {
        let failed = |error: ssh_key::Error| SignError::Sign(error.to_string());
        let signature =
            self.0.sign(NAMESPACE, HashAlg::Sha512, commit.unsigned().as_bytes()).map_err(failed)?;
        signature.to_pem(LineEnding::LF).map_err(failed)
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(hidden)")
    }
}
