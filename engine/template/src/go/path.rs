//! Slash-separated paths as Go's `path` package takes them apart.

/// Returns the shortest path that means the same: no doubled slashes, no `.`, no `..` that could be resolved.
pub fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => drop(parts.pop()),
                _ if rooted => {}
                _ => parts.push(part),
            },
            part => parts.push(part),
        }
    }
    match (rooted, parts.join("/")) {
        (true, joined) => format!("/{joined}"),
        (false, joined) if joined.is_empty() => ".".to_owned(),
        (false, joined) => joined,
    }
}

/// Returns the last element; `.` for an empty path and `/` for nothing but slashes.
pub fn base(path: &str) -> &str {
    if path.is_empty() {
        return ".";
    }
    let trimmed = path.trim_end_matches('/');
    let last = trimmed.rsplit('/').next().unwrap_or(trimmed);
    if last.is_empty() { "/" } else { last }
}

/// Returns all but the last element, cleaned.
pub fn dir(path: &str) -> String {
    clean(path.rfind('/').map_or("", |slash| &path[..=slash]))
}

/// Returns the suffix from the last dot of the last element on; empty when it has none.
pub fn ext(path: &str) -> &str {
    let last = path.rsplit('/').next().unwrap_or(path);
    last.rfind('.').map_or("", |dot| &last[dot..])
}

/// Says whether a path begins with a slash.
pub fn is_abs(path: &str) -> bool {
    path.starts_with('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_come_apart_as_in_go() {
        let cleaned = [
            ("", "."),
            ("abc", "abc"),
            ("a/b/../../..", ".."),
            ("/..", "/"),
            ("//a//b/./c/", "/a/b/c"),
            ("a/..", "."),
            ("../../a", "../../a"),
            ("/a/../..", "/"),
            ("..a/b", "..a/b"),
        ];
        for (path, expected) in cleaned {
            assert_eq!(clean(path), expected, "clean {path:?}");
        }
        for (path, expected) in [("", "."), ("/", "/"), ("//", "/"), ("a/b/", "b"), ("a.tar.gz", "a.tar.gz")]
        {
            assert_eq!(base(path), expected, "base {path:?}");
        }
        for (path, expected) in [("", "."), ("/", "/"), ("a/b/", "a/b"), ("/a", "/"), ("a//b", "a")] {
            assert_eq!(dir(path), expected, "dir {path:?}");
        }
        for (path, expected) in [("a.tar.gz", ".gz"), ("a.d/b", ""), (".x", ".x"), ("", "")] {
            assert_eq!(ext(path), expected, "ext {path:?}");
        }
    }
}
