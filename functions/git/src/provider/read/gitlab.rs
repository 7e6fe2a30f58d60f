//! GitLab's API, version 4, read.
//!
//! A folder is asked for by a commit and a path, and a commit's tree has no id there.

use http::HeaderMap;
use http::header::LINK;
use serde::Deserialize;

use super::super::call::{Call, escaped};
use super::super::dialect::{Unreadable, json as read};
use super::listing::Listed;
use super::proof::Signed;
use super::source::{self, Page, Place, Source, Told, oid};
use crate::object::Oid;
use crate::reference::Branch;

/// How much a page has at most.
const PAGE: usize = 100;

/// A project on GitLab.
pub(super) struct Gitlab {
    /// `projects/GROUP%2FNAME`.
    pub(super) project: String,
}

impl Source for Gitlab {
    fn repository(&self) -> Call {
        Call::get("read the project", self.project.clone())
    }

    fn default_branch(&self, answer: &[u8]) -> Result<Option<String>, Unreadable> {
        source::default_branch(answer)
    }

    fn branch(&self, branch: &Branch) -> Call {
        let path = format!("{}/repository/branches/{}", self.project, escaped(branch.name()));
        Call::get("read the branch", path)
    }

    fn head(&self, branch: &Branch, answer: &[u8]) -> Result<Oid, Unreadable> {
        source::head(branch, answer)
    }

    fn commit(&self, oid: Oid) -> Call {
        Call::get("read a commit", format!("{}/repository/commits/{oid}?stats=false", self.project))
    }

    fn told(&self, answer: &[u8]) -> Result<Told, Unreadable> {
        read::<Commit>(answer)?.told()
    }

    fn commits(&self, head: Oid, depth: usize, page: usize) -> Call {
        let query = format!("ref_name={head}&per_page={}&page={page}", depth.clamp(1, PAGE));
        Call::get("read the history", format!("{}/repository/commits?{query}", self.project))
    }

    fn all_told(&self, answer: &[u8]) -> Result<Vec<Told>, Unreadable> {
        read::<Vec<Commit>>(answer)?.into_iter().map(Commit::told).collect()
    }

    fn folder(&self, place: &Place, deep: bool, next: Option<&str>) -> Call {
        let (commit, path) = (place.commit, escaped(&place.path));
        let mut query = format!("ref={commit}&path={path}&recursive={deep}&per_page={PAGE}");
        if next.is_none_or(|next| next.starts_with(TOKEN)) {
            query.push_str("&pagination=keyset");
        }
        if let Some(next) = next {
            query.push_str(&format!("&{next}"));
        }
        Call::get("read a folder", format!("{}/repository/tree?{query}", self.project))
    }

    fn listed(&self, place: &Place, answer: &[u8], headers: &HeaderMap) -> Result<Page, Unreadable> {
        let inside = |path: String| match place.path.as_str() {
            "" => Some(path),
            folder => Some(path.strip_prefix(folder)?.strip_prefix('/')?.to_owned()),
        };
        let listed = |within: Within| {
            let path =
                inside(within.path).ok_or_else(|| Unreadable::new("a folder lists what is not in it"))?;
            Ok(Listed { path, mode: within.mode, oid: within.id })
        };
        let entries = read::<Vec<Within>>(answer)?.into_iter().map(listed).collect::<Result<_, _>>()?;
        Ok(Page { entries, next: next(headers)?, ..Page::default() })
    }

    /// A page that is named by the id of what was last on the one before may begin elsewhere, where two have one id.
    fn otherwise(&self) -> Option<&'static str> {
        Some("page=1")
    }

    fn worth(&self) -> usize {
        5
    }

    fn file(&self, oid: Oid) -> Call {
        Call::get("read a file", format!("{}/repository/blobs/{oid}/raw", self.project))
    }

    /// They come as they are.
    fn contents(&self, answer: Vec<u8>) -> Result<Vec<u8>, Unreadable> {
        Ok(answer)
    }
}

/// What names the next page in its link. Nothing else of the link is followed.
fn next(headers: &HeaderMap) -> Result<Option<String>, Unreadable> {
    let links = headers.get_all(LINK).iter().filter_map(|link| link.to_str().ok());
    let Some(link) = links.flat_map(|links| links.split(',')).find(|link| link.contains("rel=\"next\""))
    else {
        return Ok(None);
    };
    let wrong = || Unreadable::new("the link to a folder's next page cannot be read");
    let address = link.split_once('<').and_then(|(_, rest)| rest.split_once('>')).ok_or_else(wrong)?.0;
    let query = address.split_once('?').ok_or_else(wrong)?.1;
    // Servers that know no keyset number their pages.
    let named = [TOKEN, "page="].iter().find_map(|name| query.split('&').find(|part| part.starts_with(name)));
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"=%-._~+".contains(&byte);
    let named = named.filter(|part| part.len() <= LONGEST && part.bytes().all(plain));
    Ok(Some(named.ok_or_else(wrong)?.to_owned()))
}

/// What a page's name begins with, where it has no number.
const TOKEN: &str = "page_token=";

/// The longest name of a page.
const LONGEST: usize = 2000;

#[derive(Deserialize)]
struct Commit {
    id: String,
    parent_ids: Vec<String>,
    message: String,
    author_name: String,
    author_email: String,
    authored_date: String,
    committer_name: String,
    committer_email: String,
    committed_date: String,
}

impl Commit {
    fn told(self) -> Result<Told, Unreadable> {
        let parents = self.parent_ids.iter().map(|id| oid(id)).collect::<Result<_, _>>()?;
        let author = Signed { name: self.author_name, email: self.author_email, date: self.authored_date };
        let committer =
            Signed { name: self.committer_name, email: self.committer_email, date: self.committed_date };
        let (oid, signed) = (oid(&self.id)?, Some((author, committer)));
        Ok(Told { oid, tree: None, parents, message: self.message, signed })
    }
}

#[derive(Deserialize)]
struct Within {
    id: String,
    path: String,
    mode: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_taken_from_its_link_and_nothing_else() {
        let at = "https://gitlab.example.com/api/v4/projects/1/repository/tree";
        for (link, expected) in [
            (
                format!("<{at}?page_token=abc%3D&per_page=100>; rel=\"next\""),
                Ok(Some("page_token=abc%3D".to_owned())),
            ),
            (
                format!("<{at}?page=1>; rel=\"first\", <{at}?id=1&page=3&per_page=100>; rel=\"next\""),
                Ok(Some("page=3".to_owned())),
            ),
            (format!("<{at}?page=1>; rel=\"first\""), Ok(None)),
            (format!("<{at}>; rel=\"next\""), Err(())),
            (format!("<{at}?page_token=a b>; rel=\"next\""), Err(())),
            ("rel=\"next\"".to_owned(), Err(())),
        ] {
            let headers = [(LINK, link.parse().unwrap())].into_iter().collect();
            assert_eq!(next(&headers).map_err(drop), expected, "{link}");
        }
    }
}
