//! The flags that give values: `-f` and the `--set` family.

use std::io::Read;

use fairlead_helm::{Dialect, values};
use fairlead_yaml::Map;

use super::Failure;
use super::flags::{Flag, Flags};
use super::remote;

/// The flags themselves.
pub(super) const FLAGS: &[Flag] = &[
    Flag::list("values", "specify values in a YAML file (can specify multiple)").short('f'),
    Flag::array("set", "set values on the command line"),
    Flag::array("set-string", "set STRING values on the command line"),
    Flag::array("set-file", "set values from files specified via the command line"),
    Flag::array("set-json", "set JSON values on the command line"),
    Flag::array("set-literal", "set a literal STRING value on the command line"),
];

/// Merges everything that the flags give, in Helm's order: files, JSON, typed, text, files' content, literals.
pub(super) fn merge(flags: &Flags, dialect: Dialect) -> Result<Map, Failure> {
    let mut merged = Map::new();
    for path in flags.all("values") {
        let file = read(path)?;
        let loaded = values::documents::load(&file, dialect)
            .map_err(|error| format!("failed to parse {path}: {error}"))?;
        values::documents::merge(&mut merged, loaded);
    }
    for text in flags.all("set-json") {
        set_json(text, dialect, &mut merged)?;
    }
    let mut each = |name: &str, form: fn() -> values::set::Form<'static>| {
        for text in flags.all(name) {
            values::set::set(text, form(), dialect, &mut merged)
                .map_err(|error| format!("failed parsing --{name} data: {error}"))?;
        }
        Ok::<(), Failure>(())
    };
    each("set", || values::set::Form::Typed)?;
    each("set-string", || values::set::Form::Text)?;
    for text in flags.all("set-file") {
        let mut content = |path: &str| read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        values::set::set(text, values::set::Form::File(&mut content), dialect, &mut merged)
            .map_err(|error| format!("failed parsing --set-file data: {error}"))?;
    }
    for text in flags.all("set-literal") {
        values::set::set(text, values::set::Form::Literal, dialect, &mut merged)
            .map_err(|error| format!("failed parsing --set-literal data: {error}"))?;
    }
    Ok(merged)
}

fn set_json(text: &str, dialect: Dialect, merged: &mut Map) -> Result<(), Failure> {
    if let Some(object) = values::set::json_object(text, dialect) {
        return match object {
            Some(object) => {
                values::documents::merge(merged, object);
                Ok(())
            }
            None => Err(format!("failed parsing --set-json data JSON: {text}")),
        };
    }
    values::set::set(text, values::set::Form::Json, dialect, merged)
        .map_err(|_| format!("failed parsing --set-json data {text}"))
}

/// Reads a file, or standard input where its name is `-`.
fn read(path: &str) -> Result<Vec<u8>, Failure> {
    if path.trim() == "-" {
        let mut input = Vec::new();
        return match std::io::stdin().read_to_end(&mut input) {
            Ok(_) => Ok(input),
            Err(error) => Err(format!("read /dev/stdin: {}", reason(&error))),
        };
    }
    if path.starts_with("http://") || path.starts_with("https://") {
        return remote::content(path);
    }
    std::fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::IsADirectory => format!("read {path}: is a directory"),
        _ => format!("open {path}: {}", reason(&error)),
    })
}

/// An error of the operating system in the words that Go uses.
pub(super) fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::IsADirectory => "is a directory".to_owned(),
        std::io::ErrorKind::NotADirectory => "not a directory".to_owned(),
        _ => error.to_string(),
    }
}
