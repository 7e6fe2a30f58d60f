//! The templates of a chart, each compiled once however often the chart is rendered.

use std::sync::{Arc, OnceLock};

use fairlead_template::ParseError;
use fairlead_world::Blob;
use fairlead_yaml::Str;

use super::archive::File;
use crate::dialect::Dialect;

/// One file of `templates/`.
pub(crate) struct Template {
    /// The path within the chart.
    pub(crate) name: Str,
    /// The text, which is looked at when it is first compiled: of many templates that is never.
    data: Blob,
    /// The result of compiling it under the path that it was first rendered at.
    compiled: OnceLock<(Str, Compiled)>,
}

type Compiled = Result<Arc<fairlead_template::Template>, ParseError>;

impl Template {
    pub(crate) fn new(file: File) -> Template {
        Template { name: file.name.into(), data: file.data, compiled: OnceLock::new() }
    }

    /// The compiled template, under its path from the root chart's folder: errors name it.
    ///
    /// One path is kept; a chart that is a part of several trees, or has several aliases, is compiled for the others.
    pub(crate) fn compiled(&self, path: &Str, dialect: Dialect) -> Compiled {
        let (first, compiled) = self.compiled.get_or_init(|| (path.clone(), self.compile(path, dialect)));
        if first == path { compiled.clone() } else { self.compile(path, dialect) }
    }

    fn compile(&self, path: &str, dialect: Dialect) -> Compiled {
        let text = String::from_utf8_lossy(self.data.bytes());
        fairlead_template::Template::parse(path, &text, dialect.into()).map(Arc::new)
    }
}

impl PartialEq for Template {
    fn eq(&self, other: &Template) -> bool {
        self.name == other.name && self.data == other.data
    }
}

impl std::fmt::Debug for Template {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Template").field("name", &self.name).finish_non_exhaustive()
    }
}
