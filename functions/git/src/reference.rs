//! Names of branches and other refs, by the rules of `git check-ref-format` and somewhat stricter.

use std::fmt;

/// The longest name, in bytes, of a ref in full: git itself stores each as a file of that name.
const MAX: usize = 244;

/// The name of a ref in full, such as `refs/heads/main` or `refs/tags/v1`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RefName(String);

/// A branch, by its short name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Branch(RefName);

/// Text that names no ref.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is no name of a branch or ref: {why}")]
pub struct RefNameError {
    /// The text, shortened.
    name: String,
    /// Which rule it breaks.
    why: &'static str,
}

const HEADS: &str = "refs/heads/";

impl RefName {
    /// Reads a name in full.
    ///
    /// # Errors
    /// What git refuses, and what begins with `-` in any part, which programs take for an option.
    pub fn parse(text: &str) -> Result<RefName, RefNameError> {
        let wrong = |why| Err(RefNameError { name: text.chars().take(100).collect(), why });
        if text.len() > MAX {
            return wrong("it is too long");
        }
        if !text.starts_with("refs/") || text.split('/').count() < 3 {
            return wrong("a ref in full begins with refs/heads/, refs/tags/ or the like");
        }
        if text.contains("..") || text.contains("@{") {
            return wrong("`..` and `@{` stand for other things in git");
        }
        if text.chars().any(|c| c.is_control() || matches!(c, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\'))
        {
            return wrong("it has a blank, a control character or one of ~ ^ : ? * [ \\");
        }
        for part in text.split('/') {
            match part {
                "" => return wrong("a part of it is empty"),
                "@" => return wrong("`@` alone is HEAD"),
                _ if part.starts_with('-') => return wrong("a part of it begins with `-`"),
                _ if part.starts_with('.') || part.ends_with('.') => {
                    return wrong("a part of it begins or ends with a dot");
                }
                _ if part.ends_with(".lock") => return wrong("a part of it ends in .lock"),
                _ => {}
            }
        }
        Ok(RefName(text.to_owned()))
    }

    /// The name in full.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The branch that it is, if it is one.
    pub fn branch(&self) -> Option<Branch> {
        self.0.starts_with(HEADS).then(|| Branch(self.clone()))
    }
}

impl Branch {
    /// Reads a short name: `main`, not `refs/heads/main`.
    ///
    /// # Errors
    /// See [`RefName::parse`].
    pub fn parse(text: &str) -> Result<Branch, RefNameError> {
        RefName::parse(&format!("{HEADS}{text}"))
            .map(Branch)
            .map_err(|error| RefNameError { name: text.chars().take(100).collect(), ..error })
    }

    /// The short name.
    pub fn name(&self) -> &str {
        self.0.0.get(HEADS.len()..).unwrap_or_default()
    }

    /// The ref.
    pub fn reference(&self) -> &RefName {
        &self.0
    }
}

impl fmt::Display for RefName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_allows_and_is_no_trap_is_a_branch() {
        for name in ["main", "deploy/shop", "v1.2", "fix-#12", "größe", "a@b"] {
            let branch = Branch::parse(name).unwrap();
            assert_eq!((branch.name(), branch.reference().branch().as_ref()), (name, Some(&branch)));
        }
    }

    #[test]
    fn crafted_names_are_refused() {
        for name in [
            "",
            "a..b",
            "../../etc",
            "a/../b",
            ".hidden",
            "a/.b",
            "a.",
            "a.lock",
            "a.lock/b",
            "a//b",
            "/a",
            "a/",
            "@",
            "a@{1}",
            "a b",
            "a~1",
            "a^",
            "a:b",
            "a?",
            "a*",
            "a[",
            "a\\b",
            "a\nb",
            "a\0",
            "-a",
            "a/--upload-pack=x",
            "\u{7f}",
        ] {
            assert!(Branch::parse(name).is_err(), "{name:?}");
        }
        assert!(Branch::parse(&"a".repeat(300)).is_err());
        for name in ["main", "refs", "refs/heads", "heads/main", "HEAD"] {
            assert!(RefName::parse(name).is_err(), "{name:?}");
        }
    }
}
