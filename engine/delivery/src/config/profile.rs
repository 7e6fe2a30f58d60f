//! `profiles/<profile>.yaml`, and the four profiles that every project has.

use super::name::Name;
use super::settings::Controls;
use super::shape::{choice, record};
use crate::diagnostic::{Span, Spanned};
use crate::resolve::{Target, UnitId};
use fairlead_world::RepoPath;

record! {
    /// A named set of delivery settings.
    pub struct Profile {
        /// The sync controls.
        "sync" => sync: Controls = Controls::default(),
        /// Who starts a synchronization: `none`, or `manual` where a person approves each.
        "approval" => approval: Option<Approval>,
        /// The cells that a generation with this profile writes; everything else stays as it is. All where absent.
        "subset" => subset: Option<Subset>,
    }
}

choice! {
    /// Whether a person approves each synchronization.
    pub enum Approval {
        /// Nobody has to.
        "none" => None,
        /// Somebody has to.
        "manual" => Manual,
    }
}

record! {
    /// Some of the cells: those whose tenant, environment, workload and one of whose targets are named. A list that is
    /// absent or empty restricts nothing.
    pub struct Subset {
        /// The tenants.
        "tenants" => tenants: Vec<Spanned<Name>>,
        /// The environments.
        "environments" => environments: Vec<Spanned<Name>>,
        /// The workloads.
        "workloads" => workloads: Vec<Spanned<Name>>,
        /// The targets, by name.
        "targets" => targets: Vec<Spanned<Name>>,
    }
}

impl Profile {
    /// The same over another of its name: what it leaves out is taken from there.
    pub(crate) fn over(&self, below: &Profile) -> Profile {
        let (own, other) = (self.sync.clone(), below.sync.clone());
        Profile {
            sync: Controls {
                auto_sync: own.auto_sync.or(other.auto_sync),
                prune: own.prune.or(other.prune),
                self_heal: own.self_heal.or(other.self_heal),
                retry: own.retry.or(other.retry),
                replace: own.replace.or(other.replace),
            },
            approval: self.approval.or(below.approval),
            subset: self.subset.clone().or_else(|| below.subset.clone()),
        }
    }
}

impl Subset {
    /// Whether it has a unit.
    pub(crate) fn selects(&self, id: &UnitId, targets: &[Target]) -> bool {
        fn has(names: &[Spanned<Name>], name: &Name) -> bool {
            names.is_empty() || names.iter().any(|candidate| candidate.value == *name)
        }
        has(&self.tenants, &id.tenant)
            && has(&self.environments, &id.environment)
            && has(&self.workloads, &id.workload)
            && targets.iter().any(|target| has(&self.targets, &target.name))
    }
}

/// The profiles that every project has; a file of the same name in `profiles/` overrides one field by field.
pub(super) fn built_in() -> [(&'static str, Profile); 4] {
    let place = Span { path: RepoPath::root(), line: 0, column: 0 };
    let set = |value: bool| Some(Spanned::new(value, place.clone()));
    let sync = |auto_sync, prune, self_heal| Controls { auto_sync, prune, self_heal, ..Controls::default() };
    let profile = |sync, approval| Profile { sync, approval: Some(approval), subset: None };
    [
        ("development", profile(sync(set(true), set(true), set(true)), Approval::None)),
        ("staging", profile(sync(set(true), set(true), set(false)), Approval::None)),
        ("production", profile(sync(set(false), set(false), None), Approval::Manual)),
        ("canary", profile(sync(set(true), None, None), Approval::None)),
    ]
}
