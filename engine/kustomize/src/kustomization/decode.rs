//! Reading plain data into structures as Go's `encoding/json` does: names in any case, the first mistake reported in
//! its words.

use std::collections::BTreeMap;

use fairlead_yaml::number::format_g32;
use fairlead_yaml::{Map, Str, Value};

/// A type that is read from JSON.
pub(crate) trait Decode: Default {
    /// The name of the Go type that messages show.
    fn go_type() -> String;

    /// Takes what the value says. A null says nothing.
    fn decode(&mut self, value: &Value, to: &mut Decoder);
}

/// A type that is written as JSON, without what is empty.
pub(crate) trait Encode {
    /// The value, or `None` where it is empty.
    fn encode(&self) -> Option<Value>;
}

/// The state of reading.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    strict: bool,
    coerce: bool,
    structs: Vec<&'static str>,
    fields: Vec<&'static str>,
    error: Option<String>,
}

/// Reads a value, refusing fields that are not known.
///
/// # Errors
/// The first mistake, in Go's words.
pub(crate) fn decode_strict<T: Decode>(value: &Value) -> Result<T, String> {
    Decoder { strict: true, ..Decoder::default() }.run(value)
}

/// Reads a value as the library for Kubernetes' YAML does: numbers and truth values become texts where texts stand.
///
/// # Errors
/// The first mistake, in Go's words.
pub(crate) fn decode_lenient<T: Decode>(value: &Value) -> Result<T, String> {
    Decoder { coerce: true, ..Decoder::default() }
        .run(value)
        .map_err(|error| format!("error unmarshaling JSON: while decoding JSON: {error}"))
}

impl Decoder {
    fn run<T: Decode>(mut self, value: &Value) -> Result<T, String> {
        let mut read = T::default();
        read.decode(value, &mut self);
        match self.error {
            Some(error) => Err(error),
            None => Ok(read),
        }
    }

    /// Reports a value of the wrong kind.
    pub(crate) fn wrong(&mut self, value: &Value, go_type: &str) {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "bool",
            Value::Int(_) | Value::Uint(_) | Value::Float(_) => "number",
            Value::String(_) => "string",
            Value::List(_) => "array",
            Value::Map(_) => "object",
        };
        let place = match self.structs.last() {
            Some(name) => format!("struct field {name}.{}", self.fields.join(".")),
            None => "value".to_owned(),
        };
        // The one list of texts that have a type of their own.
        let own = go_type == "string" && self.fields == ["patchesStrategicMerge"];
        let go_type = if own { "types.PatchStrategicMerge" } else { go_type };
        self.error.get_or_insert_with(|| {
            format!("json: cannot unmarshal {kind} into Go {place} of type {go_type}")
        });
    }

    /// Reads the fields of a structure; `field` takes one and says whether it knows it.
    pub(crate) fn fields(
        &mut self,
        value: &Value,
        (name, go_type): (&'static str, &str),
        names: &[&'static str],
        mut field: impl FnMut(&'static str, &Value, &mut Decoder),
    ) {
        let map = match value {
            Value::Null => return,
            Value::Map(map) => map,
            other => return self.wrong(other, go_type),
        };
        self.structs.push(name);
        for (key, value) in map {
            let known = names.iter().find(|name| **name == &**key);
            let known = known.or_else(|| names.iter().find(|name| name.eq_ignore_ascii_case(key)));
            match known {
                Some(known) => {
                    self.fields.push(known);
                    field(known, value, self);
                    self.fields.pop();
                }
                None if self.strict => {
                    self.error.get_or_insert_with(|| format!("json: unknown field {key:?}"));
                }
                None => {}
            }
        }
        self.structs.pop();
    }
}

impl Decode for String {
    fn go_type() -> String {
        "string".to_owned()
    }

    fn decode(&mut self, value: &Value, to: &mut Decoder) {
        match value {
            Value::Null => {}
            Value::String(text) => *self = text.to_string(),
            Value::Int(n) if to.coerce => *self = n.to_string(),
            Value::Uint(n) if to.coerce => *self = n.to_string(),
            Value::Float(f) if to.coerce => *self = format_g32(*f),
            Value::Bool(b) if to.coerce => *self = b.to_string(),
            other => to.wrong(other, "string"),
        }
    }
}

impl Encode for String {
    fn encode(&self) -> Option<Value> {
        if self.is_empty() { None } else { Some(Value::from(self.as_str())) }
    }
}

impl Decode for bool {
    fn go_type() -> String {
        "bool".to_owned()
    }

    fn decode(&mut self, value: &Value, to: &mut Decoder) {
        match value {
            Value::Null => {}
            Value::Bool(b) => *self = *b,
            other => to.wrong(other, "bool"),
        }
    }
}

impl Encode for bool {
    fn encode(&self) -> Option<Value> {
        self.then_some(Value::Bool(true))
    }
}

impl Decode for i64 {
    fn go_type() -> String {
        "int".to_owned()
    }

    fn decode(&mut self, value: &Value, to: &mut Decoder) {
        match value {
            Value::Null => {}
            Value::Int(n) => *self = *n,
            other => to.wrong(other, "int"),
        }
    }
}

impl Encode for i64 {
    fn encode(&self) -> Option<Value> {
        if *self == 0 { None } else { Some(Value::Int(*self)) }
    }
}

impl Decode for Value {
    fn go_type() -> String {
        "interface {}".to_owned()
    }

    fn decode(&mut self, value: &Value, _: &mut Decoder) {
        *self = value.clone();
    }
}

impl Encode for Value {
    fn encode(&self) -> Option<Value> {
        if self.is_null() { None } else { Some(self.clone()) }
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn go_type() -> String {
        format!("[]{}", T::go_type())
    }

    fn decode(&mut self, value: &Value, to: &mut Decoder) {
        match value {
            Value::Null => {}
            Value::List(items) => {
                self.clear();
                for item in items {
                    let mut read = T::default();
                    read.decode(item, to);
                    self.push(read);
                }
            }
            other => to.wrong(other, &Self::go_type()),
        }
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self) -> Option<Value> {
        if self.is_empty() {
            return None;
        }
        Some(Value::List(self.iter().map(|item| item.encode().unwrap_or_else(|| Value::from(""))).collect()))
    }
}

impl<T: Decode> Decode for Option<T> {
    fn go_type() -> String {
        T::go_type()
    }

    fn decode(&mut self, value: &Value, to: &mut Decoder) {
        if !value.is_null() {
            self.get_or_insert_with(T::default).decode(value, to);
        }
    }
}

impl<T: Encode> Encode for Option<T> {
    fn encode(&self) -> Option<Value> {
        self.as_ref().map(|inner| inner.encode().unwrap_or_else(|| Value::Map(Map::new())))
    }
}

impl Decode for BTreeMap<String, String> {
    fn go_type() -> String {
        "map[string]string".to_owned()
    }

    fn decode(&mut self, value: &Value, to: &mut Decoder) {
        match value {
            Value::Null => {}
            Value::Map(map) => {
                for (key, value) in map {
                    let mut text = String::new();
                    text.decode(value, to);
                    self.insert(key.to_string(), text);
                }
            }
            other => to.wrong(other, &Self::go_type()),
        }
    }
}

impl Encode for BTreeMap<String, String> {
    fn encode(&self) -> Option<Value> {
        if self.is_empty() {
            return None;
        }
        let entries = self.iter().map(|(key, text)| (Str::from(key.as_str()), Value::from(text.as_str())));
        Some(Value::Map(entries.collect()))
    }
}

/// Declares a structure with the names that its fields have in JSON, and the names that Go has for it.
macro_rules! go_struct {
    (
        $(#[$about:meta])*
        $name:ident as $short:literal in $package:literal {
            $($(#[$doc:meta])* $field:ident: $kind:ty = $json:literal,)*
        }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, Default, PartialEq)]
        pub(crate) struct $name {
            $($(#[$doc])* pub(crate) $field: $kind,)*
        }

        impl $crate::kustomization::Decode for $name {
            fn go_type() -> String {
                concat!($package, ".", $short).to_owned()
            }

            fn decode(
                &mut self,
                value: &fairlead_yaml::Value,
                to: &mut $crate::kustomization::Decoder,
            ) {
                let names = [$($json),*];
                to.fields(value, ($short, concat!($package, ".", $short)), &names, |name, value, to| match name {
                    $($json => $crate::kustomization::Decode::decode(&mut self.$field, value, to),)*
                    _ => {}
                });
            }
        }

        impl $crate::kustomization::Encode for $name {
            fn encode(&self) -> Option<fairlead_yaml::Value> {
                let mut map = fairlead_yaml::Map::new();
                $(
                    if let Some(value) = $crate::kustomization::Encode::encode(&self.$field) {
                        map.insert($json.into(), value);
                    }
                )*
                Some(fairlead_yaml::Value::Map(map))
            }
        }
    };
}

pub(crate) use go_struct;
