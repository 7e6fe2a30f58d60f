//! Writes a field into a document's text and leaves every other byte alone.
//!
//! The text is changed in the one place that has to change, then read again: an edit counts only if it means exactly
//! what was asked for, so that no way of writing YAML can turn it into another change.

use fairlead_yaml::emit::Dialect;
use fairlead_yaml::resolve::{self, Scalar};
use fairlead_yaml::value::{Inner, Options, Places};
use fairlead_yaml::{Map, Position, Value};

/// Sets the text at `path`, keys and indices of lists. Missing mappings on the way are made. Returns the changed text
/// and what it means, or `None` where no small edit says it.
pub fn set(text: &str, path: &[&str], value: &str) -> Option<(String, Value)> {
    let (before, places) = fairlead_yaml::value::with_places(text, &Options::default()).ok()?;
    let mut wanted = before;
    put(&mut wanted, path, value)?;
    let lines = Lines::new(text);
    let candidates = candidates(&lines, &places, path, value);
    let means = |edited: &String| fairlead_yaml::value::from_str(edited).is_ok_and(|after| after == wanted);
    let edited = candidates.into_iter().find(means)?;
    Some((edited, wanted))
}

/// Writes `metadata.namespace` after `metadata.name` in text as nearly everybody writes it, without reading it again:
/// a block mapping that begins in the first column, with one `metadata:` and, below it, one plain `name:`.
///
/// `None` for every other text, which [`set`] understands. `name` is the object's name.
pub fn namespace_line(text: &str, name: &str, namespace: &str) -> Option<String> {
    if !is_plain_name(name) || !is_plain_name(namespace) {
        return None;
    }
    let (mut blocks, mut start) = (0, 0);
    let mut at = 0;
    while let Some(first) = text.as_bytes().get(at) {
        let next = line_end(text, at);
        match first {
            // Other ways to write a key, and flow mappings.
            b'"' | b'\'' | b'?' | b'{' | b'&' | b'!' | b'%' | b'\t' => return None,
            b'm' if text[at..next].trim_end() == "metadata:" => (blocks, start) = (blocks + 1, next),
            _ => {}
        }
        at = next;
    }
    if blocks != 1 {
        return None;
    }
    let indent = text[start..].bytes().take_while(|byte| *byte == b' ').count();
    let mut found = None;
    let mut at = start;
    while at < text.len() {
        let next = line_end(text, at);
        let line = &text[at..next];
        let depth = line.bytes().take_while(|byte| *byte == b' ').count();
        if depth == 0 && !line.trim().is_empty() && !line.starts_with('#') {
            break;
        }
        if depth == indent && line[depth..].starts_with("name:") {
            let said = line[depth + "name:".len()..].trim();
            if said.trim_matches(['"', '\'']) != name || found.replace(next).is_some() {
                return None;
            }
        }
        at = next;
    }
    let at = found.filter(|_| indent > 0)?;
    let (before, after) = text.split_at(at);
    let end = if before.ends_with("\r\n") { "\r\n" } else { "\n" };
    let start = if before.ends_with('\n') { "" } else { end };
    let end = if start.is_empty() { end } else { "" };
    // A namespace that reads as a number has to be text.
    let is_text = matches!(resolve::resolve(namespace, Dialect::V2), Scalar::Text | Scalar::Timestamp);
    let quote = if is_text { "" } else { "\"" };
    let indent = " ".repeat(indent);
    Some([before, start, &indent, "namespace: ", quote, namespace, quote, end, after].concat())
}

/// Where the line that begins at an offset ends, its line break included.
fn line_end(text: &str, start: usize) -> usize {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    rest.iter().position(|byte| *byte == b'\n').map_or(text.len(), |length| start + length + 1)
}

/// Whether a text is written as it is, or in double quotes, whatever YAML is read as: letters, digits, dashes and dots.
fn is_plain_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphanumeric())
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.'))
}

/// The ways in which the field could be written, the most natural one first.
fn candidates(lines: &Lines<'_>, places: &Places, path: &[&str], value: &str) -> Vec<String> {
    let Some((key, folders)) = path.split_last() else { return Vec::new() };
    let mut here = places;
    for (depth, folder) in folders.iter().enumerate() {
        let found = here.field(folder).or_else(|| here.item(folder.parse().ok()?));
        match found {
            Some(next) if !matches!(next.inner, Inner::Leaf) => here = next,
            // The folder is missing, or `null`: its key is written with everything below it.
            found => return new_folder(lines, here, found.is_some(), &path[depth..], value),
        }
    }
    let quoted = scalar(value);
    if let Some(at) = here.key(key) {
        return replace(lines, at, key, &quoted);
    }
    let entry = format!("{}: {quoted}", scalar(key));
    let mut candidates = Vec::new();
    if let Some(name) = here.key("name") {
        candidates.extend(lines.insert_after(name, &entry));
    }
    candidates.extend(first_key(here).and_then(|at| lines.insert_before(at, &entry)));
    candidates.extend(first_key(here).and_then(|at| lines.insert_within(at, &format!("{entry}, "))));
    // An empty flow mapping has no key to stand beside.
    candidates.extend(lines.replace_at(here.at, "{}", &format!("{{{entry}}}")));
    candidates
}

fn new_folder(lines: &Lines<'_>, here: &Places, is_empty: bool, path: &[&str], value: &str) -> Vec<String> {
    let [folder, rest @ ..] = path else { return Vec::new() };
    let mut flow = scalar(value);
    for key in rest.iter().rev() {
        flow = format!("{{{}: {flow}}}", scalar(key));
    }
    if is_empty {
        let Some(at) = here.key(folder) else { return Vec::new() };
        let mut found: Vec<String> = lines.block(at, path, value).into_iter().collect();
        found.extend(replace(lines, at, folder, &flow));
        return found;
    }
    let Some(at) = first_key(here) else { return Vec::new() };
    let mut found: Vec<String> = lines.block_before(at, path, value).into_iter().collect();
    found.extend(lines.insert_within(at, &format!("{}: {flow}, ", scalar(folder))));
    found
}

/// Replaces what follows `key:` on its line, a comment apart.
fn replace(lines: &Lines<'_>, at: Position, key: &str, value: &str) -> Vec<String> {
    let Some(start) = lines.offset(at) else { return Vec::new() };
    let end = lines.end_of(at.line);
    let line = &lines.text[start..end];
    let Some(colon) = line.find(key).and_then(|from| line[from..].find(':').map(|colon| from + colon + 1))
    else {
        return Vec::new();
    };
    let rest = &line[colon..];
    let comment = rest.find(" #").map_or("", |from| &rest[from..]);
    vec![format!("{}{} {value}{comment}{}", &lines.text[..start], &line[..colon], &lines.text[end..])]
}

/// Where the first key of a mapping stands.
fn first_key(places: &Places) -> Option<Position> {
    match &places.inner {
        Inner::Map(map) => map.values().map(|(at, _)| *at).min(),
        _ => None,
    }
}

fn put(value: &mut Value, path: &[&str], new: &str) -> Option<()> {
    let (key, rest) = path.split_first()?;
    if value.is_null() {
        *value = Value::Map(Map::new());
    }
    if let Value::List(items) = value {
        return put(items.get_mut(key.parse::<usize>().ok()?)?, rest, new);
    }
    let Value::Map(map) = value else { return None };
    if rest.is_empty() {
        map.insert((*key).into(), Value::String(new.into()));
        return Some(());
    }
    put(map.entry((*key).into()).or_default(), rest, new)
}

/// The text as a scalar: plain where that is what it says, in double quotes otherwise.
fn scalar(text: &str) -> String {
    let plain = fairlead_yaml::value::from_str(text).is_ok_and(|value| value.as_str() == Some(text))
        && !text.contains([':', '#', ',', '[', ']', '{', '}', '"', '\'', '\n']);
    if plain { text.to_owned() } else { format!("{text:?}") }
}

/// A text by lines and columns.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(text: &'a str) -> Lines<'a> {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Lines { text, starts }
    }

    fn start_of(&self, line: u32) -> Option<usize> {
        self.starts.get(usize::try_from(line).ok()?.checked_sub(1)?).copied()
    }

    /// The end of a line, its line end apart.
    fn end_of(&self, line: u32) -> usize {
        let next = self.starts.get(line as usize).copied().unwrap_or(self.text.len() + 1);
        let end = next.saturating_sub(1).min(self.text.len());
        if self.text[..end].ends_with('\r') { end - 1 } else { end }
    }

    fn offset(&self, at: Position) -> Option<usize> {
        let start = self.start_of(at.line)?;
        let skip = usize::try_from(at.column).ok()?.checked_sub(1)?;
        let line = &self.text[start..];
        line.char_indices()
            .map(|(offset, _)| offset)
            .chain([line.len()])
            .nth(skip)
            .map(|offset| start + offset)
    }

    /// What ends lines in this text.
    fn end(&self) -> &'static str {
        if self.text.contains("\r\n") { "\r\n" } else { "\n" }
    }

    /// The white space before a key that stands first on its line.
    fn indent(&self, at: Position) -> Option<&'a str> {
        let indent = &self.text[self.start_of(at.line)?..self.offset(at)?];
        indent.chars().all(|c| c == ' ').then_some(indent)
    }

    fn insert_after(&self, at: Position, entry: &str) -> Option<String> {
        let indent = self.indent(at)?;
        let end = self.end_of(at.line);
        let (before, after) = self.text.split_at(end);
        Some(format!("{before}{}{indent}{entry}{after}", self.end()))
    }

    fn insert_before(&self, at: Position, entry: &str) -> Option<String> {
        let indent = self.indent(at)?;
        let (before, after) = self.text.split_at(self.start_of(at.line)?);
        Some(format!("{before}{indent}{entry}{}{after}", self.end()))
    }

    fn insert_within(&self, at: Position, entry: &str) -> Option<String> {
        let (before, after) = self.text.split_at(self.offset(at)?);
        Some(format!("{before}{entry}{after}"))
    }

    fn replace_at(&self, at: Position, old: &str, new: &str) -> Option<String> {
        let (before, after) = self.text.split_at(self.offset(at)?);
        Some(format!("{before}{new}{}", after.strip_prefix(old)?))
    }

    /// A nested block before a key, as deep as the key.
    fn block_before(&self, at: Position, path: &[&str], value: &str) -> Option<String> {
        let block = self.nested(self.indent(at)?, path, value);
        let (before, after) = self.text.split_at(self.start_of(at.line)?);
        Some(format!("{before}{block}{}{after}", self.end()))
    }

    /// A nested block instead of a key without a value.
    fn block(&self, at: Position, path: &[&str], value: &str) -> Option<String> {
        let block = self.nested(self.indent(at)?, path, value);
        let before = &self.text[..self.start_of(at.line)?];
        Some(format!("{before}{block}{}", &self.text[self.end_of(at.line)..]))
    }

    fn nested(&self, indent: &str, path: &[&str], value: &str) -> String {
        let mut block = String::new();
        for (depth, key) in path.iter().enumerate() {
            if depth > 0 {
                block.push_str(self.end());
            }
            block.push_str(indent);
            block.push_str(&"  ".repeat(depth));
            block.push_str(&scalar(key));
            block.push(':');
        }
        format!("{block} {}", scalar(value))
    }
}

#[cfg(test)]
mod tests {
    use super::{namespace_line, set};

    const NAMESPACE: &[&str] = &["metadata", "namespace"];
    const OPTION: &[&str] = &["metadata", "annotations", "a.b/c"];

    #[track_caller]
    fn becomes(path: &[&str], before: &str, after: &str) {
        let (edited, means) = set(before, path, "shop").unwrap();
        assert_eq!(edited, after);
        if path == NAMESPACE
            && let Some(quick) = namespace_line(before, "x", "shop")
        {
            assert_eq!(fairlead_yaml::value::from_str(&quick).unwrap(), means, "{quick}");
        }
    }

    #[test]
    fn the_quick_way_is_taken_where_it_is_safe() {
        let quick = |text: &str| namespace_line(text, "x", "shop");
        assert_eq!(
            quick("---\n# Source\napiVersion: v1\nmetadata:\n  labels:\n    name: y\n  name: x\nspec:\n  name: x\n").unwrap(),
            "---\n# Source\napiVersion: v1\nmetadata:\n  labels:\n    name: y\n  name: x\n  namespace: shop\nspec:\n  name: x\n"
        );
        assert_eq!(quick("metadata:\n  name: x").unwrap(), "metadata:\n  name: x\n  namespace: shop");
        for text in [
            "{metadata: {name: x}}",
            "metadata: {name: x}\n",
            "metadata:\n  name: y\n",
            "\"metadata\":\n  name: x\n",
        ] {
            assert_eq!(quick(text), None, "{text}");
        }
        assert!(namespace_line("metadata:\n  name: x\n", "x", "123").unwrap().contains("\"123\""));
    }

    #[test]
    fn a_missing_namespace_is_written_after_the_name() {
        becomes(
            NAMESPACE,
            "---\nmetadata:\n  labels: {}\n  name: x # x\nspec: 1\n",
            "---\nmetadata:\n  labels: {}\n  name: x # x\n  namespace: shop\nspec: 1\n",
        );
        becomes(
            NAMESPACE,
            "metadata:\r\n    name: x\r\n",
            "metadata:\r\n    name: x\r\n    namespace: shop\r\n",
        );
        becomes(NAMESPACE, "metadata:\n  name: x", "metadata:\n  name: x\n  namespace: shop");
    }

    #[test]
    fn names_of_several_lines_and_no_names_are_no_obstacle() {
        becomes(
            NAMESPACE,
            "metadata:\n  name: >-\n    x\n  a: 1\n",
            "metadata:\n  namespace: shop\n  name: >-\n    x\n  a: 1\n",
        );
        becomes(
            NAMESPACE,
            "metadata:\n  generateName: x-\n",
            "metadata:\n  namespace: shop\n  generateName: x-\n",
        );
    }

    #[test]
    fn flow_mappings_stay_flow_mappings() {
        becomes(NAMESPACE, "metadata: {name: x}\n", "metadata: {namespace: shop, name: x}\n");
        becomes(
            NAMESPACE,
            "{kind: A, metadata: {name: x}}\n",
            "{kind: A, metadata: {namespace: shop, name: x}}\n",
        );
        becomes(OPTION, "metadata: {name: x}\n", "metadata: {annotations: {a.b/c: shop}, name: x}\n");
        becomes(OPTION, "metadata:\n  annotations: {}\n", "metadata:\n  annotations: {a.b/c: shop}\n");
    }

    #[test]
    fn empty_values_are_replaced() {
        becomes(
            NAMESPACE,
            "metadata:\n  namespace: # none\n  name: x\n",
            "metadata:\n  namespace: shop # none\n  name: x\n",
        );
        becomes(NAMESPACE, "metadata:\n  namespace: \"\"\n", "metadata:\n  namespace: shop\n");
        becomes(
            OPTION,
            "metadata:\n  annotations:\n  name: x\n",
            "metadata:\n  annotations:\n    a.b/c: shop\n  name: x\n",
        );
    }

    #[test]
    fn missing_mappings_are_made() {
        becomes(OPTION, "metadata:\n  name: x\n", "metadata:\n  annotations:\n    a.b/c: shop\n  name: x\n");
        becomes(
            OPTION,
            "metadata:\n  annotations:\n    z: 1\n",
            "metadata:\n  annotations:\n    a.b/c: shop\n    z: 1\n",
        );
        becomes(NAMESPACE, "kind: A\n", "metadata:\n  namespace: shop\nkind: A\n");
    }

    #[test]
    fn what_cannot_be_said_is_not_said() {
        assert_eq!(set("metadata: text\n", NAMESPACE, "shop"), None);
        assert_eq!(set("metadata: &a {name: x}\nother: *a\n", NAMESPACE, "shop"), None);
    }
}
