//! What a chart may ask of the cluster it is rendered for.

use fairlead_template::go::quote::quote;
use fairlead_yaml::Str;

use crate::dialect::Dialect;

/// What `.Capabilities` holds of a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// The version of Kubernetes.
    pub kube_version: KubeVersion,
    /// The API versions that `.Capabilities.APIVersions.Has` knows.
    pub api_versions: Vec<Str>,
}

/// A version of Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeVersion {
    /// The version as templates read it: `v1.37.0`.
    pub version: Str,
    /// The version that constraints are held against: without suffixes such as `-gke.100`.
    pub comparable: Str,
    /// The first number.
    pub major: Str,
    /// The second number.
    pub minor: Str,
}

/// A text is no version of Kubernetes; displays as Helm's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid kube version '{text}': {reason}")]
pub struct KubeVersionError {
    text: String,
    reason: String,
}

impl Capabilities {
    /// What Helm assumes without a cluster.
    pub fn new() -> Capabilities {
        let kube_version = KubeVersion {
            version: "v1.37.0".into(),
            comparable: "v1.37.0".into(),
            major: "1".into(),
            minor: "37".into(),
        };
        Capabilities {
            kube_version,
            api_versions: API_VERSIONS.iter().map(|version| Str::from(*version)).collect(),
        }
    }
}

impl Default for Capabilities {
    fn default() -> Self {
        Capabilities::new()
    }
}

impl KubeVersion {
    /// Reads a version such as `1.33`, `v1.33.4` or `v1.33.4-gke.100`.
    pub fn parse(text: &str, dialect: Dialect) -> Result<KubeVersion, KubeVersionError> {
        let fail = |reason| KubeVersionError { text: text.to_owned(), reason };
        let trimmed = text.trim_start_matches([' ', '\t', '\n', '\r', '\x0c']);
        let body = trimmed.strip_prefix('v').unwrap_or(trimmed);
        let digits = body.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(body.len());
        let numbers = body[..digits].split("..").next().unwrap_or_default().trim_end_matches('.');
        if numbers.is_empty() || numbers.starts_with('.') || body[numbers.len()..].contains('\n') {
            return Err(fail(format!("could not parse {} as version", quote(text))));
        }
        let parts: Vec<&str> = numbers.split('.').collect();
        if parts.len() < 2 {
            return Err(fail(format!("illegal version string {}", quote(text))));
        }
        if parts[0].len() > 1 && parts[0].starts_with('0') {
            return Err(fail(format!(
                "illegal zero-prefixed version component {} in {}",
                quote(parts[0]),
                quote(text)
            )));
        }
        let mut plain = Vec::new();
        for part in parts {
            let number = part.parse::<u64>().map_err(|_| {
                let part = quote(part);
                let reason = format!("strconv.ParseUint: parsing {part}: value out of range");
                fail(format!("illegal non-numeric version component {part} in {}: {reason}", quote(text)))
            })?;
            plain.push(number.to_string());
        }
        let comparable: Str = format!("v{}", plain.join(".")).into();
        let version = match text.starts_with('v') {
            _ if !dialect.keeps_kube_suffix() => comparable.clone(),
            true => text.into(),
            false => format!("v{text}").into(),
        };
        Ok(KubeVersion {
            version,
            comparable,
            major: plain[0].as_str().into(),
            minor: plain[1].as_str().into(),
        })
    }
}

/// The API versions of Kubernetes' own Go client and of its API extensions, in the order of its scheme.
const API_VERSIONS: [&str; 57] = [
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "lifecycle.k8s.io/v1alpha1",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suffixes_stay_in_helm_4_only() {
        let three = KubeVersion::parse("1.33.4-gke.12", Dialect::Helm3).unwrap();
        assert_eq!((&*three.version, &*three.comparable, &*three.minor), ("v1.33.4", "v1.33.4", "33"));
        let four = KubeVersion::parse("1.33.4-gke.12", Dialect::Helm4).unwrap();
        assert_eq!((&*four.version, &*four.comparable), ("v1.33.4-gke.12", "v1.33.4"));
    }

    #[test]
    fn errors_are_helms() {
        for (text, error) in [
            ("foo", "invalid kube version 'foo': could not parse \"foo\" as version"),
            ("1", "invalid kube version '1': illegal version string \"1\""),
            (
                "01.2",
                "invalid kube version '01.2': illegal zero-prefixed version component \"01\" in \"01.2\"",
            ),
        ] {
            assert_eq!(KubeVersion::parse(text, Dialect::Helm4).unwrap_err().to_string(), error);
        }
    }
}
