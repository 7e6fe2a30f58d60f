//! `index` and `slice`.

use std::rc::Rc;

use crate::exec::record::Recorder;
use crate::value::{Kind, List, MapType, Type, Value};

/// Indexes the first argument by each of the others in turn.
pub(super) fn index(args: &[Value]) -> Result<Value, String> {
    let (item, indexes) = args.split_first().unwrap_or((&Value::Absent, &[]));
    if item.is_nil() {
        return Err("index of untyped nil".to_owned());
    }
    let mut item = item.clone();
    for index in indexes {
        item = one(&item, index)?;
    }
    Ok(item)
}

/// Notes each entry on the way.
pub(super) fn note(recorder: &mut Recorder, item: &Value, indexes: &[Value]) {
    let mut item = item.clone();
    for index in indexes {
        if let (Value::Map(map), Value::Str(key)) = (&item, index) {
            recorder.entry(map, key);
        }
        let Ok(next) = one(&item, index) else { return };
        item = next;
    }
}

fn one(item: &Value, index: &Value) -> Result<Value, String> {
    match item {
        Value::Absent | Value::Nil => Err("index of nil pointer".to_owned()),
        Value::List(list) => element(list, index),
        Value::Map(map) => {
            let key = key(index)?;
            Ok(map
                .get(key)
                .unwrap_or_else(|| if map.ty() == MapType::String { Value::str("") } else { Value::Nil }))
        }
        Value::Object(object) => match object.kind() {
            Kind::Ptr if object.is_nil() => Err("index of nil pointer".to_owned()),
            Kind::Slice => element(&object.items().unwrap_or_default(), index),
            Kind::Map => Ok(object.entry(key(index)?).unwrap_or(Value::Nil)),
            _ => Err(format!("can't index item of type {}", object.type_name().trim_start_matches('*'))),
        },
        other => match other.as_bytes() {
            Some(bytes) => {
                let at = position(index, bytes.len())?;
                bytes.get(at).map(|byte| Value::Uint8(*byte)).ok_or_else(|| out_of_range("string"))
            }
            None => Err(format!("can't index item of type {}", other.type_name())),
        },
    }
}

fn element(list: &[Value], index: &Value) -> Result<Value, String> {
    let at = position(index, list.len())?;
    list.get(at).cloned().ok_or_else(|| out_of_range("slice"))
}

/// Go lets an index one past the end through its own check, so that reflection complains instead.
fn out_of_range(what: &str) -> String {
    format!("reflect: {what} index out of range")
}

fn key(index: &Value) -> Result<&str, String> {
    match index {
        Value::Absent | Value::Nil => Err("value is nil; should be of type string".to_owned()),
        // Keys are UTF-8, so that nothing is ever found under another string.
        Value::Raw(_) => Ok("\u{0}"),
        Value::Str(text) => Ok(text),
        other => Err(format!("value has type {}; should be string", other.type_name())),
    }
}

fn position(index: &Value, most: usize) -> Result<usize, String> {
    let at = match index {
        Value::Int(at) | Value::Int64(at) => *at,
        Value::Int32(at) => i64::from(*at),
        Value::Uint8(at) => i64::from(*at),
        Value::Uint64(at) => *at as i64,
        Value::Absent | Value::Nil => return Err("cannot index slice/array with nil".to_owned()),
        other => return Err(format!("cannot index slice/array with type {}", other.type_name())),
    };
    usize::try_from(at).ok().filter(|at| *at <= most).ok_or_else(|| format!("index out of range: {at}"))
}

/// Cuts the first argument from, to and with the capacity that the others say.
pub(super) fn slice(args: &[Value]) -> Result<Value, String> {
    let (item, indexes) = args.split_first().unwrap_or((&Value::Absent, &[]));
    if item.is_nil() {
        return Err("slice of untyped nil".to_owned());
    }
    if indexes.len() > 3 {
        return Err(format!("too many slice indexes: {}", indexes.len()));
    }
    if let Some(bytes) = item.as_bytes() {
        if indexes.len() == 3 {
            return Err("cannot 3-index slice a string".to_owned());
        }
        let (from, to) = bounds(indexes, bytes.len())?;
        return Ok(Value::bytes(bytes.get(from..to).unwrap_or_default().to_vec()));
    }
    let (elem, items): (Type, Vec<Value>) = match item {
        Value::List(list) => (list.elem(), list.to_vec()),
        Value::Object(object) if object.kind() == Kind::Slice => {
            (Type::Any, object.items().unwrap_or_default())
        }
        other => return Err(format!("can't slice item of type {}", other.type_name())),
    };
    let (from, to) = bounds(indexes, items.len())?;
    Ok(Value::List(Rc::new(List::of(elem, items.get(from..to).unwrap_or_default().to_vec()))))
}

fn bounds(indexes: &[Value], length: usize) -> Result<(usize, usize), String> {
    let mut at = [0, length, length];
    for (place, index) in at.iter_mut().zip(indexes) {
        *place = position(index, length)?;
    }
    let [from, to, capacity] = at;
    if from > to {
        return Err(format!("invalid slice index: {from} > {to}"));
    }
    if to > capacity {
        return Err(format!("invalid slice index: {to} > {capacity}"));
    }
    Ok((from, to))
}
