//! Checks objects against the cluster that they go to.

use std::sync::Arc;

use fairlead_yaml::Value;

use crate::kubernetes::api::{Api, Lifecycle};
use crate::kubernetes::check::{Problem, check};
use crate::kubernetes::crd::Crds;
use crate::kubernetes::scope::{group_of, is_builtin};
use crate::kubernetes::version::Minor;

/// Checks objects: against Kubernetes' own API, and against a project's custom resources.
#[derive(Debug, Clone)]
pub struct Validator {
    api: Option<Arc<Api>>,
    crds: Arc<Crds>,
}

/// What is wrong with an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Its API is deprecated in the cluster's version, or gone.
    Deprecated {
        /// What became of it.
        lifecycle: Lifecycle,
        /// Whether the cluster's version no longer has it.
        gone: bool,
    },
    /// It does not fit its schema.
    Invalid(Problem),
}

impl Validator {
    /// A validator for custom resources, and for Kubernetes' own API where its data is there.
    pub fn new(api: Option<Arc<Api>>, crds: Arc<Crds>) -> Validator {
        Validator { api, crds }
    }

    /// Whether two validators go by the same data: the very same, not merely equal.
    pub(crate) fn is_same(&self, other: &Validator) -> bool {
        let same_api = match (&self.api, &other.api) {
            (None, None) => true,
            (Some(mine), Some(theirs)) => Arc::ptr_eq(mine, theirs),
            _ => false,
        };
        same_api && Arc::ptr_eq(&self.crds, &other.crds)
    }

    /// What is wrong with `object` on a cluster of version `minor`; the newest known version where nobody says.
    pub fn check(&self, minor: Option<Minor>, object: &Value) -> Vec<Finding> {
        let text = |name: &str| object.field(name).and_then(Value::as_str).unwrap_or_default();
        let (api_version, kind) = (text("apiVersion"), text("kind"));
        if api_version.is_empty() || kind.is_empty() {
            let missing = if kind.is_empty() { "kind" } else { "apiVersion" };
            let message = format!("the field `{missing}` is required");
            return vec![Finding::Invalid(Problem { path: Vec::new(), message })];
        }
        if let Some(schema) = self.crds.schema(api_version, kind) {
            let problems =
                schema.map(|schema| check(self.crds.schemas(), schema, object)).unwrap_or_default();
            return problems.into_iter().map(Finding::Invalid).collect();
        }
        match &self.api {
            Some(api) => builtin(api, minor, api_version, kind, object),
            None => Vec::new(),
        }
    }
}

fn builtin(api: &Api, minor: Option<Minor>, api_version: &str, kind: &str, object: &Value) -> Vec<Finding> {
    let Some(newest) = api.minors().last().copied() else { return Vec::new() };
    let minor = minor.unwrap_or(newest);
    let Some(known) = api.nearest(minor) else { return Vec::new() };
    let mut findings = Vec::new();
    if let Some(lifecycle) = api.lifecycle(api_version, kind) {
        let since = |version: Option<Minor>| version.is_some_and(|version| version <= minor);
        let gone = since(lifecycle.removed);
        if gone || since(lifecycle.deprecated) {
            findings.push(Finding::Deprecated { lifecycle: lifecycle.clone(), gone });
        }
        if gone {
            return findings;
        }
    }
    match api.schema(known, api_version, kind) {
        Some(schema) => {
            findings.extend(check(api.schemas(), schema, object).into_iter().map(Finding::Invalid));
        }
        // An older cluster may have kinds that the oldest known version no longer has, a newer one kinds to come.
        None if known == minor && is_builtin(group_of(api_version)) && !api.has_list(api_version, kind) => {
            findings.push(Finding::Invalid(unknown_kind(api, minor, api_version, kind)));
        }
        None => {}
    }
    findings
}

fn unknown_kind(api: &Api, minor: Minor, api_version: &str, kind: &str) -> Problem {
    let versions: Vec<&str> = api.versions_of(minor, kind).into_iter().collect();
    let hint = match *versions {
        [] => String::new(),
        _ => format!("; {kind} is in {}", versions.join(", ")),
    };
    let message = format!("Kubernetes {minor} has no {kind} in {api_version}{hint}");
    Problem { path: vec![Arc::from("kind")], message }
}
