//! Random histories, pushed by git and cloned by git: what comes back is what went in.

use crate::server::{Served, Tree};

/// A generator of numbers that are the same on every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

fn step(numbers: &mut Numbers, tree: &Tree, number: u64) {
    for _ in 0..=numbers.below(4) {
        let path = format!("d{}/e{}/f{}", numbers.below(3), numbers.below(3), numbers.below(5));
        match numbers.below(5) {
            0 => drop(std::fs::remove_file(tree.0.join(&path))),
            1 => tree.write(&path, &format!("{}\n", numbers.below(3)).repeat(3000)),
            _ => tree.write(&path, &format!("{}\n", numbers.below(1000))),
        }
    }
    tree.commit(&format!("step {number}"));
    match numbers.below(8) {
        0 => drop(tree.git(&["branch", "-f", &format!("b{}", numbers.below(3))])),
        1 => drop(tree.git(&["tag", "-f", "-a", "-m", "tag", &format!("t{number}")])),
        2 => {
            let branches = tree.git(&["branch", "--format=%(refname:short)"]);
            let other = branches.lines().find(|branch| *branch != "main").unwrap_or("main").to_owned();
            drop(tree.git(&["merge", "-q", "-s", "ours", "--no-ff", "-m", "merge", &other]));
        }
        _ => {}
    }
}

#[test]
fn histories_come_back_as_they_went() {
    for seed in 0..4 {
        let mut numbers = Numbers(seed);
        let served = Served::with_repository();
        let tree = served.work_tree("work");
        tree.commit("start");
        tree.git(&["push", "-q", "origin", "main"]);
        let follower = served.clone("follower", &["--mirror"]);
        let shallow = served.clone("shallow", &["--depth", "2"]);
        for number in 0..25 {
            step(&mut numbers, &tree, number);
            if numbers.below(3) == 0 {
                tree.git(&["push", "-q", "--follow-tags", "origin", "--all"]);
                tree.git(&["push", "-q", "origin", "--tags"]);
                let protocol = format!("protocol.version={}", 2 * numbers.below(2));
                follower.git(&["-c", &protocol, "fetch", "-q", "--prune"]);
                shallow.git(&["-c", &protocol, "pull", "-q"]);
                follower.fsck();
                shallow.fsck();
                assert_eq!(follower.refs(), tree.refs(), "seed {seed}, step {number}");
                assert_eq!(shallow.head(), tree.head(), "seed {seed}, step {number}");
            }
        }
        let clone = served.clone("clone", &[]);
        assert_eq!(
            clone.git(&["ls-tree", "-r", "HEAD"]),
            clone.git(&["ls-tree", "-r", "origin/main"]),
            "seed {seed}"
        );
    }
}
