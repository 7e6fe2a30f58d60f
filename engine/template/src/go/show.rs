//! Values as `%v` prints them.

use std::io::Write;

use super::float::shortest;
use crate::limits::LimitError;
use crate::value::{Kind, Object, Value};

/// How deeply values may nest where they are printed: each level takes a piece of the stack.
const MAX_DEPTH: usize = 1000;

/// Appends a value as `%v` prints it, up to `limit` bytes in all.
pub fn push_value(out: &mut Vec<u8>, value: &Value, limit: usize) -> Result<(), LimitError> {
    Printer { out, limit }.value(value, 0)
}

struct Printer<'o> {
    out: &'o mut Vec<u8>,
    limit: usize,
}

impl Printer<'_> {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), LimitError> {
        if depth > MAX_DEPTH {
            return Err(LimitError::Depth(MAX_DEPTH));
        }
        // Writing to a vector cannot fail.
        let _ = match value {
            Value::Absent => self.out.write_all(b"<no value>"),
            Value::Nil => self.out.write_all(b"<nil>"),
            Value::Bool(value) => write!(self.out, "{value}"),
            Value::Int(value) | Value::Int64(value) => write!(self.out, "{value}"),
            Value::Int32(value) => write!(self.out, "{value}"),
            Value::Uint8(value) => write!(self.out, "{value}"),
            Value::Uint64(value) => write!(self.out, "{value}"),
            Value::Float(value) => self.out.write_all(shortest(*value).as_bytes()),
            Value::Complex(re, im) => {
                let im = shortest(*im);
                let sign = if im.starts_with(['+', '-']) { "" } else { "+" };
                write!(self.out, "({}{sign}{im}i)", shortest(*re))
            }
            Value::Number(text) | Value::Str(text) => self.out.write_all(text.as_bytes()),
            Value::Raw(bytes) => self.out.write_all(bytes),
            Value::List(list) => return self.sequence(b"[", list.iter(), b"]", depth),
            Value::Map(map) => {
                let entries = map.entries();
                return self.entries(entries.iter().map(|(key, value)| (&**key, value)), depth);
            }
            Value::Object(object) => return self.object(&**object, depth),
        };
        if self.out.len() > self.limit { Err(LimitError::String(self.limit)) } else { Ok(()) }
    }

    fn sequence<'v>(
        &mut self,
        open: &[u8],
        items: impl Iterator<Item = &'v Value>,
        close: &[u8],
        depth: usize,
    ) -> Result<(), LimitError> {
        self.out.extend_from_slice(open);
        for (at, item) in items.enumerate() {
            if at > 0 {
                self.out.push(b' ');
            }
            self.value(item, depth + 1)?;
        }
        self.out.extend_from_slice(close);
        Ok(())
    }

    fn entries<'v>(
        &mut self,
        entries: impl Iterator<Item = (&'v str, &'v Value)>,
        depth: usize,
    ) -> Result<(), LimitError> {
        self.out.extend_from_slice(b"map[");
        for (at, (key, value)) in entries.enumerate() {
            if at > 0 {
                self.out.push(b' ');
            }
            self.out.extend_from_slice(key.as_bytes());
            self.out.push(b':');
            self.value(value, depth + 1)?;
        }
        self.out.push(b']');
        Ok(())
    }

    fn object(&mut self, object: &dyn Object, depth: usize) -> Result<(), LimitError> {
        if let Some(text) = object.text() {
            self.out.extend_from_slice(text.as_bytes());
        } else if object.is_nil() {
            self.out.extend_from_slice(b"<nil>");
        } else if let Some(scalar) = object.scalar() {
            return self.value(&scalar, depth + 1);
        } else if let Some(items) = object.items() {
            return self.sequence(b"[", items.iter(), b"]", depth);
        } else if let Some(entries) = object.entries() {
            return self.entries(entries.iter().map(|(key, value)| (&**key, value)), depth);
        } else {
            let open: &[u8] = if object.kind() == Kind::Ptr { b"&{" } else { b"{" };
            let fields = object.fields();
            return self.sequence(open, fields.iter().map(|(_, value)| value), b"}", depth);
        }
        Ok(())
    }
}
