//! Where the data of ConfigMaps and Secrets comes from: literals, files, and files of variables.

use crate::Error;
use crate::kustomization::GeneratorArgs;
use crate::load::Root;
use fairlead_template::go::quote::quote;

type Pair = (String, Vec<u8>);

/// Reads every source: variables first, then literals, then files.
///
/// # Errors
/// Literals without `=`, files that are missing, and lines that are no text.
pub(super) fn load(args: &GeneratorArgs, root: &Root<'_>) -> Result<Vec<Pair>, Error> {
    let list = |sources: &[String]| format!("[{}]", sources.join(" "));
    let mut pairs = Vec::new();
    for path in &args.envs {
        let read = root.load_bytes(path).and_then(|blob| variables(blob.bytes()));
        pairs.extend(read.map_err(|error| error.under(format!("env source files: {}", list(&args.envs))))?);
    }
    for source in &args.literals {
        let pair = literal(source).map_err(Error::Generator);
        pairs.push(pair.map_err(|error| error.under(format!("literal sources {}", list(&args.literals))))?);
    }
    for source in &args.files {
        let read = file(source).map_err(Error::Generator).and_then(|(key, path)| {
            root.load_bytes(path).map(|blob| (key.to_owned(), blob.bytes().to_vec()))
        });
        pairs.push(read.map_err(|error| error.under(format!("file sources: {}", list(&args.files))))?);
    }
    Ok(pairs)
}

fn literal(source: &str) -> Result<Pair, String> {
    match source.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), unquoted(value).as_bytes().to_vec())),
        _ => Err(format!("invalid literal source {source}, expected key=value")),
    }
}

fn unquoted(value: &str) -> &str {
    let quoted = |mark| value.len() >= 2 && value.starts_with(mark) && value.ends_with(mark);
    if quoted('"') || quoted('\'') { &value[1..value.len() - 1] } else { value }
}

/// Splits `key=path`; a path alone is its own last part's key.
fn file(source: &str) -> Result<(&str, &str), String> {
    match source.matches('=').count() {
        0 => Ok((fairlead_template::go::path::base(source), source)),
        1 => match source.split_once('=').unwrap_or_default() {
            ("", path) => {
                Err(format!("missing key name for file path {} in source {}", quote(path), quote(source)))
            }
            (key, "") => {
                Err(format!("missing file path for key name {} in source {}", quote(key), quote(source)))
            }
            pair => Ok(pair),
        },
        _ => Err(format!("source {} key name or file path contains '='", quote(source))),
    }
}

/// The lines of a file of variables. The first may begin with a byte order mark; blank ones and comments do not count.
fn variables(content: &[u8]) -> Result<Vec<Pair>, Error> {
    let mut pairs = Vec::new();
    for (number, line) in content.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let Ok(text) = std::str::from_utf8(line) else {
            let numbers: Vec<String> = line.iter().map(u8::to_string).collect();
            return Err(Error::Generator(format!(
                "line [{}] has invalid utf8 bytes : {}",
                numbers.join(" "),
                String::from_utf8_lossy(line)
            )));
        };
        let text = if number == 0 { text.strip_prefix('\u{feff}').unwrap_or(text) } else { text };
        let text = text.trim_start();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        if !key.is_empty() {
            pairs.push((key.to_owned(), value.as_bytes().to_vec()));
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_lose_their_quotes() {
        assert_eq!(literal("a='b=c'").unwrap(), ("a".to_owned(), b"b=c".to_vec()));
        assert!(literal("=b").is_err());
    }

    #[test]
    fn files_may_name_their_key() {
        assert_eq!(file("x/y.txt"), Ok(("y.txt", "x/y.txt")));
        assert_eq!(file("k=x/y.txt"), Ok(("k", "x/y.txt")));
        assert!(file("k=x=y").is_err());
    }

    #[test]
    fn variables_skip_comments() {
        let read = variables(b"\xef\xbb\xbfA=1\r\n# no\n\n  B\n").unwrap();
        assert_eq!(read, [("A".to_owned(), b"1".to_vec()), ("B".to_owned(), Vec::new())]);
    }
}
