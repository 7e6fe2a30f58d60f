//! Which servers may be reached.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::address::{Origin, Scheme};

/// What an operator allows. Users name repositories and chart registries; without a policy they could make a function
/// ask whatever its network reaches, a cloud's metadata service first of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The hosts that may be reached, where not every public one may: a name, or `*.name` for all names below it.
    pub hosts: Option<BTreeSet<String>>,
    /// Whether addresses of private networks and of this machine may be reached.
    pub private: bool,
    /// Whether plain HTTP may leave this machine.
    pub plain: bool,
}

/// A server that may not be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{origin} may not be reached: {why}")]
pub struct Forbidden {
    /// The server.
    pub origin: Origin,
    /// Which rule forbids it, and who can change that.
    pub why: &'static str,
}

impl Policy {
    /// Every public server over TLS: what a function offers to people who are not its operator.
    pub fn public() -> Policy {
        Policy { hosts: None, private: false, plain: false }
    }

    /// Everything that the user's own machine reaches, TLS except to the machine itself: what a command may do for the
    /// person who runs it.
    pub fn own_machine() -> Policy {
        Policy { hosts: None, private: true, plain: false }
    }

    /// Says whether a server may be reached, as far as its address tells. A host that resolves names by itself checks
    /// the addresses that come out with [`Policy::check_ip`] too.
    ///
    /// # Errors
    /// The rule that forbids it.
    pub fn check(&self, origin: &Origin) -> Result<(), Forbidden> {
        let no = |why| Err(Forbidden { origin: origin.clone(), why });
        let here = origin.host == "localhost" || origin.ip().is_some_and(is_loopback);
        if origin.scheme == Scheme::Http && !self.plain && !(here && self.private) {
            return no("plain HTTP would show credentials to the network; use https://");
        }
        if here && !self.private {
            return no("it is this machine itself");
        }
        match origin.ip() {
            Some(ip) => self.check_ip(origin, ip)?,
            // A host that cannot see what a name resolves to still knows what such a name is for.
            None if !self.private && is_local_name(&origin.host) => {
                return no("its name is of a private network");
            }
            None => {}
        }
        match &self.hosts {
            Some(hosts) if !hosts.iter().any(|allowed| matches(allowed, &origin.host)) => {
                no("it is not among the hosts that the operator allows")
            }
            _ => Ok(()),
        }
    }

    /// Says whether an address that a name resolved to may be reached.
    ///
    /// # Errors
    /// The rule that forbids it.
    pub fn check_ip(&self, origin: &Origin, ip: IpAddr) -> Result<(), Forbidden> {
        let no = |why| Err(Forbidden { origin: origin.clone(), why });
        if is_nowhere(ip) {
            return no("its address is no single server's");
        }
        if !self.private && is_private(ip) {
            return no("its address is of a private network");
        }
        Ok(())
    }
}

/// Names that public servers do not have: one word, or under a suffix that is kept for private networks.
fn is_local_name(host: &str) -> bool {
    let suffixes = [".localhost", ".local", ".internal", ".intranet", ".lan", ".home.arpa", ".localdomain"];
    !host.contains('.') || suffixes.iter().any(|suffix| host.ends_with(suffix))
}

fn matches(allowed: &str, host: &str) -> bool {
    match allowed.strip_prefix("*.") {
        Some(below) => host.strip_suffix(below).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.')),
        None => allowed == host,
    }
}

/// An address within an IPv6 one counts as itself, or every rule for it could be passed by.
fn canonical(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = ip else { return ip };
    if let Some(v4) = v6.to_ipv4_mapped() {
        return IpAddr::V4(v4);
    }
    match v6.segments() {
        // NAT64 and 6to4 carry the address in their bits, `::a.b.c.d` is the deprecated form of a mapped one.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => v4(high, low),
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => v4(high, low),
        _ => ip,
    }
}

fn v4(high: u16, low: u16) -> IpAddr {
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    IpAddr::V4(Ipv4Addr::new(a, b, c, d))
}

fn is_loopback(ip: IpAddr) -> bool {
    canonical(ip).is_loopback()
}

fn is_nowhere(ip: IpAddr) -> bool {
    match canonical(ip) {
        IpAddr::V4(ip) => ip.octets()[0] == 0 || ip.is_multicast() || ip.octets()[0] >= 240,
        IpAddr::V6(ip) => ip.is_unspecified() || ip.is_multicast(),
    }
}

fn is_private(ip: IpAddr) -> bool {
    match canonical(ip) {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            ip.is_private()
                || ip.is_loopback()
                // Metadata services are link-local.
                || ip.is_link_local()
                || (a == 100 && (64..128).contains(&b))
                || (a == 192 && b == 0 && c == 0)
                || (a == 198 && (b == 18 || b == 19))
        }
        IpAddr::V6(ip) => ip.is_loopback() || is_local(ip),
    }
}

/// Unique local (`fc00::/7`), link-local (`fe80::/10`) and the deprecated site-local (`fec0::/10`) addresses.
fn is_local(ip: Ipv6Addr) -> bool {
    let first = ip.segments()[0];
    first & 0xfe00 == 0xfc00 || first & 0xff80 == 0xfe80
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Address;

    fn check(policy: &Policy, text: &str) -> bool {
        policy.check(Address::parse(text).unwrap().origin()).is_ok()
    }

    #[test]
    fn a_public_function_reaches_no_private_network() {
        let policy = Policy::public();
        for text in ["https://git.example.com/", "https://93.184.216.34/", "https://[2606:2800::1]/"] {
            assert!(check(&policy, text), "{text}");
        }
        for text in [
            "http://git.example.com/",
            "https://localhost/",
            "https://127.0.0.1/",
            "https://127.8.8.8/",
            "https://10.0.0.1/",
            "https://172.16.0.1/",
            "https://192.168.1.1/",
            "https://169.254.169.254/",
            "https://100.100.0.1/",
            "https://0.0.0.0/",
            "https://255.255.255.255/",
            "https://224.0.0.1/",
            "https://[::]/",
            "https://[::1]/",
            "https://[::ffff:169.254.169.254]/",
            "https://[::127.0.0.1]/",
            "https://[64:ff9b::a9fe:a9fe]/",
            "https://[2002:a9fe:a9fe::1]/",
            "https://[fd00::1]/",
            "https://[fe80::1]/",
            "https://[fec0::1]/",
            "https://metadata.google.internal/",
            "https://metadata/",
            "https://a.localhost/",
            "https://printer.local/",
        ] {
            assert!(!check(&policy, text), "{text}");
        }
    }

    #[test]
    fn a_name_that_resolves_to_a_private_address_is_refused_when_it_is_known() {
        let address = Address::parse("https://rebound.example.com/").unwrap();
        assert!(Policy::public().check(address.origin()).is_ok());
        assert!(Policy::public().check_ip(address.origin(), Ipv4Addr::LOCALHOST.into()).is_err());
        assert!(Policy::own_machine().check_ip(address.origin(), Ipv4Addr::LOCALHOST.into()).is_ok());
    }

    #[test]
    fn plain_http_stays_on_the_machine() {
        let policy = Policy::own_machine();
        assert!(check(&policy, "http://localhost:3000/"));
        assert!(check(&policy, "http://127.0.0.1:3000/"));
        assert!(!check(&policy, "http://git.example.com/"));
        assert!(!check(&policy, "http://192.168.1.1/"));
        assert!(check(&policy, "https://192.168.1.1/"));
        assert!(check(&Policy { plain: true, ..policy }, "http://git.example.com/"));
    }

    #[test]
    fn an_allowed_name_allows_no_longer_one() {
        let hosts = Some(["git.example.com", "*.charts.example.com"].map(str::to_owned).into());
        let policy = Policy { hosts, ..Policy::public() };
        assert!(check(&policy, "https://git.example.com/"));
        assert!(check(&policy, "https://a.charts.example.com/"));
        for text in [
            "https://charts.example.com/",
            "https://evil-git.example.com/",
            "https://git.example.com.evil.example/",
            "https://evilcharts.example.com/",
        ] {
            assert!(!check(&policy, text), "{text}");
        }
    }
}
