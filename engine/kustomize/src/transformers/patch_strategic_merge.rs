//! The `patchesStrategicMerge` field: texts or files of partial resources.

use super::Transformer;
use crate::Error;
use crate::load::Root;
use crate::resource::{ReadError, ResList, Resource, from_text};
use crate::schema::Schemas;

/// Partial resources, each laid over the one it names.
#[derive(Debug)]
pub(crate) struct PatchStrategicMerge {
    patches: Vec<Resource>,
}

impl PatchStrategicMerge {
    /// Reads patches: `paths` are files or texts, `inline` is a text.
    ///
    /// # Errors
    /// Files that are missing or hold no resources, and nothing at all.
    pub(crate) fn new(paths: &[String], inline: &str, root: &Root<'_>) -> Result<PatchStrategicMerge, Error> {
        if paths.is_empty() && inline.is_empty() {
            return Err(Error::Transformer("empty file path and empty patch content".to_owned()));
        }
        let mut patches = Vec::new();
        for path in paths {
            match from_text(path) {
                Ok(mut read) => patches.append(&mut read),
                Err(_) => {
                    let text = root.load(path)?;
                    let read = from_text(&text).map_err(|error| error.in_file(path));
                    patches.append(&mut read.map_err(wrong)?);
                }
            }
        }
        if !inline.is_empty() {
            patches.append(&mut from_text(inline).map_err(wrong)?);
        }
        if patches.is_empty() {
            let files = paths.join(" ");
            return Err(Error::Transformer(format!(
                "patch appears to be empty; files=[{files}], Patch={inline}"
            )));
        }
        Ok(PatchStrategicMerge { patches })
    }
}

fn wrong(error: ReadError) -> Error {
    Error::Transformer(error.to_string())
}

impl Transformer for PatchStrategicMerge {
    fn transform(&self, list: &mut ResList, schemas: &Schemas) -> Result<(), Error> {
        for patch in &self.patches {
            let target = list.patch_target(&patch.original_id(schemas), schemas);
            let at = target.map_err(|error| Error::Transformer(error.to_string()))?;
            apply_to_selected(&[at], patch, list, schemas)?;
        }
        Ok(())
    }
}

/// Lays one patch over several resources. The patch takes their version, and its own labels and annotations become
/// strings on the way.
pub(super) fn apply_to_selected(
    selected: &[usize],
    patch: &Resource,
    list: &mut ResList,
    schemas: &Schemas,
) -> Result<(), Error> {
    let mut template = patch.clone();
    template.take_meta_from(patch);
    for at in selected {
        let resource = &mut list.all_mut()[*at];
        let mut patch = template.clone();
        patch.set_api_version(resource.gvk(schemas).api_version().into());
        patch.set_kind(template.kind());
        resource.apply_patch(patch, schemas)?;
    }
    let mut all = list.take();
    all.retain(|resource| !resource.is_empty());
    list.append_all(all, schemas).map_err(|error| Error::Transformer(error.to_string()))
}
