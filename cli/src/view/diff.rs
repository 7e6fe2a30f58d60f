//! The rendered change against what is committed, grouped and summarized.

use fairlead_delivery::change::diff::{Diff, FileChange, Group, Summary};
use fairlead_delivery::change::{Change, Removal};
use serde::Serialize;

use crate::output::{BAD, BOLD, DIM, GOOD, WARN, styled};
use crate::report::{DiagnosticView, counted};

/// The whole change.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct View {
    branch: String,
    summary: SummaryView,
    groups: Vec<GroupView>,
    removals: Vec<RemovalView>,
    diagnostics: Vec<DiagnosticView>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SummaryView {
    added: usize,
    changed: usize,
    deleted: usize,
    lines_added: usize,
    lines_deleted: usize,
}

#[derive(Debug, Serialize)]
struct GroupView {
    #[serde(skip_serializing_if = "String::is_empty")]
    workload: String,
    change: &'static str,
    files: Vec<FileView>,
    hunks: String,
}

#[derive(Debug, Serialize)]
struct FileView {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
}

#[derive(Debug, Serialize)]
struct RemovalView {
    unit: String,
    protected: bool,
    reason: String,
}

impl View {
    /// The change as data.
    pub(crate) fn of(branch: &str, change: &Change, diff: &Diff, diagnostics: Vec<DiagnosticView>) -> View {
        let Summary { added, changed, deleted, lines_added, lines_deleted } = diff.summary;
        View {
            branch: branch.to_owned(),
            summary: SummaryView { added, changed, deleted, lines_added, lines_deleted },
            groups: diff.groups.iter().map(GroupView::from).collect(),
            removals: change.removals.iter().map(RemovalView::from).collect(),
            diagnostics,
        }
    }
}

impl From<&Group> for GroupView {
    fn from(group: &Group) -> GroupView {
        let file = |(path, unit): &(fairlead_world::RepoPath, Option<String>)| FileView {
            path: path.to_string(),
            unit: unit.clone(),
        };
        GroupView {
            workload: group.workload.clone(),
            change: word(group.kind),
            files: group.files.iter().map(file).collect(),
            hunks: group.hunks.clone(),
        }
    }
}

impl From<&Removal> for RemovalView {
    fn from(removal: &Removal) -> RemovalView {
        RemovalView { unit: removal.unit.clone(), protected: removal.protected, reason: removal.to_string() }
    }
}

fn word(kind: FileChange) -> &'static str {
    match kind {
        FileChange::Added => "added",
        FileChange::Changed => "changed",
        FileChange::Deleted => "deleted",
    }
}

/// The change for people: each group's files by name, then the hunks that they share.
pub(crate) fn table(branch: &str, change: &Change, diff: &Diff) -> String {
    let mut text = String::new();
    for group in &diff.groups {
        let workload = if group.workload.is_empty() { "the project" } else { &group.workload };
        let title = format!("{workload}: {} {}", counted(group.files.len(), "file"), word(group.kind));
        text.push_str(&format!("{}\n", styled(BOLD, &title)));
        for (path, unit) in &group.files {
            let unit = unit.as_ref().map(|unit| styled(DIM, &format!("  {unit}"))).unwrap_or_default();
            text.push_str(&format!("  {path}{unit}\n"));
        }
        text.extend(group.hunks.lines().map(hunk_line));
        text.push('\n');
    }
    for removal in &change.removals {
        text.push_str(&format!("{}\n", styled(WARN, &removal.to_string())));
    }
    let Summary { added, changed, deleted, lines_added, lines_deleted } = diff.summary;
    let files = format!("{added} added, {changed} changed, {deleted} deleted");
    text.push_str(&format!(
        "{branch}: {files}; {} new, {lines_deleted} gone\n",
        counted(lines_added, "line")
    ));
    text
}

fn hunk_line(line: &str) -> String {
    let styled = match line.as_bytes().first() {
        Some(b'+') => styled(GOOD, line),
        Some(b'-') => styled(BAD, line),
        Some(b'@') => styled(DIM, line),
        _ => line.to_owned(),
    };
    styled + "\n"
}
