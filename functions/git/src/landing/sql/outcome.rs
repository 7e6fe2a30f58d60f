//! Outcomes as columns.

use fairlead_sql::Row;
use fairlead_world::{Oid, RepoPath};

use super::super::journal::JournalError;
use super::super::operation::{Conflict, Outcome};
use super::damaged;

/// The longest text of an outcome that is kept: rows are bounded, and nobody reads more.
const MAX_TOLD: usize = 1_000_000;

/// The number of a kind, and its text.
pub(super) fn write(outcome: &Outcome) -> (i64, String) {
    match outcome {
        Outcome::Landed(commit) => (0, commit.to_string()),
        Outcome::Unchanged => (1, String::new()),
        Outcome::Conflict(conflicts) => (2, lines(conflicts)),
        Outcome::Refused(why) => (3, cut(why)),
        Outcome::Failed(why) => (4, cut(why)),
        Outcome::Expired(why) => (5, cut(why)),
    }
}

/// The outcome in two columns, if there is one.
pub(super) fn read(row: &mut Row, kind: usize, told: usize) -> Result<Option<Outcome>, JournalError> {
    if row.is_null(kind) {
        return Ok(None);
    }
    let told = row.text(told)?;
    Ok(Some(match row.integer(kind)? {
        0 => Outcome::Landed(Oid::parse(&told).map_err(|_| damaged("a commit"))?),
        1 => Outcome::Unchanged,
        2 => Outcome::Conflict(told.lines().map(conflict).collect::<Result<_, _>>()?),
        3 => Outcome::Refused(told),
        4 => Outcome::Failed(told),
        5 => Outcome::Expired(told),
        _ => return Err(damaged("a known kind of outcome")),
    }))
}

/// A line for each conflict, as many as fit: paths have neither tabs nor line ends.
fn lines(conflicts: &[Conflict]) -> String {
    let mut lines = String::new();
    for Conflict { path, found } in conflicts {
        let line = format!("{path}\t{}\n", found.replace(['\n', '\r'], " "));
        if lines.len() + line.len() > MAX_TOLD {
            break;
        }
        lines.push_str(&line);
    }
    lines
}

fn conflict(line: &str) -> Result<Conflict, JournalError> {
    let (path, found) = line.split_once('\t').ok_or_else(|| damaged("a conflict"))?;
    let path = RepoPath::parse(path).map_err(|_| damaged("a path"))?;
    Ok(Conflict { path, found: found.to_owned() })
}

fn cut(text: &str) -> String {
    let end = text.char_indices().map(|(at, c)| at + c.len_utf8()).take_while(|end| *end <= MAX_TOLD).last();
    text[..end.unwrap_or_default()].to_owned()
}
