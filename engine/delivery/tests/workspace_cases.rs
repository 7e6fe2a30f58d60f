//! What edits render again: `cases/workspace/*.case` with the answers in the `.txt` file beside it.
//!
//! Below its files a case makes edits, each after a line `-- edit PATH --`. The answer names the units that each of them
//! renders again; what comes out is compared with a generation from nothing.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

#[path = "support/project.rs"]
mod project;
mod support;

use std::fmt::Write as _;

use fairlead_delivery::Workspace;
use fairlead_delivery::generate::{self, Options};
use fairlead_world::Blob;

#[test]
fn cases() {
    support::each("workspace", "case", |case| {
        let (files, edits) = case.split_once("\n-- edit ").expect("a case has an edit");
        let delivery = "\n-- delivery.yaml --\napiVersion: fairlead.dev/v1\nkind: Delivery\n\
                        repoURL: https://git.example.com/shop.git\n";
        let world = project::world(&format!("{delivery}{files}\n"));
        let mut workspace = Workspace::new(world, project::root(), Options::default());
        workspace.update();
        workspace.refresh();
        let mut out = String::new();
        for edit in edits.split("\n-- edit ") {
            let (path, text) = edit.split_once(" --\n").expect("an edit has content");
            let text = format!("{}\n", text.trim_end_matches('\n'));
            let at = project::root().join(path).unwrap();
            workspace.edit(at.clone(), Some(Blob::from(text.as_str())));
            workspace.world_mut().insert(at, Blob::from(text));
            workspace.update();
            let rendered: Vec<String> = workspace.refresh().iter().map(ToString::to_string).collect();
            let shown = if rendered.is_empty() { "nothing".to_owned() } else { rendered.join(", ") };
            writeln!(out, "{path} renders {shown}").unwrap();
            let preview = workspace.preview();
            let whole = generate::generate(workspace.world_mut(), &project::root(), &Options::default());
            assert_eq!(preview.files, whole.files, "{path}");
            assert_eq!(preview.diagnostics, whole.diagnostics, "{path}");
        }
        out
    });
}
