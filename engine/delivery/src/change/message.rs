//! The message of a generation's commit: who did what and why, what was warned about, and where it came from.
//!
//! ```text
//! delivery: generate shop for 45 units
//!
//! Raise the API's memory for the sale.
//!
//! Author: Ada Lovelace <ada@example.com>
//! Scope: project shop, profile production
//!
//! Changes: 12 written, 1 deleted
//!
//! Warnings (1):
//! - api/acme/production: Deprecated API: …
//!
//! Fairlead-Operation: generate
//! Fairlead-Source: 5d3c…
//! ```
//!
//! The last paragraph is git trailers; [`Trailers::read`] gets them back from any later commit.

use std::fmt::Write as _;

use fairlead_world::{Digest, Oid};

use crate::change::Change;
use crate::diagnostic::Diagnostic;

/// What a commit's message is made of.
#[derive(Debug, Clone)]
pub struct Message<'a> {
    /// What was done: `generate`, `rollback`, `upgrade`.
    pub operation: &'a str,
    /// The project's name.
    pub project: &'a str,
    /// Who asked for it, as `Name <address>`.
    pub author: &'a str,
    /// What was asked for: the project, a profile's subset, a unit.
    pub scope: &'a str,
    /// Why, in the words of whoever asked; may be empty.
    pub description: &'a str,
    /// The number of units that were generated.
    pub units: usize,
    /// The warnings that stood when it was generated.
    pub warnings: &'a [Diagnostic],
    /// Where it came from.
    pub trailers: Trailers,
}

/// Where a generation came from, and what it left.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trailers {
    /// What was done.
    pub operation: String,
    /// The project's name: several may share a branch.
    pub project: String,
    /// The commit that held the project's files.
    pub source: Option<Oid>,
    /// The digest of everything that was read.
    pub inputs: Option<Digest>,
    /// The tree of the output's folders.
    pub tree: Option<Oid>,
    /// The engine's version.
    pub engine: String,
    /// Whether project files were not committed.
    pub dirty: bool,
}

const OPERATION: &str = "Fairlead-Operation";
const PROJECT: &str = "Fairlead-Project";
const SOURCE: &str = "Fairlead-Source";
const INPUTS: &str = "Fairlead-Inputs";
const TREE: &str = "Fairlead-Tree";
const ENGINE: &str = "Fairlead-Engine";
const DIRTY: &str = "Fairlead-Dirty";

/// The most warnings that a message lists; the rest are counted.
const MAX_WARNINGS: usize = 200;

/// How many paragraphs from the end are looked at for trailers.
const MAX_BEHIND: usize = 4;

/// The longest subject.
const MAX_SUBJECT: usize = 72;

impl Message<'_> {
    /// The whole message for a plan, ended by a line feed.
    pub fn print(&self, change: &Change) -> String {
        let units = if self.units == 1 { "unit" } else { "units" };
        let subject = format!("delivery: {} {} for {} {units}", self.operation, self.project, self.units);
        let mut text = one_line(&subject, MAX_SUBJECT);
        let mut paragraph = |lines: &str| {
            if !lines.is_empty() {
                text.push_str("\n\n");
                text.push_str(lines);
            }
        };
        paragraph(&description(self.description));
        paragraph(&format!("Author: {}\nScope: {}", one_line(self.author, 200), one_line(self.scope, 400)));
        paragraph(&changes(change));
        paragraph(&warnings(self.warnings));
        let trailers = Trailers { tree: Some(change.tree), ..self.trailers.clone() };
        paragraph(&trailers.print());
        text.push('\n');
        text
    }
}

impl Trailers {
    /// Reads the trailers from the last paragraph of a commit's message, or from one of the few before it: providers that
    /// squash a pull request add paragraphs of their own. `None` where the commit is not a generation's.
    pub fn read(message: &str) -> Option<Trailers> {
        let message = message.trim_end();
        message.rsplit("\n\n").take(MAX_BEHIND).find_map(Trailers::read_paragraph)
    }

    fn read_paragraph(paragraph: &str) -> Option<Trailers> {
        let mut trailers = Trailers::default();
        for line in paragraph.lines() {
            let Some((name, value)) = line.split_once(": ") else { continue };
            match name {
                OPERATION => value.clone_into(&mut trailers.operation),
                PROJECT => value.clone_into(&mut trailers.project),
                SOURCE => trailers.source = Oid::parse(value).ok(),
                INPUTS => trailers.inputs = Digest::parse(value).ok(),
                TREE => trailers.tree = Oid::parse(value).ok(),
                ENGINE => value.clone_into(&mut trailers.engine),
                DIRTY => trailers.dirty = value == "true",
                _ => {}
            }
        }
        (!trailers.operation.is_empty() && trailers.tree.is_some()).then_some(trailers)
    }

    fn print(&self) -> String {
        let mut lines = vec![format!("{OPERATION}: {}", one_line(&self.operation, 80))];
        lines.push(format!("{PROJECT}: {}", one_line(&self.project, 80)));
        lines.extend(self.source.map(|oid| format!("{SOURCE}: {oid}")));
        lines.extend(self.inputs.map(|digest| format!("{INPUTS}: {digest}")));
        lines.extend(self.tree.map(|oid| format!("{TREE}: {oid}")));
        lines.push(format!("{ENGINE}: {}", one_line(&self.engine, 80)));
        if self.dirty {
            lines.push(format!("{DIRTY}: true"));
        }
        lines.join("\n")
    }
}

fn changes(change: &Change) -> String {
    let mut text = format!("Changes: {} written, {} deleted", change.writes.len(), change.deletes.len());
    for removal in change.removals.iter().take(MAX_WARNINGS) {
        let _ = write!(text, "\n- {}", one_line(&removal.to_string(), 400));
    }
    text
}

fn warnings(warnings: &[Diagnostic]) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    let mut text = format!("Warnings ({}):", warnings.len());
    for warning in warnings.iter().take(MAX_WARNINGS) {
        let _ = write!(text, "\n- {}", one_line(&warning.to_string(), 1000));
    }
    if warnings.len() > MAX_WARNINGS {
        let _ = write!(text, "\n- and {} more", warnings.len() - MAX_WARNINGS);
    }
    text
}

/// A description as paragraphs that nobody can take for trailers or for a comment of git's.
fn description(text: &str) -> String {
    let clean =
        |line: &str| line.chars().filter(|c| !c.is_control()).collect::<String>().trim_end().to_owned();
    let lines: Vec<String> = text.trim().lines().map(clean).collect();
    lines.join("\n")
}

/// The text on one line, without control characters, cut at `limit` characters.
fn one_line(text: &str, limit: usize) -> String {
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut line: String = clean.clone().take(limit).collect();
    if clean.count() > limit {
        line.pop();
        line.push('…');
    }
    line.trim().to_owned()
}
