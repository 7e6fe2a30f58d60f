//! Addresses as Go's `net/url` reads and prints them.

use std::net::Ipv6Addr;

use super::quote::quote;

/// An address taken apart. Path, fragment, user and host are decoded; query and opaque part are as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Url {
    /// In lower case, without the colon.
    pub scheme: String,
    /// What follows the scheme of an address without slashes, such as `mailto:`.
    pub opaque: String,
    /// User and password, when there is an `@`.
    pub user: Option<User>,
    /// Host and port.
    pub host: String,
    /// The path, decoded.
    pub path: String,
    /// The path as it was written, when encoding [`Url::path`] would give another text.
    pub raw_path: String,
    /// Whether an empty query was written.
    pub force_query: bool,
    /// The query, as written.
    pub query: String,
    /// The fragment, decoded.
    pub fragment: String,
    /// The fragment as it was written, when encoding [`Url::fragment`] would give another text.
    pub raw_fragment: String,
    /// Whether the address has a scheme and a rooted path but no host, as in `file:/x`.
    pub omit_host: bool,
}

/// A user and perhaps a password, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// The password, which may be empty, when there is a colon.
    pub password: Option<String>,
}

/// Says why a text is no address, in Go's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("parse {}: {why}", quote(url))]
pub struct UrlError {
    /// The address.
    pub url: String,
    /// The reason.
    pub why: String,
}

/// Which characters stand as they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Path,
    Host,
    Zone,
    UserPassword,
    QueryComponent,
    Fragment,
}

impl Url {
    /// Reads an address.
    pub fn parse(text: &str) -> Result<Self, UrlError> {
        let (before, fragment) = text.split_once('#').unwrap_or((text, ""));
        let mut url =
            parse_without_fragment(before).map_err(|why| UrlError { url: before.to_owned(), why })?;
        if !fragment.is_empty() {
            url.fragment = unescape(fragment, Encoding::Fragment)
                .map_err(|why| UrlError { url: text.to_owned(), why })?;
            if escape(&url.fragment, Encoding::Fragment) != fragment {
                url.raw_fragment = fragment.to_owned();
            }
        }
        Ok(url)
    }

    /// Returns the host without port and brackets.
    pub fn hostname(&self) -> &str {
        split_host_port(&self.host).0
    }

    /// Returns the port, empty when there is none.
    pub fn port(&self) -> &str {
        split_host_port(&self.host).1
    }

    fn escaped_path(&self) -> String {
        let raw = &self.raw_path;
        if !raw.is_empty()
            && is_valid_encoding(raw, Encoding::Path)
            && unescape(raw, Encoding::Path).is_ok_and(|path| path == self.path)
        {
            return raw.clone();
        }
        if self.path == "*" { "*".to_owned() } else { escape(&self.path, Encoding::Path) }
    }

    fn escaped_fragment(&self) -> String {
        let raw = &self.raw_fragment;
        if !raw.is_empty()
            && is_valid_encoding(raw, Encoding::Fragment)
            && unescape(raw, Encoding::Fragment).is_ok_and(|fragment| fragment == self.fragment)
        {
            return raw.clone();
        }
        escape(&self.fragment, Encoding::Fragment)
    }

    fn push_authority(&self, out: &mut String) {
        if self.scheme.is_empty() && self.host.is_empty() && self.user.is_none()
            || self.omit_host && self.host.is_empty() && self.user.is_none()
        {
            return;
        }
        if !self.host.is_empty() || !self.path.is_empty() || self.user.is_some() {
            out.push_str("//");
        }
        if let Some(user) = &self.user {
            out.push_str(&user.to_string());
            out.push('@');
        }
        out.push_str(&escape(&self.host, Encoding::Host));
    }
}

impl std::fmt::Display for Url {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut out = String::new();
        if !self.scheme.is_empty() {
            out.push_str(&self.scheme);
            out.push(':');
        }
        if self.opaque.is_empty() {
            self.push_authority(&mut out);
            let path = self.escaped_path();
            if !path.is_empty() && !path.starts_with('/') && !self.host.is_empty() {
                out.push('/');
            }
            // Without a scheme, a colon in the first segment would be taken for the end of one.
            if out.is_empty() && path.split('/').next().is_some_and(|segment| segment.contains(':')) {
                out.push_str("./");
            }
            out.push_str(&path);
        } else {
            out.push_str(&self.opaque);
        }
        if self.force_query || !self.query.is_empty() {
            out.push('?');
            out.push_str(&self.query);
        }
        if !self.fragment.is_empty() {
            out.push('#');
            out.push_str(&self.escaped_fragment());
        }
        f.write_str(&out)
    }
}

impl std::fmt::Display for User {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&escape(&self.name, Encoding::UserPassword))?;
        match &self.password {
            Some(password) => write!(f, ":{}", escape(password, Encoding::UserPassword)),
            None => Ok(()),
        }
    }
}

/// Encodes a text for use in a query; spaces become `+`.
pub fn query_escape(text: &str) -> String {
    escape(text, Encoding::QueryComponent)
}

fn parse_without_fragment(text: &str) -> Result<Url, String> {
    if text.bytes().any(|byte| byte < b' ' || byte == 0x7f) {
        return Err("net/url: invalid control character in URL".to_owned());
    }
    let mut url = Url::default();
    if text == "*" {
        url.path = "*".to_owned();
        return Ok(url);
    }
    let (scheme, mut rest) = split_scheme(text)?;
    url.scheme = scheme.to_ascii_lowercase();
    if rest.ends_with('?') && rest.matches('?').count() == 1 {
        url.force_query = true;
        rest = &rest[..rest.len() - 1];
    } else if let Some((before, query)) = rest.split_once('?') {
        rest = before;
        url.query = query.to_owned();
    }
    if !rest.starts_with('/') {
        if !url.scheme.is_empty() {
            url.opaque = rest.to_owned();
            return Ok(url);
        }
        if rest.split('/').next().is_some_and(|segment| segment.contains(':')) {
            return Err("first path segment in URL cannot contain colon".to_owned());
        }
    }
    let after_slashes =
        rest.strip_prefix("//").filter(|_| !url.scheme.is_empty() || !rest.starts_with("///"));
    if let Some(after) = after_slashes {
        let (authority, path) = after.split_at(after.find('/').unwrap_or(after.len()));
        (url.user, url.host) = parse_authority(&url.scheme, authority)?;
        rest = path;
    } else if !url.scheme.is_empty() && rest.starts_with('/') {
        url.omit_host = true;
    }
    url.path = unescape(rest, Encoding::Path)?;
    if escape(&url.path, Encoding::Path) != rest {
        url.raw_path = rest.to_owned();
    }
    Ok(url)
}

fn split_scheme(text: &str) -> Result<(&str, &str), String> {
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return Err("missing protocol scheme".to_owned()),
            b':' => return Ok((&text[..at], &text[at + 1..])),
            _ => return Ok(("", text)),
        }
    }
    Ok(("", text))
}

fn parse_authority(scheme: &str, authority: &str) -> Result<(Option<User>, String), String> {
    let Some((user, host)) = authority.rsplit_once('@') else {
        return Ok((None, parse_host(scheme, authority)?));
    };
    let host = parse_host(scheme, host)?;
    let valid = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(&byte);
    if !user.bytes().all(valid) {
        return Err("net/url: invalid userinfo".to_owned());
    }
    let (name, password) =
        user.split_once(':').map_or((user, None), |(name, password)| (name, Some(password)));
    let name = unescape(name, Encoding::UserPassword)?;
    let password = password.map(|password| unescape(password, Encoding::UserPassword)).transpose()?;
    Ok((Some(User { name, password }), host))
}

fn parse_host(scheme: &str, host: &str) -> Result<String, String> {
    match host.rfind('[') {
        Some(0) => return parse_bracketed_host(host),
        Some(_) => return Err("invalid IP-literal".to_owned()),
        None => {}
    }
    if let (Some(first), Some(last)) = (host.find(':'), host.rfind(':')) {
        // Of several colons only the web's schemes mind.
        let colon = if matches!(scheme, "http" | "https") { first } else { last };
        check_port(&host[colon..])?;
    }
    unescape(host, Encoding::Host)
}

fn parse_bracketed_host(host: &str) -> Result<String, String> {
    let Some(close) = host.rfind(']') else { return Err("missing ']' in host".to_owned()) };
    let (address, port) = (&host[1..close], &host[close + 1..]);
    check_port(port)?;
    let port = unescape(port, Encoding::Host)?;
    let address = match address.find("%25") {
        Some(zone) => {
            unescape(&address[..zone], Encoding::Host)? + &unescape(&address[zone..], Encoding::Zone)?
        }
        None => unescape(address, Encoding::Host)?,
    };
    let (number, zone) =
        address.split_once('%').map_or((&*address, None), |(number, zone)| (number, Some(zone)));
    if number.parse::<std::net::Ipv4Addr>().is_ok() {
        return Err("invalid IP-literal".to_owned());
    }
    if number.parse::<Ipv6Addr>().is_err() || zone == Some("") {
        return Err(format!("invalid host: ParseAddr({}): unable to parse IP", quote(&address)));
    }
    Ok(format!("[{address}]{port}"))
}

fn check_port(port: &str) -> Result<(), String> {
    match port.strip_prefix(':') {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Ok(()),
        None if port.is_empty() => Ok(()),
        _ => Err(format!("invalid port {} after host", quote(port))),
    }
}

fn split_host_port(host: &str) -> (&str, &str) {
    let colon = host.rfind(':').filter(|colon| check_port(&host[*colon..]).is_ok());
    let (name, port) = colon.map_or((host, ""), |colon| (&host[..colon], &host[colon + 1..]));
    let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    (bare.unwrap_or(name), port)
}

fn stands_as_it_is(byte: u8, encoding: Encoding) -> bool {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        return true;
    }
    let allowed: &[u8] = match encoding {
        Encoding::Path => b"$&+,/:;=@",
        Encoding::Host | Encoding::Zone => b"!$&'()*+,;=:[]<>\"",
        Encoding::UserPassword => b"$&+,;=",
        Encoding::QueryComponent => b"",
        Encoding::Fragment => b"$&+,/:;=?@!()*",
    };
    allowed.contains(&byte)
}

fn is_valid_encoding(text: &str, encoding: Encoding) -> bool {
    text.bytes().all(|byte| b"!$&'()*+,;=:@[]%".contains(&byte) || stands_as_it_is(byte, encoding))
}

fn escape(text: &str, encoding: Encoding) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte == b' ' && encoding == Encoding::QueryComponent {
            out.push('+');
        } else if stands_as_it_is(byte, encoding) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn unescape(text: &str, encoding: Encoding) -> Result<String, String> {
    let bad_escape = |text: &str| Err(format!("invalid URL escape {}", quote(text)));
    let host = matches!(encoding, Encoding::Host | Encoding::Zone);
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte != b'%' {
            if host && byte.is_ascii() && !stands_as_it_is(byte, encoding) {
                return Err(format!("invalid character {} in host name", quote(&text[at..=at])));
            }
            out.push(byte);
            at += 1;
            continue;
        }
        let hex = |offset: usize| bytes.get(at + offset).and_then(|byte| char::from(*byte).to_digit(16));
        let (Some(high), Some(low)) = (hex(1), hex(2)) else {
            let shown = String::from_utf8_lossy(&bytes[at..bytes.len().min(at + 3)]);
            return bad_escape(&shown);
        };
        let (sequence, value) = (&text[at..at + 3], (high * 16 + low) as u8);
        if encoding == Encoding::Host && high < 8 && sequence != "%25" {
            return bad_escape(sequence);
        }
        let zone_ok = sequence == "%25" || value == b' ' || stands_as_it_is(value, Encoding::Host);
        if encoding == Encoding::Zone && !zone_ok {
            return bad_escape(sequence);
        }
        out.push(value);
        at += 3;
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}
