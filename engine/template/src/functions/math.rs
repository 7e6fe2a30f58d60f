//! Arithmetic on integers, on floating-point numbers and on decimal fractions.

use super::args::{any, int, rest};
use super::show::show;
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::go::cast::{to_float, to_int};
use crate::go::decimal::Decimal;
use crate::value::{Type, Value};

const A: Type = Type::Any;

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("int", &[A], |_, args| Ok(Value::Int(to_int(any(args, 0))))),
    Function::new("int64", &[A], |_, args| Ok(Value::Int64(to_int(any(args, 0))))),
    Function::new("float64", &[A], |_, args| Ok(Value::Float(to_float(any(args, 0))))),
    Function::new("atoi", &[Type::String], atoi),
    Function::new("toDecimal", &[A], to_decimal),
    Function::new("add1", &[A], |_, args| Ok(Value::Int64(to_int(any(args, 0)).wrapping_add(1)))),
    Function::new("add", &[A], |_, args| fold(0, args, i64::wrapping_add)).variadic(),
    Function::new("sub", &[A, A], |_, args| fold(to_int(any(args, 0)), rest(args, 1), i64::wrapping_sub)),
    Function::new("mul", &[A, A], |_, args| fold(to_int(any(args, 0)), rest(args, 1), i64::wrapping_mul))
        .variadic(),
    Function::new("div", &[A, A], |_, args| divide(args, i64::wrapping_div)),
    Function::new("mod", &[A, A], |_, args| divide(args, i64::wrapping_rem)),
    Function::new("max", &[A, A], |_, args| fold(to_int(any(args, 0)), rest(args, 1), i64::max)).variadic(),
    Function::new("biggest", &[A, A], |_, args| fold(to_int(any(args, 0)), rest(args, 1), i64::max))
        .variadic(),
    Function::new("min", &[A, A], |_, args| fold(to_int(any(args, 0)), rest(args, 1), i64::min)).variadic(),
    Function::new("maxf", &[A, A], |_, args| fold_floats(args, larger)).variadic(),
    Function::new("minf", &[A, A], |_, args| fold_floats(args, smaller)).variadic(),
    Function::new("floor", &[A], |_, args| Ok(to_float(any(args, 0)).floor().into())),
    Function::new("ceil", &[A], |_, args| Ok(to_float(any(args, 0)).ceil().into())),
    Function::new("round", &[A, Type::Int, Type::Float64], round).variadic(),
    Function::new("add1f", &[A], |_, args| decimals(Some(any(args, 0)), &[Value::Int(1)], sum)),
    Function::new("addf", &[A], |_, args| decimals(None, args, sum)).variadic(),
    Function::new("subf", &[A, A], |_, args| decimals(args.first(), rest(args, 1), difference)).variadic(),
    Function::new("mulf", &[A, A], |_, args| decimals(args.first(), rest(args, 1), product)).variadic(),
    Function::new("divf", &[A, A], |_, args| decimals(args.first(), rest(args, 1), quotient)).variadic(),
];

fn atoi(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let text = super::args::text(args, 0);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Value::Int(0));
    }
    // What does not fit stops at the limit.
    let limit = if text.starts_with('-') { i64::MIN } else { i64::MAX };
    Ok(Value::Int(text.parse().unwrap_or(limit)))
}

/// Reads the value's text as an octal number.
fn to_decimal(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let shown = show(context, any(args, 0))?;
    let number = shown.as_str().and_then(|text| i64::from_str_radix(text, 8).ok());
    Ok(Value::Int64(number.unwrap_or(0)))
}

fn fold(first: i64, rest: &[Value], step: fn(i64, i64) -> i64) -> Result<Value, FnError> {
    Ok(Value::Int64(rest.iter().map(to_int).fold(first, step)))
}

fn divide(args: &[Value], step: fn(i64, i64) -> i64) -> Result<Value, FnError> {
    match (to_int(any(args, 0)), to_int(any(args, 1))) {
        (_, 0) => Err("runtime error: integer divide by zero".into()),
        (a, b) => Ok(Value::Int64(step(a, b))),
    }
}

fn fold_floats(args: &[Value], step: fn(f64, f64) -> f64) -> Result<Value, FnError> {
    Ok(rest(args, 1).iter().map(to_float).fold(to_float(any(args, 0)), step).into())
}

/// Infinity wins over NaN, and NaN over numbers.
fn larger(a: f64, b: f64) -> f64 {
    match (a, b) {
        (f64::INFINITY, _) | (_, f64::INFINITY) => f64::INFINITY,
        _ if a.is_nan() || b.is_nan() => f64::NAN,
        _ if a == 0.0 && b == 0.0 => {
            if a.is_sign_negative() {
                b
            } else {
                a
            }
        }
        _ => {
            if a > b {
                a
            } else {
                b
            }
        }
    }
}

fn smaller(a: f64, b: f64) -> f64 {
    match (a, b) {
        (f64::NEG_INFINITY, _) | (_, f64::NEG_INFINITY) => f64::NEG_INFINITY,
        _ if a.is_nan() || b.is_nan() => f64::NAN,
        _ if a == 0.0 && b == 0.0 => {
            if a.is_sign_negative() {
                a
            } else {
                b
            }
        }
        _ => {
            if a < b {
                a
            } else {
                b
            }
        }
    }
}

/// Rounds to a number of places; the third argument is the fraction from which on it rounds up.
fn round(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let number = to_float(any(args, 0));
    let places = int(args, 1);
    let up_from = match args.get(2) {
        Some(Value::Float(fraction)) => *fraction,
        _ => 0.5,
    };
    let magnitude = 10_f64.powi(i32::try_from(places.unsigned_abs()).unwrap_or(i32::MAX));
    let power = if places < 0 { 1.0 / magnitude } else { magnitude };
    let digits = power * number;
    let rounded = if digits.fract() >= up_from { digits.ceil() } else { digits.floor() };
    Ok((rounded / power).into())
}

fn sum(a: &Decimal, b: &Decimal) -> Result<Decimal, FnError> {
    Ok(a.add(b))
}

fn difference(a: &Decimal, b: &Decimal) -> Result<Decimal, FnError> {
    Ok(a.subtract(b))
}

fn product(a: &Decimal, b: &Decimal) -> Result<Decimal, FnError> {
    Ok(a.multiply(b))
}

fn quotient(a: &Decimal, b: &Decimal) -> Result<Decimal, FnError> {
    a.divide(b).ok_or_else(|| "decimal division by 0".into())
}

/// Computes with decimal fractions, so that 0.1 and 0.2 add up to 0.3.
fn decimals(
    first: Option<&Value>,
    rest: &[Value],
    step: fn(&Decimal, &Decimal) -> Result<Decimal, FnError>,
) -> Result<Value, FnError> {
    let decimal = |value: &Value| {
        let number = to_float(value);
        Decimal::from_f64(number).ok_or_else(|| {
            let name = if number.is_nan() {
                "NaN"
            } else if number > 0.0 {
                "+Inf"
            } else {
                "-Inf"
            };
            FnError::new(format!("Cannot create a Decimal from {name}"))
        })
    };
    let mut result = decimal(first.unwrap_or(&Value::Int(0)))?;
    for value in rest {
        result = step(&result, &decimal(value)?)?;
    }
    Ok(Value::Float(result.to_f64()))
}
