//! Parsed files, and which of their definitions win when they are put together.

use std::sync::Arc;

use super::code::Code;
use super::compile::compile;
use crate::environment::Dialect;
use crate::error::ParseError;
use crate::parse::parse;
use crate::value::{Place, Str};

/// A compiled source file: its own body and the templates it defines.
///
/// Can be shared between threads and linked into any number of sets.
pub struct Template {
    name: Str,
    definitions: Vec<Arc<Code>>,
}

impl Template {
    /// Parses and compiles a source. Errors have the texts of Go's parser.
    pub fn parse(name: &str, source: &str, dialect: Dialect) -> Result<Template, ParseError> {
        let (ast, definitions) = parse(name, source, dialect)?;
        let ast = Arc::new(ast);
        let definitions =
            definitions.into_iter().map(|definition| Arc::new(compile(&ast, definition, dialect))).collect();
        Ok(Template { name: name.into(), definitions })
    }

    /// Returns the name that the source was parsed under.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the names that the source defines, its own among them.
    pub fn definitions(&self) -> impl Iterator<Item = &str> {
        self.definitions.iter().map(|code| &*code.name)
    }

    pub(super) fn codes(&self) -> &[Arc<Code>] {
        &self.definitions
    }
}

/// Templates that can call each other by name.
#[derive(Clone, Default)]
pub struct Set {
    /// Sorted by name.
    codes: Vec<(Str, Arc<Code>)>,
}

impl Set {
    /// Links templates in the order in which Helm parses them: the last definition of a name wins, except that
    /// one of nothing but space never replaces another.
    pub fn link(templates: impl IntoIterator<Item = Arc<Template>>) -> Set {
        let mut set = Set::default();
        for template in templates {
            set.codes.extend(template.definitions.iter().map(|code| (code.name.clone(), code.clone())));
        }
        set.codes.sort_by(|a, b| a.0.cmp(&b.0));
        set.codes.dedup_by(|later, earlier| {
            let is_same = later.0 == earlier.0;
            if is_same && !later.1.blank {
                std::mem::swap(later, earlier);
            }
            is_same
        });
        set
    }

    /// Answers whether there is a template of that name.
    pub fn contains(&self, name: &str) -> bool {
        self.index(name, &Place::default()).is_some()
    }

    /// Returns where a name is among those of the set.
    pub(super) fn index(&self, name: &str, place: &Place) -> Option<usize> {
        place.find(&self.codes, name).ok()
    }

    pub(super) fn get(&self, name: &str, place: &Place) -> Option<&Arc<Code>> {
        Some(&self.codes.get(self.index(name, place)?)?.1)
    }

    /// Returns the set with what a template defines.
    pub(super) fn with(&self, template: &Template) -> Set {
        let mut set = self.clone();
        for code in &template.definitions {
            match set.codes.binary_search_by(|entry| entry.0.cmp(&code.name)) {
                Ok(at) => {
                    if let Some(entry) = set.codes.get_mut(at).filter(|_| !code.blank) {
                        entry.1 = code.clone();
                    }
                }
                Err(at) => set.codes.insert(at, (code.name.clone(), code.clone())),
            }
        }
        set
    }
}
