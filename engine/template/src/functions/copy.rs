//! Deep copies.

use std::rc::Rc;

use crate::context::Context;
use crate::function::FnError;
use crate::limits::LimitError;
use crate::value::{List, Map, Value};

/// How deeply values may nest where they are copied or merged: each level takes a piece of the stack.
pub(super) const MAX_DEPTH: usize = 1000;

/// Copies a value so that writes to the copy do not reach the original.
pub(super) fn deep_copy(context: &mut Context<'_>, value: &Value) -> Result<Value, FnError> {
    copy_at(context, value, 0)
}

fn copy_at(context: &mut Context<'_>, value: &Value, depth: usize) -> Result<Value, FnError> {
    if depth > MAX_DEPTH {
        return Err(LimitError::Depth(MAX_DEPTH).into());
    }
    match value {
        Value::Map(map) => {
            context.burn(map.len() as u64)?;
            let mut entries = Vec::with_capacity(map.len());
            for (key, value) in map.entries().iter() {
                entries.push((key.clone(), copy_at(context, value, depth + 1)?));
            }
            let copy = Map::from_sorted(map.ty(), entries);
            // The copy still tells where its values came from.
            copy.set_origin(map.origin());
            Ok(Value::Map(copy))
        }
        Value::List(list) if list.iter().any(|item| matches!(item, Value::Map(_) | Value::List(_))) => {
            context.burn(list.len() as u64)?;
            let items =
                list.iter().map(|item| copy_at(context, item, depth + 1)).collect::<Result<_, _>>()?;
            Ok(Value::List(Rc::new(List::of(list.elem(), items))))
        }
        // Lists never change, so one without maps inside can be shared.
        other => Ok(other.clone()),
    }
}
