//! Which repository a dependency means: an address, or the name of one that Helm knows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fairlead_helm::chart::Dependency;

use super::super::Failure;
use crate::charts::{Known, same_repository};

/// The index that each dependency is sought in, by the dependency's name, as far as it is in one that Helm knows.
///
/// Helm goes by the name alone: of two dependencies of one name, the first decides for both.
pub(super) type Names = BTreeMap<String, String>;

/// Finds the repositories that Helm knows, and replaces their names in `asked` by their addresses.
pub(super) fn names(asked: &mut [Dependency], known: &[Known], folder: &Path) -> Result<Names, Failure> {
    let mut names = Names::new();
    let mut missing = Vec::new();
    for dependency in asked {
        let repository = dependency.repository.to_string();
        if repository.is_empty() {
            continue;
        }
        if repository.starts_with("file://") {
            local(folder, &repository)?;
        }
        if is_local_or_oci(&repository) {
            names.insert(dependency.name.to_string(), repository);
            continue;
        }
        let alias = repository.strip_prefix('@').or(repository.strip_prefix("alias:"));
        let found = known.iter().find(|known| {
            alias.is_some_and(|alias| alias == known.name) || same_repository(&known.url, &repository)
        });
        match found {
            Some(found) => {
                if alias == Some(&found.name) {
                    dependency.repository = found.url.as_str().into();
                }
                names.insert(dependency.name.to_string(), found.name.clone());
            }
            None if is_address(&repository) => {}
            None => missing.push(repository),
        }
    }
    if missing.is_empty() { Ok(names) } else { Err(unknown(&missing)) }
}

fn unknown(missing: &[String]) -> Failure {
    let mut text =
        format!("no repository definition for {}. Please add them via 'helm repo add'", missing.join(", "));
    let is_name = |repository: &String| {
        !repository.contains("//") && !repository.starts_with('@') && !repository.starts_with("alias:")
    };
    if missing.iter().any(is_name) {
        text.push_str(
            "\nNote that repositories must be URLs or aliases. For example, to refer to the \"example\"\n\
             repository, use \"https://charts.example.com/\" or \"@example\" instead of\n\
             \"example\". Don't forget to add the repo, too ('helm repo add').",
        );
    }
    text
}

/// Refuses to build from repositories that Helm does not know, as Helm refuses.
pub(super) fn check_all_known(locked: &[Dependency], known: &[Known]) -> Result<(), Failure> {
    let missing: Vec<&str> = locked
        .iter()
        .map(|dependency| &*dependency.repository)
        .filter(|repository| !repository.is_empty() && !is_local_or_oci(repository))
        .filter(|repository| !known.iter().any(|known| same_repository(&known.url, repository)))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let missing = missing.join(", ");
    Err(format!("no repository definition for {missing}. Please add the missing repos via 'helm repo add'"))
}

/// Whether a dependency is of no index.
pub(super) fn is_local_or_oci(repository: &str) -> bool {
    repository.starts_with("file://") || repository.starts_with("oci://")
}

/// What Go takes for the address of a request: one with a scheme, or a rooted path.
fn is_address(text: &str) -> bool {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    text.starts_with('/')
        || scheme.is_some_and(|scheme| {
            scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        })
}

/// The folder of a `file://` dependency.
pub(super) fn local(folder: &Path, repository: &str) -> Result<PathBuf, Failure> {
    let path = repository.strip_prefix("file://").unwrap_or(repository);
    let path = if path.starts_with('/') { PathBuf::from(path) } else { joined(folder, path) };
    if path.exists() { Ok(path) } else { Err(format!("directory {} not found", path.display())) }
}

/// A path below a folder, cleaned as Go cleans it.
pub(super) fn joined(folder: &Path, path: &str) -> PathBuf {
    let mut joined = PathBuf::new();
    for part in folder.join(path).components() {
        use std::path::Component;
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(joined.components().next_back(), Some(Component::Normal(_))) => {
                joined.pop();
            }
            part => joined.push(part),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dependency(name: &str, repository: &str) -> Dependency {
        Dependency { name: name.into(), repository: repository.into(), ..Dependency::default() }
    }

    #[test]
    fn aliases_become_addresses() {
        let known = [Known {
            name: "corp".to_owned(),
            url: "https://c.example/charts".to_owned(),
            ..Known::default()
        }];
        let mut asked = [
            dependency("a", "@corp"),
            dependency("b", "alias:corp"),
            dependency("c", "https://c.example/charts/"),
            dependency("d", "https://other.example"),
            dependency("e", "oci://r.example/charts"),
            dependency("f", ""),
        ];
        let names = names(&mut asked, &known, Path::new(".")).unwrap();
        let repositories: Vec<&str> = asked.iter().map(|dependency| &*dependency.repository).collect();
        let address = "https://c.example/charts";
        assert_eq!(
            repositories,
            [
                address,
                address,
                "https://c.example/charts/",
                "https://other.example",
                "oci://r.example/charts",
                ""
            ]
        );
        let indexes: Vec<(&str, &str)> = names.iter().map(|(name, index)| (&**name, &**index)).collect();
        assert_eq!(indexes, [("a", "corp"), ("b", "corp"), ("c", "corp"), ("e", "oci://r.example/charts")]);
    }

    #[test]
    fn names_that_nobody_knows_are_refused() {
        let refused =
            |repository| names(&mut [dependency("a", repository)], &[], Path::new(".")).unwrap_err();
        let text = "no repository definition for @corp. Please add them via 'helm repo add'";
        assert_eq!(refused("@corp"), text);
        assert!(refused("stable").ends_with("Don't forget to add the repo, too ('helm repo add')."));
        assert_eq!(refused("file://nowhere"), "directory nowhere not found");
    }
}
