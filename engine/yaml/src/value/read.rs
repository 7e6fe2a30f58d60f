//! Reading text into values.

use super::decode::Decoder;
use super::places::PlacesBuilder;
use super::{Builder, Error, Options, Places, Top, Value, ValueBuilder};
use crate::document::{Document, Documents, Shape};
use crate::emit::{Dialect, ScalarStyle};
use crate::source::Source;

/// Reads the first document of a text through a builder, as `yaml.Unmarshal` does: what follows that document is
/// not looked at. A text without a document gives nothing.
///
/// # Errors
/// Where `sigs.k8s.io/yaml` fails, with its text.
pub fn read<B: Builder>(text: &str, builder: &mut B, options: &Options) -> Result<B::Value, Error> {
    read_source(&Source::of_text(text), builder, options)
}

/// Reads a text as [`read`] does, and tells whether it would say the same with more line breaks behind it: it would not
/// where it ends within a block scalar that takes them in.
///
/// # Errors
/// Where `sigs.k8s.io/yaml` fails, with its text.
pub fn read_part<B: Builder>(
    text: &str,
    builder: &mut B,
    options: &Options,
) -> Result<(B::Value, bool), Error> {
    let source = Source::of_text(text);
    let Some(document) = first(&source)? else { return Ok((nothing(builder), true)) };
    let is_closed = is_closed(&document, &source.text);
    let value = Decoder::new(&document, &source.text, builder, options.strict).decode(options.top)?;
    Ok((value, is_closed))
}

/// Reads bytes as [`read`] does: in UTF-8, or in UTF-16 with a byte order mark.
///
/// # Errors
/// Where `sigs.k8s.io/yaml` fails, with its text.
pub fn read_bytes<B: Builder>(bytes: &[u8], builder: &mut B, options: &Options) -> Result<B::Value, Error> {
    read_source(&Source::of_bytes(bytes), builder, options)
}

/// Reads the first document of a text.
///
/// # Errors
/// Where `sigs.k8s.io/yaml` fails, with its text.
pub fn from_str(text: &str) -> Result<Value, Error> {
    read(text, &mut ValueBuilder, &Options::default())
}

/// Reads the first document of a text together with the places of all that is in it.
///
/// # Errors
/// Where `sigs.k8s.io/yaml` fails, with its text.
pub fn with_places(text: &str, options: &Options) -> Result<(Value, Places), Error> {
    read(text, &mut PlacesBuilder::default(), options)
}

/// Reads all documents of a text, as go-yaml's decoder does one after the other.
///
/// # Errors
/// Where go-yaml fails on any of them.
pub fn documents(text: &str) -> Result<Vec<Value>, Error> {
    let source = Source::of_text(text);
    let mut documents = Documents::new(&source, Dialect::V2);
    let mut values = Vec::new();
    while let Some(document) = documents.next().map_err(|error| convert(&error))? {
        values.push(Decoder::new(&document, &source.text, &mut ValueBuilder, false).decode(Top::Any)?);
    }
    Ok(values)
}

fn read_source<B: Builder>(
    source: &Source<'_>,
    builder: &mut B,
    options: &Options,
) -> Result<B::Value, Error> {
    match first(source)? {
        None => Ok(nothing(builder)),
        Some(document) => Decoder::new(&document, &source.text, builder, options.strict).decode(options.top),
    }
}

fn first<'a>(source: &'a Source<'_>) -> Result<Option<Document<'a>>, Error> {
    Documents::new(source, Dialect::V2).next().map_err(|error| convert(&error))
}

/// What a text without documents gives.
fn nothing<B: Builder>(builder: &mut B) -> B::Value {
    if B::PLACED {
        builder.at(crate::Position { line: 1, column: 1 });
    }
    builder.null()
}

fn is_closed(document: &Document<'_>, text: &str) -> bool {
    let Some(last) = document.nodes.last() else { return true };
    match last.shape {
        Shape::Scalar { style: ScalarStyle::Literal | ScalarStyle::Folded, .. } => {
            // Whatever the indicators are, one line break ends the last line, and only `+` keeps more.
            let header = text.get(last.body.offset()..).and_then(|scalar| scalar.lines().next());
            text.ends_with('\n') && header.is_some_and(|header| !header.contains('+'))
        }
        _ => true,
    }
}

fn convert(error: &crate::syntax::SyntaxError) -> Error {
    Error::Convert(error.text(Dialect::V2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Pair;

    #[test]
    fn texts_that_take_in_line_breaks_are_told() {
        for text in
            ["a: 1", "a: |\n  x\nb:", "a: |\n  x\n", "a: >-\n  x\n", "a: |\n", "", "# a\n", "a:\n  b\n"]
        {
            let closed = |text: &str| read_part(text, &mut ValueBuilder, &Options::default()).unwrap();
            assert!(closed(text).1, "{text:?}");
            assert_eq!(closed(text).0, from_str(&format!("{text}\n\n")).unwrap(), "{text:?}");
        }
        for text in ["a: |\n  x", "a: |+\n  x\n", "- >2+\n   x\n"] {
            assert!(!read_part(text, &mut ValueBuilder, &Options::default()).unwrap().1, "{text:?}");
        }
    }

    #[test]
    fn two_builders_build_what_each_builds_alone() {
        let text = "a: [1, x, {b: null, c: 1.5}]\nd: yes\nd: 2\n";
        let mut builder = Pair(ValueBuilder, PlacesBuilder::default());
        let (value, places) = read(text, &mut builder, &Options::default()).unwrap();
        assert_eq!(value, from_str(text).unwrap());
        assert_eq!(places, with_places(text, &Options::default()).unwrap());
    }
}
