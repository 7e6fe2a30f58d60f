//! Sequences of integers.

use super::args::int;
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::value::{List, Type, Value};

const I: Type = Type::Int;

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("until", &[I], |context, args| {
        let count = int(args, 0);
        list(context, 0, count, if count < 0 { -1 } else { 1 })
    }),
    Function::new("untilStep", &[I, I, I], |context, args| {
        list(context, int(args, 0), int(args, 1), int(args, 2))
    }),
    Function::new("seq", &[I], seq).variadic(),
];

/// The integers from `start` up to but without `stop`; none when the step leads elsewhere.
fn numbers(context: &mut Context<'_>, start: i64, stop: i64, step: i64) -> Result<Vec<i64>, FnError> {
    let forward = stop >= start && step > 0;
    let backward = stop < start && step < 0;
    if !forward && !backward {
        return Ok(Vec::new());
    }
    let count = stop.abs_diff(start).div_ceil(step.unsigned_abs());
    context.reserve(usize::try_from(count).unwrap_or(usize::MAX).saturating_mul(size_of::<Value>()))?;
    Ok((0..count).map(|turn| start.wrapping_add(step.wrapping_mul(turn as i64))).collect())
}

fn list(context: &mut Context<'_>, start: i64, stop: i64, step: i64) -> Result<Value, FnError> {
    let items = numbers(context, start, stop, step)?.into_iter().map(Value::Int).collect();
    Ok(Value::List(std::rc::Rc::new(List::of(I, items))))
}

/// Prints a sequence as the shell's `seq` does: up to the last, from the first to the last, or with a step between.
fn seq(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let (start, step, end) = match args.len() {
        1 => (1, None, int(args, 0)),
        2 => (int(args, 0), None, int(args, 1)),
        3 => (int(args, 0), Some(int(args, 1)), int(args, 2)),
        _ => return Ok("".into()),
    };
    let direction = if end < start { -1 } else { 1 };
    if end < start && step.is_some_and(|step| step > 0) {
        return Ok("".into());
    }
    let numbers = numbers(context, start, end.wrapping_add(direction), step.unwrap_or(direction))?;
    let texts: Vec<String> = numbers.iter().map(i64::to_string).collect();
    Ok(texts.join(" ").into())
}
