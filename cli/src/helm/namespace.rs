//! The namespace of a release: the flag, the environment, or what the kubeconfig's current context names.

use super::flags::Flags;

/// The namespace to render for.
pub(super) fn namespace(flags: &Flags) -> String {
    let given = flags.text("namespace");
    if !given.is_empty() {
        return given.to_owned();
    }
    match std::env::var("HELM_NAMESPACE") {
        Ok(namespace) if !namespace.is_empty() => namespace,
        _ => of_context(flags).unwrap_or_else(|| "default".to_owned()),
    }
}

/// What the kubeconfig says, where there is one.
fn of_context(flags: &Flags) -> Option<String> {
    let paths = match flags.text("kubeconfig") {
        "" => match std::env::var("KUBECONFIG") {
            Ok(paths) if !paths.is_empty() => std::env::split_paths(&paths).collect(),
            _ => vec![std::path::PathBuf::from(std::env::var_os("HOME")?).join(".kube/config")],
        },
        path => vec![path.into()],
    };
    let configs: Vec<fairlead_yaml::Value> = paths
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .filter_map(|text| fairlead_yaml::value::from_str(&text).ok())
        .collect();
    let current = match flags.text("kube-context") {
        "" => configs.iter().find_map(|config| config.field("current-context")?.as_str())?,
        context => context,
    };
    let contexts = configs.iter().filter_map(|config| config.field("contexts")?.as_list()).flatten();
    let named = contexts
        .into_iter()
        .find(|context| context.field("name").and_then(|name| name.as_str()) == Some(current))?;
    let namespace = named.field("context")?.field("namespace")?.as_str()?;
    (!namespace.is_empty()).then(|| namespace.to_owned())
}
