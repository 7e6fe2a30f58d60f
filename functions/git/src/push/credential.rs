//! What a repository's server asks for before it answers.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures_core::future::LocalBoxFuture;
use http::HeaderValue;

/// A credential. It is shown nowhere.
#[derive(Clone, PartialEq, Eq)]
pub enum Credential {
    /// A user and a password; providers take tokens as passwords, most of them with any user.
    Basic {
        /// The user.
        user: String,
        /// The password or token.
        password: String,
    },
    /// A token alone.
    Bearer(String),
}

/// A credential with characters that no header may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the token or user has characters that cannot be sent: is it a line too long?")]
pub struct CredentialError;

/// Where a credential comes from that expires.
pub trait Renew: fmt::Debug {
    /// The credential to use in the place of one that a server no longer takes. Several may ask for the same: who comes
    /// late with an old one gets what the first one got.
    fn renew<'a>(
        &'a self,
        refused: Option<&'a Credential>,
    ) -> LocalBoxFuture<'a, Result<Credential, RenewError>>;
}

/// Why there is no new credential, in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RenewError(pub String);

/// The user of a token, to servers that do not mind.
const ANY_USER: &str = "x-access-token";

impl Credential {
    /// A token, as every provider's git server takes it: the password of a user whose name does not matter.
    pub fn token(token: impl Into<String>) -> Credential {
        Credential::Basic { user: ANY_USER.to_owned(), password: token.into() }
    }

    /// The password or token itself, for who sends it in another form. Whether it can be sent is not checked.
    pub(crate) fn secret(&self) -> &str {
        match self {
            Credential::Basic { password, .. } => password,
            Credential::Bearer(token) => token,
        }
    }

    /// Whether it was made by [`Credential::token`] or is a token alone: it says nothing about a user.
    pub(crate) fn is_token(&self) -> bool {
        match self {
            Credential::Basic { user, .. } => user == ANY_USER,
            Credential::Bearer(_) => true,
        }
    }

    /// The value of the `Authorization` header.
    ///
    /// # Errors
    /// Where it could not be sent as it is.
    pub(crate) fn header(&self) -> Result<HeaderValue, CredentialError> {
        let unfit = |text: &str| text.chars().any(char::is_control);
        let text = match self {
            // A colon in the user's name would end it early.
            Credential::Basic { user, password } if unfit(user) || user.contains(':') || unfit(password) => {
                return Err(CredentialError);
            }
            Credential::Basic { user, password } => {
                format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
            }
            Credential::Bearer(token) => format!("Bearer {token}"),
        };
        let mut header = HeaderValue::from_str(&text).map_err(|_| CredentialError)?;
        header.set_sensitive(true);
        Ok(header)
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credential(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_sent_and_never_shown() {
        let token = Credential::token("s3cret");
        let header = token.header().unwrap();
        assert_eq!(header.to_str().unwrap(), "Basic eC1hY2Nlc3MtdG9rZW46czNjcmV0");
        for shown in [format!("{token:?}"), format!("{header:?}")] {
            assert!(!shown.contains("s3cret") && !shown.contains("czNjcmV0"), "{shown}");
        }
    }

    #[test]
    fn what_would_break_a_header_is_refused() {
        let basic = |user: &str, password: &str| {
            Credential::Basic { user: user.to_owned(), password: password.to_owned() }.header()
        };
        assert!(basic("ann", "a:b").is_ok());
        for (user, password) in [("ann:x", "a"), ("ann\n", "a"), ("ann", "a\r\nHost: evil.example")] {
            assert_eq!(basic(user, password), Err(CredentialError), "{user:?} {password:?}");
        }
        assert_eq!(Credential::Bearer("a\nb".to_owned()).header(), Err(CredentialError));
    }
}
