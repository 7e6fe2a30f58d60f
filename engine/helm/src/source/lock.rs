//! `Chart.lock`: the digest that ties it to `Chart.yaml`, and its text.

use fairlead_world::Blob;
use fairlead_yaml::{Map, Str, Style, Value, json};

use crate::chart::Dependency;

/// Helm's digest of the dependencies that `Chart.yaml` asks for and those that were chosen for them.
pub fn dependencies_digest(asked: &[Dependency], locked: &[Dependency]) -> String {
    Blob::from(format!("[{},{}]", list(asked), list(locked))).digest().to_string()
}

/// The digest that Helm 2 wrote into `requirements.lock`, which is still taken for one.
pub fn old_dependencies_digest(asked: &[Dependency]) -> String {
    Blob::from(format!("{{\"dependencies\":{}}}", list(asked))).digest().to_string()
}

/// Dependencies as Go writes them; an empty list is nil there.
fn list(dependencies: &[Dependency]) -> String {
    let items: Vec<String> = dependencies.iter().map(Dependency::to_json).collect();
    if items.is_empty() { "null".to_owned() } else { format!("[{}]", items.join(",")) }
}

/// The text of `Chart.lock`, given the time in RFC 3339.
pub fn lock_yaml(
    locked: &[Dependency],
    digest: &str,
    generated: &str,
) -> Result<String, fairlead_yaml::emit::Error> {
    let text = |text: &str| Value::String(text.into());
    let lock: Map = [
        (Str::from("dependencies"), Value::List(locked.iter().map(Dependency::encoded).collect())),
        (Str::from("digest"), text(digest)),
        (Str::from("generated"), text(generated)),
    ]
    .into_iter()
    .collect();
    fairlead_yaml::emit::to_string(&Value::Map(lock), Style::V2)
}

impl Dependency {
    /// The JSON that Go writes, its fields in the order of Go's struct.
    fn to_json(&self) -> String {
        let fields = self.encoded();
        let names =
            ["name", "version", "repository", "condition", "tags", "enabled", "import-values", "alias"];
        let each = names.iter().filter_map(|name| {
            let value = json::to_string(fields.field(name)?, json::Options::default()).ok()?;
            Some(format!("\"{name}\":{value}"))
        });
        format!("{{{}}}", each.collect::<Vec<_>>().join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_is_helms() {
        let asked = Dependency {
            name: "one".into(),
            version: ">=1.0.0".into(),
            repository: "file://../one".into(),
            ..Dependency::default()
        };
        let locked = Dependency { version: "1.2.0".into(), ..asked.clone() };
        assert_eq!(
            asked.to_json(),
            "{\"name\":\"one\",\"version\":\"\\u003e=1.0.0\",\"repository\":\"file://../one\"}"
        );
        assert_eq!(dependencies_digest(&[asked], &[locked]), DIGEST);
    }

    /// What `helm dependency update` wrote for the same dependency.
    const DIGEST: &str = "sha256:f90afbd6a0199389b00477d8dd608e309df4478cce99a8fa32ed25a0ef460a22";
}
