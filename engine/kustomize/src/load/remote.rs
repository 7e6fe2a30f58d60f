//! Telling addresses of repositories and of web pages from paths.

use crate::Error;

/// The refusal of an address, which tells what to do instead.
pub(super) fn refused(address: &str) -> Error {
    let path = address.split('?').next().unwrap_or_default();
    let file = is_url(path) && [".yaml", ".yml", ".json"].iter().any(|end| path.ends_with(end));
    Error::Remote(match file || !is_repository(address) {
        true => {
            format!(
                "'{address}' is on the web, and builds fetch nothing: keep a copy of the file in the repository"
            )
        }
        false => format!(
            "'{address}' is in another repository, and builds fetch nothing: keep a copy of it in this one and refer \
             to its folder"
        ),
    })
}

/// Whether a path is the address of a file on the web.
pub(super) fn is_url(path: &str) -> bool {
    let scheme = path.split_once(':').map_or("", |(scheme, _)| scheme).to_ascii_lowercase();
    scheme == "http" || scheme == "https"
}

const SCHEMES: [&str; 4] = ["ssh://", "https://", "http://", "file://"];

/// Whether Kustomize would take a path for the address of a git repository.
pub(super) fn is_repository(path: &str) -> bool {
    if path.starts_with('/') {
        return false;
    }
    let path = path.split('?').next().unwrap_or_default();
    let path = without_prefix(path, "git::").unwrap_or(path);
    let scheme = SCHEMES.into_iter().find(|scheme| without_prefix(path, scheme).is_some());
    let rest = scheme.and_then(|scheme| without_prefix(path, scheme)).unwrap_or(path);
    let (user, rest) = split_user(rest);
    let lower = rest.to_ascii_lowercase();
    let github = lower.starts_with("github.com/") || lower.starts_with("github.com:");
    let short = scheme.is_none() && (user || github);
    if scheme.is_none() && !short {
        return false;
    }
    if scheme == Some("file://") {
        return names_repository(rest, None);
    }
    let slash = rest.find('/');
    let colon = if short { rest.find(':').filter(|colon| *colon > 0) } else { None };
    let end = match (slash, colon) {
        (Some(slash), Some(colon)) => Some(slash.min(colon)),
        (slash, colon) => slash.or(colon),
    };
    end.is_some_and(|end| names_repository(&rest[end + 1..], Some(2)))
}

fn without_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}

fn split_user(text: &str) -> (bool, &str) {
    let Some((user, rest)) = text.split_once('@') else { return (false, text) };
    let valid = user.starts_with(|c: char| c.is_ascii_alphabetic())
        && user.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if valid { (true, rest) } else { (false, text) }
}

/// Whether what follows the host names a repository and a folder that is inside of it.
fn names_repository(path: &str, segments: Option<usize>) -> bool {
    let (repository, folder) = if let Some(at) = path.find("_git/") {
        let inner = &path[at + "_git/".len()..];
        let end = inner.find('/').unwrap_or(inner.len());
        (&path[..at + "_git/".len() + end], &inner[end..])
    } else if let Some((repository, folder)) = path.split_once("//") {
        (repository, folder)
    } else if let Some(at) = path.find(".git") {
        path.split_at(at + ".git".len())
    } else {
        match segments {
            None => (path, ""),
            Some(count) => {
                if path.split('/').count() < count {
                    return false;
                }
                let end = path.match_indices('/').nth(count - 1).map_or(path.len(), |(at, _)| at);
                path.split_at(end)
            }
        }
    };
    let mut depth = 0i64;
    for segment in folder.split('/') {
        match segment {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        if depth < 0 {
            return false;
        }
    }
    !repository.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_paths() {
        for address in [
            "github.com/org/repo//base?ref=v1",
            "https://github.com/org/repo",
            "git@example.com:org/repo.git",
            "ssh://git@example.com/org/repo.git//x",
        ] {
            assert!(is_repository(address), "{address}");
        }
        for path in
            ["../base", "base", "github.com", "/abs/github.com/a/b", "a.git/b", "https://github.com/org"]
        {
            assert!(!is_repository(path), "{path}");
        }
        assert!(is_url("https://example.com/x.yaml"));
        assert!(!is_url("x/https.yaml"));
    }
}
