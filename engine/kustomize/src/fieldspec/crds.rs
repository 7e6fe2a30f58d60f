//! Field specifications that definitions of custom resources bring with them, from the `crds` field.

use fairlead_yaml::{Map, Str, Value};

use super::{BackReferences, Config, FieldSpec, merge_one};
use crate::node::{MAX_DEPTH, yaml_to_value};
use crate::resource::Gvk;

const ANNOTATION: &str = "x-kubernetes-annotation";
const LABEL_SELECTOR: &str = "x-kubernetes-label-selector";
const IDENTITY: &str = "x-kubernetes-identity";
const VERSION: &str = "x-kubernetes-object-ref-api-version";
const KIND: &str = "x-kubernetes-object-ref-kind";
const NAME_KEY: &str = "x-kubernetes-object-ref-name-key";

impl Config {
    /// Reads definitions: a mapping from the names of types to their schemas.
    ///
    /// # Errors
    /// A text that is no YAML, and fields of which two definitions say different things.
    pub(crate) fn of_definitions(text: &str) -> Result<Config, String> {
        let definitions = yaml_to_value(text)?;
        let none = Map::new();
        let definitions = definitions.as_map().unwrap_or(&none);
        let mut all = Config::default();
        for (name, definition) in definitions {
            let properties = properties(definition);
            if !["kind", "apiVersion", "metadata"]
                .iter()
                .all(|field| properties.is_some_and(|p| p.contains_key(*field)))
            {
                continue;
            }
            let kind = name.rsplit('.').next().unwrap_or_default();
            let gvk = Gvk { kind: kind.into(), ..Gvk::default() };
            let mut config = Config::default();
            load(&mut config, &gvk, definitions, name, &mut Vec::new())?;
            all.merge(&config)?;
        }
        Ok(all)
    }
}

fn properties(definition: &Value) -> Option<&Map> {
    let schema = definition.field("Schema").or_else(|| definition.field("schema"))?;
    schema.field("properties").and_then(Value::as_map)
}

fn load(config: &mut Config, gvk: &Gvk, all: &Map, name: &str, path: &mut Vec<Str>) -> Result<(), String> {
    let Some(properties) = all.get(name).and_then(properties) else { return Ok(()) };
    if path.len() > MAX_DEPTH {
        return Err("the definitions refer to each other without end".to_owned());
    }
    for (field, property) in properties {
        path.push(field.clone());
        let spec = |more: Option<&str>| {
            let mut parts: Vec<&str> = path.iter().map(|part| &**part).collect();
            parts.extend(more);
            FieldSpec::new(gvk.clone(), &parts.join("/"), false)
        };
        let text = |extension: &str| property.field(extension).and_then(Value::as_str);
        if text(ANNOTATION).is_some() {
            merge_one(&mut config.common_annotations, spec(None))?;
        }
        if text(LABEL_SELECTOR).is_some() {
            merge_one(&mut config.common_labels, spec(None))?;
        }
        if text(IDENTITY).is_some() {
            merge_one(&mut config.name_prefix, spec(None))?;
        }
        if let (Some(version), Some(kind)) = (text(VERSION), text(KIND)) {
            let target = Gvk { version: version.into(), kind: kind.into(), ..Gvk::default() };
            let referrers = vec![spec(Some(text(NAME_KEY).unwrap_or("name")))];
            config.merge_references(&BackReferences { gvk: target, referrers })?;
        }
        if let Some(reference) = text("$ref") {
            load(config, gvk, all, reference, path)?;
        }
        path.pop();
    }
    Ok(())
}
