//! Number constants: every type that a constant fits is kept, because its use decides.

use super::ast::Number;
use super::token::Kind;
use super::unquote::{Piece, unquote_char};
use crate::go::quote::quote;

/// Reads the constant that the lexer has delimited.
pub(super) fn parse(text: &str, kind: Kind) -> Result<Number, String> {
    let mut number = Number { text: text.into(), ..Number::default() };
    match kind {
        Kind::CharConstant => character(text, &mut number)?,
        Kind::Complex => {
            let split = text.get(1..).and_then(|tail| tail.rfind(['+', '-'])).map_or(0, |at| at + 1);
            // An exponent's sign is not the sign between the parts.
            let split = match text.as_bytes().get(split.wrapping_sub(1)) {
                Some(b'e' | b'E' | b'p' | b'P') => {
                    text.get(1..split).and_then(|head| head.rfind(['+', '-'])).map_or(0, |at| at + 1)
                }
                _ => split,
            };
            let (re, im) = text.split_at_checked(split).unwrap_or(("", text));
            let syntax = || "syntax error scanning complex number".to_owned();
            let re = parse_float(re).ok_or_else(syntax)?;
            let im = parse_float(im.trim_end_matches('i')).ok_or_else(syntax)?;
            complex(re, im, &mut number);
        }
        _ => {
            if let Some(im) = text.strip_suffix('i').and_then(parse_float) {
                complex(0.0, im, &mut number);
            } else {
                real(text, &mut number)?;
            }
        }
    }
    Ok(number)
}

fn character(text: &str, number: &mut Number) -> Result<(), String> {
    let inner = text.get(1..).unwrap_or("");
    let (piece, tail) = unquote_char(inner, '\'').map_err(str::to_owned)?;
    if tail != "'" {
        return Err(format!("malformed character constant: {text}"));
    }
    let code = match piece {
        Piece::Char(c) => u32::from(c),
        Piece::Byte(byte) => u32::from(byte),
    };
    number.int = Some(i64::from(code));
    number.uint = Some(u64::from(code));
    number.float = Some(f64::from(code));
    Ok(())
}

fn complex(re: f64, im: f64, number: &mut Number) {
    number.complex = Some((re, im));
    if im == 0.0 {
        number.float = Some(re);
        number.int = whole(re);
        number.uint = whole_unsigned(re);
    }
}

fn real(text: &str, number: &mut Number) -> Result<(), String> {
    number.uint = parse_uint(text);
    number.int = parse_int(text);
    if number.int == Some(0) && number.uint.is_none() {
        number.uint = Some(0);
    }
    match (number.int, number.uint) {
        (Some(int), _) => number.float = Some(int as f64),
        (None, Some(uint)) => number.float = Some(uint as f64),
        (None, None) => {
            if let Some(float) = parse_float(text) {
                if !text.contains(['.', 'e', 'E', 'p', 'P']) {
                    return Err(format!("integer overflow: {}", quote(text)));
                }
                number.float = Some(float);
                number.int = whole(float);
                number.uint = whole_unsigned(float);
            }
        }
    }
    if number.int.is_none() && number.uint.is_none() && number.float.is_none() {
        return Err(format!("illegal number syntax: {}", quote(text)));
    }
    Ok(())
}

fn whole(float: f64) -> Option<i64> {
    let int = float as i64;
    (int as f64 == float && float < 9_223_372_036_854_775_808.0).then_some(int)
}

fn whole_unsigned(float: f64) -> Option<u64> {
    let uint = float as u64;
    (uint as f64 == float && float < 18_446_744_073_709_551_616.0).then_some(uint)
}

/// Reads a signed integer as `strconv.ParseInt` does in base 0.
pub(crate) fn parse_int(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, text.get(1..)?),
        Some(b'+') => (false, text.get(1..)?),
        _ => (false, text),
    };
    let magnitude = parse_uint(digits)?;
    if negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
}

/// Reads an unsigned integer as `strconv.ParseUint` does in base 0.
pub(crate) fn parse_uint(text: &str) -> Option<u64> {
    let lower = text.to_ascii_lowercase();
    let (radix, digits) = if let Some(digits) = lower.strip_prefix("0x") {
        (16, digits)
    } else if let Some(digits) = lower.strip_prefix("0b") {
        (2, digits)
    } else if let Some(digits) = lower.strip_prefix("0o") {
        (8, digits)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, lower.get(1..)?)
    } else {
        (10, lower.as_str())
    };
    if digits.contains('_') && !underscores_ok(text) {
        return None;
    }
    let plain: String = digits.chars().filter(|c| *c != '_').collect();
    if plain.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(&plain, radix).ok()
}

/// Reads a floating-point number as `strconv.ParseFloat` does; out of range is none.
pub(crate) fn parse_float(text: &str) -> Option<f64> {
    if text.contains('_') && !underscores_ok(text) {
        return None;
    }
    let plain: String = text.chars().filter(|c| *c != '_').collect();
    let unsigned = plain.trim_start_matches(['+', '-']);
    if unsigned.len() > 2
        && unsigned.as_bytes().starts_with(b"0")
        && matches!(unsigned.as_bytes()[1], b'x' | b'X')
    {
        let magnitude = parse_hex_float(unsigned.get(2..)?)?;
        return Some(if plain.starts_with('-') { -magnitude } else { magnitude });
    }
    if !unsigned.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
    {
        return None;
    }
    plain.parse::<f64>().ok().filter(|float| float.is_finite())
}

/// Reads `1.8p3` after its `0x`. The mantissa is rounded to 64 bits before it is scaled, which is exact for
/// every constant that fits.
fn parse_hex_float(text: &str) -> Option<f64> {
    let at = text.find(['p', 'P'])?;
    let (mantissa, exponent) = (text.get(..at)?, text.get(at + 1..)?);
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let digits: String = [whole, fraction].concat();
    let value = u64::from_str_radix(&digits, 16).ok()? as f64;
    let shift = exponent.checked_sub(i32::try_from(fraction.len()).ok()?.checked_mul(4)?)?;
    Some(value * 2f64.powi(shift)).filter(|float| float.is_finite())
}

/// Answers whether underscores stand only between digits, or between a base's prefix and a digit.
fn underscores_ok(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text);
    let bytes = text.as_bytes();
    let prefixed = matches!(bytes, [b'0', b'b' | b'B' | b'o' | b'O' | b'x' | b'X', ..]);
    let hex = matches!(bytes, [b'0', b'x' | b'X', ..]);
    // What came last: '^' the start, '0' a digit or prefix, '_' an underscore, '!' anything else.
    let mut last = if prefixed { '0' } else { '^' };
    for byte in bytes.iter().skip(if prefixed { 2 } else { 0 }) {
        if byte.is_ascii_digit() || hex && byte.is_ascii_hexdigit() {
            last = '0';
        } else if *byte == b'_' {
            if last != '0' {
                return false;
            }
            last = '_';
        } else {
            if last == '_' {
                return false;
            }
            last = '!';
        }
    }
    last != '_'
}

#[cfg(test)]
mod tests {
    use super::super::unquote;
    use super::*;

    fn number(text: &str) -> Number {
        parse(text, Kind::Number).unwrap()
    }

    #[test]
    fn a_constant_is_everything_it_fits() {
        assert_eq!(number("0x10").int, Some(16));
        assert_eq!(number("1_000").int, Some(1000));
        assert_eq!(number("017").int, Some(15));
        assert_eq!(number("1e3").int, Some(1000));
        assert_eq!(number("1.5").int, None);
        assert_eq!(number("0x1p-2").float, Some(0.25));
        assert_eq!(number("18446744073709551615").uint, Some(u64::MAX));
        assert_eq!(number("3i").complex, Some((0.0, 3.0)));
        assert_eq!(parse("1+2i", Kind::Complex).unwrap().complex, Some((1.0, 2.0)));
        assert_eq!(parse("'a'", Kind::CharConstant).unwrap().int, Some(97));
        assert!(parse("1__0", Kind::Number).is_err());
        assert!(parse("089", Kind::Number).is_err());
        assert_eq!(
            parse("99999999999999999999", Kind::Number).unwrap_err(),
            "integer overflow: \"99999999999999999999\""
        );
    }

    #[test]
    fn constants_are_unquoted() {
        assert_eq!(unquote::unquote(r#""a\n\x41\u00e9\"""#), Ok("a\nA\u{e9}\"".into()));
        assert_eq!(unquote::unquote(r#""\q""#), Err("invalid syntax"));
    }
}
