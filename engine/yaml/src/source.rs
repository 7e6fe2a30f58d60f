//! Bytes to text: encodings, byte order marks and the characters YAML refuses.

use std::borrow::Cow;

/// A text to scan.
#[derive(Debug, Clone)]
pub(crate) struct Source<'a> {
    /// The characters up to where reading fails, without a byte order mark.
    pub(crate) text: Cow<'a, str>,
    /// Why reading fails behind the text, if it does.
    pub(crate) failure: Option<&'static str>,
}

/// go-yaml reads in pieces of this many bytes: a bad character fails the scan as soon as its piece is needed.
const PIECE: usize = 512;

impl<'a> Source<'a> {
    /// Takes text.
    pub(crate) fn of_text(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Source { text: Cow::Borrowed(text), failure: None }.up_to_controls()
    }

    /// Takes bytes in UTF-8, or in UTF-16 with a byte order mark.
    pub(crate) fn of_bytes(bytes: &'a [u8]) -> Self {
        match bytes {
            [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
            [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
            _ => utf8(bytes),
        }
        .up_to_controls()
    }

    /// Cuts the text before the piece that holds the first character YAML refuses.
    fn up_to_controls(self) -> Self {
        if self.text.len() > MAX_LENGTH {
            return Source { text: Cow::Borrowed(""), failure: Some("the text is too large") };
        }
        let Some(bad) = first_refused(&self.text) else { return self };
        let mut cut = bad / PIECE * PIECE;
        while !self.text.is_char_boundary(cut) {
            cut -= 1;
        }
        let text = match self.text {
            Cow::Borrowed(text) => Cow::Borrowed(text.get(..cut).unwrap_or("")),
            Cow::Owned(mut text) => {
                text.truncate(cut);
                Cow::Owned(text)
            }
        };
        Source { text, failure: Some("control characters are not allowed") }
    }
}

/// The longest text that is read, in bytes: places are kept in 32 bits.
const MAX_LENGTH: usize = 1 << 31;

/// Where the first character stands that YAML doesn't allow in a stream.
fn first_refused(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 0;
    for piece in bytes.chunks(64) {
        // Almost every piece is clean ASCII; this test runs without branches.
        let suspicious = piece.iter().fold(false, |any, b| any | (*b < 0x20 && *b != b'\n') | (*b >= 0x7f));
        if suspicious && let Some(i) = piece.iter().enumerate().position(|(i, b)| refused(bytes, at + i, *b))
        {
            return Some(at + i);
        }
        at += piece.len();
    }
    None
}

fn refused(bytes: &[u8], at: usize, byte: u8) -> bool {
    match byte {
        b'\t' | b'\n' | b'\r' => false,
        0..=0x1f | 0x7f => true,
        0xc2 => matches!(bytes.get(at + 1), Some(0x80..=0x84 | 0x86..=0x9f)),
        0xef => matches!(bytes.get(at + 1..at + 3), Some([0xbf, 0xbe | 0xbf])),
        _ => false,
    }
}

fn utf8(bytes: &[u8]) -> Source<'_> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Source { text: Cow::Borrowed(text), failure: None },
        Err(error) => {
            let (good, bad) = bytes.split_at(error.valid_up_to());
            let text = std::str::from_utf8(good).unwrap_or("");
            Source { text: Cow::Borrowed(text), failure: Some(utf8_failure(bad)) }
        }
    }
}

/// go-yaml's name for what is wrong with a sequence of bytes.
fn utf8_failure(bytes: &[u8]) -> &'static str {
    let Some(first) = bytes.first() else { return "incomplete UTF-8 octet sequence" };
    let width = match first {
        0..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf7 => 4,
        _ => return "invalid leading UTF-8 octet",
    };
    let Some(rest) = bytes.get(1..width) else { return "incomplete UTF-8 octet sequence" };
    if rest.iter().any(|b| b & 0xc0 != 0x80) {
        return "invalid trailing UTF-8 octet";
    }
    let overlong =
        matches!((first, rest.first()), (0xc0 | 0xc1, _) | (0xe0, Some(..0xa0)) | (0xf0, Some(..0x90)));
    if overlong { "invalid length of a UTF-8 sequence" } else { "invalid Unicode character" }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Source<'static> {
    let mut text = String::with_capacity(bytes.len() / 2);
    let mut chunks = bytes.chunks(2);
    let mut failure = None;
    let mut next = || chunks.next().map(|pair| <[u8; 2]>::try_from(pair).map(unit).map_err(|_| ()));
    while let Some(first) = next() {
        failure = match first {
            Err(()) => Some("incomplete UTF-16 character"),
            Ok(0xdc00..=0xdfff) => Some("unexpected low surrogate area"),
            Ok(high @ 0xd800..=0xdbff) => match next() {
                Some(Ok(low @ 0xdc00..=0xdfff)) => {
                    let code = 0x10000 + ((u32::from(high) & 0x3ff) << 10) + (u32::from(low) & 0x3ff);
                    text.extend(char::from_u32(code));
                    None
                }
                Some(Ok(_)) => Some("expected low surrogate area"),
                _ => Some("incomplete UTF-16 surrogate pair"),
            },
            Ok(unit) => {
                text.extend(char::from_u32(u32::from(unit)));
                None
            }
        };
        if failure.is_some() {
            break;
        }
    }
    Source { text: Cow::Owned(text), failure }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_is_read() {
        assert_eq!(Source::of_bytes(b"\xff\xfea\0:\0").text, "a:");
        assert_eq!(Source::of_bytes(b"\xfe\xff\0a\0:").text, "a:");
    }

    #[test]
    fn broken_bytes_have_names() {
        assert_eq!(Source::of_bytes(b"a: \xff").failure, Some("invalid leading UTF-8 octet"));
        assert_eq!(Source::of_bytes(b"a: \xc3").failure, Some("incomplete UTF-8 octet sequence"));
        assert_eq!(Source::of_bytes(b"a: \xc3(").failure, Some("invalid trailing UTF-8 octet"));
        assert_eq!(Source::of_text("a: \u{1}").failure, Some("control characters are not allowed"));
        assert_eq!(Source::of_text("a: \u{85}\té").failure, None);
    }
}
