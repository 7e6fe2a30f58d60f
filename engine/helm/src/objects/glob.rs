//! The patterns of `.Files.Glob`: `*` within a path segment, `**` across them, `?`, classes and alternatives.

use std::collections::BTreeSet;

/// A compiled pattern.
#[derive(Debug)]
pub(crate) struct Glob(Vec<Part>);

#[derive(Debug)]
enum Part {
    Text(String),
    /// `?`
    Single,
    /// `*`
    Any,
    /// `**`
    Super,
    Class {
        negated: bool,
        low: char,
        high: char,
    },
    List {
        negated: bool,
        characters: String,
    },
    AnyOf(Vec<Vec<Part>>),
}

/// Alternatives within alternatives.
const MAX_DEPTH: usize = 64;

impl Glob {
    /// Compiles a pattern; one that is malformed matches everything, as in Helm.
    pub(crate) fn new(pattern: &str) -> Glob {
        let mut rest = pattern;
        match parse(&mut rest, 0) {
            Some(parts) => Glob(parts),
            None => Glob(vec![Part::Super]),
        }
    }

    pub(crate) fn matches(&self, path: &str) -> bool {
        step(&self.0, path, BTreeSet::from([0])).contains(&path.len())
    }
}

/// Every place that a match which is now at one of `places` can get to.
fn step(parts: &[Part], path: &str, places: BTreeSet<usize>) -> BTreeSet<usize> {
    parts.iter().fold(places, |places, part| {
        let mut next = BTreeSet::new();
        for at in places {
            let rest = &path[at..];
            match part {
                Part::Text(text) if rest.starts_with(text.as_str()) => {
                    next.insert(at + text.len());
                }
                Part::Text(_) => {}
                Part::Any => next.extend(ends(rest, at, |c| c != '/')),
                Part::Super => next.extend(ends(rest, at, |_| true)),
                Part::Single => next.extend(one(rest, at, |c| c != '/')),
                Part::Class { negated, low, high } => {
                    next.extend(one(rest, at, |c| (*low <= c && c <= *high) != *negated));
                }
                Part::List { negated, characters } => {
                    next.extend(one(rest, at, |c| characters.contains(c) != *negated))
                }
                Part::AnyOf(choices) => {
                    choices.iter().for_each(|choice| next.extend(step(choice, path, BTreeSet::from([at]))));
                }
            }
        }
        next
    })
}

/// The places behind each run of characters that fit.
fn ends(rest: &str, at: usize, fits: impl Fn(char) -> bool) -> impl Iterator<Item = usize> {
    let run = rest.find(|c| !fits(c)).unwrap_or(rest.len());
    let run = &rest[..run];
    run.char_indices().map(move |(i, _)| at + i).chain([at + run.len()]).collect::<Vec<_>>().into_iter()
}

fn one(rest: &str, at: usize, fits: impl Fn(char) -> bool) -> Option<usize> {
    rest.chars().next().filter(|c| fits(*c)).map(|c| at + c.len_utf8())
}

/// Reads parts up to the end, or up to the `,` or `}` that ends an alternative.
fn parse(rest: &mut &str, depth: usize) -> Option<Vec<Part>> {
    if depth > MAX_DEPTH {
        return None;
    }
    let mut parts = Vec::new();
    while let Some(c) = rest.chars().next() {
        if depth > 0 && matches!(c, ',' | '}') {
            return Some(parts);
        }
        let tail = &rest[c.len_utf8()..];
        match c {
            '*' if tail.starts_with('*') => {
                *rest = &tail[1..];
                parts.push(Part::Super);
            }
            '*' => {
                *rest = tail;
                parts.push(Part::Any);
            }
            '?' => {
                *rest = tail;
                parts.push(Part::Single);
            }
            '[' => {
                *rest = tail;
                parts.push(class(rest)?);
            }
            '{' => {
                *rest = tail;
                parts.push(alternatives(rest, depth + 1)?);
            }
            _ => parts.push(Part::Text(text(rest, depth > 0))),
        }
    }
    (depth == 0).then_some(parts)
}

fn text(rest: &mut &str, in_alternative: bool) -> String {
    let mut text = String::new();
    let mut characters = rest.chars();
    loop {
        *rest = characters.as_str();
        match characters.next() {
            None => return text,
            Some('\\') => text.extend(characters.next()),
            Some('?' | '*' | '[' | '{') => return text,
            Some(',' | '}') if in_alternative => return text,
            Some(c) => text.push(c),
        }
    }
}

fn alternatives(rest: &mut &str, depth: usize) -> Option<Part> {
    let mut choices = Vec::new();
    loop {
        choices.push(parse(rest, depth)?);
        let ended = rest.starts_with('}');
        *rest = rest.get(1..)?;
        if ended {
            return Some(Part::AnyOf(choices));
        }
    }
}

/// A class behind its `[`: one range or one list of characters.
fn class(rest: &mut &str) -> Option<Part> {
    let negated = rest.starts_with('!');
    let body = rest.strip_prefix('!').unwrap_or(rest);
    let mut characters = body.chars();
    let low = characters.next()?;
    if let Some(tail) = characters.as_str().strip_prefix('-') {
        let high = tail.chars().next()?;
        *rest = tail[high.len_utf8()..].strip_prefix(']')?;
        return (low <= high).then_some(Part::Class { negated, low, high });
    }
    let mut list = String::new();
    let mut characters = body.chars();
    loop {
        match characters.next()? {
            ']' if list.is_empty() => return None,
            ']' => break,
            '\\' => list.push(characters.next()?),
            c => list.push(c),
        }
    }
    *rest = characters.as_str();
    Some(Part::List { negated, characters: list })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_respect_segments() {
        for (pattern, path, hit) in [
            ("files/*", "files/a.txt", true),
            ("files/*", "files/x/a.txt", false),
            ("files/**", "files/x/a.txt", true),
            ("**.yaml", "a/b/c.yaml", true),
            ("*.{json,yaml}", "a.yaml", true),
            ("*.{json,yaml}", "a.toml", false),
            ("{dashboards,rules}/*.json", "rules/a.json", true),
            ("a?c", "abc", true),
            ("a?c", "a/c", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[abc]x", "cx", true),
            ("a\\*b", "a*b", true),
            ("{", "anything/at/all", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(Glob::new(pattern).matches(path), hit, "{pattern} {path}");
        }
    }
}
