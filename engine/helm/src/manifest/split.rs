//! A rendered file to its documents.

use crate::dialect::Dialect;

/// Splits a rendered file into documents, as Helm does: by text, before any YAML is read.
///
/// Helm 3 trims every document; Helm 4 keeps the end of each document as it was written. Neither returns documents
/// that are blank.
pub fn split(file: &str, dialect: Dialect) -> Vec<&str> {
    if dialect.keeps_document_tail() { split_at_lines(file) } else { split_at_breaks(file) }
}

/// Helm 4: a separator is `---` at the start of a line, with the blanks after it.
fn split_at_lines(file: &str) -> Vec<&str> {
    let text = file.trim_start_matches(char::is_whitespace);
    let mut documents = Vec::new();
    let (mut start, mut search) = (0, 0);
    while let Some(at) = next_line_break(text, search) {
        push_kept(&mut documents, &text[start..at]);
        start = skip(text, at + 3, |byte| matches!(byte, b' ' | b'\t'));
        search = start;
    }
    push_kept(&mut documents, &text[start..]);
    documents
}

fn push_kept<'a>(documents: &mut Vec<&'a str>, document: &'a str) {
    let document = document.trim_start_matches(char::is_whitespace);
    if !document.is_empty() {
        documents.push(document);
    }
}

/// The next `---` at or after `from` that starts a line.
fn next_line_break(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut from = from;
    if from == 0 && bytes.starts_with(b"---") {
        return Some(0);
    }
    // A separator right behind another one's blanks is not at the start of a line, hence the step back.
    from = from.saturating_sub(1);
    memchr::memmem::find(&bytes[from..], b"\n---").map(|at| from + at + 1)
}

/// Helm 3: a separator is `---` at the start of the text or after a line break, with all white space around it.
fn split_at_breaks(file: &str) -> Vec<&str> {
    let text = file.trim_matches(char::is_whitespace);
    let bytes = text.as_bytes();
    let mut documents = Vec::new();
    let mut start = 0;
    if bytes.starts_with(b"---") {
        start = skip(text, 3, is_break_space);
    }
    let finder = memchr::memmem::Finder::new(b"\n---");
    let mut search = start;
    while let Some(at) = finder.find(&bytes[search..]).map(|at| search + at) {
        let end = (start..at).rev().find(|&i| !is_break_space(bytes[i])).map_or(start, |i| i + 1);
        push_trimmed(&mut documents, &text[start..end]);
        start = skip(text, at + 4, is_break_space);
        search = start;
    }
    push_trimmed(&mut documents, &text[start..]);
    documents
}

fn push_trimmed<'a>(documents: &mut Vec<&'a str>, document: &'a str) {
    if !document.is_empty() {
        documents.push(document.trim_matches(char::is_whitespace));
    }
}

fn skip(text: &str, from: usize, matches: impl Fn(u8) -> bool) -> usize {
    let bytes = text.as_bytes();
    (from..bytes.len()).find(|&i| !matches(bytes[i])).unwrap_or(bytes.len())
}

/// White space of Go's regular expressions.
fn is_break_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three(text: &str) -> Vec<&str> {
        split(text, Dialect::Helm3)
    }

    fn four(text: &str) -> Vec<&str> {
        split(text, Dialect::Helm4)
    }

    #[test]
    fn helm_3_trims_and_helm_4_keeps_ends() {
        assert_eq!(three("---\na: 1\n\n---\nb: 2\n\n"), ["a: 1", "b: 2"]);
        assert_eq!(four("---\na: 1\n\n---\nb: 2\n\n"), ["a: 1\n\n", "b: 2\n\n"]);
    }

    #[test]
    fn separators_need_the_start_of_a_line() {
        assert_eq!(three("a: x---y\n--- \nb: 2"), ["a: x---y", "b: 2"]);
        assert_eq!(four("a: x---y\n--- # c\nb: 2"), ["a: x---y\n", "# c\nb: 2"]);
        assert_eq!(four("---apiVersion: v1\n----\nx"), ["apiVersion: v1\n", "-\nx"]);
    }

    #[test]
    fn a_separator_whose_line_break_was_taken_is_text_in_helm_3() {
        assert_eq!(three("---\n---\na: 1"), ["---\na: 1"]);
        assert_eq!(four("---\n---\na: 1"), ["a: 1"]);
        assert_eq!(three("a\n---\n---\nb"), ["a", "---\nb"]);
    }

    #[test]
    fn blank_texts_have_no_documents() {
        for text in ["", "\n", "---", "---\n", " \n---\n  "] {
            assert!(four(text).is_empty(), "{text:?}");
        }
        assert!(three("---\n").is_empty());
    }
}
