//! A journal that lasts as long as its process.

use std::cell::RefCell;
use std::collections::BTreeMap;

use fairlead_world::Oid;

use super::journal::{Attempt, Fence, Journal, JournalError, Submitted};
use super::operation::{Operation, OperationId, Outcome};

/// A journal in memory, for whoever waits for the outcome in the same process: what was asked for dies with who asked.
#[derive(Debug, Default)]
pub struct MemoryJournal(RefCell<State>);

#[derive(Debug, Default)]
struct State {
    fence: Fence,
    operations: Vec<Operation>,
    outcomes: BTreeMap<OperationId, Outcome>,
    attempts: Vec<Attempt>,
    head: Option<Oid>,
}

impl State {
    fn is_open(&self, operation: &OperationId) -> bool {
        !self.outcomes.contains_key(operation)
    }
}

impl MemoryJournal {
    /// Does something as the owner.
    fn owned<T>(&self, fence: Fence, change: impl FnOnce(&mut State) -> T) -> Result<T, JournalError> {
        let mut state = self.0.borrow_mut();
        if state.fence == fence { Ok(change(&mut state)) } else { Err(JournalError::Fenced) }
    }
}

impl Journal for MemoryJournal {
    async fn submit(&self, operation: &Operation) -> Result<Submitted, JournalError> {
        let mut state = self.0.borrow_mut();
        if let Some(known) = state.operations.iter().find(|known| known.id == operation.id) {
            if known.payload != operation.payload {
                return Err(JournalError::Reused(operation.id.clone()));
            }
            return Ok(Submitted::Known(state.outcomes.get(&operation.id).cloned()));
        }
        let busy = operation.exclusive.as_ref().and_then(|key| {
            let same = |other: &&Operation| other.exclusive.as_ref() == Some(key);
            state.operations.iter().filter(same).find(|other| state.is_open(&other.id))
        });
        if let Some(other) = busy {
            return Ok(Submitted::Busy(other.id.clone()));
        }
        state.operations.push(operation.clone());
        Ok(Submitted::Queued)
    }

    async fn outcome(&self, operation: &OperationId) -> Result<Option<Outcome>, JournalError> {
        Ok(self.0.borrow().outcomes.get(operation).cloned())
    }

    async fn take_over(&self) -> Result<Fence, JournalError> {
        let mut state = self.0.borrow_mut();
        state.fence = Fence(state.fence.0 + 1);
        Ok(state.fence)
    }

    async fn open(&self, fence: Fence, at_most: usize) -> Result<Vec<Operation>, JournalError> {
        self.owned(fence, |state| {
            let open = state.operations.iter().filter(|operation| state.is_open(&operation.id));
            open.take(at_most).cloned().collect()
        })
    }

    async fn attempts(&self, fence: Fence) -> Result<Vec<Attempt>, JournalError> {
        self.owned(fence, |state| {
            let open = |attempt: &&Attempt| attempt.steps.iter().any(|step| state.is_open(&step.operation));
            state.attempts.iter().filter(open).cloned().collect()
        })
    }

    async fn note(&self, fence: Fence, attempt: &Attempt) -> Result<(), JournalError> {
        self.owned(fence, |state| {
            if !state.attempts.contains(attempt) {
                state.attempts.push(attempt.clone());
            }
        })
    }

    async fn forget(&self, fence: Fence, attempt: &Attempt) -> Result<(), JournalError> {
        self.owned(fence, |state| state.attempts.retain(|other| other != attempt))
    }

    async fn finish(
        &self,
        fence: Fence,
        outcomes: &[(OperationId, Outcome)],
        head: Option<Oid>,
    ) -> Result<(), JournalError> {
        self.owned(fence, |state| {
            for (operation, outcome) in outcomes {
                state.outcomes.entry(operation.clone()).or_insert_with(|| outcome.clone());
            }
            state.head = head.or(state.head);
        })
    }

    async fn last_head(&self, fence: Fence) -> Result<Option<Oid>, JournalError> {
        self.owned(fence, |state| state.head)
    }
}
