//! Input that is meant to break things: it is refused, quickly and without a panic.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

use fairlead_kustomize::{Options, build, overlay, patch};
use fairlead_world::{Blob, MemoryWorld, RepoPath};

const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";

fn root() -> RepoPath {
    RepoPath::root()
}

#[test]
fn aliases_that_multiply_are_refused() {
    let mut bomb = format!("{SERVICE}a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    assert!(patch(&bomb, "[]").is_err());
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!("{SERVICE}spec: {}{}\n", "[".repeat(5000), "]".repeat(5000));
    assert!(patch(&deep, "[]").is_err());
    let path = "a.".repeat(5000) + "a";
    let fields = format!(
        "replacements:\n- sourceValue: x\n  targets:\n  - select: {{kind: Service}}\n    fieldPaths: [{path}]\n    options: {{create: true}}\n"
    );
    assert!(overlay(&MemoryWorld::new(), &root(), &fields, SERVICE, &Options::default()).result.is_err());
}

#[test]
fn patches_with_huge_indexes_are_refused() {
    for path in ["/spec/9223372036854775807", "/spec/-9223372036854775808", "/spec/99999999999999999999"] {
        let patches =
            format!("- target: {{kind: Service}}\n  patch: '[{{op: add, path: {path}, value: 1}}]'\n");
        assert!(patch(&format!("{SERVICE}spec: []\n"), &patches).is_err());
    }
}

#[test]
fn a_long_chain_of_bases_ends() {
    let mut world = MemoryWorld::new();
    for level in 0..300 {
        let path = RepoPath::parse(&format!("b{level}/kustomization.yaml")).expect("it is a path");
        world.insert(path, Blob::from(format!("resources: [../b{}]\n", level + 1).as_str()));
    }
    let built = build(&world, &RepoPath::parse("b0").expect("it is a path"), &Options::default());
    assert!(built.result.is_err());
}
