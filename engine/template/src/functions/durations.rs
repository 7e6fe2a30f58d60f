//! Durations as numbers: what Helm 4 added.

use super::args::any;
use crate::fmt::format_float;
use crate::function::{FnError, Function};
use crate::go::cast::parse_float;
use crate::go::quote::quote;
use crate::go::time::Duration;
use crate::value::{Type, Value};

const A: Type = Type::Any;

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("mustToDuration", &[A], |_, args| {
        duration(any(args, 0)).map(Value::object).map_err(FnError::new)
    }),
    Function::new("durationSeconds", &[A], |_, args| Ok(or_zero(args).seconds().into())),
    Function::new("durationMilliseconds", &[A], |_, args| Ok(Value::Int64(or_zero(args).0 / 1_000_000))),
    Function::new("durationMicroseconds", &[A], |_, args| Ok(Value::Int64(or_zero(args).0 / 1_000))),
    Function::new("durationNanoseconds", &[A], |_, args| Ok(Value::Int64(or_zero(args).0))),
    Function::new("durationMinutes", &[A], |_, args| Ok(or_zero(args).minutes().into())),
    Function::new("durationHours", &[A], |_, args| Ok(or_zero(args).hours().into())),
    Function::new("durationDays", &[A], |_, args| Ok((or_zero(args).hours() / 24.0).into())),
    Function::new("durationWeeks", &[A], |_, args| Ok((or_zero(args).hours() / 24.0 / 7.0).into())),
    Function::new("durationRoundTo", &[A, A], |_, args| adjust(args, Duration::round)),
    Function::new("durationTruncateTo", &[A, A], |_, args| adjust(args, Duration::truncate)),
];

fn or_zero(args: &[Value]) -> Duration {
    duration(any(args, 0)).unwrap_or_default()
}

/// Adjusts a duration to a multiple; without a valid multiple it stays as it is.
fn adjust(args: &[Value], step: fn(Duration, Duration) -> Duration) -> Result<Value, FnError> {
    let Ok(value) = duration(any(args, 0)) else { return Ok(Value::object(Duration::default())) };
    Ok(Value::object(match duration(any(args, 1)) {
        Ok(multiple) => step(value, multiple),
        Err(_) => value,
    }))
}

/// Takes a duration, a text with or without units, or a number of seconds.
fn duration(value: &Value) -> Result<Duration, String> {
    match value {
        Value::Nil | Value::Absent => Err("invalid duration".to_owned()),
        Value::Str(text) => from_text(text),
        Value::Int(seconds) | Value::Int64(seconds) => from_seconds(i128::from(*seconds)),
        Value::Int32(seconds) => from_seconds(i128::from(*seconds)),
        Value::Uint8(seconds) => from_seconds(i128::from(*seconds)),
        Value::Uint64(seconds) => from_seconds(i128::from(*seconds)),
        Value::Float(seconds) => from_float(*seconds),
        other => match other.downcast::<Duration>() {
            Some(duration) => Ok(*duration),
            None => Err(format!("unsupported duration type {}", other.type_name())),
        },
    }
}

fn from_text(text: &str) -> Result<Duration, String> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err("empty duration".to_owned());
    }
    if let Ok(duration) = Duration::parse(trimmed) {
        return Ok(duration);
    }
    match parse_float(trimmed) {
        Some(seconds) => from_float(seconds),
        None => Err(format!("could not parse duration {}", quote(text))),
    }
}

fn from_seconds(seconds: i128) -> Result<Duration, String> {
    const LIMIT: i128 = i64::MAX as i128 / 1_000_000_000;
    if (-LIMIT..=LIMIT).contains(&seconds) {
        return Ok(Duration((seconds * 1_000_000_000) as i64));
    }
    Err(format!("duration seconds overflow: {seconds}"))
}

fn from_float(seconds: f64) -> Result<Duration, String> {
    const LIMIT: f64 = 9_223_372_036_854_775_807.0;
    if !seconds.is_finite() {
        return Err(format!("invalid duration seconds: {}", format_float(seconds, 'g', None)));
    }
    if seconds.abs() > LIMIT / 1e9 {
        return Err(format!("duration seconds overflow: {}", format_float(seconds, 'g', None)));
    }
    Ok(Duration(crate::go::cast::float_to_int(seconds * 1e9)))
}
