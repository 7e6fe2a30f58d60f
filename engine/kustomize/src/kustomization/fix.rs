//! Reading a kustomization file, and bringing its deprecated fields up to date.

use std::mem::take;

use fairlead_yaml::Value;

use super::decode_strict;
use super::fields::{HelmChart, HelmGlobals, Kustomization};
use crate::node::yaml_to_value;

const KIND: &str = "Kustomization";
const COMPONENT: &str = "Component";
const VERSION: &str = "kustomize.config.k8s.io/v1beta1";
const COMPONENT_VERSION: &str = "kustomize.config.k8s.io/v1alpha1";

impl Kustomization {
    /// Reads a file, adding what it has to warn of.
    ///
    /// # Errors
    /// A text that is no YAML, unknown fields, values of the wrong kind, and a file that says nothing.
    pub(crate) fn read(text: &str, warnings: &mut Vec<String>) -> Result<Kustomization, String> {
        let value = yaml_to_value(text).map_err(|error| format!("invalid Kustomization: {error}"))?;
        let mut read: Kustomization =
            decode_strict(&value).map_err(|error| format!("invalid Kustomization: {error}"))?;
        if config_map_with_type(&value) {
            return Err("invalid Kustomization: json: unknown field \"type\"".to_owned());
        }
        warn(&value, warnings);
        let says_nothing = !says_anything(&value);
        read.fix();
        let rest = Kustomization { kind: String::new(), api_version: String::new(), ..read.clone() };
        if says_nothing && rest == Kustomization::default() {
            return Err("kustomization.yaml is empty".to_owned());
        }
        Ok(read)
    }

    /// Whether it is a component.
    pub(crate) fn is_component(&self) -> bool {
        self.kind == COMPONENT
    }

    /// What is wrong with kind and version.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        if self.kind != KIND && self.kind != COMPONENT {
            mistakes.push(format!("kind should be {KIND} or {COMPONENT}"));
        }
        let wanted = if self.is_component() { COMPONENT_VERSION } else { VERSION };
        if self.api_version != wanted {
            mistakes.push(format!("apiVersion for {} should be {wanted}", self.kind));
        }
        mistakes
    }

    fn fix(&mut self) {
        if self.kind.is_empty() {
            KIND.clone_into(&mut self.kind);
        }
        if self.api_version.is_empty() {
            let version = if self.is_component() { COMPONENT_VERSION } else { VERSION };
            version.clone_into(&mut self.api_version);
        }
        self.resources.append(&mut self.bases);
        self.images.append(&mut self.image_tags);
        for generator in self.config_map_generator.iter_mut().chain(&mut self.secret_generator) {
            if !generator.env.is_empty() {
                generator.envs.push(take(&mut generator.env));
            }
        }
        self.fix_charts();
    }

    fn fix_charts(&mut self) {
        let mut globals = HelmGlobals::default();
        for old in take(&mut self.helm_chart_inflation_generator) {
            if !old.helm_home.is_empty() {
                globals.config_home = old.helm_home;
            }
            if !old.chart_home.is_empty() {
                globals.chart_home = old.chart_home;
            }
            self.helm_charts.push(HelmChart {
                name: old.chart_name,
                version: old.chart_version,
                repo: old.chart_repo_url,
                values_file: old.values,
                values_inline: old.values_local,
                values_merge: old.values_merge,
                release_name: old.release_name,
                ..HelmChart::default()
            });
        }
        if self.helm_globals.is_none() && globals != HelmGlobals::default() {
            self.helm_globals = Some(globals);
        }
    }
}

/// Whether some field beside kind and version is there, if only as an empty list.
fn says_anything(value: &Value) -> bool {
    let none = fairlead_yaml::Map::new();
    let moved = ["bases", "imageTags", "helmChartInflationGenerator"];
    value.as_map().unwrap_or(&none).iter().any(|(name, value)| match value {
        Value::List(_) | Value::Map(_) => !moved.iter().any(|moved| moved.eq_ignore_ascii_case(name)),
        _ => false,
    })
}

/// Both generators share their fields, except that only secrets have a type.
fn config_map_with_type(value: &Value) -> bool {
    let generators = value.field("configMapGenerator").and_then(Value::as_list).unwrap_or_default();
    let has_type = |generator: &Value| {
        generator.as_map().is_some_and(|map| map.keys().any(|key| key.eq_ignore_ascii_case("type")))
    };
    generators.iter().any(has_type)
}

fn warn(value: &Value, warnings: &mut Vec<String>) {
    const FIX: &str = "Run 'kustomize edit fix' to update your Kustomization automatically.";
    const DEPRECATED: [(&str, &str, &str); 6] = [
        ("bases", "resources", ""),
        ("commonLabels", "labels", ""),
        ("imageTags", "images", ""),
        ("patchesJson6902", "patches", ""),
        ("patchesStrategicMerge", "patches", ""),
        ("vars", "replacements", "[EXPERIMENTAL] "),
    ];
    let none = fairlead_yaml::Map::new();
    let fields = value.as_map().unwrap_or(&none);
    for (old, new, note) in DEPRECATED {
        if fields.iter().any(|(name, value)| name.eq_ignore_ascii_case(old) && !value.is_null()) {
            warnings
                .push(format!("# Warning: '{old}' is deprecated. Please use '{new}' instead. {note}{FIX}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistake(text: &str) -> String {
        Kustomization::read(text, &mut Vec::new()).unwrap_err()
    }

    #[test]
    fn mistakes_are_worded_as_gos() {
        assert_eq!(mistake("spec: {}"), "invalid Kustomization: json: unknown field \"spec\"");
        assert_eq!(
            mistake("resources: x"),
            "invalid Kustomization: json: cannot unmarshal string into Go struct field Kustomization.resources of type []string"
        );
        assert_eq!(mistake("kind: Kustomization"), "kustomization.yaml is empty");
        assert!(Kustomization::read("resources: []", &mut Vec::new()).is_ok());
    }

    #[test]
    fn old_fields_become_new_ones() {
        let mut warnings = Vec::new();
        let read = Kustomization::read("bases: [a]\nnameprefix: x-\n", &mut warnings).unwrap();
        assert_eq!((read.resources, read.name_prefix), (vec!["a".to_owned()], "x-".to_owned()));
        assert_eq!(warnings.len(), 1);
    }
}
