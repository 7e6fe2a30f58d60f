//! Kubernetes' minor versions.

use std::fmt;

/// The second number of a Kubernetes version, `34` of `v1.34.2+k3s1`; there has been no second first number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Minor(pub u32);

impl Minor {
    /// Reads a version as clusters and people write it: `1.34`, `v1.34.2`, `1.34+`, `v1.34.2-gke.100`. `None` for
    /// anything else.
    pub fn parse(version: &str) -> Option<Minor> {
        let rest = version.trim().trim_start_matches('v').strip_prefix("1.")?;
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        rest.get(..digits)?.parse().ok().map(Minor)
    }
}

impl fmt::Display for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_clusters_write_them() {
        for text in ["1.34", "v1.34", "v1.34.2", "1.34+", "v1.34.2-gke.100", "1.34.2+k3s1", " 1.34 "] {
            assert_eq!(Minor::parse(text), Some(Minor(34)), "{text}");
        }
        for text in ["", "34", "2.34", "v1.", "1.x", "v1.99999999999999999999"] {
            assert_eq!(Minor::parse(text), None, "{text}");
        }
    }
}
