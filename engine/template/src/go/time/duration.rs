//! Spans of time in nanoseconds, read and printed as Go does (`1h15m30.918s`).

use std::fmt;

use super::parse::quote;

/// A span of time in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Duration(pub i64);

/// Says why a text is not a duration, in Go's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DurationError {
    /// The text is malformed or the value does not fit.
    #[error("time: invalid duration {}", quote(.0.as_bytes()))]
    Invalid(String),
    /// A number has no unit.
    #[error("time: missing unit in duration {}", quote(.0.as_bytes()))]
    MissingUnit(String),
    /// A unit is not one of `ns`, `us`, `µs`, `ms`, `s`, `m`, `h`.
    #[error("time: unknown unit {} in duration {}", quote(.unit.as_bytes()), quote(.text.as_bytes()))]
    UnknownUnit {
        /// The unit as written.
        unit: String,
        /// The whole text.
        text: String,
    },
}

const LIMIT: u64 = 1 << 63;

impl Duration {
    /// One second.
    pub const SECOND: Self = Self(1_000_000_000);

    /// Reads a signed sequence of decimal numbers with units, such as `-1.5h` or `300ms`.
    pub fn parse(text: &str) -> Result<Self, DurationError> {
        let invalid = || DurationError::Invalid(text.to_owned());
        let negative = text.starts_with('-');
        let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
        if rest == "0" {
            return Ok(Self(0));
        }
        if rest.is_empty() {
            return Err(invalid());
        }
        let mut total: u64 = 0;
        while !rest.is_empty() {
            let (number, after) = Number::take(rest).ok_or_else(invalid)?;
            let end = after.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(after.len());
            let (unit, after) = after.split_at(end);
            if unit.is_empty() {
                return Err(DurationError::MissingUnit(text.to_owned()));
            }
            let nanos = unit_nanos(unit)
                .ok_or_else(|| DurationError::UnknownUnit { unit: unit.to_owned(), text: text.to_owned() })?;
            total = number.times(nanos).and_then(|value| total.checked_add(value)).ok_or_else(invalid)?;
            if total > LIMIT {
                return Err(invalid());
            }
            rest = after;
        }
        match (negative, total) {
            (true, total) => Ok(Self((total as i64).wrapping_neg())),
            (false, LIMIT) => Err(invalid()),
            (false, total) => Ok(Self(total as i64)),
        }
    }

    /// Returns the duration in seconds.
    pub fn seconds(self) -> f64 {
        (self.0 / 1_000_000_000) as f64 + (self.0 % 1_000_000_000) as f64 / 1e9
    }

    /// Returns the duration in minutes.
    pub fn minutes(self) -> f64 {
        (self.0 / 60_000_000_000) as f64 + (self.0 % 60_000_000_000) as f64 / 60e9
    }

    /// Returns the duration in hours.
    pub fn hours(self) -> f64 {
        (self.0 / 3_600_000_000_000) as f64 + (self.0 % 3_600_000_000_000) as f64 / (60.0 * 60e9)
    }

    /// Rounds to the nearest multiple, halves away from zero; a multiple of zero or less changes nothing.
    #[must_use]
    pub fn round(self, multiple: Self) -> Self {
        if multiple.0 <= 0 {
            return self;
        }
        let rest = (self.0 % multiple.0).unsigned_abs();
        let down = rest.wrapping_add(rest) < multiple.0.unsigned_abs();
        let rest = rest as i64;
        Self(match (self.0 < 0, down) {
            (true, true) => self.0 + rest,
            (true, false) => self.0.checked_sub(multiple.0 - rest).unwrap_or(i64::MIN),
            (false, true) => self.0 - rest,
            (false, false) => self.0.checked_add(multiple.0 - rest).unwrap_or(i64::MAX),
        })
    }

    /// Cuts to a multiple towards zero; a multiple of zero or less changes nothing.
    #[must_use]
    pub fn truncate(self, multiple: Self) -> Self {
        if multiple.0 <= 0 { self } else { Self(self.0 - self.0 % multiple.0) }
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.unsigned_abs();
        if self.0 < 0 {
            f.write_str("-")?;
        }
        match nanos {
            0 => f.write_str("0s"),
            1..1_000 => write!(f, "{nanos}ns"),
            1_000..1_000_000 => write_fraction(f, nanos / 1_000, nanos % 1_000, 3, "µs"),
            1_000_000..1_000_000_000 => write_fraction(f, nanos / 1_000_000, nanos % 1_000_000, 6, "ms"),
            _ => {
                let seconds = nanos / 1_000_000_000;
                if seconds >= 3600 {
                    write!(f, "{}h", seconds / 3600)?;
                }
                if seconds >= 60 {
                    write!(f, "{}m", seconds / 60 % 60)?;
                }
                write_fraction(f, seconds % 60, nanos % 1_000_000_000, 9, "s")
            }
        }
    }
}

fn write_fraction(
    f: &mut fmt::Formatter<'_>,
    whole: u64,
    rest: u64,
    width: usize,
    unit: &str,
) -> fmt::Result {
    let fraction = format!("{rest:0width$}");
    match fraction.trim_end_matches('0') {
        "" => write!(f, "{whole}{unit}"),
        fraction => write!(f, "{whole}.{fraction}{unit}"),
    }
}

/// A decimal number: `whole + fraction / scale`.
struct Number {
    whole: u64,
    fraction: u64,
    scale: f64,
}

impl Number {
    /// Takes a number from the front; `None` when there is none or its whole part does not fit.
    fn take(text: &str) -> Option<(Self, &str)> {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let (before, rest) = text.split_at(digits(text));
        let whole = match before {
            "" => 0,
            before => before.parse::<u64>().ok().filter(|value| *value <= LIMIT)?,
        };
        let Some(rest) = rest.strip_prefix('.') else {
            return (!before.is_empty()).then_some((Self { whole, fraction: 0, scale: 1.0 }, rest));
        };
        let (after, rest) = rest.split_at(digits(rest));
        if before.is_empty() && after.is_empty() {
            return None;
        }
        let (mut fraction, mut scale) = (0_u64, 1.0);
        for digit in after.bytes() {
            // Digits beyond what fits do not count.
            if fraction > (LIMIT - 1) / 10 || fraction * 10 + u64::from(digit - b'0') > LIMIT {
                break;
            }
            fraction = fraction * 10 + u64::from(digit - b'0');
            scale *= 10.0;
        }
        Some((Self { whole, fraction, scale }, rest))
    }

    fn times(&self, unit: u64) -> Option<u64> {
        if self.whole > LIMIT / unit {
            return None;
        }
        let fraction = match self.fraction {
            0 => 0,
            fraction => (fraction as f64 * (unit as f64 / self.scale)) as u64,
        };
        (self.whole * unit).checked_add(fraction).filter(|value| *value <= LIMIT)
    }
}

fn unit_nanos(unit: &str) -> Option<u64> {
    Some(match unit {
        "ns" => 1,
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}
