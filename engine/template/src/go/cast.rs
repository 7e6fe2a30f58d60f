//! Numbers out of anything, as the `cast` library makes them: what cannot be converted is zero.

use crate::value::Value;

/// Converts a value to an integer; floats are cut, texts may have a base prefix.
pub fn to_int(value: &Value) -> i64 {
    match value {
        Value::Int(number) | Value::Int64(number) => *number,
        Value::Int32(number) => i64::from(*number),
        Value::Uint8(number) => i64::from(*number),
        Value::Uint64(number) => *number as i64,
        Value::Float(number) => float_to_int(*number),
        Value::Bool(value) => i64::from(*value),
        Value::Str(text) | Value::Number(text) => parse_int_any_base(trim_zero_decimal(text)).unwrap_or(0),
        _ => 0,
    }
}

/// Converts a value to a floating-point number.
pub fn to_float(value: &Value) -> f64 {
    match value {
        Value::Int(number) | Value::Int64(number) => *number as f64,
        Value::Int32(number) => f64::from(*number),
        Value::Uint8(number) => f64::from(*number),
        Value::Uint64(number) => *number as f64,
        Value::Float(number) => *number,
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Str(text) | Value::Number(text) => parse_float(text).unwrap_or(0.0),
        _ => 0.0,
    }
}

/// Converts as the processor does on which Helm usually runs: what does not fit is the smallest integer.
pub fn float_to_int(number: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&number) { number as i64 } else { i64::MIN }
}

/// Reads an integer as `strconv.ParseInt` does with base 0: prefixes `0x`, `0o`, `0`, `0b`, and underscores.
pub fn parse_int_any_base(text: &str) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix(['+', '-']) {
        Some(digits) => (text.starts_with('-'), digits),
        None => (false, text),
    };
    let prefixes = [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)];
    let prefixed = prefixes.iter().find_map(|(prefix, base)| Some((digits.strip_prefix(prefix)?, *base)));
    let (body, base, prefixed) = match prefixed {
        Some((body, base)) => (body, base, true),
        None if digits.len() > 1 && digits.starts_with('0') => (&digits[1..], 8, true),
        None => (digits, 10, false),
    };
    if !underscores_are_between_digits(body, prefixed) {
        return None;
    }
    let body: String = body.chars().filter(|c| *c != '_').collect();
    if body.is_empty() || !body.chars().all(|c| c.is_digit(base)) {
        return None;
    }
    let magnitude = u64::from_str_radix(&body, base).ok()?;
    match (negative, magnitude) {
        (false, magnitude) => i64::try_from(magnitude).ok(),
        (true, magnitude) if magnitude <= 1 << 63 => Some((magnitude as i64).wrapping_neg()),
        (true, _) => None,
    }
}

/// Reads a number as `strconv.ParseFloat` does, hexadecimal ones excepted; what does not fit is an error.
pub fn parse_float(text: &str) -> Option<f64> {
    if text.contains('_') {
        return underscores_are_between_digits(text, false)
            .then(|| parse_float(&text.replace('_', "")))
            .flatten();
    }
    let number: f64 = text.parse().ok()?;
    let named = text.contains(['i', 'I', 'n', 'N']);
    (number.is_finite() || named).then_some(number)
}

/// An underscore may stand between digits, or between the base prefix and a digit.
fn underscores_are_between_digits(body: &str, prefixed: bool) -> bool {
    let (mut after_digit, mut after_underscore) = (prefixed, false);
    for c in body.chars() {
        let digit = c.is_ascii_hexdigit();
        if c == '_' && !after_digit || after_underscore && !digit {
            return false;
        }
        (after_digit, after_underscore) = (digit, c == '_');
    }
    !after_underscore
}

/// Cuts a fraction of nothing but zeros, so that `3.0` is an integer.
fn trim_zero_decimal(text: &str) -> &str {
    let trimmed = text.trim_end_matches('0');
    match trimmed.strip_suffix('.') {
        Some(whole) if trimmed.len() < text.len() => whole,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_have_bases() {
        for (text, expected) in [
            ("0x10", Some(16)),
            ("-010", Some(-8)),
            ("0b11", Some(3)),
            ("1_000", Some(1000)),
            ("1__0", None),
            ("0x_f", Some(15)),
            ("", None),
            ("9223372036854775808", None),
            ("-9223372036854775808", Some(i64::MIN)),
            ("08", None),
            ("0", Some(0)),
        ] {
            assert_eq!(parse_int_any_base(text), expected, "{text:?}");
        }
        assert_eq!(trim_zero_decimal("3.00"), "3");
        assert_eq!(trim_zero_decimal("3."), "3.");
        assert_eq!(trim_zero_decimal("300"), "300");
    }
}
