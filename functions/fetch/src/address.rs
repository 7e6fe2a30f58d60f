//! Addresses, read more strictly than browsers read them.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

/// The longest address that is read, in bytes.
const MAX_ADDRESS: usize = 8192;

/// The address of something on a server: `https://host[:port]/path[?query]`.
///
/// No user, password or fragment, no white space, control character or backslash, and an ASCII host in lower case:
/// two programs that read one of these read the same server.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    origin: Origin,
    /// Begins with `/`; the query is part of it.
    target: String,
}

/// A server: what a credential belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// How it is spoken to.
    pub scheme: Scheme,
    /// Its name or its literal address, an IPv6 one without brackets.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// How a server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// In the clear.
    Http,
    /// Over TLS.
    Https,
}

/// Text that is no [`Address`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is no `https://` or `http://` address.
    #[error("`{0}` is no address: write https://host/path")]
    Scheme(String),
    /// It carries a user name or a password.
    #[error("the address of {0} carries a user name or password: give them apart, so that no log shows them")]
    Credentials(String),
    /// Its host is empty, or not written in ASCII letters, digits, dots and hyphens.
    #[error("`{0}` has no host that can be trusted to be one")]
    Host(String),
    /// Its port is none.
    #[error("`{0}` has a port that is none")]
    Port(String),
    /// A character that programs disagree about.
    #[error("the address has the character {0:?}, which no address may have: write it as a percent escape")]
    Character(char),
    /// It is too long.
    #[error("the address is longer than {MAX_ADDRESS} bytes")]
    Long,
}

impl Scheme {
    fn word(self) -> &'static str {
        match self {
            Scheme::Http => "http",
            Scheme::Https => "https",
        }
    }

    fn port(self) -> u16 {
        match self {
            Scheme::Http => 80,
            Scheme::Https => 443,
        }
    }
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// See [`AddressError`].
    pub fn parse(text: &str) -> Result<Address, AddressError> {
        if text.len() > MAX_ADDRESS {
            return Err(AddressError::Long);
        }
        // What other readers strip or turn around, and so see another server than the one checked here.
        if let Some(wrong) =
            text.chars().find(|c| !c.is_ascii_graphic() || matches!(c, '\\' | '"' | '<' | '>'))
        {
            return Err(AddressError::Character(wrong));
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Scheme::Https, rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Scheme::Http, rest),
            _ => return Err(AddressError::Scheme(shown(text))),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        if let Some((_, host)) = authority.rsplit_once('@') {
            return Err(AddressError::Credentials(shown(host)));
        }
        let target = target.split('#').next().unwrap_or_default();
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        Ok(Address { origin: Origin::parse(scheme, authority)?, target })
    }

    /// The server.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Path and query; begins with `/`.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// The same server with `path` behind what this address names: `…/repo.git` and `info/refs` make
    /// `…/repo.git/info/refs`. A query of this address is left out.
    pub fn below(&self, path: &str) -> Address {
        let base = self.target.split('?').next().unwrap_or_default().trim_end_matches('/');
        Address { origin: self.origin.clone(), target: format!("{base}/{path}") }
    }

    /// What a `Location` header or another relative reference names, seen from here.
    ///
    /// # Errors
    /// See [`AddressError`].
    pub fn refer(&self, reference: &str) -> Result<Address, AddressError> {
        if reference.starts_with("//") {
            return Address::parse(&format!("{}:{reference}", self.origin.scheme.word()));
        }
        if reference.contains("://") {
            return Address::parse(reference);
        }
        let path = self.target.split('?').next().unwrap_or_default();
        let target = match reference.chars().next() {
            Some('/') => reference.to_owned(),
            Some('?') => format!("{path}{reference}"),
            _ => format!("{}/{reference}", path.rsplit_once('/').map_or("", |(folder, _)| folder)),
        };
        Address::parse(&format!("{}{target}", self.origin))
    }
}

impl Origin {
    fn parse(scheme: Scheme, authority: &str) -> Result<Origin, AddressError> {
        let wrong = || AddressError::Host(shown(authority));
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let (host, port) = rest.split_once(']').ok_or_else(wrong)?;
                host.parse::<Ipv6Addr>().map_err(|_| wrong())?;
                (host.to_ascii_lowercase(), port)
            }
            None => {
                let end = authority.find(':').unwrap_or(authority.len());
                let (host, port) = authority.split_at(end);
                (name(host).ok_or_else(wrong)?, port)
            }
        };
        let port = match port.strip_prefix(':') {
            // `https://host:/` is allowed by the standard and means the usual port; nobody writes it on purpose.
            Some(digits) if digits.bytes().all(|digit| digit.is_ascii_digit()) => {
                digits.parse().ok().filter(|port| *port != 0)
            }
            None if port.is_empty() => Some(scheme.port()),
            _ => None,
        };
        Ok(Origin { scheme, host, port: port.ok_or_else(|| AddressError::Port(shown(authority)))? })
    }

    /// The literal address that the host is, where it is one.
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }
}

/// A host name in lower case. What looks like a number is read by some programs as an IPv4 address in another notation
/// (`0x7f.1`, `2130706433`), so that only the usual one is allowed.
fn name(host: &str) -> Option<String> {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    // A dot at the end makes a name absolute for the resolver and a different one for certificates.
    if host.len() > 253 || !host.split('.').all(label) {
        return None;
    }
    let host = host.to_ascii_lowercase();
    let last = host.rsplit('.').next().unwrap_or_default();
    let numeric = last.bytes().all(|byte| byte.is_ascii_digit())
        || last.strip_prefix("0x").is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if numeric && host.parse::<std::net::Ipv4Addr>().is_err() {
        return None;
    }
    Some(host)
}

/// The beginning of a text, for a message.
fn shown(text: &str) -> String {
    let text = text.rsplit_once('@').map_or(text, |(_, rest)| rest);
    text.chars().take(100).collect()
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Origin { scheme, host, port } = self;
        f.write_str(scheme.word())?;
        f.write_str("://")?;
        if host.contains(':') {
            write!(f, "[{host}]")?
        } else {
            f.write_str(host)?
        }
        if *port == scheme.port() { Ok(()) } else { write!(f, ":{port}") }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<String, AddressError> {
        Address::parse(text).map(|address| address.to_string())
    }

    #[test]
    fn addresses_have_one_form() {
        for (text, expected) in [
            ("https://Git.Example.com", "https://git.example.com/"),
            ("HTTPS://git.example.com:443/a/b.git", "https://git.example.com/a/b.git"),
            ("http://git.example.com:8080/?a=b#c", "http://git.example.com:8080/?a=b"),
            ("https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
            ("https://127.0.0.1?x", "https://127.0.0.1/?x"),
        ] {
            assert_eq!(parse(text).as_deref(), Ok(expected));
        }
    }

    #[test]
    fn what_programs_read_differently_is_refused() {
        for text in [
            "",
            "git.example.com/a",
            "file:///etc/passwd",
            "ssh://git.example.com/a",
            "https://",
            "https:///a",
            "https://?a",
            "https://ann:secret@git.example.com/",
            "https://git.example.com\n.evil.example/",
            "https://git.example.com\\@evil.example/",
            "https://git.example.com /",
            "https://0x7f.1/",
            "https://0X7F.1/",
            "https://169.254.169.0XFE/",
            "https://2130706433/",
            "https://git.example.com:0/",
            "https://git.example.com:99999/",
            "https://git.example.com:8x/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://127.1/",
            "https://0177.0.0.1/",
            "https://git..example.com/",
            "https://git.example.com./",
            "https://gît.example.com/",
            "https://[::1/",
            "https://[evil]/",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn no_error_shows_a_password() {
        for text in ["https://ann:secret@git.example.com/", "ftp://ann:secret@git.example.com/"] {
            let error = parse(text).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn references_are_seen_from_an_address() {
        let from = Address::parse("https://git.example.com/a/b?c").unwrap();
        for (reference, expected) in [
            ("/x", "https://git.example.com/x"),
            ("y", "https://git.example.com/a/y"),
            ("?z", "https://git.example.com/a/b?z"),
            ("//cdn.example.com/x", "https://cdn.example.com/x"),
            ("http://cdn.example.com", "http://cdn.example.com/"),
        ] {
            assert_eq!(from.refer(reference).map(|to| to.to_string()).as_deref(), Ok(expected));
        }
        assert_eq!(
            from.below("info/refs?service=x").to_string(),
            "https://git.example.com/a/b/info/refs?service=x"
        );
    }
}
