//! `fairlead kustomize build` on a real disk, and kustomizations of a project that inflate charts of a repository.

use std::os::unix::fs::symlink;

use fairlead_helm::File;
use fairlead_helm::chart::pack;

use crate::charts::{Server, contents, project, run};
use crate::sandbox::Sandbox;

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n";

/// A package of the chart `web`, with values as Kustomize wants them of every chart.
fn package(version: &str, data: &str) -> Vec<u8> {
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: web\ndata: {{ toJson .Values.data }}\n";
    let file = |name: &str, text: &str| File::new(name, text.as_bytes());
    let chart = format!("apiVersion: v2\nname: web\nversion: {version}\n");
    let values = format!("data:\n  of: {data}\n  size: small\n");
    let files =
        [file("Chart.yaml", &chart), file("values.yaml", &values), file("templates/config.yaml", config)];
    pack("web", &files)
}

/// A base that inflates the server's `web`.
fn base(server: &Server, version: &str) -> String {
    let address = server.address();
    format!("namePrefix: my-\nhelmCharts:\n- name: web\n  repo: {address}\n  version: \"{version}\"\n")
}

#[test]
fn a_chart_of_a_repository_is_fetched_only_where_charts_are_enabled() {
    let server = Server::start();
    server.offer(&[("1.0.0", package("1.0.0", "old")), ("1.1.0", package("1.1.0", "new"))]);
    let sandbox = Sandbox::empty();
    sandbox.write("base/kustomization.yaml", &base(&server, "~1.0.0"));
    let refused = run(&sandbox, &["kustomize", "build", "base"]).ended_with(1);
    assert!(refused.stderr.contains("must specify --enable-helm"), "{}", refused.stderr);
    assert!(server.asked.lock().unwrap().is_empty());
    let built = run(&sandbox, &["kustomize", "build", "base", "--enable-helm"]).succeeded();
    assert_eq!(
        built.stdout,
        "apiVersion: v1\ndata:\n  of: old\n  size: small\nkind: ConfigMap\nmetadata:\n  name: my-web\n"
    );
    assert!(!sandbox.path("base/charts").exists(), "the tree stays as it is");
    sandbox.write("base/kustomization.yaml", &base(&server, "9.0.0"));
    let missing = run(&sandbox, &["kustomize", "build", "base", "--enable-helm"]).ended_with(1);
    assert!(missing.stderr.contains("unable to pull chart 'web' of 'http://127.0.0.1"), "{}", missing.stderr);
    assert!(missing.stderr.contains("9.0.0"), "{}", missing.stderr);
}

#[test]
fn values_of_a_fetched_chart_are_those_of_its_package_with_the_entry_on_top() {
    let server = Server::start();
    server.offer(&[("1.0.0", package("1.0.0", "red"))]);
    let sandbox = Sandbox::empty();
    let entry = base(&server, "1.0.0") + "  valuesInline:\n    data:\n      size: large\n";
    sandbox.write("base/kustomization.yaml", &entry);
    let built = run(&sandbox, &["kustomize", "build", "base", "--enable-helm"]).succeeded();
    assert!(built.stdout.contains("data:\n  of: red\n  size: large\n"), "{}", built.stdout);
}

#[test]
fn a_projects_base_inflates_the_package_that_the_lock_names() {
    let server = Server::start();
    server.offer(&[("1.0.0", package("1.0.0", "old"))]);
    let sandbox = project(&server, "1.0.0");
    sandbox.write(
        "workloads/hello.yaml",
        "apiVersion: fairlead.dev/v1\nkind: Workload\nkustomize:\n  path: bases/hello/overlay\n",
    );
    sandbox.write("bases/hello/overlay/kustomization.yaml", "resources:\n- ../base\n");
    sandbox.write("bases/hello/base/kustomization.yaml", &base(&server, "^1.0.0"));
    sandbox.commit("begin");
    let unlocked = run(&sandbox, &["generate"]);
    assert_ne!(unlocked.status, 0);
    assert!(
        format!("{}{}", unlocked.stdout, unlocked.stderr).contains("run `fairlead lock`"),
        "{}{}",
        unlocked.stdout,
        unlocked.stderr
    );
    let stale = run(&sandbox, &["lock", "--check"]).ended_with(1);
    assert!(stale.stdout.contains("version `^1.0.0` of `web` of http://127.0.0.1"), "{}", stale.stdout);
    assert!(server.asked.lock().unwrap().is_empty());
    run(&sandbox, &["lock"]).succeeded();
    run(&sandbox, &["lock", "--check"]).succeeded();
    assert_eq!(contents(&sandbox), 1);
    // Another version of the repository, and no server at all: the lock and what is kept decide.
    server.answers.lock().unwrap().clear();
    sandbox.commit("lock");
    run(&sandbox, &["generate"]).succeeded();
    let manifest = sandbox.git(["show", "deploy:rendered/acme/development/hello/manifest.yaml"]);
    assert!(manifest.contains("name: my-web") && manifest.contains("of: old"), "{manifest}");
    // What was kept and is lost is fetched again, by its digest.
    std::fs::remove_dir_all(sandbox.root().join(".git/cache")).unwrap();
    server.offer(&[("1.0.0", package("1.0.0", "other"))]);
    let changed = run(&sandbox, &["generate"]);
    assert_ne!(changed.status, 0);
    assert!(changed.stderr.contains("the lock names"), "{}", changed.stderr);
}

#[test]
fn a_component_laid_on_a_unit_inflates_what_the_lock_names() {
    let server = Server::start();
    server.offer(&[("1.0.0", package("1.0.0", "laid"))]);
    let sandbox = project(&server, "1.0.0");
    sandbox.write(
        "workloads/hello.yaml",
        "apiVersion: fairlead.dev/v1\nkind: Workload\nkustomize:\n  path: bases/hello\n",
    );
    sandbox.write("bases/hello/kustomization.yaml", "resources:\n- service.yaml\n");
    sandbox.write("bases/hello/service.yaml", SERVICE);
    let component = format!(
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n{}",
        base(&server, "1.0.0").replace("namePrefix: my-\n", "")
    );
    sandbox.write("components/extra/kustomization.yaml", &component);
    sandbox.edit("bindings/hello.yaml", |text| text + "overlays:\n- component: components/extra\n");
    run(&sandbox, &["lock"]).succeeded();
    sandbox.commit("begin");
    run(&sandbox, &["generate"]).succeeded();
    let manifest = sandbox.git(["show", "deploy:rendered/acme/development/hello/manifest.yaml"]);
    assert!(manifest.contains("of: laid") && manifest.contains("kind: Service"), "{manifest}");
}

#[test]
fn links_are_followed_inside_the_root_and_refused_where_they_lead_out() {
    let sandbox = Sandbox::empty();
    sandbox.write("app/kustomization.yaml", "resources:\n- linked.yaml\n- again\n");
    sandbox.write("app/real/service.yaml", SERVICE);
    sandbox.write("other/kustomization.yaml", "namePrefix: other-\nresources:\n- service.yaml\n");
    sandbox.write("other/service.yaml", SERVICE);
    sandbox.write("secret.yaml", SERVICE);
    symlink("real/service.yaml", sandbox.path("app/linked.yaml")).unwrap();
    symlink("../other", sandbox.path("app/again")).unwrap();
    let built = sandbox.fairlead(["kustomize", "build", "app"]).succeeded();
    assert!(built.stdout.contains("  name: web\n") && built.stdout.contains("  name: other-web\n"));
    // The folder itself may be named by a link.
    symlink("app", sandbox.path("short")).unwrap();
    assert_eq!(sandbox.fairlead(["kustomize", "build", "short"]).succeeded().stdout, built.stdout);

    std::fs::remove_file(sandbox.path("app/linked.yaml")).unwrap();
    for target in ["../secret.yaml".to_owned(), sandbox.path("secret.yaml").display().to_string()] {
        symlink(&target, sandbox.path("app/linked.yaml")).unwrap();
        let out = sandbox.fairlead(["kustomize", "build", "app"]).ended_with(1);
        assert!(out.stderr.contains("security; file '"), "{target}: {}", out.stderr);
        assert!(out.stderr.contains("is not in or below '"), "{target}: {}", out.stderr);
        assert_eq!(out.stdout, "");
        let allowed = ["kustomize", "build", "app", "--load-restrictor", "LoadRestrictionsNone"];
        sandbox.fairlead(allowed).succeeded();
        std::fs::remove_file(sandbox.path("app/linked.yaml")).unwrap();
    }
    symlink("linked.yaml", sandbox.path("app/linked.yaml")).unwrap();
    sandbox.fairlead(["kustomize", "build", "app"]).ended_with(1);
    std::fs::remove_file(sandbox.path("app/linked.yaml")).unwrap();
    symlink("gone.yaml", sandbox.path("app/linked.yaml")).unwrap();
    let dangling = sandbox.fairlead(["kustomize", "build", "app"]).ended_with(1);
    assert!(dangling.stderr.contains("no such file or directory"), "{}", dangling.stderr);
}

#[test]
fn flags_about_functions_change_nothing_and_functions_are_refused() {
    let sandbox = Sandbox::empty();
    sandbox.write("app/kustomization.yaml", "resources:\n- service.yaml\n");
    sandbox.write("app/service.yaml", SERVICE);
    let flags = [
        "--enable-alpha-plugins",
        "--enable-exec",
        "--as-current-user",
        "--network",
        "--network-name=x",
        "--mount=type=bind",
        "--env=A=b",
        "--stack-trace",
        "--helm-command=helm",
        "--helm-debug",
    ];
    for flag in flags {
        let built = sandbox.fairlead(["kustomize", "build", "app", flag]).succeeded();
        assert_eq!((built.stdout.as_str(), built.stderr.as_str()), (SERVICE, ""), "{flag}");
    }
    let built = sandbox.fairlead(["kustomize", "build", "app", "--reorder", "none"]).succeeded();
    assert!(built.stderr.starts_with("Flag --reorder has been deprecated"), "{}", built.stderr);
    sandbox.write("app/kustomization.yaml", "generators:\n- run.yaml\n");
    sandbox.write(
        "app/run.yaml",
        "apiVersion: example.com/v1\nkind: Run\nmetadata:\n  name: run\n  annotations:\n    \
         config.kubernetes.io/function: |\n      exec: {path: ./run.sh}\n",
    );
    let flags = ["--enable-alpha-plugins", "--enable-exec"];
    let refused = sandbox.fairlead(["kustomize", "build", "app"].iter().chain(&flags)).ended_with(1);
    assert!(refused.stderr.contains("unable to load external plugin 'Run'"), "{}", refused.stderr);
}
