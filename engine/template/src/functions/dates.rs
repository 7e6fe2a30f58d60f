//! Dates and spans of time.

use super::args::{any, text};
use super::instant::TIME;
use crate::context::Context;
use crate::function::{Effect, FnError, Function};
use crate::go::time::{Duration, Time, Zone};
use crate::value::{Type, Value};

const A: Type = Type::Any;
const S: Type = Type::String;

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("now", &[], |context, _| Ok(Value::object(now(context)?))).effect(Effect::Clock),
    Function::new("date", &[S, A], |context, args| format(context, &text(args, 0), any(args, 1), "Local"))
        .effect(Effect::Clock),
    Function::new("dateInZone", &[S, A, S], in_zone).effect(Effect::Clock),
    Function::new("date_in_zone", &[S, A, S], in_zone).effect(Effect::Clock),
    Function::new("htmlDate", &[A], |context, args| format(context, HTML, any(args, 0), "Local"))
        .effect(Effect::Clock),
    Function::new("htmlDateInZone", &[A, S], |context, args| {
        format(context, HTML, any(args, 0), &text(args, 1))
    })
    .effect(Effect::Clock),
    Function::new("dateModify", &[S, TIME], modify),
    Function::new("date_modify", &[S, TIME], modify),
    Function::new("mustDateModify", &[S, TIME], must_modify),
    Function::new("must_date_modify", &[S, TIME], must_modify),
    Function::new("ago", &[A], ago).effect(Effect::Clock),
    Function::new("duration", &[A], duration),
    Function::new("durationRound", &[A], round).effect(Effect::Clock),
    Function::new("toDate", &[S, S], |_, args| {
        Ok(Value::object(
            Time::parse(&text(args, 0), &text(args, 1), &Zone::Utc).unwrap_or_else(|_| Time::zero()),
        ))
    }),
    Function::new("mustToDate", &[S, S], |_, args| {
        let parsed = Time::parse(&text(args, 0), &text(args, 1), &Zone::Utc);
        parsed.map(Value::object).map_err(|error| FnError::new(error.to_string()))
    }),
    Function::new("unixEpoch", &[TIME], |_, args| Ok(time(any(args, 0)).unix().to_string().into())),
];

const HTML: &str = "2006-01-02";

fn now(context: &Context<'_>) -> Result<Time, FnError> {
    let (seconds, nanos) = context.now()?;
    Ok(Time::from_unix(seconds, nanos, Zone::Utc))
}

fn time(value: &Value) -> Time {
    value.downcast::<Time>().cloned().unwrap_or_else(Time::zero)
}

/// Takes a time or seconds since 1970; anything else, a float too, stands for now.
fn time_or_now(context: &Context<'_>, value: &Value) -> Result<Time, FnError> {
    match value {
        Value::Int(seconds) | Value::Int64(seconds) => Ok(Time::from_unix(*seconds, 0, Zone::Utc)),
        Value::Int32(seconds) => Ok(Time::from_unix(i64::from(*seconds), 0, Zone::Utc)),
        other => other.downcast::<Time>().cloned().map_or_else(|| now(context), Ok),
    }
}

/// Prints a date in a zone; one that nobody knows is taken for UTC.
fn format(context: &Context<'_>, layout: &str, date: &Value, zone: &str) -> Result<Value, FnError> {
    let time = time_or_now(context, date)?;
    Ok(time.in_zone(Zone::load(zone).unwrap_or(Zone::Utc)).format(layout).into())
}

fn in_zone(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    format(context, &text(args, 0), any(args, 1), &text(args, 2))
}

/// Adds a duration; a malformed one changes nothing.
fn modify(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    Ok(match Duration::parse(&text(args, 0)) {
        Ok(duration) => Value::object(time(any(args, 1)).add(duration)),
        Err(_) => any(args, 1).clone(),
    })
}

fn must_modify(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let duration = Duration::parse(&text(args, 0)).map_err(|error| FnError::new(error.to_string()))?;
    Ok(Value::object(time(any(args, 1)).add(duration)))
}

fn ago(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let date = match any(args, 0) {
        // Unlike the functions that print dates, this one does not know 32-bit integers.
        Value::Int32(_) => now(context)?,
        other => time_or_now(context, other)?,
    };
    Ok(now(context)?.since(&date).round(Duration::SECOND).to_string().into())
}

/// Reads seconds, from a text or an `int64`; all else is none.
fn duration(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let seconds = match any(args, 0) {
        Value::Str(text) => parse_clamped(text),
        Value::Int64(seconds) => *seconds,
        _ => 0,
    };
    Ok(Duration(seconds.wrapping_mul(1_000_000_000)).to_string().into())
}

/// A decimal integer; one that does not fit stops at the limit, and what is none is zero.
fn parse_clamped(text: &str) -> i64 {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    text.parse().unwrap_or(if text.starts_with('-') { i64::MIN } else { i64::MAX })
}

/// Prints a duration, or the time since a date, in its largest unit.
fn round(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let duration = match any(args, 0) {
        Value::Str(text) => Duration::parse(text).unwrap_or_default(),
        Value::Int64(nanos) => Duration(*nanos),
        other => match other.downcast::<Time>() {
            Some(time) => now(context)?.since(time),
            None => Duration::default(),
        },
    };
    const HOUR: u64 = 3_600_000_000_000;
    let units = [
        (HOUR * 24 * 365, "y"),
        (HOUR * 24 * 30, "mo"),
        (HOUR * 24, "d"),
        (HOUR, "h"),
        (HOUR / 60, "m"),
        (HOUR / 3600, "s"),
    ];
    let nanos = duration.0.unsigned_abs();
    let unit = units.iter().find(|(unit, _)| nanos > *unit);
    Ok(unit.map_or_else(|| "0s".into(), |(unit, name)| format!("{}{name}", nanos / unit).into()))
}
