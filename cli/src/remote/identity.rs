//! Who commits to a repository elsewhere: who would commit here.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use fairlead_git::object::Identity;

use crate::home::HomeError;
use crate::repository::git;

/// Whose change it is.
pub(super) fn author() -> Result<Identity, HomeError> {
    identity("AUTHOR")
}

/// Who makes the commit.
pub(super) fn committer() -> Result<Identity, HomeError> {
    identity("COMMITTER").or_else(|_| author())
}

/// Git knows, where it is there; its own variables serve without it.
fn identity(role: &str) -> Result<Identity, HomeError> {
    let asked = git::run(Path::new("."), &["var", &format!("GIT_{role}_IDENT")], &[]);
    let known = asked.ok().and_then(|answer| parse(String::from_utf8_lossy(&answer).trim()));
    known.or_else(|| from_environment(role)).ok_or(HomeError::Nobody)
}

fn from_environment(role: &str) -> Option<Identity> {
    let named = |what: &str| std::env::var(format!("GIT_{role}_{what}")).ok().filter(|text| !text.is_empty());
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let seconds = i64::try_from(now.as_secs()).ok()?;
    Some(Identity { name: named("NAME")?, email: named("EMAIL")?, seconds, offset: 0 })
}

/// Reads `Name <address> seconds +hhmm`.
fn parse(text: &str) -> Option<Identity> {
    let (name, rest) = text.split_once('<')?;
    let (email, when) = rest.rsplit_once('>')?;
    let (seconds, offset) = when.trim().split_once(' ')?;
    let digits: i16 = offset.parse().ok()?;
    let name = name.trim();
    let known = !name.is_empty() && !email.is_empty();
    known.then_some(())?;
    Some(Identity {
        name: name.to_owned(),
        email: email.to_owned(),
        seconds: seconds.parse().ok()?,
        offset: digits / 100 * 60 + digits % 100,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_is_understood() {
        let ann = parse("Ann Lee <ann@example.com> 1700000000 -0330").unwrap();
        assert_eq!((ann.name.as_str(), ann.email.as_str()), ("Ann Lee", "ann@example.com"));
        assert_eq!((ann.seconds, ann.offset), (1_700_000_000, -210));
        for text in ["", "Ann", "Ann <a@b>", " <> 1 +0000", "Ann <a@b> x +0000"] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
