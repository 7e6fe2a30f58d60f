//! OCI registries: a chart's versions are the tags of its repository.

use fairlead_world::Answer;

use super::{Chosen, Fetch, Resolution, ResolveError, choose, no_version};
use crate::schema::document::Json;

/// Chooses among the tags of a chart's repository.
pub(super) fn resolve(
    registry: &str,
    chart: &str,
    constraint: &str,
    fetch: &impl Fetch,
) -> Result<Resolution, ResolveError> {
    let registry = registry.trim_end_matches('/');
    let Some((host, path)) = registry.split_once('/') else {
        return Err(ResolveError::Address(format!("oci://{registry}")));
    };
    let address = format!("https://{host}/v2/{path}/{chart}/tags/list");
    let text = match fetch.get(&address) {
        Answer::Needed => return Ok(Resolution::Needed(address)),
        Answer::Absent => return Err(ResolveError::Absent(address)),
        Answer::Found(text) => text,
    };
    let unreadable = |reason: String| ResolveError::Unreadable { address: address.clone(), reason };
    let list = Json::read(text.bytes()).map_err(unreadable)?;
    let tags: Vec<&str> = match list.get("tags") {
        Some(Json::List(tags)) => tags.iter().filter_map(Json::as_str).collect(),
        _ => return Err(unreadable("there is no list of tags in it".to_owned())),
    };
    // A tag has no plus: Helm writes an underscore in its place.
    let versions: Vec<String> = tags.iter().map(|tag| tag.replace('_', "+")).collect();
    let repository = format!("oci://{registry}");
    let at = choose(versions.iter().map(String::as_str), constraint)?;
    let at = at.ok_or_else(|| no_version(&repository, chart, constraint))?;
    Ok(Resolution::Chosen(Chosen {
        version: versions[at].clone(),
        address: format!("{repository}/{chart}:{}", tags[at]),
        digest: None,
    }))
}
