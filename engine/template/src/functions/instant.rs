//! Times, durations, months and weekdays as templates see them: with Go's types and methods.

use super::args::{any, int, text};
use crate::context::Context;
use crate::function::FnError;
use crate::go::time::{Duration, Time, Zone, month_name, weekday_name};
use crate::value::{Kind, Method, Object, Type, Value};

/// Go's type of an instant.
pub(super) const TIME: Type = Type::Object("time.Time");

/// Go's type of a span of time.
pub(super) const DURATION: Type = Type::Object("time.Duration");

type MethodCall = fn(&dyn Object, &mut Context<'_>, &[Value]) -> Result<Value, FnError>;

impl Object for Time {
    fn type_name(&self) -> &'static str {
        TIME.name()
    }

    fn kind(&self) -> Kind {
        Kind::Struct
    }

    fn text(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn data(&self) -> Option<Value> {
        Some(self.format("2006-01-02T15:04:05.999999999Z07:00").into())
    }

    fn method(&self, name: &str) -> Option<Method> {
        const I: Type = Type::Int;
        let (params, call): (&'static [Type], MethodCall) = match name {
            "Format" => (&[Type::String], |object, _, args| Ok(time(object)?.format(&text(args, 0)).into())),
            "String" => (&[], |object, _, _| Ok(time(object)?.to_string().into())),
            "Unix" => (&[], |object, _, _| Ok(Value::Int64(time(object)?.unix()))),
            "UnixMilli" => (&[], |object, _, _| Ok(Value::Int64(since_epoch(object, 1_000_000)?))),
            "UnixMicro" => (&[], |object, _, _| Ok(Value::Int64(since_epoch(object, 1_000)?))),
            "UnixNano" => (&[], |object, _, _| Ok(Value::Int64(time(object)?.unix_nanos()))),
            "Year" => (&[], |object, _, _| Ok(Value::Int(time(object)?.date().0))),
            "Month" => (&[], |object, _, _| Ok(Value::object(Month(time(object)?.date().1)))),
            "Day" => (&[], |object, _, _| Ok(Value::Int(i64::from(time(object)?.date().2)))),
            "Hour" => (&[], |object, _, _| Ok(Value::Int(i64::from(time(object)?.clock().0)))),
            "Minute" => (&[], |object, _, _| Ok(Value::Int(i64::from(time(object)?.clock().1)))),
            "Second" => (&[], |object, _, _| Ok(Value::Int(i64::from(time(object)?.clock().2)))),
            "Nanosecond" => (&[], |object, _, _| Ok(Value::Int(i64::from(time(object)?.nanosecond())))),
            "YearDay" => (&[], |object, _, _| Ok(Value::Int(i64::from(time(object)?.year_day())))),
            "Weekday" => (&[], |object, _, _| Ok(Value::object(Weekday(time(object)?.weekday())))),
            "UTC" | "Local" => (&[], |object, _, _| Ok(Value::object(time(object)?.in_zone(Zone::Utc)))),
            "IsZero" => (&[], |object, _, _| Ok(time(object)?.is_zero().into())),
            "Add" => {
                (&[DURATION], |object, _, args| Ok(Value::object(time(object)?.add(duration(any(args, 0))))))
            }
            "Sub" => (&[TIME], |object, _, args| Ok(Value::object(time(object)?.since(other(args)?)))),
            "AddDate" => (&[I, I, I], |object, _, args| {
                Ok(Value::object(time(object)?.add_date(int(args, 0), int(args, 1), int(args, 2))))
            }),
            "Before" => (&[TIME], |object, _, args| Ok((time(object)?.since(other(args)?).0 < 0).into())),
            "After" => (&[TIME], |object, _, args| Ok((time(object)?.since(other(args)?).0 > 0).into())),
            "Equal" => (&[TIME], |object, _, args| Ok(time(object)?.same_instant(other(args)?).into())),
            _ => return None,
        };
        Some(Method { params, variadic: false, call })
    }
}

fn time(object: &dyn Object) -> Result<&Time, FnError> {
    (object as &dyn std::any::Any).downcast_ref().ok_or_else(|| "not a time".into())
}

fn other(args: &[Value]) -> Result<&Time, FnError> {
    args.first().and_then(Value::downcast).ok_or_else(|| "not a time".into())
}

fn since_epoch(object: &dyn Object, unit: i64) -> Result<i64, FnError> {
    let time = time(object)?;
    let per_second = 1_000_000_000 / unit;
    Ok(time.unix().wrapping_mul(per_second).wrapping_add(i64::from(time.nanosecond()) / unit))
}

/// Takes a duration; constants in templates arrive as plain integers.
fn duration(value: &Value) -> Duration {
    match value {
        Value::Int(nanos) | Value::Int64(nanos) => Duration(*nanos),
        other => other.downcast::<Duration>().copied().unwrap_or_default(),
    }
}

impl Object for Duration {
    fn type_name(&self) -> &'static str {
        DURATION.name()
    }

    fn kind(&self) -> Kind {
        Kind::Int64
    }

    fn scalar(&self) -> Option<Value> {
        Some(Value::Int64(self.0))
    }

    fn text(&self) -> Option<String> {
        Some(self.to_string())
    }

    fn data(&self) -> Option<Value> {
        Some(Value::Int64(self.0))
    }

    fn method(&self, name: &str) -> Option<Method> {
        let (params, call): (&'static [Type], MethodCall) = match name {
            "String" => (&[], |object, _, _| Ok(span(object)?.to_string().into())),
            "Seconds" => (&[], |object, _, _| Ok(span(object)?.seconds().into())),
            "Minutes" => (&[], |object, _, _| Ok(span(object)?.minutes().into())),
            "Hours" => (&[], |object, _, _| Ok(span(object)?.hours().into())),
            "Milliseconds" => (&[], |object, _, _| Ok(Value::Int64(span(object)?.0 / 1_000_000))),
            "Microseconds" => (&[], |object, _, _| Ok(Value::Int64(span(object)?.0 / 1_000))),
            "Nanoseconds" => (&[], |object, _, _| Ok(Value::Int64(span(object)?.0))),
            "Round" => (&[DURATION], |object, _, args| {
                Ok(Value::object(span(object)?.round(duration(any(args, 0)))))
            }),
            "Truncate" => (&[DURATION], |object, _, args| {
                Ok(Value::object(span(object)?.truncate(duration(any(args, 0)))))
            }),
            _ => return None,
        };
        Some(Method { params, variadic: false, call })
    }
}

fn span(object: &dyn Object) -> Result<Duration, FnError> {
    (object as &dyn std::any::Any).downcast_ref().copied().ok_or_else(|| "not a duration".into())
}

/// A month, 1 to 12: an integer that prints as its name.
struct Month(u32);

impl Object for Month {
    fn type_name(&self) -> &'static str {
        "time.Month"
    }

    fn kind(&self) -> Kind {
        Kind::Int
    }

    fn scalar(&self) -> Option<Value> {
        Some(Value::Int(i64::from(self.0)))
    }

    fn text(&self) -> Option<String> {
        Some(month_name(self.0).to_owned())
    }

    fn data(&self) -> Option<Value> {
        self.scalar()
    }
}

/// A day of the week, 0 for Sunday: an integer that prints as its name.
struct Weekday(u32);

impl Object for Weekday {
    fn type_name(&self) -> &'static str {
        "time.Weekday"
    }

    fn kind(&self) -> Kind {
        Kind::Int
    }

    fn scalar(&self) -> Option<Value> {
        Some(Value::Int(i64::from(self.0)))
    }

    fn text(&self) -> Option<String> {
        Some(weekday_name(self.0).to_owned())
    }

    fn data(&self) -> Option<Value> {
        self.scalar()
    }
}
