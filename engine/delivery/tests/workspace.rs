//! An edit renders again what read it, and nothing else: the renders are counted.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

#[path = "support/project.rs"]
mod project;

use fairlead_delivery::Workspace;
use fairlead_delivery::generate::{self, Options};
use fairlead_world::{Blob, MemoryWorld, RepoPath};

const PROJECT: &str = "
-- delivery.yaml --
apiVersion: fairlead.dev/v1
kind: Delivery
repoURL: https://git.example.com/shop.git
-- charts/api/values.yaml --
replicas: 1
name: \"{{hq.var.name}}\"
-- charts/api/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  replicas: {{ .Values.replicas | quote }}
  name: {{ .Values.name }}
-- bundles/rules/a.yaml --
apiVersion: v1
kind: ConfigMap
metadata:
  name: rules
-- workloads/rules.yaml --
apiVersion: fairlead.dev/v1
kind: Workload
bundle:
  path: bundles/rules
-- bindings/rules.yaml --
apiVersion: fairlead.dev/v1
kind: Binding
workload: rules
tenants: [acme]
environments: [dev]
-- values/api.yaml --
replicas: 2
-- values/services/acme/dev/api.yaml --
replicas: 3
-- variables/project.yaml --
apiVersion: fairlead.dev/v1
kind: Variables
variables:
  name: shop
";

const ALL: &[&str] =
    &["api/acme/dev", "api/acme/prod", "api/globex/dev", "api/globex/prod", "rules/acme/dev"];

struct Open(Workspace<MemoryWorld>);

impl Open {
    fn new() -> Open {
        let mut open = Open(Workspace::new(project::world(PROJECT), project::root(), Options::default()));
        assert_eq!(open.renders(), ALL);
        open
    }

    /// What has to be rendered again. What comes out is compared with a generation from nothing.
    fn renders(&mut self) -> Vec<String> {
        let update = self.0.update();
        assert_eq!(update.needs, []);
        let rendered = self.0.refresh().iter().map(ToString::to_string).collect();
        let whole = generate::generate(self.0.world_mut(), &project::root(), &Options::default());
        let preview = self.0.preview();
        assert_eq!(preview.files, whole.files);
        assert_eq!(preview.diagnostics, whole.diagnostics);
        rendered
    }

    /// Saves a file, so that the world below has it, too.
    fn edit(&mut self, path: &str, text: &str) -> Vec<String> {
        let path = project::root().join(path).unwrap();
        self.0.edit(path.clone(), Some(Blob::from(text)));
        self.0.world_mut().insert(path, Blob::from(text));
        self.renders()
    }

    fn remove(&mut self, path: &str) -> Vec<String> {
        let path = project::root().join(path).unwrap();
        self.0.edit(path.clone(), None);
        self.0.world_mut().remove(&path);
        self.renders()
    }
}

#[test]
fn nothing_is_rendered_where_nothing_changes() {
    let mut open = Open::new();
    assert_eq!(open.renders(), [""; 0]);
    assert_eq!(open.edit("README.md", "Nobody reads this."), [""; 0]);
    assert_eq!(open.edit("values/api.yaml", "# Only a comment.\nreplicas: 2\n"), [""; 0]);
}

#[test]
fn one_cell_s_values_are_one_cell_s() {
    let mut open = Open::new();
    assert_eq!(open.edit("values/services/acme/dev/api.yaml", "replicas: 4\n"), ["api/acme/dev"]);
    assert_eq!(open.edit("values/services/globex/prod/api.yaml", "replicas: 5\n"), ["api/globex/prod"]);
    assert_eq!(open.remove("values/services/acme/dev/api.yaml"), ["api/acme/dev"]);
}

#[test]
fn an_overridden_value_concerns_nobody() {
    let mut open = Open::new();
    let others = ["api/acme/prod", "api/globex/dev", "api/globex/prod"];
    assert_eq!(open.edit("values/api.yaml", "replicas: 7\n"), others);
}

#[test]
fn a_tenant_s_values_are_the_tenant_s() {
    let mut open = Open::new();
    let mine = ["api/globex/dev", "api/globex/prod"];
    assert_eq!(open.edit("values/tenants/globex/api.yaml", "replicas: 9\n"), mine);
    let text = "apiVersion: fairlead.dev/v1\nkind: Tenant\nlabels: {plan: gold}\n";
    assert_eq!(open.edit("tenants/globex.yaml", text), mine);
}

#[test]
fn a_chart_concerns_its_units_and_a_bundle_its_own() {
    let mut open = Open::new();
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n";
    assert_eq!(open.edit("charts/api/templates/config.yaml", text), ALL[..4]);
    assert_eq!(open.edit("bundles/rules/a.yaml", text), ["rules/acme/dev"]);
    assert_eq!(open.edit("bundles/rules/b.yaml", &text.replace("name: x", "name: y")), ["rules/acme/dev"]);
}

#[test]
fn a_variable_concerns_whoever_may_refer_to_it() {
    let mut open = Open::new();
    let text = "apiVersion: fairlead.dev/v1\nkind: Variables\nvariables: {name: bazaar}\n";
    assert_eq!(open.edit("variables/services/acme/prod/api.yaml", text), ["api/acme/prod"]);
}

#[test]
fn bindings_make_and_remove_units() {
    let mut open = Open::new();
    let text =
        "apiVersion: fairlead.dev/v1\nkind: Binding\nworkload: rules\ntenants: [acme]\nenvironments: \"*\"\n";
    assert_eq!(open.edit("bindings/rules.yaml", text), ["rules/acme/prod"]);
    assert_eq!(open.remove("bindings/rules.yaml"), [""; 0]);
    assert_eq!(open.0.preview().units.len(), 4);
}

#[test]
fn a_mistake_keeps_the_rest_and_is_told() {
    let mut open = Open::new();
    open.edit("values/services/acme/dev/api.yaml", "replicas: [\n");
    assert!(open.0.diagnostics().iter().any(|problem| problem.is_error()));
    assert_eq!(open.edit("values/services/acme/dev/api.yaml", "replicas: 3\n"), ["api/acme/dev"]);
    assert!(!open.0.diagnostics().iter().any(|problem| problem.is_error()));
}

#[test]
fn the_unit_in_view_comes_first() {
    let mut open = Open::new();
    let path = project::root().join("values/api.yaml").unwrap();
    open.0.edit(path.clone(), Some(Blob::from("replicas: 8\n")));
    assert_eq!(open.0.update().stale.len(), 3);
    let id = open.0.plan().unwrap().matrix.units[1].id.clone();
    let output = open.0.render(&id).unwrap();
    assert_eq!(output.diagnostics, []);
    let manifest = RepoPath::parse("shop/rendered/acme/prod/api/manifest.yaml").unwrap();
    assert!(output.files[&manifest].text().unwrap().contains("replicas: \"8\""));
    assert_eq!(open.0.refresh().len(), 2);
    open.0.close(&path);
    assert_eq!(open.0.update().stale.len(), 3);
}
