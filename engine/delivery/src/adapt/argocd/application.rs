//! `Application`: one unit with one target.

use std::sync::Arc;

use fairlead_yaml::Value;

use crate::adapt::argocd::{API_VERSION, Instance, labels};
use crate::adapt::object::Node;
use crate::adapt::{Delivery, Destination, Fields, Sync};
use crate::config::IgnoreDifference;

/// The Application that delivers a unit to its one target.
pub fn application(delivery: &Delivery, instance: &Instance, target: &Destination) -> Fields {
    let metadata = Fields::new()
        .with("name", &delivery.name)
        .with("namespace", &instance.namespace)
        .with("labels", labels(delivery, instance))
        .with("annotations", delivery.mark.annotate(annotations(delivery, instance)));
    let place = Place {
        path: target.folder.as_str(),
        server: &target.server,
        namespace: &target.namespace,
        owns_namespace: target.owns_namespace,
    };
    Fields::object(API_VERSION, "Application", metadata).with("spec", spec(delivery, instance, &place))
}

/// Where an Application reads and delivers; in an ApplicationSet these are the generator's parameters.
pub(super) struct Place<'a> {
    pub(super) path: &'a str,
    pub(super) server: &'a str,
    pub(super) namespace: &'a str,
    pub(super) owns_namespace: bool,
}

/// The annotations of an Application. The generated path is always named, so that Argo CD refreshes only the
/// Applications that a commit touches.
pub(super) fn annotations(delivery: &Delivery, instance: &Instance) -> Fields {
    let own = instance.annotations.iter().collect::<Fields>();
    own.with("argocd.argoproj.io/manifest-generate-paths", ".")
        .with_some("argocd.argoproj.io/sync-wave", delivery.wave.map(|wave| wave.to_string()))
}

/// The `spec` of an Application.
pub(super) fn spec(delivery: &Delivery, instance: &Instance, place: &Place<'_>) -> Fields {
    let source = Fields::new()
        .with("repoURL", &delivery.source.repo_url)
        .with("targetRevision", &delivery.source.revision)
        .with("path", place.path);
    let destination = Fields::new().with("server", place.server).with("namespace", place.namespace);
    let differences: Vec<Fields> = delivery.ignore_differences.iter().map(ignored).collect();
    Fields::new()
        .with("project", &instance.project)
        .with("source", source)
        .with("destination", destination)
        .with("syncPolicy", sync_policy(&delivery.sync, instance, place))
        .with_some("ignoreDifferences", differences)
        .with_some("revisionHistoryLimit", instance.revision_history_limit.map(i64::from))
}

fn sync_policy(sync: &Sync, instance: &Instance, place: &Place<'_>) -> Fields {
    let automated = sync.auto_sync.then(|| {
        let on = |value: bool| value.then_some(true);
        Fields::new().with_some("prune", on(sync.prune)).with_some("selfHeal", on(sync.self_heal))
    });
    // Argo CD takes an absent `retry` of an automated Application for five retries: off has to be said.
    let retry = match &sync.retry {
        None => Fields::new().with("limit", 0),
        Some(backoff) => Fields::new().with("limit", backoff.limit).with(
            "backoff",
            Fields::new()
                .with("duration", &backoff.duration)
                .with("factor", backoff.factor)
                .with("maxDuration", &backoff.max_duration),
        ),
    };
    let options = sync_options(sync, instance);
    // `default` is everybody's, and a namespace that is not made here is not owned here.
    let creates = options.iter().any(|option| option == "CreateNamespace=true");
    let owner = (creates && place.owns_namespace && place.namespace != "default").then(|| {
        Fields::new().with("labels", Fields::new().with("app.kubernetes.io/managed-by", "fairlead"))
    });
    let mut policy = Fields::new();
    if let Some(automated) = automated {
        policy = policy.with("automated", automated);
    }
    policy.with("retry", retry).with_some("syncOptions", options).with_some("managedNamespaceMetadata", owner)
}

/// The sync options: those that the controls come to, then those of the settings, which win where both name one.
fn sync_options(sync: &Sync, instance: &Instance) -> Vec<String> {
    let own = [(sync.create_namespace, "CreateNamespace"), (sync.replace, "Replace")];
    let named =
        |name: &str| instance.sync_options.iter().any(|option| option.split('=').next() == Some(name));
    let controls =
        own.into_iter().filter(|(on, name)| *on && !named(name)).map(|(_, name)| format!("{name}=true"));
    controls.chain(instance.sync_options.iter().map(|option| option.to_string())).collect()
}

fn ignored(difference: &IgnoreDifference) -> Fields {
    let list = |items: &[Arc<str>]| -> Node {
        Value::List(items.iter().map(|item| Value::String(item.clone())).collect()).into()
    };
    Fields::new()
        .with_some("group", difference.group.as_ref())
        .with("kind", &difference.kind.value)
        .with_some("name", difference.name.as_ref())
        .with_some("namespace", difference.namespace.as_ref())
        .with_some("jsonPointers", list(&difference.json_pointers))
        .with_some("jqPathExpressions", list(&difference.jq_path_expressions))
        .with_some("managedFieldsManagers", list(&difference.managed_fields_managers))
}
