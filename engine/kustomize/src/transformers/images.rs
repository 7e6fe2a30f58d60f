//! Names, tags and digests of container images.

use fairlead_template::go::regexp::Regexp;

use super::Transformer;
use crate::Error;
use crate::fieldspec::{Create, FieldSpec, apply_all};
use crate::kustomization::Image;
use crate::node::{Fault, Kind, MAX_DEPTH, Node, Scalar, write_scalar};
use crate::resource::ResList;
use crate::schema::Schemas;

/// Changes the images of one name.
#[derive(Debug)]
pub(crate) struct Images {
    image: Image,
    pattern: Regexp,
    specs: Vec<FieldSpec>,
}

impl Images {
    /// The images whose name matches `image.name`, which is a pattern.
    ///
    /// # Errors
    /// A name that is no pattern.
    pub(crate) fn new(image: Image, specs: Vec<FieldSpec>) -> Result<Images, Error> {
        let pattern = format!("^{}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$", image.name);
        let pattern = Regexp::compile(&pattern).map_err(|error| {
            Error::Transformer(format!(
                "the image name {:?} is a pattern with a mistake: {error}",
                image.name
            ))
        })?;
        Ok(Images { image, pattern, specs })
    }

    fn write(&self, node: &mut Node) -> Result<(), Fault> {
        if node.is_null() {
            return Ok(());
        }
        if node.kind() != Kind::Scalar {
            return Err(Fault::kind(node, Kind::Scalar));
        }
        let old = node.text();
        if !self.pattern.is_match(&old) {
            return Ok(());
        }
        write_scalar(node, Scalar::open(self.changed(&old)))
    }

    fn changed(&self, old: &str) -> String {
        let image = &self.image;
        let (mut name, tag, digest) = split(old);
        if !image.new_name.is_empty() {
            name = &image.new_name;
        }
        let (mut tag, mut digest) = (tag.to_owned(), digest.to_owned());
        if !image.new_tag.is_empty() {
            tag.clone_from(&image.new_tag);
            digest.clone_from(&image.digest);
        } else if !image.digest.is_empty() {
            tag.clear();
            digest.clone_from(&image.digest);
        } else if !image.tag_suffix.is_empty() {
            tag.push_str(&image.tag_suffix);
            digest.clear();
        }
        let mut new = name.to_owned();
        for (separator, part) in [(':', tag), ('@', digest)] {
            if !part.is_empty() {
                new.push(separator);
                new.push_str(&part);
            }
        }
        new
    }

    /// Every `image` of every list called `containers` or `initContainers`, wherever it stands.
    fn everywhere(&self, node: &mut Node, depth: usize) -> Result<(), Fault> {
        if depth > MAX_DEPTH {
            return Ok(());
        }
        match node {
            Node::Map(map) => {
                for (key, value) in &mut map.0 {
                    self.everywhere(value, depth + 1)?;
                    if matches!(&*key.text, "containers" | "initContainers") {
                        self.containers(value)?;
                    }
                }
                Ok(())
            }
            Node::Seq(items) => items.iter_mut().try_for_each(|item| self.everywhere(item, depth + 1)),
            Node::Scalar(_) | Node::Shared(_) => Ok(()),
        }
    }

    fn containers(&self, node: &mut Node) -> Result<(), Fault> {
        let Node::Seq(items) = node else { return Ok(()) };
        for item in items.iter_mut().filter(|item| !item.is_null()) {
            let Node::Map(map) = item else { return Err(Fault::kind(item, Kind::Map)) };
            if let Some(image) = map.field_mut("image") {
                self.write(image)?;
            }
        }
        Ok(())
    }
}

impl Transformer for Images {
    fn transform(&self, list: &mut ResList, _: &Schemas) -> Result<(), Error> {
        for resource in list.all_mut().iter_mut().filter(|r| &*r.kind() != "CustomResourceDefinition") {
            self.everywhere(&mut resource.node, 0)?;
        }
        for resource in list.all_mut().iter_mut().filter(|r| &*r.kind() != "CustomResourceDefinition") {
            apply_all(&self.specs, resource, Create::Never, &mut |node| self.write(node))?;
        }
        Ok(())
    }
}

/// Splits an image into name, tag and digest.
fn split(image: &str) -> (&str, &str, &str) {
    let from = image.find('/').unwrap_or(0);
    let at = image[from..].find('@').map(|at| at + from);
    let colon = image[from..].find(':').map(|at| at + from);
    match (colon, at) {
        (None, None) => (image, "", ""),
        (Some(colon), Some(at)) if colon < at => (&image[..colon], &image[colon + 1..at], &image[at + 1..]),
        (_, Some(at)) => (&image[..at], "", &image[at + 1..]),
        (Some(colon), None) => (&image[..colon], &image[colon + 1..], ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_of_registries_are_no_tags() {
        assert_eq!(split("r:5000/a:1@sha256:x"), ("r:5000/a", "1", "sha256:x"));
        assert_eq!(split("r:5000/a"), ("r:5000/a", "", ""));
        assert_eq!(split("a@sha256:x"), ("a", "", "sha256:x"));
    }
}
