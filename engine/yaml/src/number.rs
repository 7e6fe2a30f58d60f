//! Numbers as Go's `strconv` and `encoding/json` write them.

/// A number as YAML resolves it: the smallest of Go's kinds that holds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// Go's `int`.
    Int(i64),
    /// Go's `uint64`: what is too large for an `int`.
    Uint(u64),
    /// Go's `float64`.
    Float(f64),
}

impl Number {
    /// The number as `encoding/json` decodes it when nothing else is asked for.
    pub fn as_f64(self) -> f64 {
        match self {
            Number::Int(n) => n as f64,
            Number::Uint(n) => n as f64,
            Number::Float(n) => n,
        }
    }

    /// The text `encoding/json` writes, which is also the text of a `json.Number` read through it.
    ///
    /// Infinities and NaN have no JSON text and give `None`.
    pub fn json(self) -> Option<String> {
        match self {
            Number::Int(n) => Some(n.to_string()),
            Number::Uint(n) => Some(n.to_string()),
            Number::Float(n) => json_float(n),
        }
    }
}

/// Writes a float as `strconv.FormatFloat(f, 'g', -1, 64)`: `1e+06`, `0.0001`, `+Inf`, `NaN`.
pub fn format_g(f: f64) -> String {
    Digits::of(f).map_or_else(|special| special.to_owned(), |digits| digits.general())
}

/// Writes a float as `strconv.FormatFloat(f, 'g', -1, 32)`, rounded to 32 bits first.
pub fn format_g32(f: f64) -> String {
    match Digits::special(f64::from(f as f32)) {
        Some(special) => special.to_owned(),
        None => Digits::parse(&format!("{:e}", f as f32)).general(),
    }
}

/// Writes a float as `strconv.FormatFloat(f, 'f', -1, 64)`: never an exponent.
pub fn format_f(f: f64) -> String {
    Digits::of(f).map_or_else(|special| special.to_owned(), |digits| digits.fixed())
}

/// Writes a float as `strconv.FormatFloat(f, 'e', -1, 64)`: `1.5e+07`.
pub fn format_e(f: f64) -> String {
    Digits::of(f).map_or_else(|special| special.to_owned(), |digits| digits.scientific())
}

/// Writes a float as `fmt`'s `%v` does, which is the same as [`format_g`].
pub fn format_v(f: f64) -> String {
    format_g(f)
}

/// Writes a float as `encoding/json` does; `None` for infinities and NaN.
pub fn json_float(f: f64) -> Option<String> {
    let digits = Digits::of(f).ok()?;
    let size = f.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        let text = digits.scientific();
        // JSON's exponents have no leading zero: e-09 becomes e-9.
        return Some(match text.strip_suffix(|c: char| c.is_ascii_digit()) {
            Some(head) if head.ends_with("e-0") => text.replacen("e-0", "e-", 1),
            _ => text,
        });
    }
    Some(digits.fixed())
}

/// The shortest decimal digits that read back as the same float.
struct Digits {
    negative: bool,
    digits: Vec<u8>,
    /// Where the decimal point stands relative to the first digit; 1 is behind it.
    point: i32,
}

impl Digits {
    fn special(f: f64) -> Option<&'static str> {
        if f.is_nan() {
            Some("NaN")
        } else if f.is_infinite() {
            Some(if f > 0.0 { "+Inf" } else { "-Inf" })
        } else {
            None
        }
    }

    fn of(f: f64) -> Result<Self, &'static str> {
        match Self::special(f) {
            Some(special) => Err(special),
            None => Ok(Self::parse(&format!("{f:e}"))),
        }
    }

    /// Takes Rust's `{:e}` apart, whose digits are the shortest ones too.
    fn parse(text: &str) -> Self {
        let negative = text.starts_with('-');
        let text = text.trim_start_matches('-');
        let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
        if digits.iter().all(|d| *d == b'0') {
            return Digits { negative, digits: Vec::new(), point: 0 };
        }
        Digits { negative, digits, point: exponent.parse::<i32>().unwrap_or(0) + 1 }
    }

    /// `%g` with the shortest digits: an exponent when it is below -4 or at least 6.
    fn general(&self) -> String {
        let exponent = self.point - 1;
        if !self.digits.is_empty() && !(-4..6).contains(&exponent) {
            return self.scientific();
        }
        self.fixed()
    }

    fn scientific(&self) -> String {
        let mut out = String::from(if self.negative { "-" } else { "" });
        let (first, rest) = self.digits.split_first().map_or((b'0', &[][..]), |(d, rest)| (*d, rest));
        out.push(char::from(first));
        if !rest.is_empty() {
            out.push('.');
            out.extend(rest.iter().map(|d| char::from(*d)));
        }
        let exponent = if self.digits.is_empty() { 0 } else { self.point - 1 };
        out.push('e');
        out.push(if exponent < 0 { '-' } else { '+' });
        out.push_str(&format!("{:02}", exponent.unsigned_abs()));
        out
    }

    fn fixed(&self) -> String {
        let mut out = String::from(if self.negative { "-" } else { "" });
        if self.point <= 0 {
            out.push('0');
        }
        for i in 0..self.point.max(0) {
            out.push(self.digits.get(i as usize).map_or('0', |d| char::from(*d)));
        }
        let fraction = self.digits.len() as i32 - self.point;
        if !self.digits.is_empty() && fraction > 0 {
            out.push('.');
            for i in self.point..self.digits.len() as i32 {
                out.push(
                    usize::try_from(i).ok().and_then(|i| self.digits.get(i)).map_or('0', |d| char::from(*d)),
                );
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn general_form_takes_an_exponent_from_a_million_on() {
        for (f, text) in [
            (1e6, "1e+06"),
            (123456.5, "123456.5"),
            (1234567.5, "1.2345675e+06"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (0.0, "0"),
            (-0.0, "-0"),
            (f64::INFINITY, "+Inf"),
        ] {
            assert_eq!(format_g(f), text);
        }
        assert_eq!(format_g32(0.1), "0.1");
        assert_eq!(format_v(100000.0), "100000");
    }

    #[test]
    fn json_form_drops_the_exponents_leading_zero() {
        for (f, text) in
            [(1e-7, "1e-7"), (1e-10, "1e-10"), (1e21, "1e+21"), (1e20, "100000000000000000000"), (1.5, "1.5")]
        {
            assert_eq!(json_float(f).as_deref(), Some(text));
        }
        assert_eq!(json_float(f64::NAN), None);
    }
}
