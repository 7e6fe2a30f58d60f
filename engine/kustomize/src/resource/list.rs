//! The resources of a build, in order, each name once.

use std::collections::BTreeMap;

use fairlead_yaml::Str;

use super::{Behavior, ResId, Resource};
use crate::schema::Schemas;

/// Resources in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct ResList {
    all: Vec<Resource>,
    /// How many resources have an identity, as of the last addition; `None` once anything may have been renamed.
    known: Option<BTreeMap<Key, usize>>,
}

/// Why a resource could not be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Conflict {
    /// Another one has its identity.
    #[error("may not add resource with an already registered id: {0}")]
    Registered(String),
    /// It was to change one that is not there.
    #[error("id {0} does not exist; cannot merge or replace")]
    Nothing(String),
    /// It is there already and nothing was said of what to do.
    #[error("id {0} exists; can not use behavior: '{1}', behavior must be merge or replace")]
    Exists(String, &'static str),
    /// Several could be changed.
    #[error("found multiple objects {0} that could accept merge of {1}")]
    Several(String, String),
    /// A patch's target is missing or not unique.
    #[error("{0} for Id {1}; failed to find unique target for patch {1}")]
    Target(&'static str, String),
}

type Key = (Str, Str, Str, Str, Str);

fn key(id: &ResId) -> Key {
    let namespace = id.effective_namespace_text();
    (id.name.clone(), id.gvk.kind.clone(), namespace, id.gvk.group.clone(), id.gvk.version.clone())
}

impl ResList {
    /// The resources.
    pub(crate) fn all(&self) -> &[Resource] {
        &self.all
    }

    /// The resources, to change them.
    pub(crate) fn all_mut(&mut self) -> &mut [Resource] {
        self.known = None;
        &mut self.all
    }

    /// Takes them all out.
    pub(crate) fn take(&mut self) -> Vec<Resource> {
        self.known = None;
        std::mem::take(&mut self.all)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// Keeps those that `keep` says.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&Resource) -> bool) {
        self.known = None;
        self.all.retain(keep);
    }

    /// Drops what patches have deleted.
    pub(crate) fn drop_empty(&mut self) {
        if self.all.iter().any(Resource::is_empty) {
            self.retain(|resource| !resource.is_empty());
        }
    }

    /// Notes that a variable takes its value from a resource.
    pub(crate) fn note_var(&mut self, at: usize, name: &str) {
        if let Some(resource) = self.all.get_mut(at) {
            resource.vars.push(name.into());
        }
    }

    /// Adds a resource without looking.
    pub(crate) fn push(&mut self, resource: Resource) {
        self.known = None;
        self.all.push(resource);
    }

    /// Adds a resource.
    ///
    /// # Errors
    /// [`Conflict::Registered`].
    pub(crate) fn append(&mut self, resource: Resource, schemas: &Schemas) -> Result<(), Conflict> {
        let all = &self.all;
        let known = self.known.get_or_insert_with(|| count(all, schemas));
        let id = resource.id(schemas);
        let same = known.entry(key(&id)).or_default();
        if *same > 0 {
            return Err(Conflict::Registered(id.to_string()));
        }
        *same += 1;
        self.all.push(resource);
        Ok(())
    }

    /// Adds resources in their order.
    ///
    /// # Errors
    /// [`Conflict::Registered`]; those before it are added.
    pub(crate) fn append_all(&mut self, resources: Vec<Resource>, schemas: &Schemas) -> Result<(), Conflict> {
        resources.into_iter().try_for_each(|resource| self.append(resource, schemas))
    }

    /// Adds a generated resource: as a new one, in place of one, or into one, as its behaviour says.
    ///
    /// # Errors
    /// Where what is there does not fit the behaviour.
    pub(crate) fn absorb(&mut self, mut new: Resource, schemas: &Schemas) -> Result<(), Conflict> {
        let id = new.id(schemas);
        let behavior = new.behavior.unwrap_or(Behavior::Unspecified);
        let matches = self.with_any_id(schemas, |other| id.same(other));
        let at = match *matches {
            [] if matches!(behavior, Behavior::Merge | Behavior::Replace) => {
                return Err(Conflict::Nothing(id.debug_text()));
            }
            [] => return self.append(new, schemas),
            [at] => at,
            _ => return Err(Conflict::Several(self.texts(&matches), id.to_string())),
        };
        let old = &self.all[at];
        match behavior {
            Behavior::Replace => new.take_meta_from(old),
            Behavior::Merge => {
                let origin = old.annotation(super::origin::ANNOTATION);
                new.take_meta_from(old);
                crate::generators::merge_data(&mut new, old);
                if let Some(origin) = origin {
                    let mut annotations = new.annotations();
                    annotations.insert(super::origin::ANNOTATION.into(), origin);
                    new.set_annotations(annotations);
                }
            }
            _ => return Err(Conflict::Exists(id.debug_text(), behavior.word())),
        }
        self.known = None;
        self.all[at] = new;
        Ok(())
    }

    /// The places of the resources of which some identity, past or present, matches.
    pub(crate) fn with_any_id(&self, schemas: &Schemas, matches: impl Fn(&ResId) -> bool) -> Vec<usize> {
        let any = |resource: &Resource| {
            !resource.is_empty()
                && (resource.previous_ids().any(|id| matches(&id)) || matches(&resource.id(schemas)))
        };
        (0..self.all.len()).filter(|at| any(&self.all[*at])).collect()
    }

    /// The place of the one resource that a patch's identity means.
    ///
    /// # Errors
    /// [`Conflict::Target`] where there is none, or more than one.
    pub(crate) fn patch_target(&self, id: &ResId, schemas: &Schemas) -> Result<usize, Conflict> {
        // Names are compared first: they tell most resources apart, and cost nothing to look at.
        let named = |resource: &Resource| {
            resource.previous.iter().any(|previous| previous.name == id.name) || resource.name() == id.name
        };
        let candidates = (0..self.all.len()).filter(|at| named(&self.all[*at]));
        let same = |at: &usize| {
            let resource = &self.all[*at];
            !resource.is_empty()
                && (resource.previous_ids().any(|other| id.same(&other)) || id.same(&resource.id(schemas)))
        };
        let found: Vec<usize> = candidates.filter(same).collect();
        match *found {
            [at] => Ok(at),
            [] => Err(Conflict::Target("no matches", id.to_string())),
            _ => Err(Conflict::Target("multiple matches", id.to_string())),
        }
    }

    /// The resources at these places as JSON, as messages show them.
    pub(crate) fn texts(&self, places: &[usize]) -> String {
        let texts: Vec<String> = places.iter().map(|at| self.all[*at].json_text()).collect();
        format!("[{}]", texts.join(" "))
    }
}

fn count(all: &[Resource], schemas: &Schemas) -> BTreeMap<Key, usize> {
    let mut known = BTreeMap::new();
    for resource in all {
        *known.entry(key(&resource.id(schemas))).or_default() += 1;
    }
    known
}

/// How many resources have each identity, kept while they are renamed one by one.
pub(crate) struct Census(BTreeMap<Key, usize>);

impl Census {
    /// Counts.
    pub(crate) fn of(all: &[Resource], schemas: &Schemas) -> Census {
        Census(count(all, schemas))
    }

    /// Notes that `old` is called `new` now, and says how many are.
    pub(crate) fn rename(&mut self, old: &ResId, new: &ResId) -> usize {
        if let Some(count) = self.0.get_mut(&key(old)) {
            *count = count.saturating_sub(1);
        }
        let count = self.0.entry(key(new)).or_default();
        *count += 1;
        *count
    }
}
