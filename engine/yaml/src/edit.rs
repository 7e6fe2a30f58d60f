//! Changes to a text that leave alone whatever does not have to change.
//!
//! No emitter takes part. A path finds places in the document's nodes, a change is a range of bytes and what stands
//! there afterwards; comments, blank lines, quoting, order and line ends stay because nobody touches them.
//!
//! ```
//! use fairlead_yaml::edit::{NewValue, Path, set};
//! let text = "image:\n  tag: '1.0' # pinned\n";
//! let edited = set(text, &Path::parse(".image.tag").unwrap(), &NewValue::detect("1.1")).unwrap();
//! assert_eq!(edited.text, "image:\n  tag: 1.1 # pinned\n");
//! ```

use crate::syntax::SyntaxError;

mod change;
pub mod image;
mod insert;
mod layout;
mod order;
mod path;
mod remove;
mod render;
mod replace;
mod select;
mod value;

pub use path::{Path, PathError};
pub use value::NewValue;

use layout::Layout;
use select::Spot;

/// Why a text could not be changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text is not YAML.
    #[error("{0}")]
    Syntax(#[from] SyntaxError),
    /// The path leads into something that has no such part.
    #[error("line {line}: cannot look for {step} in {found}")]
    Mismatch {
        /// The step of the path.
        step: String,
        /// What is there: a scalar, a sequence or a mapping.
        found: &'static str,
        /// On which line, from one.
        line: usize,
    },
    /// A sequence has fewer items.
    #[error("line {line}: the sequence has no item {index}")]
    Index {
        /// The index asked for.
        index: i64,
        /// On which line the sequence begins, from one.
        line: usize,
    },
    /// The path ends in `[]` or a condition where one place is needed.
    #[error("the path has to name what to create")]
    Unnamed,
    /// The change would have made something else of the text than was asked for; nothing was changed.
    #[error("the change can't be made in place: {0}")]
    Unsafe(String),
}

/// A changed text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// The text after the change.
    pub text: String,
    /// In how many places it was changed. None means that the path matched nothing.
    pub places: usize,
}

/// Sets what a path leads to, in each document of the text. What is missing on the way is created.
///
/// # Errors
/// When the text isn't YAML, when the path leads through something of another kind, and when the change can't be made
/// without changing something else.
pub fn set(text: &str, path: &Path, value: &NewValue) -> Result<Edited, Error> {
    at_each(text, path, &mut |layout, spot, changes| replace::set(layout, spot, value, changes))
}

/// Adds an item to the sequences a path leads to, in each document of the text.
///
/// # Errors
/// As [`set`]; also when the path leads to something that is not a sequence.
pub fn append(text: &str, path: &Path, value: &NewValue) -> Result<Edited, Error> {
    insert_item(text, path, None, value)
}

/// Adds an item to the sequences a path leads to: before the item with an index, or at the end.
///
/// # Errors
/// As [`append`].
pub fn insert_item(
    text: &str,
    path: &Path,
    before: Option<usize>,
    value: &NewValue,
) -> Result<Edited, Error> {
    at_each(text, path, &mut |layout, spot, changes| insert::item(layout, spot, before, value, changes))
}

/// Removes what a path leads to, in each document of the text.
///
/// # Errors
/// When the text isn't YAML, and when the change can't be made without changing something else.
pub fn delete(text: &str, path: &Path) -> Result<Edited, Error> {
    apply(text, path, &mut |layout, spots, changes| remove::remove(layout, spots, changes))
}

/// Removes one of several documents, counted from zero, with the `---` before it.
///
/// # Errors
/// When the text isn't YAML.
pub fn remove_document(text: &str, index: usize) -> Result<String, Error> {
    let mut starts = Vec::new();
    layout::each_document(text, &mut |_, layout| {
        let start = layout.document.start.offset();
        starts.push(if layout.document.explicit { layout.line_start(start) } else { 0 });
        Ok(())
    })?;
    let Some(start) = starts.get(index).copied() else { return Ok(text.to_owned()) };
    let end = starts.get(index + 1).copied().unwrap_or(text.len());
    let mut changes = change::Changes::default();
    changes.remove(start..end);
    Ok(changes.apply(text))
}

/// Finds the places of a path and makes a change at each, whatever becomes of the others.
fn at_each(
    text: &str,
    path: &Path,
    make: &mut dyn FnMut(&Layout<'_>, &Spot, &mut change::Changes) -> Result<(), Error>,
) -> Result<Edited, Error> {
    apply(text, path, &mut |layout, spots, changes| {
        let mut places = 0;
        for spot in spots {
            let before = changes.len();
            make(layout, spot, changes)?;
            places += usize::from(changes.len() > before);
        }
        Ok(places)
    })
}

/// Finds the places of a path and makes the changes of each document, telling in how many places.
fn apply(
    text: &str,
    path: &Path,
    make: &mut dyn FnMut(&Layout<'_>, &[Spot], &mut change::Changes) -> Result<usize, Error>,
) -> Result<Edited, Error> {
    let (mark, body) = match text.strip_prefix('\u{feff}') {
        Some(body) => ("\u{feff}", body),
        None => ("", text),
    };
    let mut changes = change::Changes::default();
    let mut places = 0;
    layout::each_document(body, &mut |index, layout| {
        places += make(layout, &select::select(layout, path, index)?, &mut changes)?;
        Ok(())
    })?;
    // A second mark is a character like any other, and one that the body alone would hide.
    let changed = format!("{mark}{}", changes.apply(body));
    check(text, &changed)?;
    Ok(Edited { text: changed, places })
}

/// Makes sure that the changed text is still YAML with as many documents.
fn check(before: &str, after: &str) -> Result<(), Error> {
    let count = |text: &str| {
        let mut documents = 0;
        layout::each_document(text, &mut |_, _| {
            documents += 1;
            Ok(())
        })
        .map(|()| documents)
    };
    match count(after) {
        Err(error) => Err(Error::Unsafe(error.to_string())),
        Ok(after) if after != count(before)? => Err(Error::Unsafe("the documents would change".to_owned())),
        Ok(_) => Ok(()),
    }
}
