//! What a rendered line depends on.
//!
//! The unit is rendered again with one value changed at a time. A value whose change alters the line wrote it, or stands
//! in a condition around it. What comes out is what the templates really do, `tpl` and included templates and all.

use std::sync::Arc;

use fairlead_world::{RepoPath, World};
use fairlead_yaml::Value;
use similar::{ChangeTag, TextDiff};

use super::{Explained, values, with_value};
use crate::generate::{Object, Output, Plan};
use crate::render::steps::Applied;
use crate::resolve::Unit;

/// A rendered line and what it depends on.
#[derive(Debug, Clone)]
pub struct Line {
    /// The line's text.
    pub text: String,
    /// The object that it is part of.
    pub object: Option<Object>,
    /// The template that wrote it, as Helm names it: chart and file.
    pub template: Option<String>,
    /// The values that it depends on, each with its layers.
    pub influences: Vec<Influence>,
    /// The steps that changed what Helm or Kustomize printed of the unit.
    pub steps: Vec<Applied>,
}

/// A value that a line depends on.
#[derive(Debug, Clone)]
pub struct Influence {
    /// The value and where it comes from.
    pub value: Explained,
    /// How the line depends on it.
    pub role: Role,
}

/// How a line depends on a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// The line says something else where the value is another.
    Writes,
    /// The line is there or not with the value: it stands in a condition or a loop around the line.
    Guards,
}

/// Explains one line, from 1, of a unit's rendered file. `None` where there is no such file or line.
pub fn line(
    plan: &Plan,
    world: &dyn World,
    unit: &Arc<Unit>,
    output: &Output,
    file: &RepoPath,
    number: u32,
) -> Option<Line> {
    let whole = output.files.get(file)?.text()?;
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    let text = whole.lines().nth(index)?.to_owned();
    let before = whole.lines().take(index + 1);
    let template = before.filter_map(|line| line.strip_prefix("# Source: ")).last().map(str::to_owned);
    let object = output.objects.iter().rfind(|object| object.file == *file && object.line <= number).cloned();
    let mut influences = Vec::new();
    for value in values(plan, world, unit, None) {
        let Some(other) = value.value.as_ref().map(changed) else { continue };
        let changed = plan.render(world, &Arc::new(with_value(unit, &value.path, other)));
        // A change that the chart refuses tells nothing about the line.
        let Some(after) = changed.files.get(file).and_then(|blob| blob.text()) else { continue };
        if let Some(role) = role(whole, after, index) {
            influences.push(Influence { value, role });
        }
    }
    influences.sort_by(|a, b| (a.role, &a.value.path).cmp(&(b.role, &b.value.path)));
    Some(Line { text, object, template, influences, steps: output.steps.clone() })
}

/// Another value of the same type.
fn changed(value: &Value) -> Value {
    match value {
        Value::Null => Value::String("changed".into()),
        Value::Bool(value) => Value::Bool(!value),
        Value::Int(value) => Value::Int(value.wrapping_add(1)),
        Value::Uint(value) => Value::Uint(value.wrapping_add(1)),
        Value::Float(value) => Value::Float(value + 1.0),
        Value::String(text) => Value::String(format!("{text}x").into()),
        Value::List(items) if items.is_empty() => Value::List(vec![Value::String("changed".into())]),
        Value::List(_) => Value::List(Vec::new()),
        Value::Map(_) => Value::Map([("changed".into(), Value::String("x".into()))].into_iter().collect()),
    }
}

/// What became of a line: nothing, another text in its place, or its disappearance.
fn role(before: &str, after: &str, index: usize) -> Option<Role> {
    if before == after {
        return None;
    }
    let diff = TextDiff::from_lines(before, after);
    let changes: Vec<_> = diff.iter_all_changes().collect();
    let at = changes
        .iter()
        .position(|change| change.tag() == ChangeTag::Delete && change.old_index() == Some(index))?;
    let is_change = |tag: ChangeTag| move |change: &&similar::Change<&str>| change.tag() == tag;
    let run = |tag| {
        changes
            .get(at..)
            .unwrap_or_default()
            .iter()
            .skip_while(is_change(ChangeTag::Delete))
            .take_while(is_change(tag))
            .count()
    };
    // Lines that are replaced are followed by what replaces them.
    Some(if run(ChangeTag::Insert) > 0 { Role::Writes } else { Role::Guards })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_kept_replaced_or_gone() {
        let before = "a: 1\nb: 2\nc: 3\n";
        assert_eq!(role(before, "a: 1\nb: 4\nc: 3\n", 1), Some(Role::Writes));
        assert_eq!(role(before, "a: 1\nc: 3\n", 1), Some(Role::Guards));
        assert_eq!(role(before, "a: 1\nb: 4\nc: 3\n", 0), None);
        assert_eq!(role(before, before, 1), None);
    }
}
