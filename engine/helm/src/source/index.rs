//! `index.yaml` of a chart repository: the versions of one chart.
//!
//! Real indexes have ten megabytes and more. While one is read, everything but the wanted chart's versions, addresses
//! and digests is dropped at once.

use fairlead_yaml::number::{Number, format_g32};
use fairlead_yaml::value::{self, Builder, Options};

/// One version of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) version: String,
    /// The package's first address.
    pub(super) url: String,
    pub(super) digest: Option<String>,
}

/// The versions of a chart in the index's own order; `None` where the index has no such chart.
///
/// Entries without a version or an address are left out.
pub(super) fn versions(index: &[u8], chart: &str) -> Result<Option<Vec<Entry>>, String> {
    let mut builder = IndexBuilder { chart, keep: false };
    let top =
        value::read_bytes(index, &mut builder, &Options::default()).map_err(|error| error.to_string())?;
    let Some(entries) = top.take(Key::Entries) else { return Err("there are no entries in it".to_owned()) };
    let Some(Part::List(versions)) = entries.take(Key::Chart) else { return Ok(None) };
    Ok(Some(versions.into_iter().filter_map(entry).collect()))
}

fn entry(part: Part) -> Option<Entry> {
    let Part::Map(fields) = part else { return None };
    let mut entry = Entry { version: String::new(), url: String::new(), digest: None };
    for (key, value) in fields {
        match (key, value) {
            (Key::Version, Part::Text(text)) => entry.version = text,
            (Key::Digest, Part::Text(text)) => entry.digest = Some(text),
            (Key::Urls, Part::List(urls)) => {
                if let Some(Part::Text(url)) = urls.into_iter().next() {
                    entry.url = url;
                }
            }
            _ => {}
        }
    }
    (!entry.version.is_empty() && !entry.url.is_empty()).then_some(entry)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Entries,
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

impl Part {
    /// The value under a key of a mapping.
    fn take(self, wanted: Key) -> Option<Part> {
        match self {
            Part::Map(fields) => fields.into_iter().rfind(|(key, _)| *key == wanted).map(|(_, value)| value),
            _ => None,
        }
    }
}

struct IndexBuilder<'c> {
    chart: &'c str,
    /// Whether the next scalar stands under a key that matters.
    keep: bool,
}

impl IndexBuilder<'_> {
    fn scalar(&mut self, text: impl FnOnce() -> String) -> Part {
        if std::mem::take(&mut self.keep) { Part::Text(text()) } else { Part::Nothing }
    }
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

    fn number(&mut self, number: Number) -> Part {
        self.scalar(|| match number {
            Number::Int(number) => number.to_string(),
            Number::Uint(number) => number.to_string(),
            Number::Float(number) => format_g32(number),
        })
    }

    fn text(&mut self, text: &str) -> Part {
        self.scalar(|| text.to_owned())
    }

    fn key(&mut self, key: &str) -> Key {
        let key = match key {
            "version" => Key::Version,
            "urls" => Key::Urls,
            "digest" => Key::Digest,
            "entries" => Key::Entries,
            key if key == self.chart => Key::Chart,
            _ => Key::Other,
        };
        self.keep = matches!(key, Key::Version | Key::Urls | Key::Digest);
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
