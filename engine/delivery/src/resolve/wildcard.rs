//! Which versions are exact.

/// Whether a version leaves open what it comes to: `latest`, a range, or a version that lacks a part.
///
/// A full semantic version is exact, with or without `v`; so is any other word, such as the name of a folder.
pub fn is_wildcard(version: &str) -> bool {
    let version = version.trim();
    if version.is_empty() || version == "latest" {
        return true;
    }
    let has_operator = version.contains(['*', '^', '~', '<', '>', '=', '|', ',', '!'])
        || version.split_whitespace().count() > 1;
    if has_operator {
        return true;
    }
    let core = version.strip_prefix('v').unwrap_or(version);
    let core = core.split(['-', '+']).next().unwrap_or_default();
    let parts: Vec<&str> = core.split('.').collect();
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_open = |part: &&str| matches!(*part, "x" | "X");
    let numeric = parts.iter().all(|part| is_number(part) || is_open(part));
    // `2024-10` is a word, `1.2` a version that lacks its last part.
    let is_short = parts.len() < 3 && !version.contains(['-', '+']);
    numeric && (is_short || parts.iter().any(is_open))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_told_from_exact_versions() {
        for open in [
            "latest",
            "",
            "*",
            "1",
            "1.2",
            "v1.2",
            "1.x",
            "1.2.x",
            "x",
            "^1.2.3",
            "~1.2",
            ">=1.0.0",
            "1.0.0 - 2.0.0",
        ] {
            assert!(is_wildcard(open), "{open}");
        }
        for exact in ["1.2.3", "v1.2.3", "1.2.3-rc.1", "1.2.3+build", "main", "2024-10-01a", "release-7"] {
            assert!(!is_wildcard(exact), "{exact}");
        }
    }
}
