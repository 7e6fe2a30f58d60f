//! Go's kinds and the types that functions declare, with their names.

use std::borrow::Cow;

use super::{MapType, Value};

/// A Go kind, as `kindOf` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No value.
    Invalid,
    /// A truth value.
    Bool,
    /// A machine integer.
    Int,
    /// A 32-bit integer.
    Int32,
    /// A 64-bit integer.
    Int64,
    /// A byte.
    Uint8,
    /// An unsigned 64-bit integer.
    Uint64,
    /// A floating-point number.
    Float64,
    /// A complex number.
    Complex128,
    /// A string.
    String,
    /// A slice.
    Slice,
    /// A map.
    Map,
    /// A pointer.
    Ptr,
    /// A struct.
    Struct,
    /// A function.
    Func,
}

impl Kind {
    /// Returns the name as Go's `reflect` prints it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Invalid => "invalid",
            Kind::Bool => "bool",
            Kind::Int => "int",
            Kind::Int32 => "int32",
            Kind::Int64 => "int64",
            Kind::Uint8 => "uint8",
            Kind::Uint64 => "uint64",
            Kind::Float64 => "float64",
            Kind::Complex128 => "complex128",
            Kind::String => "string",
            Kind::Slice => "slice",
            Kind::Map => "map",
            Kind::Ptr => "ptr",
            Kind::Struct => "struct",
            Kind::Func => "func",
        }
    }
}

/// A Go type as parameters, results and slices' elements declare it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `interface {}`.
    Any,
    /// `bool`.
    Bool,
    /// `int`.
    Int,
    /// `int32`.
    Int32,
    /// `int64`.
    Int64,
    /// `uint8`.
    Uint8,
    /// `uint64`.
    Uint64,
    /// `float64`.
    Float64,
    /// `string`.
    String,
    /// `[]interface {}`.
    List,
    /// `[]string`.
    Strings,
    /// `[]uint8`.
    Bytes,
    /// `map[string]interface {}`.
    Map,
    /// `map[string]string`.
    StringMap,
    /// `error`.
    Error,
    /// A type that only objects have, by the name that `%T` prints.
    Object(&'static str),
}

impl Type {
    /// Returns the type as `%T` prints it.
    pub fn name(self) -> &'static str {
        match self {
            Type::Any => "interface {}",
            Type::Bool => "bool",
            Type::Int => "int",
            Type::Int32 => "int32",
            Type::Int64 => "int64",
            Type::Uint8 => "uint8",
            Type::Uint64 => "uint64",
            Type::Float64 => "float64",
            Type::String => "string",
            Type::List => "[]interface {}",
            Type::Strings => "[]string",
            Type::Bytes => "[]uint8",
            Type::Map => "map[string]interface {}",
            Type::StringMap => "map[string]string",
            Type::Error => "error",
            Type::Object(name) => name,
        }
    }

    /// Answers whether nil can stand for a value of the type.
    pub fn can_be_nil(self) -> bool {
        match self {
            Type::Any
            | Type::List
            | Type::Strings
            | Type::Bytes
            | Type::Map
            | Type::StringMap
            | Type::Error => true,
            Type::Object(name) => name.starts_with('*') || name.starts_with("[]") || name.starts_with("map["),
            _ => false,
        }
    }

    /// Answers whether Go could assign the (not nil) value to a variable of the type.
    pub fn admits(self, value: &Value) -> bool {
        match (self, value) {
            (Type::Any, _)
            | (Type::Bool, Value::Bool(_))
            | (Type::Int, Value::Int(_))
            | (Type::Int32, Value::Int32(_))
            | (Type::Int64, Value::Int64(_))
            | (Type::Uint8, Value::Uint8(_))
            | (Type::Uint64, Value::Uint64(_))
            | (Type::Float64, Value::Float(_))
            | (Type::String, Value::Str(_) | Value::Raw(_)) => true,
            (Type::List, Value::List(list)) => list.elem() == Type::Any,
            (Type::Strings, Value::List(list)) => list.elem() == Type::String,
            (Type::Bytes, Value::List(list)) => list.elem() == Type::Uint8,
            (Type::Map, Value::Map(map)) => map.ty() != MapType::String,
            (Type::StringMap, Value::Map(map)) => map.ty() == MapType::String,
            (wanted, Value::Object(object)) => wanted.name() == object.type_name(),
            _ => false,
        }
    }
}

impl Value {
    /// Returns the kind.
    pub fn kind(&self) -> Kind {
        match self {
            Value::Absent | Value::Nil => Kind::Invalid,
            Value::Bool(_) => Kind::Bool,
            Value::Int(_) => Kind::Int,
            Value::Int64(_) => Kind::Int64,
            Value::Int32(_) => Kind::Int32,
            Value::Uint8(_) => Kind::Uint8,
            Value::Uint64(_) => Kind::Uint64,
            Value::Float(_) => Kind::Float64,
            Value::Complex(..) => Kind::Complex128,
            Value::Number(_) | Value::Str(_) | Value::Raw(_) => Kind::String,
            Value::List(_) => Kind::Slice,
            Value::Map(_) => Kind::Map,
            Value::Object(object) => object.kind(),
        }
    }

    /// Returns the type as `%T` and `typeOf` print it.
    pub fn type_name(&self) -> Cow<'static, str> {
        match self {
            Value::Absent | Value::Nil => "<nil>".into(),
            Value::Number(_) => "json.Number".into(),
            Value::List(list) if list.elem() == Type::Any => "[]interface {}".into(),
            Value::List(list) if list.elem() == Type::String => "[]string".into(),
            Value::List(list) => format!("[]{}", list.elem().name()).into(),
            Value::Map(map) => map.ty().name().into(),
            Value::Object(object) => object.type_name().into(),
            other => other.kind().name().into(),
        }
    }
}
