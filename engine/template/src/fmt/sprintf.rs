//! Formats with verbs.

use super::printer::{Printer, Spec};
use crate::limits::LimitError;
use crate::value::Value;

/// The widest that Go lets a width or precision be.
const WIDEST: i64 = 1_000_000;

/// Writes values by a format, as `fmt.Sprintf` does, in no more than `most` bytes.
pub fn sprintf(format: &[u8], args: &[Value], most: usize) -> Result<Vec<u8>, LimitError> {
    let mut state = State { format, at: 0, args, arg: 0, reordered: false, good: true };
    let mut out = Vec::with_capacity(format.len() + 16 * args.len());
    while state.at < format.len() {
        let rest = format.get(state.at..).unwrap_or_default();
        let plain = rest.iter().position(|byte| *byte == b'%').unwrap_or(rest.len());
        out.extend_from_slice(rest.get(..plain).unwrap_or_default());
        state.at += plain;
        if state.at >= format.len() {
            break;
        }
        state.at += 1;
        state.verb(&mut out, most)?;
        if out.len() > most {
            return Err(LimitError::String(most));
        }
    }
    if !state.reordered && state.arg < args.len() {
        extra(&mut out, args.get(state.arg..).unwrap_or_default(), most)?;
    }
    Ok(out)
}

/// Where in the format and in the arguments we are.
struct State<'f> {
    format: &'f [u8],
    at: usize,
    args: &'f [Value],
    arg: usize,
    reordered: bool,
    /// Whether the explicit index of an argument made sense.
    good: bool,
}

impl State<'_> {
    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    fn verb(&mut self, out: &mut Vec<u8>, most: usize) -> Result<(), LimitError> {
        self.good = true;
        let mut spec = Spec::default();
        self.flags(&mut spec);
        let mut indexed = self.index();
        self.width(&mut spec, out, &mut indexed);
        self.precision(&mut spec, out, &mut indexed);
        if !indexed {
            self.index();
        }
        let Some(verb) = self.verb_char() else {
            out.extend_from_slice(b"%!(NOVERB)");
            self.at = self.format.len();
            return Ok(());
        };
        if verb == '%' {
            out.push(b'%');
            return Ok(());
        }
        if !self.good {
            out.extend_from_slice(format!("%!{verb}(BADINDEX)").as_bytes());
            return Ok(());
        }
        let Some(value) = self.args.get(self.arg) else {
            out.extend_from_slice(format!("%!{verb}(MISSING)").as_bytes());
            return Ok(());
        };
        self.arg += 1;
        if matches!(verb, 'v' | 'w') {
            spec.sharp_v = std::mem::take(&mut spec.sharp);
            spec.plus_v = std::mem::take(&mut spec.plus);
        }
        let mut printer = Printer::new(out, most);
        printer.spec = spec;
        printer.argument(value, verb)
    }

    fn flags(&mut self, spec: &mut Spec) {
        while let Some(byte) = self.peek() {
            match byte {
                b'#' => spec.sharp = true,
                b'0' => spec.zero = true,
                b'+' => spec.plus = true,
                b'-' => spec.minus = true,
                b' ' => spec.space = true,
                _ => return,
            }
            self.at += 1;
        }
    }

    /// Reads an explicit index of an argument, such as `[2]`, and answers whether there was one.
    fn index(&mut self) -> bool {
        if self.peek() != Some(b'[') {
            return false;
        }
        self.reordered = true;
        let rest = self.format.get(self.at + 1..).unwrap_or_default();
        let Some(close) = rest.iter().position(|byte| *byte == b']').filter(|_| rest.len() >= 2) else {
            self.good = false;
            self.at += 1;
            return false;
        };
        let number = std::str::from_utf8(rest.get(..close).unwrap_or_default())
            .ok()
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|text| text.parse::<usize>().ok());
        self.at += close + 2;
        match number {
            Some(number) if (1..=self.args.len()).contains(&number) => {
                self.arg = number - 1;
                true
            }
            number => {
                self.good = false;
                number.is_some()
            }
        }
    }

    fn width(&mut self, spec: &mut Spec, out: &mut Vec<u8>, indexed: &mut bool) {
        if self.peek() != Some(b'*') {
            spec.width = self.number();
            if *indexed && spec.width.is_some() {
                self.good = false;
            }
            return;
        }
        self.at += 1;
        match self.int_argument() {
            Some(width) => {
                if width < 0 {
                    spec.minus = true;
                    spec.zero = false;
                }
                spec.width = usize::try_from(width.unsigned_abs()).ok();
            }
            None => out.extend_from_slice(b"%!(BADWIDTH)"),
        }
        *indexed = false;
    }

    fn precision(&mut self, spec: &mut Spec, out: &mut Vec<u8>, indexed: &mut bool) {
        if self.peek() != Some(b'.') || self.at + 1 >= self.format.len() {
            return;
        }
        self.at += 1;
        if *indexed {
            self.good = false;
        }
        *indexed = self.index();
        if self.peek() != Some(b'*') {
            spec.precision = Some(self.number().unwrap_or(0));
            return;
        }
        self.at += 1;
        spec.precision = self.int_argument().and_then(|value| usize::try_from(value).ok());
        if spec.precision.is_none() {
            out.extend_from_slice(b"%!(BADPREC)");
        }
        *indexed = false;
    }

    fn number(&mut self) -> Option<usize> {
        let mut value: Option<i64> = None;
        let start = self.at;
        while let Some(byte) = self.peek().filter(u8::is_ascii_digit) {
            let next = value.unwrap_or(0) * 10 + i64::from(byte - b'0');
            if next > WIDEST {
                // Go gives up on the whole number and stays where it starts.
                self.at = start;
                while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                    self.at += 1;
                }
                return None;
            }
            value = Some(next);
            self.at += 1;
        }
        value.and_then(|value| usize::try_from(value).ok())
    }

    fn int_argument(&mut self) -> Option<i64> {
        let value = self.args.get(self.arg)?;
        self.arg += 1;
        let value = match value {
            Value::Int(value) | Value::Int64(value) => *value,
            Value::Int32(value) => i64::from(*value),
            Value::Uint8(value) => i64::from(*value),
            Value::Uint64(value) => i64::try_from(*value).ok()?,
            _ => return None,
        };
        (-WIDEST..=WIDEST).contains(&value).then_some(value)
    }

    fn verb_char(&mut self) -> Option<char> {
        let rest = self.format.get(self.at..).filter(|rest| !rest.is_empty())?;
        let chunk = rest.utf8_chunks().next()?;
        let (c, length) = match chunk.valid().chars().next() {
            Some(c) => (c, c.len_utf8()),
            None => ('\u{fffd}', 1),
        };
        self.at += length;
        Some(c)
    }
}

fn extra(out: &mut Vec<u8>, args: &[Value], most: usize) -> Result<(), LimitError> {
    out.extend_from_slice(b"%!(EXTRA ");
    for (index, value) in args.iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(b", ");
        }
        if value.is_nil() {
            out.extend_from_slice(b"<nil>");
        } else {
            out.extend_from_slice(value.type_name().as_bytes());
            out.push(b'=');
            Printer::new(out, most).argument(value, 'v')?;
        }
    }
    out.push(b')');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::sprintf;
    use crate::value::Value;

    #[track_caller]
    fn check(format: &str, args: &[Value], wanted: &str) {
        let out = sprintf(format.as_bytes(), args, 1 << 20).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), wanted);
    }

    #[test]
    fn verbs() {
        check("%s-%d", &["a".into(), Value::Int(3)], "a-3");
        check("%d", &["x".into()], "%!d(string=x)");
        check("%s", &[Value::Int(3)], "%!s(int=3)");
        check("%s", &[Value::Nil], "%!s(<nil>)");
        check("%d", &[Value::Float(3.0)], "%!d(float64=3)");
        check(
            "%5.2f|%-6s|%06d",
            &[Value::Float(2.71499), "ab".into(), Value::Int(-42)],
            " 2.71|ab    |-00042",
        );
        check("%v %q", &[Value::list(vec!["a".into(), Value::Nil]), "b\"".into()], "[a <nil>] \"b\\\"\"");
        check("%x %X %#x", &["hi".into(), Value::Int(255), Value::Int(255)], "6869 FF 0xff");
        check("%t %v", &[Value::Bool(true)], "true %!v(MISSING)");
        check("a", &[Value::Int(1), "b".into()], "a%!(EXTRA int=1, string=b)");
        check("%[2]s %[1]s", &["a".into(), "b".into()], "b a");
        check("%", &[], "%!(NOVERB)");
        check("%#v", &[Value::list(vec!["a".into()])], "[]interface {}{\"a\"}");
        check("%5t|%c|%U", &[Value::Bool(false), Value::Int(65), Value::Int(0x1F600)], "false|A|U+1F600");
    }
}
