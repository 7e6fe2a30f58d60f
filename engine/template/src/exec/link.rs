//! Parsed files, and which of their definitions win when they are put together.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::code::Code;
use super::compile::compile;
use crate::environment::Dialect;
use crate::error::ParseError;
use crate::parse::parse;
use crate::value::Str;

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
#[derive(Default)]
pub struct Set {
    codes: BTreeMap<Str, Arc<Code>>,
}

impl Set {
    /// Links templates in the order in which Helm parses them: the last definition of a name wins, except that
    /// one of nothing but space never replaces another.
    pub fn link(templates: impl IntoIterator<Item = Arc<Template>>) -> Set {
        let mut set = Set::default();
        for template in templates {
            set.add(&template);
        }
        set
    }

    /// Answers whether there is a template of that name.
    pub fn contains(&self, name: &str) -> bool {
        self.codes.contains_key(name)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Arc<Code>> {
        self.codes.get(name)
    }

    pub(super) fn add(&mut self, template: &Template) {
        for code in &template.definitions {
            if !code.blank || !self.codes.contains_key(&code.name) {
                self.codes.insert(code.name.clone(), code.clone());
            }
        }
    }

    pub(super) fn copy(&self) -> Set {
        Set { codes: self.codes.clone() }
    }
}
