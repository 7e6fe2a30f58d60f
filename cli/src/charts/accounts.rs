//! Helm's own files: the repositories that `helm repo add` knows, and what `helm registry login` keeps.
//!
//! They are read and never written. Helpers that keep passwords elsewhere are programs, and none is run.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use fairlead_charts::Credentials;
use fairlead_template::go::base64::decode64;
use fairlead_template::go::url::Url;
use fairlead_yaml::Value;

use super::trust::Trust;

/// Where Helm keeps its files.
#[derive(Debug, Clone)]
pub(crate) struct HelmFiles {
    /// `repositories.yaml`.
    pub(crate) repositories: PathBuf,
    /// The folder of cached indexes, which is only named in messages.
    pub(crate) cache: PathBuf,
    /// The credentials of registries, the first that knows one first: Helm's, then Docker's.
    pub(crate) registries: Vec<PathBuf>,
}

impl HelmFiles {
    /// Those that Helm itself would use with this environment.
    pub(crate) fn of_environment() -> HelmFiles {
        let mac = cfg!(target_os = "macos");
        let config = folder(
            "HELM_CONFIG_HOME",
            "XDG_CONFIG_HOME",
            if mac { "Library/Preferences" } else { ".config" },
        );
        let cache =
            folder("HELM_CACHE_HOME", "XDG_CACHE_HOME", if mac { "Library/Caches" } else { ".cache" });
        let docker = variable("DOCKER_CONFIG").unwrap_or_else(|| home().join(".docker"));
        HelmFiles {
            repositories: variable("HELM_REPOSITORY_CONFIG")
                .unwrap_or_else(|| config.join("repositories.yaml")),
            cache: variable("HELM_REPOSITORY_CACHE").unwrap_or_else(|| cache.join("repository")),
            registries: vec![
                variable("HELM_REGISTRY_CONFIG").unwrap_or_else(|| config.join("registry/config.json")),
                docker.join("config.json"),
            ],
        }
    }

    /// The credentials that are kept for a registry.
    pub(crate) fn of_registry(&self, registry: &str) -> Option<Credentials> {
        self.registries.iter().find_map(|path| {
            let file: serde_json::Value = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
            account(file.get("auths")?, registry)
        })
    }
}

fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn home() -> PathBuf {
    variable("HOME").or_else(|| variable("USERPROFILE")).unwrap_or_default()
}

fn folder(own: &str, xdg: &str, usual: &str) -> PathBuf {
    variable(own).unwrap_or_else(|| variable(xdg).unwrap_or_else(|| home().join(usual)).join("helm"))
}

/// The entry of a registry, whose key may be written as an address.
fn account(entries: &serde_json::Value, registry: &str) -> Option<Credentials> {
    let registry = match registry {
        "docker.io" | "registry-1.docker.io" => "index.docker.io",
        other => other,
    };
    let host = |key: &str| {
        let key = key.strip_prefix("https://").or(key.strip_prefix("http://")).unwrap_or(key);
        key.split('/').next().unwrap_or_default().to_owned()
    };
    let (_, entry) = entries.as_object()?.iter().find(|(key, _)| host(key) == registry)?;
    let pair = String::from_utf8(decode64(entry.get("auth")?.as_str()?.as_bytes()).ok()?).ok()?;
    let (name, password) = pair.split_once(':')?;
    (!name.is_empty()).then(|| Credentials::new(name, password.trim_end_matches('\0')))
}

/// A repository that `helm repo add` knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// The name it goes by.
    pub(crate) name: String,
    /// Its address.
    pub(crate) url: String,
    /// The credentials for it.
    pub(crate) credentials: Option<Credentials>,
    /// Whether packages at other hosts get them too.
    pub(crate) everywhere: bool,
    /// Who is believed to be it.
    pub(crate) trust: Trust,
}

/// Reads the repositories that Helm knows; none where there is no such file.
///
/// # Errors
/// A file that can't be read.
pub(crate) fn repositories(path: &Path) -> Result<Vec<Known>, String> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(format!("couldn't load repositories file ({}): {error}", path.display())),
    };
    let file: Value = fairlead_yaml::value::from_str(&text)
        .map_err(|error| format!("couldn't load repositories file ({}): {error}", path.display()))?;
    let entries = file.field("repositories").and_then(Value::as_list).unwrap_or_default();
    Ok(entries.iter().map(known).collect())
}

fn known(entry: &Value) -> Known {
    let text = |name: &str| entry.field(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let on = |name: &str| matches!(entry.field(name), Some(Value::Bool(true)));
    let file = |name: &str| Some(text(name)).filter(|path| !path.is_empty()).map(PathBuf::from);
    let (username, password) = (text("username"), text("password"));
    Known {
        name: text("name"),
        url: text("url"),
        // As Helm: one without the other is none.
        credentials: (!username.is_empty() && !password.is_empty())
            .then(|| Credentials::new(username, password)),
        everywhere: on("pass_credentials_all"),
        trust: Trust {
            authorities: file("caFile"),
            identity: file("certFile").zip(file("keyFile")),
            anybody: on("insecure_skip_tls_verify"),
        },
    }
}

/// Whether two addresses are those of the same repository, as Helm compares them.
pub(crate) fn same_repository(one: &str, other: &str) -> bool {
    let normal = |text: &str| {
        let mut url = Url::parse(text).ok()?;
        url.raw_path = String::new();
        url.path =
            format!("/{}", url.path.split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/"));
        Some(url.to_string())
    };
    match (normal(one), normal(other)) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repositories_are_the_same_whatever_slash_they_end_with() {
        assert!(same_repository("https://a.example/charts/", "https://a.example/charts"));
        assert!(same_repository("https://a.example", "https://a.example/"));
        assert!(!same_repository("https://a.example/charts", "http://a.example/charts"));
        assert!(!same_repository("https://a.example/charts", "https://a.example/other"));
    }

    #[test]
    fn accounts_are_found_by_their_registry() {
        let auths = serde_json::json!({
            "https://index.docker.io/v1/": { "auth": "YW5uOnNlY3JldA==" },
            "registry.example:5000": { "auth": "Ym9iOnNlOmNyZXQ=" },
            "helper.example": {},
        });
        assert_eq!(account(&auths, "docker.io"), Some(Credentials::new("ann", "secret")));
        assert_eq!(account(&auths, "registry.example:5000"), Some(Credentials::new("bob", "se:cret")));
        assert_eq!(account(&auths, "registry.example"), None);
        assert_eq!(account(&auths, "helper.example"), None);
    }
}
