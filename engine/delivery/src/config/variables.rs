//! `variables/**.yaml`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::name::Key;
use super::node::{Content, Node};
use super::reader::Reader;
use super::schema::Schema;
use super::shape::{Shape, choice, record};
use crate::diagnostic::{Code, Spanned};

record! {
    /// Values that `{{hq.var.KEY}}` stands for, within the scope that the file's place decides.
    pub struct Variables {
        /// The variables by key: text, or a value with its type.
        "variables" => variables: BTreeMap<Key, Spanned<Variable>>,
    }
}

/// What a variable stands for.
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// The text as it is written: `1.10` stays `1.10`.
    pub text: Arc<str>,
    /// The type that a scalar takes which is exactly one reference to it.
    pub kind: VariableType,
}

choice! {
    /// The declared type of a variable.
    pub enum VariableType {
        /// Text; what a variable without a type is.
        "string" => String,
        /// A whole number.
        "int" => Int,
        /// A number.
        "float" => Float,
        /// `true` or `false`.
        "bool" => Bool,
    }
}

record! {
    /// A variable with its type.
    pub struct TypedVariable {
        /// The value.
        "value" => value: Spanned<Arc<str>>,
        /// Its type.
        "type" => kind: VariableType = VariableType::String,
    }
}

impl Shape for Variable {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        if !matches!(node.content, Content::Map(_)) {
            let text = <Arc<str>>::read(node, reader)?;
            return Some(Variable { text, kind: VariableType::String });
        }
        let typed = TypedVariable::read(node, reader)?;
        let text = typed.value.value;
        let fits = match typed.kind {
            VariableType::String => true,
            VariableType::Int => text.parse::<i64>().is_ok(),
            VariableType::Float => text.parse::<f64>().is_ok_and(f64::is_finite),
            VariableType::Bool => matches!(&*text, "true" | "false"),
        };
        if !fits {
            let message = format!("`{text}` is not of the type `{}`", typed.kind.word());
            reader.error(Code::InvalidValue, &typed.value.span, message, "change the value or the type");
            return None;
        }
        Some(Variable { text, kind: typed.kind })
    }
    fn schema() -> Schema {
        Schema::Either(vec![Schema::Text, TypedVariable::schema()])
    }
}
