//! Charts that are not in the tree: which ones a kustomization asks for, and what becomes of the answers.
#![allow(clippy::unwrap_used, reason = "a test stops at the first thing that goes wrong")]

use fairlead_helm::{Dialect, File, chart::pack};
use fairlead_kustomize::{Charts, Error, NoPackage, Options, Packages, RemoteChart, build, remote_charts};
use fairlead_template::{Environment, FnError, Site};
use fairlead_world::{Blob, Digest, MemoryWorld, Need, RepoPath};

struct Nothing;

impl Environment for Nothing {
    fn dialect(&self) -> fairlead_template::Dialect {
        fairlead_template::Dialect::Helm4
    }
    fn now(&self, _: &Site) -> Result<(i64, u32), FnError> {
        Ok((0, 0))
    }
    fn random(&self, _: &Site, _: &mut [u8]) -> Result<(), FnError> {
        Err(FnError::new("none"))
    }
}

struct Shelf(Result<Blob, NoPackage>);

impl Packages for Shelf {
    fn package(&self, _: &RemoteChart) -> Result<Blob, NoPackage> {
        self.0.clone()
    }
}

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

fn world(files: &[(&str, &str)]) -> MemoryWorld {
    let mut world = MemoryWorld::new();
    for (name, text) in files {
        world.insert(path(name), Blob::from(*text));
    }
    world
}

const ENTRY: &str = "helmCharts:\n- {name: web, repo: 'https://charts.example.com', version: 1.0.0}\n";

fn built(package: Result<Blob, NoPackage>) -> Result<String, Error> {
    let shelf = Shelf(package);
    let charts = Charts {
        dialect: Dialect::Helm4,
        environment: &Nothing,
        kube_version: "",
        api_versions: &[],
        packages: Some(&shelf),
    };
    let options = Options { charts: Some(charts), ..Options::default() };
    let world = world(&[("app/kustomization.yaml", ENTRY)]);
    build(&world, &path("app"), &options).result.and_then(|resources| resources.print())
}

#[test]
fn every_chart_below_is_found_once_and_those_in_the_tree_are_not() {
    let world = world(&[
        (
            "app/kustomization.yaml",
            "resources: [../base, gone.yaml]\ncomponents: [../part]\ngenerators: [more.yaml]\n",
        ),
        (
            "app/more.yaml",
            "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: more}\nname: more\nrepo: oci://example.com/charts/\ndevel: true\n",
        ),
        ("base/kustomization.yaml", ENTRY),
        (
            "part/kustomization.yaml",
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nhelmCharts:\n\
             - {name: web, repo: 'https://charts.example.com', version: 1.0.0}\n\
             - {name: kept, repo: 'https://charts.example.com'}\n- {name: local}\n",
        ),
        ("part/charts/kept/Chart.yaml", "name: kept\n"),
    ]);
    let found = remote_charts(&world, &path("app"), &Options::default()).unwrap();
    let found: Vec<_> =
        found.iter().map(|chart| (chart.name.as_str(), chart.oci(), chart.requested())).collect();
    let more = Some("oci://example.com/charts/more".to_owned());
    assert_eq!(found, [("web", None, "1.0.0"), ("more", more, ">0.0.0-0")]);
}

#[test]
fn a_package_is_rendered() {
    let service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\n";
    let chart = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
    let file = |name: &str, text: &str| File::new(name, text.as_bytes());
    let files = [file("Chart.yaml", chart), file("values.yaml", ""), file("templates/service.yaml", service)];
    let printed = built(Ok(Blob::from(pack("web", &files)))).unwrap();
    assert_eq!(printed, "apiVersion: v1\nkind: Service\nmetadata:\n  name: release-name\n");
}

#[test]
fn what_is_not_there_yet_is_needed_and_what_never_will_be_is_told() {
    let digest = Digest::of(b"package");
    let needed = built(Err(NoPackage::Needed(Need::Content(digest))));
    assert_eq!(needed, Err(Error::Needed(vec![Need::Content(digest)])));
    let refused = built(Err(NoPackage::Refused("it is not locked".to_owned()))).unwrap_err();
    assert!(
        refused
            .to_string()
            .ends_with("unable to pull chart 'web' of 'https://charts.example.com': it is not locked"),
        "{refused}"
    );
    let broken = built(Ok(Blob::from("no package"))).unwrap_err();
    assert!(broken.to_string().contains("unable to pull chart 'web'"), "{broken}");
}
