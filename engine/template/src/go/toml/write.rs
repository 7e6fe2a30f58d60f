//! Writing TOML: direct values of a table first, then the tables below it, each sorted by key;
//! a struct's fields in their order.

use std::fmt::Write;

use crate::fmt::format_float;
use crate::go::quote::quote;
use crate::go::time::{Duration, Time};
use crate::value::{Encoder, Map, Str, Value};

/// How deeply values may nest: each level takes a piece of the stack.
const MAX_DEPTH: usize = 1000;

/// Says why a value cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// An array has a nil in it.
    #[error("toml: cannot encode array with nil element")]
    NilElement,
    /// The top is an array of tables, which has no name.
    #[error("toml: top-level values must be Go maps or structs")]
    NoKey,
    /// There is no value at all.
    #[error("reflect: call of reflect.Value.Type on zero Value")]
    Nothing,
    /// A number that is kept as a text is none.
    #[error("unable to convert {} to int64 or float64", quote(.0))]
    Number(String),
    /// TOML has no form for the kind.
    #[error("unsupported type: {0}")]
    Unsupported(&'static str),
    /// The value nests deeper than 1000 levels, or contains itself.
    #[error("toml: a value nests deeper than {MAX_DEPTH} levels")]
    Depth,
}

/// Writes a value.
pub fn to_string(value: &Value) -> Result<String, WriteError> {
    if value.is_nil() {
        return Err(WriteError::Nothing);
    }
    let mut writer = Writer { out: String::new() };
    writer.value(&[], value)?;
    Ok(writer.out)
}

/// What TOML makes of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Nil,
    Scalar,
    Array,
    Table,
    Tables,
}

impl Form {
    fn of(value: &Value, depth: usize) -> Result<Self, WriteError> {
        if depth > MAX_DEPTH {
            return Err(WriteError::Depth);
        }
        Ok(match value {
            Value::Absent | Value::Nil => Self::Nil,
            Value::Complex(..) => return Err(WriteError::Unsupported("complex128")),
            Value::Map(map) if map.is_nil() => Self::Nil,
            Value::Map(_) => Self::Table,
            Value::List(list) if list.is_nil() => Self::Nil,
            Value::List(list) => {
                let mut tables = !list.is_empty();
                for item in list.iter() {
                    match Self::of(item, depth + 1)? {
                        Self::Nil => return Err(WriteError::NilElement),
                        form => tables &= form == Self::Table,
                    }
                }
                if tables { Self::Tables } else { Self::Array }
            }
            Value::Object(object) if object.record(Encoder::Toml).is_some() => Self::Table,
            Value::Object(object) if is_scalar(value) => {
                if object.is_nil() {
                    Self::Nil
                } else {
                    Self::Scalar
                }
            }
            Value::Object(object) => match object.data() {
                Some(Value::Object(_)) | None => Self::Table,
                Some(data) => Self::of(&data, depth + 1)?,
            },
            _ => Self::Scalar,
        })
    }
}

/// Times, durations and whatever else prints as a text are written as one.
fn is_scalar(value: &Value) -> bool {
    match value {
        Value::Object(object) => object.scalar().is_some() || object.text().is_some(),
        _ => false,
    }
}

struct Writer {
    out: String,
}

impl Writer {
    fn value(&mut self, key: &[&str], value: &Value) -> Result<(), WriteError> {
        if key.len() > MAX_DEPTH {
            return Err(WriteError::Depth);
        }
        match Form::of(value, key.len())? {
            Form::Nil => Ok(()),
            Form::Scalar | Form::Array => self.entry(key, value, false),
            Form::Tables => self.tables(key, value),
            Form::Table => self.table(key, value),
        }
    }

    fn newline(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }

    fn indent(&mut self, key: &[&str]) {
        for _ in 1..key.len() {
            self.out.push_str("  ");
        }
    }

    fn table(&mut self, key: &[&str], value: &Value) -> Result<(), WriteError> {
        if key.len() == 1 {
            self.newline();
        }
        if !key.is_empty() {
            self.indent(key);
            self.out.push('[');
            self.path(key);
            self.out.push(']');
            self.newline();
        }
        self.entries(key, table_of(value), false)
    }

    fn tables(&mut self, key: &[&str], value: &Value) -> Result<(), WriteError> {
        if key.is_empty() {
            return Err(WriteError::NoKey);
        }
        let data = data_of(value);
        for table in data.as_list().map(|list| list.iter()).into_iter().flatten() {
            self.newline();
            self.indent(key);
            self.out.push_str("[[");
            self.path(key);
            self.out.push_str("]]");
            self.newline();
            self.entries(key, table_of(table), false)?;
        }
        Ok(())
    }

    fn entries(&mut self, key: &[&str], fields: Vec<(Str, Value)>, inline: bool) -> Result<(), WriteError> {
        let (mut direct, mut below) = (Vec::new(), Vec::new());
        for (name, value) in fields {
            match Form::of(&value, key.len())? {
                Form::Table | Form::Tables => below.push((name, value)),
                _ => direct.push((name, value)),
            }
        }
        let count = direct.len();
        let more = !below.is_empty();
        for (at, (name, value)) in direct.iter().enumerate() {
            self.named(key, name, value, inline, more || at + 1 < count)?;
        }
        let count = below.len();
        for (at, (name, value)) in below.iter().enumerate() {
            self.named(key, name, value, inline, at + 1 < count)?;
        }
        Ok(())
    }

    fn named(
        &mut self,
        key: &[&str],
        name: &str,
        value: &Value,
        inline: bool,
        comma: bool,
    ) -> Result<(), WriteError> {
        if Form::of(value, key.len())? == Form::Nil {
            return Ok(());
        }
        if !inline {
            let mut path = key.to_vec();
            path.push(name);
            return self.value(&path, value);
        }
        self.entry(&[name], value, true)?;
        if comma {
            self.out.push_str(", ");
        }
        Ok(())
    }

    fn entry(&mut self, key: &[&str], value: &Value, inline: bool) -> Result<(), WriteError> {
        let Some(name) = key.last() else { return self.element(value, 0) };
        self.indent(key);
        self.name(name);
        self.out.push_str(" = ");
        self.element(value, 0)?;
        if !inline {
            self.newline();
        }
        Ok(())
    }

    fn element(&mut self, value: &Value, depth: usize) -> Result<(), WriteError> {
        if depth > MAX_DEPTH {
            return Err(WriteError::Depth);
        }
        // Writing to a string cannot fail.
        let _ = match value {
            Value::Bool(value) => write!(self.out, "{value}"),
            Value::Int(value) | Value::Int64(value) => write!(self.out, "{value}"),
            Value::Int32(value) => write!(self.out, "{value}"),
            Value::Uint8(value) => write!(self.out, "{value}"),
            Value::Uint64(value) => write!(self.out, "{value}"),
            Value::Float(value) => self.out.write_str(&float(*value)),
            Value::Number(text) => self.out.write_str(&number(text)?),
            Value::Str(text) => return self.quoted(text),
            Value::Raw(bytes) => return self.quoted(&String::from_utf8_lossy(bytes)),
            Value::List(list) => {
                self.out.push('[');
                for (at, item) in list.iter().enumerate() {
                    if at > 0 {
                        self.out.push_str(", ");
                    }
                    self.element(item, depth + 1)?;
                }
                self.out.push(']');
                return Ok(());
            }
            Value::Map(map) => return self.inline_table(map.snapshot()),
            Value::Object(object) => {
                if let Some(fields) = object.record(Encoder::Toml) {
                    return self.inline_table(fields);
                } else if let Some(time) = value.downcast::<Time>() {
                    self.out.push_str(&time.format("2006-01-02T15:04:05.999999999Z07:00"));
                } else if let Some(duration) = value.downcast::<Duration>() {
                    return self.quoted(&duration.to_string());
                } else {
                    return match object.data() {
                        Some(Value::Object(_)) | None => self.quoted(&object.text().unwrap_or_default()),
                        Some(data) => self.element(&data, depth + 1),
                    };
                }
                return Ok(());
            }
            Value::Absent | Value::Nil | Value::Complex(..) => {
                return Err(WriteError::Unsupported("invalid"));
            }
        };
        Ok(())
    }

    fn inline_table(&mut self, fields: Vec<(Str, Value)>) -> Result<(), WriteError> {
        self.out.push('{');
        self.entries(&[], fields, true)?;
        self.out.push('}');
        Ok(())
    }

    fn path(&mut self, key: &[&str]) {
        for (at, name) in key.iter().enumerate() {
            if at > 0 {
                self.out.push('.');
            }
            self.name(name);
        }
    }

    fn name(&mut self, name: &str) {
        if !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        {
            self.out.push_str(name);
        } else {
            // Writing a text always succeeds.
            let _ = self.quoted(name);
        }
    }

    fn quoted(&mut self, text: &str) -> Result<(), WriteError> {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\x08' => self.out.push_str("\\b"),
                '\t' => self.out.push_str("\\t"),
                '\n' => self.out.push_str("\\n"),
                '\x0c' => self.out.push_str("\\f"),
                '\r' => self.out.push_str("\\r"),
                c if c.is_ascii_control() => self.out.push_str(&format!("\\u{:04x}", u32::from(c))),
                c => self.out.push(c),
            }
        }
        self.out.push('"');
        Ok(())
    }
}

fn data_of(value: &Value) -> Value {
    match value {
        Value::Object(object) => object.data().unwrap_or_default(),
        other => other.clone(),
    }
}

fn table_of(value: &Value) -> Vec<(Str, Value)> {
    if let Value::Object(object) = value
        && let Some(fields) = object.record(Encoder::Toml)
    {
        return fields;
    }
    data_of(value).as_map().map(Map::snapshot).unwrap_or_default()
}

fn float(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let text = format_float(number, 'g', None);
    if text.contains(['e', '.']) { text } else { text + ".0" }
}

fn number(text: &str) -> Result<String, WriteError> {
    if text.is_empty() {
        return Ok("0".to_owned());
    }
    if let Ok(number) = text.parse::<i64>() {
        return Ok(number.to_string());
    }
    match crate::go::cast::parse_float(text) {
        Some(number) => Ok(float(number)),
        None => Err(WriteError::Number(text.to_owned())),
    }
}
