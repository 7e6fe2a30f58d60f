//! Merging maps into a map, with the rules of the mergo library.
//!
//! The first map is changed and returned. A map that is missing there is taken over by reference, so that later merges
//! write to the original: charts depend on both.

use super::args::{map, rest};
use super::copy::MAX_DEPTH;
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::limits::LimitError;
use crate::value::{Map, MapType, Type, Value};

const M: Type = Type::Map;

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("merge", &[M, M], |context, args| merge_all(context, args, Overwrite::No))
        .variadic()
        .notes(),
    Function::new("mustMerge", &[M, M], |context, args| merge_all(context, args, Overwrite::No))
        .variadic()
        .notes(),
    Function::new("mergeOverwrite", &[M, M], |context, args| merge_all(context, args, Overwrite::Yes))
        .variadic()
        .notes(),
    Function::new("mustMergeOverwrite", &[M, M], |context, args| merge_all(context, args, Overwrite::Yes))
        .variadic()
        .notes(),
];

/// Whether values that are set already give way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Overwrite {
    No,
    Yes,
}

fn merge_all(context: &mut Context<'_>, args: &[Value], overwrite: Overwrite) -> Result<Value, FnError> {
    let mut target = map(args, 0);
    for source in rest(args, 1).iter().filter_map(Value::as_map) {
        if target.is_nil() && !source.is_nil() {
            target = Map::of(MapType::Any);
        }
        merge(context, &target, source, overwrite, 0)?;
    }
    Ok(Value::Map(target))
}

fn merge(
    context: &mut Context<'_>,
    target: &Map,
    source: &Map,
    overwrite: Overwrite,
    depth: usize,
) -> Result<(), FnError> {
    if depth > MAX_DEPTH {
        return Err(LimitError::Depth(MAX_DEPTH).into());
    }
    if target.same(source) {
        return Ok(());
    }
    // What is there in the target already stays that of the target, and is seen where it is read.
    context.saw_entries(source);
    context.burn(source.len() as u64)?;
    // A snapshot, because a map may be reachable from both sides.
    for (key, value) in source.snapshot() {
        let old = target.get(&key);
        old.iter().for_each(|old| context.saw_truth(old));
        let replace = match (&value, &old) {
            // Nil only ever replaces: it never fills a gap.
            (Value::Nil | Value::Absent, _) => overwrite == Overwrite::Yes,
            (Value::Map(from), Some(Value::Map(into))) => {
                merge(context, into, from, overwrite, depth + 1)?;
                into.is_empty()
            }
            (_, None) => true,
            (_, Some(old)) => overwrite == Overwrite::Yes || !old.truth(),
        };
        if replace {
            target.insert(key, value);
        }
    }
    Ok(())
}
