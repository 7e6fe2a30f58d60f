//! Which addresses may be asked at all.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::address::{Address, Scheme};

/// Which addresses a host lets charts be fetched from. It is asked before every request, redirects included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Where plain HTTP may be spoken.
    pub plain_http: PlainHttp,
    /// Which registries are spoken to by plain HTTP.
    pub plain_registries: PlainHttp,
    /// Whether this machine and private networks may be reached.
    pub private: bool,
}

/// Where plain HTTP may be spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlainHttp {
    /// Nowhere.
    Never,
    /// To this machine.
    Loopback,
    /// Anywhere, as Helm does.
    Anywhere,
}

/// Why an address may not be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Plain HTTP to a place where anybody on the way could change the answer.
    #[error("plain HTTP is not safe on a network: use https:// (http:// reaches this machine alone)")]
    PlainHttp,
    /// An address of this machine, a private network or a cloud's metadata.
    #[error("it is an address of a private network, and charts are fetched from public ones alone here")]
    Private,
}

impl Policy {
    /// For a function at the edge, which fetches for strangers: HTTPS to public addresses.
    pub fn edge() -> Policy {
        Policy { plain_http: PlainHttp::Never, plain_registries: PlainHttp::Never, private: false }
    }

    /// For a user's own machine: HTTPS to anywhere, plain HTTP to the machine itself.
    pub fn machine() -> Policy {
        Policy { plain_http: PlainHttp::Loopback, plain_registries: PlainHttp::Loopback, private: true }
    }

    /// As Helm, which goes wherever it is told.
    pub fn helm() -> Policy {
        Policy { plain_http: PlainHttp::Anywhere, plain_registries: PlainHttp::Never, private: true }
    }

    /// Says why an address may not be asked.
    pub fn refusal(&self, address: &Address) -> Option<Refusal> {
        if !self.private && is_private(address.host()) {
            return Some(Refusal::Private);
        }
        let plain = match self.plain_http {
            PlainHttp::Never => false,
            PlainHttp::Loopback => is_loopback(address.host()),
            PlainHttp::Anywhere => true,
        };
        (address.scheme() == Scheme::Http && !plain).then_some(Refusal::PlainHttp)
    }
}

/// Whether a host is this machine.
pub(crate) fn is_loopback(host: &str) -> bool {
    match literal(host) {
        Some(IpAddr::V4(ip)) => ip.is_loopback(),
        Some(IpAddr::V6(ip)) => ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback()),
        None => host == "localhost" || host.ends_with(".localhost"),
    }
}

/// Whether a host is, or by its name must be, on a private network.
fn is_private(host: &str) -> bool {
    match literal(host) {
        Some(IpAddr::V4(ip)) => is_private_v4(ip),
        Some(IpAddr::V6(ip)) => is_private_v6(ip),
        None => {
            let name = host.strip_suffix('.').unwrap_or(host);
            let ends = |suffix: &&str| name.ends_with(suffix);
            // A name without a dot is found on the local network or not at all.
            !name.contains('.') || LOCAL_NAMES.iter().any(ends)
        }
    }
}

/// Top-level names that no public server has.
const LOCAL_NAMES: [&str; 7] =
    [".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa", ".localdomain"];

fn literal(host: &str) -> Option<IpAddr> {
    match host.strip_prefix('[') {
        Some(inner) => inner.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => host.strip_suffix('.').unwrap_or(host).parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    }
}

/// Everything that IANA does not list as globally reachable.
fn is_private_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    matches!(
        (a, b, c),
        (0 | 10 | 127, _, _)
            | (100, 64..=127, _)
            | (169, 254, _)
            | (172, 16..=31, _)
            | (192, 0, 0 | 2)
            | (192, 88, 99)
            | (192, 168, _)
            | (198, 18 | 19, _)
            | (198, 51, 100)
            | (203, 0, 113)
            | (224.., _, _)
    )
}

fn is_private_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match segments {
        // Mapped and translated addresses are as private as what they carry.
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            is_private_v4(embedded(high, low))
        }
        [0x2002, high, low, ..] => is_private_v4(embedded(high, low)),
        [0x2001, 0xdb8, ..] | [0x2001, 0, ..] => true,
        // Only 2000::/3 is given out to public networks.
        [first, ..] => first & 0xe000 != 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(policy: Policy, address: &str) -> Option<Refusal> {
        policy.refusal(&Address::parse(address).unwrap())
    }

    #[test]
    fn the_edge_reaches_public_addresses_over_tls_alone() {
        let edge = Policy::edge();
        for good in ["https://charts.example.com/x", "https://8.8.8.8", "https://[2606:4700::1111]/"] {
            assert_eq!(refusal(edge, good), None, "{good}");
        }
        for private in [
            "https://localhost/",
            "https://a.localhost/",
            "https://127.0.0.1/",
            "https://10.1.2.3:8443/",
            "https://172.31.0.1/",
            "https://192.168.0.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://169.254.169.254./latest/meta-data",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:a9fe:a9fe]/",
            "https://[64:ff9b::a00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[fd00:ec2::254]/",
            "https://[fe80::1]/",
            "https://metadata.google.internal/",
            "https://metadata.google.internal./",
            "https://metadata/",
            "https://printer.local/",
        ] {
            assert_eq!(refusal(edge, private), Some(Refusal::Private), "{private}");
        }
        assert_eq!(refusal(edge, "http://charts.example.com/"), Some(Refusal::PlainHttp));
    }

    #[test]
    fn plain_http_reaches_this_machine_alone() {
        for good in ["http://localhost:8080/x", "http://127.0.0.1", "http://[::1]:80/x", "https://10.0.0.1/"]
        {
            assert_eq!(refusal(Policy::machine(), good), None, "{good}");
        }
        assert_eq!(refusal(Policy::machine(), "http://charts.example.com"), Some(Refusal::PlainHttp));
        assert_eq!(refusal(Policy::machine(), "http://127.0.0.1.example.com"), Some(Refusal::PlainHttp));
        assert_eq!(refusal(Policy::helm(), "http://charts.example.com"), None);
    }
}
