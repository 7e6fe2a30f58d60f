//! `fairlead generate [PROJECT]`: everything, written and committed as one commit.

mod proposal;

use std::io;

use fairlead_delivery::change::Change;
use fairlead_delivery::change::message::{Message, Trailers};
use fairlead_delivery::diagnostic::Diagnostic;
use fairlead_delivery::generate::Plan;
use fairlead_delivery::lock::ENGINE;
use fairlead_git::SigningKey;
use fairlead_world::Oid;
use proposal::{ProposalError, PullRequestView};
use serde::Serialize;

use crate::base::{Base, BaseError};
use crate::exit::Exit;
use crate::generation::Generation;
use crate::home::{Home, HomeError, Landed, TrafficView};
use crate::output::OutputArgs;
use crate::project::{Opened, ProjectArgs, ProjectError, ScopeArgs};
use crate::remote::{Proposer, ProviderArgs, RemoteArgs};
use crate::report::{self, DiagnosticView, counted};
use crate::repository::{Draft, LandError};
use crate::signing::{SigningArgs, SigningError};
use crate::view;

/// What to generate, and what to accept.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    remote: RemoteArgs,
    #[command(flatten)]
    provider: ProviderArgs,
    #[command(flatten)]
    scope: ScopeArgs,
    #[command(flatten)]
    signing: SigningArgs,
    #[command(flatten)]
    output: OutputArgs,
    /// Refuses warnings.
    #[arg(long)]
    strict: bool,
    /// Generates from project files that are not committed; the commit says so.
    #[arg(long)]
    allow_dirty: bool,
    /// Confirms that this many units are removed or made anew.
    #[arg(long, value_name = "N")]
    confirm_delete: Option<usize>,
    /// Shows what would be committed, and writes nothing.
    #[arg(long)]
    dry_run: bool,
    /// Why, for the commit's message.
    #[arg(long, short, default_value = "", value_name = "TEXT")]
    message: String,
}

/// Why nothing was generated.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RefusedError {
    /// The project could not be opened.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The output's branch could not be read, or the change cannot be made.
    #[error(transparent)]
    Base(#[from] BaseError),
    /// The commit cannot be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The commit did not land.
    #[error(transparent)]
    Land(#[from] LandError),
    /// There is no pull request.
    #[error(transparent)]
    Proposal(#[from] ProposalError),
    /// The repository could not be read.
    #[error(transparent)]
    Home(#[from] HomeError),
    /// The result could not be printed.
    #[error(transparent)]
    Print(#[from] io::Error),
    /// Errors, or warnings where none are accepted.
    #[error("nothing was generated: {}", report::counts(.0))]
    Diagnostics(Vec<Diagnostic>),
    /// Project files that are not committed.
    #[error("these files take part and are not committed:\n  {}\ncommit them, or say --allow-dirty", .0.join("\n  "))]
    Dirty(Vec<String>),
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct View {
    branch: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    committed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    strategy: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    passed_over: Vec<String>,
    written: usize,
    deleted: usize,
    units: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    traffic: Option<TrafficView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pull_request: Option<PullRequestView>,
    diagnostics: Vec<DiagnosticView>,
}

/// Generates and commits. An equal tree makes no commit.
pub(crate) fn run(args: &Args) -> Exit {
    match generated(args) {
        Ok(exit) => exit,
        Err(error) => tell(&error),
    }
}

/// Tells why nothing was generated.
pub(crate) fn tell(error: &RefusedError) -> Exit {
    if let RefusedError::Diagnostics(diagnostics) = error {
        anstream::eprint!("{}", report::lines(diagnostics));
    }
    report::failed(error)
}

fn generated(args: &Args) -> Result<Exit, RefusedError> {
    // Before the work, which may be long and is done again where somebody else commits meanwhile.
    let key = if args.dry_run { None } else { args.signing.key()? };
    match args.remote.connect(&args.project.project)? {
        Some(remote) => {
            let (remote, proposer) = remote.landing_by(&args.remote, &args.provider)?;
            remote.trying(|opened| generated_in(args, &key, opened, proposer.as_ref()))
        }
        None => generated_in(args, &key, &args.project.open()?, None),
    }
}

fn generated_in<H: Home>(
    args: &Args,
    key: &Option<SigningKey>,
    opened: &Opened<H>,
    proposer: Option<&Proposer>,
) -> Result<Exit, RefusedError> {
    let generation = Generation::of(opened, &args.scope.options()?)?;
    let plan = accepted(&generation, args.strict)?;
    let dirty = uncommitted(opened, &generation)?;
    if !dirty.is_empty() && !args.allow_dirty && !args.dry_run {
        return Err(RefusedError::Dirty(dirty));
    }
    let base = Base::of(&opened.repository, plan)?;
    if args.dry_run {
        let (change, diff) = super::diff::compare(opened, &base, plan, &generation)?;
        let diagnostics = generation.diagnostics().iter().map(DiagnosticView::from).collect();
        let data = view::diff::View::of(base.name(), &change, &diff, diagnostics);
        args.output.print(&data, || view::diff::table(base.name(), &change, &diff))?;
        return Ok(Exit::Done);
    }
    let run = Run {
        args,
        key,
        home: &opened.repository,
        generation: &generation,
        plan,
        base: &base,
        dirty: !dirty.is_empty(),
    };
    match proposer {
        Some(proposer) => run.propose(proposer)?,
        None => run.commit()?,
    }
    Ok(Exit::Done)
}

/// A generation that nothing speaks against, on its way into the repository.
struct Run<'a, H> {
    args: &'a Args,
    key: &'a Option<SigningKey>,
    home: &'a H,
    generation: &'a Generation,
    plan: &'a Plan,
    base: &'a Base,
    /// Whether files that are not committed took part.
    dirty: bool,
}

/// The plan, where nothing speaks against writing it.
pub(crate) fn accepted(generation: &Generation, strict: bool) -> Result<&Plan, RefusedError> {
    let refused = || RefusedError::Diagnostics(generation.diagnostics().to_vec());
    let plan = generation.plan.as_deref().ok_or_else(refused)?;
    let complete = generation.outcome.is_complete();
    if !complete || (strict && !generation.diagnostics().is_empty()) {
        return Err(refused());
    }
    Ok(plan)
}

/// The uncommitted files that took part.
fn uncommitted<H: Home>(opened: &Opened<H>, generation: &Generation) -> Result<Vec<String>, HomeError> {
    let mut files = opened.repository.uncommitted()?;
    files.retain(|file| generation.has_read(file));
    Ok(files)
}

impl<H: Home> Run<'_, H> {
    /// Commits to the base's branch. An equal tree makes no commit.
    fn commit(&self) -> Result<(), RefusedError> {
        let Base { branch, head, .. } = self.base;
        let confirmed = self.args.confirm_delete;
        let (change, ()) =
            self.base.compare(self.home, self.plan, &self.generation.outcome, confirmed, |_, _| Ok(()))?;
        let landed = if change.is_empty() {
            None
        } else {
            Some(self.land(branch.clone(), *head, *head, &change, self.message(&change)?)?)
        };
        let done =
            Done { branch: self.base.name(), head: *head, change: &change, landed, pull_request: None };
        Ok(self.show(done)?)
    }

    /// Commits a change to a branch that stands at `head`, on `parent`.
    fn land(
        &self,
        branch: String,
        head: Option<Oid>,
        parent: Option<Oid>,
        change: &Change,
        message: String,
    ) -> Result<Landed, LandError> {
        let Change { writes, deletes, .. } = change;
        let (writes, deletes, key) = (writes.clone(), deletes.clone(), self.key.clone());
        self.home.land(&Draft { branch, head, parent, writes, deletes, message, key })
    }

    fn message(&self, change: &Change) -> Result<String, HomeError> {
        let project = self.plan.project.file.value.name.as_str();
        let scope = match &self.args.scope.profile {
            Some(profile) => format!("project {project}, profile {profile}"),
            None => format!("project {project}"),
        };
        let warnings: Vec<Diagnostic> = self.generation.outcome.warnings().cloned().collect();
        let message = Message {
            operation: "generate",
            project,
            author: &self.home.author()?,
            scope: &scope,
            description: &self.args.message,
            units: self.plan.units().count(),
            warnings: &warnings,
            trailers: Trailers {
                operation: "generate".to_owned(),
                project: project.to_owned(),
                source: self.home.source()?,
                inputs: Some(self.generation.inputs()),
                tree: None,
                engine: ENGINE.to_owned(),
                dirty: self.dirty,
            },
        };
        Ok(message.print(change))
    }

    fn show(&self, done: Done<'_>) -> io::Result<()> {
        let Done { branch, head, change, landed, pull_request } = done;
        let units = self.plan.units().count();
        let commit = landed.as_ref().map(|landed| landed.commit.to_string());
        let traffic = self.home.traffic();
        let view = View {
            branch: branch.to_owned(),
            committed: commit.is_some(),
            commit: commit.clone().or_else(|| head.map(|head| head.to_string())),
            strategy: landed.as_ref().and_then(|landed| landed.strategy),
            passed_over: landed.iter().flat_map(|landed| landed.passed_over.clone()).collect(),
            written: change.writes.len(),
            deleted: change.deletes.len(),
            units,
            traffic: traffic.clone(),
            pull_request,
            diagnostics: self.generation.diagnostics().iter().map(DiagnosticView::from).collect(),
        };
        let mut told = view.pull_request.as_ref().map(PullRequestView::told).unwrap_or_default();
        told.extend(traffic.map(|traffic| traffic.told(view.strategy)));
        let table = || match &commit {
            Some(commit) => format!(
                "{}: {} written, {} deleted, committed to {} as {commit}\n{told}",
                counted(units, "unit"),
                counted(change.writes.len(), "file"),
                change.deletes.len(),
                branch
            ),
            None => {
                let units = counted(units, "unit");
                format!("{units}: {branch} is up to date, nothing was committed\n{told}")
            }
        };
        self.args.output.print(&view, table)?;
        for line in &view.passed_over {
            anstream::eprintln!("passed over: {line}");
        }
        for line in landed.iter().flat_map(|landed| landed.messages.lines()) {
            anstream::eprintln!("remote: {line}");
        }
        report::warn(self.generation.diagnostics());
        Ok(())
    }
}

/// What came of a generation.
struct Done<'a> {
    /// The branch that it is on.
    branch: &'a str,
    /// Where the branch stood before.
    head: Option<Oid>,
    change: &'a Change,
    landed: Option<Landed>,
    pull_request: Option<PullRequestView>,
}
