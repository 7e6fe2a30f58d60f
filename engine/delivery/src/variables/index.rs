//! Every file of variables that a project has, and those that one cell sees.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::{Entry, Key, Name, Variable, Variables};
use crate::diagnostic::Spanned;
use crate::values::Scope;

/// A file of variables.
pub type VariableFile = Arc<Entry<Variables>>;

/// The files of variables of a project and its organization.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Index {
    /// The organization's `variables/org.yaml`.
    pub organization: Option<VariableFile>,
    /// `variables/project.yaml`.
    pub project: Option<VariableFile>,
    /// `variables/environments/<environment>.yaml`.
    pub environments: BTreeMap<Name, VariableFile>,
    /// `variables/tenants/<tenant>.yaml`.
    pub tenants: BTreeMap<Name, VariableFile>,
    /// `variables/services/<tenant>/<environment>/<workload>.yaml`.
    pub services: BTreeMap<(Name, Name), BTreeMap<Name, VariableFile>>,
}

impl Index {
    /// The files that one cell sees.
    pub fn scopes(&self, workload: &Name, tenant: &Name, environment: &Name) -> Scopes {
        let service = self
            .services
            .get(&(tenant.clone(), environment.clone()))
            .and_then(|workloads| workloads.get(workload));
        Scopes {
            organization: self.organization.clone(),
            project: self.project.clone(),
            environment: self.environments.get(environment).cloned(),
            tenant: self.tenants.get(tenant).cloned(),
            service: service.cloned(),
        }
    }
}

/// The files of variables that one cell sees.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scopes {
    /// The organization's.
    pub organization: Option<VariableFile>,
    /// The project's.
    pub project: Option<VariableFile>,
    /// The environment's.
    pub environment: Option<VariableFile>,
    /// The tenant's.
    pub tenant: Option<VariableFile>,
    /// The cell's own.
    pub service: Option<VariableFile>,
}

impl Scopes {
    /// The variable that a reference means: in one scope where it names one, else in the strongest that has it.
    /// Precedence: service, tenant, environment, project, organization.
    pub fn find(&self, scope: Option<Scope>, key: &str) -> Option<(Scope, &Spanned<Variable>)> {
        let files = [
            (Scope::Service, &self.service),
            (Scope::Tenant, &self.tenant),
            (Scope::Environment, &self.environment),
            (Scope::Project, &self.project),
            (Scope::Organization, &self.organization),
        ];
        files
            .into_iter()
            .filter(|(candidate, _)| scope.is_none_or(|scope| scope == *candidate))
            .find_map(|(found, file)| Some((found, file.as_ref()?.variables.get::<str>(key)?)))
    }

    /// Every key that any scope has.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        let files = [&self.service, &self.tenant, &self.environment, &self.project, &self.organization];
        files.into_iter().flatten().flat_map(|file| file.variables.keys())
    }
}
