//! Argo CD's objects, one kind a file.

mod app_project;
mod application;
mod application_set;
mod repository;
mod root;

pub use app_project::app_project;
pub use application::application;
pub use application_set::application_set;
pub(crate) use repository::refuse_credentials;
pub use repository::{Credentials, RepositoryError, credentials, repository};
pub use root::root;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::adapt::{Delivery, Fields};

/// What holds for everything that one Argo CD gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// The namespace of its own objects.
    pub namespace: Arc<str>,
    /// The name of the Argo CD, where several share a cluster: a label on everything.
    pub name: Option<Arc<str>>,
    /// The Argo CD project of this unit.
    pub project: Arc<str>,
    /// Sync options beyond those that the sync controls come to.
    pub sync_options: Vec<Arc<str>>,
    /// Annotations on every Application.
    pub annotations: BTreeMap<Arc<str>, Arc<str>>,
    /// How many past synchronizations are kept; Argo CD's own default where absent.
    pub revision_history_limit: Option<u32>,
}

/// The Application or ApplicationSet of a unit: one target makes an Application, several an ApplicationSet.
pub fn delivering(delivery: &Delivery, instance: &Instance) -> Fields {
    match &*delivery.targets {
        [target] => application(delivery, instance, target),
        _ => application_set(delivery, instance),
    }
}

/// The kind that [`delivering`] makes.
pub fn kind(delivery: &Delivery) -> &'static str {
    if delivery.targets.len() == 1 { "Application" } else { "ApplicationSet" }
}

const API_VERSION: &str = "argoproj.io/v1alpha1";

/// Labels of an object: whose it is, and which Argo CD it is for.
fn labels(delivery: &Delivery, instance: &Instance) -> Fields {
    let labels = delivery.labels.iter().collect::<Fields>();
    managed(labels, instance)
}

fn managed(labels: Fields, instance: &Instance) -> Fields {
    labels
        .with("app.kubernetes.io/managed-by", "fairlead")
        .with_some("argocd.argoproj.io/instance-name", instance.name.as_ref())
}
