//! Putting variables in the place of their references.

use std::sync::Arc;

use fairlead_yaml::Value;

use super::index::Scopes;
use super::reference::{Part, Reference, parts};
use crate::config::{Variable, VariableType};
use crate::values::ValuePath;

/// A reference that stays as it is written, since nothing gives it a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    /// The value that has it.
    pub path: ValuePath,
    /// As it is written.
    pub reference: Arc<str>,
    /// What is wrong: no such variable, or no such form of reference.
    pub kind: UnresolvedKind,
}

/// Why a reference stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnresolvedKind {
    /// No scope that the unit sees has the variable.
    NoValue,
    /// It is no reference: an unknown scope word, or a key that cannot be.
    Malformed,
}

/// Substitutes every reference in the scalars of merged values. Keys are left alone, and so is substituted text, which
/// is not scanned again. Gives back the references that stay.
pub fn substitute(values: &mut Value, scopes: &Scopes) -> Vec<Unresolved> {
    let mut walk = Walk { scopes, path: ValuePath::default(), unresolved: Vec::new() };
    walk.value(values);
    walk.unresolved
}

/// Substitutes every reference in a text that is not YAML's to type, such as a manifest's or a patch's scalar.
pub fn substitute_text(text: &str, scopes: &Scopes) -> (Value, Vec<Unresolved>) {
    let mut value = Value::String(text.into());
    let unresolved = substitute(&mut value, scopes);
    (value, unresolved)
}

/// Whether there is anything to substitute in values: most have no reference, and need no copy.
pub fn has_references(values: &Value) -> bool {
    match values {
        Value::String(text) => may_refer(text),
        Value::List(items) => items.iter().any(has_references),
        Value::Map(map) => map.values().any(has_references),
        _ => false,
    }
}

fn may_refer(text: &str) -> bool {
    text.contains("{{") && text.contains("hq.var.")
}

struct Walk<'a> {
    scopes: &'a Scopes,
    path: ValuePath,
    unresolved: Vec<Unresolved>,
}

impl Walk<'_> {
    fn value(&mut self, value: &mut Value) {
        match value {
            Value::String(text) if may_refer(text) => {
                let text = text.clone();
                *value = self.scalar(&text);
            }
            Value::List(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.path.push(index.to_string());
                    self.value(item);
                    self.path.pop();
                }
            }
            Value::Map(map) => {
                for (key, value) in map.iter_mut() {
                    self.path.push(key.clone());
                    self.value(value);
                    self.path.pop();
                }
            }
            _ => {}
        }
    }

    fn scalar(&mut self, text: &Arc<str>) -> Value {
        let parts = parts(text);
        if let [Part::Reference(reference, _)] = parts.as_slice()
            && let Some((_, variable)) = self.find(*reference)
        {
            return typed(&variable.value);
        }
        let mut out = String::with_capacity(text.len());
        for part in parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Malformed(written) => {
                    out.push_str(written);
                    self.stays(written, UnresolvedKind::Malformed);
                }
                Part::Reference(reference, written) => match self.find(reference) {
                    Some((_, variable)) => out.push_str(&variable.text),
                    None => {
                        out.push_str(written);
                        self.stays(written, UnresolvedKind::NoValue);
                    }
                },
            }
        }
        Value::String(out.into())
    }

    fn find(
        &self,
        reference: Reference,
    ) -> Option<(crate::values::Scope, &crate::diagnostic::Spanned<Variable>)> {
        self.scopes.find(reference.scope, reference.key)
    }

    fn stays(&mut self, written: &str, kind: UnresolvedKind) {
        let reference = Arc::from(written);
        self.unresolved.push(Unresolved { path: self.path.clone(), reference, kind });
    }
}

/// The value of a scalar that is exactly one reference: of the variable's declared type.
fn typed(variable: &Variable) -> Value {
    let text = || Value::String(variable.text.clone());
    match variable.kind {
        VariableType::String => text(),
        VariableType::Int => variable.text.parse().map_or_else(|_| text(), Value::Int),
        VariableType::Float => variable.text.parse().map_or_else(|_| text(), Value::Float),
        VariableType::Bool => variable.text.parse().map_or_else(|_| text(), Value::Bool),
    }
}
