//! What is noted while a unit renders, where somebody asks.

use fairlead_helm::trace::{Reads, Recorded};

use super::lines::TracedFile;

/// What to note.
#[derive(Debug, Default)]
pub(crate) enum Notes {
    /// Nothing, at no cost.
    #[default]
    Nothing,
    /// What the chart looked at of its values, each time it is rendered.
    Reads(Vec<Reads>),
    /// What became of each line in the steps.
    Lines(Vec<TracedFile>),
}

/// What Helm printed of a unit, with what wrote it.
#[derive(Debug, Default)]
pub(crate) struct RecordedText {
    /// The text.
    pub(crate) text: String,
    /// The documents in it, in their order.
    pub(crate) documents: Vec<PrintedDocument>,
    /// What the templates noted.
    pub(crate) recorded: Recorded,
}

/// A document that Helm printed.
#[derive(Debug)]
pub(crate) struct PrintedDocument {
    /// The byte at which its content begins.
    pub(crate) start: usize,
    /// The length of its content.
    pub(crate) length: usize,
    /// The template, or the file of `crds/`.
    pub(crate) source: String,
    /// Where in what the template wrote the content begins.
    pub(crate) offset: usize,
    /// Whether it is a file of `crds/`.
    pub(crate) is_crd: bool,
}
