//! Templates that execute other templates by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::code::{Code, Put};
use super::fail::Fault;
use super::link::Set;
use super::machine::{Entry, Execution, Frame, missing};
use super::record::SetId;
use crate::function::FnError;
use crate::go::quote::quote;
use crate::parse::NodeId;
use crate::value::{Place, Str, Type, Value};

/// How often each template is being included.
#[derive(Default)]
pub(super) struct Included {
    /// Of those of the set, in its order.
    known: Vec<u32>,
    /// Of those that `tpl` has added.
    added: BTreeMap<Str, u32>,
}

/// What an inclusion was counted as.
pub(super) enum Counted {
    Known(usize),
    Added(Str),
}

impl Included {
    /// Counts one more inclusion of a name, if Helm allows it.
    fn count(&mut self, set: &Set, name: &Str, place: &Place, most: u32) -> Option<Counted> {
        let (count, counted) = match set.index(name, place) {
            Some(at) => {
                if at >= self.known.len() {
                    self.known.resize(at + 1, 0);
                }
                (self.known.get_mut(at)?, Counted::Known(at))
            }
            None => (self.added.entry(name.clone()).or_insert(0), Counted::Added(name.clone())),
        };
        if *count > most {
            return None;
        }
        *count += 1;
        Some(counted)
    }

    fn leave(&mut self, counted: &Counted) {
        let count = match counted {
            Counted::Known(at) => self.known.get_mut(*at),
            Counted::Added(name) => self.added.get_mut(name),
        };
        if let Some(count) = count {
            *count = count.saturating_sub(1);
        }
    }

    pub(super) fn clear(&mut self) {
        self.known.fill(0);
        self.added.clear();
    }
}

impl Execution<'_> {
    /// Starts what the `template` action names.
    pub(super) fn template(&mut self, frame: &mut Frame, name: u32, node: NodeId) -> Result<(), Box<Fault>> {
        let code = self.defined(frame, name, node)?;
        let dot = self.pop_made();
        self.enter(frame, code, dot, SetId::default(), Entry::Template, node)
    }

    /// Finds what a `template` action names.
    pub(super) fn defined(&self, frame: &Frame, name: u32, node: NodeId) -> Result<Arc<Code>, Box<Fault>> {
        let name = frame.code.consts.get(name as usize).map_or(Value::Absent, |text| text.value());
        let name = name.as_str().unwrap_or_default();
        self.definition(name, &Place::default())
            .ok_or_else(|| Fault::new(node, format!("template {} not defined", quote(name))))
    }

    /// Starts what `include` names.
    pub(super) fn include(&mut self, frame: &mut Frame, call: u32, put: Put) -> Result<(), Box<Fault>> {
        self.arguments::<true>(&frame.code, call, &[Type::String, Type::Any])?;
        let dot = self.pop_made();
        let (name, by) = self.pop_made();
        let name = match name {
            Value::Str(name) => name,
            other => String::from_utf8_lossy(other.as_bytes().unwrap_or_default()).into(),
        };
        let Some(written) = frame.code.calls.get(call as usize) else {
            return Ok(());
        };
        let node = written.node;
        let Some(counted) =
            self.included.count(self.set, &name, &written.place, self.context.limits().include_depth)
        else {
            let message =
                format!("rendering template has a nested reference name: {name}: unable to execute template");
            return Err(Fault::calling("include", node, FnError::Message(message)));
        };
        match self.definition(&name, &written.place) {
            Some(code) => self.enter(frame, code, dot, by, Entry::Include { counted, call, put }, node),
            None => {
                let error = missing(&name);
                Err(Fault::calling("include", node, FnError::Nested(String::new(), Box::new(error))))
            }
        }
    }

    /// Ends an inclusion: what it wrote becomes what the caller wants of it.
    pub(super) fn included_text(&mut self, counted: &Counted, start: usize, put: Put) {
        self.included.leave(counted);
        match put {
            Put::Push => {
                let text = self.out.take_from(start);
                self.push_text(text, start);
            }
            Put::Output(_) => {
                self.flow().map(|flow| flow.exit(None));
            }
            Put::Indent { spaces, newline, .. } => {
                if self.context.recorder().is_some() {
                    let text = self.out.as_bytes().get(start..).unwrap_or_default().to_vec();
                    if let Some(flow) = self.flow() {
                        flow.exit(None);
                        flow.indent(start, &text, spaces as usize, newline);
                    }
                }
                self.out.indent_from(start, &mut self.scratch, spaces, newline);
            }
        }
    }
}
