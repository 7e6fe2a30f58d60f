//! Reading YAML documents into typed fields as Go's `encoding/json` does behind `sigs.k8s.io/yaml`.
//!
//! Errors have Go's text, which names the Go type and the path of struct fields. Numbers and booleans that stand
//! where text is wanted become text; decoding goes on after an error, and the first one is reported.

use fairlead_yaml::{Str, Value, number};

/// Collects the first decoding error and knows the struct fields that lead to the value being read.
#[derive(Debug)]
pub(crate) struct Decoder {
    error: Option<String>,
    fields: Vec<&'static str>,
    owner: Option<&'static str>,
    package: &'static str,
}

/// The keys and values of an object that is read into a struct.
pub(crate) struct Fields<'a>(&'a fairlead_yaml::Map);

impl Fields<'_> {
    /// Calls `read` for every key that names one of `names`, in the order of keys, with the field's own spelling.
    ///
    /// As in Go, a key matches exactly or, failing that, without regard to case.
    pub(crate) fn each(
        &self,
        decoder: &mut Decoder,
        mut read: impl FnMut(&'static str, &Value, &mut Decoder),
        names: &[&'static str],
    ) {
        for (key, value) in self.0 {
            let key: &str = key;
            let exact = names.iter().find(|name| **name == key);
            let Some(name) = exact.or_else(|| names.iter().find(|name| name.eq_ignore_ascii_case(key)))
            else {
                continue;
            };
            decoder.fields.push(name);
            read(name, value, decoder);
            decoder.fields.pop();
        }
    }
}

impl Decoder {
    /// A decoder for structs of a Go package.
    pub(crate) fn new(package: &'static str) -> Decoder {
        Decoder { error: None, fields: Vec::new(), owner: None, package }
    }

    /// Reads the document itself into a struct called `owner`.
    pub(crate) fn root(
        &mut self,
        value: &Value,
        owner: &'static str,
        fill: impl FnOnce(&Fields<'_>, &mut Decoder),
    ) {
        match value {
            Value::Null => {}
            Value::Map(map) => {
                self.owner = Some(owner);
                fill(&Fields(map), self);
                self.owner = None;
            }
            other => self.mismatch(other, &format!("{}.{owner}", self.package)),
        }
    }

    /// The first error, in the words of `sigs.k8s.io/yaml`.
    pub(crate) fn finish(self) -> Result<(), String> {
        match self.error {
            None => Ok(()),
            Some(error) => Err(format!("error unmarshaling JSON: while decoding JSON: {error}")),
        }
    }

    pub(crate) fn string(&mut self, value: &Value, into: &mut Str) {
        match text(value) {
            Some(text) => *into = text,
            None if *value == Value::Null => {}
            None => self.mismatch(value, "string"),
        }
    }

    pub(crate) fn boolean(&mut self, value: &Value, into: &mut bool) {
        match value {
            Value::Bool(flag) => *into = *flag,
            Value::Null => {}
            other => self.mismatch(other, "bool"),
        }
    }

    pub(crate) fn strings(&mut self, value: &Value, into: &mut Option<Vec<Str>>) {
        match value {
            Value::Null => *into = None,
            Value::List(items) => {
                let mut list = vec![Str::from(""); items.len()];
                items.iter().zip(&mut list).for_each(|(item, slot)| self.string(item, slot));
                *into = Some(list);
            }
            other => self.mismatch(other, "[]string"),
        }
    }

    pub(crate) fn values(&mut self, value: &Value, into: &mut Option<Vec<Value>>) {
        match value {
            Value::Null => *into = None,
            Value::List(items) => *into = Some(items.clone()),
            other => self.mismatch(other, "[]interface {}"),
        }
    }

    pub(crate) fn string_map(&mut self, value: &Value, into: &mut Option<Vec<(Str, Str)>>) {
        match value {
            Value::Null => *into = None,
            Value::Map(map) => {
                let list = into.get_or_insert_default();
                for (key, value) in map {
                    let mut text = Str::from("");
                    self.string(value, &mut text);
                    list.retain(|(known, _)| known != key);
                    list.push((key.clone(), text));
                }
                list.sort();
            }
            other => self.mismatch(other, "map[string]string"),
        }
    }

    /// Reads a list of pointers to structs; a null entry is a nil pointer.
    ///
    /// As in Go, entries that are there already are filled up rather than replaced.
    pub(crate) fn objects<T: Default>(
        &mut self,
        value: &Value,
        owner: &'static str,
        into: &mut Option<Vec<Option<T>>>,
        fill: impl Fn(&mut T, &Fields<'_>, &mut Decoder),
    ) {
        match value {
            Value::Null => *into = None,
            Value::List(items) => {
                let list = into.get_or_insert_default();
                list.resize_with(items.len(), || None);
                for (item, slot) in items.iter().zip(list) {
                    match item {
                        Value::Null => *slot = None,
                        Value::Map(map) => {
                            let outer = self.owner.replace(owner);
                            fill(slot.get_or_insert_default(), &Fields(map), self);
                            self.owner = outer;
                        }
                        other => self.mismatch(other, &format!("{}.{owner}", self.package)),
                    }
                }
            }
            other => self.mismatch(other, &format!("[]*{}.{owner}", self.package)),
        }
    }

    fn mismatch(&mut self, value: &Value, kind: &str) {
        if self.error.is_some() {
            return;
        }
        let got = json_kind(value);
        self.error = Some(match self.owner {
            Some(owner) => {
                let path = self.fields.join(".");
                format!("json: cannot unmarshal {got} into Go struct field {owner}.{path} of type {kind}")
            }
            None => format!("json: cannot unmarshal {got} into Go value of type {kind}"),
        });
    }
}

/// What Go's JSON decoder calls a value in its errors.
pub(crate) fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::Uint(_) | Value::Float(_) => "number",
        Value::String(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
    }
}

/// A scalar as text: what `sigs.k8s.io/yaml` makes of it where a string is wanted.
fn text(value: &Value) -> Option<Str> {
    Some(match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => flag.to_string().into(),
        Value::Int(number) => number.to_string().into(),
        Value::Uint(number) => number.to_string().into(),
        Value::Float(number) => number::format_g32(*number).into(),
        Value::Null | Value::List(_) | Value::Map(_) => return None,
    })
}
