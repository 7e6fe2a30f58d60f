//! Reading trees from text, with aliases and merge keys carried out.

use fairlead_yaml::emit::{Dialect, ScalarStyle};
use fairlead_yaml::node::{Kind as TextKind, Node as TextNode, Text};
use fairlead_yaml::number::{format_g, json_float};
use fairlead_yaml::resolve::resolve;
use fairlead_yaml::{Str, Value};

use super::texts::Texts;
use super::value::tag_of;
use super::{MAX_DEPTH, MAX_NODES, Map, Node, Scalar, Style, Tag};
use crate::resource::ReadError;

/// Reads the documents of a text as Kustomize does: the text is cut at lines that begin with `---`, and each piece
/// holds one document. A single list of resources is taken apart; empty documents are left out.
///
/// # Errors
/// A text that is no YAML, and text behind a separator.
pub(crate) fn documents(text: &str) -> Result<Vec<Node>, ReadError> {
    let text = if text.contains("\r\n") { text.replace("\r\n", "\n") } else { text.to_owned() };
    let pieces = split(&text)?;
    let single = pieces.len() == 1;
    let mut texts = Texts::new();
    let mut nodes = Vec::new();
    for piece in pieces {
        let node = first_document(piece, &mut texts).map_err(ReadError::Malformed)?;
        if node.is_null() {
            continue;
        }
        match unwrapped(node, single) {
            Ok(items) => nodes.extend(items),
            Err(node) => nodes.push(node),
        }
    }
    Ok(nodes)
}

/// The items of a list of resources that is alone in its text, or the node itself.
fn unwrapped(node: Node, single: bool) -> Result<Vec<Node>, Node> {
    let kind = node.field("kind").map(Node::text).unwrap_or_default();
    let list = single
        && matches!(&*kind, "List" | "ResourceList")
        && (node.field("items").is_some() || node.field("functionConfig").is_some());
    let Node::Map(mut map) = node else { return Err(node) };
    if !list {
        return Err(Node::Map(map));
    }
    match map.remove("items") {
        Some(Node::Seq(items)) => Ok(items),
        _ => Ok(Vec::new()),
    }
}

fn split(text: &str) -> Result<Vec<&str>, ReadError> {
    let mut pieces = Vec::new();
    let (mut from, mut search) = (0, 0);
    while let Some(at) = text[search..].find("\n---").map(|at| at + search) {
        let Some(end) = text[at + 1..].find('\n').map(|end| at + 1 + end) else { break };
        let behind = text[at + 4..end].trim();
        if !behind.is_empty() && !behind.starts_with('#') {
            let separator = text[at..end].trim();
            return Err(ReadError::Resource(format!("invalid document separator: {separator}")));
        }
        // The piece keeps the line break, which may be part of a block's text.
        pieces.push(&text[from..=at]);
        from = end + 1;
        search = end + 1;
    }
    if !text.is_empty() {
        pieces.push(&text[from..]);
    }
    Ok(pieces)
}

/// Reads the first document of a text; a null where there is none.
///
/// # Errors
/// A text that is no YAML, in the words of its library.
pub(crate) fn parse(text: &str) -> Result<Node, String> {
    first_document(text, &mut Texts::new())
}

fn first_document(text: &str, texts: &mut Texts) -> Result<Node, String> {
    let text = Text::new(text);
    let Some(document) = text.documents().next() else { return Ok(null("")) };
    let document = document.map_err(|error| error.to_string())?;
    Reader { nodes: 0, aliases: 0, brackets: 0, texts }.node(document.root(), 0)
}

/// Reads a text as YAML 1.1, the way Kustomize's own files are read.
///
/// # Errors
/// A text that is no YAML, in the words of its library.
pub(crate) fn yaml_to_value(text: &str) -> Result<Value, String> {
    fairlead_yaml::value::from_str(text).map_err(|error| error.inner())
}

struct Reader<'c> {
    /// How many nodes aliases have brought.
    nodes: usize,
    /// How many aliases are being followed.
    aliases: usize,
    /// How many collections in brackets are open.
    brackets: usize,
    /// The texts that were read before.
    texts: &'c mut Texts,
}

impl Reader<'_> {
    fn node(&mut self, node: TextNode<'_, '_>, depth: usize) -> Result<Node, String> {
        self.nodes += usize::from(self.aliases > 0);
        if self.nodes > MAX_NODES {
            return Err("yaml: document contains excessive aliasing".to_owned());
        }
        if depth > MAX_DEPTH {
            return Err("yaml: exceeded max depth".to_owned());
        }
        let flow = usize::from(node.is_flow());
        self.brackets += flow;
        let read = self.inner(node, depth);
        self.brackets -= flow;
        read
    }

    fn inner(&mut self, node: TextNode<'_, '_>, depth: usize) -> Result<Node, String> {
        match node.kind() {
            TextKind::Scalar => {
                let mut scalar = scalar(node, self.texts);
                if self.brackets > 0 && scalar.text.is_empty() && scalar.style == Style::Plain {
                    scalar.style = Style::EmptyInBrackets;
                }
                Ok(Node::Scalar(scalar))
            }
            TextKind::Alias => match node.target() {
                Some(target) => {
                    self.aliases += 1;
                    let read = self.node(target, depth + 1);
                    self.aliases -= 1;
                    read
                }
                None => Ok(null("")),
            },
            TextKind::Sequence => {
                Ok(Node::Seq(node.items().map(|item| self.node(item, depth + 1)).collect::<Result<_, _>>()?))
            }
            TextKind::Mapping => self.mapping(node, depth),
        }
    }

    fn mapping(&mut self, node: TextNode<'_, '_>, depth: usize) -> Result<Node, String> {
        let mut own = Vec::new();
        let mut merged: Option<TextNode<'_, '_>> = None;
        for (key, value) in node.pairs() {
            if key.kind() == TextKind::Scalar && &*key.tag() == "!!merge" {
                if merged.replace(value).is_some() {
                    return Err("duplicate merge key".to_owned());
                }
                continue;
            }
            own.push((self.key(key, depth)?, self.node(value, depth + 1)?));
        }
        let Some(merged) = merged else { return Ok(Node::Map(Map(own))) };
        let mut map = Map::default();
        for source in sources(merged, 0)? {
            let Node::Map(fields) = self.node(source, depth + 1)? else { continue };
            fields.0.into_iter().for_each(|(key, value)| lay_over(&mut map, key, value));
        }
        own.into_iter().for_each(|(key, value)| lay_over(&mut map, key, value));
        Ok(Node::Map(map))
    }

    fn key(&mut self, key: TextNode<'_, '_>, depth: usize) -> Result<Scalar, String> {
        match self.node(key, depth + 1)? {
            Node::Scalar(scalar) => Ok(scalar),
            _ => Err("yaml: invalid map key".to_owned()),
        }
    }
}

fn lay_over(map: &mut Map, key: Scalar, value: Node) {
    match map.position(&key.text) {
        Some(at) => map.0[at] = (key, value),
        None => map.0.push((key, value)),
    }
}

/// The mappings that a merge key names, the weakest first.
fn sources<'d, 't>(value: TextNode<'d, 't>, depth: usize) -> Result<Vec<TextNode<'d, 't>>, String> {
    match value.kind() {
        TextKind::Mapping => Ok(vec![value]),
        TextKind::Alias => match value.target() {
            Some(target) if target.kind() == TextKind::Mapping => Ok(vec![target]),
            _ => Err("invalid map merge: received alias for a non-map value".to_owned()),
        },
        TextKind::Sequence if depth > 0 => Err("invalid map merge: received a nested sequence".to_owned()),
        TextKind::Sequence => {
            let mut all = Vec::new();
            for item in value.items() {
                let mut these = sources(item, depth + 1)?;
                these.append(&mut all);
                all = these;
            }
            Ok(all)
        }
        TextKind::Scalar => Err("map merge requires map or sequence of maps as the value".to_owned()),
    }
}

fn scalar(node: TextNode<'_, '_>, texts: &mut Texts) -> Scalar {
    let plain = node.style() == ScalarStyle::Plain;
    let text = texts.share(node.text());
    if !node.is_tagged() {
        let tag = match () {
            () if !plain => Tag::Str,
            () if &*text == "<<" => Tag::Merge,
            () => tag_of(resolve(&text, Dialect::V3)),
        };
        let style = match node.style() {
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::Folded => Style::Folded,
            _ => Style::Quoted,
        };
        return Scalar { text, tag, style };
    }
    let tag = match &*node.tag() {
        "!!null" => Tag::Null,
        "!!bool" => Tag::Bool,
        "!!int" => Tag::Int,
        "!!float" => Tag::Float,
        "!!str" => Tag::Str,
        "!!timestamp" => Tag::Timestamp,
        "!!binary" => Tag::Binary,
        "!!merge" => Tag::Merge,
        _ => Tag::Custom,
    };
    Scalar { text, tag, style: Style::Tagged }
}

fn null(text: &str) -> Node {
    Node::Scalar(Scalar { text: text.into(), tag: Tag::Null, style: Style::Plain })
}

/// Plain data as a tree.
pub(crate) fn from_value(value: &Value) -> Node {
    build(value, |f| json_float(f).unwrap_or_default(), |n| n.to_string())
}

/// Plain data as the tree that it is after a JSON patch: numbers have taken the way through floating point.
pub(crate) fn from_patched(value: &Value) -> Node {
    build(value, format_g, |n| format_g(n as f64))
}

fn build(value: &Value, float: fn(f64) -> String, int: fn(i128) -> String) -> Node {
    let typed = |text: String| {
        let tag = tag_of(resolve(&text, Dialect::V3));
        Node::Scalar(Scalar { text: text.into(), tag, style: Style::Plain })
    };
    match value {
        Value::Null => null("null"),
        Value::Bool(value) => typed(value.to_string()),
        Value::Int(n) => typed(int(i128::from(*n))),
        Value::Uint(n) => typed(int(i128::from(*n))),
        Value::Float(f) => typed(float(*f)),
        Value::String(text) => Node::string(text.clone()),
        Value::List(items) => Node::Seq(items.iter().map(|item| build(item, float, int)).collect()),
        Value::Map(map) => {
            let entry =
                |(key, value): (&Str, &Value)| (Scalar::string(key.clone()), build(value, float, int));
            Node::Map(Map(map.iter().map(entry).collect()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_separators() {
        let kinds = |text: &str| documents(text).map(|nodes| nodes.len()).map_err(|error| error.to_string());
        assert_eq!(kinds("a: 1\n---\n# nothing\n---\nb: 2\n"), Ok(2));
        assert_eq!(kinds("kind: List\nitems: [{a: 1}, {b: 2}]\n"), Ok(2));
        assert_eq!(kinds("a: 1\n--- b\nc: 2\n"), Err("invalid document separator: --- b".to_owned()));
    }

    #[test]
    fn merge_keys_give_way_to_own_fields() {
        let node = parse("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\n").unwrap();
        assert_eq!(node.print().unwrap(), "a:\n  x: 1\n  \"y\": 2\nb:\n  x: 1\n  \"y\": 3\n");
    }
}
