//! What reading looks like in a provider's API, without sending anything.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use serde::Deserialize;

use super::super::call::Call;
use super::super::dialect::{Unreadable, json as read};
use super::listing::Listed;
use super::proof::Signed;
use crate::object::Oid;
use crate::reference::Branch;

/// The requests that read, and their answers. Each provider has a file of its own.
pub(super) trait Source {
    /// The repository itself.
    fn repository(&self) -> Call;

    /// The branch that a clone checks out.
    fn default_branch(&self, answer: &[u8]) -> Result<Option<String>, Unreadable>;

    /// Where a branch is.
    fn branch(&self, branch: &Branch) -> Call;

    /// The commit that it is at, where the answer is about that branch.
    fn head(&self, branch: &Branch, answer: &[u8]) -> Result<Oid, Unreadable>;

    /// One commit.
    fn commit(&self, oid: Oid) -> Call;

    /// What the answer says of it.
    fn told(&self, answer: &[u8]) -> Result<Told, Unreadable>;

    /// A page of the commits that are reached from `head`, newest first; the first page has the number 1.
    fn commits(&self, head: Oid, depth: usize, page: usize) -> Call;

    /// What the page says of each.
    fn all_told(&self, answer: &[u8]) -> Result<Vec<Told>, Unreadable>;

    /// What is in a folder, and with `deep` also everything below it; from the beginning, or where the page before said
    /// that it goes on.
    fn folder(&self, place: &Place, deep: bool, next: Option<&str>) -> Call;

    /// What a page of it lists.
    fn listed(&self, place: &Place, answer: &[u8], headers: &HeaderMap) -> Result<Page, Unreadable>;

    /// Where the first page is of another way to list the same, for a list that may be doubted.
    fn otherwise(&self) -> Option<&'static str> {
        None
    }

    /// How many pages of a folder with all below it are worth reading before anybody knows that they are needed.
    fn worth(&self) -> usize;

    /// A file.
    fn file(&self, oid: Oid) -> Call;

    /// Its bytes.
    fn contents(&self, answer: Vec<u8>) -> Result<Vec<u8>, Unreadable>;
}

/// Where a folder is. Some APIs ask for its tree, some for its path in a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) commit: Oid,
    /// Its path from the root, which has an empty one.
    pub(super) path: String,
    /// Its tree, where that is known before it is listed.
    pub(super) tree: Option<Oid>,
}

impl Place {
    /// What of this folder has that path within it.
    pub(super) fn below(&self, path: &str, tree: Oid) -> Place {
        let path = if self.path.is_empty() { path.to_owned() } else { format!("{}/{path}", self.path) };
        Place { commit: self.commit, path, tree: Some(tree) }
    }
}

/// What an API says of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) oid: Oid,
    /// Its tree, where the API has an id for it.
    pub(super) tree: Option<Oid>,
    pub(super) parents: Vec<Oid>,
    pub(super) message: String,
    /// Its author and its committer, where somebody needs them to know it by its id.
    pub(super) signed: Option<(Signed, Signed)>,
}

/// A part of what is in a folder.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) entries: Vec<Listed>,
    /// Where it goes on.
    pub(super) next: Option<String>,
    /// Whether it is cut short, and goes on nowhere.
    pub(super) cut: bool,
    /// How many entries there are altogether, where it says.
    pub(super) total: Option<usize>,
}

/// The branch that a clone checks out, which all three call alike.
pub(super) fn default_branch(answer: &[u8]) -> Result<Option<String>, Unreadable> {
    #[derive(Deserialize)]
    struct Repository {
        default_branch: Option<String>,
    }
    Ok(read::<Repository>(answer)?.default_branch)
}

/// Where a branch is, as GitLab and Gitea tell it.
pub(super) fn head(branch: &Branch, answer: &[u8]) -> Result<Oid, Unreadable> {
    #[derive(Deserialize)]
    struct Head {
        name: String,
        commit: Identified,
    }
    #[derive(Deserialize)]
    struct Identified {
        id: String,
    }
    let found: Head = read(answer)?;
    if found.name != branch.name() {
        return Err(Unreadable::new(ANOTHER_BRANCH));
    }
    oid(&found.commit.id)
}

/// What is wrong with an answer about what nobody asked for.
pub(super) const ANOTHER_BRANCH: &str = "it is about another branch";

/// What has an id in an answer of GitHub's or Gitea's.
#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) sha: String,
}

/// An id in an answer.
pub(super) fn oid(text: &str) -> Result<Oid, Unreadable> {
    Oid::parse(text).map_err(|error| Unreadable::new(&error.to_string()))
}

/// All ids of a list.
pub(super) fn oids(named: Vec<Named>) -> Result<Vec<Oid>, Unreadable> {
    named.iter().map(|named| oid(&named.sha)).collect()
}

/// A file as GitHub and Gitea wrap it.
#[derive(Deserialize)]
struct Wrapped {
    content: Option<String>,
    encoding: Option<String>,
    size: Option<u64>,
}

/// The bytes of a file that is wrapped in JSON.
pub(super) fn unwrapped(answer: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let Wrapped { content, encoding, size } = read(answer)?;
    let Some(content) = content else {
        let size = size.map_or_else(String::new, |size| format!(" of {size} bytes"));
        return Err(Unreadable::new(&format!("a file{size} is larger than it hands out")));
    };
    match encoding.as_deref() {
        Some("utf-8") => Ok(content.into_bytes()),
        Some("base64") => {
            // It comes in lines.
            let plain: Vec<u8> = content.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            STANDARD.decode(plain).map_err(|error| Unreadable::new(&format!("a file is no base64: {error}")))
        }
        _ => Err(Unreadable::new("a file has an encoding that is not known")),
    }
}
