//! The `patchesJson6902` field: JSON patches with a target that has a name.

use fairlead_yaml::json;

use super::Transformer;
use super::patches::apply_json;
use crate::Error;
use crate::kustomization::Selector;
use crate::load::Root;
use crate::node::yaml_to_value;
use crate::patch::JsonPatch;
use crate::resource::ResList;
use crate::schema::Schemas;
use crate::selector::Patterns;

/// One entry of `patchesJson6902`.
#[derive(Debug)]
pub(crate) struct PatchJson6902 {
    patch: JsonPatch,
    target: Selector,
}

impl PatchJson6902 {
    /// Reads an entry.
    ///
    /// # Errors
    /// An entry without target name or patch, a file that is missing, and a text that is no patch.
    pub(crate) fn new(
        target: Option<&Selector>,
        path: &str,
        inline: &str,
        root: &Root<'_>,
    ) -> Result<PatchJson6902, Error> {
        let wrong = |text: &str| Error::Transformer(text.to_owned());
        let Some(target) = target.filter(|target| !target.name.is_empty()) else {
            return Err(wrong("must specify the target name"));
        };
        let text = match (path.is_empty(), inline.is_empty()) {
            (true, true) => return Err(wrong("empty file path and empty jsonOp")),
            (false, false) => return Err(wrong("must specify a file path or jsonOp, not both")),
            (true, false) => inline.to_owned(),
            (false, true) => {
                let text = root.load(path)?;
                if text.is_empty() {
                    return Err(Error::Transformer(format!("patch file '{path}' empty seems to be empty")));
                }
                text
            }
        };
        let patch = JsonPatch::parse(&text).map_err(|error| {
            Error::Transformer(if error.starts_with("json:") {
                format!("decoding {}: {error}", as_json(&text))
            } else {
                error
            })
        })?;
        if patch.is_empty() {
            return Err(Error::Transformer(format!("patch appears to be empty; file={path}, JsonOp={text}")));
        }
        Ok(PatchJson6902 { patch, target: target.clone() })
    }
}

/// The text that is decoded: YAML has become JSON by then.
fn as_json(text: &str) -> String {
    let value = yaml_to_value(text).ok().filter(|_| !text.starts_with('['));
    let json = value.and_then(|value| json::to_string(&value, json::Options::default()).ok());
    json.unwrap_or_else(|| text.to_owned())
}

impl Transformer for PatchJson6902 {
    fn transform(&self, list: &mut ResList, schemas: &Schemas) -> Result<(), Error> {
        let selected = Patterns::compile(&self.target).and_then(|patterns| patterns.select(list, schemas));
        for at in selected.map_err(Error::Transformer)? {
            apply_json(&self.patch, &mut list.all_mut()[at])?;
        }
        Ok(())
    }
}
