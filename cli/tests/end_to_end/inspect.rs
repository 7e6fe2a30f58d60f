//! The commands that only look: they print in three forms and write nothing.

use crate::sandbox::{BRANCH, Sandbox};

#[test]
fn a_preview_writes_nothing() {
    let sandbox = Sandbox::shop();
    let refs = sandbox.git(["for-each-ref"]);
    sandbox.fairlead(["preview", "shop"]).succeeded();
    sandbox.fairlead(["diff", "shop"]).ended_with(1);
    sandbox.fairlead(["generate", "--dry-run", "shop"]).succeeded();
    assert_eq!(sandbox.git(["for-each-ref"]), refs);
    assert_eq!(sandbox.git(["status", "--porcelain"]), "");
}

#[test]
fn the_three_forms_say_the_same() {
    let sandbox = Sandbox::shop();
    let json = sandbox.fairlead(["preview", "-o", "json", "shop"]).succeeded().stdout;
    let yaml = sandbox.fairlead(["preview", "-o", "yaml", "shop"]).succeeded().stdout;
    let table = sandbox.fairlead(["preview", "shop"]).succeeded().stdout;
    let data: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(data.as_object().is_some_and(|fields| !fields.is_empty()), "{json}");
    for workload in ["api", "storefront", "worker"] {
        for form in [&json, &yaml, &table] {
            assert!(form.contains(workload), "{workload} is missing in\n{form}");
        }
    }
}

#[test]
fn styles_are_for_terminals_and_no_color_takes_them_away() {
    let sandbox = Sandbox::shop();
    let preview = |name: &str, value: &str| {
        let output = sandbox.command(["preview", "shop"]).env(name, value).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let plain = sandbox.fairlead(["preview", "shop"]).succeeded().stdout;
    assert!(!plain.contains('\u{1b}'), "a pipe is no terminal");
    assert!(preview("CLICOLOR_FORCE", "1").contains('\u{1b}'), "or the next line would mean nothing");
    assert_eq!(preview("NO_COLOR", "1"), plain);
}

#[test]
fn files_and_bootstrap_tell_about_the_last_generation() {
    let sandbox = Sandbox::shop();
    let before = sandbox.fairlead(["files", "shop"]).succeeded().stdout;
    assert!(before.contains("nothing has been generated"), "{before}");
    sandbox.fairlead(["generate", "shop"]).succeeded();
    let head = sandbox.resolve(BRANCH).unwrap();
    let files = sandbox.fairlead(["files", "shop"]).succeeded().stdout;
    assert!(files.contains(&head), "{files}");
    for file in sandbox.files(BRANCH) {
        assert!(files.contains(&file), "{file} is missing in\n{files}");
    }
    let root = sandbox.fairlead(["bootstrap", "shop"]).succeeded().stdout;
    assert!(root.contains("kind: Application") && root.contains("path: .argocd"), "{root}");
    assert!(
        !sandbox.files(BRANCH).iter().any(|file| file.contains("bootstrap")),
        "it is not inside what it applies"
    );
}

#[test]
fn schemas_are_json() {
    let sandbox = Sandbox::empty();
    let all = sandbox.fairlead(["schema"]).succeeded().stdout;
    let schema: serde_json::Value = serde_json::from_str(&all).unwrap();
    assert!(schema.get("$schema").is_some(), "{all}");
    let one = sandbox.fairlead(["schema", "workload"]).succeeded().stdout;
    assert!(one.contains("releaseName"), "{one}");
    let ended = sandbox.fairlead(["schema", "sandwich"]).ended_with(2);
    assert!(ended.stderr.contains("Workload"), "the kinds are named: {}", ended.stderr);
}

#[test]
fn lines_fields_and_values_are_explained() {
    let sandbox = Sandbox::shop();
    let explain = |what: &[&str]| {
        let command = ["explain", "shop"].iter().chain(what).copied();
        sandbox.fairlead(command.collect::<Vec<_>>()).succeeded().stdout
    };
    let unit = "api/acme/production";
    let field = explain(&[unit, "Deployment/order-api:spec.replicas"]);
    assert!(field.contains("{{.Values.replicas}} shop/charts/api/templates/deployment.yaml:"), "{field}");
    assert!(field.contains("project shop/values/api.yaml:4:1"), "{field}");
    let value = explain(&[unit, "image.tag", "-o", "json"]);
    let data: serde_json::Value = serde_json::from_str(&value).unwrap();
    let lines = data["lines"].as_array().unwrap();
    assert!(lines.iter().any(|line| line["text"].as_str().unwrap().contains("image: ")), "{value}");
    let line = explain(&[unit, lines[0]["place"].as_str().unwrap(), "-o", "json"]);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&line).unwrap()["text"], lines[0]["text"]);
    let readers = explain(&["--reverse", "tenants/acme/storefront"]);
    assert!(readers.contains("storefront/acme/production\n  reads "), "{readers}");
    let missing = sandbox.fairlead(["explain", "shop", unit, "Deployment/other"]).ended_with(2);
    assert!(missing.stderr.contains("Deployment/order-api"), "what there is is named: {}", missing.stderr);
}
