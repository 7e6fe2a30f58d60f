//! Strings, quoted strings and bytes in hexadecimal, padded to a width.

use super::printer::Printer;
use crate::go::quote::{can_backquote, quote_bytes};

impl Printer<'_> {
    /// Appends bytes, padded to the width.
    pub(super) fn pad(&mut self, bytes: &[u8]) {
        let fill = if self.spec.zero && !self.spec.minus { b'0' } else { b' ' };
        self.pad_with(bytes, fill);
    }

    /// Appends bytes, padded to the width with spaces whatever the flags say.
    pub(super) fn pad_with_spaces(&mut self, bytes: &[u8]) {
        self.pad_with(bytes, b' ');
    }

    fn pad_with(&mut self, bytes: &[u8], fill: u8) {
        let missing = self.spec.width.unwrap_or(0).saturating_sub(count(bytes));
        if !self.spec.minus {
            self.out.resize(self.out.len() + missing, fill);
        }
        self.out.extend_from_slice(bytes);
        if self.spec.minus {
            self.out.resize(self.out.len() + missing, fill);
        }
    }

    /// Appends a string, cut at the precision.
    pub(super) fn plain(&mut self, bytes: &[u8]) {
        let cut = self.cut(bytes);
        self.pad(cut);
    }

    /// Appends a string in quotes.
    pub(super) fn quoted(&mut self, bytes: &[u8]) {
        let cut = self.cut(bytes);
        if let Some(text) =
            std::str::from_utf8(cut).ok().filter(|text| self.spec.sharp && can_backquote(text))
        {
            self.pad(format!("`{text}`").as_bytes());
            return;
        }
        let text = quote_bytes(cut);
        let text = if self.spec.plus { ascii(&text) } else { text };
        self.pad(text.as_bytes());
    }

    /// Appends a character in single quotes.
    pub(super) fn quoted_char(&mut self, code: u64) {
        let c = character(code);
        let text = match c {
            '\'' => "'\\''".to_owned(),
            '"' => "'\"'".to_owned(),
            c => {
                let quoted = crate::go::quote::quote(&c.to_string());
                format!("'{}'", quoted.trim_matches('"'))
            }
        };
        let text = if self.spec.plus { ascii(&text) } else { text };
        self.pad(text.as_bytes());
    }

    /// Appends a character.
    pub(super) fn char(&mut self, code: u64) {
        self.pad(character(code).encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// Appends bytes in hexadecimal.
    pub(super) fn hex(&mut self, bytes: &[u8], upper: bool) {
        let spec = self.spec;
        let bytes = bytes.get(..spec.precision.unwrap_or(usize::MAX)).unwrap_or(bytes);
        let lead = if upper { "0X" } else { "0x" };
        let mut text = String::new();
        for (index, byte) in bytes.iter().enumerate() {
            if spec.space && index > 0 {
                text.push(' ');
            }
            if spec.sharp && (index == 0 || spec.space) {
                text.push_str(lead);
            }
            text += &if upper { format!("{byte:02X}") } else { format!("{byte:02x}") };
        }
        self.pad(text.as_bytes());
    }

    fn cut<'b>(&self, bytes: &'b [u8]) -> &'b [u8] {
        let Some(most) = self.spec.precision else {
            return bytes;
        };
        let mut left = most;
        let mut end = 0;
        for chunk in bytes.utf8_chunks() {
            for c in chunk.valid().chars() {
                if left == 0 {
                    return bytes.get(..end).unwrap_or(bytes);
                }
                left -= 1;
                end += c.len_utf8();
            }
            for _ in chunk.invalid() {
                if left == 0 {
                    return bytes.get(..end).unwrap_or(bytes);
                }
                left -= 1;
                end += 1;
            }
        }
        bytes
    }
}

fn count(bytes: &[u8]) -> usize {
    bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

fn character(code: u64) -> char {
    u32::try_from(code).ok().and_then(char::from_u32).unwrap_or('\u{fffd}')
}

/// Escapes what is not ASCII.
fn ascii(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match u32::from(c) {
            0..0x80 => out.push(c),
            code @ 0x80..0x1_0000 => out += &format!("\\u{code:04x}"),
            code => out += &format!("\\U{code:08x}"),
        }
    }
    out
}
