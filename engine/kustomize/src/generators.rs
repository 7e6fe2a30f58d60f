//! What makes resources: one built-in generator a file.

mod charts;
mod config_map;
mod iam_policy;
mod packages;
mod secret;
mod sources;

use std::collections::BTreeMap;

use fairlead_yaml::Str;

use crate::Error;
use crate::kustomization::{GeneratorArgs, GeneratorOptions};
use crate::load::Root;
use crate::node::{Node, Scalar, Style, Tag, set_field};
use crate::resource::{Behavior, Resource};

pub use charts::Charts;
pub(crate) use charts::{Chart, remote};
pub(crate) use config_map::{config_map, merge_data};
pub(crate) use iam_policy::{IamPolicy, iam_policy};
pub use packages::{NoPackage, Packages, RemoteChart};
pub(crate) use secret::secret;

/// Adds what holds for all generators of a kustomization to what one says of itself.
pub(crate) fn with_global(local: &mut Option<GeneratorOptions>, global: Option<&GeneratorOptions>) {
    let Some(global) = global else { return };
    let local = local.get_or_insert_with(GeneratorOptions::default);
    let fill = |mine: &mut BTreeMap<String, String>, theirs: &BTreeMap<String, String>| {
        for (key, value) in theirs {
            mine.entry(key.clone()).or_insert_with(|| value.clone());
        }
    };
    fill(&mut local.labels, &global.labels);
    fill(&mut local.annotations, &global.annotations);
    local.disable_name_suffix_hash |= global.disable_name_suffix_hash;
    local.immutable |= global.immutable;
}

/// The head that ConfigMaps and Secrets share.
fn base(kind: &str, args: &GeneratorArgs) -> Result<Resource, Error> {
    if args.name.is_empty() {
        return Err(Error::Generator("a configmap must have a name".to_owned()));
    }
    let mut node = Node::map();
    let map = node.make_map();
    map.push("apiVersion", Node::string("v1"));
    map.push("kind", Node::string(kind));
    let mut meta = Node::map();
    set_field(meta.make_map(), "name", Node::string(args.name.as_str()));
    if !args.namespace.is_empty() {
        set_field(meta.make_map(), "namespace", Node::string(args.namespace.as_str()));
    }
    map.push("metadata", meta);
    Ok(Resource::new(node))
}

/// Labels, annotations, immutability and what the resource is to remember.
fn finish(resource: &mut Resource, args: &GeneratorArgs) {
    if let Some(options) = &args.options {
        options.labels.iter().for_each(|(name, text)| resource.set_label(name, text));
        options.annotations.iter().for_each(|(name, text)| resource.set_annotation(name, text));
        if options.immutable {
            let yes = Scalar { text: "true".into(), tag: Tag::Bool, style: Style::Plain };
            set_field(resource.node.make_map(), "immutable", Node::Scalar(yes));
        }
    }
    resource.needs_hash = !args.options.as_ref().is_some_and(|options| options.disable_name_suffix_hash);
    resource.behavior = Some(Behavior::parse(&args.behavior));
}

/// The data of a generator by key.
fn data(args: &GeneratorArgs, root: &Root<'_>) -> Result<BTreeMap<Str, Vec<u8>>, Error> {
    let mut data = BTreeMap::new();
    for (key, value) in sources::load(args, root).map_err(|error| error.under("loading KV pairs"))? {
        if data.insert(Str::from(key.as_str()), value).is_some() {
            let name = &args.name;
            return Err(Error::Generator(format!("configmap {name} illegally repeats the key `{key}`")));
        }
    }
    Ok(data)
}
