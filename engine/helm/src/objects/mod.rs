//! What templates see under the top names: `.Chart`, `.Files`, `.Capabilities`, `.Release`, `.Values`.

mod capabilities;
mod chart;
mod files;
mod glob;
mod values;

pub(crate) use capabilities::capabilities;
pub(crate) use chart::chart;
pub(crate) use files::files;
pub(crate) use values::Converter;
