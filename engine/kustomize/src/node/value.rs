//! What a tree is once its types are decided, and its text in YAML and JSON.

use std::borrow::Cow;
use std::collections::BTreeSet;

use fairlead_yaml::emit::{self, Dialect};
use fairlead_yaml::number::Number;
use fairlead_yaml::resolve::{Scalar as Resolved, resolve};
use fairlead_yaml::{Map as ValueMap, Str, Target, Tree, Value, View};

use super::{Map, Node, Scalar, Style, Tag};

/// What a scalar is once its type is decided.
enum Decided {
    Null,
    Bool(bool),
    Number(Number),
    Text(Str),
    Wrong(&'static str),
}

impl Scalar {
    /// The type that the text, the tag and the quoting come to when the tree is printed and read again, as
    /// Kustomize does before it makes JSON of a resource.
    fn decide(&self) -> Decided {
        match (self.decide_type(), self.style) {
            (Decided::Text(text), Style::Folded) => match emit::folded_again(&text) {
                Cow::Borrowed(_) => Decided::Text(text),
                Cow::Owned(text) => Decided::Text(text.into()),
            },
            (decided, _) => decided,
        }
    }

    fn decide_type(&self) -> Decided {
        let quoted = match self.style {
            Style::Quoted | Style::Folded => true,
            Style::Plain => self.text.contains('\n'),
            Style::Tagged | Style::EmptyInBrackets => false,
        };
        let resolved = || resolve(&self.text, Dialect::V3);
        match self.tag {
            Tag::Str | Tag::Custom => Decided::Text(self.text.clone()),
            Tag::Binary => Decided::Text(binary(&self.text)),
            Tag::Null if self.style == Style::EmptyInBrackets => Decided::Text(self.text.clone()),
            Tag::Null => Decided::Null,
            Tag::Open if quoted => Decided::Text(self.text.clone()),
            Tag::Open => self.free(resolved()),
            tag => {
                let resolved = resolved();
                let same = tag_of(resolved) == tag;
                if same && quoted {
                    return Decided::Text(self.text.clone());
                }
                match (tag, resolved) {
                    (Tag::Float, Resolved::Number(number)) => Decided::Number(Number::Float(number.as_f64())),
                    _ if same => self.free(resolved),
                    _ => Decided::Wrong(tag_name(tag)),
                }
            }
        }
    }

    fn free(&self, resolved: Resolved) -> Decided {
        match resolved {
            Resolved::Null => Decided::Null,
            Resolved::Bool(value) => Decided::Bool(value),
            Resolved::Number(number) => Decided::Number(number),
            Resolved::Timestamp => Decided::Text(time(&self.text).unwrap_or_else(|| self.text.clone())),
            Resolved::Merge | Resolved::Text => Decided::Text(self.text.clone()),
        }
    }

    /// Whether a mapping with this key is one that JSON has a form for.
    fn is_json_key(&self) -> bool {
        matches!(self.tag, Tag::Str | Tag::Merge) || matches!(self.decide(), Decided::Text(_))
    }
}

/// The tag that a resolved scalar carries.
pub(super) fn tag_of(resolved: Resolved) -> Tag {
    match resolved {
        Resolved::Null => Tag::Null,
        Resolved::Bool(_) => Tag::Bool,
        Resolved::Number(Number::Float(_)) => Tag::Float,
        Resolved::Number(_) => Tag::Int,
        Resolved::Timestamp => Tag::Timestamp,
        Resolved::Merge => Tag::Merge,
        Resolved::Text => Tag::Str,
    }
}

fn tag_name(tag: Tag) -> &'static str {
    match tag {
        Tag::Bool => "!!bool",
        Tag::Int => "!!int",
        Tag::Float => "!!float",
        Tag::Timestamp => "!!timestamp",
        _ => "!!merge",
    }
}

/// Whether YAML 1.1 reads a text as something else than text.
pub(crate) fn not_a_string_in_yaml_1_1(text: &str) -> bool {
    !text.is_empty()
        && !text.contains('\n')
        && !matches!(resolve(text, Dialect::V2), Resolved::Text | Resolved::Merge)
}

impl Tree for Node {
    fn view<R>(&self, target: Target, look: impl FnOnce(View<'_, Self>) -> R) -> R {
        match self {
            Node::Scalar(scalar) => view_scalar(scalar, look),
            Node::Shared(shared) => view_scalar(&shared.borrow(), look),
            Node::Seq(items) => look(View::List(items)),
            Node::Map(map) => view_map(map, target, look),
        }
    }
}

fn view_scalar<R>(scalar: &Scalar, look: impl FnOnce(View<'_, Node>) -> R) -> R {
    // What most scalars are needs no copy.
    if scalar.tag == Tag::Str && scalar.style != Style::Folded {
        return look(View::Text(&scalar.text));
    }
    match scalar.decide() {
        Decided::Null => look(View::Null),
        Decided::Bool(value) => look(View::Bool(value)),
        Decided::Number(number) => look(View::from(number)),
        Decided::Text(text) => look(View::Text(&text)),
        Decided::Wrong(tag) => look(View::Unsupported(tag)),
    }
}

fn view_map<R>(map: &Map, target: Target, look: impl FnOnce(View<'_, Node>) -> R) -> R {
    let entries: Vec<(&str, &Node)> = map.0.iter().map(|(key, value)| (&*key.text, value)).collect();
    if target == Target::YamlV3 {
        return look(View::Fields(entries));
    }
    if map.0.iter().any(|(key, _)| !key.is_json_key()) {
        return look(View::Unsupported("map[interface {}]interface {}"));
    }
    look(View::Map(entries))
}

/// The tree as plain data.
///
/// # Errors
/// Keys that repeat or are no text, numbers that JSON has no form for, and texts that are not what their tag says.
pub(crate) fn to_value(node: &Node) -> Result<Value, String> {
    Ok(match node {
        Node::Scalar(scalar) => scalar_value(scalar)?,
        Node::Shared(shared) => scalar_value(&shared.borrow())?,
        Node::Seq(items) => Value::List(items.iter().map(to_value).collect::<Result<_, _>>()?),
        Node::Map(map) => {
            let mut fields = ValueMap::new();
            for (key, value) in &map.0 {
                if !key.is_json_key() {
                    return Err("json: unsupported type: map[interface {}]interface {}".to_owned());
                }
                if fields.insert(key.text.clone(), to_value(value)?).is_some() {
                    return Err(repeated(&key.text));
                }
            }
            Value::Map(fields)
        }
    })
}

fn scalar_value(scalar: &Scalar) -> Result<Value, String> {
    Ok(match scalar.decide() {
        Decided::Null => Value::Null,
        Decided::Bool(value) => Value::Bool(value),
        Decided::Number(Number::Int(n)) => Value::Int(n),
        Decided::Number(Number::Uint(n)) => Value::Uint(n),
        Decided::Number(Number::Float(f)) if !f.is_finite() => {
            return Err(format!("json: unsupported value: {}", if f.is_nan() { "NaN" } else { "+Inf" }));
        }
        Decided::Number(Number::Float(f)) => Value::Float(f),
        Decided::Text(text) => Value::String(text),
        Decided::Wrong(tag) => return Err(format!("yaml: cannot decode `{}` as a {tag}", scalar.text)),
    })
}

fn repeated(key: &str) -> String {
    format!("yaml: unmarshal errors:\n  mapping key {key:?} already defined")
}

/// The first key that a mapping of the tree has twice.
pub(crate) fn first_repeated_key(node: &Node) -> Option<Str> {
    match node {
        Node::Scalar(_) | Node::Shared(_) => None,
        Node::Seq(items) => items.iter().find_map(first_repeated_key),
        Node::Map(map) => {
            repeated_in(map).or_else(|| map.0.iter().find_map(|(_, value)| first_repeated_key(value)))
        }
    }
}

fn repeated_in(map: &Map) -> Option<Str> {
    const FEW: usize = 12;
    if map.0.len() <= FEW {
        let twice =
            |(at, (key, _)): &(usize, &(Scalar, Node))| map.0[..*at].iter().any(|(k, _)| k.text == key.text);
        return map.0.iter().enumerate().find(twice).map(|(_, (key, _))| key.text.clone());
    }
    let mut seen = BTreeSet::new();
    map.0.iter().find(|(key, _)| !seen.insert(&*key.text)).map(|(key, _)| key.text.clone())
}

impl Node {
    /// The resource as `kustomize build` prints it: through JSON, so with sorted keys.
    ///
    /// # Errors
    /// What [`to_value`] refuses.
    pub(crate) fn print(&self) -> Result<String, String> {
        if let Some(key) = first_repeated_key(self) {
            return Err(repeated(&key));
        }
        emit::to_string(self, emit::Style::V2).map_err(|error| error.to_string())
    }
}

/// The tree as JSON.
///
/// # Errors
/// What [`to_value`] refuses.
pub(crate) fn json(node: &Node) -> Result<String, String> {
    if let Some(key) = first_repeated_key(node) {
        return Err(repeated(&key));
    }
    fairlead_yaml::json::to_string(node, fairlead_yaml::json::Options::default())
        .map_err(|error| error.to_string())
}

/// The tree as YAML in its own order, for messages and patterns; empty for what cannot be printed.
pub(crate) fn node_text(node: &Node) -> String {
    emit::to_string(node, emit::Style::KYAML).unwrap_or_default()
}

/// Base64 that YAML's `!!binary` holds, decoded; the text itself where it is none.
fn binary(text: &Str) -> Str {
    let decoded = crate::base64::decode(text).and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.map_or_else(|| text.clone(), Str::from)
}

/// A date or time as JSON has it.
fn time(text: &str) -> Option<Str> {
    let (date, rest) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some(&text[at..])),
        None => (text, None),
    };
    let mut parts = date.split('-').map(|part| part.parse::<u32>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    let Some(rest) = rest else { return Some(format!("{year:04}-{month:02}-{day:02}T00:00:00Z").into()) };
    let clock = &rest[1..];
    let zone_at = clock.find(['Z', '+', '-']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(zone_at);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut parts = clock.split(':').map(|part| part.parse::<u32>().ok());
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next()??);
    let fraction = fraction.trim_end_matches('0');
    let dot = if fraction.is_empty() { "" } else { "." };
    let zone = if zone.is_empty() || zone == "+00:00" { "Z" } else { zone };
    Some(
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{dot}{fraction}{zone}")
            .into(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(tag: Tag, style: Style, text: &str) -> String {
        Node::Scalar(Scalar { text: text.into(), tag, style }).print().unwrap()
    }

    #[test]
    fn the_type_is_decided_by_text_tag_and_quoting() {
        assert_eq!(printed(Tag::Open, Style::Plain, "1"), "1\n");
        assert_eq!(printed(Tag::Open, Style::Quoted, "1"), "\"1\"\n");
        assert_eq!(printed(Tag::Str, Style::Plain, "1"), "\"1\"\n");
        assert_eq!(printed(Tag::Int, Style::Quoted, "1"), "\"1\"\n");
        assert_eq!(printed(Tag::Float, Style::Plain, "1"), "1\n");
    }

    #[test]
    fn dates_become_times() {
        assert_eq!(time("2020-01-02").as_deref(), Some("2020-01-02T00:00:00Z"));
        assert_eq!(time("2020-1-2T3:4:5.50+02:00").as_deref(), Some("2020-01-02T03:04:05.5+02:00"));
    }
}
