//! Changes as ranges of bytes and what replaces them.

use std::ops::Range;

/// Changes to one text, in any order. None may overlap another.
#[derive(Debug, Default)]
pub(super) struct Changes(Vec<(Range<usize>, String)>);

impl Changes {
    pub(super) fn replace(&mut self, range: Range<usize>, text: impl Into<String>) {
        self.0.push((range, text.into()));
    }

    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        self.replace(at..at, text);
    }

    pub(super) fn remove(&mut self, range: Range<usize>) {
        self.replace(range, "");
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Makes the changes. Insertions at the same place keep the order in which they were asked for; a change within one
    /// that was made already is dropped.
    pub(super) fn apply(mut self, text: &str) -> String {
        self.0.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(text.len() + 64);
        let mut at = 0;
        for (range, new) in self.0 {
            if range.start < at {
                continue;
            }
            out.push_str(text.get(at..range.start).unwrap_or(""));
            out.push_str(&new);
            at = range.end.max(range.start);
        }
        out.push_str(text.get(at..).unwrap_or(""));
        out
    }
}
