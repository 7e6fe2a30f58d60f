//! Go's structs, pointers and named types with methods, as the engine's callers provide them.

use std::any::Any;

use super::{Kind, Map, Str, Type, Value};
use crate::context::Context;
use crate::function::FnError;

/// A method of an object: what it takes and what it does.
#[derive(Clone, Copy)]
pub struct Method {
    /// The parameters' types; with `variadic`, the last one is that of each further argument.
    pub params: &'static [Type],
    /// Whether the last parameter takes any number of arguments.
    pub variadic: bool,
    /// Runs the method. The arguments have been checked against `params`.
    pub call: fn(&dyn Object, &mut Context<'_>, &[Value]) -> Result<Value, FnError>,
}

/// What writes a struct: each names the fields in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoder {
    /// `encoding/json`: names and omissions are those of the fields' tags.
    Json,
    /// go-yaml v3, given the struct itself: names in lower case.
    Yaml,
    /// Names as they are, and embedded structs spread out.
    Toml,
}

/// A value of a Go type that has fields or methods: `.Chart`, `.Files`, a `time.Time`, a `*semver.Version`.
///
/// Everything but the type's name and kind has a default that fits an opaque struct.
pub trait Object: Any {
    /// Returns the type as `%T` prints it, such as `*semver.Version`.
    fn type_name(&self) -> &'static str;

    /// Returns the kind as `kindOf` prints it: a pointer to a struct is [`Kind::Ptr`].
    fn kind(&self) -> Kind;

    /// Answers whether this is a nil pointer, nil map or nil slice of its type.
    fn is_nil(&self) -> bool {
        false
    }

    /// Returns an exported field of the struct (or of the struct pointed to).
    fn field(&self, name: &str) -> Option<Value> {
        let _ = name;
        None
    }

    /// Returns the exported fields in the order of their declaration, for printing.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        Vec::new()
    }

    /// Returns an exported method by name.
    fn method(&self, name: &str) -> Option<Method> {
        let _ = name;
        None
    }

    /// Returns the elements, for kinds slice and array.
    fn items(&self) -> Option<Vec<Value>> {
        None
    }

    /// Returns the entries sorted by key, for kind map.
    fn entries(&self) -> Option<Vec<(Str, Value)>> {
        None
    }

    /// Returns the value under a key, for kind map.
    fn entry(&self, key: &str) -> Option<Value> {
        self.entries()?.into_iter().find(|entry| &*entry.0 == key).map(|entry| entry.1)
    }

    /// Returns the plain value beneath a named scalar type: an `Int64` for a `time.Duration`.
    fn scalar(&self) -> Option<Value> {
        None
    }

    /// Returns what the type's `Error` or `String` method gives, which `%v` and `%s` print.
    fn text(&self) -> Option<String> {
        None
    }

    /// Returns what an action prints of a value that it reaches by fields and variables alone. Where Go has the text's
    /// method on the pointer, a value that was handed to a function, or put into a list or a map, has lost it.
    fn addressed_text(&self) -> Option<String> {
        self.text()
    }

    /// Returns a struct's fields as an encoder names them, in the order of their declaration, which encoders keep.
    /// None where [`Object::data`] alone says what there is.
    fn record(&self, encoder: Encoder) -> Option<Vec<(Str, Value)>> {
        let _ = encoder;
        None
    }

    /// Returns what encoders (`toYaml`, `toJson`) see: maps, lists and scalars. None stands for what an empty
    /// struct encodes to.
    fn data(&self) -> Option<Value> {
        self.record(Encoder::Json).map(|fields| Value::Map(fields.into_iter().collect::<Map>()))
    }

    /// Answers whether a template takes the value for true.
    fn truth(&self) -> bool {
        match self.kind() {
            Kind::Ptr => !self.is_nil(),
            Kind::Slice => self.items().is_some_and(|items| !items.is_empty()),
            Kind::Map => self.entries().is_some_and(|entries| !entries.is_empty()),
            _ => self.scalar().is_none_or(|value| value.truth()),
        }
    }
}
