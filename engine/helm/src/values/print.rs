//! Values as Go's `fmt` prints them, for Helm's messages.

use std::fmt::Write;

use fairlead_yaml::{Value, number};

/// A value as `%v` prints it.
pub(crate) fn go_value(value: &Value) -> String {
    let mut text = String::new();
    write_value(&mut text, value, 'v');
    text
}

/// A value as `%t` prints it when it is no boolean.
pub(crate) fn bad_boolean(value: &Value) -> String {
    if value.is_null() {
        return "%!t(<nil>)".to_owned();
    }
    let mut text = String::new();
    write_value(&mut text, value, 't');
    text
}

/// The Go type of a value, as `%T` prints it.
pub(crate) fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int64",
        Value::Uint(_) => "uint64",
        Value::Float(_) => "float64",
        Value::String(_) => "string",
        Value::List(_) => "[]interface {}",
        Value::Map(_) => "map[string]interface {}",
    }
}

fn write_value(text: &mut String, value: &Value, verb: char) {
    match value {
        // Within a list or a map a verb that does not fit is no news of a nil.
        Value::Null => text.push_str("<nil>"),
        Value::Bool(flag) => text.push_str(if *flag { "true" } else { "false" }),
        Value::List(items) => {
            text.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    text.push(' ');
                }
                write_value(text, item, verb);
            }
            text.push(']');
        }
        Value::Map(map) => {
            text.push_str("map[");
            for (i, (key, item)) in map.iter().enumerate() {
                if i > 0 {
                    text.push(' ');
                }
                write_scalar(text, &Value::String(key.clone()), verb);
                text.push(':');
                write_value(text, item, verb);
            }
            text.push(']');
        }
        scalar => write_scalar(text, scalar, verb),
    }
}

fn write_scalar(text: &mut String, value: &Value, verb: char) {
    let plain = match value {
        Value::Int(number) => number.to_string(),
        Value::Uint(number) => number.to_string(),
        Value::Float(number) => number::format_v(*number),
        Value::String(string) => string.to_string(),
        Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => return,
    };
    if verb == 'v' {
        text.push_str(&plain);
    } else {
        // A `String` takes anything that is written to it.
        let _ = write!(text, "%!{verb}({}={plain})", go_type(value));
    }
}
