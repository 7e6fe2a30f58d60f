//! What templates see under the top names: `.Chart`, `.Files`, `.Capabilities`, `.Release`, `.Values`.

mod capabilities;
mod chart;
mod files;
mod glob;
mod values;

use fairlead_template::value::Encoder;
use fairlead_template::{Str, Value};

pub(crate) use capabilities::capabilities;
pub(crate) use chart::chart;
pub(crate) use files::files;
pub(crate) use values::Converter;

/// A struct's fields under the names that an encoder gives what has no tag.
fn named(fields: Vec<(&'static str, Value)>, encoder: Encoder) -> Vec<(Str, Value)> {
    let name = |name: &'static str| match encoder {
        Encoder::Yaml => Str::from(name.to_lowercase()),
        Encoder::Json | Encoder::Toml => Str::from(name),
    };
    fields.into_iter().map(|(field, value)| (name(field), value)).collect()
}
