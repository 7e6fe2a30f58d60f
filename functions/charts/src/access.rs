//! Credentials, and who may be sent them.

use std::fmt;

use fairlead_template::go::base64::encode64;

/// A name and a password. They are never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    username: String,
    password: String,
}

impl Credentials {
    /// Credentials for Basic authentication.
    pub fn new(username: impl Into<String>, password: impl Into<String>) -> Credentials {
        Credentials { username: username.into(), password: password.into() }
    }

    /// The value of an `Authorization` header.
    pub(crate) fn basic(&self) -> String {
        format!("Basic {}", encode64(format!("{}:{}", self.username, self.password).as_bytes()))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(…)")
    }
}

/// With which credentials a source is asked, and where they may go.
///
/// Those of a chart repository go to the scheme, host and port of the repository and nowhere else, unless
/// `everywhere` is set: then they also go to the package's address that its index names. No redirect takes them to
/// another origin. Those of a registry go to the registry where it asks for Basic authentication, and to the token
/// service that the registry itself names where it asks for a token.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// The credentials, where there are any.
    pub credentials: Option<Credentials>,
    /// Whether packages at other origins than their index get them too (`--pass-credentials`).
    pub everywhere: bool,
}

impl Access {
    /// Without credentials.
    pub fn anonymous() -> Access {
        Access::default()
    }

    /// With credentials that stay with their origin.
    pub fn with(credentials: Credentials) -> Access {
        Access { credentials: Some(credentials), everywhere: false }
    }
}
