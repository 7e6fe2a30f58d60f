//! The `--set` family: values written on the command line, as `a.b[0]=c,d={e,f}`.

use std::str::Chars;

use fairlead_template::go::quote::quote;
use fairlead_yaml::{Map, Str, Value};

use super::print::go_type;
use crate::dialect::Dialect;
use crate::limits;

/// Which flag a text was given to, and so how what stands behind `=` is read.
pub enum Form<'r> {
    /// `--set`: booleans, null and integers are recognized.
    Typed,
    /// `--set-string`: everything is text.
    Text,
    /// `--set-json`: JSON.
    Json,
    /// `--set-literal`: everything behind the first `=` is text, with commas and backslashes.
    Literal,
    /// `--set-file`: the name of a file to read, through the function.
    File(&'r mut dyn FnMut(&str) -> Result<String, String>),
}

/// Why a text can't be read; displays as Helm's text behind `failed parsing --set data: `.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SetError(String);

/// Reads one text of a flag into `values`, over what is there.
pub fn set(text: &str, form: Form<'_>, dialect: Dialect, values: &mut Map) -> Result<(), SetError> {
    let mut parser = Parser { rest: text.chars(), form, dialect };
    loop {
        match parser.key(values, 0) {
            Ok(()) => {}
            Err(Stop::End) => return Ok(()),
            Err(Stop::Error(error)) => return Err(SetError(error)),
        }
    }
}

/// Reads a text of `--set-json` that is a whole object, where the dialect knows this form.
///
/// `None` where the text has the form `key=value`; `Some(None)` where it looks like an object and is none.
pub fn json_object(text: &str, dialect: Dialect) -> Option<Option<Map>> {
    let text = text.trim();
    if !dialect.set_json_takes_object() || !text.starts_with('{') {
        return None;
    }
    Some(match crate::json::decode(text) {
        Ok(Value::Map(map)) => Some(map),
        _ => None,
    })
}

/// Why reading stopped.
enum Stop {
    /// The text is read: no error where a key could start.
    End,
    Error(String),
}

/// What ended a name.
type Stopped = Result<char, Stop>;

struct Parser<'t, 'r> {
    rest: Chars<'t>,
    form: Form<'r>,
    dialect: Dialect,
}

impl Parser<'_, '_> {
    /// Reads one `name…=value` into `data`, or as much of it as the text has.
    fn key(&mut self, data: &mut Map, depth: usize) -> Result<(), Stop> {
        let literal = matches!(self.form, Form::Literal);
        let (name, stopped) = self.until(if literal { &['=', '[', '.'] } else { &['=', '[', ',', '.'] });
        let key: Str = name.as_str().into();
        match stopped {
            Err(end) if name.is_empty() => Err(end),
            Err(_) => fail(format!("key {} has no value", quote(&name))),
            Ok('[') => self.indexed(data, &key, depth),
            Ok('=') => self.assigned(data, &key),
            Ok('.') => self.nested(data, &key, depth),
            Ok(_) => fail(format!("key {} has no value (cannot end with ,)", quote(&name))),
        }
    }

    fn indexed(&mut self, data: &mut Map, key: &Str, depth: usize) -> Result<(), Stop> {
        let index = self.index()?;
        let mut list = match data.get_mut(key) {
            Some(Value::List(list)) => std::mem::take(list),
            Some(other) => return conversion(other, "[]interface {}"),
            None => Vec::new(),
        };
        let result = self.item(&mut list, index, depth);
        put(data, key, Value::List(list));
        result
    }

    fn assigned(&mut self, data: &mut Map, key: &Str) -> Result<(), Stop> {
        match self.value()? {
            Read::Value(value) => {
                put(data, key, value);
                Ok(())
            }
            Read::EmptyAtEnd => {
                put(data, key, Value::String("".into()));
                Err(Stop::End)
            }
        }
    }

    fn nested(&mut self, data: &mut Map, key: &Str, depth: usize) -> Result<(), Stop> {
        let depth = depth + 1;
        if depth > limits::SET_DEPTH {
            let limit = limits::SET_DEPTH;
            return fail(format!(
                "value name nested level is greater than maximum supported nested level of {limit}"
            ));
        }
        let (mut inner, existed) = match data.get_mut(key) {
            Some(Value::Map(map)) => (std::mem::take(map), true),
            Some(other) => return conversion(other, "map[string]interface {}"),
            None => (Map::new(), false),
        };
        let result = self.key(&mut inner, depth);
        if result.is_ok() && inner.is_empty() {
            return fail(format!("key map {} has no value", quote(key)));
        }
        if existed || !inner.is_empty() {
            put(data, key, Value::Map(inner));
        }
        result
    }

    fn index(&mut self) -> Result<i64, Stop> {
        let (digits, stopped) = self.until(&[']']);
        match stopped {
            Ok(_) => {}
            // Helm 4 takes the wrapped end of the text for the end of the text.
            Err(Stop::End) if self.dialect == Dialect::Helm3 => {
                return fail("error parsing index: EOF".into());
            }
            Err(stop) => return Err(stop),
        }
        digits.parse().or_else(|error: std::num::ParseIntError| {
            let reason = match error.kind() {
                std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow => {
                    "value out of range"
                }
                _ => "invalid syntax",
            };
            fail(format!("error parsing index: strconv.Atoi: parsing {}: {reason}", quote(&digits)))
        })
    }

    /// Reads what stands behind `[index]` into the list.
    fn item(&mut self, list: &mut Vec<Value>, index: i64, depth: usize) -> Result<(), Stop> {
        if index < 0 {
            return fail(format!("negative {index} index not allowed"));
        }
        let (name, stopped) = self.until(&['[', '.', '=']);
        if !name.is_empty() {
            let runes: Vec<String> = name.chars().map(quote_rune).collect();
            return fail(format!("unexpected data at end of array index: [{}]", runes.join(" ")));
        }
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        match stopped? {
            '=' => {
                let value = match self.value()? {
                    Read::Value(value) => value,
                    Read::EmptyAtEnd => Value::String("".into()),
                };
                set_index(list, index, value)
            }
            '[' => {
                let next = self.index()?;
                let mut inner = match list.get_mut(at) {
                    None | Some(Value::Null) => Vec::new(),
                    Some(Value::List(inner)) => std::mem::take(inner),
                    Some(other) => return conversion(other, "[]interface {}"),
                };
                self.item(&mut inner, next, depth)?;
                set_index(list, index, Value::List(inner))
            }
            _ => {
                let mut inner = match list.get_mut(at) {
                    Some(Value::Map(inner)) => std::mem::take(inner),
                    _ => Map::new(),
                };
                let result = self.key(&mut inner, depth);
                if result.is_ok() {
                    return set_index(list, index, Value::Map(inner));
                }
                if let Some(slot) = list.get_mut(at) {
                    *slot = Value::Map(inner);
                }
                result
            }
        }
    }

    fn value(&mut self) -> Result<Read, Stop> {
        match self.form {
            Form::Json => self.json().map(Read::Value),
            Form::Literal => {
                let text = self.rest.as_str().to_owned();
                self.rest = "".chars();
                Ok(Read::Value(Value::String(text.into())))
            }
            _ => self.list_or_scalar(),
        }
    }

    fn json(&mut self) -> Result<Value, Stop> {
        if self.skip_to_value() {
            return Ok(Value::Null);
        }
        let text = self.rest.as_str();
        let (value, length) =
            crate::json::decode_prefix(text).map_err(|error| Stop::Error(error.to_string()))?;
        self.rest = text.get(length..).unwrap_or_default().chars();
        self.skip_to_value();
        Ok(value)
    }

    /// Skips white space; true where a comma, which is taken, or the end comes before any value.
    fn skip_to_value(&mut self) -> bool {
        loop {
            let before = self.rest.clone();
            match self.rest.next() {
                None | Some(',') => return true,
                Some(c) if c.is_whitespace() => {}
                Some(_) => {
                    self.rest = before;
                    return false;
                }
            }
        }
    }

    fn list_or_scalar(&mut self) -> Result<Read, Stop> {
        let before = self.rest.clone();
        match self.rest.next() {
            None => Ok(Read::EmptyAtEnd),
            Some('{') => self.list().map(|items| Read::Value(Value::List(items))),
            Some(_) => {
                self.rest = before;
                let (text, _) = self.until(&[',']);
                self.scalar(&text).map(Read::Value)
            }
        }
    }

    fn list(&mut self) -> Result<Vec<Value>, Stop> {
        let mut items = Vec::new();
        loop {
            let (text, stopped) = self.until(&[',', '}']);
            match stopped {
                Err(_) => return fail("list must terminate with '}'".into()),
                Ok('}') => {
                    let before = self.rest.clone();
                    if !matches!(self.rest.next(), Some(',') | None) {
                        self.rest = before;
                    }
                    items.push(self.scalar(&text)?);
                    return Ok(items);
                }
                Ok(_) => items.push(self.scalar(&text)?),
            }
        }
    }

    fn scalar(&mut self, text: &str) -> Result<Value, Stop> {
        match &mut self.form {
            Form::Typed => Ok(typed(text)),
            Form::File(read) => read(text).map(|content| Value::String(content.into())).map_err(Stop::Error),
            Form::Text | Form::Json | Form::Literal => Ok(Value::String(text.into())),
        }
    }

    /// Reads up to one of the characters, which is taken as well.
    fn until(&mut self, stops: &[char]) -> (String, Stopped) {
        let escapes = !matches!(self.form, Form::Literal);
        let mut text = String::new();
        loop {
            match self.rest.next() {
                None => return (text, Err(Stop::End)),
                Some(c) if stops.contains(&c) => return (text, Ok(c)),
                Some('\\') if escapes => match self.rest.next() {
                    None => return (text, Err(Stop::End)),
                    Some(escaped) => text.push(escaped),
                },
                Some(c) => text.push(c),
            }
        }
    }
}

/// A value, or nothing at all behind a final `=`.
enum Read {
    Value(Value),
    EmptyAtEnd,
}

fn typed(text: &str) -> Value {
    if text.eq_ignore_ascii_case("true") {
        return Value::Bool(true);
    }
    if text.eq_ignore_ascii_case("false") {
        return Value::Bool(false);
    }
    if text.eq_ignore_ascii_case("null") {
        return Value::Null;
    }
    if text == "0" {
        return Value::Int(0);
    }
    // A leading zero makes text: it may be a telephone number.
    match text.parse() {
        Ok(number) if !text.starts_with('0') => Value::Int(number),
        _ => Value::String(text.into()),
    }
}

/// A value without a name is dropped.
fn put(data: &mut Map, key: &Str, value: Value) {
    if !key.is_empty() {
        data.insert(key.clone(), value);
    }
}

fn set_index(list: &mut Vec<Value>, index: i64, value: Value) -> Result<(), Stop> {
    if index > limits::SET_INDEX {
        let limit = limits::SET_INDEX;
        return fail(format!("index of {index} is greater than maximum supported index of {limit}"));
    }
    let index = usize::try_from(index).unwrap_or_default();
    if list.len() <= index {
        list.resize(index + 1, Value::Null);
    }
    list[index] = value;
    Ok(())
}

/// Go's panic when a value is not of the kind that a name asks for, as Helm reports it.
fn conversion<T>(found: &Value, wanted: &str) -> Result<T, Stop> {
    let found = match found {
        Value::Null => "nil".to_owned(),
        other => go_type(other).to_owned(),
    };
    fail(format!("unable to parse key: interface conversion: interface {{}} is {found}, not {wanted}"))
}

fn quote_rune(c: char) -> String {
    let quoted = quote(&c.to_string());
    let inner = &quoted[1..quoted.len() - 1];
    match c {
        '\'' => "'\\''".to_owned(),
        '"' => "'\"'".to_owned(),
        _ => format!("'{inner}'"),
    }
}

fn fail<T>(text: String) -> Result<T, Stop> {
    Err(Stop::Error(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, form: Form<'_>) -> String {
        let mut values = Map::new();
        match set(text, form, Dialect::Helm4, &mut values) {
            Ok(()) => super::super::print::go_value(&Value::Map(values)),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn names_nest_and_index() {
        for (text, values) in [
            ("a=1,b=0,c=007,d=true,e=null,f=x y", "map[a:1 b:0 c:007 d:true e:<nil> f:x y]"),
            ("a.b.c=1,a.b.d=2", "map[a:map[b:map[c:1 d:2]]]"),
            ("a[1].b=x,a[0]=y", "map[a:[y map[b:x]]]"),
            ("a[0][1]=x", "map[a:[[<nil> x]]]"),
            ("a={1,b,},c=2", "map[a:[1 b ] c:2]"),
            ("a\\.b=1,c=x\\,y", "map[a.b:1 c:x,y]"),
            ("a=", "map[a:]"),
            ("a[0].b=", "map[a:[]]"),
            ("", "map[]"),
        ] {
            assert_eq!(read(text, Form::Typed), values, "{text}");
        }
        assert_eq!(read("a=1,b={true,2}", Form::Text), "map[a:1 b:[true 2]]");
        assert_eq!(read("a.b=1,c={x}\\y", Form::Literal), "map[a:map[b:1,c={x}\\y]]");
        assert_eq!(read("a=f,b=g", Form::File(&mut |name| Ok(format!("<{name}>")))), "map[a:<f> b:<g>]");
    }

    #[test]
    fn errors_are_helms() {
        for (text, error) in [
            ("a", "key \"a\" has no value"),
            ("a,b=1", "key \"a\" has no value (cannot end with ,)"),
            ("a.=1,b", "key map \"a\" has no value"),
            ("a={1,2", "list must terminate with '}'"),
            ("a[x]=1", "error parsing index: strconv.Atoi: parsing \"x\": invalid syntax"),
            ("a[-1]=1", "negative -1 index not allowed"),
            ("a[70000]=1", "index of 70000 is greater than maximum supported index of 65536"),
            ("a[0]xy=1", "unexpected data at end of array index: ['x' 'y']"),
            (
                "a=1,a.b=2",
                "unable to parse key: interface conversion: interface {} is int64, not map[string]interface {}",
            ),
        ] {
            assert_eq!(read(text, Form::Typed), error, "{text}");
        }
        let deep = format!("{}=1", vec!["a"; 40].join("."));
        assert!(read(&deep, Form::Typed).starts_with("value name nested level is greater"));
    }
}
