//! What is said of a rendered line.

use std::sync::Arc;

use super::Explained;
use super::setting::Decided;
use crate::diagnostic::Span;
use crate::generate::Object;
use crate::values::ValuePath;

/// A rendered line and where it comes from.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its number in the file, from 1.
    pub number: u32,
    /// The line's text.
    pub text: String,
    /// The object that it is part of.
    pub object: Option<Object>,
    /// The field of the object that it belongs to.
    pub field: Option<ValuePath>,
    /// The template that its document comes from, as Helm names it: chart and file.
    pub template: Option<Arc<str>>,
    /// What of the chart wrote it, from left to right.
    pub written: Vec<Written>,
    /// The conditions that let it be written, from the outermost to the innermost.
    pub conditions: Vec<Condition>,
    /// The files of a base, bundle or overlay that it comes from.
    pub sources: Vec<Source>,
    /// The settings that a line of an object for the runtime follows from.
    pub settings: Vec<Decided>,
    /// The steps that wrote or changed it after Helm or Kustomize.
    pub steps: Vec<&'static str>,
    /// What is not known of it.
    pub unknown: Option<String>,
}

/// An action of a template, or its own text.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// Where it stands.
    pub place: TemplatePlace,
    /// The action; `None` for text of the template itself.
    pub action: Option<Arc<str>>,
    /// The values that what it wrote was made from.
    pub values: Vec<Used>,
    /// The actions that execute the template it stands in, from the outermost to the innermost.
    pub calls: Vec<Call>,
}

/// An action that executes another template, whose text it writes.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// Where it stands.
    pub place: TemplatePlace,
    /// The action.
    pub action: Arc<str>,
}

/// An `if`, `with` or `range` around what wrote a line, or the switch of its chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    /// Where it stands.
    pub place: TemplatePlace,
    /// Its opening action.
    pub action: Arc<str>,
    /// Whether it held; a line in an `else` is there because it did not.
    pub held: bool,
    /// The values that decided it.
    pub values: Vec<Used>,
}

/// A place in a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct TemplatePlace {
    /// The template as Helm names it.
    pub template: Arc<str>,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// The same in the repository, where the chart's files are in it.
    pub file: Option<Span>,
}

/// A value that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Used {
    /// Its path.
    pub path: ValuePath,
    /// How much of it was read.
    pub extent: Extent,
    /// It and its layers: of each value below the path where more than one was read. Empty where no layer has any.
    pub values: Vec<Explained>,
}

/// How much of a value was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The value; of a map whether it is there, and whether anything is in it.
    Value,
    /// The keys of a map.
    Keys,
    /// All of it, down to the bottom.
    Whole,
}

/// A file that a line of a base, a bundle or an overlay comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The place: of the same field in a resource's file, or the file that configures what made or changed it.
    pub place: Span,
    /// What is there.
    pub role: Role,
}

/// What a file has to do with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// The line says what the file says in the same field.
    Says,
    /// The object comes from the file; the line is not in it.
    Holds,
    /// The object was generated as the file configures, by the built-in generator of this name.
    Generates(Arc<str>),
    /// The object was changed as the file configures, by the built-in transformer of this name.
    Transforms(Arc<str>),
}
