//! The repository that Argo CD reads from, as it wants to be told: a labelled Secret. Credentials are never in it.

use std::sync::Arc;

use crate::adapt::argocd::{Instance, managed};
use crate::adapt::mark::Mark;
use crate::adapt::{Fields, Source};

/// Where Argo CD gets the credentials from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credentials {
    /// Nowhere: the repository is public, or somebody adds them by hand.
    None,
    /// A store that the External Secrets Operator reads.
    External {
        /// The store's name.
        store: Arc<str>,
        /// `ClusterSecretStore` or `SecretStore`.
        store_kind: Arc<str>,
        /// The key in the store; its properties are `username` and `password`.
        key: Arc<str>,
    },
}

/// Why a repository cannot be written down.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RepositoryError {
    /// The address carries a user or a password, which would end up in git.
    #[error("the repository's address carries credentials; write the address without them")]
    Credentials,
}

/// The Secret that tells Argo CD about the repository, or the ExternalSecret that makes it with credentials.
///
/// # Errors
/// An address with credentials in it.
pub fn repository(
    project: &str,
    instance: &Instance,
    source: &Source,
    credentials: &Credentials,
) -> Result<Fields, RepositoryError> {
    refuse_credentials(&source.repo_url)?;
    let name = format!("{project}-repository");
    let metadata = |labels: Fields| {
        Fields::new()
            .with("name", name.clone())
            .with("namespace", &instance.namespace)
            .with("labels", labels)
            .with("annotations", Mark::default().annotate(Fields::new()))
    };
    let known = Fields::new().with("type", "git").with("url", &source.repo_url);
    Ok(match credentials {
        Credentials::None => Fields::object("v1", "Secret", metadata(managed(secret_type(), instance)))
            .with("stringData", known),
        Credentials::External { store, store_kind, key } => {
            let property = |property: &str| {
                let reference = Fields::new().with("key", key).with("property", property);
                Fields::new().with("secretKey", property).with("remoteRef", reference)
            };
            let data = known.with("username", "{{ .username }}").with("password", "{{ .password }}");
            let template = Fields::new()
                .with("metadata", Fields::new().with("labels", managed(secret_type(), instance)))
                .with("data", data);
            let spec = Fields::new()
                .with("secretStoreRef", Fields::new().with("name", store).with("kind", store_kind))
                .with("target", Fields::new().with("name", name.clone()).with("template", template))
                .with("data", vec![property("username"), property("password")]);
            Fields::object(
                "external-secrets.io/v1",
                "ExternalSecret",
                metadata(managed(Fields::new(), instance)),
            )
            .with("spec", spec)
        }
    })
}

/// The Secret with credentials, for printing apart and applying by hand. It never becomes part of a generated tree.
///
/// # Errors
/// An address with credentials in it.
pub fn credentials(
    project: &str,
    instance: &Instance,
    source: &Source,
    username: &str,
    password: &str,
) -> Result<Fields, RepositoryError> {
    refuse_credentials(&source.repo_url)?;
    let metadata = Fields::new()
        .with("name", format!("{project}-repository"))
        .with("namespace", &instance.namespace)
        .with("labels", managed(secret_type(), instance));
    let data = Fields::new()
        .with("type", "git")
        .with("url", &source.repo_url)
        .with("username", username)
        .with("password", password);
    Ok(Fields::object("v1", "Secret", metadata).with("stringData", data))
}

fn secret_type() -> Fields {
    Fields::new().with("argocd.argoproj.io/secret-type", "repository")
}

/// Refuses `https://user:password@host/…`. The user of an SSH address, `git@host:…`, is no secret.
pub(crate) fn refuse_credentials(address: &str) -> Result<(), RepositoryError> {
    let Some((scheme, rest)) = address.split_once("://") else { return Ok(()) };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((user, _)) = authority.rsplit_once('@') else { return Ok(()) };
    if scheme == "ssh" && !user.contains(':') { Ok(()) } else { Err(RepositoryError::Credentials) }
}
