//! Lists of anything. Results are new lists; the arguments never change.

use std::borrow::Cow;
use std::rc::Rc;

use super::args::{any, elements, int, rest};
use super::equal::deep_equal;
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::go::cast::to_int;
use crate::value::{List, Type, Value};

const A: Type = Type::Any;

/// The functions of this family. Those that only move elements about look into none.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("list", &[A], |_, args| Ok(list_of(args))).variadic().notes(),
    Function::new("tuple", &[A], |_, args| Ok(list_of(args))).variadic().notes(),
    Function::new("append", &[A, A], append).notes(),
    Function::new("mustAppend", &[A, A], append).notes(),
    Function::new("push", &[A, A], append).notes(),
    Function::new("mustPush", &[A, A], append).notes(),
    Function::new("prepend", &[A, A], prepend).notes(),
    Function::new("mustPrepend", &[A, A], prepend).notes(),
    Function::new("first", &[A], first).notes(),
    Function::new("mustFirst", &[A], first).notes(),
    Function::new("last", &[A], last).notes(),
    Function::new("mustLast", &[A], last).notes(),
    Function::new("rest", &[A], all_but_first).notes(),
    Function::new("mustRest", &[A], all_but_first).notes(),
    Function::new("initial", &[A], all_but_last).notes(),
    Function::new("mustInitial", &[A], all_but_last).notes(),
    Function::new("reverse", &[A], reverse).notes(),
    Function::new("mustReverse", &[A], reverse).notes(),
    Function::new("compact", &[A], compact),
    Function::new("mustCompact", &[A], compact),
    Function::new("uniq", &[A], uniq),
    Function::new("mustUniq", &[A], uniq),
    Function::new("without", &[A, A], without).variadic(),
    Function::new("mustWithout", &[A, A], without).variadic(),
    Function::new("has", &[A, A], has),
    Function::new("mustHas", &[A, A], has),
    Function::new("slice", &[A, A], slice).variadic().notes(),
    Function::new("mustSlice", &[A, A], slice).variadic().notes(),
    Function::new("concat", &[A], concat).variadic().notes(),
    Function::new("chunk", &[Type::Int, A], chunk).notes(),
    Function::new("mustChunk", &[Type::Int, A], chunk).notes(),
];

/// What Go says when a function asks for the type of nil.
pub(super) const NIL_DEREFERENCE: &str = "runtime error: invalid memory address or nil pointer dereference";

fn list_of(args: &[Value]) -> Value {
    Value::list(args.to_vec())
}

fn nil_list() -> Value {
    Value::List(Rc::new(List::nil(A)))
}

/// Returns the elements, or an error that begins with `complaint` and names the kind.
fn items<'a>(value: &'a Value, complaint: &str) -> Result<Cow<'a, [Value]>, FnError> {
    if value.is_nil() {
        return Err(NIL_DEREFERENCE.into());
    }
    elements(value).ok_or_else(|| format!("{complaint} {}", value.kind().name()).into())
}

fn append(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let items = items(any(args, 0), "Cannot push on type")?;
    context.burn(items.len() as u64)?;
    let mut list = Vec::with_capacity(items.len() + 1);
    list.extend_from_slice(&items);
    list.push(any(args, 1).clone());
    Ok(Value::list(list))
}

fn prepend(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let items = items(any(args, 0), "Cannot prepend on type")?;
    context.burn(items.len() as u64)?;
    let mut list = Vec::with_capacity(items.len() + 1);
    list.push(any(args, 1).clone());
    list.extend_from_slice(&items);
    Ok(Value::list(list))
}

fn first(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    Ok(items(any(args, 0), "Cannot find first on type")?.first().cloned().unwrap_or_default())
}

fn last(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    Ok(items(any(args, 0), "Cannot find last on type")?.last().cloned().unwrap_or_default())
}

fn all_but_first(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let items = items(any(args, 0), "Cannot find rest on type")?;
    Ok(items.split_first().map_or_else(nil_list, |(_, rest)| Value::list(rest.to_vec())))
}

fn all_but_last(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let items = items(any(args, 0), "Cannot find initial on type")?;
    Ok(items.split_last().map_or_else(nil_list, |(_, rest)| Value::list(rest.to_vec())))
}

fn reverse(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let items = items(any(args, 0), "Cannot find reverse on type")?;
    Ok(Value::list(items.iter().rev().cloned().collect()))
}

fn compact(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let items = items(any(args, 0), "Cannot compact on type")?;
    Ok(Value::list(items.iter().filter(|item| item.truth()).cloned().collect()))
}

fn uniq(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let items = items(any(args, 0), "Cannot find uniq on type")?;
    let mut out: Vec<Value> = Vec::new();
    for item in items.iter() {
        context.burn(out.len() as u64)?;
        if !out.iter().any(|other| deep_equal(item, other)) {
            out.push(item.clone());
        }
    }
    Ok(Value::list(out))
}

fn without(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let items = items(any(args, 0), "Cannot find without on type")?;
    let omitted = rest(args, 1);
    context.burn((items.len() as u64).saturating_mul(omitted.len() as u64))?;
    let kept = items.iter().filter(|item| !omitted.iter().any(|other| deep_equal(item, other)));
    Ok(Value::list(kept.cloned().collect()))
}

fn has(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let (needle, haystack) = (any(args, 0), any(args, 1));
    if haystack.is_nil() {
        return Ok(false.into());
    }
    let items = items(haystack, "Cannot find has on type")?;
    context.burn(items.len() as u64)?;
    Ok(items.iter().any(|item| deep_equal(needle, item)).into())
}

/// Cuts a part out, keeping the type of the list.
fn slice(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let list = any(args, 0);
    let items = items(list, "list should be type of slice or array but")?;
    if items.is_empty() {
        return Ok(Value::Nil);
    }
    let start = args.get(1).map_or(0, to_int);
    let end = args.get(2).map_or(items.len() as i64, to_int);
    let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    let part = range.and_then(|(start, end)| items.get(start..end));
    let part = part.ok_or("reflect.Value.Slice: slice index out of bounds")?;
    let elem = list.as_list().map_or(A, List::elem);
    Ok(Value::List(Rc::new(List::of(elem, part.to_vec()))))
}

fn concat(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let mut out = Vec::new();
    for list in args {
        if list.is_nil() {
            return Err(NIL_DEREFERENCE.into());
        }
        let Some(items) = elements(list) else {
            return Err(format!("Cannot concat type {} as list", list.kind().name()).into());
        };
        context.burn(items.len() as u64)?;
        out.extend_from_slice(&items);
    }
    Ok(if out.is_empty() { nil_list() } else { Value::list(out) })
}

/// Cuts a list into lists of the given size; the last one may be shorter. Sizes below one give what Go's arithmetic
/// with floating-point numbers makes of them.
fn chunk(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let size = int(args, 0);
    let items = items(any(args, 1), "Cannot chunk type")?;
    let chunks = |chunks: Vec<Value>| Ok(Value::List(Rc::new(List::of(Type::List, chunks))));
    if let Some(size) = usize::try_from(size).ok().filter(|size| *size > 0) {
        return chunks(items.chunks(size).map(|part| Value::list(part.to_vec())).collect());
    }
    let count = to_int(&Value::Float(((items.len() as f64 - 1.0) / size as f64).floor() + 1.0));
    match (count, items.len()) {
        (0, _) => chunks(Vec::new()),
        (1, 1) if size < -1 => chunks(vec![Value::list(items.to_vec())]),
        _ => Err("runtime error: makeslice: len out of range".into()),
    }
}
