//! `kustomize edit set image`, without touching the rest of the file.

use super::layout::{Layout, each_document};
use super::order::reorder;
use super::select::{Spot, resolve, select};
use super::value::NewValue;
use super::{Edited, Error, Path, apply, delete, insert_item, set};

/// An image as a person names it: `NAME=NEWNAME:TAG@DIGEST`, or the parts of it that are to change.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Image {
    /// The name in the manifests.
    pub name: String,
    /// The name to put in its place.
    pub new_name: Option<String>,
    /// The tag.
    pub new_tag: Option<String>,
    /// The digest.
    pub digest: Option<String>,
}

/// An argument that names no image.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "invalid format of image, use one of the following options:\n\
     - <image>=<newimage>:<newtag>\n\
     - <image>=<newimage>@<digest>\n\
     - <image>=<newimage>:<newtag>@<digest>\n\
     - <image>=<newimage>\n\
     - <image>:<newtag>\n\
     - <image>:<newtag>@<digest>\n\
     - <image>@<digest>"
)]
pub struct ImageError;

/// What keeps the value that is in the file.
const KEEP: &str = "*";

impl Image {
    /// Reads an argument of `kustomize edit set image`.
    ///
    /// # Errors
    /// When it is in none of the forms, with Kustomize's text.
    pub fn parse(argument: &str) -> Result<Self, ImageError> {
        let (name, overwrite) = match argument.split_once('=') {
            Some((name, overwrite)) => (Some(name), overwrite),
            None => (None, argument),
        };
        let (rest, digest) = match overwrite.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest)),
            None => (overwrite, None),
        };
        let (base, tag) = match rest.rsplit_once(':') {
            Some((base, tag)) if is_tag(tag) => (base, Some(tag)),
            _ => (rest, None),
        };
        if name.is_none() && tag.is_none() && digest.is_none() {
            return Err(ImageError);
        }
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Ok(Image {
            name: name.unwrap_or(base).to_owned(),
            new_name: name.and(some(base)),
            new_tag: tag.and_then(some),
            digest: digest.and_then(some),
        })
    }

    /// The fields of the entry in their order, with the values that the file keeps taken from it.
    fn fields(&self, in_file: impl Fn(&str) -> Option<String>) -> [(&'static str, Option<String>); 3] {
        let pick = |field: &'static str, value: &Option<String>| match value.as_deref() {
            Some(KEEP) => (field, in_file(field)),
            _ => (field, value.clone()),
        };
        [pick("newName", &self.new_name), pick("newTag", &self.new_tag), pick("digest", &self.digest)]
    }
}

fn is_tag(text: &str) -> bool {
    text == KEEP || text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}

/// Sets images in the text of a kustomization file.
///
/// An entry of the same name is made to say exactly what the argument says: what it had beside that goes. As in
/// Kustomize, the entries end up in the order of their names, the first of several with one name stays, and of several
/// arguments with one name the last counts.
///
/// # Errors
/// When the text isn't YAML, or its `images` are not a sequence of mappings.
pub fn set_images(text: &str, images: &[Image]) -> Result<Edited, Error> {
    let mut edited = Edited { text: text.to_owned(), places: 0 };
    for (at, image) in images.iter().enumerate() {
        let counts = !images.iter().skip(at + 1).any(|later| later.name == image.name);
        if counts {
            edited.then(|text| set_image(text, image))?;
        }
    }
    edited.then(drop_duplicates)?;
    // Where an anchor would come to stand behind its alias, the order stays.
    let _ = edited.then(sort);
    Ok(edited)
}

/// Sets one image, and leaves the others as they are.
fn set_image(text: &str, image: &Image) -> Result<Edited, Error> {
    let names = names(text)?;
    let Some(first) = names.iter().position(|name| *name == image.name) else {
        return add(text, image, &names);
    };
    let mut edited = Edited { text: text.to_owned(), places: 0 };
    let fields = image.fields(|field| value_of(text, first, field));
    for other in keys(text, first)? {
        let stays = other == "name" || fields.iter().any(|(field, value)| *field == other && value.is_some());
        if !stays {
            edited.then(|text| delete(text, &entry(first).join(&other)))?;
        }
    }
    for (field, value) in fields {
        if let Some(value) = value {
            edited.then(|text| set(text, &entry(first).join(field), &NewValue::Text(value)))?;
        }
    }
    Ok(edited)
}

/// Removes the entries whose name an earlier one has.
fn drop_duplicates(text: &str) -> Result<Edited, Error> {
    let names = names(text)?;
    let mut edited = Edited { text: text.to_owned(), places: 0 };
    for (at, name) in names.iter().enumerate().rev() {
        if names.iter().take(at).any(|earlier| earlier == name) {
            edited.then(|text| delete(text, &entry(at)))?;
        }
    }
    Ok(edited)
}

/// Puts the entries in the order of their names.
fn sort(text: &str) -> Result<Edited, Error> {
    let names = names(text)?;
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|at| names.get(*at));
    apply(text, &Path::of_keys(["images"]), &mut |layout, spots, changes| {
        let lists = spots.iter().filter_map(|spot| match spot {
            Spot::Node { id, .. } => Some(resolve(layout, *id)),
            Spot::Missing { .. } => None,
        });
        lists.for_each(|list| reorder(layout, list, &order, changes));
        Ok(usize::from(changes.len() > 0))
    })
}

impl Edited {
    /// Makes one more change.
    fn then(&mut self, change: impl FnOnce(&str) -> Result<Edited, Error>) -> Result<(), Error> {
        let next = change(&self.text)?;
        self.places += next.places;
        self.text = next.text;
        Ok(())
    }
}

fn entry(index: usize) -> Path {
    Path::of_keys(["images"]).item(index)
}

/// Adds an entry for an image that the file doesn't name.
fn add(text: &str, image: &Image, names: &[String]) -> Result<Edited, Error> {
    let mut fields = vec![("name".to_owned(), image.name.clone())];
    let given = image.fields(|_| None);
    fields.extend(given.into_iter().filter_map(|(field, value)| Some((field.to_owned(), value?))));
    let sorted = names.is_sorted();
    let before = names.iter().position(|name| sorted && *name > image.name);
    insert_item(text, &Path::of_keys(["images"]), before, &NewValue::Fields(fields))
}

/// The names of the images of a file.
fn names(text: &str) -> Result<Vec<String>, Error> {
    let mut names = Vec::new();
    each_entry(text, &mut |layout, id| {
        let name = layout.pairs(id).into_iter().find(|(key, _)| layout.scalar(*key) == Some("name"));
        names.push(name.and_then(|(_, value)| layout.scalar(value)).unwrap_or_default().to_owned());
    })?;
    Ok(names)
}

fn keys(text: &str, index: usize) -> Result<Vec<String>, Error> {
    let mut all = Vec::new();
    each_entry(text, &mut |layout, id| {
        let keys = layout.pairs(id).into_iter().filter_map(|(key, _)| layout.scalar(key).map(str::to_owned));
        all.push(keys.collect::<Vec<String>>());
    })?;
    Ok(if index < all.len() { all.swap_remove(index) } else { Vec::new() })
}

fn value_of(text: &str, index: usize, field: &str) -> Option<String> {
    let mut all = Vec::new();
    each_entry(text, &mut |layout, id| {
        let found = layout.pairs(id).into_iter().find(|(key, _)| layout.scalar(*key) == Some(field));
        all.push(found.and_then(|(_, value)| layout.scalar(value)).map(str::to_owned));
    })
    .ok()?;
    all.into_iter().nth(index).flatten()
}

fn each_entry(text: &str, look: &mut dyn FnMut(&Layout<'_>, usize)) -> Result<(), Error> {
    let path = Path::of_keys(["images"]).each();
    each_document(text.strip_prefix('\u{feff}').unwrap_or(text), &mut |index, layout| {
        if index > 0 {
            return Ok(());
        }
        for spot in select(layout, &path, index)? {
            if let Spot::Node { id, .. } = spot {
                look(layout, id);
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments() {
        let image = |name: &str, new_name: Option<&str>, tag: Option<&str>, digest: Option<&str>| Image {
            name: name.to_owned(),
            new_name: new_name.map(str::to_owned),
            new_tag: tag.map(str::to_owned),
            digest: digest.map(str::to_owned),
        };
        for (argument, expected) in [
            ("a:1", image("a", None, Some("1"), None)),
            ("r:5000/a:1", image("r:5000/a", None, Some("1"), None)),
            ("r:5000/a=x:5000/y", image("r:5000/a", Some("x:5000/y"), None, None)),
            ("a@sha256:0", image("a", None, None, Some("sha256:0"))),
            ("a=b:1@sha256:0", image("a", Some("b"), Some("1"), Some("sha256:0"))),
            ("a=*:1", image("a", Some("*"), Some("1"), None)),
            ("a=", image("a", None, None, None)),
        ] {
            assert_eq!(Image::parse(argument), Ok(expected), "{argument}");
        }
        assert_eq!(Image::parse("a"), Err(ImageError));
    }
}
