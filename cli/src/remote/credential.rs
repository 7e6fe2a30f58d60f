//! The credential for a repository elsewhere. It is never on the command line, where other users would see it.

use std::path::Path;

use fairlead_fetch::{Address, Scheme};
use fairlead_git::push::Credential;

use crate::repository::git;

/// A token, and the user it is for where the server minds.
const TOKEN: &str = "FAIRLEAD_TOKEN";
const USER: &str = "FAIRLEAD_USER";

/// The credential for an address: the token of the environment, or what git's credential helpers know. Nobody is asked.
pub(super) fn of(address: &Address) -> Option<Credential> {
    let named = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    match (named(TOKEN), named(USER)) {
        (Some(password), Some(user)) => Some(Credential::Basic { user, password }),
        (Some(token), None) => Some(Credential::token(token)),
        (None, _) => from_helpers(address),
    }
}

/// Asks git, whose helpers know what its own commands use. An address has no line ends, so that none of its parts can
/// pass for another line of the question.
fn from_helpers(address: &Address) -> Option<Credential> {
    let origin = address.origin();
    let protocol = match origin.scheme {
        Scheme::Http => "http",
        Scheme::Https => "https",
    };
    let shown = origin.to_string();
    let host = shown.split_once("://").map(|(_, host)| host)?;
    let path = address.target().trim_start_matches('/');
    let question = format!("protocol={protocol}\nhost={host}\npath={path}\n\n");
    let answer = git::run_quietly(Path::new("."), &["credential", "fill"], question.as_bytes()).ok()?;
    let answer = String::from_utf8(answer).ok()?;
    let value = |name: &str| answer.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    let (user, password) = (value("username")?.to_owned(), value("password")?.to_owned());
    Some(Credential::Basic { user, password })
}
