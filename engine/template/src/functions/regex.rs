//! Regular expressions.

use std::cell::RefCell;
use std::rc::Rc;

use super::args::{bytes, int, strings, text};
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::go::quote::{can_backquote, quote_bytes};
use crate::go::regexp::{self, Regexp, RegexpError, quote_meta};
use crate::limits::LimitError;
use crate::value::{List, Type, Value};

const S: Type = Type::String;
const I: Type = Type::Int;

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("regexMatch", &[S, S], |context, args| match compile(context, bytes(args, 0)) {
        // A malformed expression matches nothing here, while all other functions fail.
        Err(RegexpError::Syntax(_)) => Ok(false.into()),
        other => Ok(other.map_err(plain_error)?.is_match(&text(args, 1)).into()),
    }),
    Function::new("mustRegexMatch", &[S, S], |context, args| {
        Ok(compile(context, bytes(args, 0)).map_err(plain_error)?.is_match(&text(args, 1)).into())
    }),
    Function::new("regexFind", &[S, S], |context, args| find(&*must_compile(context, args)?, args)),
    Function::new("mustRegexFind", &[S, S], |context, args| find(&*try_compile(context, args)?, args)),
    Function::new("regexFindAll", &[S, S, I], |context, args| find_all(&*must_compile(context, args)?, args)),
    Function::new("mustRegexFindAll", &[S, S, I], |context, args| {
        find_all(&*try_compile(context, args)?, args)
    }),
    Function::new("regexReplaceAll", &[S, S, S], |context, args| {
        replace(&*must_compile(context, args)?, args)
    }),
    Function::new("mustRegexReplaceAll", &[S, S, S], |context, args| {
        replace(&*try_compile(context, args)?, args)
    }),
    Function::new("regexReplaceAllLiteral", &[S, S, S], |context, args| {
        replace_literal(&*must_compile(context, args)?, args)
    }),
    Function::new("mustRegexReplaceAllLiteral", &[S, S, S], |context, args| {
        replace_literal(&*try_compile(context, args)?, args)
    }),
    Function::new("regexSplit", &[S, S, I], |context, args| split(&*must_compile(context, args)?, args)),
    Function::new("mustRegexSplit", &[S, S, I], |context, args| split(&*try_compile(context, args)?, args)),
    Function::new("regexQuoteMeta", &[S], |_, args| Ok(quote_meta(&text(args, 0)).into())),
];

/// How many compiled expressions are kept: charts use a few, in loops.
const KEPT: usize = 64;

thread_local! {
    /// The expressions used last, the latest at the end. They depend on nothing but their text.
    static COMPILED: RefCell<Vec<(String, Rc<Regexp>)>> = const { RefCell::new(Vec::new()) };
}

fn compile(context: &mut Context<'_>, expression: &[u8]) -> Result<Rc<Regexp>, RegexpError> {
    let expression = regexp::utf8(expression)?;
    let known = COMPILED.with_borrow_mut(|compiled| {
        let at = compiled.iter().rposition(|(text, _)| text == expression)?;
        let entry = compiled.remove(at);
        let regexp = entry.1.clone();
        compiled.push(entry);
        Some(regexp)
    });
    if let Some(regexp) = known {
        return Ok(regexp);
    }
    // Compiling takes far longer than the expression's length tells.
    context.burn(expression.len() as u64 * 16).map_err(|_| RegexpError::TooLarge)?;
    let regexp = Rc::new(Regexp::compile(expression)?);
    COMPILED.with_borrow_mut(|compiled| {
        if compiled.len() >= KEPT {
            compiled.remove(0);
        }
        compiled.push((expression.to_owned(), regexp.clone()));
    });
    Ok(regexp)
}

fn plain_error(error: RegexpError) -> FnError {
    match error {
        RegexpError::TooLarge => FnError::Limit(LimitError::Regex(crate::go::regexp::MAX_REGEXP_BYTES)),
        other => FnError::new(other.to_string()),
    }
}

fn try_compile(context: &mut Context<'_>, args: &[Value]) -> Result<Rc<Regexp>, FnError> {
    compile(context, bytes(args, 0)).map_err(plain_error)
}

/// Compiles as the functions without `must` do, which panic with the expression in the text.
fn must_compile(context: &mut Context<'_>, args: &[Value]) -> Result<Rc<Regexp>, FnError> {
    let expression = bytes(args, 0);
    compile(context, expression).map_err(|error| match error {
        RegexpError::Syntax(error) => {
            let quoted = match std::str::from_utf8(expression) {
                Ok(text) if can_backquote(text) => format!("`{text}`"),
                _ => quote_bytes(expression),
            };
            FnError::new(format!("regexp: Compile({quoted}): {error}"))
        }
        other => plain_error(other),
    })
}

fn find(regexp: &Regexp, args: &[Value]) -> Result<Value, FnError> {
    Ok(regexp.find(&text(args, 1)).unwrap_or_default().into())
}

fn nothing() -> Value {
    Value::List(Rc::new(List::nil(S)))
}

fn find_all(regexp: &Regexp, args: &[Value]) -> Result<Value, FnError> {
    let text = text(args, 1);
    let found = regexp.find_all(&text, int(args, 2));
    Ok(if found.is_empty() { nothing() } else { strings(found) })
}

fn replace(regexp: &Regexp, args: &[Value]) -> Result<Value, FnError> {
    Ok(regexp.replace_all(&text(args, 1), &text(args, 2)).into())
}

fn replace_literal(regexp: &Regexp, args: &[Value]) -> Result<Value, FnError> {
    Ok(regexp.replace_all_literal(&text(args, 1), &text(args, 2)).into())
}

fn split(regexp: &Regexp, args: &[Value]) -> Result<Value, FnError> {
    let text = text(args, 1);
    Ok(regexp.split(&text, int(args, 2)).map_or_else(nothing, strings))
}
