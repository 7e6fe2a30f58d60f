//! Walking a value and printing it: mappings, sequences and where they stand.

use std::borrow::Cow;

use super::analyze::Analysis;
use super::dialect::{Dialect, Style};
use super::scalar::{self, Place, ScalarStyle};
use super::transit;
use super::write::Writer;
use crate::number;
use crate::order;
use crate::tree::{Target, Tree, View};
use crate::{MAX_DEPTH, json};

/// Why a value could not be printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The way through JSON failed.
    #[error("error marshaling into JSON: {0}")]
    Json(#[from] json::Error),
    /// A text has a character that YAML refuses on the way back from JSON.
    #[error("yaml: control characters are not allowed")]
    Control,
    /// A key is too long, or has a line break, and can't be read back from JSON.
    #[error("yaml: line 1: did not find expected ',' or '}}'")]
    Key,
    /// go-yaml has no form for this Go type.
    #[error("cannot marshal type: {0}")]
    Unsupported(String),
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("yaml: exceeded max depth of {MAX_DEPTH}")]
    Depth,
}

/// Prints one document.
pub(super) fn print<T: Tree>(value: &T, style: Style, out: &mut String) -> Result<(), Error> {
    let mut printer = Printer::new(style, out);
    printer.node(value, Context::default(), None, 0)?;
    printer.end_document();
    Ok(())
}

/// The state of printing one document.
pub struct Printer<'a> {
    w: Writer<'a>,
}

/// Where a node stands in its parent.
#[derive(Debug, Clone, Copy, Default)]
struct Context {
    /// It is the value (or key) of a mapping.
    mapping: bool,
    /// It is an item of a block sequence.
    item: bool,
    /// It is a key on one line with its colon.
    simple_key: bool,
}

impl<'a> Printer<'a> {
    fn new(style: Style, out: &'a mut String) -> Self {
        Printer { w: Writer::new(out, style) }
    }

    fn end_document(&mut self) {
        self.w.indent(0);
    }

    fn target(&self) -> Target {
        if self.w.style.through_json { Target::Json } else { Target::YamlV3 }
    }

    /// Prints a value. `indent` is the column of the collection it stands in, `None` at the top.
    fn node<T: Tree>(
        &mut self,
        value: &T,
        at: Context,
        indent: Option<usize>,
        depth: usize,
    ) -> Result<(), Error> {
        if depth > MAX_DEPTH {
            return Err(Error::Depth);
        }
        let target = self.target();
        value.view(target, |view| match view {
            View::List(items) => self.list(items, at, indent, depth),
            View::Map(mut entries) => {
                self.sort(&mut entries);
                self.map(&entries, at, indent, depth)
            }
            View::Fields(mut entries) => {
                if self.w.style.through_json {
                    self.sort(&mut entries);
                }
                self.map(&entries, at, indent, depth)
            }
            View::Text(text) => self.string(text, at, indent),
            // To version 3 a `json.Number` is a Go string like any other, quoted so that it stays one.
            View::Number(text) if !self.w.style.through_json => self.string(text, at, indent),
            View::Bytes(bytes) => self.bytes(bytes, at, indent),
            View::Unsupported(kind) if self.w.style.through_json => {
                Err(json::Error::Unsupported(kind.to_owned()).into())
            }
            View::Unsupported(kind) => Err(Error::Unsupported(kind.to_owned())),
            other => {
                let text = self.atom(&other)?;
                self.scalar(&text, ScalarStyle::Plain, at, indent);
                Ok(())
            }
        })
    }

    /// What a value without children, other than text, prints as.
    fn atom<T>(&self, view: &View<'_, T>) -> Result<Cow<'static, str>, Error> {
        let through_json = self.w.style.through_json;
        Ok(match view {
            View::Bool(true) => "true".into(),
            View::Bool(false) => "false".into(),
            View::Int(n) => n.to_string().into(),
            View::Uint(n) => n.to_string().into(),
            View::Float(f) if through_json => transit::float(*f)?.into(),
            View::Float(f) => yaml_float(*f).into(),
            View::Number(text) => transit::number(text)?.into(),
            _ => "null".into(),
        })
    }

    fn sort<T>(&self, entries: &mut [(&str, &T)]) {
        let dialect = self.w.style.dialect;
        let sorted = entries.is_sorted_by(|a, b| order::natural(a.0, b.0, dialect).is_lt());
        if !sorted {
            order::sort(entries, dialect);
        }
    }

    /// The column of what is inside a node.
    fn deeper(&self, at: Context, indent: Option<usize>, flow: bool) -> usize {
        let step = self.w.style.indent;
        let Some(indent) = indent else { return if flow { step } else { 0 } };
        match self.w.style.dialect {
            Dialect::V2 => indent.saturating_add(step),
            Dialect::V3 if at.item => indent.saturating_add(2),
            Dialect::V3 => step.saturating_mul(indent.saturating_add(step) / step.max(1)),
        }
    }

    fn list<T: Tree>(
        &mut self,
        items: &[T],
        at: Context,
        indent: Option<usize>,
        depth: usize,
    ) -> Result<(), Error> {
        if items.is_empty() {
            self.w.indicator("[", true, true, false);
            self.w.indicator("]", false, false, false);
            return Ok(());
        }
        let style = self.w.style;
        let inner = match (style.dialect, indent) {
            (Dialect::V2, Some(indent)) if at.mapping && !self.w.indention => indent,
            (Dialect::V3, Some(_))
                if !at.item
                    && style.compact_sequences
                    && at.mapping
                    && (self.w.column == 0 || !self.w.indention) =>
            {
                self.deeper(at, indent, false).saturating_sub(2)
            }
            _ => self.deeper(at, indent, false),
        };
        for item in items {
            self.w.indent(inner);
            self.w.indicator("-", true, false, true);
            self.node(item, Context { item: true, ..Context::default() }, Some(inner), depth + 1)?;
        }
        Ok(())
    }

    fn map<T: Tree>(
        &mut self,
        entries: &[(&str, &T)],
        at: Context,
        indent: Option<usize>,
        depth: usize,
    ) -> Result<(), Error> {
        if entries.is_empty() {
            self.w.indicator("{", true, true, false);
            self.w.indicator("}", false, false, false);
            return Ok(());
        }
        let inner = self.deeper(at, indent, false);
        for (key, value) in entries {
            self.w.indent(inner);
            self.key(key, inner)?;
            self.node(*value, Context { mapping: true, ..Context::default() }, Some(inner), depth + 1)?;
        }
        Ok(())
    }

    /// Writes a key with its colon: on one line where libyaml finds it simple, behind `?` otherwise.
    fn key(&mut self, key: &str, indent: usize) -> Result<(), Error> {
        let key = if self.w.style.through_json { transit::key(key)? } else { Cow::Borrowed(key) };
        let key = key.as_ref();
        let analysis = Analysis::of(key, self.w.style.dialect);
        let simple = !analysis.multiline && key.len() <= 128;
        if !simple {
            self.w.indicator("?", true, false, true);
        }
        let at = Context { mapping: true, simple_key: simple, item: false };
        let wanted = scalar::wanted_style(key, self.w.style.dialect);
        self.analyzed(key, &analysis, wanted, at, Some(indent));
        if simple {
            self.w.indicator(":", false, false, false);
        } else {
            self.w.indent(indent);
            self.w.indicator(":", true, false, true);
        }
        Ok(())
    }

    fn string(&mut self, text: &str, at: Context, indent: Option<usize>) -> Result<(), Error> {
        let text = if self.w.style.through_json { transit::text(text)? } else { Cow::Borrowed(text) };
        let wanted = scalar::wanted_style(&text, self.w.style.dialect);
        self.scalar(&text, wanted, at, indent);
        Ok(())
    }

    /// Text that is not UTF-8: JSON replaces what is broken, go-yaml turns to `!!binary`.
    fn bytes(&mut self, bytes: &[u8], at: Context, indent: Option<usize>) -> Result<(), Error> {
        if self.w.style.through_json {
            return self.string(&json::lossy(bytes), at, indent);
        }
        self.w.indicator("!!binary", true, false, false);
        let text = transit::base64_lines(bytes);
        let wanted = if text.contains('\n') { ScalarStyle::Literal } else { ScalarStyle::Plain };
        self.scalar(&text, wanted, at, indent);
        Ok(())
    }

    fn scalar(&mut self, text: &str, wanted: ScalarStyle, at: Context, indent: Option<usize>) {
        let analysis = Analysis::of(text, self.w.style.dialect);
        self.analyzed(text, &analysis, wanted, at, indent);
    }

    fn analyzed(
        &mut self,
        text: &str,
        analysis: &Analysis,
        wanted: ScalarStyle,
        at: Context,
        indent: Option<usize>,
    ) {
        let place = Place { flow: false, simple_key: at.simple_key };
        let style = scalar::settle(text, analysis, wanted, place, false, true);
        let inner = self.deeper(at, indent, true);
        scalar::write(&mut self.w, text, style, inner, !at.simple_key);
    }
}

/// A float as go-yaml's encoder writes it.
fn yaml_float(f: f64) -> String {
    match number::format_g(f).as_str() {
        "+Inf" => ".inf".to_owned(),
        "-Inf" => "-.inf".to_owned(),
        "NaN" => ".nan".to_owned(),
        text => text.to_owned(),
    }
}
