//! Chart repositories: an `index.yaml` over HTTP, and packages beside it.

use fairlead_world::Digest;
use fairlead_yaml::Value;

use super::{ChartError, choose, http};

/// Finds the best version of a chart and fetches its package; `None` where no version fits.
pub(super) fn find(
    repository: &str,
    name: &str,
    requested: &str,
) -> Result<Option<(String, Vec<u8>)>, ChartError> {
    let base = repository.trim_end_matches('/');
    let url = format!("{base}/index.yaml");
    let wrong = |reason: &str| ChartError::Answer { url: url.clone(), reason: reason.to_owned() };
    let index = http::body(&url, "application/yaml, text/yaml, */*")?;
    let index = std::str::from_utf8(&index).map_err(|_| wrong("the index is not UTF-8"))?;
    let index = fairlead_yaml::value::from_str(index).map_err(|error| wrong(&error.to_string()))?;
    let Some(Value::List(entries)) = field(&index, "entries").and_then(|entries| field(entries, name)) else {
        return Ok(None);
    };
    let version = |entry| text(field(entry, "version")?);
    let Some(chosen) = choose(requested, entries.iter().filter_map(version)) else { return Ok(None) };
    let entry = entries.iter().find(|entry| version(entry) == Some(chosen));
    let package = entry.and_then(|entry| match field(entry, "urls")? {
        Value::List(urls) => text(urls.first()?),
        _ => None,
    });
    let package = package.ok_or_else(|| wrong("the version has no `urls`"))?;
    let address = if package.contains("://") { package.to_owned() } else { format!("{base}/{package}") };
    let bytes = http::body(&address, "*/*")?;
    // The index has the digest without its algorithm.
    let promised = entry
        .and_then(|entry| text(field(entry, "digest")?))
        .map(|hex| if hex.contains(':') { hex.to_owned() } else { format!("sha256:{hex}") });
    let found = Digest::of(&bytes);
    match promised.and_then(|promised| Digest::parse(&promised).ok()) {
        Some(expected) if expected != found => Err(ChartError::Digest { url: address, expected, found }),
        _ => Ok(Some((chosen.to_owned(), bytes))),
    }
}

fn field<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    match value {
        Value::Map(map) => map.get(name),
        _ => None,
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}
