//! Reading text into values.

use super::decode::Decoder;
use super::places::PlacesBuilder;
use super::{Builder, Error, Options, Places, Top, Value, ValueBuilder};
use crate::document::Documents;
use crate::emit::Dialect;
use crate::source::Source;

/// Reads the first document of a text through a builder, as `yaml.Unmarshal` does: what follows that document is
/// not looked at. A text without a document gives nothing.
///
/// # Errors
/// Where `sigs.k8s.io/yaml` fails, with its text.
pub fn read<B: Builder>(text: &str, builder: &mut B, options: &Options) -> Result<B::Value, Error> {
    read_source(&Source::of_text(text), builder, options)
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
    let first = Documents::new(source, Dialect::V2).next().map_err(|error| convert(&error))?;
    match first {
        None => {
            if B::PLACED {
                builder.at(crate::Position { line: 1, column: 1 });
            }
            Ok(builder.null())
        }
        Some(document) => Decoder::new(&document, &source.text, builder, options.strict).decode(options.top),
    }
}

fn convert(error: &crate::syntax::SyntaxError) -> Error {
    Error::Convert(error.text(Dialect::V2))
}
