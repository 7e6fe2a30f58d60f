//! Constraints: alternatives (`||`) of comparisons that must all hold.

use super::version::{Version, compare_prereleases, take_identifiers};
use crate::go::quote::quote;

/// Longest constraint text that is read, in bytes.
pub const MAX_CONSTRAINT_BYTES: usize = 512;

/// Most alternatives (`||`) a constraint may have.
pub const MAX_CONSTRAINT_GROUPS: usize = 32;

/// Says why a text is not a constraint, in the words that Helm prints.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConstraintError {
    /// The text is longer than [`MAX_CONSTRAINT_BYTES`].
    #[error("constraint string is too long (max {MAX_CONSTRAINT_BYTES} bytes)")]
    TooLong,
    /// There are more alternatives than [`MAX_CONSTRAINT_GROUPS`].
    #[error("too many constraint groups (max {MAX_CONSTRAINT_GROUPS})")]
    TooManyGroups,
    /// An alternative does not have the shape of comparisons; the text is the alternative.
    #[error("improper constraint: {}", quote(.0))]
    Improper(String),
    /// A comparison has the shape of a version but is none, like `1x.2`.
    #[error("constraint parser error")]
    Version,
}

/// A range of versions, such as `>= 1.2, < 2 || ^3.x`.
#[derive(Debug, Clone)]
pub struct Constraint {
    groups: Vec<Group>,
}

impl Constraint {
    /// Reads a constraint.
    pub fn parse(text: &str) -> Result<Self, ConstraintError> {
        if text.len() > MAX_CONSTRAINT_BYTES {
            return Err(ConstraintError::TooLong);
        }
        let text = rewrite_hyphen_ranges(text);
        if text.split("||").count() > MAX_CONSTRAINT_GROUPS {
            return Err(ConstraintError::TooManyGroups);
        }
        let groups = text.split("||").map(Group::parse).collect::<Result<_, _>>()?;
        Ok(Self { groups })
    }

    /// Says whether a version satisfies the constraint.
    ///
    /// Prereleases satisfy only alternatives that name a prerelease themselves, such as `>= 1.2-0`.
    pub fn check(&self, version: &Version) -> bool {
        self.groups.iter().any(|group| {
            (version.prerelease().is_empty() || group.names_prerelease)
                && group.comparisons.iter().all(|comparison| comparison.holds(version))
        })
    }
}

/// Comparisons that must all hold.
#[derive(Debug, Clone)]
struct Group {
    comparisons: Vec<Comparison>,
    names_prerelease: bool,
}

impl Group {
    fn parse(text: &str) -> Result<Self, ConstraintError> {
        let terms = split_terms(text).ok_or_else(|| ConstraintError::Improper(text.to_owned()))?;
        let comparisons = terms.iter().map(Comparison::new).collect::<Result<Vec<_>, _>>()?;
        let names_prerelease =
            comparisons.iter().any(|comparison| !comparison.version.prerelease().is_empty());
        Ok(Self { comparisons, names_prerelease })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterEqual,
    LessEqual,
    Tilde,
    Caret,
}

/// How much of the version a wildcard (or its absence) leaves open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// All three numbers are given.
    Nothing,
    /// `1.2` and `1.2.x`.
    Patch,
    /// `1` and `1.x`.
    Minor,
    /// `*`.
    Everything,
}

#[derive(Debug, Clone)]
struct Comparison {
    operator: Operator,
    version: Version,
    open: Open,
}

impl Comparison {
    fn new(term: &Term<'_>) -> Result<Self, ConstraintError> {
        let wild = |number: &str| matches!(number, "" | "x" | "X" | "*");
        let (text, open) = if wild(term.major) {
            (format!("0.0.0{}", term.prerelease), Open::Everything)
        } else if wild(term.minor) {
            (format!("{}.0.0{}", term.major, term.prerelease), Open::Minor)
        } else if wild(term.patch) {
            (format!("{}.{}.0{}", term.major, term.minor, term.prerelease), Open::Patch)
        } else {
            (term.whole.to_owned(), Open::Nothing)
        };
        let version = Version::parse(&text).map_err(|_| ConstraintError::Version)?;
        Ok(Self { operator: term.operator, version, open })
    }

    fn holds(&self, version: &Version) -> bool {
        match self.operator {
            Operator::Equal if self.open == Open::Nothing => *version == self.version,
            Operator::Equal | Operator::Tilde => self.tilde(version),
            Operator::NotEqual => self.not_equal(version),
            Operator::Greater => self.greater(version),
            Operator::Less => *version < self.version,
            Operator::GreaterEqual => *version >= self.version,
            Operator::LessEqual => self.less_equal(version),
            Operator::Caret => self.caret(version),
        }
    }

    fn not_equal(&self, version: &Version) -> bool {
        if self.open == Open::Nothing {
            return *version != self.version;
        }
        if version.major() != self.version.major() {
            return true;
        }
        let same_minor = version.minor() == self.version.minor();
        match self.open {
            Open::Minor => false,
            _ if !same_minor => true,
            Open::Patch => {
                let named = !version.prerelease().is_empty() || !self.version.prerelease().is_empty();
                named && compare_prereleases(version.prerelease(), self.version.prerelease()).is_ne()
            }
            // `!= *` compares with 0.0.0.
            _ => version.patch() != self.version.patch() || *version != self.version,
        }
    }

    fn greater(&self, version: &Version) -> bool {
        if self.open == Open::Nothing || version.major() != self.version.major() {
            return *version > self.version;
        }
        match self.open {
            // Nothing within 11.x is greater than 11.
            Open::Minor => false,
            Open::Patch => version.minor() > self.version.minor(),
            _ => *version > self.version,
        }
    }

    fn less_equal(&self, version: &Version) -> bool {
        if self.open == Open::Nothing {
            return *version <= self.version;
        }
        let same_major = version.major() == self.version.major();
        let beyond = version.major() > self.version.major()
            || same_major && version.minor() > self.version.minor() && self.open != Open::Minor;
        !beyond
    }

    fn tilde(&self, version: &Version) -> bool {
        if *version < self.version {
            return false;
        }
        let zero = (self.version.major(), self.version.minor(), self.version.patch()) == (0, 0, 0);
        if zero && !matches!(self.open, Open::Minor | Open::Patch) {
            return true;
        }
        version.major() == self.version.major()
            && (version.minor() == self.version.minor() || self.open == Open::Minor)
    }

    fn caret(&self, version: &Version) -> bool {
        if *version < self.version {
            return false;
        }
        if self.version.major() > 0 || self.open == Open::Minor {
            return version.major() == self.version.major();
        }
        if version.major() > 0 {
            return false;
        }
        if self.version.minor() > 0 || self.open == Open::Patch {
            return version.minor() == self.version.minor();
        }
        version.minor() == 0 && version.patch() == self.version.patch()
    }
}

/// One comparison as written.
struct Term<'a> {
    operator: Operator,
    /// The version text, without the operator.
    whole: &'a str,
    major: &'a str,
    minor: &'a str,
    patch: &'a str,
    /// With its dash.
    prerelease: &'a str,
}

/// Splits an alternative into its comparisons, which spaces or commas keep apart; `None` when it is malformed.
fn split_terms(text: &str) -> Option<Vec<Term<'_>>> {
    let mut terms = Vec::new();
    let mut rest = skip_space(text);
    loop {
        let (operator, after) = take_operator(rest);
        let (mut term, after) = take_version(skip_space(after))?;
        term.operator = operator;
        terms.push(term);
        let next = skip_space(after);
        if next.is_empty() {
            return Some(terms);
        }
        rest = match next.strip_prefix(',') {
            Some(next) => skip_space(next),
            None if next.len() < after.len() => next,
            None => return None,
        };
    }
}

fn take_operator(text: &str) -> (Operator, &str) {
    const OPERATORS: [(&str, Operator); 11] = [
        ("!=", Operator::NotEqual),
        (">=", Operator::GreaterEqual),
        ("=>", Operator::GreaterEqual),
        ("<=", Operator::LessEqual),
        ("=<", Operator::LessEqual),
        ("~>", Operator::Tilde),
        ("=", Operator::Equal),
        (">", Operator::Greater),
        ("<", Operator::Less),
        ("~", Operator::Tilde),
        ("^", Operator::Caret),
    ];
    OPERATORS
        .iter()
        .find_map(|(sign, operator)| Some((*operator, text.strip_prefix(sign)?)))
        .unwrap_or((Operator::Equal, text))
}

/// Takes a version with wildcards from the front of `text`.
fn take_version(text: &str) -> Option<(Term<'_>, &str)> {
    let (major, mut rest) = take_number(text.strip_prefix('v').unwrap_or(text))?;
    let mut numbers = [""; 2];
    for number in &mut numbers {
        let Some((digits, after)) = rest.strip_prefix('.').and_then(take_number) else { break };
        (*number, rest) = (digits, after);
    }
    let mut prerelease = "";
    if let Some((identifiers, after)) = rest.strip_prefix('-').and_then(take_identifiers) {
        prerelease = &rest[..=identifiers.len()];
        rest = after;
    }
    if let Some((_, after)) = rest.strip_prefix('+').and_then(take_identifiers) {
        rest = after;
    }
    let whole = &text[..text.len() - rest.len()];
    let [minor, patch] = numbers;
    Some((Term { operator: Operator::Equal, whole, major, minor, patch, prerelease }, rest))
}

/// A number or wildcard. The bar belongs to the set because the library's pattern has it there.
fn take_number(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().take_while(|byte| matches!(byte, b'0'..=b'9' | b'x' | b'X' | b'*' | b'|')).count();
    (end > 0).then(|| text.split_at(end))
}

fn skip_space(text: &str) -> &str {
    text.trim_start_matches(['\t', '\n', '\x0c', '\r', ' '])
}

/// Rewrites `1.2 - 3` to `>= 1.2, <= 3 `.
fn rewrite_hyphen_ranges(text: &str) -> String {
    let mut result = text.to_owned();
    let mut at = 0;
    while at < text.len() {
        let Some(range) = text.is_char_boundary(at).then(|| take_hyphen_range(&text[at..])).flatten() else {
            at += 1;
            continue;
        };
        result = result.replacen(range.matched, &format!(">= {}, <= {} ", range.low, range.high), 1);
        at += range.matched.len();
    }
    result
}

struct HyphenRange<'a> {
    matched: &'a str,
    low: &'a str,
    high: &'a str,
}

fn take_hyphen_range(text: &str) -> Option<HyphenRange<'_>> {
    let (low, after) = take_version(skip_space(text))?;
    let dash = skip_space(after);
    let after_dash = dash.strip_prefix('-').filter(|_| dash.len() < after.len())?;
    let start = skip_space(after_dash);
    if start.len() == after_dash.len() {
        return None;
    }
    let (high, after) = take_version(start)?;
    let matched = &text[..text.len() - skip_space(after).len()];
    Some(HyphenRange { matched, low: low.whole, high: high.whole })
}
