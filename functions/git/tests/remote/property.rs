//! Random edits: what we land has the tree that real git makes of the same change.

use std::collections::BTreeMap;

use fairlead_fetch::block_on;
use fairlead_git::Repository;
use fairlead_git_server::Server;

use crate::support::{draft, landing, main, ours, planned};

/// A generator of numbers, the same for the same seed everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }

    /// Few names that sort in unusual ways, so that edits meet each other.
    fn path(&mut self) -> String {
        const NAMES: [&str; 10] = ["a", "b", "a-b", "a.b", "a0", "A", "ab", "größe", "a b", "z"];
        let depth = 1 + self.below(4);
        let parts: Vec<&str> = (0..depth).map(|_| NAMES[self.below(NAMES.len())]).collect();
        parts.join("/")
    }
}

/// Whether a file may stand at `path` among `files`: nothing above is a file, nothing below.
fn fits(files: &BTreeMap<String, String>, path: &str) -> bool {
    let inside = format!("{path}/");
    let above = path.match_indices('/').all(|(end, _)| !files.contains_key(&path[..end]));
    above && !files.keys().any(|other| other.starts_with(&inside))
}

/// The tree that git makes of files with these modes.
fn written(
    repository: &fairlead_git_server::Repository,
    files: &BTreeMap<String, String>,
    modes: &BTreeMap<String, &str>,
) -> String {
    let mut index = Vec::new();
    for (path, text) in files {
        let blob = repository.git_with(&["hash-object", "-w", "--stdin"], text.as_bytes());
        index.extend_from_slice(format!("{} {blob}\t{path}\0", modes[path]).as_bytes());
    }
    repository.git(&["read-tree", "--empty"]);
    repository.git_with(&["update-index", "-z", "--index-info"], &index);
    repository.git(&["write-tree"])
}

#[test]
fn every_tree_is_the_one_that_git_makes() {
    for seed in 1..=6_u64 {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let server = Server::start();
        let repository = server.repository("shop");
        let ours = ours(&server.url("shop"));
        let mut files: BTreeMap<String, String> = BTreeMap::new();
        let mut modes: BTreeMap<String, &str> = BTreeMap::new();
        for round in 0..8 {
            let mut edits: BTreeMap<String, Option<String>> = BTreeMap::new();
            for _ in 0..1 + random.below(30) {
                let path = random.path();
                if random.below(3) == 0 {
                    if files.remove(&path).is_some() || !edits.contains_key(&path) {
                        edits.insert(path, None);
                    }
                } else if fits(&files, &path) {
                    let text = format!("{}\n", random.below(5));
                    files.insert(path.clone(), text.clone());
                    edits.insert(path, Some(text));
                }
            }
            let change: Vec<(&str, Option<&str>)> =
                edits.iter().map(|(path, text)| (path.as_str(), text.as_deref())).collect();
            let head = block_on(ours.head(&main())).unwrap();
            let planned = planned(&ours, draft(head, &change));
            let tree = planned.commit.tree.to_string();
            block_on(ours.land(&landing(head, planned))).unwrap();

            // A file that is there keeps its mode, and a new one has no right to be executed.
            modes = files
                .keys()
                .map(|path| (path.clone(), modes.get(path).copied().unwrap_or("100644")))
                .collect();
            assert_eq!(written(&repository, &files, &modes), tree, "seed {seed}, round {round}");

            // Somebody else makes files executable, or takes that away.
            for mode in modes.values_mut() {
                *mode = ["100644", "100755", *mode][random.below(3)];
            }
            let tree = written(&repository, &files, &modes);
            let head = repository.head("main");
            let commit = repository.git(&["commit-tree", "-p", &head, "-m", "modes", &tree]);
            repository.git(&["update-ref", "refs/heads/main", &commit]);
        }
        repository.check();
    }
}
