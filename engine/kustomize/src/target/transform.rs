//! The transformers of a kustomization, in Kustomize's order.

use super::{Accumulator, Target, config_text, plugins, trouble};
use crate::Error;
use crate::fieldspec::{Config, FieldSpec, merge_all, merge_one};
use crate::kustomization::{Label, Replacement, ReplacementField, decode_lenient, go_struct};
use crate::load::Root;
use crate::node::yaml_to_value;
use crate::resource::Origin;
use crate::transformers::{
    Affix, Annotations, Images, Labels, Namespace, PatchJson6902, PatchOrPatches, PatchStrategicMerge,
    Replacements, Replicas, Subjects, Transformer,
};
use fairlead_yaml::Value;

/// A transformer and what it is noted as.
pub(super) type Step = (Box<dyn Transformer>, Option<Origin>);

go_struct! {
    /// The files of `patchesStrategicMerge`.
    StrategicConfig as "" in "" {
        paths: Vec<String> = "paths",
    }
}

go_struct! {
    /// The list of `replacements`.
    ReplacementConfig as "" in "" {
        replacements: Vec<ReplacementField> = "Replacements",
    }
}

impl Target<'_> {
    /// Configures every transformer, then runs them.
    pub(super) fn transform(&self, all: &mut Accumulator) -> Result<(), Error> {
        let mut steps = self.builtin_transformers(all.config())?;
        steps.extend(plugins::transformers(self, &self.kustomization.transformers)?);
        self.run_steps(&steps, all)
    }

    /// Runs the validators, which may change nothing.
    pub(super) fn validate(&self, all: &mut Accumulator) -> Result<(), Error> {
        let steps = plugins::transformers(self, &self.kustomization.validators)?;
        for step in &steps {
            let before: Vec<String> =
                all.list.all().iter().map(crate::resource::Resource::json_text).collect();
            step.0.transform(&mut all.list, self.schemas())?;
            let after = all.list.all().iter().map(crate::resource::Resource::json_text);
            if !before.iter().cloned().eq(after) {
                return Err(Error::Transformer("validator shouldn't modify the resource map".to_owned()));
            }
        }
        Ok(())
    }

    fn run_steps(&self, steps: &[Step], all: &mut Accumulator) -> Result<(), Error> {
        for (transformer, origin) in steps {
            transformer.transform(&mut all.list, self.schemas())?;
            // What was deleted goes first: a note of the transformation would bring it back.
            all.list.drop_empty();
            if let Some(origin) = origin {
                all.list.all_mut().iter_mut().for_each(|resource| resource.add_transformation(origin));
            }
        }
        Ok(())
    }

    fn builtin_transformers(&self, config: &Config) -> Result<Vec<Step>, Error> {
        let mut steps = Steps { target: self, steps: Vec::new() };
        steps.patches_strategic_merge()?;
        steps.patches()?;
        steps.namespace(config);
        steps.affixes(config);
        steps.labels(config)?;
        steps.annotations(config);
        steps.patches_json6902()?;
        for replica in &self.kustomization.replicas {
            steps.add(
                "ReplicaCountTransformer",
                Replicas { replica: replica.clone(), specs: config.replicas.clone() },
            );
        }
        for image in &self.kustomization.images {
            steps.add("ImageTagTransformer", Images::new(image.clone(), config.images.clone())?);
        }
        steps.replacements()?;
        Ok(steps.steps)
    }
}

struct Steps<'a> {
    target: &'a Target<'a>,
    steps: Vec<Step>,
}

impl Steps<'_> {
    fn add(&mut self, kind: &str, transformer: impl Transformer + 'static) {
        let target = self.target;
        let origin = target.origin.as_ref().map(|origin| origin.builtin(target.file, kind));
        self.steps.push((Box::new(transformer), origin));
    }

    fn patches_strategic_merge(&mut self) -> Result<(), Error> {
        const KIND: &str = "PatchStrategicMergeTransformer";
        let paths = &self.target.kustomization.patches_strategic_merge;
        if paths.is_empty() {
            return Ok(());
        }
        let config = || config_text(&StrategicConfig { paths: paths.clone() });
        let read = PatchStrategicMerge::new(paths, "", &self.target.root);
        self.add(KIND, read.map_err(|error| trouble(KIND, &config())(error))?);
        Ok(())
    }

    fn patches(&mut self) -> Result<(), Error> {
        const KIND: &str = "PatchTransformer";
        for patch in &self.target.kustomization.patches {
            let config = config_text(patch);
            let read = PatchOrPatches::new(patch, &config, &self.target.root);
            self.add(KIND, read.map_err(trouble(KIND, &config))?);
        }
        Ok(())
    }

    fn patches_json6902(&mut self) -> Result<(), Error> {
        const KIND: &str = "PatchJson6902Transformer";
        for patch in &self.target.kustomization.patches_json6902 {
            let read =
                PatchJson6902::new(patch.target.as_ref(), &patch.path, &patch.patch, &self.target.root);
            self.add(KIND, read.map_err(|error| trouble(KIND, &json_config(patch))(error))?);
        }
        Ok(())
    }

    fn namespace(&mut self, config: &Config) {
        let namespace = &self.target.kustomization.namespace;
        if !namespace.is_empty() {
            let namespace = Namespace {
                namespace: namespace.clone(),
                specs: config.namespace.clone(),
                unset_only: false,
                subjects: Subjects::Default,
            };
            self.add("NamespaceTransformer", namespace);
        }
    }

    fn affixes(&mut self, config: &Config) {
        let kustomization = &self.target.kustomization;
        if !kustomization.name_prefix.is_empty() {
            let (text, specs) = (kustomization.name_prefix.clone(), config.name_prefix.clone());
            self.add("PrefixTransformer", Affix { text, behind: false, specs });
        }
        if !kustomization.name_suffix.is_empty() {
            let (text, specs) = (kustomization.name_suffix.clone(), config.name_suffix.clone());
            self.add("SuffixTransformer", Affix { text, behind: true, specs });
        }
    }

    fn labels(&mut self, config: &Config) -> Result<(), Error> {
        let kustomization = &self.target.kustomization;
        for label in &kustomization.labels {
            let specs = label_specs(label, config)
                .map_err(|error| Error::Transformer(format!("failed to merge labels: {error}")))?;
            self.add("LabelTransformer", Labels { labels: label.pairs.clone(), specs });
        }
        if !kustomization.labels.is_empty() || !kustomization.common_labels.is_empty() {
            let (labels, specs) = (kustomization.common_labels.clone(), config.common_labels.clone());
            self.add("LabelTransformer", Labels { labels, specs });
        }
        Ok(())
    }

    fn annotations(&mut self, config: &Config) {
        let annotations = &self.target.kustomization.common_annotations;
        if !annotations.is_empty() {
            let (annotations, specs) = (annotations.clone(), config.common_annotations.clone());
            self.add("AnnotationsTransformer", Annotations { annotations, specs });
        }
    }

    fn replacements(&mut self) -> Result<(), Error> {
        const KIND: &str = "ReplacementTransformer";
        let fields = &self.target.kustomization.replacements;
        if fields.is_empty() {
            return Ok(());
        }
        let config = || config_text(&ReplacementConfig { replacements: fields.clone() });
        let read = replacements(fields, &self.target.root);
        let replacements = read.map_err(|error| trouble(KIND, &config())(error))?;
        self.add(KIND, Replacements { replacements });
        Ok(())
    }
}

fn label_specs(label: &Label, config: &Config) -> Result<Vec<FieldSpec>, String> {
    let mut specs: Vec<FieldSpec> = label.fields.iter().map(FieldSpec::from).collect();
    merge_all(&mut specs, &config.labels)?;
    if label.include_selectors {
        merge_all(&mut specs, &config.common_labels)?;
        return Ok(specs);
    }
    if label.include_templates {
        merge_all(&mut specs, &config.template_labels)
            .map_err(|error| format!("failed to merge template fieldSpec: {error}"))?;
    }
    merge_one(&mut specs, FieldSpec::everywhere("metadata/labels"))?;
    Ok(specs)
}

/// Reads the files that entries of `replacements` name.
///
/// # Errors
/// Files that are missing or hold something else, and entries that are both.
pub(super) fn replacements(fields: &[ReplacementField], root: &Root<'_>) -> Result<Vec<Replacement>, Error> {
    let mut all = Vec::new();
    for field in fields {
        if field.path.is_empty() {
            all.push(Replacement {
                source: field.source.clone(),
                targets: field.targets.clone(),
                source_value: field.source_value.clone(),
            });
            continue;
        }
        if field.source.is_some() || !field.targets.is_empty() {
            return Err(Error::Transformer("cannot specify both path and inline replacement".to_owned()));
        }
        let value = yaml_to_value(&root.load(&field.path)?)
            .map_err(|error| Error::Transformer(format!("error converting YAML to JSON: {error}")))?;
        match &value {
            Value::List(_) => {
                all.extend(decode_lenient::<Vec<Replacement>>(&value).map_err(Error::Transformer)?)
            }
            Value::Map(_) => all.push(decode_lenient(&value).map_err(Error::Transformer)?),
            other => {
                let kind = match other {
                    Value::Null => "invalid",
                    Value::Bool(_) => "bool",
                    Value::String(_) => "string",
                    _ => "float64",
                };
                return Err(Error::Transformer(format!(
                    "unsupported replacement type encountered within replacement path: {kind}"
                )));
            }
        }
    }
    Ok(all)
}

go_struct! {
    /// An entry of `patchesJson6902` under the names that the transformer has for its fields.
    JsonConfig as "" in "" {
        target: Option<crate::kustomization::Selector> = "target",
        path: String = "path",
        json_op: String = "jsonOp",
    }
}

fn json_config(patch: &crate::kustomization::Patch) -> String {
    config_text(&JsonConfig {
        target: patch.target.clone(),
        path: patch.path.clone(),
        json_op: patch.patch.clone(),
    })
}
