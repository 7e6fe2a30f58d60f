//! Types and kinds by name.

use super::args::{any, text};
use crate::function::Function;
use crate::value::{Type, Value};

const A: Type = Type::Any;
const S: Type = Type::String;

/// The functions of this family. They look at no contents.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("typeOf", &[A], |_, args| Ok(any(args, 0).type_name().into_owned().into())).notes(),
    Function::new("typeIs", &[S, A], |_, args| Ok((text(args, 0) == any(args, 1).type_name()).into()))
        .notes(),
    Function::new("typeIsLike", &[S, A], |_, args| {
        let (wanted, found) = (text(args, 0), any(args, 1).type_name());
        Ok((wanted == found || found.strip_prefix('*') == Some(&wanted)).into())
    })
    .notes(),
    Function::new("kindOf", &[A], |_, args| Ok(Value::from(any(args, 0).kind().name()))).notes(),
    Function::new("kindIs", &[S, A], |_, args| Ok((text(args, 0) == any(args, 1).kind().name()).into()))
        .notes(),
];
