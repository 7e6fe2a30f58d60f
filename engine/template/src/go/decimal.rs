//! Decimal arithmetic of any precision, for the functions that add and multiply fractions.

use num_bigint::BigInt;

/// Places after the point that a quotient is rounded to.
const DIVISION_PLACES: i64 = 16;

/// A number `coefficient × 10^exponent`.
#[derive(Debug, Clone)]
pub struct Decimal {
    coefficient: BigInt,
    exponent: i64,
}

impl Decimal {
    /// Takes the shortest decimal that reads back as the number; `None` for infinities and NaN.
    pub fn from_f64(number: f64) -> Option<Self> {
        if !number.is_finite() {
            return None;
        }
        let text = format!("{number:e}");
        let (mantissa, exponent) = text.split_once('e')?;
        let exponent: i64 = exponent.parse().ok()?;
        let places = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len() as i64);
        let coefficient = mantissa.replace('.', "").parse().ok()?;
        Some(Self { coefficient, exponent: exponent - places })
    }

    /// Returns the nearest floating-point number.
    pub fn to_f64(&self) -> f64 {
        format!("{}e{}", self.coefficient, self.exponent).parse().unwrap_or(0.0)
    }

    /// Returns the exact sum.
    #[must_use]
    pub fn add(&self, other: &Self) -> Self {
        let exponent = self.exponent.min(other.exponent);
        Self { coefficient: self.scaled(exponent) + other.scaled(exponent), exponent }
    }

    /// Returns the exact difference.
    #[must_use]
    pub fn subtract(&self, other: &Self) -> Self {
        let exponent = self.exponent.min(other.exponent);
        Self { coefficient: self.scaled(exponent) - other.scaled(exponent), exponent }
    }

    /// Returns the exact product.
    #[must_use]
    pub fn multiply(&self, other: &Self) -> Self {
        Self { coefficient: &self.coefficient * &other.coefficient, exponent: self.exponent + other.exponent }
    }

    /// Returns the quotient, rounded to 16 places, halves away from zero; `None` for a division by zero.
    #[must_use]
    pub fn divide(&self, other: &Self) -> Option<Self> {
        let zero = BigInt::ZERO;
        if other.coefficient == zero {
            return None;
        }
        let shift = self.exponent + DIVISION_PLACES - other.exponent;
        let (mut numerator, mut denominator) = (self.coefficient.clone(), other.coefficient.clone());
        let power = power_of_ten(shift.unsigned_abs());
        if shift >= 0 {
            numerator *= power
        } else {
            denominator *= power
        }
        let negative = (numerator < zero) != (denominator < zero);
        let (numerator, denominator) = (absolute(numerator), absolute(denominator));
        // Adding half the divisor before the division rounds halves up, away from zero.
        let quotient: BigInt = (numerator * 2 + &denominator) / (denominator * 2);
        let coefficient = if negative { -quotient } else { quotient };
        Some(Self { coefficient, exponent: -DIVISION_PLACES })
    }

    fn scaled(&self, exponent: i64) -> BigInt {
        &self.coefficient * power_of_ten((self.exponent - exponent).unsigned_abs())
    }
}

fn absolute(number: BigInt) -> BigInt {
    if number < BigInt::ZERO { -number } else { number }
}

fn power_of_ten(exponent: u64) -> BigInt {
    BigInt::from(10).pow(u32::try_from(exponent).unwrap_or(u32::MAX))
}
