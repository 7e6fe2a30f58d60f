//! Decimal numbers, compared and divided exactly.

use std::cmp::Ordering;

/// A decimal number: what it is worth, and its exact digits where they are not too many.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal {
    pub(crate) float: f64,
    exact: Option<(i128, i32)>,
}

impl Decimal {
    pub(crate) fn parse(text: &str) -> Option<Decimal> {
        Some(Decimal { float: text.parse().ok()?, exact: exact(text) })
    }

    pub(crate) fn from_float(float: f64) -> Decimal {
        Decimal { float, exact: exact(&fairlead_yaml::number::format_e(float)) }
    }

    pub(crate) fn is_whole(self) -> bool {
        self.float.fract() == 0.0
    }

    pub(crate) fn compare(self, other: Decimal) -> Ordering {
        match self.aligned(other) {
            Some((a, b)) => a.cmp(&b),
            None => self.float.total_cmp(&other.float),
        }
    }

    pub(crate) fn is_multiple_of(self, unit: Decimal) -> bool {
        match self.aligned(unit) {
            Some((_, 0)) => false,
            Some((a, b)) => a % b == 0,
            None => (self.float / unit.float).fract() == 0.0,
        }
    }

    /// Both numbers' digits at the same power of ten.
    fn aligned(self, other: Decimal) -> Option<(i128, i128)> {
        let ((a, ea), (b, eb)) = (self.exact?, other.exact?);
        let low = ea.min(eb);
        let scale = |digits: i128, exponent: i32| {
            digits.checked_mul(10i128.checked_pow(u32::try_from(exponent.checked_sub(low)?).ok()?)?)
        };
        Some((scale(a, ea)?, scale(b, eb)?))
    }
}

/// Digits and power of ten of a decimal text.
fn exact(text: &str) -> Option<(i128, i32)> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}").parse().ok()?;
    Some((digits, exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?))
}
