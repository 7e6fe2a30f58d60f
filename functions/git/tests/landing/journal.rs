//! A journal in memory whose storage fails now and then, before or after it has written.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use fairlead_git::landing::{
    Attempt, Fence, Journal, JournalError, Operation, OperationId, Outcome, Submitted,
};
use fairlead_world::Oid;

use super::chance::Chance;
use super::poll::pause;

#[derive(Default)]
struct State {
    fence: u64,
    operations: Vec<Operation>,
    outcomes: BTreeMap<OperationId, Outcome>,
    attempts: Vec<Attempt>,
    head: Option<Oid>,
}

pub(crate) struct MemoryJournal {
    state: RefCell<State>,
    chance: Rc<Chance>,
    /// How often in a hundred calls the storage fails.
    pub(crate) fails: Cell<u64>,
    /// Counts calls down to one that fails: before it writes, or after.
    pub(crate) fuse: Cell<Option<(u64, bool)>>,
}

impl MemoryJournal {
    pub(crate) fn new(chance: Rc<Chance>) -> MemoryJournal {
        MemoryJournal { state: RefCell::default(), chance, fails: Cell::new(0), fuse: Cell::new(None) }
    }

    pub(crate) fn operations(&self) -> Vec<Operation> {
        self.state.borrow().operations.clone()
    }

    pub(crate) fn outcome(&self, id: &OperationId) -> Option<Outcome> {
        self.state.borrow().outcomes.get(id).cloned()
    }

    pub(crate) fn is_done(&self) -> bool {
        let state = self.state.borrow();
        state.operations.iter().all(|operation| state.outcomes.contains_key(&operation.id))
    }

    /// One call: it gives way, may fail, changes the state, and may lose its answer.
    async fn call<T>(
        &self,
        fence: Option<Fence>,
        change: impl FnOnce(&mut State) -> Result<T, JournalError>,
    ) -> Result<T, JournalError> {
        pause().await;
        let lost = || Err(JournalError::Storage("the storage failed".to_owned()));
        let (before, after) = self.faults();
        if before {
            return lost();
        }
        let answer = {
            let mut state = self.state.borrow_mut();
            if fence.is_some_and(|Fence(fence)| fence != state.fence) {
                return Err(JournalError::Fenced);
            }
            change(&mut state)?
        };
        pause().await;
        if after { lost() } else { Ok(answer) }
    }

    fn faults(&self) -> (bool, bool) {
        if let Some((left, after)) = self.fuse.get() {
            self.fuse.set(left.checked_sub(1).map(|left| (left, after)));
            if left == 0 {
                return (!after, after);
            }
        }
        (self.chance.percent(self.fails.get()), self.chance.percent(self.fails.get()))
    }
}

impl Journal for MemoryJournal {
    async fn submit(&self, operation: &Operation) -> Result<Submitted, JournalError> {
        self.call(None, |state| {
            if let Some(known) = state.operations.iter().find(|known| known.id == operation.id) {
                if known.payload != operation.payload {
                    return Err(JournalError::Reused(operation.id.clone()));
                }
                return Ok(Submitted::Known(state.outcomes.get(&operation.id).cloned()));
            }
            let busy = operation.exclusive.as_ref().and_then(|key| {
                state.operations.iter().find(|other| {
                    other.exclusive.as_ref() == Some(key) && !state.outcomes.contains_key(&other.id)
                })
            });
            if let Some(other) = busy {
                return Ok(Submitted::Busy(other.id.clone()));
            }
            state.operations.push(operation.clone());
            Ok(Submitted::Queued)
        })
        .await
    }

    async fn take_over(&self) -> Result<Fence, JournalError> {
        self.call(None, |state| {
            state.fence += 1;
            Ok(Fence(state.fence))
        })
        .await
    }

    async fn open(&self, fence: Fence, at_most: usize) -> Result<Vec<Operation>, JournalError> {
        self.call(Some(fence), |state| {
            let open =
                state.operations.iter().filter(|operation| !state.outcomes.contains_key(&operation.id));
            Ok(open.take(at_most).cloned().collect())
        })
        .await
    }

    async fn attempts(&self, fence: Fence) -> Result<Vec<Attempt>, JournalError> {
        self.call(Some(fence), |state| {
            let outcomes = &state.outcomes;
            let open =
                |attempt: &&Attempt| attempt.steps.iter().any(|step| !outcomes.contains_key(&step.operation));
            Ok(state.attempts.iter().filter(open).cloned().collect())
        })
        .await
    }

    async fn note(&self, fence: Fence, attempt: &Attempt) -> Result<(), JournalError> {
        self.call(Some(fence), |state| {
            if !state.attempts.contains(attempt) {
                state.attempts.push(attempt.clone());
            }
            Ok(())
        })
        .await
    }

    async fn forget(&self, fence: Fence, attempt: &Attempt) -> Result<(), JournalError> {
        self.call(Some(fence), |state| {
            state.attempts.retain(|other| other != attempt);
            Ok(())
        })
        .await
    }

    async fn finish(
        &self,
        fence: Fence,
        outcomes: &[(OperationId, Outcome)],
        head: Option<Oid>,
    ) -> Result<(), JournalError> {
        self.call(Some(fence), |state| {
            for (operation, outcome) in outcomes {
                state.outcomes.entry(operation.clone()).or_insert_with(|| outcome.clone());
            }
            state.head = head.or(state.head);
            Ok(())
        })
        .await
    }

    async fn last_head(&self, fence: Fence) -> Result<Option<Oid>, JournalError> {
        self.call(Some(fence), |state| Ok(state.head)).await
    }
}
