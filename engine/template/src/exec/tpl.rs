//! Texts that are templates themselves.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::fail::Fault;
use super::link::{Set, Template};
use super::machine::{Entry, Execution, Frame};
use super::output::NO_VALUE;
use crate::function::FnError;
use crate::go::quote::quote;
use crate::parse::NodeId;
use crate::value::{Str, Type, Value};

/// The name under which Helm parses the texts of `tpl`.
const NAME: &str = "gotpl";

/// How many bytes of texts are kept compiled.
const CACHED_BYTES: usize = 4 << 20;

/// The texts that were compiled before.
#[derive(Default)]
pub(super) struct Cache {
    compiled: BTreeMap<Str, Rc<Template>>,
    bytes: usize,
}

impl Cache {
    fn put(&mut self, text: Str, template: Rc<Template>) {
        if self.bytes > CACHED_BYTES {
            self.compiled.clear();
            self.bytes = 0;
        }
        self.bytes += text.len();
        self.compiled.insert(text, template);
    }
}

impl Execution<'_> {
    /// Compiles and starts the text that `tpl` is called with.
    pub(super) fn tpl(&mut self, frame: &mut Frame, call: u32) -> Result<(), Box<Fault>> {
        self.arguments::<true>(&frame.code, call, &[Type::String, Type::Any])?;
        let dot = self.pop_made();
        let (text, by) = self.pop_made();
        let text = match text {
            Value::Str(text) => text,
            other => String::from_utf8_lossy(other.as_bytes().unwrap_or_default()).into(),
        };
        if !text.contains("{{") {
            let plain = if text.contains(NO_VALUE) { text.replace(NO_VALUE, "").into() } else { text };
            self.stack.push(Value::Str(plain));
            let length = self.stack.len();
            if let Some(flow) = self.flow() {
                flow.push(length, by);
            }
            return Ok(());
        }
        let node = frame.code.calls.get(call as usize).map_or(NodeId(0), |call| call.node);
        let template = self.compiled(&text, node)?;
        let Some(main) = template.codes().iter().find(|code| &*code.name == NAME).cloned() else {
            return Ok(());
        };
        let outer = self.scope.clone();
        if template.codes().len() > 1 {
            self.scope = Some(Rc::new(self.scope.as_deref().unwrap_or(self.set).with(&template)));
        }
        self.enter(frame, main, dot, by, Entry::Tpl { text, call, outer }, node)
    }

    fn compiled(&mut self, text: &Str, node: NodeId) -> Result<Rc<Template>, Box<Fault>> {
        if let Some(template) = self.cache.compiled.get(text) {
            return Ok(template.clone());
        }
        let dialect = self.context.dialect();
        self.context.reserve(text.len()).map_err(|limit| Fault::limit(node, limit))?;
        match Template::parse(NAME, text, dialect) {
            Ok(template) => {
                let template = Rc::new(template);
                self.cache.put(text.clone(), template.clone());
                Ok(template)
            }
            Err(error) => {
                let lead = format!("cannot parse template {}: ", quote(text));
                let error = super::fail::plain(error.to_string(), None);
                Err(Fault::calling("tpl", node, FnError::Nested(lead, Box::new(error))))
            }
        }
    }

    /// Ends a text: what it wrote is pushed, without what Go writes for missing values.
    pub(super) fn tpl_text(&mut self, start: usize, outer: Option<Rc<Set>>) {
        self.scope = outer;
        let mut text = self.out.take_from(start);
        if let Value::Str(written) = &text
            && written.contains(NO_VALUE)
        {
            text = Value::Str(written.replace(NO_VALUE, "").into());
        }
        self.push_text(text, start);
    }
}
