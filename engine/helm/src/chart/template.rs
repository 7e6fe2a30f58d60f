//! The templates of a chart.

use fairlead_yaml::Str;

use super::archive::File;

/// One file of `templates/`.
#[derive(Debug)]
pub(crate) struct Template {
    /// The path within the chart.
    pub(crate) name: Str,
    /// The text.
    pub(crate) text: Str,
}

impl Template {
    pub(crate) fn new(file: File) -> Template {
        Template { name: file.name.into(), text: String::from_utf8_lossy(file.data.bytes()).into() }
    }
}
