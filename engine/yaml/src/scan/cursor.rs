//! Moving over the text.

use super::Scanner;
use crate::syntax::Mark;

/// What a byte may begin, for the loops that run over most of a text.
const BLANK: u8 = 1;
const BREAK: u8 = 2;
const FLOW: u8 = 4;
const COLON: u8 = 8;

const CLASS: [u8; 256] = {
    let mut class = [0; 256];
    class[b' ' as usize] = BLANK;
    class[b'\t' as usize] = BLANK;
    class[b'\n' as usize] = BREAK;
    class[b'\r' as usize] = BREAK;
    // The first bytes of U+0085, U+2028 and U+2029.
    class[0xc2] = BREAK;
    class[0xe2] = BREAK;
    class[b',' as usize] = FLOW;
    class[b'?' as usize] = FLOW;
    class[b'[' as usize] = FLOW;
    class[b']' as usize] = FLOW;
    class[b'{' as usize] = FLOW;
    class[b'}' as usize] = FLOW;
    class[b':' as usize] = COLON;
    class
};

/// How long the line break at the start of the bytes is; zero if there is none.
pub(super) fn break_len(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        [0xc2, 0x85, ..] => 2,
        [0xe2, 0x80, 0xa8 | 0xa9, ..] => 3,
        _ => 0,
    }
}

/// How many spaces there are at the start of the bytes: most of a deep document is indentation.
pub(super) fn spaces(bytes: &[u8]) -> usize {
    const EIGHT: u64 = u64::from_ne_bytes([b' '; 8]);
    let mut count = 0;
    while let Some(chunk) = bytes.get(count..).and_then(<[u8]>::first_chunk::<8>) {
        let other = u64::from_le_bytes(*chunk) ^ EIGHT;
        if other != 0 {
            return count + other.trailing_zeros() as usize / 8;
        }
        count += 8;
    }
    count + bytes.get(count..).unwrap_or(&[]).iter().take_while(|byte| **byte == b' ').count()
}

/// How many bytes at the start of the bytes are ASCII and neither control characters nor `:` nor `#`: most of a plain
/// scalar.
fn unremarkable(bytes: &[u8]) -> usize {
    const fn each(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    // Below, the highest bit of each byte tells; a borrow can only spoil the bytes behind the first that is found.
    let is_zero = |eight: u64| eight.wrapping_sub(each(1)) & !eight;
    let mut count = 0;
    while let Some(chunk) = bytes.get(count..).and_then(<[u8]>::first_chunk::<8>) {
        let eight = u64::from_le_bytes(*chunk);
        let is_control = eight.wrapping_sub(each(b' ')) & !eight;
        let found = eight | is_control | is_zero(eight ^ each(b':')) | is_zero(eight ^ each(b'#'));
        let found = found & each(0x80);
        if found != 0 {
            return count + found.trailing_zeros() as usize / 8;
        }
        count += 8;
    }
    let is_unremarkable = |byte: &&u8| matches!(byte, b' '..=0x7f) && !matches!(byte, b':' | b'#');
    count + bytes.get(count..).unwrap_or(&[]).iter().take_while(is_unremarkable).count()
}

impl<'a> Scanner<'a> {
    /// The byte some places ahead; zero behind the end.
    pub(crate) fn ahead(&self, n: usize) -> u8 {
        self.bytes.get(self.at + n).copied().unwrap_or(0)
    }

    pub(crate) fn byte(&self) -> u8 {
        self.ahead(0)
    }

    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or(&[])
    }

    pub(super) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or("")
    }

    pub(crate) fn at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    /// Bytes since the line began.
    pub(crate) fn column(&self) -> usize {
        self.at - self.line_start
    }

    pub(crate) fn mark(&self) -> Mark {
        Mark::new(self.at, self.line, self.column())
    }

    pub(super) fn at_blank(&self) -> bool {
        matches!(self.byte(), b' ' | b'\t')
    }

    pub(super) fn at_break(&self) -> bool {
        break_len(self.rest()) > 0
    }

    /// Whether a blank, a line break or the end stands some places ahead.
    pub(super) fn blankz(&self, n: usize) -> bool {
        match self.bytes.get(self.at + n) {
            None | Some(b' ' | b'\t' | b'\n' | b'\r') => true,
            Some(0xc2 | 0xe2) => break_len(self.bytes.get(self.at + n..).unwrap_or(&[])) > 0,
            Some(_) => false,
        }
    }

    /// Moves over characters that are not line breaks.
    pub(crate) fn skip(&mut self, n: usize) {
        self.at = (self.at + n).min(self.bytes.len());
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.at_blank() {
            self.at += 1;
        }
    }

    /// Moves over the line break in hand and tells what it stands for: all of them are line feeds but two.
    pub(super) fn skip_break(&mut self) -> Option<char> {
        let rest = self.rest();
        let length = break_len(rest);
        if length == 0 {
            return None;
        }
        let c = match rest {
            [0xe2, _, 0xa8, ..] => '\u{2028}',
            [0xe2, ..] => '\u{2029}',
            _ => '\n',
        };
        self.at += length;
        self.line += 1;
        self.line_start = self.at;
        Some(c)
    }

    /// Moves to the end of the line.
    pub(super) fn skip_to_break(&mut self) {
        let rest = self.rest();
        let end = memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
        if rest.get(..end).is_some_and(<[u8]>::is_ascii) {
            self.at += end;
        } else {
            self.skip_until(BREAK);
        }
    }

    /// Moves over spaces.
    pub(crate) fn skip_spaces(&mut self) {
        self.at += spaces(self.rest());
    }

    /// Moves over the words of a plain scalar that stand on one line, to the end of the last one: behind it there are
    /// blanks, a comment, a break, a colon that ends a key, or in flow collections an indicator.
    pub(super) fn skip_plain_run(&mut self) {
        if self.flow == 0 {
            return self.skip_words();
        }
        let stops = BLANK | BREAK | COLON | FLOW;
        self.skip_word(stops);
        loop {
            let end = self.at;
            let blanks = spaces(self.rest());
            if blanks == 0 || self.ahead(blanks) == b'#' {
                return;
            }
            self.at += blanks;
            let from = self.at;
            self.skip_word(stops);
            if self.at == from {
                self.at = end;
                return;
            }
        }
    }

    /// Moves over the words of a plain scalar outside of brackets.
    fn skip_words(&mut self) {
        let from = self.at;
        loop {
            self.at += unremarkable(self.rest());
            match self.byte() {
                b':' if !self.blankz(1) => self.at += 1,
                b'#' if self.at > from && self.bytes.get(self.at - 1) != Some(&b' ') => self.at += 1,
                0x80.. if !self.at_break() => self.at += 1,
                0x01..=0x1f if !self.at_blank() && !self.at_break() => self.at += 1,
                _ => break,
            }
        }
        let words = self.bytes.get(from..self.at).unwrap_or(&[]);
        self.at -= words.iter().rev().take_while(|byte| **byte == b' ').count();
    }

    /// Moves to the next byte of some classes, a colon excepted that does not end a key.
    fn skip_word(&mut self, stops: u8) {
        loop {
            self.skip_until(stops);
            if self.byte() == b':' && !self.blankz(1) {
                self.at += 1;
                continue;
            }
            return;
        }
    }

    /// Moves to the next byte of some classes, or the end. Bytes that only look like a line break's are passed.
    fn skip_until(&mut self, stops: u8) {
        loop {
            let rest = self.rest();
            let run = rest.iter().position(|b| CLASS[usize::from(*b)] & stops != 0).unwrap_or(rest.len());
            self.at += run;
            match self.byte() {
                0xc2 | 0xe2 if !self.at_break() => self.at += 1,
                _ => return,
            }
        }
    }

    /// Whether a document begins or ends here: three dashes or dots at the start of a line.
    pub(crate) fn at_document_indicator(&self) -> bool {
        self.column() == 0
            && matches!(self.rest(), [b'-', b'-', b'-', ..] | [b'.', b'.', b'.', ..])
            && self.blankz(3)
    }

    /// Moves over letters, digits, `-` and `_`, and gives them.
    pub(super) fn take_word(&mut self) -> &'a str {
        let start = self.at;
        while matches!(self.byte(), b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'-') {
            self.at += 1;
        }
        self.slice(start, self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::Scanner;
    use crate::emit::Dialect;
    use crate::source::Source;

    #[test]
    fn words_end_where_a_plain_scalar_does() {
        for words in
            ["a", "a b", "a:b", "a#b", ":a", "a:#:b#", "é", "\u{a0} \u{20ac}", "two words, [and] {more}: x"]
        {
            for filling in 0..20 {
                let words = format!("{}{words}", "x".repeat(filling));
                let (key, _) = words.split_once(": ").unwrap_or((&words, ""));
                for end in [
                    "", " ", ":", ": ", "  : b", " #", "   # b", "\n", " \t", "\t#", "\r\n", "\u{85}",
                    "\u{2028}",
                ] {
                    let text = words.clone() + end;
                    let source = Source::of_text(&text);
                    let mut scanner = Scanner::new(&source, Dialect::V2);
                    scanner.skip_plain_run();
                    assert_eq!(&text[..scanner.at], key, "{text:?}");
                }
            }
        }
    }

    #[test]
    fn spaces_are_counted() {
        for count in 0..40 {
            for end in ["", "x", "\t", "\n  x", "           ", "\u{a0}", "x         "] {
                let text = " ".repeat(count) + end;
                assert_eq!(super::spaces(text.as_bytes()), text.len() - text.trim_start_matches(' ').len());
            }
        }
    }
}
