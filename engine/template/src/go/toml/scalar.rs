//! Strings, numbers, truth values and times of TOML.

use super::read::{ReadError, Reader};
use crate::go::cast::{parse_float, parse_int_any_base};
use crate::go::quote::quote;
use crate::go::time::{Time, Zone};
use crate::value::Value;

/// Reads a string in single or double quotes, of one or of several lines.
pub(super) fn string(reader: &mut Reader<'_>) -> Result<String, ReadError> {
    if reader.take("\"\"\"") {
        return several_lines(reader, "\"\"\"", true);
    }
    if reader.take("'''") {
        return several_lines(reader, "'''", false);
    }
    let escapes = reader.take("\"");
    if !escapes {
        reader.take("'");
    }
    let mark = if escapes { '"' } else { '\'' };
    let mut out = String::new();
    loop {
        let Some(c) = reader.peek() else {
            let shown = if escapes { "'\"'".to_owned() } else { "\"'\"".to_owned() };
            return reader.error(format!("unexpected EOF; expected {shown}"));
        };
        if c == '\n' {
            return reader.error("strings cannot contain newlines");
        }
        reader.rest = &reader.rest[c.len_utf8()..];
        match c {
            c if c == mark => return Ok(out),
            '\\' if escapes => out.push(escape(reader)?),
            c => out.push(c),
        }
    }
}

/// Reads up to three quotes; up to two more before these belong to the text.
fn several_lines(reader: &mut Reader<'_>, mark: &str, escapes: bool) -> Result<String, ReadError> {
    if !reader.take("\n") {
        reader.take("\r\n");
    }
    let mut out = String::new();
    loop {
        if reader.take(mark) {
            for _ in 0..2 {
                if reader.take(&mark[..1]) {
                    out.push_str(&mark[..1]);
                }
            }
            return Ok(out);
        }
        let Some(c) = reader.peek() else {
            let shown = if escapes { format!("'{mark}'") } else { format!("\"{mark}\"") };
            return reader.error(format!("unexpected EOF; expected {shown}"));
        };
        reader.rest = &reader.rest[c.len_utf8()..];
        if c != '\\' || !escapes {
            out.push(c);
            continue;
        }
        // A backslash at the end of a line takes all white space that follows with it.
        let after = reader.rest.trim_start_matches([' ', '\t', '\r', '\n']);
        let skipped = &reader.rest[..reader.rest.len() - after.len()];
        if skipped.contains('\n') {
            reader.rest = after;
        } else {
            out.push(escape(reader)?);
        }
    }
}

fn escape(reader: &mut Reader<'_>) -> Result<char, ReadError> {
    let Some(c) = reader.peek() else { return reader.error("unexpected EOF; expected '\"'") };
    reader.rest = &reader.rest[c.len_utf8()..];
    let digits = match c {
        'b' => return Ok('\x08'),
        't' => return Ok('\t'),
        'n' => return Ok('\n'),
        'f' => return Ok('\x0c'),
        'r' => return Ok('\r'),
        'e' => return Ok('\x1b'),
        '"' | '\\' => return Ok(c),
        'x' => 2,
        'u' => 4,
        'U' => 8,
        other => return reader.error(format!("invalid escape in string '\\{other}'")),
    };
    let text = reader.rest.get(..digits).filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()));
    let Some(text) = text else {
        let words = ["two", "four", "eight"][digits.ilog2() as usize - 1];
        return reader.error(format!("expected {words} hexadecimal digits after '\\{c}'"));
    };
    let decoded = u32::from_str_radix(text, 16).ok().and_then(char::from_u32);
    let Some(decoded) = decoded else {
        return reader.error(format!("Escaped character '\\u{text}' is not valid UTF-8."));
    };
    reader.rest = &reader.rest[digits..];
    Ok(decoded)
}

/// Reads a number, a truth value or a time.
pub(super) fn plain(reader: &mut Reader<'_>) -> Result<Value, ReadError> {
    let belongs = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '_' | '.' | ':');
    let mut end = reader.rest.find(|c| !belongs(c)).unwrap_or(reader.rest.len());
    // A blank may stand between a date and a time.
    let after = &reader.rest[end..];
    if is_date(&reader.rest[..end])
        && after.starts_with(' ')
        && after[1..].starts_with(|c: char| c.is_ascii_digit())
    {
        end += 1 + after[1..].find(|c| !belongs(c)).unwrap_or(after.len() - 1);
    }
    let text = &reader.rest[..end];
    let value = match text {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        "inf" | "+inf" => Some(Value::Float(f64::INFINITY)),
        "-inf" => Some(Value::Float(f64::NEG_INFINITY)),
        "nan" | "+nan" | "-nan" => Some(Value::Float(f64::NAN)),
        _ => None,
    };
    let value = match value {
        Some(value) => value,
        None if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-')) => {
            return reader.error(format!("expected value but found {} instead", quote(text)));
        }
        None if is_date(text) || text.contains(':') => time(reader, text)?,
        None => number(reader, text)?,
    };
    reader.rest = &reader.rest[end..];
    Ok(value)
}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10 && bytes[4] == b'-' && bytes[7] == b'-' && bytes[..4].iter().all(u8::is_ascii_digit)
}

fn number(reader: &Reader<'_>, text: &str) -> Result<Value, ReadError> {
    let digits = text.trim_start_matches(['+', '-']);
    let based = ["0x", "0o", "0b"].iter().any(|prefix| digits.starts_with(prefix));
    let float = !based && digits.contains(['.', 'e', 'E']);
    let kind = if float { "float" } else { "integer" };
    let whole = digits.split(['.', 'e', 'E']).next().unwrap_or_default();
    if !based && whole.len() > 1 && whole.starts_with('0') {
        return reader.error(format!("Invalid {kind} {}: cannot have leading zeroes", quote(text)));
    }
    if text.ends_with('_') || text.contains("__") || digits.starts_with('_') {
        return reader
            .error(format!("Invalid {kind} {}: underscores must be surrounded by digits", quote(text)));
    }
    if !float {
        return match parse_int_any_base(text) {
            Some(number) => Ok(Value::Int64(number)),
            None if digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_') => {
                reader.error(format!("{text} is out of range for int64"))
            }
            None => reader.error(format!("expected value but found {} instead", quote(text))),
        };
    }
    if text.ends_with('.') || text.contains(".e") || text.contains(".E") || text.contains("._") {
        return reader
            .error(format!("Invalid float {}: '.' must be followed by one or more digits", quote(text)));
    }
    match parse_float(text) {
        Some(number) => Ok(Value::Float(number)),
        None => reader.error(format!("Invalid float value: {}", quote(text))),
    }
}

fn time(reader: &Reader<'_>, text: &str) -> Result<Value, ReadError> {
    const LAYOUTS: [(&str, &str); 7] = [
        ("2006-01-02T15:04:05.999999999Z07:00", ""),
        ("2006-01-02T15:04:05.999999999", "datetime-local"),
        ("2006-01-02", "date-local"),
        ("15:04:05.999999999", "time-local"),
        ("2006-01-02T15:04Z07:00", ""),
        ("2006-01-02T15:04", "datetime-local"),
        ("15:04", "time-local"),
    ];
    let upper = text.replace(['t', ' '], "T").replace('z', "Z");
    for (layout, zone) in LAYOUTS {
        let zone = if zone.is_empty() { Zone::Utc } else { Zone::fixed(zone, 0) };
        if let Ok(time) = Time::parse(layout, &upper, &zone) {
            return Ok(Value::object(time));
        }
    }
    reader.error(format!("invalid datetime: {}", quote(&upper)))
}
