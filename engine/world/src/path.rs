//! Paths within a repository.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

/// A path within one repository: segments joined by `/`, without a leading or trailing one. The root is empty.
///
/// Every value of this type is safe to read and to write on any system that git runs on: no segment is empty, `.`,
/// `..`, or anything that git or a file system would take for `.git`; there are no control characters, backslashes or
/// colons, no segment of more than 255 bytes, and no path of more than 4,096.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RepoPath(Arc<str>);

/// Why a text is not a [`RepoPath`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It starts with `/`.
    #[error("`{0}` is absolute: write it relative to the repository")]
    Absolute(String),
    /// `..` leads out of the repository.
    #[error("`{0}` leads out of the repository")]
    Outside(String),
    /// A segment that is empty, `.` or `..` where none may be.
    #[error("`{0}` has an empty, `.` or `..` segment")]
    Dots(String),
    /// A segment that git, or a file system below it, would take for `.git`.
    #[error("`{0}` names git's own folder")]
    Git(String),
    /// A character that no portable path has.
    #[error("`{path}` has a character that paths may not have: {character:?}")]
    Character {
        /// The path, shortened.
        path: String,
        /// The first such character.
        character: char,
    },
    /// A name that Windows reserves, or that ends in a dot or a space there.
    #[error("`{0}` has a segment that Windows cannot write")]
    Windows(String),
    /// A segment of more than 255 bytes, or a path of more than 4,096.
    #[error("`{0}…` is too long: 255 bytes a segment, 4,096 in all")]
    Long(String),
}

impl RepoPath {
    /// The longest segment, in bytes.
    pub const MAX_SEGMENT: usize = 255;
    /// The longest path, in bytes.
    pub const MAX_PATH: usize = 4096;

    /// The root of the repository.
    pub fn root() -> RepoPath {
        RepoPath(Arc::from(""))
    }

    /// Reads a path as it stands in a git tree: already normal, so that two texts are never one path.
    ///
    /// # Errors
    /// Whatever is not safe everywhere; see [`RepoPath`].
    pub fn parse(text: &str) -> Result<RepoPath, PathError> {
        if text.is_empty() {
            return Ok(RepoPath::root());
        }
        check_whole(text)?;
        text.split('/').try_for_each(|segment| check_segment(text, segment))?;
        Ok(RepoPath(Arc::from(text)))
    }

    /// Resolves a path written in a file of the folder `self`: `./x`, `../x` and doubled slashes are ordinary there.
    ///
    /// # Errors
    /// [`PathError::Outside`] where `..` climbs above the root, and whatever [`RepoPath::parse`] refuses.
    pub fn join(&self, text: &str) -> Result<RepoPath, PathError> {
        if text.len() > Self::MAX_PATH {
            return Err(PathError::Long(shown(text)));
        }
        if text.starts_with('/') {
            return Err(PathError::Absolute(shown(text)));
        }
        let mut segments: Vec<&str> = self.segments().collect();
        for segment in text.split('/') {
            match segment {
                "" | "." => {}
                ".." => {
                    segments.pop().ok_or_else(|| PathError::Outside(shown(text)))?;
                }
                _ => {
                    check_segment(text, segment)?;
                    segments.push(segment);
                }
            }
        }
        let joined = segments.join("/");
        if !joined.is_empty() {
            check_whole(&joined)?;
        }
        Ok(RepoPath(Arc::from(joined)))
    }

    /// The path as text; empty for the root.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The segments from the root down; none for the root.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/').filter(|segment| !segment.is_empty())
    }

    /// The last segment; empty for the root.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The folder that holds it, or `None` for the root.
    pub fn parent(&self) -> Option<RepoPath> {
        if self.is_root() {
            return None;
        }
        let parent = self.0.rsplit_once('/').map_or("", |(parent, _)| parent);
        Some(RepoPath(Arc::from(parent)))
    }

    /// What is left of the path below `folder`, or `None` where it is not inside. A path is inside itself.
    pub fn below(&self, folder: &RepoPath) -> Option<&str> {
        if folder.is_root() {
            return Some(&self.0);
        }
        let rest = self.0.strip_prefix(&*folder.0)?;
        if rest.is_empty() { Some(rest) } else { rest.strip_prefix('/') }
    }
}

fn check_whole(text: &str) -> Result<(), PathError> {
    if text.len() > RepoPath::MAX_PATH {
        return Err(PathError::Long(shown(text)));
    }
    if text.starts_with('/') {
        return Err(PathError::Absolute(shown(text)));
    }
    Ok(())
}

fn check_segment(path: &str, segment: &str) -> Result<(), PathError> {
    if matches!(segment, "" | "." | "..") {
        return Err(PathError::Dots(shown(path)));
    }
    if segment.len() > RepoPath::MAX_SEGMENT {
        return Err(PathError::Long(shown(path)));
    }
    let forbidden =
        |c: &char| c.is_control() || matches!(c, '\\' | ':' | '\u{2028}' | '\u{2029}' | '\u{feff}');
    if let Some(character) = segment.chars().find(forbidden) {
        return Err(PathError::Character { path: shown(path), character });
    }
    if is_git_lookalike(segment) {
        return Err(PathError::Git(shown(path)));
    }
    if is_refused_by_windows(segment) {
        return Err(PathError::Windows(shown(path)));
    }
    Ok(())
}

/// Whether git, HFS+ (which ignores some characters) or NTFS (which knows short names) would read `.git`.
pub fn is_git_lookalike(segment: &str) -> bool {
    // HFS+ drops these before it compares names.
    let ignored =
        |c: &char| matches!(c, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}');
    let seen: String = segment.chars().filter(|c| !ignored(c)).flat_map(char::to_lowercase).collect();
    let seen = seen.trim_end_matches(['.', ' ']);
    if seen == ".git" {
        return true;
    }
    // NTFS gives `.git` a short name such as `GIT~1`.
    seen.strip_prefix("git~").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

fn is_refused_by_windows(segment: &str) -> bool {
    if segment.ends_with(['.', ' ']) {
        return true;
    }
    let stem = segment.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let numbered =
        |name: &str| stem.strip_prefix(name).is_some_and(|n| matches!(n.as_bytes(), [b'1'..=b'9']));
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul") || numbered("com") || numbered("lpt")
}

fn shown(text: &str) -> String {
    text.chars().take(120).collect()
}

impl fmt::Display for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_root() { "." } else { &self.0 })
    }
}

impl fmt::Debug for RepoPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", &*self.0)
    }
}

impl Borrow<str> for RepoPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for RepoPath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(text: &str) -> RepoPath {
        RepoPath::parse(text).unwrap()
    }

    #[test]
    fn join_resolves_dots_within_the_repository() {
        let here = folder("teams/shop/workloads");
        assert_eq!(here.join("../../../charts/api").unwrap().as_str(), "charts/api");
        assert_eq!(here.join("./a//b/").unwrap().as_str(), "teams/shop/workloads/a/b");
        assert_eq!(here.join("../../..").unwrap(), RepoPath::root());
        assert_eq!(here.join("../../../.."), Err(PathError::Outside("../../../..".into())));
        assert_eq!(here.join("/etc/passwd"), Err(PathError::Absolute("/etc/passwd".into())));
    }

    #[test]
    fn parse_takes_only_the_normal_form() {
        for text in ["a//b", "a/", "./a", "a/../b", "..", "a/."] {
            assert_eq!(RepoPath::parse(text), Err(PathError::Dots(text.into())), "{text}");
        }
    }

    #[test]
    fn names_that_some_system_takes_for_git_are_refused() {
        for name in [".git", ".GIT", ".Git", "git~1", "GIT~2", ".g\u{200c}it", ".git.", ".git ", ".git. ."] {
            assert_eq!(RepoPath::parse(&format!("a/{name}")), Err(PathError::Git(format!("a/{name}"))));
        }
        for name in [".gitignore", ".github", "git", "git~x", "my.git"] {
            assert!(RepoPath::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn characters_that_are_not_portable_are_refused() {
        for name in ["a\rb", "a\nb", "a\0b", "a\\b", "a:b", "\u{7f}", "\u{feff}a"] {
            assert!(matches!(RepoPath::parse(name), Err(PathError::Character { .. })), "{name:?}");
        }
    }

    #[test]
    fn names_that_windows_cannot_write_are_refused() {
        for name in ["con", "AUX", "nul.txt", "com1", "LPT9.log", "a.", "a "] {
            assert_eq!(RepoPath::parse(name), Err(PathError::Windows(name.into())));
        }
        for name in ["console", "com", "com10", "auxiliary.yaml"] {
            assert!(RepoPath::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn long_paths_are_refused() {
        assert!(RepoPath::parse(&"a".repeat(255)).is_ok());
        assert!(matches!(RepoPath::parse(&"a".repeat(256)), Err(PathError::Long(_))));
        assert!(matches!(RepoPath::parse(&"a/".repeat(3000)), Err(PathError::Long(_))));
    }

    #[test]
    fn below_tells_what_is_inside() {
        let path = folder("a/b/c");
        assert_eq!(path.below(&folder("a")), Some("b/c"));
        assert_eq!(path.below(&path), Some(""));
        assert_eq!(path.below(&folder("a/bb")), None);
        assert_eq!(folder("ab").below(&folder("a")), None);
        assert_eq!(path.below(&RepoPath::root()), Some("a/b/c"));
    }
}
