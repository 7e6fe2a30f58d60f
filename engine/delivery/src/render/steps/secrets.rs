//! Tells which Secrets carry data into git, where whoever reads the repository reads them.

use fairlead_yaml::Value;

use crate::diagnostic::{Code, Diagnostic};
use crate::render::manifest::Manifest;
use crate::render::steps::{Context, Outcome};

pub(super) fn run(manifest: &mut Manifest, context: &Context<'_>, outcome: &mut Outcome) {
    for document in &manifest.documents {
        let is_secret = document.api_version() == "v1" && document.kind() == "Secret";
        let name = document.name();
        if !is_secret || !carries_data(&document.value) || context.secrets.contains(name) {
            continue;
        }
        let message = format!("Secret {name} carries data, which everyone who reads the repository can read");
        let resolution = format!(
            "let an operator make it (an ExternalSecret or a SealedSecret), or list `{name}` under the workload's `secrets`"
        );
        outcome.say(
            context,
            match context.protected {
                true => Diagnostic::error(Code::SecretData, message, resolution),
                false => Diagnostic::warning(Code::SecretData, message, resolution),
            },
        );
    }
}

fn carries_data(value: &Value) -> bool {
    ["data", "stringData"].iter().any(|field| {
        let data = value.field(field).and_then(Value::as_map);
        data.is_some_and(|data| data.values().any(|value| value.as_str() != Some("") && !value.is_null()))
    })
}
