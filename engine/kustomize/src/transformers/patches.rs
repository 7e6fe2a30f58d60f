//! The `patches` field: patches of either kind, told apart by what they look like.

use fairlead_template::go::quote::quote;

use super::Transformer;
use super::patch_strategic_merge::apply_to_selected;
use crate::Error;
use crate::kustomization::{Patch, PatchArgs, Selector};
use crate::load::Root;
use crate::node::{Node, from_patched, to_value};
use crate::patch::JsonPatch;
use crate::resource::{ResList, Resource, from_text};
use crate::schema::Schemas;
use crate::selector::Patterns;

/// One entry of `patches`.
#[derive(Debug)]
pub(crate) struct PatchOrPatches {
    content: Content,
    source: String,
    target: Option<Selector>,
}

#[derive(Debug)]
enum Content {
    Strategic(Vec<Resource>),
    Json(JsonPatch),
}

impl PatchOrPatches {
    /// Reads an entry; `config` is its text for messages.
    ///
    /// # Errors
    /// An entry without a patch or with two, a file that is missing, and a text that is no patch.
    pub(crate) fn new(patch: &Patch, config: &str, root: &Root<'_>) -> Result<PatchOrPatches, Error> {
        let inline = patch.patch.trim();
        let wrong = |text: String| Err(Error::Transformer(text));
        let (text, source) = match (inline.is_empty(), patch.path.is_empty()) {
            (true, true) => return wrong(format!("must specify one of patch and path in\n{config}")),
            (false, false) => {
                return wrong(format!("patch and path can't be set at the same time\n{config}"));
            }
            (false, true) => (inline.to_owned(), format!("[patch: {}]", quote(inline))),
            (true, false) => {
                let path = &patch.path;
                let text = root.load(path).map_err(|error| {
                    error.reworded(|error| format!("failed to get the patch file from path({path}): {error}"))
                })?;
                (text, format!("[path: {}]", quote(path)))
            }
        };
        let content = read(&text, &source, patch.options.as_ref())?;
        Ok(PatchOrPatches { content, source, target: patch.target.clone() })
    }

    fn strategic(&self, patches: &[Resource], list: &mut ResList, schemas: &Schemas) -> Result<(), Error> {
        let Some(target) = &self.target else {
            for patch in patches {
                let id = patch.original_id(schemas);
                let at = list.patch_target(&id, schemas).map_err(|error| {
                    Error::Transformer(format!(
                        "no resource matches strategic merge patch {}: {error}",
                        quote(&id.to_string())
                    ))
                })?;
                list.all_mut()[at].apply_patch(patch.clone(), schemas)?;
            }
            return Ok(());
        };
        let [patch] = patches else {
            if patches.is_empty() {
                return Ok(());
            }
            return Err(Error::Transformer(format!(
                "Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field: {}",
                self.source
            )));
        };
        let selected = Patterns::compile(target)
            .and_then(|patterns| patterns.select(list, schemas))
            .map_err(|error| {
                Error::Transformer(format!(
                    "unable to find patch target {} in `resources`: {error}",
                    shown(target)
                ))
            })?;
        apply_to_selected(&selected, patch, list, schemas)
    }

    fn json(&self, patch: &JsonPatch, list: &mut ResList, schemas: &Schemas) -> Result<(), Error> {
        let Some(target) = &self.target else {
            return Err(Error::Transformer(format!("must specify a target for JSON patch {}", self.source)));
        };
        let selected = Patterns::compile(target).and_then(|patterns| patterns.select(list, schemas));
        for at in selected.map_err(Error::Transformer)? {
            let resource = &mut list.all_mut()[at];
            resource.store_previous_id(schemas);
            apply_json(patch, resource)?;
        }
        Ok(())
    }
}

impl Transformer for PatchOrPatches {
    fn transform(&self, list: &mut ResList, schemas: &Schemas) -> Result<(), Error> {
        match &self.content {
            Content::Strategic(patches) => self.strategic(patches, list, schemas),
            Content::Json(patch) if patch.is_empty() => Ok(()),
            Content::Json(patch) => self.json(patch, list, schemas),
        }
    }
}

fn read(text: &str, source: &str, options: Option<&PatchArgs>) -> Result<Content, Error> {
    let strategic = from_text(text);
    let json =
        if text.is_empty() { Err("empty json patch operations".to_owned()) } else { JsonPatch::parse(text) };
    if let (Ok(strategic), Ok(json)) = (&strategic, &json)
        && !strategic.is_empty()
        && !json.is_empty()
    {
        return Err(Error::Transformer(format!(
            "illegally qualifies as both an SM and JSON patch: {source}"
        )));
    }
    match (strategic, json) {
        (Ok(mut patches), _) => {
            for patch in &mut patches {
                patch.allow_name_change = options.is_some_and(|options| options.allow_name_change);
                patch.allow_kind_change = options.is_some_and(|options| options.allow_kind_change);
                if patch.allow_name_change || patch.allow_kind_change {
                    // Kustomize notes it in the annotations, and makes texts of all of them on the way, nulls too.
                    patch.set_annotations(patch.annotations());
                }
            }
            Ok(Content::Strategic(patches))
        }
        (Err(_), Ok(json)) => Ok(Content::Json(json)),
        (Err(_), Err(_)) => {
            Err(Error::Transformer(format!("unable to parse SM or JSON patch from {source}")))
        }
    }
}

/// Applies a JSON patch to one resource. Annotations are there for it if Kustomize would hold its own among them.
pub(super) fn apply_json(patch: &JsonPatch, resource: &mut Resource) -> Result<(), Error> {
    let made = resource.has_build_state() && make_annotations(&mut resource.node);
    let document = to_value(&resource.node).map_err(Error::Transformer)?;
    let patched = patch.apply(document).map_err(Error::Transformer)?;
    resource.node = from_patched(&patched);
    let empty = |node: &Node| node.entries().is_empty();
    if made
        && let Some(Node::Map(meta)) = resource.node.field_mut("metadata")
        && meta.field("annotations").is_some_and(empty)
    {
        meta.remove("annotations");
    }
    Ok(())
}

fn make_annotations(node: &mut Node) -> bool {
    let Some(Node::Map(meta)) = node.field_mut("metadata") else { return false };
    match meta.field("annotations") {
        Some(annotations) if !annotations.is_null() => false,
        Some(_) => {
            meta.remove("annotations");
            meta.push("annotations", Node::map());
            true
        }
        None => {
            meta.push("annotations", Node::map());
            true
        }
    }
}

/// A selector as messages show it.
fn shown(selector: &Selector) -> String {
    quote(&format!("{}:a={}:l={}", selector.id(), selector.annotation_selector, selector.label_selector))
}
