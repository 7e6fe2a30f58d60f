//! Selecting resources by patterns of kind, name and namespace, by labels and by annotations.

use fairlead_template::go::regexp::Regexp;

use crate::kustomization::Selector;
use crate::resource::{Gvk, LabelSelector, ResId, ResList, Resource};
use crate::schema::Schemas;

/// A pattern that has to match a whole text; an empty one matches everything.
#[derive(Debug)]
enum Pattern {
    Any,
    Exact(String),
    Regexp(Box<Regexp>),
}

/// A selector that has been read.
#[derive(Debug)]
pub(crate) struct Patterns {
    group: Pattern,
    version: Pattern,
    kind: Pattern,
    name: Pattern,
    namespace: Pattern,
    labels: Result<LabelSelector, String>,
    annotations: Result<LabelSelector, String>,
    names_nothing: bool,
}

impl Pattern {
    fn compile(text: &str) -> Result<Pattern, String> {
        if text.is_empty() {
            return Ok(Pattern::Any);
        }
        if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'/')) {
            return Ok(Pattern::Exact(text.to_owned()));
        }
        let regexp = Regexp::compile(&format!("^(?:{text})$")).map_err(|error| error.to_string())?;
        Ok(Pattern::Regexp(Box::new(regexp)))
    }

    fn matches(&self, text: &str) -> bool {
        match self {
            Pattern::Any => true,
            Pattern::Exact(exact) => exact == text,
            Pattern::Regexp(regexp) => regexp.is_match(text),
        }
    }
}

impl Patterns {
    /// Reads a selector. Selectors of labels are read, but mistakes in them come up only when one is used.
    ///
    /// # Errors
    /// Patterns that are none.
    pub(crate) fn compile(selector: &Selector) -> Result<Patterns, String> {
        Ok(Patterns {
            group: Pattern::compile(&selector.group)?,
            version: Pattern::compile(&selector.version)?,
            kind: Pattern::compile(&selector.kind)?,
            name: Pattern::compile(&selector.name)?,
            namespace: Pattern::compile(&selector.namespace)?,
            labels: LabelSelector::parse(&selector.label_selector),
            annotations: LabelSelector::parse(&selector.annotation_selector),
            names_nothing: selector.id() == ResId::default(),
        })
    }

    /// Whether the kind matches.
    pub(crate) fn kind_matches(&self, gvk: &Gvk) -> bool {
        self.group.matches(&gvk.group) && self.version.matches(&gvk.version) && self.kind.matches(&gvk.kind)
    }

    /// Whether an identity matches, its namespace as written.
    pub(crate) fn id_matches(&self, id: &ResId) -> bool {
        self.kind_matches(&id.gvk) && self.name.matches(&id.name) && self.namespace.matches(&id.namespace)
    }

    /// Whether it says nothing of kind, name and namespace.
    pub(crate) fn names_nothing(&self) -> bool {
        self.names_nothing
    }

    /// Whether it says nothing of labels and annotations.
    pub(crate) fn asks_no_labels(&self) -> bool {
        let empty =
            |selector: &Result<LabelSelector, String>| selector.as_ref().is_ok_and(LabelSelector::is_empty);
        empty(&self.labels) && empty(&self.annotations)
    }

    /// Whether labels and annotations match.
    ///
    /// # Errors
    /// Selectors with mistakes.
    pub(crate) fn labels_match(&self, resource: &Resource) -> Result<bool, String> {
        let labels = self.labels.as_ref().map_err(String::clone)?;
        if !labels.is_empty() && !labels.matches(&resource.labels()) {
            return Ok(false);
        }
        let annotations = self.annotations.as_ref().map_err(String::clone)?;
        Ok(annotations.is_empty() || annotations.matches(&resource.annotations()))
    }

    /// The places of the resources that match, by what they are called now or were called first.
    ///
    /// # Errors
    /// Selectors of labels with mistakes.
    pub(crate) fn select(&self, list: &ResList, schemas: &Schemas) -> Result<Vec<usize>, String> {
        let mut selected = Vec::new();
        for (at, resource) in list.all().iter().enumerate() {
            let (now, first) = (resource.id(schemas), resource.original_id(schemas));
            let namespace = |id: &ResId| self.namespace.matches(id.effective_namespace());
            let matches = (namespace(&first) || namespace(&now))
                && (self.name.matches(&first.name) || self.name.matches(&now.name))
                && self.kind_matches(&now.gvk);
            if matches && self.labels_match(resource)? {
                selected.push(at);
            }
        }
        Ok(selected)
    }
}
