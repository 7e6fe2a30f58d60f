//! Upper and lower case, and words glued together.

use super::args::{bytes, text};
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::go::unicode::{is_lower, is_punct, is_space, is_title, is_upper, to_lower, to_title, to_upper};
use crate::value::{Type, Value};

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("upper", &[Type::String], |_, args| map_chars(args, to_upper)),
    Function::new("lower", &[Type::String], |_, args| map_chars(args, to_lower)),
    Function::new("title", &[Type::String], title),
    Function::new("untitle", &[Type::String], untitle),
    Function::new("swapcase", &[Type::String], swapcase),
    Function::new("initials", &[Type::String], initials),
    Function::new("nospace", &[Type::String], nospace),
    Function::new("camelcase", &[Type::String], camelcase),
    Function::new("snakecase", &[Type::String], |_, args| Ok(join_words(&text(args, 0), '_').into())),
    Function::new("kebabcase", &[Type::String], |_, args| Ok(join_words(&text(args, 0), '-').into())),
];

fn map_chars(args: &[Value], map: fn(char) -> char) -> Result<Value, FnError> {
    let text = text(args, 0);
    if let Some(value @ Value::Str(text)) = args.first()
        && text.chars().all(|c| map(c) == c)
    {
        return Ok(value.clone());
    }
    Ok(text.chars().map(map).collect::<String>().into())
}

/// Raises the first letter of each word, where a word ends at anything but letters, digits and underscores.
fn title(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let mut after_separator = true;
    let raise = |c: char| {
        let raised = if after_separator { to_title(c) } else { c };
        after_separator = if c.is_ascii() { !c.is_ascii_alphanumeric() && c != '_' } else { is_space(c) };
        raised
    };
    Ok(text(args, 0).chars().map(raise).collect::<String>().into())
}

fn untitle(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let mut first = true;
    let lower = |c: char| {
        let lowered = if first && !is_space(c) { to_lower(c) } else { c };
        first = is_space(c);
        lowered
    };
    Ok(text(args, 0).chars().map(lower).collect::<String>().into())
}

fn swapcase(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let mut after_space = true;
    let swap = |c: char| {
        if is_upper(c) || is_title(c) {
            after_space = false;
            to_lower(c)
        } else if is_lower(c) {
            let swapped = if after_space { to_title(c) } else { to_upper(c) };
            after_space = false;
            swapped
        } else {
            after_space = is_space(c);
            c
        }
    };
    Ok(text(args, 0).chars().map(swap).collect::<String>().into())
}

/// Takes the first letter of each word. Goes byte by byte, so letters beyond ASCII come out as Latin-1 sees them.
fn initials(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let mut after_space = true;
    let mut out = String::new();
    for c in bytes(args, 0).iter().copied().map(char::from) {
        if is_space(c) {
            after_space = true;
        } else if std::mem::take(&mut after_space) {
            out.push(c);
        }
    }
    Ok(out.into())
}

/// Removes white space. Goes byte by byte: once there is any, letters beyond ASCII come out as Latin-1 sees them.
fn nospace(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let bytes = bytes(args, 0);
    if !bytes.iter().copied().map(char::from).any(is_space) {
        return Ok(args.first().cloned().unwrap_or_default());
    }
    Ok(bytes.iter().copied().map(char::from).filter(|c| !is_space(*c)).collect::<String>().into())
}

/// Joins words at dashes, underscores and spaces, raising the first letter of each.
fn camelcase(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let text = text(args, 0);
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    let mut last = None;
    let mut in_upper = false;
    for c in chars.by_ref() {
        if !is_connector(c) {
            in_upper = is_upper(c);
            last = Some(to_upper(c));
            break;
        }
        out.push(c);
        last = Some(c);
    }
    let Some(mut last) = last else { return Ok("".into()) };
    if chars.as_str().is_empty() {
        // A text of connectors only repeats its last one.
        out.push(last);
        return Ok(out.into());
    }
    for c in chars {
        let previous = last;
        last = c;
        if is_connector(c) && is_connector(previous) {
            out.push(previous);
        } else if is_connector(previous) {
            in_upper = is_upper(c);
            last = to_upper(c);
        } else {
            if in_upper && is_upper(c) {
                last = to_lower(c);
            } else {
                in_upper = false;
            }
            out.push(previous);
        }
    }
    out.push(last);
    Ok(out.into())
}

fn is_connector(c: char) -> bool {
    c == '-' || c == '_' || is_space(c)
}

/// Chinese characters are no letters here, because they have no case and no words.
fn is_letter(c: char) -> bool {
    c.is_alphabetic()
        && !matches!(c, '\u{3400}'..='\u{4d85}' | '\u{4e00}'..='\u{9fcc}' | '\u{20000}'..='\u{2b81d}')
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    End,
    Number,
    Upper,
    Letters,
    Connector,
    Punctuation,
    Other,
}

impl Word {
    fn joins_number(self) -> bool {
        matches!(self, Self::Letters | Self::Number)
    }

    /// Whether a connector goes before the word.
    fn wants_connector(self) -> bool {
        !matches!(self, Self::End | Self::Connector | Self::Punctuation)
    }
}

/// Writes words in lower case with a connector between them; digits stay with the letters around them.
fn join_words(text: &str, connector: char) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let (mut kind, mut word, mut rest) = next_word(text);
    while !rest.is_empty() {
        if kind != Word::Connector {
            push_word(&mut out, kind, word, connector);
        }
        let (previous, last) = (kind, word);
        (kind, word, rest) = next_word(rest);
        match previous {
            Word::Number => {
                while kind.joins_number() {
                    push_word(&mut out, kind, word, connector);
                    (kind, word, rest) = next_word(rest);
                }
                if kind.wants_connector() {
                    out.push(connector);
                }
            }
            Word::Connector => push_word(&mut out, previous, last, connector),
            Word::Punctuation => {}
            _ if kind != Word::Number => {
                if !matches!(kind, Word::Connector | Word::Punctuation) {
                    out.push(connector);
                }
            }
            _ if rest.is_empty() => {}
            _ => {
                let number = word;
                (kind, word, rest) = next_word(rest);
                if kind != Word::Letters {
                    push_word(&mut out, Word::Number, number, connector);
                    if !matches!(kind, Word::Connector | Word::Punctuation) {
                        out.push(connector);
                    }
                    continue;
                }
                out.push(connector);
                push_word(&mut out, Word::Number, number, connector);
                while kind.joins_number() {
                    push_word(&mut out, kind, word, connector);
                    (kind, word, rest) = next_word(rest);
                }
                if kind.wants_connector() {
                    out.push(connector);
                }
            }
        }
    }
    push_word(&mut out, kind, word, connector);
    out
}

fn push_word(out: &mut String, kind: Word, word: &str, connector: char) {
    match kind {
        Word::Connector => out.extend(word.chars().map(|_| connector)),
        Word::Upper => out.extend(word.chars().map(|c| if is_upper(c) { to_lower(c) } else { c })),
        _ => out.push_str(word),
    }
}

fn next_word(text: &str) -> (Word, &str, &str) {
    let Some(first) = text.chars().next() else { return (Word::End, "", "") };
    let run = |belongs: fn(char) -> bool| text.find(|c| !belongs(c)).unwrap_or(text.len());
    let (kind, end) = if is_connector(first) {
        (Word::Connector, run(is_connector))
    } else if is_punct(first) {
        (Word::Punctuation, run(is_punct))
    } else if is_upper(first) {
        (Word::Upper, upper_word_end(text, first.len_utf8()))
    } else if is_letter(first) {
        (Word::Letters, run(|c| is_letter(c) && !is_upper(c)))
    } else if first.is_numeric() {
        (Word::Number, run(char::is_numeric))
    } else {
        (Word::Other, run(|c| !is_connector(c) && !is_letter(c) && !c.is_numeric() && !is_punct(c)))
    };
    let (word, rest) = text.split_at(end);
    (kind, word, rest)
}

/// The end of a word that begins with a capital: `Http` or, before another such word, all but the last of `HTTPs`.
fn upper_word_end(text: &str, first: usize) -> usize {
    let tail = &text[first..];
    let Some(second) = tail.chars().next() else { return first };
    if !is_upper(second) {
        let end = tail.find(|c: char| !is_letter(c) || is_upper(c)).unwrap_or(tail.len());
        return first + end;
    }
    let end = tail.find(|c| !is_upper(c)).unwrap_or(tail.len());
    let next = tail[end..].chars().next();
    let last = tail[..end].chars().next_back().map_or(0, char::len_utf8);
    if next.is_some_and(is_letter) { first + end - last } else { first + end }
}
