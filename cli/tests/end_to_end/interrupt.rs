//! A generation that is killed at any moment leaves the old commit or the new one, never a part.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::sandbox::{BRANCH, Sandbox};

#[test]
fn on_a_branch_of_its_own() {
    let sandbox = Sandbox::shop();
    let (took, expected) = reference(&Sandbox::shop(), BRANCH, [""]);
    for step in 1..=6 {
        killed_after(&sandbox, took * step / 6);
        sandbox.settle();
        assert_eq!(sandbox.git(["status", "--porcelain"]), "");
        if let Some(tree) = sandbox.resolve(&format!("{BRANCH}:")) {
            assert_eq!(vec![tree], expected, "killed at {step} of 6");
        }
    }
    sandbox.fairlead(["generate", "shop"]).succeeded();
    assert_eq!(trees(&sandbox, BRANCH, [""]), expected);
    assert_eq!(sandbox.git(["rev-list", "--count", BRANCH]), "1");
}

#[test]
fn on_the_branch_that_is_checked_out() {
    // The project's files beside the output differ from one sandbox to the next: the lock names its time.
    let output = ["shop/.argocd", "shop/rendered"];
    let (took, expected) = reference(&shared(), "HEAD", output);
    for step in 1..=6 {
        let sandbox = shared();
        killed_after(&sandbox, took * step / 6);
        sandbox.settle();
        // Whatever is left over, the next run completes.
        sandbox.fairlead(["generate", "shop"]).succeeded();
        assert_eq!(sandbox.git(["status", "--porcelain"]), "", "killed at {step} of 6");
        assert_eq!(trees(&sandbox, "HEAD", output), expected, "killed at {step} of 6");
        assert_eq!(
            sandbox.git(["rev-list", "--count", "HEAD"]),
            "3",
            "one commit of it: killed at {step} of 6"
        );
    }
}

/// The example, with its output on the branch of its source.
fn shared() -> Sandbox {
    let sandbox = Sandbox::shop();
    sandbox.edit("shop/fairlead.yaml", |text| text.replace("output:\n  branch: deploy/shop\n", ""));
    sandbox.commit("shop: output beside the source");
    sandbox
}

/// How long a whole generation takes, and the trees that it makes.
fn reference<const N: usize>(sandbox: &Sandbox, name: &str, folders: [&str; N]) -> (Duration, Vec<String>) {
    let began = Instant::now();
    sandbox.fairlead(["generate", "shop"]).succeeded();
    (began.elapsed(), trees(sandbox, name, folders))
}

/// The object ids of a commit's folders.
fn trees<const N: usize>(sandbox: &Sandbox, name: &str, folders: [&str; N]) -> Vec<String> {
    folders.map(|folder| sandbox.resolve(&format!("{name}:{folder}")).unwrap()).to_vec()
}

/// Runs a generation and kills it, as a lost machine would: no handler runs.
fn killed_after(sandbox: &Sandbox, wait: Duration) {
    let mut command = sandbox.command(["generate", "shop"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(wait);
    child.kill().unwrap();
    child.wait().unwrap();
}
