//! Following names that have changed: fields that named a resource by an earlier name get its present one.

use std::collections::{BTreeMap, BTreeSet};

use fairlead_yaml::Str;

use crate::Error;
use crate::fieldspec::{BackReferences, Create, FieldSpec, apply};
use crate::node::{Fault, Kind, Node, Scalar, set_field, write_scalar};
use crate::resource::{Gvk, ResId, ResList, Resource};
use crate::schema::Schemas;

/// Fixes every reference.
///
/// # Errors
/// Names that could mean several resources.
pub(crate) fn fix_references(
    references: &[BackReferences],
    list: &mut ResList,
    schemas: &Schemas,
) -> Result<(), Error> {
    let index = Index::of(list.all(), schemas);
    list.all().iter().try_for_each(|resource| check_subjects(resource, schemas))?;
    if index.by_name.is_empty() {
        return Ok(());
    }
    let by_kind = by_kind(references);
    let mut known: BTreeMap<Gvk, Fields<'_>> = BTreeMap::new();
    let mut referred = BTreeSet::new();
    for at in 0..list.len() {
        let gvk = list.all()[at].original_id(schemas).gvk;
        let fields = known.entry(gvk).or_insert_with_key(|gvk| fields_of(gvk, &by_kind));
        if fields.is_empty() {
            continue;
        }
        let placeholder = Resource::new(Node::map());
        let mut referrer = std::mem::replace(&mut list.all_mut()[at], placeholder);
        let fixed = fix_one(&mut referrer, at, fields, &index, list.all(), &mut referred, schemas);
        list.all_mut()[at] = referrer;
        fixed?;
    }
    for at in referred {
        list.all_mut()[at].referred_to = true;
    }
    Ok(())
}

type Fields<'c> = Vec<(usize, &'c Gvk, &'c FieldSpec)>;

/// The fields by the kind that they stand in, in the order of the configuration.
fn by_kind(references: &[BackReferences]) -> BTreeMap<&str, Fields<'_>> {
    let mut by_kind: BTreeMap<&str, Fields<'_>> = BTreeMap::new();
    let all = references.iter().flat_map(|target| target.referrers.iter().map(|spec| (&target.gvk, spec)));
    for (order, (target, spec)) in all.enumerate() {
        by_kind.entry(&spec.gvk.kind).or_default().push((order, target, spec));
    }
    by_kind
}

fn fields_of<'c>(gvk: &Gvk, by_kind: &BTreeMap<&str, Fields<'c>>) -> Fields<'c> {
    let of_kind = |kind: &str| by_kind.get(kind).map_or(&[][..], Vec::as_slice);
    let mut fields: Fields<'c> = of_kind(&gvk.kind).iter().chain(of_kind("")).copied().collect();
    fields.retain(|(_, _, spec)| gvk.is_selected(&spec.gvk));
    fields.sort_by_key(|(order, _, _)| *order);
    fields
}

/// What there is to know of a resource that names may mean. Names do not change while references are fixed.
struct Candidate {
    id: ResId,
    first_namespace: Str,
    previous: Vec<ResId>,
    prefixes: Vec<Str>,
    suffixes: Vec<Str>,
}

struct Index {
    candidates: Vec<Candidate>,
    by_name: BTreeMap<Str, Vec<usize>>,
    by_first_namespace: BTreeMap<Str, Vec<usize>>,
}

impl Index {
    fn of(all: &[Resource], schemas: &Schemas) -> Index {
        let mut by_name: BTreeMap<Str, Vec<usize>> = BTreeMap::new();
        let mut by_first_namespace: BTreeMap<Str, Vec<usize>> = BTreeMap::new();
        let mut candidates = Vec::with_capacity(all.len());
        for (at, resource) in all.iter().enumerate() {
            for previous in &resource.previous {
                let places = by_name.entry(previous.name.clone()).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
            let first_namespace = resource.original_id(schemas).effective_namespace_text();
            by_first_namespace.entry(first_namespace.clone()).or_default().push(at);
            candidates.push(Candidate {
                id: resource.id(schemas),
                first_namespace,
                previous: resource.previous_ids().collect(),
                prefixes: resource.prefixes.clone(),
                suffixes: resource.suffixes.clone(),
            });
        }
        Index { candidates, by_name, by_first_namespace }
    }
}

fn fix_one(
    referrer: &mut Resource,
    at: usize,
    fields: &Fields<'_>,
    index: &Index,
    others: &[Resource],
    referred: &mut BTreeSet<usize>,
    schemas: &Schemas,
) -> Result<(), Error> {
    let bound = namespaces_of_subjects(referrer);
    let role = role_of(&referrer.node);
    let id = referrer.id(schemas);
    for (_, target, spec) in fields {
        let mut search = Search {
            index,
            referrer: &index.candidates[at],
            bound: &bound,
            target,
            role: if spec.path.ends_with("roleRef/name") { role.as_ref() } else { None },
            ambiguous: None,
            referred,
        };
        let result = apply(spec, referrer, Create::Never, &mut |node| search.fix(node));
        let ambiguous = search.ambiguous.take();
        result.map_err(|fault| {
            let mut text = fault.to_string();
            if let Some(places) = ambiguous {
                text.push_str(&details(referrer, at, &places, others));
            }
            Error::Reference(format!("updating name reference in '{}' field of '{id}': {text}", spec.path))
        })?;
    }
    Ok(())
}

fn details(referrer: &Resource, at: usize, places: &[usize], others: &[Resource]) -> String {
    let print = |resource: &Resource| resource.node.print().unwrap_or_default();
    let mut text = format!("\n\n**** Too many possible referral targets to referrer:\n{}\n", print(referrer));
    for (number, place) in places.iter().enumerate() {
        let target = if *place == at { referrer } else { &others[*place] };
        text.push_str(&format!("--- possible referral {number}:\n{}\n", print(target)));
    }
    text
}

/// The namespaces of the service accounts that a role binding binds: it may refer into them.
fn namespaces_of_subjects(referrer: &Resource) -> BTreeSet<Str> {
    if &*referrer.kind() != "RoleBinding" {
        return BTreeSet::new();
    }
    let subjects = referrer.node.field("subjects").map_or(&[][..], Node::items);
    let accounts =
        subjects.iter().filter(|s| s.field("kind").is_some_and(|kind| kind.has_text("ServiceAccount")));
    accounts.filter_map(|subject| subject.field("namespace").map(Node::text)).collect()
}

/// Refuses role bindings that bind service accounts whose namespace is no text.
fn check_subjects(binding: &Resource, schemas: &Schemas) -> Result<(), Error> {
    if &*binding.kind() != "RoleBinding" {
        return Ok(());
    }
    let subjects = binding.node.field("subjects").map_or(&[][..], Node::items);
    let blank = |subject: &&Node| {
        subject.field("kind").is_some_and(|kind| kind.has_text("ServiceAccount"))
            && subject.field("namespace").is_some_and(|namespace| !namespace.is_string())
    };
    match subjects.iter().find(blank) {
        None => Ok(()),
        Some(_) => {
            let id = binding.id(schemas).to_string();
            Err(Error::Reference(format!("Invalid Input: namespace is blank for resource {id:?}\n")))
        }
    }
}

/// The kind of role that a binding refers to.
fn role_of(node: &Node) -> Option<Gvk> {
    let role = node.field("roleRef")?;
    let (group, kind) = (role.field("apiGroup")?.text(), role.field("kind")?.text());
    Some(Gvk { group, kind, ..Gvk::default() })
}

struct Search<'a> {
    index: &'a Index,
    referrer: &'a Candidate,
    bound: &'a BTreeSet<Str>,
    target: &'a Gvk,
    role: Option<&'a Gvk>,
    ambiguous: Option<Vec<usize>>,
    referred: &'a mut BTreeSet<usize>,
}

impl Search<'_> {
    fn fix(&mut self, node: &mut Node) -> Result<(), Fault> {
        if node.is_null() {
            return Ok(());
        }
        match node {
            Node::Seq(items) => {
                for item in items {
                    match item {
                        _ if item.is_null() => {}
                        Node::Seq(_) => {
                            return Err(Fault::said("expected to be either a string or a map of string"));
                        }
                        _ => self.fix_item(item)?,
                    }
                }
                Ok(())
            }
            _ => self.fix_item(node),
        }
    }

    fn fix_item(&mut self, node: &mut Node) -> Result<(), Fault> {
        if node.kind() == Kind::Scalar {
            return self.fix_scalar(node);
        }
        let Some(name) = node.field("name") else {
            return Err(Fault::said("path config error; no 'name' field in node"));
        };
        let name = name.text();
        let namespace = node.field("namespace").map(Node::text);
        let found = self.select(&name, namespace.as_deref(), true)?;
        let Some(id) = found.map(|at| self.index.candidates[at].id.clone()) else { return Ok(()) };
        if id.name == name && id.namespace.is_empty() {
            return Ok(());
        }
        if let Node::Map(map) = node {
            set_field(map, "name", Node::open(id.name));
            if !id.namespace.is_empty() {
                set_field(map, "namespace", Node::open(id.namespace));
            }
        }
        Ok(())
    }

    fn fix_scalar(&mut self, node: &mut Node) -> Result<(), Fault> {
        let old = node.text();
        let Some(at) = self.select(&old, None, false)? else { return Ok(()) };
        let name = &self.index.candidates[at].id.name;
        if *name == old {
            return Ok(());
        }
        write_scalar(node, Scalar::open(name.clone()))
    }

    /// The resource that a name means; with several, those that differ in nothing that matters here count as one.
    fn select(&mut self, name: &str, namespace: Option<&str>, whole: bool) -> Result<Option<usize>, Fault> {
        let all = &self.index.candidates;
        let named = self.index.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let mut found: Vec<usize> = named.iter().copied().filter(|at| self.reaches(&all[*at])).collect();
        if let Some(namespace) = namespace {
            self.keep_namespace(namespace, &mut found);
        }
        found.retain(|at| all[*at].previous.iter().any(|id| id.gvk.is_selected(self.target)));
        if let Some(role) = self.role {
            found.retain(|at| all[*at].previous.iter().any(|id| id.gvk.is_selected(role)));
        }
        found.retain(|at| self.same_namespace(&all[*at]));
        if found.len() > 1 || found.is_empty() {
            found.retain(|at| self.same_affixes(&all[*at], true));
            if found.len() > 1 {
                found.retain(|at| self.same_affixes(&all[*at], false));
            }
        }
        let Some(first) = found.first().copied() else { return Ok(None) };
        let same = |at: &usize| {
            let (a, b) = (&all[first].id, &all[*at].id);
            a.name == b.name && (!whole || a.namespace == b.namespace)
        };
        if !found.iter().all(same) {
            let ids: Vec<String> = found.iter().map(|at| all[*at].id.to_string()).collect();
            let text = format!("found multiple possible referrals: {}", ids.join(", "));
            self.ambiguous = Some(found);
            return Err(Fault::said(text));
        }
        self.referred.insert(first);
        Ok(Some(first))
    }

    /// Whether the referrer may refer to a resource at all.
    fn reaches(&self, other: &Candidate) -> bool {
        self.referrer.id.gvk.cluster_scoped
            || other.id.gvk.cluster_scoped
            || other.id.same_namespace(&self.referrer.id)
            || self.bound.contains(&other.id.namespace)
    }

    /// Keeps what was in the namespace at first, if anything at all was, and otherwise what is in it now.
    fn keep_namespace(&self, namespace: &str, found: &mut Vec<usize>) {
        let all = &self.index.candidates;
        let scoped = |candidate: &Candidate| !candidate.first_namespace.starts_with("_non_namespaceable_");
        let first = |candidate: &Candidate| scoped(candidate) && &*candidate.first_namespace == namespace;
        let there = self.index.by_first_namespace.get(namespace).map_or(&[][..], Vec::as_slice);
        if there.iter().any(|at| first(&all[*at]) && self.reaches(&all[*at])) {
            found.retain(|at| first(&all[*at]));
        } else {
            let now = |id: &ResId| !id.gvk.cluster_scoped && id.effective_namespace() == namespace;
            found.retain(|at| now(&all[*at].id));
        }
    }

    fn same_namespace(&self, other: &Candidate) -> bool {
        self.referrer.id.gvk.cluster_scoped
            || other.id.gvk.cluster_scoped
            || &*other.id.gvk.kind == "ServiceAccount"
            || other.id.same_namespace(&self.referrer.id)
    }

    fn same_affixes(&self, other: &Candidate, allow_empty: bool) -> bool {
        let same = |mine: &[Str], theirs: &[Str]| {
            (allow_empty && (mine.is_empty() || theirs.is_empty())) || same_end(mine, theirs)
        };
        same(&self.referrer.prefixes, &other.prefixes) && same(&self.referrer.suffixes, &other.suffixes)
    }
}

/// Whether the longer list ends as the shorter one; an empty one is only like an empty one.
fn same_end(a: &[Str], b: &[Str]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.is_empty() { long.is_empty() } else { long.ends_with(short) }
}
