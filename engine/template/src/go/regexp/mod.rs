//! Regular expressions with Go's syntax, semantics and error texts, matched in linear time.
//!
//! [`Regexp::compile`] reads RE2 syntax itself, because error texts and a few constructs are Go's own, and hands the
//! result to the automata of the `regex` family, which prefer the leftmost match and then the first alternative, as Go
//! does.

mod class;
mod expand;
mod parse;

use regex_automata::Input;
use regex_automata::meta::{self, BuildError};

pub use parse::SyntaxError;

/// Most memory that one compiled expression may take, in bytes.
pub const MAX_REGEXP_BYTES: usize = 4 << 20;

/// Deepest nesting of groups and repetitions.
pub const MAX_REGEXP_DEPTH: usize = 250;

/// Says why an expression cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegexpError {
    /// The expression is malformed.
    #[error(transparent)]
    Syntax(#[from] SyntaxError),
    /// The compiled expression would be larger than [`MAX_REGEXP_BYTES`].
    #[error("regular expression is too large: compiled it takes more than {MAX_REGEXP_BYTES} bytes")]
    TooLarge,
    /// The expression nests deeper than [`MAX_REGEXP_DEPTH`].
    #[error("regular expression nests deeper than {MAX_REGEXP_DEPTH} levels")]
    TooDeep,
}

/// Reads the text of an expression.
///
/// # Errors
/// Where it is not UTF-8, which Go finds out when it comes to that place.
pub fn utf8(expression: &[u8]) -> Result<&str, SyntaxError> {
    std::str::from_utf8(expression).map_err(|error| {
        let rest = expression.get(error.valid_up_to()..).unwrap_or_default();
        SyntaxError { reason: "invalid UTF-8", part: String::from_utf8_lossy(rest).into_owned() }
    })
}

/// A compiled regular expression.
#[derive(Debug, Clone)]
pub struct Regexp {
    automaton: meta::Regex,
    /// The names of the groups by number; unnamed groups, and group 0, are empty.
    names: Vec<String>,
    empty: bool,
}

impl Regexp {
    /// Compiles an expression in RE2 syntax.
    pub fn compile(expression: &str) -> Result<Self, RegexpError> {
        let parsed = parse::parse(expression)?;
        let config = meta::Config::new().nfa_size_limit(Some(MAX_REGEXP_BYTES)).utf8_empty(true);
        let automaton = meta::Builder::new()
            .configure(config)
            .build_from_hir(&parsed.hir)
            .map_err(|_: BuildError| RegexpError::TooLarge)?;
        Ok(Self { automaton, names: parsed.names, empty: expression.is_empty() })
    }

    /// Says whether the expression matches anywhere in a text.
    pub fn is_match(&self, text: &str) -> bool {
        self.automaton.is_match(text)
    }

    /// Returns the leftmost match.
    pub fn find<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.automaton.find(text).and_then(|found| text.get(found.range()))
    }

    /// Returns all matches that do not overlap, at most `limit` of them when it is not negative.
    pub fn find_all<'t>(&self, text: &'t str, limit: i64) -> Vec<&'t str> {
        self.matches(text, limit).into_iter().filter_map(|(start, end)| text.get(start..end)).collect()
    }

    /// Replaces all matches; `$1`, `$name` and `${name}` in the template stand for groups.
    pub fn replace_all(&self, text: &str, template: &str) -> String {
        if !template.contains('$') {
            return self.replace_all_literal(text, template);
        }
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for captures in self.automaton.captures_iter(Input::new(text)) {
            let Some(found) = captures.get_match() else { continue };
            out.push_str(text.get(at..found.start()).unwrap_or_default());
            let group = |index: usize| captures.get_group(index).and_then(|span| text.get(span.range()));
            expand::expand(&mut out, template, &self.names, group);
            at = found.end();
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }

    /// Replaces all matches by a text that is taken as it is.
    pub fn replace_all_literal(&self, text: &str, replacement: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut at = 0;
        for (start, end) in self.matches(text, -1) {
            out.push_str(text.get(at..start).unwrap_or_default());
            out.push_str(replacement);
            at = end;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }

    /// Cuts a text at the matches, into at most `limit` pieces when it is not negative; `None` for a limit of 0.
    pub fn split<'t>(&self, text: &'t str, limit: i64) -> Option<Vec<&'t str>> {
        if limit == 0 {
            return None;
        }
        if !self.empty && text.is_empty() {
            return Some(vec![""]);
        }
        let mut pieces = Vec::new();
        let (mut begin, mut end) = (0, 0);
        for (start, stop) in self.matches(text, limit) {
            if limit > 0 && pieces.len() as i64 == limit - 1 {
                break;
            }
            end = start;
            if stop != 0 {
                pieces.push(text.get(begin..end).unwrap_or_default());
            }
            begin = stop;
        }
        if end != text.len() {
            pieces.push(text.get(begin..).unwrap_or_default());
        }
        Some(pieces)
    }

    fn matches(&self, text: &str, limit: i64) -> Vec<(usize, usize)> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        self.automaton.find_iter(text).take(limit).map(|found| (found.start(), found.end())).collect()
    }
}

/// Escapes all characters that mean something in an expression.
pub fn quote_meta(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
