//! Who may do what: the one place that looks at credentials.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::problem::Problem;

/// Who may reach this server. There are no members yet: whoever has the token may do everything.
#[derive(Clone)]
pub enum Access {
    /// Whoever can connect, under a loopback name of this machine: for a server that listens there alone.
    Local,
    /// Whoever has the token that hashes to this. Without it, public repositories can be read.
    Token([u8; 32]),
    /// Nobody may reach what is kept, for the host was given no token, or one that could be guessed. What belongs to
    /// nobody is answered all the same.
    Closed,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Caller {
    /// Somebody who may do everything.
    Trusted,
    /// Anybody.
    Anonymous,
}

impl Caller {
    /// # Errors
    /// Where it may be anybody.
    pub(crate) fn required(self) -> Result<(), Problem> {
        match self {
            Caller::Trusted => Ok(()),
            Caller::Anonymous => Err(Problem::Unauthorized),
        }
    }
}

impl Access {
    /// The shortest token, in bytes.
    pub const MIN_TOKEN: usize = 16;

    /// Access with the token that a host was given, if it was given one that cannot be guessed.
    pub fn of(token: Option<&str>) -> Access {
        match token {
            Some(token) if token.len() >= Access::MIN_TOKEN => Access::Token(Sha256::digest(token).into()),
            Some(_) | None => Access::Closed,
        }
    }

    /// # Errors
    /// Where nothing that is kept can be reached by anybody.
    pub(crate) fn keeps(&self) -> Result<(), Problem> {
        if matches!(self, Access::Closed) { Err(Problem::Unavailable) } else { Ok(()) }
    }

    /// Whether a caller may see what belongs to nobody.
    ///
    /// # Errors
    /// Where the host has a token, and the caller has not given it.
    pub(crate) fn shows(&self, caller: Caller) -> Result<(), Problem> {
        if matches!(self, Access::Closed) { Ok(()) } else { caller.required() }
    }

    /// Says who sends a request.
    ///
    /// # Errors
    /// Where the credentials are wrong, or the request is for a server of another name: a page in the browser of somebody
    /// on this machine may have had its own name point here.
    pub(crate) fn caller(&self, headers: &HeaderMap) -> Result<Caller, Problem> {
        match self {
            Access::Local if is_loopback(headers) => Ok(Caller::Trusted),
            Access::Local => Err(Problem::Misdirected),
            Access::Closed => Ok(Caller::Anonymous),
            Access::Token(hash) => {
                let Some(given) = headers.get(header::AUTHORIZATION) else { return Ok(Caller::Anonymous) };
                let token = given.to_str().ok().and_then(token).ok_or(Problem::Unauthorized)?;
                // Hashes are of one length, and comparing them takes the same time wherever they differ.
                let given: [u8; 32] = Sha256::digest(token).into();
                if bool::from(given.ct_eq(hash)) { Ok(Caller::Trusted) } else { Err(Problem::Unauthorized) }
            }
        }
    }
}

/// The token of `Bearer`, or the password of `Basic` whoever the user is, as git sends it.
fn token(header: &str) -> Option<Vec<u8>> {
    let (scheme, value) = header.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(value.trim().as_bytes().to_vec());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = STANDARD.decode(value.trim()).ok()?;
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    decoded.get(colon + 1..).map(<[u8]>::to_vec)
}

fn is_loopback(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else { return false };
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn the_token_opens_as_password_or_bearer() {
        let access = Access::Token(Sha256::digest("s3cret").into());
        let asked = |value: &str| access.caller(&headers(header::AUTHORIZATION, value)).ok();
        let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
        assert_eq!(asked("Bearer s3cret"), Some(Caller::Trusted));
        assert_eq!(asked(&basic("anyone:s3cret")), Some(Caller::Trusted));
        assert_eq!(access.caller(&HeaderMap::new()).ok(), Some(Caller::Anonymous));
        for wrong in ["Bearer s3cre", "Bearer s3crets", "Bearer ", "Digest s3cret", "s3cret", "Basic s3cret"]
        {
            assert_eq!(asked(wrong), None, "{wrong}");
        }
        for wrong in ["s3cret:", "s3cret", "a:b:s3cret", ":"] {
            assert_eq!(asked(&basic(wrong)), None, "{wrong}");
        }
    }

    #[test]
    fn without_a_token_only_loopback_names_are_answered() {
        for name in ["localhost", "localhost:8080", "127.0.0.1:1", "127.9.9.9", "[::1]:80"] {
            assert!(Access::Local.caller(&headers(header::HOST, name)).is_ok(), "{name}");
        }
        for name in
            ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "10.0.0.1", "[::2]", ""]
        {
            assert!(Access::Local.caller(&headers(header::HOST, name)).is_err(), "{name}");
        }
        assert!(Access::Local.caller(&HeaderMap::new()).is_err());
    }
}
