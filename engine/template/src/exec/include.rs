//! Templates that execute other templates by name.

use std::sync::Arc;

use super::code::{Code, Put};
use super::fail::Fault;
use super::machine::{Entry, Execution, Frame, missing, push_indented};
use super::record::SetId;
use crate::function::FnError;
use crate::go::quote::quote;
use crate::parse::NodeId;
use crate::value::{Str, Type, Value};

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
        self.definition(name).ok_or_else(|| Fault::new(node, format!("template {} not defined", quote(name))))
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
        let node = frame.code.calls.get(call as usize).map_or(NodeId(0), |call| call.node);
        if !self.count(&name) {
            let message =
                format!("rendering template has a nested reference name: {name}: unable to execute template");
            return Err(Fault::calling("include", node, FnError::Message(message)));
        }
        match self.definition(&name) {
            Some(code) => self.enter(frame, code, dot, by, Entry::Include { name, call, put }, node),
            None => {
                let error = missing(&name);
                Err(Fault::calling("include", node, FnError::Nested(String::new(), Box::new(error))))
            }
        }
    }

    /// Counts one more inclusion of a name, if Helm allows it.
    fn count(&mut self, name: &Str) -> bool {
        let most = self.context.limits().include_depth;
        match self.included.get_mut(name) {
            Some(count) if *count > most => return false,
            Some(count) => *count += 1,
            None => {
                self.included.insert(name.clone(), 1);
            }
        }
        true
    }

    /// Ends an inclusion: what it wrote becomes what the caller wants of it.
    pub(super) fn included_text(&mut self, name: &str, start: usize, put: Put) {
        if let Some(count) = self.included.get_mut(name) {
            *count = count.saturating_sub(1);
        }
        match put {
            Put::Push => {
                let text = self.take_text(start);
                self.push_text(text, start);
            }
            Put::Output(_) => {
                self.flow().map(|flow| flow.exit(None));
            }
            Put::Indent { spaces, newline, .. } => {
                let text = self.out.split_off(start.min(self.out.len()));
                if let Some(flow) = self.flow() {
                    flow.exit(None);
                    flow.indent(start, &text, spaces as usize, newline);
                }
                push_indented(&mut self.out, &text, spaces, newline);
            }
        }
    }
}
