//! What templates write: text as long as all of it is UTF-8, and whether a missing value may be among it.

use crate::value::Value;

/// What Go prints for a value that is missing, and Helm removes.
pub(super) const NO_VALUE: &str = "<no value>";

/// What there is room for before anything is written: most templates write less.
const ROOM: usize = 4096;

const SPACES: &str = "                                                                ";

/// What a template wrote.
#[derive(Debug, Default)]
pub struct Output {
    /// What was put together of texts: it needs not be looked at again to know that it is one.
    text: String,
    /// All that was written, instead of the text, once there were bytes among it that are not UTF-8.
    bytes: Option<Vec<u8>>,
    may_miss: bool,
}

impl Output {
    /// Returns the bytes.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes.unwrap_or_else(|| self.text.into_bytes())
    }

    /// Returns the text; bytes that are not UTF-8 become replacement characters.
    pub fn into_text(self) -> String {
        match self.bytes.map(String::from_utf8) {
            None => self.text,
            Some(Ok(text)) => text,
            Some(Err(error)) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
        }
    }

    /// Returns the bytes that were written so far.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or(self.text.as_bytes())
    }

    /// Answers whether what Go prints for missing values may be among what was written. If not, it need not be looked
    /// for.
    pub fn may_miss_values(&self) -> bool {
        self.may_miss
    }

    pub(super) fn len(&self) -> usize {
        self.as_bytes().len()
    }

    pub(super) fn clear(&mut self) {
        self.may_miss = false;
        self.bytes = None;
        self.text.clear();
        self.text.reserve(ROOM);
    }

    /// Takes what was written out, and keeps the room for what comes next unless that would cost a long copy.
    pub(super) fn take(&mut self) -> Output {
        let (may_miss, bytes) = (self.may_miss, self.bytes.take());
        let is_roomy = self.text.len() < self.text.capacity() / 8 * 7;
        let text = if is_roomy { self.text.as_str().into() } else { std::mem::take(&mut self.text) };
        self.text.clear();
        Output { text, bytes, may_miss }
    }

    /// Writes a part of a template's source; `open` says that it holds or begins what stands for a missing value.
    pub(super) fn push_source(&mut self, text: &str, open: bool) {
        self.may_miss |= open;
        if text.len() > ROOM && self.bytes.is_none() {
            // A little more than needed, so that the end of a long file does not double it.
            self.text.reserve(text.len() + text.len() / 16);
        }
        self.push(text);
    }

    /// Writes a text.
    pub(super) fn push_text(&mut self, text: &str) {
        self.may_miss = self.may_miss || memchr::memchr(b'<', text.as_bytes()).is_some();
        self.push(text);
    }

    /// Writes bytes that may not be UTF-8.
    pub(super) fn push_bytes(&mut self, bytes: &[u8]) {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.push_text(text),
            Err(_) => {
                self.may_miss = true;
                self.raw().extend_from_slice(bytes);
            }
        }
    }

    /// Writes a text with each of its lines indented, the first one too.
    pub(super) fn push_indented(&mut self, text: &str, spaces: u32, newline: bool) {
        self.may_miss = self.may_miss || memchr::memchr(b'<', text.as_bytes()).is_some();
        self.indent(text, spaces as usize, newline);
    }

    /// Does what [`Output::push_indented`] does with bytes that may not be UTF-8.
    pub(super) fn push_bytes_indented(&mut self, bytes: &[u8], spaces: u32, newline: bool) {
        match std::str::from_utf8(bytes) {
            Ok(text) => self.push_indented(text, spaces, newline),
            Err(_) => {
                self.may_miss = true;
                let out = self.raw();
                out.extend(newline.then_some(b'\n'));
                for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
                    out.extend((at > 0).then_some(b'\n'));
                    out.resize(out.len() + spaces as usize, b' ');
                    out.extend_from_slice(line);
                }
            }
        }
    }

    /// Indents what was written since `start`; `moved` is room to work in.
    pub(super) fn indent_from(&mut self, start: usize, moved: &mut String, spaces: u32, newline: bool) {
        if let Some(bytes) = &mut self.bytes {
            let tail = bytes.split_off(start.min(bytes.len()));
            self.push_bytes_indented(&tail, spaces, newline);
            return;
        }
        moved.clear();
        moved.push_str(self.text.get(start..).unwrap_or_default());
        self.text.truncate(start);
        self.indent(moved, spaces as usize, newline);
    }

    /// Takes what was written since `start` out, as a string.
    pub(super) fn take_from(&mut self, start: usize) -> Value {
        if let Some(bytes) = &mut self.bytes {
            return Value::bytes(bytes.split_off(start.min(bytes.len())));
        }
        let taken = self.text.get(start..).unwrap_or_default().into();
        self.text.truncate(start);
        taken
    }

    fn indent(&mut self, text: &str, spaces: usize, newline: bool) {
        if newline {
            self.push("\n");
        }
        let mut rest = text;
        loop {
            self.blank(spaces);
            match memchr::memchr(b'\n', rest.as_bytes()) {
                Some(end) => {
                    let (line, tail) = rest.split_at(end + 1);
                    self.push(line);
                    rest = tail;
                }
                None => return self.push(rest),
            }
        }
    }

    fn blank(&mut self, mut spaces: usize) {
        while spaces > 0 {
            let part = SPACES.get(..spaces).unwrap_or(SPACES);
            self.push(part);
            spaces -= part.len();
        }
    }

    #[inline]
    fn push(&mut self, text: &str) {
        match &mut self.bytes {
            None => self.text.push_str(text),
            Some(bytes) => bytes.extend_from_slice(text.as_bytes()),
        }
    }

    fn raw(&mut self) -> &mut Vec<u8> {
        let text = std::mem::take(&mut self.text);
        self.bytes.get_or_insert_with(|| text.into_bytes())
    }
}

/// Answers whether a part of a template's source holds what stands for a missing value, or ends with how that begins.
pub(super) fn is_open(text: &str) -> bool {
    text.contains(NO_VALUE) || (1..NO_VALUE.len()).any(|length| text.ends_with(&NO_VALUE[..length]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_stand_for_a_missing_value_is_seen() {
        for (parts, wanted) in [
            (&["a<b", "c"][..], false),
            (&["a<no value>"], true),
            (&["a<no", "value>"], true),
            (&["a<", "b"], true),
            (&["no value>"], false),
        ] {
            let mut out = Output::default();
            parts.iter().for_each(|part| out.push_source(part, is_open(part)));
            assert_eq!(out.may_miss_values(), wanted, "{parts:?}");
        }
        let mut out = Output::default();
        out.push_text("a<b");
        assert!(out.may_miss_values());
    }

    #[test]
    fn bytes_that_are_no_text_stay() {
        let mut out = Output::default();
        out.push_text("a");
        out.push_bytes(b"\xff\n");
        let start = out.len();
        out.push_text("b\nc");
        out.indent_from(start, &mut String::new(), 2, true);
        assert_eq!(out.as_bytes(), b"a\xff\n\n  b\n  c");
        assert_eq!(out.take_from(4).as_bytes(), Some(&b"  b\n  c"[..]));
        assert_eq!(out.take().into_text(), "a\u{fffd}\n\n");
    }
}
