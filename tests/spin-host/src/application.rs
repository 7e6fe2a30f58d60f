//! The application's manifest, `spin.toml`: as much of it as an HTTP application with one component needs.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

/// An application as its manifest describes it.
#[derive(Debug)]
pub struct Application {
    name: String,
    source: PathBuf,
    databases: Vec<String>,
    variables: BTreeMap<String, String>,
}

impl Application {
    /// Reads the manifest at `path`; the component's source is relative to the manifest's folder.
    ///
    /// # Errors
    /// Where the file cannot be read, carries what this host does not know, or has another shape than one HTTP
    /// trigger at `/...` with its component.
    pub fn open(path: &Path) -> Result<Application> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let manifest: Manifest =
            toml::from_str(&text).with_context(|| format!("cannot understand {}", path.display()))?;
        if manifest.spin_manifest_version != 2 {
            bail!("{}: spin_manifest_version {} is not 2", path.display(), manifest.spin_manifest_version);
        }
        let [trigger] = manifest.trigger.http.as_slice() else {
            bail!("{}: exactly one HTTP trigger is served here", path.display());
        };
        if trigger.route != "/..." {
            bail!("{}: only the route `/...` is served here, not `{}`", path.display(), trigger.route);
        }
        let Some(component) = manifest.component.get(&trigger.component) else {
            bail!("{}: the trigger names no component of the file: `{}`", path.display(), trigger.component);
        };
        if !component.allowed_outbound_hosts.is_empty() {
            bail!("{}: outbound requests are not served here", path.display());
        }
        let values = manifest.values()?;
        let variables = component
            .variables
            .iter()
            .map(|(name, template)| Ok((name.clone(), filled(template, &values)?)))
            .collect::<Result<_>>()?;
        let folder = path.parent().unwrap_or(Path::new("."));
        Ok(Application {
            source: folder.join(&component.source),
            databases: component.sqlite_databases.clone(),
            variables,
            name: manifest.application.name,
        })
    }

    /// The application's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the component's WASM lies.
    pub fn source(&self) -> &Path {
        &self.source
    }

    /// The databases that the component may open.
    pub fn databases(&self) -> &[String] {
        &self.databases
    }

    /// The component's variables with their values.
    pub fn variables(&self) -> &BTreeMap<String, String> {
        &self.variables
    }
}

impl Manifest {
    /// The application's variables: what the environment says, or what the manifest does.
    fn values(&self) -> Result<BTreeMap<&str, String>> {
        let mut values = BTreeMap::new();
        for (name, variable) in &self.variables {
            let given = std::env::var(format!("SPIN_VARIABLE_{}", name.to_uppercase())).ok();
            let value = given.or_else(|| variable.default.clone());
            values
                .insert(name.as_str(), value.with_context(|| format!("the variable `{name}` has no value"))?);
        }
        Ok(values)
    }
}

/// A template of one variable alone, `{{ name }}`, or of plain text.
fn filled(template: &str, values: &BTreeMap<&str, String>) -> Result<String> {
    let Some(name) = template.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}")) else {
        if template.contains("{{") {
            bail!("the template `{template}` is more than is served here");
        }
        return Ok(template.to_owned());
    };
    values.get(name.trim()).cloned().with_context(|| format!("`{template}` names no variable"))
}

#[derive(Debug, Deserialize)]
struct Manifest {
    spin_manifest_version: u32,
    application: Description,
    #[serde(default)]
    variables: BTreeMap<String, Variable>,
    trigger: Triggers,
    component: BTreeMap<String, Component>,
}

#[derive(Debug, Deserialize)]
struct Description {
    name: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Triggers {
    http: Vec<HttpTrigger>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HttpTrigger {
    route: String,
    component: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Variable {
    default: Option<String>,
    #[serde(rename = "secret")]
    _secret: Option<bool>,
}

/// A component; settings that would give it more than its own code are unknown here, and so refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Component {
    source: PathBuf,
    #[serde(default)]
    allowed_outbound_hosts: Vec<String>,
    #[serde(default)]
    sqlite_databases: Vec<String>,
    #[serde(default)]
    variables: BTreeMap<String, String>,
    #[serde(rename = "description")]
    _description: Option<String>,
    #[serde(rename = "build")]
    _build: Option<toml::Table>,
}
