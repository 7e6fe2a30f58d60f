//! JSON on the command line, read into values as Go holds them: every number is a float.

use fairlead_yaml::number::Number;
use fairlead_yaml::value::{Builder, ValueBuilder};
use fairlead_yaml::{Str, Value, json};

/// Builds values as Go's decoders fill an `interface{}`: every number is a float.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct FloatBuilder;

impl Builder for FloatBuilder {
    type Value = Value;
    type Key = Str;

    fn null(&mut self) -> Value {
        Value::Null
    }

    fn bool(&mut self, value: bool) -> Value {
        Value::Bool(value)
    }

    fn number(&mut self, number: Number) -> Value {
        Value::Float(number.as_f64())
    }

    fn text(&mut self, text: &str) -> Value {
        Value::String(text.into())
    }

    fn key(&mut self, key: &str) -> Str {
        key.into()
    }

    fn list(&mut self, items: Vec<Value>) -> Value {
        Value::List(items)
    }

    fn map(&mut self, entries: Vec<(Str, Value)>) -> Value {
        ValueBuilder.map(entries)
    }
}

/// Reads a whole text as one value.
pub(crate) fn decode(text: &str) -> Result<Value, json::Error> {
    json::from_str(text, &mut FloatBuilder)
}

/// Reads the value that a text starts with; also returns how many bytes it took.
pub(crate) fn decode_prefix(text: &str) -> Result<(Value, usize), json::Error> {
    let length = value_length(text);
    decode(&text[..length]).map(|value| (value, length))
}

/// Where the value at the start of a text ends, as far as that shows without reading it.
fn value_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(bytes.len());
    let (mut depth, mut in_text, mut escaped) = (0usize, false, false);
    for (at, byte) in bytes.iter().enumerate().skip(start) {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    in_text = false;
                    if depth == 0 {
                        return at + 1;
                    }
                }
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + 1;
                }
            }
            b',' if depth == 0 => return at,
            byte if depth == 0 && byte.is_ascii_whitespace() => return at,
            _ => {}
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_end_where_go_ends_them() {
        for (text, length) in
            [("1,b=2", 1), (" {\"a\": [1, \"}\"]} ,b", 16), ("\"a,\\\"b\",c", 7), ("[1,2]x", 5), ("true ", 4)]
        {
            assert_eq!(decode_prefix(text).map(|(_, length)| length), Ok(length), "{text}");
        }
        assert!(decode_prefix("{\"a\":").is_err());
    }
}
