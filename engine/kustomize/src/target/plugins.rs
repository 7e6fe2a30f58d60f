//! Generators and transformers that are configured in resources of their own.
//!
//! Only those that are built in are run: programs and containers are refused.

use std::collections::BTreeMap;

use fairlead_yaml::Value;

use super::generate::Generator;
use super::transform::{Step, replacements};
use super::{Accumulator, Target};
use crate::Error;
use crate::fieldspec::{FieldSpec, RawSpec};
use crate::generators::{Chart, RemoteChart, remote};
use crate::kustomization::{
    Decode, GeneratorArgs, Image, Patch, PatchArgs, ReplacementField, Replica, Selector, decode_lenient,
    go_struct,
};
use crate::node::to_value;
use crate::resource::{Origin, ResId, Resource, from_text};
use crate::transformers::{
    Addition, Affix, Annotations, HashNames, Images, Labels, Namespace, PatchJson6902, PatchOrPatches,
    PatchStrategicMerge, Replacements, Replicas, Subjects, Transformer, ValueAdd,
};

go_struct! {
    /// The fields of every built-in, each of which reads its own.
    Fields as "Plugin" in "builtins" {
        metadata: Metadata = "metadata",
        field_specs: Option<Vec<RawSpec>> = "fieldSpecs",
        labels: BTreeMap<String, String> = "labels",
        annotations: BTreeMap<String, String> = "annotations",
        prefix: String = "prefix",
        suffix: String = "suffix",
        image_tag: Image = "imageTag",
        replica: Replica = "replica",
        replacements: Vec<ReplacementField> = "replacements",
        unset_only: bool = "unsetOnly",
        set_role_binding_subjects: String = "setRoleBindingSubjects",
        path: String = "path",
        patch: String = "patch",
        target: Option<Selector> = "target",
        options: Option<PatchArgs> = "options",
        json_op: String = "jsonOp",
        paths: Vec<String> = "paths",
        patches: String = "patches",
        value: String = "value",
        targets: Vec<Addition> = "targets",
        target_file_path: String = "targetFilePath",
    }
}

go_struct! {
    /// Name and namespace.
    Metadata as "ObjectMeta" in "types" {
        name: String = "name",
        namespace: String = "namespace",
    }
}

/// The configurations that `entries` hold or name, each a resource.
fn configurations(target: &Target<'_>, entries: &[String]) -> Result<Vec<Resource>, Error> {
    let mut all = Accumulator::default();
    let mut paths = Vec::new();
    for entry in entries {
        let Ok(mut resources) = from_text(entry) else {
            paths.push(entry.clone());
            continue;
        };
        if let Some(origin) = &target.origin {
            let origin = origin.append(target.file);
            resources.iter_mut().for_each(|resource| resource.set_origin(&origin));
        }
        let added = all.list.append_all(resources, target.schemas());
        added.map_err(|error| Error::Resource(format!("configuring external transformer: {error}")))?;
    }
    target.resources(&mut all, &paths)?;
    Ok(all.list.take())
}

/// The generators that are configured in files.
pub(super) fn generators<'t>(target: &Target<'t>) -> Result<Vec<(Generator<'t>, Option<Origin>)>, Error> {
    let mut all = Vec::new();
    for resource in configurations(target, &target.kustomization.generators)? {
        let generator =
            generator(target, &resource).map_err(|error| error.under("failed to load generator"))?;
        all.push((generator, resource.as_configuration()));
    }
    Ok(all)
}

/// The charts that generators of files have from elsewhere.
pub(super) fn charts(target: &Target<'_>) -> Result<Vec<RemoteChart>, Error> {
    let mut found = Vec::new();
    for resource in configurations(target, &target.kustomization.generators)? {
        if &*resource.kind() == "HelmChartInflationGenerator" {
            let (entry, globals) = (read(&resource), read(&resource));
            let (entry, globals) = (entry.map_err(Error::Generator)?, globals.map_err(Error::Generator)?);
            found.extend(remote(&entry, &globals, &target.root)?);
        }
    }
    Ok(found)
}

fn generator<'t>(target: &Target<'t>, resource: &Resource) -> Result<Generator<'t>, Error> {
    let id = check_builtin(target, resource)?;
    let failed = |error: String| Error::Generator(format!("plugin {id} fails configuration: {error}"));
    Ok(match &*id.gvk.kind {
        "ConfigMapGenerator" => Generator::ConfigMap(generator_args(resource).map_err(failed)?),
        "SecretGenerator" => Generator::Secret(generator_args(resource).map_err(failed)?),
        "IAMPolicyGenerator" => Generator::IamPolicy(read(resource).map_err(failed)?),
        "HelmChartInflationGenerator" => {
            let (entry, globals) = (read(resource).map_err(failed)?, read(resource).map_err(failed)?);
            let chart = Chart::new(&entry, &globals, target.shared.options.charts, &target.root);
            Generator::Chart(Box::new(chart.map_err(|error| fails(&id, error))?))
        }
        _ if is_transformer(&id.gvk.kind) => {
            return Err(Error::Generator(format!("plugin {id} not a generator")));
        }
        _ => return Err(Error::Plugin(format!("unable to load builtin {}", id.gvk))),
    })
}

fn generator_args(resource: &Resource) -> Result<GeneratorArgs, String> {
    let mut args: GeneratorArgs = read(resource)?;
    let fields: Fields = read(resource)?;
    if args.name.is_empty() {
        args.name = fields.metadata.name;
    }
    if args.namespace.is_empty() {
        args.namespace = fields.metadata.namespace;
    }
    if !args.env.is_empty() {
        args.envs.push(std::mem::take(&mut args.env));
    }
    Ok(args)
}

/// The transformers that `entries` hold or name.
pub(super) fn transformers(target: &Target<'_>, entries: &[String]) -> Result<Vec<Step>, Error> {
    let mut all: Vec<Step> = Vec::new();
    for resource in configurations(target, entries)? {
        let id = check_builtin(target, &resource)?;
        let fields: Fields = read(&resource).map_err(|error| fails(&id, Error::Transformer(error)))?;
        let origin = resource.as_configuration();
        if &*id.gvk.kind == "PrefixSuffixTransformer" {
            for kind in ["PrefixTransformer", "SuffixTransformer"] {
                let built = transformer(target, &id, kind, fields.clone(), &resource);
                all.push((built.map_err(|error| fails(&id, error))?, origin.clone()));
            }
            continue;
        }
        let built = transformer(target, &id, &id.gvk.kind, fields, &resource);
        all.push((built.map_err(|error| fails(&id, error))?, origin));
    }
    Ok(all)
}

fn fails(id: &ResId, error: Error) -> Error {
    match error {
        error @ (Error::Plugin(_) | Error::Needed(_)) => error,
        error => error.under(format!("plugin {id} fails configuration")),
    }
}

fn transformer(
    target: &Target<'_>,
    id: &ResId,
    kind: &str,
    fields: Fields,
    resource: &Resource,
) -> Result<Box<dyn Transformer>, Error> {
    let root = &target.root;
    let specs = |fields: &Fields| -> Vec<FieldSpec> {
        fields.field_specs.iter().flatten().map(FieldSpec::from).collect()
    };
    let config = || resource.node.print().unwrap_or_default();
    let named = || match &fields.field_specs {
        Some(_) => Ok(specs(&fields)),
        None => Err(Error::Transformer("fieldSpecs is not expected to be nil".to_owned())),
    };
    Ok(match kind {
        "AnnotationsTransformer" => {
            Box::new(Annotations { specs: specs(&fields), annotations: fields.annotations })
        }
        "LabelTransformer" => Box::new(Labels { specs: specs(&fields), labels: fields.labels }),
        "PrefixTransformer" => Box::new(Affix { specs: named()?, text: fields.prefix, behind: false }),
        "SuffixTransformer" => Box::new(Affix { specs: named()?, text: fields.suffix, behind: true }),
        "ImageTagTransformer" => {
            let specs = specs(&fields);
            Box::new(Images::new(fields.image_tag, specs)?)
        }
        "ReplicaCountTransformer" => Box::new(Replicas { specs: specs(&fields), replica: fields.replica }),
        "ReplacementTransformer" => {
            Box::new(Replacements { replacements: replacements(&fields.replacements, root)? })
        }
        "HashTransformer" => Box::new(HashNames),
        "NamespaceTransformer" => Box::new(Namespace {
            specs: specs(&fields),
            namespace: fields.metadata.namespace,
            unset_only: fields.unset_only,
            subjects: Subjects::parse(&fields.set_role_binding_subjects).map_err(Error::Transformer)?,
        }),
        "PatchTransformer" => {
            let Fields { path, patch, target, options, .. } = fields;
            Box::new(PatchOrPatches::new(&Patch { path, patch, target, options }, &config(), root)?)
        }
        "PatchStrategicMergeTransformer" => {
            Box::new(PatchStrategicMerge::new(&fields.paths, &fields.patches, root)?)
        }
        "PatchJson6902Transformer" => {
            Box::new(PatchJson6902::new(fields.target.as_ref(), &fields.path, &fields.json_op, root)?)
        }
        "ValueAddTransformer" => Box::new(value_add(fields, root)?),
        "ConfigMapGenerator" | "SecretGenerator" | "IAMPolicyGenerator" | "HelmChartInflationGenerator" => {
            return Err(Error::Plugin(format!("plugin {id} not a transformer")));
        }
        _ => return Err(Error::Plugin(format!("unable to load builtin {}", id.gvk))),
    })
}

fn value_add(fields: Fields, root: &crate::load::Root<'_>) -> Result<ValueAdd, Error> {
    let mut value = fields.value.trim().to_owned();
    if value.is_empty() {
        root.folder().name().clone_into(&mut value);
    }
    let mut targets = fields.targets;
    if !fields.target_file_path.is_empty() {
        let text = root.load(&fields.target_file_path)?;
        let read = crate::node::yaml_to_value(&text).and_then(|value| decode_lenient::<Fields>(&value));
        targets.extend(read.map_err(Error::Transformer)?.targets);
    }
    ValueAdd::new(value, targets)
}

fn is_transformer(kind: &str) -> bool {
    const KINDS: [&str; 14] = [
        "AnnotationsTransformer",
        "HashTransformer",
        "ImageTagTransformer",
        "LabelTransformer",
        "NamespaceTransformer",
        "PatchJson6902Transformer",
        "PatchStrategicMergeTransformer",
        "PatchTransformer",
        "PrefixSuffixTransformer",
        "PrefixTransformer",
        "SuffixTransformer",
        "ReplacementTransformer",
        "ReplicaCountTransformer",
        "ValueAddTransformer",
    ];
    KINDS.contains(&kind)
}

/// The identity of a configuration whose kind is built in.
fn check_builtin(target: &Target<'_>, resource: &Resource) -> Result<ResId, Error> {
    let id = resource.original_id(target.schemas());
    if id.gvk.group.is_empty() && &*id.gvk.version == "builtin" {
        return Ok(id);
    }
    let kind = &id.gvk.kind;
    Err(Error::Plugin(format!("external plugins disabled; unable to load external plugin '{kind}'")))
}

fn read<T: Decode>(resource: &Resource) -> Result<T, String> {
    let value: Value = to_value(&resource.node)?;
    decode_lenient(&value)
}
