//! Where a name was found last: templates look up the same names again and again, mostly in maps of the same keys.

use std::cmp::Ordering;
use std::sync::atomic::{self, AtomicU32};

use super::Str;

/// A place to look at first. Wherever that is, what is found is right: a place that does not hold costs one comparison.
#[derive(Debug, Default)]
pub(crate) struct Place(AtomicU32);

impl Place {
    /// Finds a key in sorted entries, or where it would be.
    #[inline]
    pub(crate) fn find<T>(&self, entries: &[(Str, T)], key: &str) -> Result<usize, usize> {
        let last = self.0.load(atomic::Ordering::Relaxed) as usize;
        if let Some((found, _)) = entries.get(last)
            && **found == *key
        {
            return Ok(last);
        }
        self.search(entries, key, last)
    }

    fn search<T>(&self, entries: &[(Str, T)], key: &str, last: usize) -> Result<usize, usize> {
        let is_behind =
            |at: usize| entries.get(at).is_some_and(|entry| (*entry.0).cmp(key) == Ordering::Greater);
        let is_before =
            |at: usize| entries.get(at).is_some_and(|entry| (*entry.0).cmp(key) == Ordering::Less);
        if (last == entries.len() || is_behind(last)) && (last == 0 || is_before(last - 1)) {
            return Err(last);
        }
        let found = entries.binary_search_by(|entry| (*entry.0).cmp(key));
        let (Ok(at) | Err(at)) = found;
        self.0.store(u32::try_from(at).unwrap_or(u32::MAX), atomic::Ordering::Relaxed);
        found
    }
}

/// A name in the source of a template.
#[derive(Debug)]
pub(crate) struct Name {
    pub(crate) text: Str,
    pub(crate) place: Place,
}

impl Name {
    pub(crate) fn new(text: &Str) -> Name {
        Name { text: text.clone(), place: Place::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_from_every_place() {
        let entries: Vec<(Str, ())> = ["b", "d", "f"].map(|key| (key.into(), ())).to_vec();
        for length in 0..=entries.len() {
            let entries = &entries[..length];
            for start in [0, 1, 2, 3, 9] {
                for key in ["a", "b", "c", "d", "e", "f", "g"] {
                    let place = Place(AtomicU32::new(start));
                    let wanted = entries.binary_search_by(|entry| (*entry.0).cmp(key));
                    assert_eq!(place.find(entries, key), wanted, "{key} from {start} of {length}");
                    assert_eq!(place.find(entries, key), wanted, "{key} again");
                }
            }
        }
    }
}
