//! What a plain scalar is: go-yaml's reading of YAML 1.1.

use crate::emit::Dialect;
use crate::number::Number;

mod timestamp;

/// What a scalar resolves to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scalar {
    /// `~`, `null` or nothing.
    Null,
    /// `true`, and in version 2 `yes`, `on`, `y`, …
    Bool(bool),
    /// A number.
    Number(Number),
    /// A date or time, which the value reader keeps as text.
    Timestamp,
    /// `<<`.
    Merge,
    /// Everything else.
    Text,
}

impl Scalar {
    /// The short tag of this kind of scalar.
    pub fn tag(self) -> &'static str {
        match self {
            Scalar::Null => "!!null",
            Scalar::Bool(_) => "!!bool",
            Scalar::Number(Number::Float(_)) => "!!float",
            Scalar::Number(_) => "!!int",
            Scalar::Timestamp => "!!timestamp",
            Scalar::Merge => "!!merge",
            Scalar::Text => "!!str",
        }
    }
}

/// Resolves a plain scalar without a tag.
pub fn resolve(text: &str, dialect: Dialect) -> Scalar {
    resolve_as(text, dialect, true)
}

/// Resolves a scalar; `timestamps` says whether a date counts as one (it does without a tag).
pub fn resolve_as(text: &str, dialect: Dialect, timestamps: bool) -> Scalar {
    let Some(first) = text.bytes().next() else { return Scalar::Null };
    match first {
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => word(text, dialect),
        b'.' => match word(text, dialect) {
            Scalar::Text => dotted_float(text).map_or(Scalar::Text, |f| Scalar::Number(Number::Float(f))),
            known => known,
        },
        b'0'..=b'9' | b'+' | b'-' => match word(text, dialect) {
            Scalar::Text => number(text, dialect, timestamps),
            known => known,
        },
        _ => Scalar::Text,
    }
}

fn word(text: &str, dialect: Dialect) -> Scalar {
    if text.len() > 5 {
        return Scalar::Text;
    }
    match text {
        "true" | "True" | "TRUE" => Scalar::Bool(true),
        "false" | "False" | "FALSE" => Scalar::Bool(false),
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        ".nan" | ".NaN" | ".NAN" => Scalar::Number(Number::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => {
            Scalar::Number(Number::Float(f64::INFINITY))
        }
        "-.inf" | "-.Inf" | "-.INF" => Scalar::Number(Number::Float(f64::NEG_INFINITY)),
        _ if dialect == Dialect::V2 => old_bool(text).map_or(Scalar::Text, Scalar::Bool),
        _ => Scalar::Text,
    }
}

/// YAML 1.1's other booleans, which version 3 reads as text.
pub(crate) fn old_bool(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// A text that starts with a digit or a sign: a time, an integer in any base, a float, or just text.
fn number(text: &str, dialect: Dialect, timestamps: bool) -> Scalar {
    if timestamps && timestamp::is_timestamp(text) {
        return Scalar::Timestamp;
    }
    let without;
    let plain = if text.contains('_') {
        without = text.replace('_', "");
        without.as_str()
    } else {
        text
    };
    let found = go_int(plain)
        .or_else(|| yaml_float(plain))
        .or_else(|| late_prefix(plain, "0b", "-0b", 2))
        .or_else(|| if dialect == Dialect::V3 { late_prefix(plain, "0o", "-0o", 8) } else { None });
    found.map_or(Scalar::Text, Scalar::Number)
}

/// `strconv.ParseInt(s, 0, 64)`, then `ParseUint`.
fn go_int(text: &str) -> Option<Number> {
    let (negative, signed, digits) = match text.as_bytes().first()? {
        b'-' => (true, true, text.get(1..)?),
        b'+' => (false, true, text.get(1..)?),
        _ => (false, false, text),
    };
    let (base, digits) = radix(digits);
    if digits.is_empty() {
        // A lone zero has lost its digit to the octal prefix.
        return (base == 8).then_some(Number::Int(0));
    }
    if !digits.bytes().all(|b| char::from(b).is_digit(base)) {
        return None;
    }
    let size = u64::from_str_radix(digits, base).ok()?;
    match i64::try_from(size) {
        Ok(n) => Some(Number::Int(if negative { -n } else { n })),
        Err(_) if negative => (size == 1 << 63).then_some(Number::Int(i64::MIN)),
        Err(_) if signed => None,
        Err(_) => Some(Number::Uint(size)),
    }
}

fn radix(digits: &str) -> (u32, &str) {
    let bytes = digits.as_bytes();
    if bytes.first() != Some(&b'0') {
        return (10, digits);
    }
    let base = match bytes.get(1).map(u8::to_ascii_lowercase) {
        Some(b'b') => 2,
        Some(b'o') => 8,
        Some(b'x') => 16,
        _ => 0,
    };
    if bytes.len() >= 3 && base != 0 {
        (base, digits.get(2..).unwrap_or(""))
    } else {
        (8, digits.get(1..).unwrap_or(""))
    }
}

/// go-yaml tries binary and octal once more behind the floats, where a sign may follow the prefix.
fn late_prefix(text: &str, prefix: &str, negative: &str, base: u32) -> Option<Number> {
    if let Some(rest) = text.strip_prefix(prefix) {
        return match i64::from_str_radix(rest, base) {
            Ok(n) => Some(Number::Int(n)),
            Err(_) => None,
        };
    }
    let rest = text.strip_prefix(negative)?;
    if rest.starts_with(['+', '-']) {
        return None;
    }
    i64::from_str_radix(&format!("-{rest}"), base).ok().map(Number::Int)
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, where the value is finite.
fn yaml_float(text: &str) -> Option<Number> {
    let bytes = text.as_bytes();
    let mut i = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let digits = |mut i: usize| {
        while bytes.get(i).is_some_and(u8::is_ascii_digit) {
            i += 1;
        }
        i
    };
    let whole = digits(i);
    let has_whole = whole > i;
    i = whole;
    if bytes.get(i) == Some(&b'.') {
        let fraction = digits(i + 1);
        if !has_whole && fraction == i + 1 {
            return None;
        }
        i = fraction;
    } else if !has_whole {
        return None;
    }
    if matches!(bytes.get(i), Some(b'e' | b'E')) {
        let start = i + 1 + usize::from(matches!(bytes.get(i + 1), Some(b'+' | b'-')));
        let end = digits(start);
        if end == start {
            return None;
        }
        i = end;
    }
    if i != bytes.len() {
        return None;
    }
    finite(text).map(Number::Float)
}

/// `strconv.ParseFloat` of a text that starts with a dot: digits with single underscores between them.
fn dotted_float(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    for (i, b) in bytes.iter().enumerate() {
        let beside_digits = || {
            i > 0
                && bytes.get(i - 1).is_some_and(u8::is_ascii_digit)
                && bytes.get(i + 1).is_some_and(u8::is_ascii_digit)
        };
        let good = match b {
            b'0'..=b'9' => true,
            b'.' => i == 0,
            b'e' | b'E' | b'+' | b'-' => i > 1,
            b'_' => beside_digits(),
            _ => false,
        };
        if !good {
            return None;
        }
    }
    finite(&text.replace('_', ""))
}

/// Parses a float as Go does: one too large is an error, one too small is zero.
fn finite(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|f| f.is_finite())
}

/// Whether go-yaml quotes a text because YAML 1.1 would read it as a sexagesimal number.
///
/// That is `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?`.
pub(crate) fn is_base60(text: &str) -> bool {
    let bytes = text.strip_prefix(['-', '+']).unwrap_or(text).as_bytes();
    if !bytes.first().is_some_and(u8::is_ascii_digit) || !bytes.contains(&b':') {
        return false;
    }
    let mut i = 1;
    while matches!(bytes.get(i), Some(b'0'..=b'9' | b'_')) {
        i += 1;
    }
    let mut groups = 0;
    while bytes.get(i) == Some(&b':') {
        match (bytes.get(i + 1), bytes.get(i + 2)) {
            (Some(b'0'..=b'5'), Some(b'0'..=b'9')) => i += 3,
            (Some(b'0'..=b'9'), _) => i += 2,
            _ => return false,
        }
        groups += 1;
    }
    if bytes.get(i) == Some(&b'.') {
        i += 1;
        while matches!(bytes.get(i), Some(b'0'..=b'9' | b'_')) {
            i += 1;
        }
    }
    groups > 0 && i == bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_in_every_base() {
        for (text, number) in [
            ("0", Number::Int(0)),
            ("-0", Number::Int(0)),
            ("010", Number::Int(8)),
            ("08", Number::Float(8.0)),
            ("0o17", Number::Int(15)),
            ("0x1_F", Number::Int(31)),
            ("0b101", Number::Int(5)),
            ("-0b101", Number::Int(-5)),
            ("+12", Number::Int(12)),
            ("1_000", Number::Int(1000)),
            ("18446744073709551615", Number::Uint(u64::MAX)),
            ("18446744073709551616", Number::Float(18446744073709551616.0)),
            ("1e3", Number::Float(1000.0)),
            (".5", Number::Float(0.5)),
            ("5.", Number::Float(5.0)),
        ] {
            assert_eq!(resolve(text, Dialect::V2), Scalar::Number(number), "{text}");
        }
    }

    #[test]
    fn text_stays_text() {
        for text in ["0x", "1e", "1:30", "1.2.3", "-", "+", ".", "e5", "1e999", "--1", "12a", "<"] {
            assert_eq!(resolve(text, Dialect::V2), Scalar::Text, "{text}");
        }
    }

    #[test]
    fn old_booleans_are_version_2s() {
        assert_eq!(resolve("yes", Dialect::V2), Scalar::Bool(true));
        assert_eq!(resolve("yes", Dialect::V3), Scalar::Text);
    }

    #[test]
    fn sexagesimals_are_seen() {
        assert!(is_base60("12:30:45") && is_base60("-1:0.5") && is_base60("1_0:5"));
        assert!(!is_base60("12:60") && !is_base60("a:1") && !is_base60("1:") && !is_base60("12"));
    }
}
