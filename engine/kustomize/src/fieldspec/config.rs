//! The configuration of the built-in transformers: which fields hold names, labels, images and so on.

use std::sync::OnceLock;

use fairlead_yaml::value::{Options, ValueBuilder, read as read_yaml};

use super::{FieldSpec, RawSpec, merge_all, order};
use crate::kustomization::{decode_strict, go_struct};
use crate::resource::Gvk;

/// Every table of fields.
#[derive(Debug, Clone, Default)]
pub(crate) struct Config {
    /// Names that take a prefix.
    pub(crate) name_prefix: Vec<FieldSpec>,
    /// Names that take a suffix.
    pub(crate) name_suffix: Vec<FieldSpec>,
    /// Namespaces.
    pub(crate) namespace: Vec<FieldSpec>,
    /// Labels and the selectors of labels.
    pub(crate) common_labels: Vec<FieldSpec>,
    /// Further places of `labels`.
    pub(crate) labels: Vec<FieldSpec>,
    /// Labels of templates.
    pub(crate) template_labels: Vec<FieldSpec>,
    /// Annotations.
    pub(crate) common_annotations: Vec<FieldSpec>,
    /// Names that refer to other resources.
    pub(crate) name_reference: Vec<BackReferences>,
    /// Fields in which variables stand.
    pub(crate) var_reference: Vec<FieldSpec>,
    /// Images.
    pub(crate) images: Vec<FieldSpec>,
    /// Numbers of replicas.
    pub(crate) replicas: Vec<FieldSpec>,
}

/// The fields that name resources of one kind.
#[derive(Debug, Clone)]
pub(crate) struct BackReferences {
    /// The kind.
    pub(crate) gvk: Gvk,
    /// The fields.
    pub(crate) referrers: Vec<FieldSpec>,
}

go_struct! {
    /// A configuration file.
    RawConfig as "TransformerConfig" in "builtinconfig" {
        name_prefix: Vec<RawSpec> = "namePrefix",
        name_suffix: Vec<RawSpec> = "nameSuffix",
        namespace: Vec<RawSpec> = "namespace",
        common_labels: Vec<RawSpec> = "commonLabels",
        labels: Vec<RawSpec> = "labels",
        template_labels: Vec<RawSpec> = "templateLabels",
        common_annotations: Vec<RawSpec> = "commonAnnotations",
        name_reference: Vec<RawBackReferences> = "nameReference",
        var_reference: Vec<RawSpec> = "varReference",
        images: Vec<RawSpec> = "images",
        replicas: Vec<RawSpec> = "replicas",
    }
}

go_struct! {
    /// The fields that name resources of one kind, as written.
    RawBackReferences as "NameBackReferences" in "builtinconfig" {
        group: String = "group",
        version: String = "version",
        kind: String = "kind",
        field_specs: Vec<RawSpec> = "fieldSpecs",
    }
}

impl Config {
    /// What Kustomize brings, without fields that others cover: what a kustomization without its own ends up with.
    pub(crate) fn builtin() -> &'static Config {
        static CONFIG: OnceLock<Config> = OnceLock::new();
        CONFIG.get_or_init(|| {
            let mut config = Config::default();
            let merged = config.merge(Config::plain_builtin());
            debug_assert!(merged.is_ok(), "the table does not contradict itself");
            config
        })
    }

    /// What Kustomize brings.
    pub(crate) fn plain_builtin() -> &'static Config {
        static CONFIG: OnceLock<Config> = OnceLock::new();
        CONFIG.get_or_init(|| {
            let mut config = read_table(include_str!("defaults.txt"));
            config.sort();
            config
        })
    }

    /// Reads a configuration file.
    ///
    /// # Errors
    /// A text that is no YAML, keys that come twice, and fields that are not known.
    pub(crate) fn read(text: &str) -> Result<Config, String> {
        let options = Options { strict: true, ..Options::default() };
        let value = read_yaml(text, &mut ValueBuilder, &options).map_err(|error| error.to_string())?;
        let raw: RawConfig = decode_strict(&value)
            .map_err(|error| format!("error unmarshaling JSON: while decoding JSON: {error}"))?;
        let specs = |raw: &[RawSpec]| raw.iter().map(FieldSpec::from).collect::<Vec<_>>();
        let mut config = Config {
            name_prefix: specs(&raw.name_prefix),
            name_suffix: specs(&raw.name_suffix),
            namespace: specs(&raw.namespace),
            common_labels: specs(&raw.common_labels),
            labels: specs(&raw.labels),
            template_labels: specs(&raw.template_labels),
            common_annotations: specs(&raw.common_annotations),
            name_reference: raw.name_reference.iter().map(BackReferences::from).collect(),
            var_reference: specs(&raw.var_reference),
            images: specs(&raw.images),
            replicas: specs(&raw.replicas),
        };
        config.sort();
        Ok(config)
    }

    /// Adds another configuration.
    ///
    /// # Errors
    /// Fields of which the two say different things.
    pub(crate) fn merge(&mut self, other: &Config) -> Result<(), String> {
        let named = |name: &'static str| move |error| format!("failed to merge {name} fieldSpec: {error}");
        merge_all(&mut self.name_prefix, &other.name_prefix).map_err(named("NamePrefix"))?;
        merge_all(&mut self.name_suffix, &other.name_suffix).map_err(named("NameSuffix"))?;
        merge_all(&mut self.namespace, &other.namespace).map_err(named("NameSpace"))?;
        merge_all(&mut self.common_annotations, &other.common_annotations)
            .map_err(named("CommonAnnotations"))?;
        merge_all(&mut self.common_labels, &other.common_labels).map_err(named("CommonLabels"))?;
        merge_all(&mut self.labels, &other.labels).map_err(named("Labels"))?;
        merge_all(&mut self.template_labels, &other.template_labels).map_err(named("TemplateLabels"))?;
        merge_all(&mut self.var_reference, &other.var_reference).map_err(named("VarReference"))?;
        for references in &other.name_reference {
            self.merge_references(references).map_err(named("NameReference"))?;
        }
        merge_all(&mut self.images, &other.images).map_err(named("Images"))?;
        merge_all(&mut self.replicas, &other.replicas).map_err(named("Replicas"))?;
        self.sort();
        Ok(())
    }

    /// Adds the fields that name resources of one kind.
    ///
    /// # Errors
    /// Fields of which the two say different things.
    pub(crate) fn merge_references(&mut self, new: &BackReferences) -> Result<(), String> {
        let mut found = false;
        for old in self.name_reference.iter_mut().filter(|old| old.gvk.same(&new.gvk)) {
            merge_all(&mut old.referrers, &new.referrers)?;
            found = true;
        }
        if !found {
            self.name_reference.push(new.clone());
        }
        Ok(())
    }

    fn sort(&mut self) {
        for specs in [
            &mut self.name_prefix,
            &mut self.name_suffix,
            &mut self.namespace,
            &mut self.common_labels,
            &mut self.labels,
            &mut self.template_labels,
            &mut self.common_annotations,
            &mut self.var_reference,
            &mut self.images,
            &mut self.replicas,
        ] {
            specs.sort_by(order);
        }
        self.name_reference.sort_by(|a, b| a.gvk.order(&b.gvk));
    }

    fn specs_mut(&mut self, name: &str) -> Option<&mut Vec<FieldSpec>> {
        Some(match name {
            "namePrefix" => &mut self.name_prefix,
            "nameSuffix" => &mut self.name_suffix,
            "namespace" => &mut self.namespace,
            "commonLabels" => &mut self.common_labels,
            "templateLabels" => &mut self.template_labels,
            "commonAnnotations" => &mut self.common_annotations,
            "varReference" => &mut self.var_reference,
            "images" => &mut self.images,
            "replicas" => &mut self.replicas,
            _ => return None,
        })
    }
}

impl From<&RawBackReferences> for BackReferences {
    fn from(raw: &RawBackReferences) -> BackReferences {
        let gvk = Gvk {
            group: raw.group.as_str().into(),
            version: raw.version.as_str().into(),
            kind: raw.kind.as_str().into(),
            cluster_scoped: false,
        };
        BackReferences { gvk, referrers: raw.field_specs.iter().map(FieldSpec::from).collect() }
    }
}

/// Reads the compiled-in table: names of tables, `>` before kinds that are referred to, and fields indented by one.
fn read_table(text: &str) -> Config {
    let mut config = Config::default();
    let mut table = "";
    for line in text.lines() {
        if let Some(kind) = line.strip_prefix('>') {
            config.name_reference.push(BackReferences { gvk: read_gvk(kind).0, referrers: Vec::new() });
        } else if let Some(field) = line.strip_prefix(' ') {
            let (gvk, path) = read_gvk(field);
            let (create, path) = path.strip_prefix('+').map_or((false, path), |path| (true, path));
            let spec = FieldSpec::new(gvk, path, create);
            match config.specs_mut(table) {
                Some(specs) => specs.push(spec),
                None => config
                    .name_reference
                    .last_mut()
                    .into_iter()
                    .for_each(|last| last.referrers.push(spec.clone())),
            }
        } else {
            table = line;
        }
    }
    config
}

fn read_gvk(text: &str) -> (Gvk, &str) {
    let mut parts = text.splitn(4, '|');
    let mut next = || parts.next().unwrap_or_default();
    let (group, version, kind) = (next().into(), next().into(), next().into());
    (Gvk { group, version, kind, cluster_scoped: false }, parts.next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let config = Config::builtin();
        assert_eq!(config.name_prefix.len(), 1);
        assert_eq!(config.images.len(), 6);
        assert!(config.name_reference.iter().any(|references| &*references.gvk.kind == "ConfigMap"));
        assert!(config.name_reference.iter().all(|references| !references.referrers.is_empty()));
    }
}
