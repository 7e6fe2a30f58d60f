//! Dictionaries: maps with string keys, shared by reference.

use super::args::{any, map, rest, text};
use super::copy::deep_copy;
use super::show::show;
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::value::{Map, MapType, Type, Value};

const A: Type = Type::Any;
const M: Type = Type::Map;
const S: Type = Type::String;

/// The functions of this family. All but copies say what they look at.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("dict", &[A], dict).variadic().notes(),
    Function::new("get", &[M, S], get).notes(),
    Function::new("set", &[M, S, A], set).notes(),
    Function::new("unset", &[M, S], unset).notes(),
    Function::new("hasKey", &[M, S], has_key).notes(),
    Function::new("pluck", &[S, M], pluck).variadic().notes(),
    Function::new("keys", &[M], keys).variadic().notes(),
    Function::new("values", &[M], values).notes(),
    Function::new("pick", &[M, S], pick).variadic().notes(),
    Function::new("omit", &[M, S], omit).variadic().notes(),
    Function::new("dig", &[A], dig).variadic().notes(),
    // Copies keep their origin: whoever looks into a copy is seen to.
    Function::new("deepCopy", &[A], copy).notes(),
    Function::new("mustDeepCopy", &[A], copy).notes(),
];

fn get(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let (map, key) = (map(args, 0), text(args, 1));
    context.saw_entry(&map, &key);
    Ok(map.get(&key).unwrap_or_else(|| "".into()))
}

fn has_key(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let (map, key) = (map(args, 0), text(args, 1));
    context.saw_entry(&map, &key);
    Ok(map.contains_key(&key).into())
}

fn dict(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    context.burn(args.len() as u64)?;
    let mut entries = Vec::with_capacity(args.len().div_ceil(2));
    for pair in args.chunks(2) {
        context.saw_all(any(pair, 0));
        let key = match show(context, any(pair, 0))? {
            Value::Str(key) => key,
            other => String::from_utf8_lossy(other.as_bytes().unwrap_or_default()).as_ref().into(),
        };
        // A key without a value gets an empty string.
        entries.push((key, pair.get(1).cloned().unwrap_or_else(|| "".into())));
    }
    Ok(Value::Map(entries.into_iter().collect()))
}

fn set(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let map = map(args, 0);
    if map.is_nil() {
        return Err("assignment to entry in nil map".into());
    }
    match args.get(1) {
        Some(Value::Str(key)) => map.insert(key.clone(), any(args, 2).clone()),
        _ => map.insert(text(args, 1).into_owned(), any(args, 2).clone()),
    }
    Ok(Value::Map(map))
}

fn unset(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let map = map(args, 0);
    map.remove(&text(args, 1));
    Ok(Value::Map(map))
}

fn pluck(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let key = text(args, 0);
    rest(args, 1).iter().filter_map(Value::as_map).for_each(|map| context.saw_entry(map, &key));
    let found = rest(args, 1).iter().filter_map(|map| map.as_map()?.get(&key));
    Ok(Value::list(found.collect()))
}

/// Lists the keys of each map in order; Go's own order changes from run to run.
fn keys(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let mut keys = Vec::new();
    for map in args.iter().filter_map(Value::as_map) {
        context.saw_keys(map);
        context.burn(map.len() as u64)?;
        keys.extend(map.entries().iter().map(|(key, _)| Value::Str(key.clone())));
    }
    Ok(super::args::string_values(keys))
}

fn values(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let map = map(args, 0);
    context.saw_entries(&map);
    context.burn(map.len() as u64)?;
    let values = map.entries().iter().map(|(_, value)| value.clone()).collect();
    Ok(Value::list(values))
}

fn pick(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let from = map(args, 0);
    let picked = Map::new();
    for key in rest(args, 1).iter().filter_map(Value::as_str) {
        context.saw_entry(&from, key);
        if let Some(value) = from.get(key) {
            picked.insert(key, value);
        }
    }
    Ok(Value::Map(picked))
}

fn omit(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let from = map(args, 0);
    context.saw_entries(&from);
    context.burn(from.len() as u64)?;
    let omitted = rest(args, 1);
    let stays = |key: &str| !omitted.iter().any(|other| other.as_str() == Some(key));
    let kept = from.entries().iter().filter(|(key, _)| stays(key)).cloned().collect();
    Ok(Value::Map(Map::from_sorted(MapType::Any, kept)))
}

/// Walks down a path of keys: the keys, then what to answer where one is missing, then the map.
fn dig(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let [path @ .., default, start] = args else { return Err("dig needs at least three arguments".into()) };
    if path.is_empty() {
        return Err("dig needs at least three arguments".into());
    }
    let mut at = plain_map(start)?;
    let keys = path.iter().map(|key| key.as_str().ok_or_else(|| conversion(key, "string")));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let mut step = Value::Nil;
    for (depth, key) in keys.iter().enumerate() {
        if depth > 0 {
            at = plain_map(&step)?;
        }
        context.saw_entry(&at, key);
        match at.get(key) {
            Some(value) => step = value,
            None => return Ok(default.clone()),
        }
    }
    Ok(step)
}

/// Go asserts the exact type here, so maps of a named type such as the top of the values do not count.
fn plain_map(value: &Value) -> Result<Map, FnError> {
    match value {
        Value::Map(map) if map.ty() == MapType::Any => Ok(map.clone()),
        other => Err(conversion(other, "map[string]interface {}")),
    }
}

fn conversion(value: &Value, wanted: &str) -> FnError {
    let found = if value.is_nil() { "nil".into() } else { value.type_name() };
    format!("interface conversion: interface {{}} is {found}, not {wanted}").into()
}

fn copy(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    match any(args, 0) {
        Value::Nil | Value::Absent => Err("reflect: call of reflect.Value.Type on zero Value".into()),
        value => deep_copy(context, value),
    }
}
