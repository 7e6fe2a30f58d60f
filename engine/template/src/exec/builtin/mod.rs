//! The functions of the template language itself, which look at values as Go's reflection shows them.

mod compare;
mod escape;
mod index;

use crate::context::Context;
use crate::exec::record::Recorder;
use crate::function::FnError;
use crate::value::{Kind, Type, Value};

/// A function of the template language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Builtin {
    And,
    Call,
    Html,
    Index,
    Slice,
    Js,
    Len,
    Not,
    Or,
    Print,
    Printf,
    Println,
    UrlQuery,
    Eq,
    Ge,
    Gt,
    Le,
    Lt,
    Ne,
}

const NAMES: [(&str, Builtin); 19] = [
    ("and", Builtin::And),
    ("call", Builtin::Call),
    ("html", Builtin::Html),
    ("index", Builtin::Index),
    ("slice", Builtin::Slice),
    ("js", Builtin::Js),
    ("len", Builtin::Len),
    ("not", Builtin::Not),
    ("or", Builtin::Or),
    ("print", Builtin::Print),
    ("printf", Builtin::Printf),
    ("println", Builtin::Println),
    ("urlquery", Builtin::UrlQuery),
    ("eq", Builtin::Eq),
    ("ge", Builtin::Ge),
    ("gt", Builtin::Gt),
    ("le", Builtin::Le),
    ("lt", Builtin::Lt),
    ("ne", Builtin::Ne),
];

impl Builtin {
    /// Returns the function of a name.
    pub(crate) fn named(name: &str) -> Option<Builtin> {
        NAMES.iter().find(|entry| entry.0 == name).map(|entry| entry.1)
    }

    /// Returns the name.
    pub(crate) fn name(self) -> &'static str {
        NAMES.iter().find(|entry| entry.1 == self).map_or("", |entry| entry.0)
    }

    /// Returns how many parameters there are, and whether the last takes any number of arguments.
    pub(crate) fn arity(self) -> (usize, bool) {
        match self {
            Builtin::Not | Builtin::Len => (1, false),
            Builtin::Ge | Builtin::Gt | Builtin::Le | Builtin::Lt | Builtin::Ne => (2, false),
            Builtin::Html | Builtin::Js | Builtin::UrlQuery | Builtin::Print | Builtin::Println => (1, true),
            _ => (2, true),
        }
    }

    /// Returns the type of a parameter; none where the value is taken as it is.
    pub(crate) fn parameter(self, index: usize) -> Option<Type> {
        match self {
            Builtin::Printf if index == 0 => Some(Type::String),
            Builtin::Html
            | Builtin::Js
            | Builtin::UrlQuery
            | Builtin::Print
            | Builtin::Printf
            | Builtin::Println => Some(Type::Any),
            _ => None,
        }
    }

    /// Notes what the function looks at of its arguments.
    pub(crate) fn note(self, recorder: &mut Recorder, args: &[Value]) {
        match (self, args) {
            // Short circuits are operations of their own, and a slice is a part of a list.
            (Builtin::And | Builtin::Or | Builtin::Slice, _) => {}
            (Builtin::Not, _) => args.iter().for_each(|arg| recorder.truth(arg)),
            (Builtin::Len, [Value::Map(map)]) => recorder.keys(map),
            (Builtin::Len, _) => {}
            (Builtin::Index, [item, indexes @ ..]) => index::note(recorder, item, indexes),
            _ => args.iter().for_each(|arg| recorder.all(arg)),
        }
    }

    /// Runs the function over its checked arguments.
    pub(crate) fn call(self, context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
        let most = context.limits().string;
        let value = match self {
            // Short circuits are operations of their own.
            Builtin::And | Builtin::Or => args.last().cloned().unwrap_or_default(),
            Builtin::Call => return call(args),
            Builtin::Html => escape::html(&escape::text(args, most)?),
            Builtin::Js => escape::js(&escape::text(args, most)?),
            Builtin::UrlQuery => escape::url_query(&escape::text(args, most)?),
            Builtin::Index => return index::index(args).map_err(FnError::Message),
            Builtin::Slice => return index::slice(args).map_err(FnError::Message),
            Builtin::Len => return len(args).map_err(FnError::Message),
            Builtin::Not => Value::Bool(!args.first().is_some_and(Value::truth)),
            Builtin::Print => Value::bytes(crate::fmt::sprint(args, most)?),
            Builtin::Println => Value::bytes(crate::fmt::sprintln(args, most)?),
            Builtin::Printf => {
                let (format, rest) = args.split_first().unwrap_or((&Value::Nil, &[]));
                Value::bytes(crate::fmt::sprintf(format.as_bytes().unwrap_or_default(), rest, most)?)
            }
            _ => return compare::compare(self, args).map(Value::Bool).map_err(FnError::Message),
        };
        if let Some(bytes) = value.as_bytes() {
            context.reserve(bytes.len())?;
        }
        Ok(value)
    }
}

/// There are no values that are functions, so that calling one always fails.
fn call(args: &[Value]) -> Result<Value, FnError> {
    match args.first() {
        None | Some(Value::Nil | Value::Absent) => Err(FnError::new("call of nil")),
        Some(value) => {
            let shown = crate::fmt::display(value);
            Err(FnError::new(format!("non-function {shown} of type {}", value.type_name())))
        }
    }
}

fn len(args: &[Value]) -> Result<Value, String> {
    let value = args.first().unwrap_or(&Value::Absent);
    let length = match value {
        Value::Absent => return Err("reflect: call of reflect.Value.Type on zero Value".to_owned()),
        Value::Nil => return Err("len of nil pointer".to_owned()),
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        Value::Object(object) => match object.kind() {
            Kind::Ptr if object.is_nil() => return Err("len of nil pointer".to_owned()),
            Kind::Slice => object.items().map_or(0, |items| items.len()),
            Kind::Map => object.entries().map_or(0, |entries| entries.len()),
            _ => match object.scalar().as_ref().and_then(Value::as_bytes) {
                Some(bytes) => bytes.len(),
                None => return Err(format!("len of type {}", object.type_name().trim_start_matches('*'))),
            },
        },
        value => match value.as_bytes() {
            Some(bytes) => bytes.len(),
            None => return Err(format!("len of type {}", value.type_name())),
        },
    };
    Ok(Value::Int(length as i64))
}
