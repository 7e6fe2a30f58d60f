//! HTTP addresses, read strictly: what two parsers could read differently is refused.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use fairlead_template::go::quote::quote;

use crate::limits;

/// An `http` or `https` address: scheme, host, port, and what is asked for. It has no user and no fragment.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Address {
    scheme: Scheme,
    /// In lower case; IPv6 in brackets.
    host: String,
    port: Option<u16>,
    /// Path and query; begins with `/` unless it is empty.
    target: String,
}

/// How an address is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Scheme {
    Http,
    Https,
}

/// Why a text is no address that charts are fetched from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{address} is not an address that charts are fetched from: {reason}")]
pub struct AddressError {
    /// The text, quoted, without the credentials that it may carry.
    pub address: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl Address {
    /// Reads an absolute address.
    ///
    /// # Errors
    /// Other schemes; user and password in the address; white space, control characters and backslashes; hosts that are
    /// empty or written as numbers other than dotted quads.
    pub fn parse(text: &str) -> Result<Address, AddressError> {
        let wrong = |reason| AddressError { address: shown(text), reason };
        check(text).map_err(wrong)?;
        let (scheme, rest) = text.split_once("://").ok_or_else(|| wrong("it has no scheme"))?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return Err(wrong("use https://, http:// or oci://")),
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, target) = rest.split_at(end);
        let (host, port) = authority_parts(authority).map_err(wrong)?;
        let target = if target.starts_with('?') { format!("/{target}") } else { target.to_owned() };
        Ok(Address { scheme, host, port, target })
    }

    /// Reads an address that may be relative to this one, as a `Location` or a `Link` is.
    ///
    /// # Errors
    /// As [`Address::parse`].
    pub fn join(&self, reference: &str) -> Result<Address, AddressError> {
        if has_scheme(reference) {
            return Address::parse(reference);
        }
        check(reference).map_err(|reason| AddressError { address: shown(reference), reason })?;
        let reference = reference.split('#').next().unwrap_or_default();
        if reference.starts_with("//") {
            let scheme = self.scheme.name();
            return Address::parse(&format!("{scheme}:{reference}"));
        }
        let path = self.path();
        let target = match reference.as_bytes().first() {
            None => self.target.clone(),
            Some(b'?') => format!("{path}{reference}"),
            Some(b'/') => normal(reference),
            Some(_) => {
                let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
                normal(&format!("{folder}{reference}"))
            }
        };
        Ok(Address { target, ..self.clone() })
    }

    /// An address below this one, which is taken for a folder and keeps its query, as Helm joins what an index names.
    ///
    /// # Errors
    /// As [`Address::parse`].
    pub(crate) fn below(&self, reference: &str) -> Result<Address, AddressError> {
        if has_scheme(reference) {
            return Address::parse(reference);
        }
        let (path, query) = self.target.split_once('?').map_or((&*self.target, None), |(p, q)| (p, Some(q)));
        let folder = Address { target: format!("{}/", path.trim_end_matches('/')), ..self.clone() };
        let mut joined = folder.join(reference)?;
        if let Some(query) = query {
            joined.target = format!("{}?{query}", joined.path());
        }
        Ok(joined)
    }

    /// The same address with more in its query.
    pub(crate) fn with_query(&self, more: &str) -> Address {
        let mark = match (more.is_empty(), self.target.contains('?')) {
            (true, _) => "",
            (false, true) => "&",
            (false, false) => "?",
        };
        let root = if self.target.is_empty() { "/" } else { "" };
        Address { target: format!("{}{root}{mark}{more}", self.target), ..self.clone() }
    }

    /// The same address over plain HTTP.
    pub(crate) fn plain(self) -> Address {
        Address { scheme: Scheme::Http, ..self }
    }

    /// The host in lower case; IPv6 addresses are in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn scheme(&self) -> Scheme {
        self.scheme
    }

    fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The last segment of the path.
    pub fn file_name(&self) -> &str {
        self.path().rsplit('/').next().unwrap_or_default()
    }

    /// Whether scheme, host and port are the same: whether credentials for one are credentials for the other.
    pub fn same_origin(&self, other: &Address) -> bool {
        let origin = |address: &Address| (address.scheme, address.port.unwrap_or(address.scheme.port()));
        origin(self) == origin(other) && self.host == other.host
    }
}

impl Scheme {
    fn name(self) -> &'static str {
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

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme.name(), self.host)?;
        if let Some(port) = self.port {
            write!(f, ":{port}")?;
        }
        f.write_str(&self.target)
    }
}

/// Refuses what parsers disagree about.
fn check(text: &str) -> Result<(), &'static str> {
    if text.len() > limits::ADDRESS_BYTES {
        return Err("it is too long");
    }
    if text.bytes().any(|byte| byte.is_ascii_control()) {
        return Err("it has control characters in it");
    }
    if text.contains([' ', '\\']) || !text.is_ascii() {
        return Err("spaces, backslashes and characters beyond ASCII have to be percent-encoded");
    }
    if text.contains(['"', '<', '>', '^', '`', '{', '|', '}']) {
        return Err("it has characters in it that have to be percent-encoded");
    }
    Ok(())
}

fn has_scheme(reference: &str) -> bool {
    let scheme = reference.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

fn authority_parts(authority: &str) -> Result<(String, Option<u16>), &'static str> {
    if authority.contains('@') {
        return Err("user and password do not belong into an address: give them apart");
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (inner, after) = rest.split_once(']').ok_or("its host is not closed by a bracket")?;
            let ip: Ipv6Addr = inner.parse().map_err(|_| "its host is no IPv6 address")?;
            let port = match after {
                "" => None,
                after => Some(after.strip_prefix(':').ok_or("something follows its host")?),
            };
            (format!("[{ip}]"), port)
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (name(host)?, Some(port)),
            None => (name(authority)?, None),
        },
    };
    let digits = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let port = match port {
        None | Some("") => None,
        Some(port) if digits(port) => Some(port.parse().map_err(|_| "its port is out of range")?),
        Some(_) => return Err("its port is no number"),
    };
    Ok((host, port))
}

/// A host's name or IPv4 address.
fn name(host: &str) -> Result<String, &'static str> {
    if host.is_empty() {
        return Err("it names no host");
    }
    if host.len() > 253 || !host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)) {
        return Err("its host is no name");
    }
    let bare = host.strip_suffix('.').unwrap_or(host);
    if bare.split('.').any(str::is_empty) {
        return Err("its host has an empty label");
    }
    // `127.1`, `0x7f000001` and `017700000001` are addresses to some parsers and names to others.
    let last = bare.rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x").or(last.strip_prefix("0X"));
    let number = last.bytes().all(|byte| byte.is_ascii_digit())
        || hexadecimal.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if number && bare.parse::<Ipv4Addr>().is_err() {
        return Err("its host is a number, and no IPv4 address of four");
    }
    Ok(host.to_ascii_lowercase())
}

/// A path and query without `.` and `..` segments.
fn normal(target: &str) -> String {
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." {
                    kept.pop();
                }
                if last {
                    kept.push("");
                }
            }
            segment => kept.push(segment),
        }
    }
    let path = format!("/{}", kept.join("/"));
    match query {
        Some(query) => format!("{path}?{query}"),
        None => path,
    }
}

/// A text for an error: quoted, short, and without credentials.
fn shown(text: &str) -> String {
    let text: String = text.chars().take(200).collect();
    match text.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let (authority, path) = rest.split_at(end);
            let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
            quote(&format!("{scheme}://{host}{path}"))
        }
        None => quote(&text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, String> {
        Address::parse(text).map(|address| address.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn what_parsers_read_differently_is_refused() {
        assert_eq!(
            read("HTTPS://Charts.Example.COM:8443/a?b#c"),
            Ok("https://charts.example.com:8443/a?b".into())
        );
        assert_eq!(read("https://x.example?q"), Ok("https://x.example/?q".into()));
        for bad in [
            "charts.example.com",
            "ftp://charts.example.com",
            "file:///etc/passwd",
            "https:///x",
            "https://",
            "https://a b/",
            "https://a.example\n.evil.example/",
            "https://a.example/%0d\r\n",
            "https://a.example\\@evil.example/",
            "https://ann:secret@a.example/",
            "https://a.example:port/",
            "https://a.example:99999/",
            "https://a.example:80:80/",
            "https://[::1/",
            "https://[::1]x/",
            "https://[127.0.0.1]/",
            "https://127.1/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://0177.0.0.1/",
            "https://1.2.3.4.5/",
            "https://a..example/",
            "https://ex%61mple.com/",
            "https://exämple.com/",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
        assert!(!read("https://ann:secret@a.example/").unwrap_err().contains("secret"));
    }

    #[test]
    fn references_are_joined() {
        let base = Address::parse("https://a.example/charts/index.yaml?token=1").unwrap();
        for (reference, joined) in [
            ("web.tgz", "https://a.example/charts/web.tgz"),
            ("../web.tgz", "https://a.example/web.tgz"),
            ("../../../web.tgz", "https://a.example/web.tgz"),
            ("/web.tgz?x=1", "https://a.example/web.tgz?x=1"),
            ("?page=2", "https://a.example/charts/index.yaml?page=2"),
            ("//b.example/web.tgz", "https://b.example/web.tgz"),
            ("http://b.example/web.tgz", "http://b.example/web.tgz"),
            ("", "https://a.example/charts/index.yaml?token=1"),
        ] {
            assert_eq!(base.join(reference).unwrap().to_string(), joined, "{reference}");
        }
        assert!(base.join("javascript:alert(1)").is_err());
        assert!(base.join("https:web.tgz").is_err());
        let repository = Address::parse("https://a.example/charts?token=1").unwrap();
        assert_eq!(
            repository.below("web.tgz").unwrap().to_string(),
            "https://a.example/charts/web.tgz?token=1"
        );
        assert_eq!(repository.below("/web.tgz").unwrap().to_string(), "https://a.example/web.tgz?token=1");
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let same = |a: &str, b: &str| Address::parse(a).unwrap().same_origin(&Address::parse(b).unwrap());
        assert!(same("https://a.example", "https://A.example:443/x"));
        assert!(!same("https://a.example", "http://a.example"));
        assert!(!same("https://a.example", "https://a.example:444"));
        assert!(!same("https://a.example", "https://b.a.example"));
    }
}
