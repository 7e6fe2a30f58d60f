//! What a commit has to do: `cases/change/*.case` with the answer in the `.txt` file beside it.
//!
//! A case has sections, each a list of files as `path = content`:
//!
//! ```text
//! [units]      workload/tenant/environment, and words: held, unasked, protected, kind=…, release=…
//! [generated]  what the engine made
//! [recorded]   what the last commit of ours left
//! [committed]  what the branch holds now; as recorded where the section is missing
//! ```
//!
//! Contents are one word; `link`, `submodule` and `executable` are what they say; `app:<unit>` is an Application with
//! that unit's mark. A first line `# own` gives the output a branch of its own, `# confirm 3` confirms deletions.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fairlead_delivery::change::{Branch, Delivery, Listing, Mode, Recorded, Request, UnitPlace, diff, plan};
use fairlead_world::{Blob, MemoryWorld, ObjectFormat, Oid, RepoPath};

#[test]
fn cases() {
    support::each("change", "case", answer);
}

fn answer(case: &str) -> String {
    let sections = sections(case);
    let section = |name: &str| sections.get(name).cloned().unwrap_or_default();
    let recorded = sections.get("recorded").map(|files| listing(files));
    let committed_files = sections.get("committed").cloned().unwrap_or_else(|| section("recorded"));
    let committed = listing(&committed_files);
    let mut contents = MemoryWorld::new();
    for (name, content) in &committed_files {
        if let Ok(path) = RepoPath::parse(name) {
            contents.insert(path, Blob::from(text(content)));
        }
    }
    let files: BTreeMap<RepoPath, Blob> =
        section("generated").iter().map(|(name, content)| (path(name), Blob::from(text(content)))).collect();
    let units: Vec<UnitPlace> = section("units").iter().map(|(id, words)| unit(id, words)).collect();
    let own = case.contains("# own\n");
    let request = Request {
        files: &files,
        units: &units,
        applications: &path(".argocd"),
        rendered: &path("rendered"),
        whole: !case.contains("# subset\n"),
        committed: &committed,
        contents: &contents,
        recorded: recorded.as_ref().map(|listing| Recorded { listing, tree: output_tree(listing, own) }),
        branch: if own { Branch::Own { foreign: vec!["0123abc".to_owned()] } } else { Branch::Shared },
        format: ObjectFormat::Sha1,
        confirm_delete: case.lines().find_map(|line| line.strip_prefix("# confirm ")?.parse().ok()),
    };
    let change = match plan(&request) {
        Ok(change) => change,
        Err(error) => return format!("refused:\n{error}\n"),
    };
    let mut out = String::new();
    change.writes.keys().for_each(|path| writeln!(out, "write {path}").unwrap());
    change.deletes.iter().for_each(|path| writeln!(out, "delete {path}").unwrap());
    change.removals.iter().for_each(|removal| writeln!(out, "removal: {removal}").unwrap());
    if change.is_empty() {
        out.push_str("nothing to commit\n");
    }
    let diff = diff::diff(&request, &change).unwrap();
    for group in &diff.groups {
        let files: Vec<&str> = group.files.iter().map(|(path, _)| path.as_str()).collect();
        writeln!(out, "{:?} {} in {}:\n{}", group.kind, group.workload, files.join(", "), group.hunks)
            .unwrap();
    }
    out
}

/// The tree that a trailer would name: of the output's folders, or of the whole branch.
fn output_tree(listing: &Listing, own: bool) -> Oid {
    let inside = listing
        .iter()
        .filter(|(path, _)| own || path.starts_with(".argocd/") || path.starts_with("rendered/"));
    inside.map(|(path, listed)| (path.to_owned(), *listed)).collect::<Listing>().tree(ObjectFormat::Sha1)
}

fn path(text: &str) -> RepoPath {
    RepoPath::parse(text).unwrap()
}

fn text(content: &str) -> String {
    match content.split_once(':') {
        Some(("app" | "appset", unit)) => {
            let (unit, release) = unit.split_once('@').unwrap_or((unit, ""));
            let parts: Vec<&str> = unit.split('/').collect();
            let kind = if content.starts_with("appset") { "ApplicationSet" } else { "Application" };
            let protected = if parts[2] == "prod" { "    fairlead.dev/protected: \"true\"\n" } else { "" };
            format!(
                "kind: {kind}\nmetadata:\n  annotations:\n{protected}    fairlead.dev/release: \"{release}\"\n    \
                 fairlead.dev/unit: {unit}\n  name: {}-{}-{}\n",
                parts[1], parts[2], parts[0]
            )
        }
        _ => format!("{}\n", content.replace('|', "\n")),
    }
}

fn listing(files: &[(String, String)]) -> Listing {
    let mut listing = Listing::new();
    for (path, content) in files {
        let mode = match content.as_str() {
            "link" => Mode::Link,
            "submodule" => Mode::Submodule,
            "executable" => Mode::Executable,
            _ => Mode::File,
        };
        listing.insert(path.clone(), mode, Oid::of_blob(ObjectFormat::Sha1, text(content).as_bytes()));
    }
    listing
}

fn unit(id: &str, words: &str) -> UnitPlace {
    let parts: Vec<&str> = id.split('/').collect();
    let (workload, tenant, environment) = (parts[0], parts[1], parts[2]);
    let word = |name: &str| words.split(' ').find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    let stem = format!("{tenant}-{environment}-{workload}");
    UnitPlace {
        id: id.to_owned(),
        application: path(&format!(".argocd/{}.yaml", word("file").unwrap_or(&stem))),
        folder: path(&format!("rendered/{tenant}/{environment}/{workload}")),
        delivery: Delivery {
            kind: word("kind").unwrap_or("Application").to_owned(),
            name: stem,
            release: word("release").unwrap_or_default().to_owned(),
        },
        asked: !words.split(' ').any(|word| matches!(word, "held" | "unasked")),
        protected: environment == "prod",
    }
}

type Files = Vec<(String, String)>;

fn sections(case: &str) -> BTreeMap<&str, Files> {
    let mut sections: BTreeMap<&str, Files> = BTreeMap::new();
    let mut at = "";
    for line in case.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            at = name;
            sections.entry(at).or_default();
        } else if let (Some((name, content)), false) = (line.split_once(" = "), at.is_empty()) {
            sections.entry(at).or_default().push((name.to_owned(), content.to_owned()));
        } else if at == "units" && !line.is_empty() {
            sections.entry(at).or_default().push((line.to_owned(), String::new()));
        }
    }
    sections
}
