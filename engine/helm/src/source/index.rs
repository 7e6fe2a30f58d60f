//! `index.yaml` of a chart repository: the versions of one chart.
//!
//! Real indexes have ten megabytes and more. While one is read, everything but the wanted chart's versions, addresses
//! and digests is dropped at once.

use fairlead_yaml::number::Number;
use fairlead_yaml::value::{self, Builder, Options};

/// One version of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The version as it is written.
    pub version: String,
    /// The package's first address, which may be relative to the repository; empty where there is none.
    pub address: String,
    /// The package's digest as it is written.
    pub digest: Option<String>,
}

/// The versions of a chart in the index's own order; `None` where the index has no such chart.
///
/// Entries without a name or a version are left out, as Helm leaves them out.
pub(super) fn versions(index: &[u8], chart: &str) -> Result<Option<Vec<Entry>>, String> {
    if index.is_empty() {
        return Err("empty index.yaml file".to_owned());
    }
    let mut builder = IndexBuilder { chart, keep: false };
    let wanted = builder.key(chart);
    builder.keep = false;
    let top =
        value::read_bytes(index, &mut builder, &Options::default()).map_err(|error| error.to_string())?;
    let Part::Map(fields) = top else { return Err("it is no mapping".to_owned()) };
    let field = |wanted: Key| fields.iter().rfind(|(key, _)| *key == wanted).map(|(_, part)| part);
    if !matches!(field(Key::ApiVersion), Some(Part::Text(version)) if !version.is_empty()) {
        return Err("no API version specified".to_owned());
    }
    let Some(Part::Map(charts)) = field(Key::Entries) else { return Ok(None) };
    match charts.iter().rfind(|(key, _)| *key == wanted) {
        Some((_, Part::List(versions))) => Ok(Some(versions.iter().filter_map(entry).collect())),
        _ => Ok(None),
    }
}

fn entry(part: &Part) -> Option<Entry> {
    let Part::Map(fields) = part else { return None };
    let mut entry = Entry { version: String::new(), address: String::new(), digest: None };
    let mut named = false;
    for (key, value) in fields {
        match (key, value) {
            (Key::Name, Part::Text(text)) => named = !text.is_empty(),
            (Key::Version, Part::Text(text)) => entry.version.clone_from(text),
            (Key::Digest, Part::Text(text)) => {
                entry.digest = Some(text.clone()).filter(|text| !text.is_empty())
            }
            (Key::Urls, Part::List(urls)) => {
                if let Some(Part::Text(url)) = urls.first() {
                    entry.address.clone_from(url);
                }
            }
            _ => {}
        }
    }
    (named && !entry.version.is_empty()).then_some(entry)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    ApiVersion,
    Entries,
    Name,
    Chart,
    Version,
    Urls,
    Digest,
    Other,
}

enum Part {
    Nothing,
    Text(String),
    List(Vec<Part>),
    Map(Vec<(Key, Part)>),
}

struct IndexBuilder<'c> {
    chart: &'c str,
    /// Whether the next scalar stands under a key that matters.
    keep: bool,
}

impl Builder for IndexBuilder<'_> {
    type Value = Part;
    type Key = Key;

    fn null(&mut self) -> Part {
        Part::Nothing
    }

    fn bool(&mut self, _: bool) -> Part {
        Part::Nothing
    }

    // Helm has no version, address or digest that is a number, and neither has anybody who quotes them.
    fn number(&mut self, _: Number) -> Part {
        self.keep = false;
        Part::Nothing
    }

    fn text(&mut self, text: &str) -> Part {
        if std::mem::take(&mut self.keep) { Part::Text(text.to_owned()) } else { Part::Nothing }
    }

    fn key(&mut self, key: &str) -> Key {
        let key = match key {
            "apiVersion" => Key::ApiVersion,
            "name" => Key::Name,
            "version" => Key::Version,
            "urls" => Key::Urls,
            "digest" => Key::Digest,
            "entries" => Key::Entries,
            key if key == self.chart => Key::Chart,
            _ => Key::Other,
        };
        self.keep = matches!(key, Key::ApiVersion | Key::Name | Key::Version | Key::Urls | Key::Digest);
        key
    }

    fn list(&mut self, items: Vec<Part>) -> Part {
        Part::List(items)
    }

    fn map(&mut self, entries: Vec<(Key, Part)>) -> Part {
        let mut kept = entries;
        kept.retain(|(key, _)| *key != Key::Other);
        Part::Map(kept)
    }
}
