//! Equality of values as Go's `reflect.DeepEqual` sees it: of the same type all the way down.

use std::collections::BTreeSet;

use crate::value::{Kind, Value};

/// Answers whether two values are deeply equal. Nested values wait on a list, so that depth costs no stack. As in Go, two
/// maps that are being compared already are taken for equal where they meet again: each may contain itself.
pub(super) fn deep_equal(a: &Value, b: &Value) -> bool {
    if !matches!(a, Value::List(_) | Value::Map(_)) {
        return scalars_equal(a, b);
    }
    let mut pending = vec![(a.clone(), b.clone())];
    let mut met = BTreeSet::new();
    while let Some(pair) = pending.pop() {
        let equal = match &pair {
            (Value::List(a), Value::List(b)) => {
                if std::rc::Rc::ptr_eq(a, b) {
                    continue;
                }
                pending.extend(a.iter().cloned().zip(b.iter().cloned()));
                a.elem() == b.elem() && a.is_nil() == b.is_nil() && a.len() == b.len()
            }
            (Value::Map(a), Value::Map(b)) => {
                if a.same(b) || !met.insert((a.id(), b.id())) {
                    continue;
                }
                let (a_entries, b_entries) = (a.entries(), b.entries());
                let same_keys = a_entries.len() == b_entries.len()
                    && a_entries.iter().zip(b_entries.iter()).all(|(a, b)| a.0 == b.0);
                pending
                    .extend(a_entries.iter().zip(b_entries.iter()).map(|(a, b)| (a.1.clone(), b.1.clone())));
                a.ty() == b.ty() && a.is_nil() == b.is_nil() && same_keys
            }
            (a, b) => scalars_equal(a, b),
        };
        if !equal {
            return false;
        }
    }
    true
}

fn scalars_equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Absent | Value::Nil, Value::Absent | Value::Nil) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) | (Value::Int64(a), Value::Int64(b)) => a == b,
        (Value::Int32(a), Value::Int32(b)) => a == b,
        (Value::Uint8(a), Value::Uint8(b)) => a == b,
        (Value::Uint64(a), Value::Uint64(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => a == b,
        (Value::Complex(a, b), Value::Complex(c, d)) => a == c && b == d,
        (Value::Number(a), Value::Number(b)) | (Value::Str(a), Value::Str(b)) => a == b,
        (Value::Raw(a), Value::Raw(b)) => a == b,
        (Value::Object(a), Value::Object(b)) => {
            std::rc::Rc::ptr_eq(a, b) || a.type_name() == b.type_name() && objects_equal(&**a, &**b)
        }
        _ => false,
    }
}

/// Two objects of a type are equal when what they print and encode to is: fields can only be compared from inside.
fn objects_equal(a: &dyn crate::value::Object, b: &dyn crate::value::Object) -> bool {
    a.kind() != Kind::Func
        && a.text() == b.text()
        && match (a.data(), b.data()) {
            (Some(a), Some(b)) => !matches!(a, Value::Object(_)) && deep_equal(&a, &b),
            (None, None) => a.text().is_some(),
            _ => false,
        }
}
