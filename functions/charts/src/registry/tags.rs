//! The tags of a repository, page by page.

use std::collections::BTreeSet;

use fairlead_fetch::Fetch;
use http::header::LINK;
use serde::Deserialize;

use super::reference::Reference;
use super::{authorized, expect};
use crate::error::ChartError;
use crate::limits;
use crate::session::{Ask, Session, wrong};

#[derive(Deserialize)]
struct Page {
    // Some registries write null where a repository is empty.
    tags: Option<Vec<String>>,
}

/// All tags, in the registry's order.
///
/// # Errors
/// Whatever keeps them from coming; pages that lead to another registry or to no end, and more of them than anybody has.
pub async fn tags<F: Fetch>(
    session: &Session<'_, F>,
    reference: &Reference,
) -> Result<Vec<String>, ChartError> {
    let first = reference.base(session)?.below("tags/list");
    let mut all = Vec::new();
    let mut at = first.clone();
    let mut seen = BTreeSet::from([first.clone()]);
    for _ in 0..limits::TAG_PAGES {
        let ask = Ask {
            address: &at,
            accept: "application/json",
            authorization: None,
            limit: limits::DOCUMENT_BYTES,
        };
        let answer = authorized(session, reference, ask).await?;
        let next = answer.headers.get(LINK).and_then(|link| link.to_str().ok()).and_then(next_page);
        let next = next.map(|next| at.refer(&next)).transpose()?;
        let body = expect(answer, &at)?;
        let page: Page = serde_json::from_slice(&body)
            .map_err(|error| wrong(&at, format!("the list of tags cannot be read: {error}")))?;
        all.extend(page.tags.unwrap_or_default());
        if all.len() > limits::TAGS {
            return Err(wrong(&first, format!("there are more than {} tags", limits::TAGS)));
        }
        match next {
            None => return Ok(all),
            Some(next) if next.origin() != first.origin() => {
                return Err(wrong(&at, "the next page of tags is of another registry, which is not asked"));
            }
            Some(next) if !seen.insert(next.clone()) => {
                return Err(wrong(&at, "the list of tags leads back to itself"));
            }
            Some(next) => at = next,
        }
    }
    Err(wrong(&first, format!("the list of tags has more than {} pages", limits::TAG_PAGES)))
}

/// The address that a `Link` header names as `rel="next"`.
fn next_page(link: &str) -> Option<String> {
    let mut rest = link;
    loop {
        let (_, after) = rest.split_once('<')?;
        let (address, after) = after.split_once('>')?;
        let end = after.find(",<").or_else(|| after.find(", <")).unwrap_or(after.len());
        let (parameters, after) = after.split_at(end);
        let is_next = parameters.split(';').any(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or_default();
            name.trim().eq_ignore_ascii_case("rel")
                && value.trim().trim_matches('"').eq_ignore_ascii_case("next")
        });
        if is_next {
            return Some(address.to_owned());
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::next_page;

    #[test]
    fn the_next_page_is_found() {
        assert_eq!(
            next_page("</v2/a/tags/list?last=b&n=2>; rel=\"next\"").as_deref(),
            Some("/v2/a/tags/list?last=b&n=2")
        );
        assert_eq!(next_page("<a>; rel=prev, <b>; REL=next").as_deref(), Some("b"));
        assert_eq!(next_page("<a>; rel=\"prev\"; title=\"rel=next\""), None);
        assert_eq!(next_page("nothing"), None);
        assert_eq!(next_page("<a; rel=next"), None);
    }
}
