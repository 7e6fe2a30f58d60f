//! Every file of values that a project has, found by tenant, environment and workload.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Layer, Scope};
use crate::config::Name;
use crate::resolve::UnitId;

/// The files of values of a project.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Index {
    /// `values/`.
    pub project: Shelf,
    /// `values/tenants/<tenant>/`.
    pub tenants: BTreeMap<Name, Shelf>,
    /// `values/environments/<environment>/`.
    pub environments: BTreeMap<Name, Shelf>,
    /// `values/services/<tenant>/<environment>/`, by workload.
    pub services: BTreeMap<(Name, Name), Arc<BTreeMap<Name, Arc<Layer>>>>,
}

/// The files of values of one scope.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shelf {
    /// `global.yaml`.
    pub global: Option<Arc<Layer>>,
    /// `<workload>.yaml`.
    pub workloads: BTreeMap<Name, Arc<Layer>>,
}

impl Shelf {
    /// Any of its layers.
    pub fn first(&self) -> Option<&Arc<Layer>> {
        self.global.iter().chain(self.workloads.values()).next()
    }

    fn layers<'a>(&'a self, workload: &Name) -> impl Iterator<Item = &'a Arc<Layer>> + use<'a> {
        self.global.iter().chain(self.workloads.get(workload))
    }
}

impl Index {
    /// The layers of one cell, from the weakest to the strongest.
    pub fn layers(&self, workload: &Name, tenant: &Name, environment: &Name) -> Vec<Arc<Layer>> {
        let shelves = [Some(&self.project), self.tenants.get(tenant), self.environments.get(environment)];
        let service = self
            .services
            .get(&(tenant.clone(), environment.clone()))
            .and_then(|workloads| workloads.get(workload));
        shelves
            .into_iter()
            .flatten()
            .flat_map(|shelf| shelf.layers(workload))
            .chain(service)
            .cloned()
            .collect()
    }

    /// Every layer, from the weakest scope to the strongest.
    pub fn all(&self) -> impl Iterator<Item = &Arc<Layer>> {
        let shelves =
            std::iter::once(&self.project).chain(self.tenants.values()).chain(self.environments.values());
        shelves
            .flat_map(|shelf| shelf.global.iter().chain(shelf.workloads.values()))
            .chain(self.services.values().flat_map(|workloads| workloads.values()))
    }

    /// Puts a layer in the place of the one that it has for a unit. Nothing else is looked at: a project has a hundred
    /// thousand of them, and an edit concerns one.
    pub(crate) fn replace(&mut self, layer: &Arc<Layer>, unit: &UnitId) {
        let shelf = match layer.scope {
            Scope::Tenant => self.tenants.get_mut(&unit.tenant),
            Scope::Environment => self.environments.get_mut(&unit.environment),
            Scope::Service => {
                let cell = (unit.tenant.clone(), unit.environment.clone());
                let known = self.services.get_mut(&cell).map(Arc::make_mut);
                if let Some(known) = known.and_then(|workloads| workloads.get_mut(&unit.workload)) {
                    *known = layer.clone();
                }
                return;
            }
            Scope::Chart | Scope::Organization | Scope::Project => Some(&mut self.project),
        };
        let Some(shelf) = shelf else { return };
        let known = shelf.global.iter_mut().chain(shelf.workloads.get_mut(&unit.workload));
        for place in known.filter(|known| known.path == layer.path) {
            *place = layer.clone();
        }
    }

    /// Puts a layer where its scope and names say; the names are those of its folders.
    pub fn insert(&mut self, layer: Arc<Layer>, folders: &[Name], workload: Option<Name>) {
        let shelf = match (layer.scope, folders) {
            (Scope::Tenant, [tenant]) => self.tenants.entry(tenant.clone()).or_default(),
            (Scope::Environment, [environment]) => self.environments.entry(environment.clone()).or_default(),
            (Scope::Service, [tenant, environment]) => {
                if let Some(workload) = workload {
                    let cell = (tenant.clone(), environment.clone());
                    Arc::make_mut(self.services.entry(cell).or_default()).insert(workload, layer);
                }
                return;
            }
            _ => &mut self.project,
        };
        match workload {
            Some(workload) => {
                shelf.workloads.insert(workload, layer);
            }
            None => shelf.global = Some(layer),
        }
    }
}
