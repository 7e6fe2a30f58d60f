//! Names that become path segments and Kubernetes names.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A DNS label: what tenants, environments, workloads, clusters and everything else with a file is called.
///
/// At most 63 lower-case letters, digits and dashes, beginning and ending with a letter or digit. Such a name is one
/// path segment on every system, no look-alike of `.git`, and valid wherever Kubernetes wants a name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

/// Why a text is not a name; the message says what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing at all.
    #[error("it is empty")]
    Empty,
    /// More than the limit.
    #[error("it has {0} characters, and Kubernetes allows {1}")]
    Long(usize, usize),
    /// Another character than the allowed ones.
    #[error("it has the character {0:?}; use lower-case letters, digits and `-`")]
    Character(char),
    /// A dash at an end.
    #[error("it begins or ends with `-`")]
    Dash,
    /// A name that Windows keeps for itself.
    #[error("Windows cannot write a folder of this name")]
    Reserved,
}

impl Name {
    /// The longest DNS label.
    pub const MAX: usize = 63;

    /// Reads a DNS label.
    ///
    /// # Errors
    /// Any other text.
    pub fn parse(text: &str) -> Result<Name, NameError> {
        check_label(text)?;
        if matches!(text, "con" | "prn" | "aux" | "nul")
            || is_numbered(text, "com")
            || is_numbered(text, "lpt")
        {
            return Err(NameError::Reserved);
        }
        Ok(Name(Arc::from(text)))
    }

    /// A name that is written in the program.
    pub(crate) fn fixed(text: &'static str) -> Name {
        debug_assert!(check_label(text).is_ok());
        Name(Arc::from(text))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as shared text.
    pub fn shared(&self) -> Arc<str> {
        self.0.clone()
    }
}

fn is_numbered(text: &str, stem: &str) -> bool {
    text.strip_prefix(stem).is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']))
}

fn check_label(text: &str) -> Result<(), NameError> {
    if text.is_empty() {
        return Err(NameError::Empty);
    }
    if text.len() > Name::MAX {
        return Err(NameError::Long(text.chars().count(), Name::MAX));
    }
    let allowed = |c: &char| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-';
    if let Some(character) = text.chars().find(|c| !allowed(c)) {
        return Err(NameError::Character(character));
    }
    if text.starts_with('-') || text.ends_with('-') { Err(NameError::Dash) } else { Ok(()) }
}

/// Checks a Kubernetes object name: DNS labels joined by dots, at most `limit` characters in all.
///
/// # Errors
/// Any other text.
pub fn check_subdomain(text: &str, limit: usize) -> Result<(), NameError> {
    if text.len() > limit {
        return Err(NameError::Long(text.chars().count(), limit));
    }
    text.split('.').try_for_each(|label| match check_label(label) {
        // Only the whole is limited where labels are joined.
        Err(NameError::Long(..)) => Ok(()),
        other => other,
    })
}

impl Deref for Name {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

/// The name of an HQ variable: letters, digits, `_` and `-`, beginning with a letter or `_`, without dots.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(Arc<str>);

impl Key {
    /// The longest key, in bytes.
    pub const MAX: usize = 253;

    /// Reads a variable's name.
    ///
    /// # Errors
    /// Any other text; the message says what to change.
    pub fn parse(text: &str) -> Result<Key, String> {
        if Key::is_valid(text) {
            return Ok(Key(Arc::from(text)));
        }
        Err(match text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))) {
            Some('.') => "it has a dot, and dots part the scope from the key in references".to_owned(),
            Some(other) => format!("it has the character {other:?}; use letters, digits, `_` and `-`"),
            None if text.is_empty() => "it is empty".to_owned(),
            None if text.len() > Key::MAX => format!("it is longer than {} characters", Key::MAX),
            None => "it begins with a digit or a dash; begin with a letter or `_`".to_owned(),
        })
    }

    /// Whether a text is a variable's name.
    pub fn is_valid(text: &str) -> bool {
        text.len() <= Key::MAX
            && text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && text.bytes().all(|c| c.is_ascii_alphanumeric() || matches!(c, b'_' | b'-'))
    }
}

impl Deref for Key {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl std::borrow::Borrow<str> for Key {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_dns_labels() {
        for good in ["a", "acme-prod", "0", "x9", &"a".repeat(63)] {
            assert!(Name::parse(good).is_ok(), "{good}");
        }
        for (bad, error) in [
            ("", NameError::Empty),
            ("-a", NameError::Dash),
            ("a-", NameError::Dash),
            ("Acme", NameError::Character('A')),
            ("a.b", NameError::Character('.')),
            ("..", NameError::Character('.')),
            (".git", NameError::Character('.')),
            ("git~1", NameError::Character('~')),
            ("a/b", NameError::Character('/')),
            ("a\u{200c}b", NameError::Character('\u{200c}')),
            ("nul", NameError::Reserved),
            ("com1", NameError::Reserved),
            (&"a".repeat(64), NameError::Long(64, 63)),
        ] {
            assert_eq!(Name::parse(bad), Err(error), "{bad}");
        }
    }

    #[test]
    fn subdomains_are_labels_joined_by_dots() {
        assert_eq!(check_subdomain("a.b-c", 253), Ok(()));
        assert_eq!(check_subdomain("a..b", 253), Err(NameError::Empty));
        assert_eq!(check_subdomain(&"a".repeat(254), 253), Err(NameError::Long(254, 253)));
    }

    #[test]
    fn keys_have_no_dots() {
        assert!(Key::parse("cpuLimit_2").is_ok());
        for bad in ["", "a.b", "1a", "-a", "a b", "é"] {
            assert!(Key::parse(bad).is_err(), "{bad}");
        }
    }
}
