//! Reading RE2 syntax. The parser keeps open groups on a stack of its own, so that no input makes it recurse.

use regex_syntax::hir::{Capture, Class, ClassUnicode, ClassUnicodeRange, Dot, Hir, Look, Repetition};

use super::class;
use super::{MAX_REGEXP_DEPTH, RegexpError};

/// Says where and why an expression is malformed, in Go's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("error parsing regexp: {reason}: `{part}`")]
pub struct SyntaxError {
    /// What is wrong.
    pub reason: &'static str,
    /// The part of the expression that is wrong.
    pub part: String,
}

const BAD_RANGE: &str = "invalid character class range";
const BAD_ESCAPE: &str = "invalid escape sequence";
const BAD_CAPTURE: &str = "invalid named capture";
const BAD_PERL: &str = "invalid or unsupported Perl syntax";
const BAD_REPEAT: &str = "invalid nested repetition operator";
const BAD_REPEAT_SIZE: &str = "invalid repeat count";
const NO_BRACKET: &str = "missing closing ]";
const NO_PAREN: &str = "missing closing )";
const NO_ARGUMENT: &str = "missing argument to repetition operator";
const TRAILING_BACKSLASH: &str = "trailing backslash at end of expression";
const UNEXPECTED_PAREN: &str = "unexpected )";

/// Largest count of a repetition, and largest product of nested counts.
const MAX_REPEAT: u32 = 1000;

/// What an expression means.
pub(super) struct Parsed {
    pub(super) hir: Hir,
    /// Group names by number.
    pub(super) names: Vec<String>,
}

pub(super) fn parse(expression: &str) -> Result<Parsed, RegexpError> {
    let mut parser = Parser {
        whole: expression,
        rest: expression,
        flags: Flags::default(),
        open: Vec::new(),
        group: Group::default(),
        names: vec![String::new()],
    };
    parser.run()?;
    Ok(parser.finish()?)
}

fn error<T>(reason: &'static str, part: &str) -> Result<T, SyntaxError> {
    Err(SyntaxError { reason, part: part.to_owned() })
}

#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    fold: bool,
    multi_line: bool,
    dot_newline: bool,
    lazy: bool,
}

/// A finished piece of the expression.
struct Item {
    hir: Hir,
    /// The largest product of nested counts within.
    repeats: u32,
    depth: usize,
}

impl Item {
    fn leaf(hir: Hir) -> Self {
        Self { hir, repeats: 1, depth: 1 }
    }

    /// Joins pieces by `join`; one piece stays as it is.
    fn join(mut items: Vec<Self>, join: fn(Vec<Hir>) -> Hir) -> Self {
        if items.len() == 1
            && let Some(item) = items.pop()
        {
            return item;
        }
        let repeats = items.iter().map(|item| item.repeats).max().unwrap_or(1);
        let depth = items.iter().map(|item| item.depth).max().unwrap_or(0) + 1;
        Self { hir: join(items.into_iter().map(|item| item.hir).collect()), repeats, depth }
    }
}

/// The inside of a pair of parentheses as far as it is read.
#[derive(Default)]
struct Group {
    capture: Option<u32>,
    /// The flags to restore at the closing parenthesis.
    outer_flags: Flags,
    alternatives: Vec<Item>,
    current: Vec<Item>,
}

impl Group {
    fn end_alternative(&mut self) {
        let current = std::mem::take(&mut self.current);
        self.alternatives.push(Item::join(current, Hir::concat));
    }

    fn finish(mut self) -> Item {
        self.end_alternative();
        let mut item = Item::join(self.alternatives, Hir::alternation);
        if let Some(index) = self.capture {
            item.hir = Hir::capture(Capture { index, name: None, sub: Box::new(item.hir) });
            item.depth += 1;
        }
        item
    }
}

struct Parser<'a> {
    whole: &'a str,
    rest: &'a str,
    flags: Flags,
    open: Vec<Group>,
    group: Group,
    names: Vec<String>,
}

impl<'a> Parser<'a> {
    fn run(&mut self) -> Result<(), RegexpError> {
        // The repetition just read, with everything after it: a second one right behind is an error.
        let mut last_repeat: Option<&'a str> = None;
        while let Some(c) = self.rest.chars().next() {
            let before = self.rest;
            let mut repeat = None;
            match c {
                '(' => self.open_group()?,
                ')' => self.close_group()?,
                '|' => {
                    self.group.end_alternative();
                    self.rest = &self.rest[1..];
                }
                '*' | '+' | '?' => {
                    self.rest = &self.rest[1..];
                    let (min, max) = match c {
                        '*' => (0, None),
                        '+' => (1, None),
                        _ => (0, Some(1)),
                    };
                    self.repeat(min, max, false, before, last_repeat)?;
                    repeat = Some(before);
                }
                '{' => match take_counts(before) {
                    Some(counts) => {
                        self.rest = counts.rest;
                        let (min, max) = counts.check(before)?;
                        self.repeat(min, max, true, before, last_repeat)?;
                        repeat = Some(before);
                    }
                    None => self.literal(c, &before[1..]),
                },
                '\\' => self.backslash()?,
                '[' => {
                    let class = self.class()?;
                    self.push(Hir::class(Class::Unicode(class)));
                }
                '^' => self.look(1, if self.flags.multi_line { Look::StartLF } else { Look::Start }),
                '$' => self.look(1, if self.flags.multi_line { Look::EndLF } else { Look::End }),
                '.' => {
                    self.rest = &self.rest[1..];
                    self.push(Hir::dot(if self.flags.dot_newline {
                        Dot::AnyChar
                    } else {
                        Dot::AnyCharExceptLF
                    }));
                }
                c => self.literal(c, &before[c.len_utf8()..]),
            }
            last_repeat = repeat;
        }
        Ok(())
    }

    fn finish(self) -> Result<Parsed, SyntaxError> {
        if !self.open.is_empty() {
            return error(NO_PAREN, self.whole);
        }
        Ok(Parsed { hir: self.group.finish().hir, names: self.names })
    }

    fn push(&mut self, hir: Hir) {
        self.group.current.push(Item::leaf(hir));
    }

    fn look(&mut self, length: usize, look: Look) {
        self.rest = &self.rest[length..];
        self.push(Hir::look(look));
    }

    fn literal(&mut self, c: char, rest: &'a str) {
        self.rest = rest;
        let mut class = class::from_ranges(&[(c, c)]);
        if self.flags.fold {
            class::fold(&mut class);
        }
        self.push(Hir::class(Class::Unicode(class)));
    }

    fn open_group(&mut self) -> Result<(), RegexpError> {
        if self.open.len() >= MAX_REGEXP_DEPTH {
            return Err(RegexpError::TooDeep);
        }
        if self.rest.starts_with("(?") {
            return Ok(self.open_perl_group()?);
        }
        self.rest = &self.rest[1..];
        self.begin(Some(String::new()));
        Ok(())
    }

    /// Opens a group; one that captures has a name, which may be empty.
    fn begin(&mut self, name: Option<String>) {
        let capture = name.map(|name| {
            self.names.push(name);
            (self.names.len() - 1) as u32
        });
        let group = Group { capture, outer_flags: self.flags, ..Group::default() };
        self.open.push(std::mem::replace(&mut self.group, group));
    }

    fn close_group(&mut self) -> Result<(), RegexpError> {
        let Some(outer) = self.open.pop() else { return Ok(error(UNEXPECTED_PAREN, self.whole)?) };
        let group = std::mem::replace(&mut self.group, outer);
        self.flags = group.outer_flags;
        let item = group.finish();
        if item.depth > MAX_REGEXP_DEPTH {
            return Err(RegexpError::TooDeep);
        }
        self.group.current.push(item);
        self.rest = &self.rest[1..];
        Ok(())
    }

    /// Reads `(?i)`, `(?i:`, `(?P<name>` and `(?<name>`.
    fn open_perl_group(&mut self) -> Result<(), SyntaxError> {
        let whole = self.rest;
        let named = ["(?P<", "(?<"].iter().find(|lead| whole.starts_with(**lead));
        if let Some(lead) = named.filter(|lead| whole.len() > lead.len()) {
            let Some(end) = whole.find('>') else { return error(BAD_CAPTURE, whole) };
            let name = whole.get(lead.len()..end).unwrap_or_default();
            if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
                return error(BAD_CAPTURE, &whole[..=end]);
            }
            self.rest = &whole[end + 1..];
            self.begin(Some(name.to_owned()));
            return Ok(());
        }
        let mut flags = self.flags;
        let (mut on, mut saw_flag) = (true, false);
        let mut read = 2;
        for c in whole[2..].chars() {
            read += c.len_utf8();
            let flag = match c {
                'i' => &mut flags.fold,
                'm' => &mut flags.multi_line,
                's' => &mut flags.dot_newline,
                'U' => &mut flags.lazy,
                '-' if on => {
                    (on, saw_flag) = (false, false);
                    continue;
                }
                ':' | ')' if on || saw_flag => {
                    self.rest = &whole[read..];
                    if c == ':' {
                        self.begin(None);
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => break,
            };
            *flag = on;
            saw_flag = true;
        }
        error(BAD_PERL, &whole[..read])
    }

    /// Repeats the last piece. `before` is the text from the operator on; `self.rest` the text after it.
    fn repeat(
        &mut self,
        min: u32,
        max: Option<u32>,
        counted: bool,
        before: &'a str,
        last_repeat: Option<&'a str>,
    ) -> Result<(), RegexpError> {
        let mut greedy = !self.flags.lazy;
        if let Some(after) = self.rest.strip_prefix('?') {
            self.rest = after;
            greedy = !greedy;
        }
        if let Some(last) = last_repeat {
            return Ok(error(BAD_REPEAT, &last[..last.len() - self.rest.len()])?);
        }
        let operator = &before[..before.len() - self.rest.len()];
        let Some(item) = self.group.current.pop() else { return Ok(error(NO_ARGUMENT, operator)?) };
        let repeats = match max.unwrap_or(min) {
            _ if !counted => item.repeats,
            0 if max == Some(0) => 0,
            count => item.repeats.saturating_mul(count.max(1)),
        };
        if counted && (min >= 2 || max.is_some_and(|max| max >= 2)) && repeats > MAX_REPEAT {
            return Ok(error(BAD_REPEAT_SIZE, operator)?);
        }
        if item.depth >= MAX_REGEXP_DEPTH {
            return Err(RegexpError::TooDeep);
        }
        let hir = Hir::repetition(Repetition { min, max, greedy, sub: Box::new(item.hir) });
        self.group.current.push(Item { hir, repeats, depth: item.depth + 1 });
        Ok(())
    }

    fn backslash(&mut self) -> Result<(), SyntaxError> {
        match self.rest[1..].chars().next() {
            Some('A') => self.look(2, Look::Start),
            Some('z') => self.look(2, Look::End),
            Some('b') => self.look(2, Look::WordAscii),
            Some('B') => self.look(2, Look::WordAsciiNegate),
            Some('C') => return error(BAD_ESCAPE, &self.rest[..2]),
            Some('Q') => {
                let quoted = &self.rest[2..];
                let (text, after) = quoted.split_once("\\E").unwrap_or((quoted, ""));
                for c in text.chars() {
                    self.literal(c, after);
                }
                self.rest = after;
            }
            _ => {
                if let Some(class) = self.class_escape()? {
                    self.push(Hir::class(Class::Unicode(class)));
                    return Ok(());
                }
                let (c, rest) = take_escape(self.rest)?;
                match char::from_u32(c) {
                    Some(c) => self.literal(c, rest),
                    // A surrogate can be written but never occurs in a text.
                    None => {
                        self.rest = rest;
                        self.push(Hir::fail());
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes `\pL`, `\P{Greek}`, `\d` and their like; `None` leaves everything where it is.
    fn class_escape(&mut self) -> Result<Option<ClassUnicode>, SyntaxError> {
        let Some(letter) = self.rest.strip_prefix('\\').and_then(|rest| rest.chars().next()) else {
            return Ok(None);
        };
        if matches!(letter, 'p' | 'P') {
            return self.unicode_class(letter == 'P').map(Some);
        }
        let Some((class, negated)) = class::perl(letter) else { return Ok(None) };
        self.rest = &self.rest[2..];
        Ok(Some(self.adjusted(class, negated)))
    }

    fn unicode_class(&mut self, negated: bool) -> Result<ClassUnicode, SyntaxError> {
        let text = self.rest;
        let Some(first) = text[2..].chars().next() else { return error(BAD_RANGE, text) };
        let (sequence, name) = if first == '{' {
            let Some(end) = text.find('}') else { return error(BAD_RANGE, text) };
            (&text[..=end], &text[3..end])
        } else {
            let sequence = &text[..2 + first.len_utf8()];
            (sequence, &sequence[2..])
        };
        let (negated, name) = name.strip_prefix('^').map_or((negated, name), |name| (!negated, name));
        let Some(class) = class::unicode(name) else { return error(BAD_RANGE, sequence) };
        self.rest = &text[sequence.len()..];
        Ok(self.adjusted(class, negated))
    }

    fn adjusted(&self, mut class: ClassUnicode, negated: bool) -> ClassUnicode {
        if self.flags.fold {
            class::fold(&mut class);
        }
        if negated {
            class.negate();
        }
        class
    }

    /// Reads a set in brackets.
    fn class(&mut self) -> Result<ClassUnicode, SyntaxError> {
        let whole = self.rest;
        let negated = whole.starts_with("[^");
        self.rest = &whole[if negated { 2 } else { 1 }..];
        let mut class = ClassUnicode::empty();
        let mut first = true;
        // A bracket is text when it comes first.
        while first || !self.rest.starts_with(']') {
            first = false;
            if let Some(named) = self.posix_class()? {
                class.union(&named);
            } else if let Some(escape) = self.class_escape()? {
                class.union(&escape);
            } else {
                self.range(&mut class, whole)?;
            }
        }
        self.rest = &self.rest[1..];
        if negated {
            class.negate();
        }
        Ok(class)
    }

    /// Takes `[:alpha:]` or `[:^alpha:]` within a set.
    fn posix_class(&mut self) -> Result<Option<ClassUnicode>, SyntaxError> {
        let Some(inside) = self.rest.strip_prefix("[:") else { return Ok(None) };
        let Some(end) = inside.find(":]") else { return Ok(None) };
        let (negated, name) =
            inside[..end].strip_prefix('^').map_or((false, &inside[..end]), |name| (true, name));
        let Some(class) = class::posix(name) else { return error(BAD_RANGE, &self.rest[..end + 4]) };
        self.rest = &inside[end + 2..];
        Ok(Some(self.adjusted(class, negated)))
    }

    fn range(&mut self, class: &mut ClassUnicode, whole: &str) -> Result<(), SyntaxError> {
        let start = self.rest;
        let low = self.class_char(whole)?;
        let mut high = low;
        // A dash that comes last is text.
        if self.rest.len() >= 2 && self.rest.starts_with('-') && !self.rest.starts_with("-]") {
            self.rest = &self.rest[1..];
            high = self.class_char(whole)?;
            if high < low {
                return error(BAD_RANGE, &start[..start.len() - self.rest.len()]);
            }
        }
        for (low, high) in scalar_ranges(low, high) {
            let mut range = ClassUnicode::new([ClassUnicodeRange::new(low, high)]);
            if self.flags.fold {
                class::fold(&mut range);
            }
            class.union(&range);
        }
        Ok(())
    }

    fn class_char(&mut self, whole: &str) -> Result<u32, SyntaxError> {
        let Some(c) = self.rest.chars().next() else { return error(NO_BRACKET, whole) };
        let (c, rest) =
            if c == '\\' { take_escape(self.rest)? } else { (u32::from(c), &self.rest[c.len_utf8()..]) };
        self.rest = rest;
        Ok(c)
    }
}

/// Leaves the surrogates, which no text contains, out of a range of code points.
fn scalar_ranges(low: u32, high: u32) -> impl Iterator<Item = (char, char)> {
    [(low, high.min(0xd7ff)), (low.max(0xe000), high)].into_iter().filter_map(|(low, high)| {
        let range = (char::from_u32(low)?, char::from_u32(high)?);
        (range.0 <= range.1).then_some(range)
    })
}

/// The counts in braces.
struct Counts<'a> {
    min: Option<u32>,
    /// `None` for an open end; `Some(None)` for a number that is too large.
    max: Option<Option<u32>>,
    rest: &'a str,
}

impl Counts<'_> {
    fn check(&self, before: &str) -> Result<(u32, Option<u32>), SyntaxError> {
        let small = |count: Option<u32>| count.filter(|count| *count <= MAX_REPEAT);
        let bad = || SyntaxError {
            reason: BAD_REPEAT_SIZE,
            part: before[..before.len() - self.rest.len()].to_owned(),
        };
        let min = small(self.min).ok_or_else(bad)?;
        let max = self.max.map(|max| small(max).filter(|max| *max >= min).ok_or_else(bad)).transpose()?;
        Ok((min, max))
    }
}

/// Takes `{n}`, `{n,}` or `{n,m}`; anything else is text.
fn take_counts(text: &str) -> Option<Counts<'_>> {
    let (min, rest) = take_count(text.strip_prefix('{')?)?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some(Counts { min, max: Some(min), rest });
    }
    let rest = rest.strip_prefix(',')?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Some(Counts { min, max: None, rest });
    }
    let (max, rest) = take_count(rest)?;
    Some(Counts { min, max: Some(max), rest: rest.strip_prefix('}')? })
}

/// A count without leading zeros; `None` inside for one that is too large.
fn take_count(text: &str) -> Option<(Option<u32>, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(end);
    if digits.is_empty() || digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    Some((digits.parse().ok(), rest))
}

/// Takes the escape of one character; the result may be a surrogate.
fn take_escape(text: &str) -> Result<(u32, &str), SyntaxError> {
    let mut chars = text[1..].chars();
    let Some(c) = chars.next() else { return error(TRAILING_BACKSLASH, "") };
    let rest = chars.as_str();
    let simple = match c {
        'a' => Some(0x07),
        'f' => Some(0x0c),
        'n' => Some(0x0a),
        'r' => Some(0x0d),
        't' => Some(0x09),
        'v' => Some(0x0b),
        c if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(u32::from(c)),
        _ => None,
    };
    if let Some(code) = simple {
        return Ok((code, rest));
    }
    match c {
        // One digit that is not 0 would be a reference to a group, which there is not.
        '1'..='7' if !rest.starts_with(|next: char| next.is_digit(8)) => error(BAD_ESCAPE, &text[..2]),
        '0'..='7' => {
            let more = rest.bytes().take(2).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
            let code = text[1..2 + more].bytes().fold(0, |sum, byte| sum * 8 + u32::from(byte - b'0'));
            Ok((code, &rest[more..]))
        }
        'x' => take_hex(text),
        c => error(BAD_ESCAPE, &text[..1 + c.len_utf8()]),
    }
}

/// Takes `\x41` or `\x{1F600}`.
fn take_hex(text: &str) -> Result<(u32, &str), SyntaxError> {
    let mut chars = text[2..].chars();
    let first = chars.next();
    if first != Some('{') {
        let second = first.and_then(|_| chars.next());
        let digits = first.and_then(|c| c.to_digit(16)).zip(second.and_then(|c| c.to_digit(16)));
        return match digits {
            Some((high, low)) => Ok((high * 16 + low, chars.as_str())),
            None => error(BAD_ESCAPE, &text[..text.len() - chars.as_str().len()]),
        };
    }
    let mut code = 0_u32;
    let mut digits = 0;
    loop {
        let c = chars.next();
        let digit = c.and_then(|c| c.to_digit(16));
        match (c, digit) {
            (Some('}'), _) if digits > 0 => return Ok((code, chars.as_str())),
            (_, Some(digit)) if code * 16 + digit <= u32::from(char::MAX) => {
                code = code * 16 + digit;
                digits += 1;
            }
            _ => return error(BAD_ESCAPE, &text[..text.len() - chars.as_str().len()]),
        }
    }
}
