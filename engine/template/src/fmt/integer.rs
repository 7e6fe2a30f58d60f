//! Integers in the bases and spellings of the verbs.

use super::printer::Printer;
use crate::go::quote::is_print;

impl Printer<'_> {
    /// Writes an integer of which `negative` is the sign and `value` the magnitude.
    pub(super) fn digits(&mut self, value: u64, negative: bool, base: u32, verb: char) {
        let spec = self.spec;
        let mut least = 0;
        if let Some(precision) = spec.precision {
            least = precision;
            if precision == 0 && value == 0 {
                self.out.resize(self.out.len() + spec.width.unwrap_or(0), b' ');
                return;
            }
        } else if let Some(width) = spec.width.filter(|_| spec.zero && !spec.minus) {
            least = width - usize::from(width > 0 && (negative || spec.plus || spec.space));
        }
        let digits = match (base, verb) {
            (16, 'X') => format!("{value:0least$X}"),
            (16, _) => format!("{value:0least$x}"),
            (8, _) => format!("{value:0least$o}"),
            (2, _) => format!("{value:0least$b}"),
            _ => format!("{value:0least$}"),
        };
        let prefix = match base {
            2 if spec.sharp => "0b",
            8 if spec.sharp && !digits.starts_with('0') => "0",
            16 if spec.sharp && verb == 'X' => "0X",
            16 if spec.sharp => "0x",
            _ => "",
        };
        let prefix = if verb == 'O' { format!("0o{prefix}") } else { prefix.to_owned() };
        let sign = match () {
            () if negative => "-",
            () if spec.plus => "+",
            () if spec.space => " ",
            () => "",
        };
        self.pad_with_spaces(format!("{sign}{prefix}{digits}").as_bytes());
    }

    /// Writes a code point as `%U` does.
    pub(super) fn code_point(&mut self, value: u64) {
        let least = self.spec.precision.unwrap_or(4).max(4);
        let mut text = format!("U+{value:0least$X}");
        if let Some(c) = u32::try_from(value).ok().and_then(char::from_u32).filter(|c| is_print(*c))
            && self.spec.sharp
        {
            text += &format!(" '{c}'");
        }
        self.pad_with_spaces(text.as_bytes());
    }
}
