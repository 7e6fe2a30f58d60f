//! A GitHub App's key on this machine.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use fairlead_fetch::{Address, Guarded, Native, Policy};
use fairlead_git::provider::{App, JwtError, JwtSigner};
use ring::rand::SystemRandom;
use ring::rsa::KeyPair;
use ring::signature::RSA_PKCS1_SHA256;
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject;

use super::RemoteError;

/// The App's id or client id, and the file that its private key is in, as GitHub gives it.
const ID: &str = "FAIRLEAD_GITHUB_APP_ID";
const KEY: &str = "FAIRLEAD_GITHUB_APP_KEY";
/// The host of the GitHub Enterprise Server that the App is registered on, where it is on one.
pub(super) const HOST: &str = "FAIRLEAD_GITHUB_APP_HOST";

/// Why an App cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AppError {
    /// Half of it is there.
    #[error("set both {ID} and {KEY}, the path of the App's private key, or neither")]
    Half,
    /// The key's file cannot be read.
    #[error("the GitHub App's key {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file has no key that could sign.
    #[error("the GitHub App's key {}: {why}: it has to be the RSA private key that GitHub gave, in PEM", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
}

/// The App that the environment names, for the repository at an address.
pub(super) fn from_environment(repository: &Address) -> Result<Option<Rc<App<Native, Key>>>, RemoteError> {
    let named = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let (id, path) = match (named(ID), named(KEY)) {
        (None, None) => return Ok(None),
        (Some(id), Some(path)) => (id.to_string_lossy().into_owned(), PathBuf::from(path)),
        _ => return Err(AppError::Half.into()),
    };
    let text = std::fs::read(&path).map_err(|source| AppError::File { path: path.clone(), source })?;
    let key = Key::parse(&text).map_err(|why| AppError::Key { path, why })?;
    let fetch = Guarded::native(Policy::own_machine());
    Ok(Some(Rc::new(App::new(fetch, repository, &id, key, now)?)))
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}

/// A private key that signs.
pub(super) struct Key(KeyPair);

impl Key {
    /// Reads PKCS #1 or PKCS #8 in PEM.
    fn parse(text: &[u8]) -> Result<Key, String> {
        let key = match PrivateKeyDer::from_pem_slice(text).map_err(|error| error.to_string())? {
            PrivateKeyDer::Pkcs1(key) => KeyPair::from_der(key.secret_pkcs1_der()),
            PrivateKeyDer::Pkcs8(key) => KeyPair::from_pkcs8(key.secret_pkcs8_der()),
            _ => return Err("it is no RSA key".to_owned()),
        };
        key.map(Key).map_err(|error| error.to_string())
    }
}

impl JwtSigner for Key {
    async fn sign(&self, text: &[u8]) -> Result<Vec<u8>, JwtError> {
        let mut signature = vec![0; self.0.public().modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature)
            .map_err(|error| JwtError(error.to_string()))?;
        Ok(signature)
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use fairlead_fetch::block_on;
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

    use super::*;

    /// A new key in one of the formats of `ssh-keygen`, or `None` where that is not there.
    fn key(kind: &[&str]) -> Option<Vec<u8>> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        let mut command = Command::new("ssh-keygen");
        command.args(["-q", "-C", "", "-N", "", "-f"]).arg(&file).args(kind);
        command.status().ok().filter(std::process::ExitStatus::success)?;
        Some(std::fs::read(file).unwrap())
    }

    #[test]
    fn what_is_signed_verifies() {
        for format in ["PEM", "PKCS8"] {
            let Some(text) = key(&["-t", "rsa", "-b", "2048", "-m", format]) else { return };
            let key = Key::parse(&text).unwrap();
            let signature = block_on(key.sign(b"a.b")).unwrap();
            let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.0.public().as_ref());
            public.verify(b"a.b", &signature).unwrap();
            assert!(public.verify(b"a.c", &signature).is_err());
        }
    }

    #[test]
    fn what_is_no_rsa_key_is_refused() {
        let Some(other) = key(&["-t", "ecdsa", "-m", "PEM"]) else { return };
        let short = key(&["-t", "rsa", "-b", "1024", "-m", "PEM"]).unwrap_or_default();
        for text in [
            &b""[..],
            b"-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
            &other,
            &short,
        ] {
            assert!(Key::parse(text).is_err(), "{}", String::from_utf8_lossy(text));
        }
    }
}
