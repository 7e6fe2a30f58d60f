//! `eq` and its relatives: by basic kinds, integers regardless of sign, everything else by identity or not at all.

use std::cmp::Ordering;

use super::Builtin;
use crate::value::{Kind, Value};

const BAD_TYPE: &str = "invalid type for comparison";

/// A value as far as comparisons look at it.
enum Basic<'v> {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Complex(f64, f64),
    String(&'v [u8]),
    Other,
}

/// Runs a comparison.
pub(super) fn compare(builtin: Builtin, args: &[Value]) -> Result<bool, String> {
    let (first, rest) = args.split_first().unwrap_or((&Value::Absent, &[]));
    let second = rest.first().unwrap_or(&Value::Absent);
    match builtin {
        Builtin::Eq => {
            if rest.is_empty() {
                return Err("missing argument for comparison".to_owned());
            }
            for other in rest {
                if equal(first, other)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        Builtin::Ne => Ok(!equal(first, second)?),
        Builtin::Lt => less(first, second),
        Builtin::Le => Ok(less(first, second)? || equal(first, second)?),
        Builtin::Gt => Ok(!(less(first, second)? || equal(first, second)?)),
        _ => Ok(!less(first, second)?),
    }
}

fn equal(a: &Value, b: &Value) -> Result<bool, String> {
    let (a_object, b_object) = (scalar(a), scalar(b));
    let (a_value, b_value) = (a_object.as_ref().unwrap_or(a), b_object.as_ref().unwrap_or(b));
    Ok(match (basic(a_value), basic(b_value)) {
        (Basic::Bool(a), Basic::Bool(b)) => a == b,
        (Basic::Int(a), Basic::Int(b)) => a == b,
        (Basic::Uint(a), Basic::Uint(b)) => a == b,
        (Basic::Int(a), Basic::Uint(b)) | (Basic::Uint(b), Basic::Int(a)) => u64::try_from(a) == Ok(b),
        (Basic::Float(a), Basic::Float(b)) => a == b,
        (Basic::Complex(a, ai), Basic::Complex(b, bi)) => a == b && ai == bi,
        (Basic::String(a), Basic::String(b)) => a == b,
        (Basic::Other, Basic::Other) => return other_equal(a, b),
        _ if a.is_nil() || b.is_nil() => false,
        _ => return Err(incompatible(a, b)),
    })
}

fn other_equal(a: &Value, b: &Value) -> Result<bool, String> {
    let nil = |value: &Value| match value {
        Value::Absent | Value::Nil => true,
        Value::List(list) => list.is_nil(),
        Value::Map(map) => map.is_nil(),
        Value::Object(object) => object.is_nil(),
        _ => false,
    };
    let (a_kind, b_kind) = (a.kind(), b.kind());
    if a_kind != b_kind && a_kind != Kind::Invalid && b_kind != Kind::Invalid {
        let (a_text, b_text) = (crate::fmt::shown(a, 's'), crate::fmt::display(b));
        return Err(format!("non-comparable types {a_text}: {}, {}: {b_text}", a.type_name(), b.type_name()));
    }
    if nil(a) || nil(b) {
        return Ok(nil(a) == nil(b));
    }
    match (a, b) {
        (Value::Object(a), Value::Object(b)) if a_kind == Kind::Ptr => Ok(std::rc::Rc::ptr_eq(a, b)),
        // Of all structs only times and versions are ever compared; their text tells them apart.
        (Value::Object(a), Value::Object(b)) if a.addressed_text().is_some() => {
            Ok(a.type_name() == b.type_name() && a.addressed_text() == b.addressed_text())
        }
        _ => Err(format!("non-comparable type {}: {}", crate::fmt::shown(b, 's'), b.type_name())),
    }
}

fn less(a: &Value, b: &Value) -> Result<bool, String> {
    let (a_object, b_object) = (scalar(a), scalar(b));
    let (a_value, b_value) = (a_object.as_ref().unwrap_or(a), b_object.as_ref().unwrap_or(b));
    let ordering = match (basic(a_value), basic(b_value)) {
        (Basic::Other, _) | (_, Basic::Other) => return Err(BAD_TYPE.to_owned()),
        (Basic::Int(a), Basic::Int(b)) => a.cmp(&b),
        (Basic::Uint(a), Basic::Uint(b)) => a.cmp(&b),
        (Basic::Int(a), Basic::Uint(b)) => u64::try_from(a).map_or(Ordering::Less, |a| a.cmp(&b)),
        (Basic::Uint(a), Basic::Int(b)) => u64::try_from(b).map_or(Ordering::Greater, |b| a.cmp(&b)),
        (Basic::Float(a), Basic::Float(b)) => return Ok(a < b),
        (Basic::String(a), Basic::String(b)) => a.cmp(b),
        (Basic::Bool(_), Basic::Bool(_)) | (Basic::Complex(..), Basic::Complex(..)) => {
            return Err(BAD_TYPE.to_owned());
        }
        _ => return Err(incompatible(a, b)),
    };
    Ok(ordering == Ordering::Less)
}

fn incompatible(a: &Value, b: &Value) -> String {
    format!("incompatible types for comparison: {} and {}", a.type_name(), b.type_name())
}

fn scalar(value: &Value) -> Option<Value> {
    match value {
        Value::Object(object) => object.scalar(),
        _ => None,
    }
}

fn basic(value: &Value) -> Basic<'_> {
    match value {
        Value::Bool(value) => Basic::Bool(*value),
        Value::Int(value) | Value::Int64(value) => Basic::Int(*value),
        Value::Int32(value) => Basic::Int(i64::from(*value)),
        Value::Uint8(value) => Basic::Uint(u64::from(*value)),
        Value::Uint64(value) => Basic::Uint(*value),
        Value::Float(value) => Basic::Float(*value),
        Value::Complex(re, im) => Basic::Complex(*re, *im),
        Value::Str(text) | Value::Number(text) => Basic::String(text.as_bytes()),
        Value::Raw(bytes) => Basic::String(bytes),
        Value::Absent | Value::Nil | Value::List(_) | Value::Map(_) | Value::Object(_) => Basic::Other,
    }
}
