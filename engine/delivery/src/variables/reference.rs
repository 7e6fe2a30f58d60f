//! Finding references in text.

use crate::config::Key;
use crate::values::Scope;

/// A piece of a text with references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part<'a> {
    /// Text that stands for itself.
    Text(&'a str),
    /// A reference, and how it is written.
    Reference(Reference<'a>, &'a str),
    /// Something that begins as a reference and is none, such as `{{hq.var.}}`: it stands for itself, with a warning.
    Malformed(&'a str),
}

/// A reference to a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference<'a> {
    /// The scope that it names, if any.
    pub scope: Option<Scope>,
    /// The variable.
    pub key: &'a str,
}

/// The scope that a word in a reference means.
pub fn scope_word(word: &str) -> Option<Scope> {
    Some(match word {
        "org" => Scope::Organization,
        "project" => Scope::Project,
        "env" => Scope::Environment,
        "tenant" => Scope::Tenant,
        "service" => Scope::Service,
        _ => return None,
    })
}

/// Takes a text apart. The pieces in their order are the text.
pub fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut rest, mut plain) = (text, 0);
    let mut at = 0;
    while let Some(open) = rest.find("{{") {
        let begin = at + open;
        match reference_at(text, begin) {
            Some((part, end)) => {
                if plain < begin {
                    parts.extend(text.get(plain..begin).map(Part::Text));
                }
                parts.push(part);
                (at, plain) = (end, end);
            }
            // `{{{hq.var.x}}` has its reference one brace further on.
            None => at = begin + 1,
        }
        rest = text.get(at..).unwrap_or_default();
    }
    if plain < text.len() {
        parts.extend(text.get(plain..).map(Part::Text));
    }
    parts
}

/// The reference that begins at `begin`, and where it ends.
fn reference_at(text: &str, begin: usize) -> Option<(Part<'_>, usize)> {
    let inside = text.get(begin + 2..)?;
    if !inside.trim_start().starts_with("hq.var.") {
        return None;
    }
    let close = inside.find("}}")?;
    let end = begin + 2 + close + 2;
    let written = text.get(begin..end)?;
    let name = inside.get(..close)?.trim().strip_prefix("hq.var.")?;
    let reference = match name.split_once('.') {
        None => Some(Reference { scope: None, key: name }),
        Some((word, key)) => scope_word(word).map(|scope| Reference { scope: Some(scope), key }),
    };
    let part = match reference.filter(|reference| Key::is_valid(reference.key)) {
        Some(reference) => Part::Reference(reference, written),
        None => Part::Malformed(written),
    };
    Some((part, end))
}

/// Where a text has a reference that is not quoted, so that YAML reads it as a flow map: its line and column from 1,
/// and the reference.
pub fn find_unquoted(text: &str) -> Option<(u32, u32, &str)> {
    for (index, line) in text.lines().enumerate() {
        let begin = line.find("{{").filter(|at| {
            let inside = line.get(at + 2..).unwrap_or_default();
            inside.trim_start().starts_with("hq.var.")
        });
        let Some(begin) = begin.filter(|_| !line.trim_start().starts_with('#')) else { continue };
        let before = line.get(..begin).unwrap_or_default().trim_end();
        // A value begins after its key's colon, after a dash, inside a flow collection, or on a line of its own.
        let begins_value = before.ends_with([':', '[', ',', '{'])
            || before.is_empty()
            || before.trim_start() == "-"
            || before.ends_with(" -");
        if begins_value {
            let inside = line.get(begin..).unwrap_or_default();
            let end = inside.find("}}").map_or(inside.len(), |at| at + 2);
            let column = line.get(..begin).unwrap_or_default().chars().count();
            return Some((index as u32 + 1, column as u32 + 1, inside.get(..end)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(scope: Option<Scope>, key: &str) -> Reference<'_> {
        Reference { scope, key }
    }

    #[test]
    fn references_are_found_where_they_stand() {
        assert_eq!(
            parts("a {{hq.var.x}}/{{ hq.var.env.y-1 }}"),
            [
                Part::Text("a "),
                Part::Reference(reference(None, "x"), "{{hq.var.x}}"),
                Part::Text("/"),
                Part::Reference(reference(Some(Scope::Environment), "y-1"), "{{ hq.var.env.y-1 }}"),
            ]
        );
        assert_eq!(parts("{{{hq.var.x}}}").len(), 3);
        assert_eq!(parts(""), []);
    }

    #[test]
    fn other_braces_stand_for_themselves() {
        for text in ["{{ .Values.x }}", "{{hq.var.x", "{{hq.variable}}", "}} {{"] {
            assert_eq!(parts(text), [Part::Text(text)], "{text}");
        }
        for text in ["{{hq.var.}}", "{{hq.var.a.b}}", "{{hq.var.env.}}", "{{hq.var.a b}}"] {
            assert_eq!(parts(text), [Part::Malformed(text)], "{text}");
        }
    }

    #[test]
    fn unquoted_references_are_found() {
        assert_eq!(find_unquoted("a: 1\nb: {{hq.var.x}}\n"), Some((2, 4, "{{hq.var.x}}")));
        assert_eq!(find_unquoted("b:\n  - {{ hq.var.x }}/y\n"), Some((2, 5, "{{ hq.var.x }}")));
        assert_eq!(find_unquoted("b: \"{{hq.var.x}}\"\nc: a-{{hq.var.x}}\n"), None);
    }
}
