//! A journal whose storage fails now and then, before or after it has written.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use fairlead_git::landing::{
    Attempt, Fence, Journal, JournalError, MemoryJournal, Operation, OperationId, Outcome, Submitted,
};
use fairlead_world::Oid;

use super::chance::Chance;
use super::fuse::Fuse;
use super::poll::{finish, pause};

pub(crate) struct FailingJournal<J> {
    inner: J,
    /// What the inner journal has taken, in its order.
    taken: RefCell<Vec<Operation>>,
    chance: Rc<Chance>,
    /// How often in a hundred calls the storage fails.
    pub(crate) fails: Cell<u64>,
    pub(crate) fuse: Fuse,
}

impl FailingJournal<MemoryJournal> {
    pub(crate) fn in_memory(chance: Rc<Chance>) -> FailingJournal<MemoryJournal> {
        FailingJournal::new(MemoryJournal::default(), chance)
    }
}

impl<J: Journal> FailingJournal<J> {
    pub(crate) fn new(inner: J, chance: Rc<Chance>) -> FailingJournal<J> {
        let (taken, fails, fuse) = (RefCell::default(), Cell::new(0), Fuse::default());
        FailingJournal { inner, taken, chance, fails, fuse }
    }

    pub(crate) fn operations(&self) -> Vec<Operation> {
        self.taken.borrow().clone()
    }

    /// What the inner journal knows, asked until it answers.
    pub(crate) fn known(&self, id: &OperationId) -> Option<Outcome> {
        loop {
            match finish(self.inner.outcome(id)) {
                Err(JournalError::Storage(_)) => {}
                answer => return answer.unwrap(),
            }
        }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.taken.borrow().iter().all(|operation| self.known(&operation.id).is_some())
    }

    /// One call: it gives way, may fail, is carried out, and may lose its answer.
    async fn call<T>(&self, call: impl Future<Output = Result<T, JournalError>>) -> Result<T, JournalError> {
        pause().await;
        let lost = || Err(JournalError::Storage("the storage failed".to_owned()));
        let (before, after) = self.fuse.or_chance(&self.chance, self.fails.get());
        if before {
            return lost();
        }
        let answer = call.await?;
        pause().await;
        if after { lost() } else { Ok(answer) }
    }
}

impl<J: Journal> Journal for FailingJournal<J> {
    async fn submit(&self, operation: &Operation) -> Result<Submitted, JournalError> {
        self.call(async {
            let answer = self.inner.submit(operation).await;
            // An answer that the inner journal lost leaves it open whether it was taken. Asked again it is, and whoever
            // asked first is not told.
            let mut again = answer.clone();
            while let Err(JournalError::Storage(_)) = again {
                again = self.inner.submit(operation).await;
            }
            let mut taken = self.taken.borrow_mut();
            let new = !taken.iter().any(|known| known.id == operation.id);
            if new && matches!(again, Ok(Submitted::Queued | Submitted::Known(_))) {
                taken.push(operation.clone());
            }
            answer
        })
        .await
    }

    async fn outcome(&self, operation: &OperationId) -> Result<Option<Outcome>, JournalError> {
        self.call(self.inner.outcome(operation)).await
    }

    async fn take_over(&self) -> Result<Fence, JournalError> {
        self.call(self.inner.take_over()).await
    }

    async fn open(&self, fence: Fence, at_most: usize) -> Result<Vec<Operation>, JournalError> {
        self.call(self.inner.open(fence, at_most)).await
    }

    async fn attempts(&self, fence: Fence) -> Result<Vec<Attempt>, JournalError> {
        self.call(self.inner.attempts(fence)).await
    }

    async fn note(&self, fence: Fence, attempt: &Attempt) -> Result<(), JournalError> {
        self.call(self.inner.note(fence, attempt)).await
    }

    async fn forget(&self, fence: Fence, attempt: &Attempt) -> Result<(), JournalError> {
        self.call(self.inner.forget(fence, attempt)).await
    }

    async fn finish(
        &self,
        fence: Fence,
        outcomes: &[(OperationId, Outcome)],
        head: Option<Oid>,
    ) -> Result<(), JournalError> {
        self.call(self.inner.finish(fence, outcomes, head)).await
    }

    async fn last_head(&self, fence: Fence) -> Result<Option<Oid>, JournalError> {
        self.call(self.inner.last_head(fence)).await
    }
}
