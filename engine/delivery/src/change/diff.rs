//! The change as people read it: the same change in many units once, with the units that it concerns.

use std::collections::BTreeMap;

use fairlead_world::RepoPath;
use similar::{ChangeTag, TextDiff};

use crate::adapt::mark::Mark;
use crate::change::{Change, ChangeError, Committed, Request};

/// Everything that changes, grouped.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diff {
    /// How much changes in all.
    pub summary: Summary,
    /// Changes that are alike, by workload, then by what they do.
    pub groups: Vec<Group>,
}

/// How much changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Files that are new.
    pub added: usize,
    /// Files that change.
    pub changed: usize,
    /// Files that go.
    pub deleted: usize,
    /// Lines that are new, in all files.
    pub lines_added: usize,
    /// Lines that go, in all files.
    pub lines_deleted: usize,
}

/// Files of one workload that change alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The workload; empty for files of the project.
    pub workload: String,
    /// Whether the files are new, change or go.
    pub kind: FileChange,
    /// The files, in the order of their paths, each with its unit (`workload/tenant/environment`) if it has one.
    pub files: Vec<(RepoPath, Option<String>)>,
    /// The hunks of the first file, in unified form with three lines of context and without file names.
    pub hunks: String,
    /// Lines that are new, in each of the files.
    pub lines_added: usize,
    /// Lines that go, in each of the files.
    pub lines_deleted: usize,
}

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileChange {
    /// It is new.
    Added,
    /// Its content changes.
    Changed,
    /// It goes.
    Deleted,
}

/// Beyond this many bytes on either side a file is only said to differ: a line diff of it would take longer than
/// anybody reads.
const MAX_COMPARED: usize = 4 << 20;

/// Computes the diff of a plan.
///
/// # Errors
/// [`ChangeError::Needed`] until the committed side of every changed file is there.
pub fn diff(request: &Request<'_>, change: &Change) -> Result<Diff, ChangeError> {
    let read = Committed::new(request.contents);
    let owners = Owners::new(request);
    let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
    let mut summary = Summary::default();
    let writes = change.writes.iter().map(|(path, blob)| (path, Some(blob)));
    let deletes = change.deletes.iter().map(|path| (path, None));
    for (path, after) in writes.chain(deletes) {
        let before = request.committed.at(path.as_str()).and_then(|_| read.read(path));
        let kind = match (&before, after) {
            (_, None) => FileChange::Deleted,
            (None, Some(_)) => FileChange::Added,
            (Some(_), Some(_)) => FileChange::Changed,
        };
        let bytes =
            |blob: Option<&fairlead_world::Blob>| blob.map(|blob| blob.bytes().to_vec()).unwrap_or_default();
        let compared = compare(&bytes(before.as_ref()), &bytes(after));
        summary.count(kind, &compared);
        let marked = || Mark::read(before.as_ref()?.bytes())?.unit;
        let unit = owners.unit(path).or_else(|| marked().map(|unit| unit.to_string()));
        let workload = unit.as_deref().and_then(|unit| unit.split('/').next()).unwrap_or_default().to_owned();
        let key = Key { workload: workload.clone(), kind, changed: compared.changed };
        groups
            .entry(key)
            .or_insert_with(|| Group {
                workload,
                kind,
                files: Vec::new(),
                hunks: compared.hunks,
                lines_added: compared.added,
                lines_deleted: compared.deleted,
            })
            .files
            .push((path.clone(), unit));
    }
    read.finish()?;
    Ok(Diff { summary, groups: groups.into_values().collect() })
}

/// What makes two files' changes the same: the lines that go and come, wherever they stand.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    workload: String,
    kind: FileChange,
    changed: String,
}

struct Compared {
    hunks: String,
    changed: String,
    added: usize,
    deleted: usize,
}

fn compare(before: &[u8], after: &[u8]) -> Compared {
    let (Ok(before), Ok(after)) = (std::str::from_utf8(before), std::str::from_utf8(after)) else {
        return differing("Binary files differ\n");
    };
    if before.len().max(after.len()) > MAX_COMPARED {
        return differing("Files too large to compare line by line differ\n");
    }
    let diff = TextDiff::from_lines(before, after);
    let mut compared = Compared { hunks: String::new(), changed: String::new(), added: 0, deleted: 0 };
    for change in diff.iter_all_changes() {
        let sign = match change.tag() {
            ChangeTag::Equal => continue,
            ChangeTag::Insert => {
                compared.added += 1;
                '+'
            }
            ChangeTag::Delete => {
                compared.deleted += 1;
                '-'
            }
        };
        compared.changed.push(sign);
        compared.changed.push_str(change.value());
    }
    compared.hunks = diff.unified_diff().context_radius(3).to_string();
    compared
}

fn differing(said: &str) -> Compared {
    Compared { hunks: said.to_owned(), changed: said.to_owned(), added: 0, deleted: 0 }
}

impl Summary {
    fn count(&mut self, kind: FileChange, compared: &Compared) {
        match kind {
            FileChange::Added => self.added += 1,
            FileChange::Changed => self.changed += 1,
            FileChange::Deleted => self.deleted += 1,
        }
        self.lines_added += compared.added;
        self.lines_deleted += compared.deleted;
    }
}

/// Which unit a path of the output belongs to.
struct Owners<'a> {
    applications: BTreeMap<&'a str, &'a str>,
    rendered: &'a RepoPath,
}

impl<'a> Owners<'a> {
    fn new(request: &'a Request<'a>) -> Owners<'a> {
        let applications = request.units.iter().map(|unit| (unit.application.as_str(), &*unit.id)).collect();
        Owners { applications, rendered: request.rendered }
    }

    fn unit(&self, path: &RepoPath) -> Option<String> {
        if let Some(unit) = self.applications.get(path.as_str()) {
            return Some((*unit).to_owned());
        }
        let mut parts = path.below(self.rendered)?.split('/');
        let (tenant, environment, workload) = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().map(|_| format!("{workload}/{tenant}/{environment}"))
    }
}
