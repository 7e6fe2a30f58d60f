//! The credential for a repository elsewhere. It is never on the command line, where other users would see it.

use std::cell::OnceCell;
use std::path::Path;
use std::rc::Rc;

use fairlead_fetch::{Address, Scheme, block_on};
use fairlead_git::provider::Kind;
use fairlead_git::push::{Credential, Renew};

use super::{RemoteError, app};
use crate::repository::git;

/// A token, and the user it is for where the server minds.
const TOKEN: &str = "FAIRLEAD_TOKEN";
const USER: &str = "FAIRLEAD_USER";

/// What one command shows to a repository's server, found out once.
#[derive(Debug, Default)]
pub(super) struct Access(OnceCell<Known>);

/// What was found.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// What to begin with.
    pub(super) credential: Option<Credential>,
    /// What has a new one where that is no longer taken.
    pub(super) renew: Option<Rc<dyn Renew>>,
}

impl Access {
    /// The token of the environment, else one of the GitHub App that it names, else what git's credential helpers know.
    /// Nobody is asked.
    pub(super) fn to(&self, address: &Address) -> Result<Known, RemoteError> {
        if let Some(known) = self.0.get() {
            return Ok(known.clone());
        }
        let known = find(address)?;
        Ok(self.0.get_or_init(|| known).clone())
    }
}

fn find(address: &Address) -> Result<Known, RemoteError> {
    let named = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let credential = match (named(TOKEN), named(USER)) {
        (Some(password), Some(user)) => Some(Credential::Basic { user, password }),
        (Some(token), None) => Some(Credential::token(token)),
        (None, _) => match app_of(address)? {
            Some(app) => {
                let credential = block_on(app.renew(None))?;
                return Ok(Known { credential: Some(credential), renew: Some(app) });
            }
            None => from_helpers(address),
        },
    };
    Ok(Known { credential, renew: None })
}

/// The GitHub App for an address on GitHub. Its proof is good for every installation of the App, so that no other server may
/// see it: an Enterprise Server has to be named.
fn app_of(address: &Address) -> Result<Option<Rc<dyn Renew>>, RemoteError> {
    let host = &address.origin().host;
    let named = std::env::var(app::HOST).is_ok_and(|named| named.eq_ignore_ascii_case(host));
    if !named && Kind::of_host(host) != Some(Kind::Github) {
        return Ok(None);
    }
    Ok(app::from_environment(address)?.map(|app| app as Rc<dyn Renew>))
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
