//! A generation as a pull request: one commit on the output's branch, on a branch of its own.

use std::collections::BTreeSet;

use fairlead_delivery::change::message::Trailers;
use fairlead_delivery::change::{Change, Listed, Listing, Mode, diff, markdown};
use fairlead_delivery::generate::Plan;
use fairlead_git::landing::plan::without_operation;
use fairlead_git::provider::{MAX_BODY, Proposal, Proposed, ProviderError, PullRequest};
use fairlead_git::{Branch, RefNameError};
use fairlead_world::{ObjectFormat, Oid};
use serde::Serialize;

use super::{Done, RefusedError, Run};
use crate::base::{Base, HISTORY, NEAR};
use crate::generation::Generation;
use crate::home::{Home, Logged};
use crate::remote::Proposer;

/// Why there is no pull request.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProposalError {
    /// There is nothing that a pull request could go to.
    #[error(
        "the branch `{0}` is not there yet, and a pull request has to go somewhere: generate once without --pull-request, or push a first commit to it"
    )]
    NoTarget(String),
    /// It would go to itself.
    #[error("`{0}` is the output's own branch: name another with --pull-request-branch")]
    Same(String),
    /// Somebody else commits to its branch.
    #[error(
        "`{branch}` has commits that are not Fairlead's, and nothing was replaced: merge or delete the branch, or name another with --pull-request-branch\n  {}",
        .commits.join("\n  ")
    )]
    Foreign {
        /// The branch.
        branch: String,
        /// The commits, newest first.
        commits: Vec<String>,
    },
    /// The branch's name is none.
    #[error(transparent)]
    Name(#[from] RefNameError),
    /// The provider could not be asked.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// The commit landed all the same.
    #[error(
        "commit {commit} is on {branch}, and its pull request is not there or not up to date: {source}\nrun the command again: it makes no second commit"
    )]
    Committed {
        /// The commit.
        commit: Oid,
        /// Its branch.
        branch: Branch,
        /// What went wrong.
        source: ProviderError,
    },
}

/// A pull request for programs.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PullRequestView {
    number: u64,
    url: String,
    state: &'static str,
    base: String,
    #[serde(skip)]
    called: String,
}

impl PullRequestView {
    fn of(proposer: &Proposer, request: &PullRequest, state: &'static str, base: &Base) -> PullRequestView {
        PullRequestView {
            number: request.number,
            url: request.url.to_string(),
            state,
            base: base.name().to_owned(),
            called: proposer.called(request.number),
        }
    }

    /// The same for people, on a line of its own.
    pub(super) fn told(&self) -> String {
        let PullRequestView { url, state, base, called, .. } = self;
        match *state {
            "obsolete" => {
                format!("{called} is open and has nothing left to bring to {base}, close it: {url}\n")
            }
            "unchanged" => format!("{called} towards {base} is up to date: {url}\n"),
            state => format!("{called} towards {base} was {state}: {url}\n"),
        }
    }
}

impl<H: Home> Run<'_, H> {
    /// Commits to the pull request's branch, and proposes it.
    pub(super) fn propose(&self, proposer: &Proposer) -> Result<(), RefusedError> {
        let Run { args, home, generation, plan, base, .. } = *self;
        let branch = proposer.branch(&plan.project.file.value.name).map_err(ProposalError::from)?;
        let target = Branch::parse(base.name()).map_err(ProposalError::from)?;
        if branch == target {
            return Err(ProposalError::Same(base.name().to_owned()).into());
        }
        let onto = base.head.ok_or_else(|| ProposalError::NoTarget(base.name().to_owned()))?;
        let (change, diff) =
            base.compare(home, plan, &generation.outcome, args.confirm_delete, diff::diff)?;
        if change.is_empty() {
            let nothing = Proposal::new(branch, target, "", "");
            let open = proposer.open(&nothing).map_err(ProposalError::from)?;
            let view = open.map(|open| PullRequestView::of(proposer, &open, "obsolete", base));
            let done = Done {
                branch: base.name(),
                head: base.head,
                change: &change,
                landed: None,
                pull_request: view,
            };
            return Ok(self.show(done)?);
        }
        let standing = standing(home, plan, base, onto, &change, &branch)?;
        let (landed, message) = match standing.same {
            Some(message) => (None, message),
            None => {
                let message = self.message(&change)?;
                let reference = branch.reference().as_str().to_owned();
                let landed = self.land(reference, standing.head, Some(onto), &change, message.clone())?;
                (Some(landed), message)
            }
        };
        let head = landed.as_ref().map(|landed| landed.commit).or(standing.head);
        let body = body(&change, &diff, generation, &message);
        let proposal = Proposal::new(branch.clone(), target, &message, &body);
        let proposed = proposer.propose(&proposal).map_err(|source| match head {
            Some(commit) => ProposalError::Committed { commit, branch: branch.clone(), source },
            None => ProposalError::Provider(source),
        })?;
        let state = match (&proposed, &landed) {
            (Proposed::Opened(_), _) => "opened",
            (Proposed::Unchanged(_), None) => "unchanged",
            (Proposed::Updated(_) | Proposed::Unchanged(_), _) => "updated",
        };
        let view = Some(PullRequestView::of(proposer, proposed.pull_request(), state, base));
        let done = Done { branch: branch.name(), head, change: &change, landed, pull_request: view };
        Ok(self.show(done)?)
    }
}

/// What is on the pull request's branch.
struct Standing {
    /// The commit that it is at.
    head: Option<Oid>,
    /// Where that commit makes this change, on the same commit, its message.
    same: Option<String>,
}

/// Looks at the pull request's branch. What anybody else committed there is not replaced.
fn standing(
    home: &impl Home,
    plan: &Plan,
    base: &Base,
    onto: Oid,
    change: &Change,
    branch: &Branch,
) -> Result<Standing, RefusedError> {
    let Some(head) = home.resolve(branch.reference().as_str())? else {
        return Ok(Standing { head: None, same: None });
    };
    let project = plan.project.file.value.name.as_str();
    let ours = |message: &str| Trailers::read(message).is_some_and(|trailers| trailers.project == project);
    let mut foreign = Vec::new();
    let mut line = Vec::new();
    for far in [NEAR, HISTORY] {
        let target: BTreeSet<Oid> = home.history(&onto, far)?.into_iter().flat_map(known).collect();
        line = home.history(&head, far)?;
        let own = line.iter().take_while(|logged| !target.contains(&logged.commit));
        foreign =
            own.filter(|logged| !ours(&logged.message)).map(|logged| logged.commit.to_string()).collect();
        if foreign.is_empty() {
            break;
        }
    }
    if !foreign.is_empty() {
        foreign.truncate(10);
        return Err(ProposalError::Foreign { branch: branch.to_string(), commits: foreign }.into());
    }
    let same = match line.as_slice() {
        [Logged { message, .. }, parent, ..] if parent.commit == onto && ours(message) => {
            let there = base.files_of(home, &head)?;
            (there == after(&base.committed, change, home.object_format()?))
                .then(|| without_operation(message))
        }
        _ => None,
    };
    Ok(Standing { head: Some(head), same })
}

/// A commit of the branch that the pull request goes to, and what it merged.
fn known(logged: Logged) -> impl Iterator<Item = Oid> {
    [logged.commit].into_iter().chain(logged.merged.map(|(oid, _)| oid))
}

/// The files that a change leaves.
fn after(committed: &Listing, change: &Change, format: ObjectFormat) -> Listing {
    let kept = committed.iter().filter(|(path, _)| !change.deletes.iter().any(|gone| gone.as_str() == *path));
    let mut files: Listing = kept.map(|(path, listed)| (path.to_owned(), *listed)).collect();
    files.extend(change.writes.iter().map(|(path, blob)| {
        let listed = Listed { mode: Mode::File, oid: Oid::of_blob(format, blob.bytes()) };
        (path.as_str().to_owned(), listed)
    }));
    files
}

/// What somebody who merges has to know.
const MERGING: &str = "Merge this, or squash it with this text as the commit's message: the lines below say what was generated.";

/// The text of the pull request. It ends with the commit's trailers: providers make the message of a squashed commit of it.
fn body(change: &Change, diff: &diff::Diff, generation: &Generation, message: &str) -> String {
    let trailers = message.trim_end().rsplit("\n\n").next().unwrap_or_default();
    let warnings: Vec<_> = generation.outcome.warnings().cloned().collect();
    // The limit is in characters, of which there are no more than bytes.
    let text =
        markdown(change, diff, &warnings, MAX_BODY.saturating_sub(trailers.len() + MERGING.len() + 10));
    format!("{}\n\n{MERGING}\n\n{trailers}\n", text.trim_end())
}
