//! Checks a value against a schema.

use std::fmt;
use std::sync::Arc;

use fairlead_yaml::{Map, Value};

use crate::config::reader::nearest;
use crate::kubernetes::quantity::is_quantity;
use crate::kubernetes::schema::{Field, Rules, Schema, SchemaId, Schemas};

/// Something that does not fit its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The keys and indices that lead to it from the top of the object.
    pub path: Vec<Arc<str>>,
    /// What is wrong there.
    pub message: String,
}

impl Problem {
    /// The path as Kubernetes writes it: `spec.containers[0].name`.
    pub fn field(&self) -> String {
        let mut text = String::new();
        for step in &self.path {
            if step.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty() {
                text.push_str(&format!("[{step}]"));
            } else {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(step);
            }
        }
        text
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.field(), self.message)
        }
    }
}

/// The most problems that one object reports.
const MAX_PROBLEMS: usize = 20;

/// The deepest object that is checked; below it everything is accepted.
const MAX_DEPTH: usize = 200;

/// Everything in `value` that does not fit the schema, in the order of the fields, at most twenty findings.
pub fn check(schemas: &Schemas, schema: SchemaId, value: &Value) -> Vec<Problem> {
    let mut check = Check { schemas, path: Vec::new(), problems: Vec::new() };
    check.value(schema, value);
    check.problems
}

struct Check<'a> {
    schemas: &'a Schemas,
    path: Vec<Step<'a>>,
    problems: Vec<Problem>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Key(&'a Arc<str>),
    Index(usize),
}

impl<'a> Check<'a> {
    fn value(&mut self, schema: SchemaId, value: &'a Value) {
        if value.is_null() || self.path.len() >= MAX_DEPTH || self.problems.len() >= MAX_PROBLEMS {
            return;
        }
        match (self.schemas.at(schema), value) {
            (Schema::Ruled(inner, rules), _) => {
                let rules = rules.clone();
                self.value(*inner, value);
                self.rules(&rules, value);
            }
            (Schema::List(inner), Value::List(items)) => {
                for (index, item) in items.iter().enumerate() {
                    self.inside(Step::Index(index), *inner, item);
                }
            }
            (Schema::Map(inner), Value::Map(map)) => {
                for (key, value) in map {
                    self.inside(Step::Key(key), *inner, value);
                }
            }
            (Schema::Object { fields, others }, Value::Map(map)) => {
                let fields = fields.clone();
                self.object(&fields, *others, map);
            }
            (schema, value) => {
                if let Some(wanted) = mismatch(schema, value) {
                    self.problem(format!("must be {wanted}, and is {}", shown(value)));
                }
            }
        }
    }

    fn inside(&mut self, step: Step<'a>, schema: SchemaId, value: &'a Value) {
        self.path.push(step);
        self.value(schema, value);
        self.path.pop();
    }

    /// Walks the known fields and the keys side by side: both are in the order of their names.
    fn object(&mut self, fields: &[Field], others: Option<SchemaId>, map: &'a Map) {
        let mut known = fields.iter().peekable();
        for (key, value) in map {
            while let Some(field) = known.next_if(|field| field.name < *key) {
                self.missing(field);
            }
            match (known.next_if(|field| field.name == *key), others) {
                (Some(field), _) if value.is_null() => self.missing(field),
                (Some(field), _) => self.inside(Step::Key(key), field.schema, value),
                (None, Some(others)) => self.inside(Step::Key(key), others, value),
                (None, None) => {
                    self.path.push(Step::Key(key));
                    self.problem(unknown(key, fields));
                    self.path.pop();
                }
            }
        }
        known.for_each(|field| self.missing(field));
    }

    fn missing(&mut self, field: &Field) {
        if field.required {
            self.problem(format!("the field `{}` is required", field.name));
        }
    }

    fn rules(&mut self, rules: &Rules, value: &Value) {
        if !rules.choices.is_empty() && !rules.choices.contains(value) {
            let choices: Vec<String> = rules.choices.iter().take(20).map(shown).collect();
            self.problem(format!("must be one of {}, and is {}", choices.join(", "), shown(value)));
        }
        if let (Some(pattern), Value::String(text)) = (&rules.pattern, value)
            && !pattern.is_match(text.as_bytes())
        {
            self.problem(format!("{} does not match the pattern of its definition", shown(value)));
        }
        if let Some(number) = number(value) {
            if let Some(minimum) = rules.minimum.filter(|minimum| number < *minimum) {
                self.problem(format!("must be at least {minimum}, and is {number}"));
            }
            if let Some(maximum) = rules.maximum.filter(|maximum| number > *maximum) {
                self.problem(format!("must be at most {maximum}, and is {number}"));
            }
        }
        if let Some((size, of)) = size(value) {
            if let Some(least) = rules.least.filter(|least| size < *least) {
                self.problem(format!("must have at least {least} {of}, and has {size}"));
            }
            if let Some(most) = rules.most.filter(|most| size > *most) {
                self.problem(format!("must have at most {most} {of}, and has {size}"));
            }
        }
    }

    fn problem(&mut self, message: String) {
        if self.problems.len() >= MAX_PROBLEMS {
            return;
        }
        let path = self.path.iter().map(|step| match step {
            Step::Key(key) => (*key).clone(),
            Step::Index(index) => Arc::from(index.to_string()),
        });
        self.problems.push(Problem { path: path.collect(), message });
    }
}

/// What the schema wants, where the value is something else.
fn mismatch(schema: &Schema, value: &Value) -> Option<&'static str> {
    let whole = |least: i64, most: i64| match value {
        Value::Int(number) => (least..=most).contains(number),
        // JSON does not tell 1.0 from 1.
        Value::Float(number) => number.fract() == 0.0 && *number >= least as f64 && *number <= most as f64,
        _ => false,
    };
    let text = value.as_str();
    let (fits, wanted) = match schema {
        Schema::Any | Schema::Ruled(..) => (true, ""),
        Schema::Text => (text.is_some(), "text"),
        Schema::Int32 => (whole(i32::MIN.into(), i32::MAX.into()), "a whole number of 32 bits"),
        Schema::Int64 => (whole(i64::MIN, i64::MAX), "a whole number"),
        Schema::Number => (number(value).is_some(), "a number"),
        Schema::Bool => (value.as_bool().is_some(), "`true` or `false`"),
        Schema::Base64 => (text.is_some_and(is_base64), "text in base64"),
        Schema::Time => (text.is_some_and(is_time), "a time such as `2026-01-31T12:00:00Z`"),
        Schema::Quantity => {
            (text.is_some_and(is_quantity) || number(value).is_some(), "a quantity such as `500m` or `2Gi`")
        }
        Schema::IntOrString => {
            (text.is_some() || whole(i32::MIN.into(), i32::MAX.into()), "a whole number or text")
        }
        Schema::List(_) => (false, "a list"),
        Schema::Map(_) | Schema::Object { .. } => (false, "a mapping"),
    };
    (!fits).then_some(wanted)
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Int(number) => Some(*number as f64),
        Value::Uint(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}

fn size(value: &Value) -> Option<(u64, &'static str)> {
    let (size, of) = match value {
        Value::String(text) => (text.chars().count(), "characters"),
        Value::List(items) => (items.len(), "items"),
        Value::Map(map) => (map.len(), "keys"),
        _ => return None,
    };
    Some((size as u64, of))
}

fn is_base64(text: &str) -> bool {
    let bytes: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect();
    let body = bytes.strip_suffix(b"==").or_else(|| bytes.strip_suffix(b"=")).unwrap_or(&bytes);
    bytes.len().is_multiple_of(4)
        && body.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

fn is_time(text: &str) -> bool {
    let shape = |text: &str, pattern: &str| {
        text.len() == pattern.len()
            && text
                .bytes()
                .zip(pattern.bytes())
                .all(|(c, p)| if p == b'0' { c.is_ascii_digit() } else { c == p })
    };
    let (Some(start), Some(rest)) = (text.get(..19), text.get(19..)) else { return false };
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    shape(start, "0000-00-00T00:00:00") && (rest == "Z" || shape(rest, "+00:00") || shape(rest, "-00:00"))
}

/// What a value is, for a message: short, and on one line.
fn shown(value: &Value) -> String {
    let cut = |text: &str| -> String {
        let line: String = text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
        if text.chars().count() > 60 { format!("{line}…") } else { line }
    };
    match value {
        Value::Null => "nothing".to_owned(),
        Value::Bool(value) => format!("`{value}`"),
        Value::Int(number) => format!("the number {number}"),
        Value::Uint(number) => format!("the number {number}"),
        Value::Float(number) => format!("the number {number}"),
        Value::String(text) => format!("the text \"{}\"", cut(text)),
        Value::List(_) => "a list".to_owned(),
        Value::Map(_) => "a mapping".to_owned(),
    }
}

fn unknown(key: &str, fields: &[Field]) -> String {
    let known: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
    match nearest(key, &known) {
        Some(name) => format!("the field `{key}` is unknown; did you mean `{name}`?"),
        None => format!("the field `{key}` is unknown"),
    }
}
