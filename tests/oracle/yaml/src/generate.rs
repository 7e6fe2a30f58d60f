//! Random texts and values, weighted towards what trips readers and printers.

use crate::oracle::Question;

/// A small generator of random numbers; the seed alone decides.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides.max(1) as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }
}

/// The questions of one seed.
pub(crate) fn questions(seed: u64) -> Vec<Question> {
    let mut dice = Dice(seed);
    let ask = |kinds: &[&str], input: String| {
        kinds.iter().map(|kind| Question { kind: (*kind).to_owned(), input: input.clone() }).collect()
    };
    match dice.roll(5) {
        0 => {
            let input = soup(&mut dice);
            ask(&["read", "nodes"], input)
        }
        1 => {
            let mut input = String::new();
            block(&mut dice, 0, 0, &mut input);
            ask(&["read", "read-map", "read-list", "read-strict", "nodes"], input)
        }
        2 => {
            let mut input = String::new();
            block(&mut dice, 0, 0, &mut input);
            mutate(&mut dice, &mut input);
            ask(&["read", "read-strict", "nodes"], input)
        }
        3 => {
            let mut input = String::new();
            json(&mut dice, 0, &mut input);
            mutate(&mut dice, &mut input);
            ask(&["json-read", "read"], input)
        }
        _ => {
            let mut input = String::new();
            json(&mut dice, 0, &mut input);
            let kinds =
                ["emit-v2", "emit-pretty", "emit-v3", "emit-kyaml", "json", "json-pretty", "json-read"];
            ask(&kinds, input)
        }
    }
}

const PIECES: &[&str] = &[
    "a",
    "b",
    "key",
    "1",
    "0",
    "-",
    "- ",
    "-\n",
    ": ",
    ":",
    ":\n",
    "? ",
    "?",
    "[",
    "]",
    "{",
    "}",
    ",",
    ", ",
    "\n",
    "\n",
    "\n  ",
    "\n    ",
    "\n ",
    "  ",
    " ",
    "\t",
    "#",
    " # c",
    "&a ",
    "*a",
    "*a ",
    "&b",
    "!!str ",
    "!!int ",
    "!t ",
    "!",
    "!<x> ",
    "|",
    ">",
    "|\n",
    ">\n",
    "|-\n",
    "|+\n",
    ">-\n",
    "|2\n",
    ">1-\n",
    "'",
    "\"",
    "''",
    "\\",
    "\\n",
    "\\x41",
    "\\u00e9",
    "%",
    "---",
    "---\n",
    "...\n",
    "\n---\n",
    "\n...\n",
    "@",
    "`",
    "<<: ",
    "<<: *a\n",
    "é",
    "\u{2028}",
    "\u{85}",
    "\r\n",
    "\r",
    "yes",
    "null",
    "~",
    "0x1f",
    "1e3",
    ".5",
    "12:30",
    "2001-01-01",
    "a: b\n",
    "- a\n",
    "  b: c\n",
    "  - d\n",
    "\"x\"",
    "'y'",
    "%YAML 1.1\n",
    "%TAG ! x\n",
    "\u{feff}",
    "😀",
    "x y",
    "text  ",
    "\n\n",
    "!!binary aGk=\n",
    "!!float 1\n",
    "!!null\n",
];

fn soup(dice: &mut Dice) -> String {
    (0..1 + dice.roll(14)).map(|_| dice.pick(PIECES)).collect()
}

fn mutate(dice: &mut Dice, text: &mut String) {
    for _ in 0..1 + dice.roll(3) {
        let mut chars: Vec<String> = text.chars().map(String::from).collect();
        let at = dice.roll(chars.len() + 1);
        match dice.roll(4) {
            0 if at < chars.len() => {
                chars.remove(at);
            }
            1 if at < chars.len() => chars[at] = dice.pick(PIECES).to_owned(),
            2 if at < chars.len() => chars.truncate(at),
            _ => chars.insert(at, dice.pick(PIECES).to_owned()),
        }
        *text = chars.concat();
    }
}

const SCALARS: &[&str] = &[
    "a",
    "text",
    "two words",
    "yes",
    "No",
    "on",
    "true",
    "False",
    "null",
    "~",
    "",
    "0",
    "1",
    "-1",
    "+1",
    "010",
    "0o17",
    "08",
    "0x1F",
    "0b11",
    "1_000",
    "1e3",
    "1.5",
    ".5",
    "5.",
    "1e-7",
    "1e400",
    "123456789012345678901",
    "18446744073709551615",
    "9223372036854775808",
    "-9223372036854775808",
    ".inf",
    "-.Inf",
    ".nan",
    "12:30:45",
    "2001-12-14",
    "2001-12-14T21:59:43Z",
    "'it''s'",
    "\"dq \\n \\u00e9 \\\"\"",
    "''",
    "\"\"",
    "<<",
    "=",
    "a:b",
    "a#b",
    "http://x/y?z=1&a",
    "- x",
    "[x]",
    "{x: y}",
    "[1, [2, {a: b}], 'c']",
    "{a: 1, b: [x, y], \"c\": 'd'}",
    "[a: b, c]",
    "{a, b: }",
    "!!str 1",
    "!!int 3",
    "!!float 1",
    "!!bool yes",
    "!custom x",
    "!!binary aGVsbG8=",
    "!!null x",
    "&anc x",
    "*anc",
    "1.0",
    "100000000000000000000.0",
    "1e21",
    "0.000001",
    "1e-10",
    "3.14159265358979",
    "0.1",
    "-0",
    "-0.0",
    "é",
    "日本",
    "x\u{a0}y",
    "@x",
    "%x",
    "`x",
    "a, b",
    "a]",
    "\"a\\\n  b\"",
    "'a\n\n  b'",
    "multi\n      line",
    "1,2",
    "0777",
    "0.5e+3",
    "1__0",
    "_1",
    "0x",
    "0b2",
    "+.inf",
    "y",
    "N",
    "!!timestamp 2001-01-01",
];

const KEYS: &[&str] = &[
    "a",
    "b",
    "c",
    "key",
    "other-key",
    "\"quoted\"",
    "'q 2'",
    "1",
    "2",
    "true",
    "yes",
    "1.5",
    "a.b/c",
    "x y",
    "a10",
    "a9",
    "A",
    "_",
    "null",
    "0x10",
    "<<",
    "? k\n",
    "é",
    "&k k",
    "1e3",
    "10",
    "01",
    "a1b2",
    "a1b10",
    "a-1",
    "a-b",
    "a_b",
    "Z",
];

/// Writes a block of lines at an indentation.
fn block(dice: &mut Dice, indent: usize, depth: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    let list = dice.roll(3) == 0;
    for i in 0..1 + dice.roll(4) {
        if !(i == 0 && out.ends_with("- ")) {
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
            if dice.roll(12) == 0 {
                out.push_str(dice.pick(&["# comment\n", "\n", "  # c\n", "   \n"]));
            }
            out.push_str(&pad);
        }
        if list {
            out.push_str("- ");
        } else {
            let key = dice.pick(KEYS);
            out.push_str(key);
            out.push_str(if key.starts_with("? ") { ": " } else { ":" });
        }
        value(dice, indent, depth, list, out);
    }
}

fn value(dice: &mut Dice, indent: usize, depth: usize, list: bool, out: &mut String) {
    let deeper = depth < 4;
    match dice.roll(8) {
        0 | 1 if deeper => {
            if list {
                block(dice, indent + 2, depth + 1, out);
            } else {
                out.push_str(dice.pick(&["\n", " # c\n", " &n\n", " !!map\n", "\n\n"]));
                let step = dice.pick(&[2, 2, 2, 4, 1, 0]);
                block(dice, indent + step, depth + 1, out);
            }
        }
        2 => literal(dice, indent, out),
        _ => {
            out.push(' ');
            out.push_str(dice.pick(SCALARS));
            out.push_str(dice.pick(&["\n", "\n", "\n", " # c\n", "  \n", "\r\n", "\n\n"]));
        }
    }
}

fn literal(dice: &mut Dice, indent: usize, out: &mut String) {
    out.push_str(
        dice.pick(&[" |", " >", " |-", " |+", " >-", " >+", " |2", " >2-", " |1", " &x |", " !!str >"]),
    );
    out.push_str(dice.pick(&["\n", "\n", " # c\n", " \n"]));
    let pad = " ".repeat(indent + dice.pick(&[2, 2, 2, 4, 1, 3]));
    for _ in 0..dice.roll(5) {
        out.push_str(dice.pick(&["", "", &pad]));
        let line = dice.pick(&[
            "line",
            "two words",
            " more",
            "",
            "  ",
            "\ttab",
            "# no comment",
            "- x",
            "a: b",
            "end ",
            "é",
        ]);
        if !line.is_empty() {
            out.push_str(&pad);
        }
        out.push_str(line);
        out.push_str(dice.pick(&["\n", "\n", "\n", "\n\n", "\r\n"]));
    }
}

const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "text",
    "two words",
    "yes",
    "n",
    "true",
    "null",
    "~",
    "1",
    "1.5",
    "0x1f",
    "0o7",
    "010",
    "1e3",
    ".inf",
    "12:30",
    "1:2:3.4",
    "2001-01-01",
    "- x",
    "-",
    "--- ",
    "---",
    "...",
    "a: b",
    "a:",
    ":a",
    "a #b",
    "#a",
    "[",
    "]",
    "{}",
    "a, b",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
    "'",
    "\"",
    "it's",
    "say \"x\"",
    "%",
    "@",
    "`",
    "? a",
    "?",
    "<<",
    "=",
    " lead",
    "trail ",
    "\n",
    "a\n",
    "a\nb",
    "a\nb\n",
    "a\n\n",
    "\na",
    " a\nb",
    "a \nb",
    "a\n b",
    "a\n  b\n",
    "tab\there",
    "\ttab",
    "a\tb\nc",
    "\r",
    "a\r\nb",
    "\u{85}",
    "a\u{85}b",
    "\u{2028}",
    "a\u{2028}b\n",
    "é",
    "日本語",
    "😀",
    "a😀\nb",
    "\u{feff}",
    "\u{feff}abc",
    "\u{0}",
    "\u{7}\u{8}\u{b}\u{c}\u{1b}",
    "\u{7f}",
    "\u{9f}",
    "\u{a0}",
    "\u{fffd}",
    "\u{fffe}",
    "\\",
    "a\\b",
    "<a href=\"x\">&amp;</a>",
    "http://example.com:80/x?y=z#frag",
    "a: b: c",
    "key: |\n  text\n",
    "#!/bin/sh\nset -e\necho \"x\"\n",
    "a very long line of text that goes on and on until it must be folded because it is longer than eighty columns wide and more",
    "averylongwordwithoutanyspacesatallthatcannotbefoldedbecausetherearenospacesinit andthensome more words that follow it here",
    "it's a very long line of text with a quote that goes on and on until it must be folded: because it's longer than eighty columns  wide",
    "long with trailing colon that goes on and on and on and on and on and on and on and on and on and on:  double  spaces   inside   it ",
    "0b1",
    "1_000",
    "+1",
    "-1",
    "0.",
    "1e",
    "on",
    "OFF",
    "Y",
    "x: y\nz",
    "  \n",
    " \n ",
    "a\n\n\nb",
    "\n\n",
    "a\n\nb\n\n",
    "123456789012345678901234567890",
];

fn json(dice: &mut Dice, depth: usize, out: &mut String) {
    match dice.roll(if depth > 3 { 6 } else { 10 }) {
        0..=2 => string(dice, out),
        3 => out.push_str(dice.pick(&[
            "0",
            "1",
            "-1",
            "12",
            "9007199254740993",
            "1e5",
            "1000000",
            "1e20",
            "1e21",
            "1e22",
            "123456789012",
            "9223372036854775807",
        ])),
        4 => out.push_str(dice.pick(&[
            "1.5",
            "0.1",
            "1e-6",
            "1e-7",
            "123456.789",
            "1234567.5",
            "-0",
            "-0.0",
            "0.0",
            "1.0",
            "3.0e8",
            "1.7976931348623157e308",
            "5e-324",
            "18446744073709551615",
            "18446744073709551616",
            "1e300",
        ])),
        5 => out.push_str(dice.pick(&["true", "false", "null", "[]", "{}"])),
        6 | 7 => {
            out.push('[');
            for i in 0..dice.roll(4) {
                if i > 0 {
                    out.push(',');
                }
                json(dice, depth + 1, out);
            }
            out.push(']');
        }
        _ => object(dice, depth, out),
    }
}

fn object(dice: &mut Dice, depth: usize, out: &mut String) {
    out.push('{');
    let mut keys: Vec<String> = (0..dice.roll(6)).map(|_| key(dice)).collect();
    keys.sort();
    keys.dedup();
    for (i, key) in keys.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        out.push_str(key);
        out.push(':');
        json(dice, depth + 1, out);
    }
    out.push('}');
}

fn key(dice: &mut Dice) -> String {
    let mut out = String::new();
    match dice.roll(3) {
        0 => string(dice, &mut out),
        1 => {
            let text: String = (0..1 + dice.roll(5))
                .map(|_| dice.pick(&["a", "b", "1", "2", "0", "00", "-", "_", ".", "A", "é", "9", "/"]))
                .collect();
            out = serde_json::Value::from(text).to_string();
        }
        _ => {
            let length = dice.pick(&[1usize, 3, 120, 127, 128, 129, 200]);
            out = serde_json::Value::from("k".repeat(length)).to_string();
        }
    }
    out
}

fn string(dice: &mut Dice, out: &mut String) {
    let text = if dice.roll(4) == 0 {
        (0..dice.roll(8)).map(|_| dice.pick(TEXTS)).collect::<String>()
    } else {
        dice.pick(TEXTS).to_owned()
    };
    out.push_str(&serde_json::Value::from(text).to_string());
}
