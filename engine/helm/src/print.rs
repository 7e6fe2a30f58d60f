//! Printing a render as `helm template` does.

use std::ops::Range;

use fairlead_yaml::Value;

use crate::dialect::Dialect;
use crate::manifest::{Hook, split};
use crate::pattern;
use crate::render::Rendered;

/// What is printed of a render.
#[derive(Debug, Clone, Default)]
pub struct PrintOptions<'o> {
    /// Leaves hooks out.
    pub no_hooks: bool,
    /// Leaves hooks out that are tests.
    pub skip_tests: bool,
    /// Puts the files of `crds/` first.
    pub include_crds: bool,
    /// Prints only what these templates wrote, in this order; patterns as of a shell. Empty for everything.
    pub show_only: &'o [String],
}

impl PrintOptions<'_> {
    fn prints(&self, hook: &Hook) -> bool {
        !(self.no_hooks || self.skip_tests && hook.is_test())
    }
}

/// No template matches a pattern of [`PrintOptions::show_only`]; displays as Helm's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("could not find template {0} in chart")]
pub struct NoSuchTemplate(String);

/// One document, the file it came from, and whether it is a file of `crds/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Printed<'r> {
    /// The path from the root chart's folder.
    pub source: &'r str,
    /// The document.
    pub content: &'r str,
    /// The byte at which it starts in what the template wrote.
    pub offset: usize,
    /// Whether it is a file of `crds/`.
    pub is_crd: bool,
}

/// What Helm prints before each document, its source following.
const SOURCE: &str = "---\n# Source: ";

impl Rendered {
    /// What is printed, in order: CRDs, manifests, hooks. `--output-dir` writes the same to files.
    pub fn documents<'r>(&'r self, options: &'r PrintOptions<'_>) -> impl Iterator<Item = Printed<'r>> {
        let crds = self.crds.iter().filter(|_| options.include_crds).map(|crd| Printed {
            source: &crd.path,
            content: crd.data.text().unwrap_or_default(),
            offset: 0,
            is_crd: true,
        });
        let manifests = self.manifests.iter();
        let hooks = self.hooks.iter().filter(|hook| options.prints(hook));
        let plain = manifests.chain(hooks.map(|hook| &hook.manifest));
        crds.chain(plain.map(|manifest| Printed {
            source: &manifest.source,
            content: &manifest.content,
            offset: manifest.offset,
            is_crd: false,
        }))
    }

    /// Prints as `helm template` writes to standard output.
    pub fn print(&self, options: &PrintOptions<'_>, dialect: Dialect) -> Result<String, NoSuchTemplate> {
        let (text, _) = self.print_all(options);
        if options.show_only.is_empty() { Ok(text) } else { show_only(&text, options.show_only, dialect) }
    }

    /// Prints everything, and gives with each document's place in the text what it says, where that was kept.
    pub fn into_printed(self, options: &PrintOptions<'_>) -> (String, Vec<(Range<usize>, Option<Value>)>) {
        let (text, places) = self.print_all(options);
        let crds = if options.include_crds { self.crds.len() } else { 0 };
        let hooks = self.hooks.into_iter().filter(|hook| options.prints(hook)).map(|hook| hook.manifest);
        let manifests = self.manifests.into_iter().chain(hooks).map(|manifest| manifest.object);
        let objects = std::iter::repeat_n(None, crds).chain(manifests);
        (text, places.into_iter().zip(objects).collect())
    }

    /// Prints everything, and tells where in the text each document's content begins.
    pub fn print_each<'r>(
        &'r self,
        options: &'r PrintOptions<'_>,
        mut each: impl FnMut(usize, Printed<'r>),
    ) -> String {
        let (text, places) = self.print_all(options);
        for (place, document) in places.iter().zip(self.documents(options)) {
            each(place.start + SOURCE.len() + document.source.len() + 1, document);
        }
        text
    }

    /// The whole text and where each document stands in it.
    fn print_all(&self, options: &PrintOptions<'_>) -> (String, Vec<Range<usize>>) {
        let crds = if options.include_crds { self.crds.len() } else { 0 };
        let installed = crds + self.manifests.len();
        let mut text = String::new();
        let mut places = Vec::new();
        for document in self.documents(options) {
            if places.len() == installed {
                end_manifests(&mut text, &mut places);
            }
            let start = text.len();
            for part in [SOURCE, document.source, "\n", document.content, "\n"] {
                text.push_str(part);
            }
            places.push(start..text.len());
        }
        if places.len() <= installed {
            end_manifests(&mut text, &mut places);
        }
        (text, places)
    }
}

/// Helm trims all manifests together, hooks not.
fn end_manifests(text: &mut String, places: &mut [Range<usize>]) {
    let end = text.trim_end().len();
    text.truncate(end);
    text.push('\n');
    if let Some(last) = places.last_mut() {
        last.end = text.len();
    }
}

fn show_only(text: &str, patterns: &[String], dialect: Dialect) -> Result<String, NoSuchTemplate> {
    let documents: Vec<(&str, &str)> =
        split(text, dialect).into_iter().filter_map(|document| Some((source(document)?, document))).collect();
    let mut shown = String::new();
    for pattern in patterns {
        let mut found = false;
        for (path, document) in &documents {
            if pattern::matches(pattern, path).unwrap_or(false) {
                found = true;
                for part in ["---\n", document, "\n"] {
                    shown.push_str(part);
                }
            }
        }
        if !found {
            return Err(NoSuchTemplate(pattern.clone()));
        }
    }
    Ok(shown)
}

/// The path behind `# Source: `, without the chart's own folder.
fn source(document: &str) -> Option<&str> {
    document.match_indices("# Source: ").find_map(|(at, mark)| {
        let rest = &document[at + mark.len()..];
        let (folder, path) = rest.split_once('/')?;
        let path = path.lines().next()?;
        (!folder.is_empty() && !path.is_empty()).then_some(path)
    })
}
