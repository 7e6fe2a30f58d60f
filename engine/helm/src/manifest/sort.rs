//! Rendered files to manifests and hooks, in the order of installation.

use fairlead_template::go::quote::quote;
use fairlead_yaml::Str;

use super::head::Head;
use super::order::install_rank;
use super::split::split;
use crate::dialect::Dialect;

/// One document that is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
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
}

/// One document that runs at some point of a release's life instead of being a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    let mut sorted = Sorted::default();
    for (path, text) in files {
        if path.rsplit('/').next().is_some_and(|name| name.starts_with('_')) {
            continue;
        }
        for document in split(text, dialect) {
            let head = Head::read(document, dialect).map_err(|reason| SortError {
                source_path: path.to_string(),
                reason,
                line: 1 + text[..offset(text, document)].matches('\n').count(),
            })?;
            place(&mut sorted, path, document, offset(text, document), head, dialect, warnings);
        }
    }
    sorted.manifests.sort_by(|a, b| install_rank(&a.kind, dialect).cmp(&install_rank(&b.kind, dialect)));
    sorted.hooks.sort_by(|a, b| {
        install_rank(&a.manifest.kind, dialect).cmp(&install_rank(&b.manifest.kind, dialect))
    });
    Ok(sorted)
}

/// Where a document starts in the text it is a part of.
fn offset(text: &str, document: &str) -> usize {
    (document.as_ptr() as usize).saturating_sub(text.as_ptr() as usize).min(text.len())
}

fn place(
    sorted: &mut Sorted,
    path: &Str,
    document: &str,
    offset: usize,
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
