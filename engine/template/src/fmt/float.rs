//! Floating-point numbers as Go's `strconv.FormatFloat` writes them.

use std::fmt::Write;

/// Writes a number in one of the formats `e`, `E`, `f`, `g`, `G`, `x`, `X` and `b`. Without a precision, as few
/// digits are written as tell the number from all others.
pub fn format_float(value: f64, format: char, precision: Option<usize>) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    match format {
        'f' => match precision {
            Some(digits) => format!("{value:.digits$}"),
            None => format!("{value}"),
        },
        'e' | 'E' => exponent(value, precision, format),
        'g' | 'G' => general(value, precision, format),
        'x' | 'X' => hexadecimal(value, precision, format),
        _ => binary(value),
    }
}

/// Writes the mantissa and an exponent of at least two digits.
fn exponent(value: f64, precision: Option<usize>, format: char) -> String {
    let text = match precision {
        Some(digits) => format!("{value:.digits$e}"),
        None => format!("{value:e}"),
    };
    let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
    let power: i32 = power.parse().unwrap_or(0);
    let sign = if power < 0 { '-' } else { '+' };
    format!("{mantissa}{format}{sign}{:02}", power.unsigned_abs())
}

/// Chooses between the plain and the exponent form by the size of the number.
fn general(value: f64, precision: Option<usize>, format: char) -> String {
    // Most numbers of values are whole and small.
    let is_plain = precision.is_none() && value.abs() < 1e6 && value.fract() == 0.0;
    if is_plain && (value != 0.0 || value.is_sign_positive()) {
        return (value as i64).to_string();
    }
    let e = if format == 'g' { 'e' } else { 'E' };
    let (digits, power, bound) = match precision {
        None => {
            let (digits, power) = decimal(&format!("{value:e}"));
            (digits, power, 6)
        }
        Some(precision) => {
            let precision = precision.max(1);
            let (digits, power) = decimal(&format!("{value:.*e}", precision - 1));
            let digits = digits.trim_end_matches('0').to_owned();
            let count = digits.len().max(1) as i32;
            let mut bound = i32::try_from(precision).unwrap_or(i32::MAX);
            if bound > count && count > power {
                bound = count;
            }
            (digits, power, bound)
        }
    };
    let digits = if digits.is_empty() { "0".to_owned() } else { digits };
    let last = digits.len() - 1;
    if power < -4 || power >= bound {
        return exponent(value, Some(last), e);
    }
    let places = i32::try_from(last).unwrap_or(i32::MAX).saturating_sub(power).max(0);
    format!("{value:.*}", places as usize)
}

/// Splits what `{:e}` writes into digits and power.
fn decimal(text: &str) -> (String, i32) {
    let (mantissa, power) = text.split_once('e').unwrap_or((text, "0"));
    (mantissa.chars().filter(char::is_ascii_digit).collect(), power.parse().unwrap_or(0))
}

fn parts(value: f64) -> (bool, u64, i32) {
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let exponent = ((bits >> 52) & 0x7ff) as i32;
    let negative = bits >> 63 == 1;
    if exponent == 0 { (negative, fraction, -1074) } else { (negative, fraction | 1 << 52, exponent - 1075) }
}

fn binary(value: f64) -> String {
    let (negative, mantissa, power) = parts(value);
    format!("{}{mantissa}p{power:+}", if negative { "-" } else { "" })
}

fn hexadecimal(value: f64, precision: Option<usize>, format: char) -> String {
    let (negative, mut mantissa, mut power) = parts(value);
    if mantissa == 0 {
        power = 0;
    } else {
        let shift = mantissa.leading_zeros().saturating_sub(11);
        mantissa <<= shift;
        power += 52 - shift as i32;
    }
    if let Some(digits) = precision.filter(|digits| *digits < 13) {
        let drop = (13 - digits as u32) * 4;
        let half = 1u64 << (drop - 1);
        let rest = mantissa & ((1 << drop) - 1);
        mantissa >>= drop;
        if rest > half || rest == half && mantissa & 1 == 1 {
            mantissa += 1;
        }
        mantissa <<= drop;
        if mantissa >> 53 != 0 {
            mantissa >>= 1;
            power += 1;
        }
    }
    let mut fraction = format!("{:013x}", mantissa & ((1 << 52) - 1));
    match precision {
        None => fraction.truncate(fraction.trim_end_matches('0').len()),
        Some(digits) => fraction = format!("{fraction:0<digits$}").chars().take(digits).collect(),
    }
    let mut out = String::from(if negative { "-0x" } else { "0x" });
    // Writing to a string cannot fail.
    let _ = write!(out, "{}", mantissa >> 52);
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(&fraction);
    }
    let _ = write!(out, "p{}{:02}", if power < 0 { '-' } else { '+' }, power.unsigned_abs());
    if format == 'X' { out.to_uppercase() } else { out }
}

#[cfg(test)]
mod tests {
    use super::format_float;

    #[test]
    fn general_form() {
        let shortest = |value| format_float(value, 'g', None);
        assert_eq!(shortest(1.0), "1");
        assert_eq!(shortest(0.1), "0.1");
        assert_eq!(shortest(100_000.0), "100000");
        assert_eq!(shortest(1e6), "1e+06");
        assert_eq!(shortest(123_456_789.0), "1.23456789e+08");
        assert_eq!(shortest(0.0001), "0.0001");
        assert_eq!(shortest(0.00001), "1e-05");
        assert_eq!(shortest(0.0), "0");
        assert_eq!(format_float(1234.5678, 'g', Some(3)), "1.23e+03");
        assert_eq!(format_float(100.0, 'g', Some(3)), "100");
        assert_eq!(format_float(0.5, 'g', Some(3)), "0.5");
    }

    #[test]
    fn other_forms() {
        assert_eq!(format_float(3.0, 'f', Some(2)), "3.00");
        assert_eq!(format_float(1234.5678, 'e', Some(2)), "1.23e+03");
        assert_eq!(format_float(3.0, 'x', None), "0x1.8p+01");
        assert_eq!(format_float(1.0, 'b', None), "4503599627370496p-52");
    }
}
