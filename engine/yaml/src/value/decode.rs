//! A document's nodes to values: go-yaml v2's decoder and what the way through JSON makes of its result.

use std::collections::BTreeSet;

use super::{Builder, Error, Top};
use crate::MAX_DEPTH;
use crate::document::{Document, Id, Node, Shape};
use crate::emit::{Dialect, ScalarStyle};
use crate::json;
use crate::position::Position;
use crate::resolve::{Scalar, resolve_as};

mod key;
mod merge;
mod scalar;

use key::Key;

/// Decodes the nodes of one document.
pub(super) struct Decoder<'d, 'a, B: Builder> {
    document: &'d Document<'a>,
    text: &'a str,
    builder: &'d mut B,
    strict: bool,
    /// Messages of what could not be decoded; decoding goes on behind them.
    problems: Vec<String>,
    /// A key that JSON can't have, which only shows once all is decoded.
    bad_key: Option<Error>,
    /// A number that JSON can't have, which shows last.
    bad_number: Option<Error>,
    count: Aliasing,
    /// The aliases being followed.
    following: Vec<Id>,
}

/// go-yaml's count of nodes, by which it finds documents that grow out of bounds through aliases.
#[derive(Default)]
struct Aliasing {
    decoded: u64,
    aliased: u64,
    depth: u32,
}

impl Aliasing {
    const LOW: u64 = 400_000;
    const HIGH: u64 = 4_000_000;

    fn step(&mut self) -> Result<(), Error> {
        self.decoded += 1;
        if self.depth > 0 {
            self.aliased += 1;
        }
        let excessive = self.aliased > 100
            && self.decoded > 1000
            && self.aliased as f64 / self.decoded as f64 > self.allowed_ratio();
        if excessive { Err(yaml_error("document contains excessive aliasing")) } else { Ok(()) }
    }

    fn allowed_ratio(&self) -> f64 {
        match self.decoded {
            ..=Self::LOW => 0.99,
            Self::HIGH.. => 0.10,
            n => 0.99 - 0.89 * ((n - Self::LOW) as f64 / (Self::HIGH - Self::LOW) as f64),
        }
    }
}

/// The entries of a mapping in the making, with what is needed to tell keys apart before they become text.
struct Entries<B: Builder> {
    pairs: Vec<(B::Key, B::Value)>,
    seen: Option<BTreeSet<String>>,
}

impl<'d, 'a, B: Builder> Decoder<'d, 'a, B> {
    pub(super) fn new(document: &'d Document<'a>, text: &'a str, builder: &'d mut B, strict: bool) -> Self {
        Decoder {
            document,
            text,
            builder,
            strict,
            problems: Vec::new(),
            bad_key: None,
            bad_number: None,
            count: Aliasing::default(),
            following: Vec::new(),
        }
    }

    /// Decodes the whole document.
    pub(super) fn decode(mut self, top: Top) -> Result<B::Value, Error> {
        let kind = self.kind_of(0)?;
        let value = self.node(0, 0)?;
        if !self.problems.is_empty() {
            return Err(Error::Convert(format!("yaml: unmarshal errors:\n  {}", self.problems.join("\n  "))));
        }
        if let Some(error) = self.bad_key.or(self.bad_number) {
            return Err(error);
        }
        check_top(top, kind)?;
        Ok(value)
    }

    /// What JSON will call the value of a node.
    fn kind_of(&self, id: Id) -> Result<&'static str, Error> {
        Ok(match self.document.nodes.get(id).map(|node| (node, &node.shape)) {
            None => "null",
            Some((_, Shape::Sequence { .. })) => "array",
            Some((_, Shape::Mapping { .. })) => "object",
            // The top can't be an alias: there is nothing before it to refer to.
            Some((_, Shape::Alias { .. })) => "null",
            Some((node, Shape::Scalar { text, style })) => match scalar::resolve_node(node, text, *style)? {
                scalar::Resolved::Known(Scalar::Null) => "null",
                scalar::Resolved::Known(Scalar::Bool(_)) => "bool",
                scalar::Resolved::Known(Scalar::Number(_)) => "number",
                _ => "string",
            },
        })
    }

    /// Tells the builder where a node stands, if it wants to know.
    fn tell(&mut self, node: &Node<'_>) {
        if B::PLACED {
            self.builder.at(self.position(node));
        }
    }

    fn position(&self, node: &Node<'_>) -> Position {
        let line_start = node.start.offset() - node.start.column();
        let column =
            self.text.get(line_start..node.start.offset()).map_or(0, |before| before.chars().count());
        Position { line: node.start.line() as u32 + 1, column: column as u32 + 1 }
    }

    fn node(&mut self, id: Id, depth: usize) -> Result<B::Value, Error> {
        self.count.step()?;
        if depth > MAX_DEPTH {
            return Err(yaml_error("exceeded max depth of 1000"));
        }
        let document = self.document;
        let Some(node) = document.nodes.get(id) else { return Ok(self.builder.null()) };
        match &node.shape {
            Shape::Alias { name, target } => {
                self.follow(*target, name)?;
                let value = self.node(*target, depth + 1)?;
                self.unfollow();
                Ok(value)
            }
            Shape::Scalar { text, style } => self.scalar(node, text, *style),
            Shape::Sequence { .. } => {
                self.tell(node);
                let mut items = Vec::new();
                for child in document.children(id) {
                    items.push(self.node(child, depth + 1)?);
                }
                Ok(self.builder.list(items))
            }
            Shape::Mapping { .. } => {
                self.tell(node);
                let mut entries = self.entries();
                self.mapping(id, depth, &mut entries)?;
                Ok(self.builder.map(entries.pairs))
            }
        }
    }

    fn entries(&self) -> Entries<B> {
        Entries { pairs: Vec::new(), seen: self.strict.then(Default::default) }
    }

    /// Follows an alias, which must not lead back into itself.
    fn follow(&mut self, target: Id, name: &str) -> Result<(), Error> {
        if self.following.contains(&target) {
            return Err(yaml_error(&format!("anchor '{name}' value contains itself")));
        }
        self.following.push(target);
        self.count.depth += 1;
        Ok(())
    }

    fn unfollow(&mut self) {
        self.following.pop();
        self.count.depth -= 1;
    }

    /// Adds a mapping's entries to those in the making.
    fn mapping(&mut self, id: Id, depth: usize, entries: &mut Entries<B>) -> Result<(), Error> {
        let document = self.document;
        let mut children = document.children(id);
        while let (Some(key), Some(value)) = (children.next(), children.next()) {
            if merge::is_merge(document, key) {
                self.merge(value, depth, entries)?;
                continue;
            }
            let name = self.key(key)?;
            let text = self.key_text(&name, value);
            let built = self.builder.key(&text);
            let item = self.node(value, depth + 1)?;
            if let Some(seen) = &mut entries.seen
                && !seen.insert(format!("{} {}", name.kind(), name.go_syntax()))
            {
                let line = document.nodes.get(value).map_or(0, |node| node.start.line() + 1);
                self.problems.push(format!("line {line}: key {} already set in map", name.go_syntax()));
                continue;
            }
            entries.pairs.push((built, item));
        }
        Ok(())
    }

    /// What a key is. The builder is told its place.
    fn key(&mut self, id: Id) -> Result<Key<'a>, Error> {
        self.count.step()?;
        let document = self.document;
        let Some(node) = document.nodes.get(id) else { return Ok(Key::Nil) };
        match &node.shape {
            Shape::Alias { name, target } => {
                self.follow(*target, name)?;
                let found = self.key(*target)?;
                self.unfollow();
                Ok(found)
            }
            Shape::Scalar { text, style } => {
                self.tell(node);
                Key::of(node, text, *style)
            }
            Shape::Sequence { .. } | Shape::Mapping { .. } => {
                Err(yaml_error(&format!("invalid map key: {}", key::go_syntax(document, id, 0))))
            }
        }
    }

    /// The text that JSON gives a key; one that it can't give any is noted.
    fn key_text<'k>(&mut self, key: &'k Key<'_>, value: Id) -> std::borrow::Cow<'k, str> {
        key.json().unwrap_or_else(|kind| {
            if self.bad_key.is_none() {
                let value = key::top_go_syntax(self.document, value);
                let key = key.go_syntax();
                self.bad_key = Some(Error::Convert(format!(
                    "unsupported map key of type: {kind}, key: {key}, value: {value}"
                )));
            }
            "".into()
        })
    }
}

fn check_top(top: Top, kind: &'static str) -> Result<(), Error> {
    let wanted = match (top, kind) {
        (Top::Any, _) | (_, "null") | (Top::Map, "object") | (Top::List, "array") => return Ok(()),
        (Top::Map, _) => "map[string]interface {}",
        (Top::List, _) => "[]interface {}",
    };
    Err(json::Error::Kind { found: kind.to_owned(), wanted }.into())
}

/// An error in go-yaml's words.
fn yaml_error(problem: &str) -> Error {
    Error::Convert(format!("yaml: {problem}"))
}

/// How version 2 resolves a scalar.
fn resolve_v2(text: &str, timestamps: bool) -> Scalar {
    resolve_as(text, Dialect::V2, timestamps)
}

/// Whether a style leaves a scalar's kind open.
fn is_plain(style: ScalarStyle) -> bool {
    style == ScalarStyle::Plain
}
