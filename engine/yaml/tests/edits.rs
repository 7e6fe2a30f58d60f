//! Edits of whole texts, and that they mean what they should.

#![allow(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "tests read their cases from the disk, and stop at what is wrong"
)]

use fairlead_yaml::edit::image::{Image, set_images};
use fairlead_yaml::edit::{Edited, NewValue, Path, append, delete, set};
use fairlead_yaml::{Value, value};

/// Runs the edits of `tests/cases/edits.md`. `FAIRLEAD_BLESS=1` writes what came out into the file.
#[test]
fn edits() {
    let file = format!("{}/tests/cases/edits.md", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&file).expect("the case file is part of the repository");
    let (mut input, mut out) = (String::new(), String::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        let Some(info) = line.strip_prefix("````") else { continue };
        let body: Vec<&str> = lines.by_ref().take_while(|line| *line != "````").collect();
        let (command, escaped) = match info.strip_suffix(" escaped") {
            Some(command) => (command.strip_suffix(" ¦").unwrap_or(command), true),
            None => (info, false),
        };
        if command == "input" {
            input = if escaped { unquote(&body.join("\n")) } else { body.join("\n") + "\n" };
            out.push_str(&body.join("\n"));
        } else {
            let result = edit(command, &input).unwrap_or_else(|error| format!("error: {error}\n"));
            out.push_str(&if escaped {
                format!("{result:?}")
            } else {
                result.trim_end_matches('\n').to_owned()
            });
        }
        out.push_str("\n````\n");
    }
    if std::env::var_os("FAIRLEAD_BLESS").is_some() {
        std::fs::write(&file, &out).expect("the case file can be written");
    }
    let differs = text.lines().zip(out.lines()).enumerate().find(|(_, (old, new))| old != new);
    assert!(text == out, "the first difference is in line {differs:?}");
}

fn unquote(text: &str) -> String {
    let value = value::from_str(&format!("a: {text}")).expect("the literal is sound");
    value.field("a").and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn edit(command: &str, input: &str) -> Result<String, String> {
    let (verb, rest) = command.split_once(' ').unwrap_or((command, ""));
    let text = |edited: Result<Edited, fairlead_yaml::edit::Error>| {
        edited.map(|edited| edited.text).map_err(|error| error.to_string())
    };
    if verb == "image" {
        let images: Result<Vec<Image>, _> = rest.split(' ').map(Image::parse).collect();
        let images = images.map_err(|error| error.to_string().lines().next().unwrap_or("").to_owned())?;
        return text(set_images(input, &images));
    }
    // The value is the last word, or what follows a path with conditions.
    let (path, word) = if verb == "delete" { (rest, "") } else { split(rest) };
    let path = Path::parse(path).map_err(|error| error.to_string())?;
    match verb {
        "set" => text(set(input, &path, &NewValue::detect(word))),
        "string" => text(set(input, &path, &NewValue::Text(word.to_owned()))),
        "lines" => text(set(input, &path, &NewValue::Text(word.replace("\\n", "\n")))),
        "append" => text(append(input, &path, &NewValue::detect(word))),
        "delete" => text(delete(input, &path)),
        _ => Err(format!("unknown command {verb}")),
    }
}

/// Splits a path from a value: at the first blank behind which no path goes on.
fn split(rest: &str) -> (&str, &str) {
    let end = rest
        .match_indices(' ')
        .map(|(i, _)| i)
        .find(|i| Path::parse(&rest[..*i]).is_ok() && !rest[i + 1..].starts_with('|'))
        .unwrap_or(rest.find(' ').unwrap_or(rest.len()));
    (&rest[..end], rest.get(end + 1..).unwrap_or(""))
}

/// Setting any scalar of a document to any value changes that value and nothing else.
#[test]
fn a_change_changes_what_it_names() {
    let text = "a: 1 # one\nb:\n  c: 'x'\n  d: [1, {e: f}]\ng:\n- h: |\n    i\n  j:\n- k\nl: {}\n";
    let before = value::from_str(text).expect("the text is sound");
    let paths =
        [".a", ".b", ".b.c", ".b.d", ".b.d[0]", ".b.d[1].e", ".g", ".g[0].h", ".g[0].j", ".g[1]", ".l", ".m"];
    let values =
        ["x", "yes", "1", "it's: \"x\" # y", "a\nb\n", "", " ", "{a}", "- b", "\u{1}", "é😀", "a\n b", "#"];
    for path in paths {
        for word in values {
            let new = NewValue::Text(word.to_owned());
            let edited =
                set(text, &Path::parse(path).expect("the path is sound"), &new).expect("it can be set");
            let after = value::from_str(&edited.text).expect("the text stays sound");
            let mut expected = before.clone();
            *place(&mut expected, path) = Value::from(word);
            assert_eq!(after, expected, "{path} to {word:?}:\n{}", edited.text);
            assert!(edited.text.contains("# one") || path == ".a", "the comment stays");
        }
    }
}

fn place<'v>(value: &'v mut Value, path: &str) -> &'v mut Value {
    let path = path.replace('[', ".").replace(']', "");
    path.split('.').filter(|step| !step.is_empty()).fold(value, |value, step| match value {
        Value::List(items) => &mut items[step.parse::<usize>().expect("an index")],
        Value::Map(map) => map.entry(step.into()).or_default(),
        _ => panic!("{step} leads nowhere"),
    })
}

/// Found by fuzzing: the first mark says how the text is encoded, and the second one is a scalar.
#[test]
fn nothing_is_added_behind_a_second_byte_order_mark() {
    let path = Path::parse(".a").expect("it is a path");
    let refused = set("\u{feff}\u{feff}", &path, &NewValue::Text("x".to_owned()));
    assert!(refused.is_err(), "{refused:?}");
    let edited = set("\u{feff}", &path, &NewValue::Text("x".to_owned())).expect("it is empty");
    assert_eq!(edited.text, "\u{feff}a: x\n");
}
