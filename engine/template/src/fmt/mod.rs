//! Values as text, the way Go's `fmt` writes them.

mod float;
mod integer;
mod printer;
mod sprintf;
mod text;

pub use float::format_float;
pub use sprintf::sprintf;

use crate::limits::LimitError;
use crate::value::{Kind, Value};
use printer::Printer;

/// Writes a value as the `%v` verb does.
///
/// What nests too deeply, as only a value that contains itself does, is cut off.
pub fn display(value: &Value) -> String {
    shown(value, 'v')
}

/// Writes a value by a verb, for an error's message.
pub(crate) fn shown(value: &Value, verb: char) -> String {
    let mut out = Vec::new();
    // What has been written until a bound is reached is all that an error message needs.
    let _ = Printer::new(&mut out, 1 << 20).argument(value, verb);
    match String::from_utf8(out) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}

/// Appends a value as the `%v` verb does, as long as `out` has no more than `most` bytes.
pub fn write(out: &mut Vec<u8>, value: &Value, most: usize) -> Result<(), LimitError> {
    Printer::new(out, most).argument(value, 'v')
}

/// Appends a value as a template's action does: no value is `<no value>`, pointers are followed.
pub(crate) fn print(out: &mut Vec<u8>, value: &Value, most: usize) -> Result<(), LimitError> {
    match value {
        Value::Absent | Value::Nil => {
            out.extend_from_slice(b"<no value>");
            Ok(())
        }
        Value::Raw(bytes) => {
            out.extend_from_slice(bytes);
            Ok(())
        }
        Value::Object(object) => match object.addressed_text() {
            Some(text) => {
                out.extend_from_slice(text.as_bytes());
                Ok(())
            }
            None if object.kind() == Kind::Ptr => Printer::new(out, most).pointed(object.as_ref()),
            None => write(out, value, most),
        },
        value => write(out, value, most),
    }
}

/// Joins values as `fmt.Sprint` does: with spaces between those of which neither is a string.
pub fn sprint(args: &[Value], most: usize) -> Result<Vec<u8>, LimitError> {
    let mut out = Vec::new();
    let mut after_string = true;
    for value in args {
        let is_string = value.kind() == Kind::String;
        if !is_string && !after_string {
            out.push(b' ');
        }
        write(&mut out, value, most)?;
        after_string = is_string;
    }
    Ok(out)
}

/// Joins values as `fmt.Sprintln` does: with spaces, and a newline at the end.
pub fn sprintln(args: &[Value], most: usize) -> Result<Vec<u8>, LimitError> {
    let mut out = Vec::new();
    for (index, value) in args.iter().enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        write(&mut out, value, most)?;
    }
    out.push(b'\n');
    Ok(out)
}
