//! What is read in one pass is what the parser reads, whatever happens to the text.

use super::{Blocks, Document, Documents};
use crate::emit::Dialect;
use crate::source::Source;

const MANIFEST: &str = "---
# Source: shop/templates/api.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: api # the name
  labels: {}
  annotations:
    'quoted': \"12\"
    \"a b\" : it's
    plain: of two
      lines
spec:
  template:
    spec:
      containers:
      - name: api
        args: [ ]
        flags: [a, \"b, c\", 'd',
          e f, # the last
          { g: h, \"i\":j, k: [] }, ]
        command:
          - ./api
          - --port=80
        ports:

        - containerPort: 80
          protocol: TCP
        -
          name: x
        -
        - - a
          - - b
      empty:
      volumes:
        - configMap:
            name: api
data:
  settings.yaml: |
    cache: \"\"

    # no comment
  folded: >-
    one
    two
  kept: |+
    text

last:
";

/// Every document of a text, or an error.
type Read<'a> = Vec<Result<Document<'a>, String>>;

fn read<'a>(mut documents: Documents<'a>) -> Read<'a> {
    let mut found = Vec::new();
    loop {
        match documents.next() {
            Ok(Some(document)) => found.push(Ok(document)),
            Ok(None) => return found,
            Err(error) => found.push(Err(format!("{error:?}"))),
        }
    }
}

/// Compares both ways to read a text, and tells whether the short one took all of it.
#[track_caller]
fn compare(text: &str) -> bool {
    let mut is_plain = true;
    for dialect in [Dialect::V2, Dialect::V3] {
        let source = Source::of_text(text);
        let by_parser = Documents { blocks: None, ..Documents::new(&source, dialect) };
        let (short, long) = (read(Documents::new(&source, dialect)), read(by_parser));
        assert_eq!(short, long, "{dialect:?} of {text:?}");
        let mut blocks = Blocks::new(&source, dialect);
        is_plain &= dialect == Dialect::V3 || blocks.as_mut().is_some_and(|blocks| to_end(blocks));
    }
    is_plain
}

fn to_end(blocks: &mut Blocks<'_>) -> bool {
    loop {
        match blocks.next() {
            Ok(Some(_)) => {}
            Ok(None) => return true,
            Err(_) => return false,
        }
    }
}

#[test]
fn manifests_are_read_in_one_pass() {
    for text in [
        MANIFEST,
        MANIFEST.trim_end(),
        &MANIFEST.replace('\n', "\r\n"),
        &MANIFEST.repeat(3),
        "a: 1",
        "a:",
        "- a\n-",
        "- a\n- b: c\n  d: e\n-   - f\n",
        "a:\n- b\n- c:\n  d:\ne: f\n   ",
        "a:\n  - b\n  ",
        "  a: 1\n  b: 2\n# end",
        "a: b\n---\nc: d\n",
        "a: {b: c}",
        "a:\n  {b: c, d: [{e: f}]}\n",
        "- [a,\n\tb]\n- [a-b, -c, 'd'] # e",
        "a: [b:c, d#e, http://f]",
        "a: [\n]\nb: {\n  c: d\n}",
    ] {
        assert!(compare(text), "{text:?}");
    }
}

#[test]
fn everything_else_is_the_parser_s() {
    for text in [
        "text",
        "&a a: *a",
        "{a: b}",
        "a: [b: c]",
        "a: {b: }",
        "a: {b}",
        "a: {b: c",
        "a: [b, c}",
        "a: [b,, c]",
        "a: [- b]",
        "a: [|, b]",
        "a: [&b c]",
        "a: [b]: c",
        "- [a]: b",
        "a: [b,\n---\nc]",
        "a: {b\n: c}",
        "a: [b] c",
        "? a\n: b",
        "%YAML 1.1\n---\na: b",
        "a: b\n...\nc: d",
        "a: b\n---\n",
        "--- a\n",
        "a:\tb",
        "- !!str a",
        "a: - b",
        "a: b: c",
        "\"a\" b: c",
        "a: \"b\" c",
        "a\nb: c",
        "a: b\n  c: d",
        "a:\n  b: 1\n c: 2",
        "- a\nb: c",
        "{}: a",
        ": a",
        "a: \u{1}",
    ] {
        assert!(!compare(text), "{text:?}");
    }
    for deep in ["- ".repeat(2_000), "a:\n".repeat(3), format!("{}: 1", "a".repeat(1_100))] {
        compare(&deep);
    }
}

#[test]
fn the_cases_are_read_alike() {
    let cases = concat!(
        include_str!("../../tests/cases/reading.md"),
        include_str!("../../tests/cases/edits.md"),
        include_str!("../../tests/cases/printing.md"),
    );
    let mut compared = 0;
    for block in cases.split("\n````").filter(|block| block.contains('\n')) {
        let (_, text) = block.split_once('\n').unwrap_or_default();
        compare(text);
        compared += 1;
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn damaged_manifests_are_read_alike() {
    const PIECES: &[&str] = &[
        "", " ", "  ", "\n", "\n\n", "\t", "-", "- ", ":", ": ", "#", " #", "'", "\"", "|", ">", "{", "}",
        "[]", "{}", "[", "]", "?", "&a", "*a", "!", "%", "---\n", "...\n", "\r", "é", "\u{85}", "\u{2028}",
        ",", "@", "key: ", "|2-\n",
    ];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut plain = 0;
    for _ in 0..20_000 {
        // A part of the manifest, so that most of it is about what was damaged.
        let lines: Vec<&str> = MANIFEST.split_inclusive('\n').collect();
        let first = random(lines.len());
        let mut text = lines[first..(first + 1 + random(12)).min(lines.len())].concat();
        for _ in 0..1 + random(2) {
            let mut at = random(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let end = (at + random(3)).min(text.len());
            if text.is_char_boundary(end) {
                text.replace_range(at..end, PIECES[random(PIECES.len())]);
            }
        }
        plain += usize::from(compare(&text));
    }
    assert!(plain > 1_000, "most damaged manifests are none any more: {plain}");
}
