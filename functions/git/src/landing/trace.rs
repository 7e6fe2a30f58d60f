//! Which attempts have landed: what the branch itself says, which no lost answer can change.

use std::collections::{BTreeMap, BTreeSet};

use fairlead_world::Oid;

use super::journal::Attempt;
use super::operation::OperationId;
use super::plan::operation_of;
use crate::repository::{Repository, RepositoryError};

/// How many commits back the history is searched. Attempts are searched for as soon as the owner acts again, so that
/// what others pushed since is little.
const DEPTH: usize = 1000;

/// What a branch's history says about attempts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Trace {
    /// The operations that have landed, with their commits.
    pub landed: BTreeMap<OperationId, Oid>,
    /// Those of which the branch does not say that they have not landed: it is still at the base of an attempt, which may
    /// land yet, or that base is not in its history, which is so of a branch that was rewritten and of an old answer.
    pub in_doubt: BTreeSet<OperationId>,
    /// Whether an attempt's base is no longer in the history: somebody rewrote the branch.
    pub rewritten: bool,
}

/// Looks for `attempts` in the history of `head`.
///
/// # Errors
/// Where the history cannot be read.
pub async fn trace<R: Repository>(
    repository: &R,
    head: Option<Oid>,
    attempts: &[Attempt],
) -> Result<Trace, RepositoryError> {
    let mut trace = Trace::default();
    let (waiting, moved): (Vec<_>, Vec<_>) = attempts.iter().partition(|attempt| attempt.base == head);
    for attempt in waiting {
        trace.in_doubt.extend(attempt.steps.iter().map(|step| step.operation.clone()));
    }
    if let Some(head) = head.filter(|_| !moved.is_empty()) {
        search(repository, head, &moved, &mut trace).await?;
    } else if !moved.is_empty() {
        // It may have landed before the branch was deleted, and may be back with it.
        trace.rewritten = true;
        trace
            .in_doubt
            .extend(moved.iter().flat_map(|attempt| &attempt.steps).map(|step| step.operation.clone()));
    }
    let Trace { landed, in_doubt, .. } = &mut trace;
    in_doubt.retain(|operation| !landed.contains_key(operation));
    Ok(trace)
}

async fn search<R: Repository>(
    repository: &R,
    head: Oid,
    attempts: &[&Attempt],
    trace: &mut Trace,
) -> Result<(), RepositoryError> {
    // The usual case after a lost answer: the branch is exactly where the attempt would have left it.
    let last = |attempt: &&&Attempt| attempt.steps.last().is_some_and(|step| step.commit == head);
    if let [attempt] = attempts
        && last(&attempt)
    {
        trace.landed.extend(attempt.steps.iter().map(|step| (step.operation.clone(), step.commit)));
        return Ok(());
    }
    let history = repository.history(head, DEPTH).await?;
    let planned: BTreeMap<Oid, &OperationId> = attempts
        .iter()
        .flat_map(|attempt| &attempt.steps)
        .map(|step| (step.commit, &step.operation))
        .collect();
    let trees: BTreeSet<(&OperationId, Oid)> =
        attempts.iter().flat_map(|attempt| &attempt.steps).map(|step| (&step.operation, step.tree)).collect();
    let asked: BTreeSet<&OperationId> = trees.iter().map(|(operation, _)| *operation).collect();
    for (oid, commit) in &history {
        let operation = match planned.get(oid) {
            Some(operation) => Some((*operation).clone()),
            // A provider that writes the commit itself keeps the message and the tree. Both must fit: a commit that
            // somebody else made by copying ours has our trailer, and another tree.
            None => match operation_of(&commit.message).filter(|id| asked.contains(id)) {
                Some(id) => {
                    repository.root(*oid).await?.filter(|tree| trees.contains(&(&id, *tree))).map(|_| id)
                }
                None => None,
            },
        };
        if let Some(operation) = operation {
            trace.landed.entry(operation).or_insert(*oid);
        }
    }
    let seen: BTreeSet<Oid> = history.iter().map(|(oid, _)| *oid).collect();
    let lost = |attempt: &&&Attempt| attempt.base.is_some_and(|base| !seen.contains(&base));
    for attempt in attempts.iter().filter(lost) {
        trace.rewritten = true;
        trace.in_doubt.extend(attempt.steps.iter().map(|step| step.operation.clone()));
    }
    Ok(())
}
