//! `fairlead files [PROJECT]`: the last generation's files and their commit.

use serde::Serialize;

use crate::base::Base;
use crate::commands::generate::{self, RefusedError};
use crate::exit::Exit;
use crate::output::OutputArgs;
use crate::project::{Planned, ProjectArgs};
use crate::report;
use fairlead_delivery::generate::Options;

/// Which project's files.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Serialize)]
struct View {
    branch: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    files: Vec<FileView>,
}

#[derive(Debug, Serialize)]
struct FileView {
    path: String,
    oid: String,
}

/// Lists them as the branch of the output holds them.
pub(crate) fn run(args: &Args) -> Exit {
    match listed(args) {
        Ok(exit) => exit,
        Err(error) => generate::tell(&error),
    }
}

fn listed(args: &Args) -> Result<Exit, RefusedError> {
    let opened = args.project.open()?;
    let Planned { plan, diagnostics, .. } = opened.plan(&Options::default())?;
    let Some(plan) = plan else { return Err(RefusedError::Diagnostics(diagnostics)) };
    let base = Base::of(&opened.repository, &plan)?;
    let folders = [&plan.layout.applications, &plan.layout.rendered];
    let files = base.last.iter().flat_map(|last| {
        folders
            .into_iter()
            .flat_map(|folder| last.listing.inside(folder.as_str()))
            .map(|(path, listed)| FileView { path: path.to_owned(), oid: listed.oid.to_string() })
    });
    let view = View {
        branch: base.name().to_owned(),
        commit: base.last.as_ref().map(|last| last.commit.to_string()),
        message: base.last.as_ref().map(|last| last.message.clone()),
        files: files.collect(),
    };
    args.output.print(&view, || table(&view))?;
    Ok(Exit::Done)
}

fn table(view: &View) -> String {
    let Some(commit) = &view.commit else {
        return format!("nothing has been generated on {} yet\n", view.branch);
    };
    let subject = view.message.as_deref().and_then(|message| message.lines().next()).unwrap_or_default();
    let mut text = format!("{commit} on {}\n{subject}\n\n", view.branch);
    text.extend(view.files.iter().map(|file| format!("  {}\n", file.path)));
    text.push_str(&format!("\n{}\n", report::counted(view.files.len(), "file")));
    text
}
