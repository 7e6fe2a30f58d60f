//! What no file can know by itself: whether references lead anywhere, and whether choices are made exactly once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fairlead_world::EntryKind;

use super::files::{Files, Tree};
use super::name::check_subdomain;
use super::reader::nearest;
use super::{Entry, Name, Overlay, Patch, Project, Workload, shelves};
use crate::diagnostic::{Code, Diagnostic, Span, Spanned};

/// The folders of a project that hold files of one kind each, and the others that it may have.
const FOLDERS: &[&str] = &[
    "agents",
    "bindings",
    "clusters",
    "crds",
    "environments",
    "holds",
    "profiles",
    "schemas",
    "targets",
    "tenants",
    "values",
    "variables",
    "workloads",
];

/// The longest name of a Helm release.
const MAX_RELEASE: usize = 53;

/// Tells of folders whose names are nearly those that would be read: what is in them would be passed over silently.
pub(super) fn folders(files: &Files, tree: &Tree, diagnostics: &mut Vec<Diagnostic>) {
    for listed in tree.list(files, "") {
        if listed.kind != EntryKind::Folder || FOLDERS.contains(&&*listed.name) {
            continue;
        }
        if let Some(near) = nearest(&listed.name, FOLDERS) {
            let message = format!("nothing reads the folder `{}`", listed.name);
            let problem = Diagnostic::warning(Code::StrayFile, message, format!("did you mean `{near}`?"));
            diagnostics.push(problem.at(&Span::start(&tree.shown(&listed.name))));
        }
    }
}

/// Checks a whole project.
pub(super) fn project(
    project: &Project,
    present: &BTreeSet<(&'static str, Name)>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let mut check = Check { project, present, diagnostics };
    check.project_file();
    project.environments.values().for_each(|environment| check.environment(environment));
    project.tenants.values().for_each(|tenant| check.pins(&tenant.pins));
    project.clusters.values().for_each(|cluster| check.server(&cluster.server));
    project.workloads.values().for_each(|workload| check.workload(workload));
    project.bindings.values().for_each(|binding| check.binding(binding));
    project.targets.values().for_each(|target| check.target(target));
    project.agents.values().for_each(|agent| check.agent(agent));
    project.profiles.values().for_each(|profile| check.profile(profile));
    check.holds();
    check.layers();
}

struct Check<'a> {
    project: &'a Project,
    present: &'a BTreeSet<(&'static str, Name)>,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Check<'_> {
    fn error(&mut self, code: Code, place: &Span, message: String, resolution: impl Into<String>) {
        self.diagnostics.push(Diagnostic::error(code, message, resolution).at(place));
    }

    /// Checks that a name is one of those that there are.
    fn known<T>(&mut self, what: &str, name: &Spanned<Name>, there: &BTreeMap<Name, T>) {
        self.known_at(what, &name.value, &name.span, there);
    }

    fn known_at<T>(&mut self, what: &str, name: &Name, place: &Span, there: &BTreeMap<Name, T>) {
        let folder = FOLDERS.iter().find(|folder| folder.strip_suffix('s') == Some(what));
        let is_broken = folder.is_some_and(|folder| self.present.contains(&(*folder, name.clone())));
        if there.contains_key(name) || is_broken {
            return;
        }
        let names: Vec<&str> = there.keys().map(Name::as_str).collect();
        let hint = match nearest(name, &names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write `{what}s/{name}.yaml`, or name one that there is"),
        };
        self.error(Code::MissingReference, place, format!("there is no {what} `{name}`"), hint);
    }

    fn project_file(&mut self) {
        let file = &self.project.file;
        if let Some(branch) = &file.output.branch
            && let Err(reason) = check_branch(branch)
        {
            let message = format!("`{}` cannot be a branch: {reason}", branch.value);
            self.error(Code::InvalidName, &branch.span, message, "choose a name that git takes");
        }
        if let Some(profile) = &file.defaults.profile {
            self.known("profile", profile, &self.project.profiles);
        }
    }

    fn environment(&mut self, environment: &Arc<Entry<super::Environment>>) {
        if let Some(cluster) = &environment.cluster {
            self.known("cluster", cluster, &self.project.clusters);
        }
        if let Some(profile) = &environment.profile {
            self.known("profile", profile, &self.project.profiles);
        }
        self.pins(&environment.pins);
    }

    fn pins(&mut self, pins: &BTreeMap<Name, Spanned<Arc<str>>>) {
        for (workload, version) in pins {
            self.known_at("workload", workload, &version.span, &self.project.workloads);
        }
    }

    fn server(&mut self, server: &Spanned<Arc<str>>) {
        if let Err(reason) = check_address(server) {
            let message = format!("`{}` is no API server's address: {reason}", server.value);
            let hint = "write it as `https://host`, without credentials";
            self.error(Code::InvalidValue, &server.span, message, hint);
        }
    }

    fn workload(&mut self, workload: &Arc<Entry<Workload>>) {
        let place = Span::start(&workload.path);
        let Some(location) = shelves::location(workload) else {
            let place = source_place(workload).unwrap_or(place);
            let message =
                "a workload is exactly one of `chart`, `kustomize` and `bundle`, had from exactly one \
                           place"
                    .to_owned();
            let hint = "write one `path`, one `organization`, one `oci`, or one `repository` with a `name`";
            self.error(Code::InvalidValue, &place, message, hint);
            return;
        };
        let source = source_place(workload).unwrap_or(place);
        if matches!(location, crate::lock::Location::Organization(..))
            && self.project.organization_tree.is_none()
        {
            let message = format!("the project has no organization, and the workload wants {location}");
            let hint = "name the organization in `fairlead.yaml`, or give a `path`";
            self.error(Code::MissingReference, &source, message, hint);
        } else if self.project.shelves.get(&location).is_some_and(|shelf| !shelf.exists) {
            let message = format!("there is nothing at {location}");
            self.error(Code::MissingReference, &source, message, "correct the path, or put the files there");
        }
        if workload.chart.is_some() {
            self.release_name(workload);
        }
        workload.patches.iter().for_each(|patch| self.patch(patch, &patch.span));
        if let Some(bundle) = &workload.bundle {
            bundle.patches.iter().for_each(|patch| self.patch(patch, &patch.span));
        }
    }

    fn release_name(&mut self, workload: &Arc<Entry<Workload>>) {
        let (name, place) = match &workload.release_name {
            Some(name) => (&*name.value, name.span.clone()),
            None => (workload.name.as_str(), Span::start(&workload.path)),
        };
        if let Err(reason) = check_subdomain(name, MAX_RELEASE) {
            let message = format!("`{name}` cannot be a Helm release: {reason}");
            let hint = "set `releaseName` to at most 53 lower-case letters, digits, dashes and dots";
            self.error(Code::InvalidName, &place, message, hint);
        }
    }

    fn patch(&mut self, patch: &Patch, place: &Span) {
        if patch.patch.is_some() == patch.path.is_some() {
            let message = "a patch is either text in `patch` or a file in `path`".to_owned();
            self.error(Code::InvalidValue, place, message, "write exactly one of them");
        }
    }

    fn overlay(&mut self, overlay: &Spanned<Overlay>) {
        match (&overlay.patch, &overlay.component) {
            (Some(patch), None) => self.patch(patch, &overlay.span),
            (None, Some(_)) => {}
            _ => {
                let message = "an overlay is either a `patch` or a `component`".to_owned();
                self.error(Code::InvalidValue, &overlay.span, message, "write exactly one of them");
            }
        }
        let project = self.project;
        overlay.tenants.names().iter().for_each(|name| self.known("tenant", name, &project.tenants));
        overlay
            .environments
            .names()
            .iter()
            .for_each(|name| self.known("environment", name, &project.environments));
    }

    fn binding(&mut self, binding: &Arc<Entry<super::Binding>>) {
        let project = self.project;
        self.known("workload", &binding.workload, &project.workloads);
        binding.tenants.names().iter().for_each(|name| self.known("tenant", name, &project.tenants));
        binding
            .environments
            .names()
            .iter()
            .for_each(|name| self.known("environment", name, &project.environments));
        for rule in binding.include.iter().chain(&binding.exclude) {
            rule.tenant.iter().for_each(|name| self.known("tenant", name, &project.tenants));
            rule.environment.iter().for_each(|name| self.known("environment", name, &project.environments));
        }
        binding.overlays.iter().for_each(|overlay| self.overlay(overlay));
        let mut seen: BTreeMap<(&Name, &Name), &Span> = BTreeMap::new();
        for cell in &binding.cells {
            self.known("tenant", &cell.tenant, &project.tenants);
            self.known("environment", &cell.environment, &project.environments);
            cell.target
                .iter()
                .chain(&cell.targets)
                .for_each(|name| self.known("target", name, &project.targets));
            if cell.target.is_some() && !cell.targets.is_empty() {
                let message = "a cell has either `target` or `targets`".to_owned();
                self.error(Code::InvalidValue, &cell.span, message, "write exactly one of them");
            }
            cell.overlays.iter().for_each(|overlay| self.overlay(overlay));
            if let Some(first) = seen.insert((&cell.tenant.value, &cell.environment.value), &cell.span) {
                let message = format!(
                    "the cell {}/{} stands twice, first in line {}",
                    cell.tenant.value, cell.environment.value, first.line
                );
                self.error(Code::BoundTwice, &cell.span, message, "make one of both");
            }
        }
    }

    fn target(&mut self, target: &Arc<Entry<super::TargetFile>>) {
        let project = self.project;
        self.known("tenant", &target.tenant, &project.tenants);
        self.known("environment", &target.environment, &project.environments);
        target.cluster.iter().for_each(|name| self.known("cluster", name, &project.clusters));
        target.server.iter().for_each(|server| self.server(server));
        if let (Some(_), Some(server)) = (&target.cluster, &target.server) {
            let message = "a target names either a `cluster` or a `server`".to_owned();
            self.error(Code::InvalidValue, &server.span, message, "remove one of them");
        }
        if let Some(agent) = &target.agent {
            let agents: BTreeMap<Name, ()> =
                project.agents.values().map(|binding| (binding.agent_name().clone(), ())).collect();
            self.known("agent", agent, &agents);
        }
    }

    fn agent(&mut self, binding: &Arc<Entry<super::AgentBinding>>) {
        let project = self.project;
        binding.cluster.iter().for_each(|name| self.known("cluster", name, &project.clusters));
        for cell in &binding.cells {
            cell.tenant.iter().for_each(|name| self.known("tenant", name, &project.tenants));
            self.known("environment", &cell.environment, &project.environments);
        }
    }

    fn profile(&mut self, profile: &Arc<Entry<super::Profile>>) {
        let project = self.project;
        let Some(subset) = &profile.subset else { return };
        subset.tenants.iter().for_each(|name| self.known("tenant", name, &project.tenants));
        subset.environments.iter().for_each(|name| self.known("environment", name, &project.environments));
        subset.workloads.iter().for_each(|name| self.known("workload", name, &project.workloads));
        let mut targets: BTreeMap<Name, ()> = project.targets.keys().map(|name| (name.clone(), ())).collect();
        targets.extend(project.clusters.keys().map(|name| (name.clone(), ())));
        subset.targets.iter().for_each(|name| self.known("target", name, &targets));
    }

    fn holds(&mut self) {
        for hold in self.project.holds.values() {
            let oid = &hold.tree;
            let is_oid =
                matches!(oid.len(), 40 | 64) && oid.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
            if !is_oid {
                let message = format!("`{}` is no tree's object id", oid.value);
                let hint = "write its 40 or 64 hexadecimal digits, or remove the hold";
                self.error(Code::InvalidValue, &hold.tree.span.clone(), message, hint);
            }
        }
    }

    /// Values and variables of tenants, environments and workloads that there are not would be passed over silently.
    fn layers(&mut self) {
        let project = self.project;
        let values = &project.values;
        let mut found: Vec<(&str, &Name, Span)> = Vec::new();
        for (tenant, shelf) in &values.tenants {
            found.extend(shelf.first().map(|layer| ("tenant", tenant, Span::start(&layer.path))));
        }
        for (environment, shelf) in &values.environments {
            found.extend(shelf.first().map(|layer| ("environment", environment, Span::start(&layer.path))));
        }
        let shelves = std::iter::once(&values.project)
            .chain(values.tenants.values())
            .chain(values.environments.values());
        for (workload, layer) in shelves.flat_map(|shelf| &shelf.workloads) {
            found.push(("workload", workload, Span::start(&layer.path)));
        }
        for ((tenant, environment), layers) in &values.services {
            for (workload, layer) in layers.iter() {
                let place = Span::start(&layer.path);
                found.push(("tenant", tenant, place.clone()));
                found.push(("environment", environment, place.clone()));
                found.push(("workload", workload, place));
            }
        }
        let variables = &project.variables;
        found.extend(variables.tenants.iter().map(|(name, file)| ("tenant", name, Span::start(&file.path))));
        found.extend(
            variables.environments.iter().map(|(name, file)| ("environment", name, Span::start(&file.path))),
        );
        for ((tenant, environment), files) in &variables.services {
            for (workload, file) in files {
                let place = Span::start(&file.path);
                found.push(("tenant", tenant, place.clone()));
                found.push(("environment", environment, place.clone()));
                found.push(("workload", workload, place));
            }
        }
        for (what, name, place) in found {
            match what {
                "tenant" => self.known_at(what, name, &place, &project.tenants),
                "environment" => self.known_at(what, name, &place, &project.environments),
                _ => self.known_at(what, name, &place, &project.workloads),
            }
        }
    }
}

/// Where a workload says what it is.
fn source_place(workload: &Workload) -> Option<Span> {
    let chart = workload.chart.as_ref().map(|source| &source.span);
    let kustomize = workload.kustomize.as_ref().map(|source| &source.span);
    let bundle = workload.bundle.as_ref().map(|source| &source.span);
    chart.or(kustomize).or(bundle).cloned()
}

/// Checks a branch's name as `git check-ref-format` does.
fn check_branch(name: &str) -> Result<(), &'static str> {
    let bad = |c: char| c.is_ascii_control() || matches!(c, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\');
    if name.is_empty() || name.len() > 250 {
        return Err("it is empty or longer than 250 bytes");
    }
    if name.contains(bad) {
        return Err("it has a space, a control character or one of `~ ^ : ? * [ \\`");
    }
    if name.contains("..") || name.contains("@{") || name.contains("//") || name == "@" || name == "HEAD" {
        return Err("it has `..`, `@{` or `//`, or is git's own");
    }
    let ends = name.starts_with(['/', '-']) || name.ends_with(['/', '.']);
    let parts = name.split('/').any(|part| part.starts_with('.') || part.ends_with(".lock"));
    if ends || parts { Err("a part begins with `.` or `-`, or ends in `.`, `/` or `.lock`") } else { Ok(()) }
}

/// Checks the address of an API server: nothing in it may surprise whoever reads it as a URL.
fn check_address(address: &str) -> Result<(), &'static str> {
    let rest = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"))
        .ok_or("it does not begin with `https://`")?;
    let host = rest.split('/').next().unwrap_or_default();
    if host.is_empty() {
        return Err("it has no host");
    }
    if host.contains('@') {
        return Err("it has credentials");
    }
    let odd =
        |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '"' | '<' | '>' | '?' | '#');
    if address.contains(odd) { Err("it has a character that addresses do not have") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_are_what_git_takes() {
        for good in ["deploy", "env/prod", "a-b_c.d"] {
            assert_eq!(check_branch(good), Ok(()), "{good}");
        }
        for bad in ["", "a..b", "a@{b", "-x", "a/.b", "a.lock", "a b", "a:b", "@", "a/", "a\u{7}"] {
            assert!(check_branch(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn addresses_carry_nothing_odd() {
        assert_eq!(check_address("https://k8s.example.com:6443/x"), Ok(()));
        for bad in ["k8s", "https://", "https://u:p@h", "https://h\n", "https://h\\x", "ftp://h"] {
            assert!(check_address(bad).is_err(), "{bad}");
        }
    }
}
