//! References into a registry: `HOST/REPOSITORY:TAG@DIGEST`.

use std::fmt;

use fairlead_fetch::{Address, Fetch};
use fairlead_template::go::quote::quote;
use fairlead_world::Digest;

use crate::error::ChartError;
use crate::session::Session;

/// A repository of a registry, and perhaps a tag or a digest in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

impl Reference {
    /// Reads a reference, with or without `oci://`. A plus in the tag becomes an underscore, as Helm writes it.
    ///
    /// # Errors
    /// Registries that are no host, and repositories, tags and digests that no registry has.
    pub fn parse(text: &str) -> Result<Reference, ChartError> {
        let wrong = |reason: String| ChartError::Reference(reason);
        let text = text.strip_prefix("oci://").unwrap_or(text);
        if text.split('/').next().is_some_and(|host| host.contains('@')) {
            return Err(wrong("user and password do not belong into an address: give them apart".to_owned()));
        }
        let (text, digest) = match text.rsplit_once('@') {
            Some((text, digest)) => {
                let digest =
                    Digest::parse(digest).map_err(|_| wrong(format!("invalid digest {}", quote(digest))))?;
                (text, Some(digest))
            }
            None => (text, None),
        };
        let (registry, path) =
            text.split_once('/').ok_or_else(|| wrong("missing registry or repository".to_owned()))?;
        let (repository, tag) = match path.rsplit_once(':') {
            Some((repository, tag)) => (repository, Some(tag.replace('+', "_"))),
            None => (path, None),
        };
        let host = Address::parse(&format!("https://{registry}"));
        if host.is_err() || registry.contains(['?', '#']) {
            return Err(wrong(format!("invalid registry {}", quote(registry))));
        }
        if !is_repository(repository) {
            return Err(wrong(format!("invalid repository {}", quote(repository))));
        }
        if let Some(tag) = tag.as_deref().filter(|tag| !is_tag(tag)) {
            return Err(wrong(format!("invalid tag {}", quote(tag))));
        }
        Ok(Reference { registry: registry.to_owned(), repository: repository.to_owned(), tag, digest })
    }

    /// The same repository with a version for its tag.
    ///
    /// # Errors
    /// A version that is no tag.
    pub fn with_version(&self, version: &str) -> Result<Reference, ChartError> {
        let tag = version.replace('+', "_");
        if !is_tag(&tag) {
            return Err(ChartError::Reference(format!("invalid tag {}", quote(&tag))));
        }
        Ok(Reference { tag: Some(tag), ..self.clone() })
    }

    /// The same repository and tag, whatever they hold now.
    #[must_use]
    pub fn without_digest(&self) -> Reference {
        Reference { digest: None, ..self.clone() }
    }

    /// The same repository and digest.
    #[must_use]
    pub fn without_tag(&self) -> Reference {
        Reference { tag: None, ..self.clone() }
    }

    /// Host and port.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The tag, a plus written as an underscore.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest of the manifest.
    pub fn digest(&self) -> Option<Digest> {
        self.digest
    }

    /// The last segment of the repository: the chart's name.
    pub fn chart(&self) -> &str {
        self.repository.rsplit('/').next().unwrap_or_default()
    }

    /// What a manifest is asked for by: the digest, else the tag.
    pub(super) fn name(&self) -> Option<String> {
        self.digest.map(|digest| digest.to_string()).or_else(|| self.tag.clone())
    }

    /// The repository as the registry's API has it.
    pub(super) fn base<F: Fetch>(&self, session: &Session<'_, F>) -> Result<Address, ChartError> {
        // The name that people write is not the host that answers.
        let host = if self.registry == "docker.io" { "registry-1.docker.io" } else { &self.registry };
        let path = format!("{host}/v2/{}", self.repository);
        let address = Address::parse(&format!("https://{path}"))?;
        Ok(if session.is_plain(address.origin()) {
            Address::parse(&format!("http://{path}"))?
        } else {
            address
        })
    }

    /// What a token has to allow.
    pub(super) fn scope(&self) -> String {
        format!("repository:{}:pull", self.repository)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        match &self.digest {
            Some(digest) => write!(f, "@{digest}"),
            None => Ok(()),
        }
    }
}

/// Lower-case segments of letters and digits with `.`, `_`, `__` or dashes between.
fn is_repository(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() <= 255
        && text.split('/').all(|segment| {
            let ends = [segment.bytes().next(), segment.bytes().next_back()];
            let separators = segment.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
            ends.into_iter().all(|end| end.is_some_and(plain)) && { separators }
                .all(|between| matches!(between, "" | "." | "_" | "__") || between.bytes().all(|b| b == b'-'))
        })
}

fn is_tag(text: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let mut bytes = text.bytes();
    text.len() <= 128
        && bytes.next().is_some_and(word)
        && bytes.all(|byte| word(byte) || b".-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_as_registries_write_them() {
        let read = |text: &str| Reference::parse(text).map(|reference| reference.to_string()).ok();
        assert_eq!(
            read("oci://r.example/charts/web:1.2.0+a.b"),
            Some("r.example/charts/web:1.2.0_a.b".into())
        );
        assert_eq!(read("r.example:5000/web"), Some("r.example:5000/web".into()));
        assert_eq!(read("[::1]:5000/a__b/c--d"), Some("[::1]:5000/a__b/c--d".into()));
        let digest = format!("r.example/web@sha256:{}", "ab".repeat(32));
        assert_eq!(read(&digest), Some(digest.clone()));
        for bad in [
            "oci://r.example",
            "oci:///web",
            "oci://r.example/Web",
            "oci://r.example/a//b",
            "oci://r.example/../b",
            "oci://r.example/a/",
            "oci://r.example/-a",
            "oci://r.example/a..b",
            "oci://r.example/a:.b",
            "oci://r.example/a:",
            "oci://ann:secret@r.example/a",
            "oci://r.example/a@sha256:abc",
            "oci://r.example?x/a",
            "oci://r ex/a",
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
