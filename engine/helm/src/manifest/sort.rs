//! Rendered files to manifests and hooks, in the order of installation.

use fairlead_template::go::quote::quote;
use fairlead_yaml::{Str, Value};

use super::head::Head;
use super::order::install_rank;
use super::split::split;
use crate::dialect::Dialect;

/// One document that is installed.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// The template that wrote it, from the root chart's folder.
    pub source: Str,
    /// The document, as Helm prints it.
    pub content: String,
    /// The byte at which it starts in what the template wrote.
    pub offset: usize,
    /// Its `apiVersion`.
    pub api_version: Str,
    /// Its `kind`.
    pub kind: Str,
    /// Its name.
    pub name: Str,
    /// What the document says, where [`sort_whole`] kept it: only of documents that say the same when they are printed,
    /// with a comment before them and other line breaks behind them.
    pub object: Option<Value>,
}

/// One document that runs at some point of a release's life instead of being a part of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Hook {
    /// The document.
    pub manifest: Manifest,
    /// When it runs.
    pub events: Vec<HookEvent>,
    /// Hooks of one event run by weight.
    pub weight: i64,
    /// When it is deleted, as written: `before-hook-creation`, `hook-succeeded`, `hook-failed`.
    pub delete_policies: Vec<String>,
}

impl Hook {
    /// Whether the hook is a test.
    pub fn is_test(&self) -> bool {
        self.events.contains(&HookEvent::Test)
    }
}

/// When a hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HookEvent {
    /// Before anything is installed.
    PreInstall,
    /// After everything is installed.
    PostInstall,
    /// Before anything is deleted.
    PreDelete,
    /// After everything is deleted.
    PostDelete,
    /// Before an upgrade.
    PreUpgrade,
    /// After an upgrade.
    PostUpgrade,
    /// Before a rollback.
    PreRollback,
    /// After a rollback.
    PostRollback,
    /// On `helm test`.
    Test,
}

impl HookEvent {
    fn parse(text: &str) -> Option<HookEvent> {
        Some(match text.trim().to_lowercase().as_str() {
            "pre-install" => HookEvent::PreInstall,
            "post-install" => HookEvent::PostInstall,
            "pre-delete" => HookEvent::PreDelete,
            "post-delete" => HookEvent::PostDelete,
            "pre-upgrade" => HookEvent::PreUpgrade,
            "post-upgrade" => HookEvent::PostUpgrade,
            "pre-rollback" => HookEvent::PreRollback,
            "post-rollback" => HookEvent::PostRollback,
            "test" | "test-success" => HookEvent::Test,
            _ => return None,
        })
    }
}

/// Everything that the files of a render hold.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sorted {
    /// What is installed, in order.
    pub manifests: Vec<Manifest>,
    /// What runs at some point, in Helm's order.
    pub hooks: Vec<Hook>,
}

/// A rendered file is not YAML, or its head is not a manifest's; displays as Helm's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("YAML parse error on {source_path}: {reason}")]
pub struct SortError {
    /// The template that wrote the file.
    pub source_path: String,
    /// What is wrong with the document.
    pub reason: String,
    /// The line of the rendered file on which the document starts, from one.
    pub line: usize,
}

/// Takes rendered files, in the order of their paths, apart and sorts what is in them for installation.
pub fn sort<'f>(
    files: impl IntoIterator<Item = (&'f Str, &'f str)>,
    dialect: Dialect,
    warnings: &mut Vec<String>,
) -> Result<Sorted, SortError> {
    sort_by(files, dialect, warnings, |document| Ok((Head::read(document, dialect)?, None)))
}

/// Does what [`sort`] does and keeps what each document says, for callers that would read it again.
pub fn sort_whole<'f>(
    files: impl IntoIterator<Item = (&'f Str, &'f str)>,
    dialect: Dialect,
    warnings: &mut Vec<String>,
) -> Result<Sorted, SortError> {
    sort_by(files, dialect, warnings, |document| Head::read_whole(document, dialect))
}

fn sort_by<'f>(
    files: impl IntoIterator<Item = (&'f Str, &'f str)>,
    dialect: Dialect,
    warnings: &mut Vec<String>,
    read: impl Fn(&str) -> Result<(Head, Option<Value>), String>,
) -> Result<Sorted, SortError> {
    let mut sorted = Sorted::default();
    for (path, text) in files {
        if path.rsplit('/').next().is_some_and(|name| name.starts_with('_')) {
            continue;
        }
        for document in split(text, dialect) {
            let (head, object) = read(document).map_err(|reason| SortError {
                source_path: path.to_string(),
                reason,
                line: 1 + text[..offset(text, document)].matches('\n').count(),
            })?;
            let object = object.filter(|_| is_printed_alike(path, document));
            let part = Part { path, document, offset: offset(text, document), object };
            place(&mut sorted, part, head, dialect, warnings);
        }
    }
    sorted.manifests.sort_by(|a, b| install_rank(&a.kind, dialect).cmp(&install_rank(&b.kind, dialect)));
    sorted.hooks.sort_by(|a, b| {
        install_rank(&a.manifest.kind, dialect).cmp(&install_rank(&b.manifest.kind, dialect))
    });
    Ok(sorted)
}

/// Whether a document that line breaks do not change says the same as it is printed: behind a comment of its path, and
/// with the blanks at its end taken away.
fn is_printed_alike(path: &str, document: &str) -> bool {
    let is_comment = !path.contains(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    let ends_plainly = !document.trim_end_matches('\n').ends_with(char::is_whitespace);
    is_comment && ends_plainly && !document.starts_with('\u{feff}')
}

/// Where a document starts in the text it is a part of.
fn offset(text: &str, document: &str) -> usize {
    (document.as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len())
}

/// One document of a rendered file.
struct Part<'f> {
    path: &'f Str,
    document: &'f str,
    offset: usize,
    object: Option<Value>,
}

fn place(
    sorted: &mut Sorted,
    Part { path, document, offset, object }: Part<'_>,
    head: Head,
    dialect: Dialect,
    warnings: &mut Vec<String>,
) {
    let list = |name: &str| -> Vec<String> {
        let values =
            head.annotation(name).map(|value| value.split(',').map(|part| part.trim().to_lowercase()));
        values.into_iter().flatten().collect()
    };
    let hook = head.annotation("helm.sh/hook").cloned();
    let weight = head.annotation("helm.sh/hook-weight").and_then(|weight| weight.parse().ok()).unwrap_or(0);
    let delete_policies = list("helm.sh/hook-delete-policy");
    let manifest = Manifest {
        source: path.clone(),
        content: document.to_owned(),
        offset,
        api_version: head.api_version,
        kind: head.kind,
        name: head.name,
        object,
    };
    let Some(hook) = hook else {
        sorted.manifests.push(manifest);
        return;
    };
    match hook.split(',').map(HookEvent::parse).collect::<Option<Vec<_>>>() {
        Some(events) => sorted.hooks.push(Hook { manifest, events, weight, delete_policies }),
        None => warnings.push(dialect.log(
            format!("info: skipping unknown hook: {}", quote(&hook)),
            "INFO",
            "skipping unknown hooks",
            &[("hookTypes", &hook)],
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_kept_where_printing_changes_nothing() {
        let kept = |path: &str, text: &str| {
            let path = Str::from(path);
            let sorted = sort_whole([(&path, text)], Dialect::Helm4, &mut Vec::new()).unwrap();
            sorted.manifests.into_iter().next().unwrap().object.is_some()
        };
        assert!(kept("a.yaml", "kind: A\nspec: |\n  x\n"));
        for (path, text) in [
            ("a.yaml", "kind: A\nspec: |\n  x"),
            ("a.yaml", "kind: A\nspec: |\n  x  \n"),
            ("a.yaml", "\u{feff}kind: A\n"),
            ("a\nb: c", "kind: A\n"),
        ] {
            assert!(!kept(path, text), "{path:?} {text:?}");
        }
    }
}
