//! One value by one verb.

use super::float::format_float;
use crate::limits::{LimitError, VALUE_PRINT_DEPTH};
use crate::value::{Kind, Object, Type, Value};

/// The flags of a verb.
#[derive(Clone, Copy, Default)]
pub(super) struct Spec {
    pub(super) plus: bool,
    pub(super) minus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    pub(super) plus_v: bool,
    pub(super) sharp_v: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

/// Writes values to a buffer that may grow to a bound.
pub(super) struct Printer<'o> {
    pub(super) out: &'o mut Vec<u8>,
    pub(super) spec: Spec,
    most: usize,
    /// Whether what is wrong with a verb is being shown, which must not find faults again.
    erroring: bool,
}

type Done = Result<(), LimitError>;

impl<'o> Printer<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>, most: usize) -> Printer<'o> {
        Printer { out, spec: Spec::default(), most, erroring: false }
    }

    /// Writes an argument of a call.
    pub(super) fn argument(&mut self, value: &Value, verb: char) -> Done {
        match (value, verb) {
            (Value::Nil | Value::Absent, 'T' | 'v') => self.pad(b"<nil>"),
            (Value::Nil | Value::Absent, _) => return self.bad_verb(value, verb),
            (value, 'T') => self.plain(value.type_name().as_bytes()),
            // Errors are what the verb is for; Go finds that out only for values that could have methods.
            (Value::List(_) | Value::Map(_) | Value::Object(_), 'w') => return self.bad_verb(value, verb),
            (value, verb) => return self.value(value, verb, 0),
        }
        Ok(())
    }

    /// Writes a struct that a pointer leads to.
    pub(super) fn pointed(&mut self, object: &dyn Object) -> Done {
        if object.is_nil() {
            self.out.extend_from_slice(b"<nil>");
            return Ok(());
        }
        self.fields(object, 'v', 0)
    }

    fn value(&mut self, value: &Value, verb: char, depth: usize) -> Done {
        if self.out.len() > self.most {
            return Err(LimitError::Output(self.most));
        }
        if depth > VALUE_PRINT_DEPTH {
            return Err(LimitError::Depth(VALUE_PRINT_DEPTH));
        }
        match value {
            Value::Absent | Value::Nil => match verb {
                _ if self.spec.sharp_v => self.out.extend_from_slice(b"interface {}(nil)"),
                _ => self.out.extend_from_slice(b"<nil>"),
            },
            Value::Bool(flag) => match verb {
                't' | 'v' => self.pad(if *flag { b"true" } else { b"false" }),
                _ => return self.bad_verb(value, verb),
            },
            Value::Int(int) | Value::Int64(int) => return self.integer(value, *int, verb),
            Value::Int32(int) => return self.integer(value, i64::from(*int), verb),
            Value::Uint8(int) => return self.unsigned(value, u64::from(*int), verb),
            Value::Uint64(int) => return self.unsigned(value, *int, verb),
            Value::Float(float) => return self.float(value, *float, verb),
            Value::Complex(re, im) => {
                let plus = self.spec.plus;
                self.out.push(b'(');
                self.float(value, *re, verb)?;
                self.spec.plus = true;
                self.float(value, *im, verb)?;
                self.out.extend_from_slice(b"i)");
                self.spec.plus = plus;
            }
            Value::Str(text) | Value::Number(text) => return self.string(value, text.as_bytes(), verb),
            Value::Raw(bytes) => return self.string(value, bytes, verb),
            Value::List(list) => {
                if list.elem() == Type::Uint8 && matches!(verb, 's' | 'q' | 'x' | 'X') {
                    let bytes: Vec<u8> = list
                        .iter()
                        .map(|item| if let Value::Uint8(byte) = item { *byte } else { 0 })
                        .collect();
                    return self.string(value, &bytes, verb);
                }
                return self.list(&value.type_name(), list.is_nil(), list, verb, depth);
            }
            Value::Map(map) => {
                let entries = map.entries();
                let entries = entries.iter().map(|(key, value)| (&**key, value));
                return self.map(map.ty().name(), map.is_nil(), entries, verb, depth);
            }
            Value::Object(object) => return self.object(value, &**object, verb, depth),
        }
        Ok(())
    }

    fn bad_verb(&mut self, value: &Value, verb: char) -> Done {
        let lead = format!("%!{verb}(");
        self.out.extend_from_slice(lead.as_bytes());
        if value.is_nil() {
            self.out.extend_from_slice(b"<nil>");
        } else {
            self.out.extend_from_slice(value.type_name().as_bytes());
            self.out.push(b'=');
            let outer = std::mem::replace(&mut self.erroring, true);
            self.value(value, 'v', 0)?;
            self.erroring = outer;
        }
        self.out.push(b')');
        Ok(())
    }

    fn integer(&mut self, value: &Value, int: i64, verb: char) -> Done {
        let negative = int < 0;
        match verb {
            'v' | 'd' => self.digits(int.unsigned_abs(), negative, 10, verb),
            'b' => self.digits(int.unsigned_abs(), negative, 2, verb),
            'o' | 'O' => self.digits(int.unsigned_abs(), negative, 8, verb),
            'x' | 'X' => self.digits(int.unsigned_abs(), negative, 16, verb),
            'c' => self.char(int as u64),
            'q' => self.quoted_char(int as u64),
            'U' => self.code_point(int as u64),
            _ => return self.bad_verb(value, verb),
        }
        Ok(())
    }

    fn unsigned(&mut self, value: &Value, int: u64, verb: char) -> Done {
        match verb {
            'v' if self.spec.sharp_v => {
                let sharp = std::mem::replace(&mut self.spec.sharp, true);
                self.digits(int, false, 16, verb);
                self.spec.sharp = sharp;
            }
            'v' | 'd' => self.digits(int, false, 10, verb),
            'b' => self.digits(int, false, 2, verb),
            'o' | 'O' => self.digits(int, false, 8, verb),
            'x' | 'X' => self.digits(int, false, 16, verb),
            'c' => self.char(int),
            'q' => self.quoted_char(int),
            'U' => self.code_point(int),
            _ => return self.bad_verb(value, verb),
        }
        Ok(())
    }

    fn float(&mut self, value: &Value, float: f64, verb: char) -> Done {
        let (format, default) = match verb {
            'v' => ('g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => (verb, None),
            'f' | 'F' => ('f', Some(6)),
            'e' | 'E' => (verb, Some(6)),
            _ => return self.bad_verb(value, verb),
        };
        let spec = self.spec;
        let precision = spec.precision.or(default);
        let mut text = format_float(float, format, precision);
        if !text.starts_with(['-', '+']) {
            text.insert(0, if spec.space && !spec.plus { ' ' } else { '+' });
        }
        if !float.is_finite() {
            let shown = if float.is_nan() && !spec.space && !spec.plus || text.starts_with('+') && !spec.plus
            {
                text.get(1..).unwrap_or("")
            } else {
                &text
            };
            // Infinity keeps its sign, which has nothing to do with the flags.
            let shown = if float.is_infinite() { text.as_str() } else { shown };
            self.pad_with_spaces(shown.as_bytes());
            return Ok(());
        }
        if spec.sharp && verb != 'b' {
            text = sharp(&text, format, precision);
        }
        if !spec.plus && text.starts_with('+') {
            self.pad(text.get(1..).unwrap_or("").as_bytes());
            return Ok(());
        }
        let width = spec.width.unwrap_or(0);
        if spec.zero && !spec.minus && width > text.len() {
            let (sign, digits) = text.split_at(1);
            self.out.extend_from_slice(sign.as_bytes());
            self.out.resize(self.out.len() + width - text.len(), b'0');
            self.out.extend_from_slice(digits.as_bytes());
        } else {
            self.pad(text.as_bytes());
        }
        Ok(())
    }

    fn string(&mut self, value: &Value, bytes: &[u8], verb: char) -> Done {
        match verb {
            'v' if self.spec.sharp_v => self.quoted(bytes),
            'v' | 's' => self.plain(bytes),
            'x' => self.hex(bytes, false),
            'X' => self.hex(bytes, true),
            'q' => self.quoted(bytes),
            _ => return self.bad_verb(value, verb),
        }
        Ok(())
    }

    fn list(&mut self, ty: &str, nil: bool, items: &[Value], verb: char, depth: usize) -> Done {
        let (open, between, close) = if self.spec.sharp_v { ("{", ", ", "}") } else { ("[", " ", "]") };
        if self.spec.sharp_v {
            self.out.extend_from_slice(ty.as_bytes());
            if nil {
                self.out.extend_from_slice(b"(nil)");
                return Ok(());
            }
        }
        self.out.extend_from_slice(open.as_bytes());
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out.extend_from_slice(between.as_bytes());
            }
            self.value(item, verb, depth + 1)?;
        }
        self.out.extend_from_slice(close.as_bytes());
        Ok(())
    }

    fn map<'v>(
        &mut self,
        ty: &str,
        nil: bool,
        entries: impl Iterator<Item = (&'v str, &'v Value)>,
        verb: char,
        depth: usize,
    ) -> Done {
        let sharp = self.spec.sharp_v;
        if sharp {
            self.out.extend_from_slice(ty.as_bytes());
            if nil {
                self.out.extend_from_slice(b"(nil)");
                return Ok(());
            }
            self.out.push(b'{');
        } else {
            self.out.extend_from_slice(b"map[");
        }
        for (index, (key, value)) in entries.enumerate() {
            if index > 0 {
                self.out.extend_from_slice(if sharp { b", " } else { b" " });
            }
            match verb {
                'v' | 's' | 'x' | 'X' | 'q' => self.string(&Value::Nil, key.as_bytes(), verb)?,
                _ => self.bad_verb(&Value::str(key), verb)?,
            }
            self.out.push(b':');
            self.value(value, verb, depth + 1)?;
        }
        self.out.push(if sharp { b'}' } else { b']' });
        Ok(())
    }

    fn object(&mut self, value: &Value, object: &dyn Object, verb: char, depth: usize) -> Done {
        let takes_text = matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') && !self.spec.sharp_v && !self.erroring;
        if takes_text && let Some(text) = object.text() {
            return self.string(value, text.as_bytes(), verb);
        }
        match object.kind() {
            Kind::Map => {
                let entries = object.entries().unwrap_or_default();
                let entries = entries.iter().map(|(key, value)| (&**key, value));
                self.map(object.type_name(), object.is_nil(), entries, verb, depth)
            }
            Kind::Slice => {
                let items = object.items().unwrap_or_default();
                self.list(object.type_name(), object.is_nil(), &items, verb, depth)
            }
            Kind::Ptr if object.is_nil() => {
                self.out.extend_from_slice(b"<nil>");
                Ok(())
            }
            Kind::Ptr if depth == 0 => {
                self.out.push(b'&');
                self.fields(object, verb, depth)
            }
            // Addresses differ from run to run in Go; the type is all that can be told.
            Kind::Ptr => {
                self.out.extend_from_slice(b"0xc000000000");
                Ok(())
            }
            Kind::Struct => self.fields(object, verb, depth),
            _ => match object.scalar() {
                Some(scalar) => self.value(&scalar, verb, depth + 1),
                None => self.fields(object, verb, depth),
            },
        }
    }

    fn fields(&mut self, object: &dyn Object, verb: char, depth: usize) -> Done {
        let sharp = self.spec.sharp_v;
        if sharp {
            self.out.extend_from_slice(object.type_name().trim_start_matches('*').as_bytes());
        }
        self.out.push(b'{');
        for (index, (name, value)) in object.fields().iter().enumerate() {
            if index > 0 {
                self.out.extend_from_slice(if sharp { b", " } else { b" " });
            }
            if sharp || self.spec.plus_v {
                self.out.extend_from_slice(name.as_bytes());
                self.out.push(b':');
            }
            self.value(value, verb, depth + 1)?;
        }
        self.out.push(b'}');
        Ok(())
    }
}

/// Gives a number the decimal point and the trailing zeros that the `#` flag asks for.
fn sharp(text: &str, format: char, precision: Option<usize>) -> String {
    let wanted = match format {
        'g' | 'G' | 'x' => precision.unwrap_or(6),
        _ => 0,
    };
    let split = match format {
        'x' | 'X' => text.find(['p', 'P']),
        _ => text.find(['e', 'E']),
    };
    let (number, tail) = text.split_at(split.unwrap_or(text.len()));
    let digits = number.get(1..).unwrap_or("");
    let significant = digits.trim_start_matches(['0', '.']).chars().filter(|c| *c != '.').count();
    let mut out = number.to_owned();
    let mut have = significant;
    if !number.contains('.') {
        if digits == "0" {
            have += 1;
        }
        out.push('.');
    }
    out.extend(std::iter::repeat_n('0', wanted.saturating_sub(have)));
    out + tail
}
