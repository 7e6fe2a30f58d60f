//! The owner of one branch: one step after another, each of which may be its last.

use std::collections::BTreeSet;

use fairlead_world::Oid;

use super::base::Base;
use super::journal::{Attempt, Fence, Journal, JournalError};
use super::operation::{Operation, OperationId, Outcome};
use super::plan::{Plan, plan};
use super::trace::{Trace, trace};
use super::wait::wait;
use super::work::Works;
use crate::reference::Branch;
use crate::repository::{LandError, Landed, Landing, Repository, RepositoryError};
use crate::sign::SigningKey;

/// What only the host knows.
pub trait Clock {
    /// Seconds since 1970. It may jump; nothing but waiting and deadlines hangs on it.
    fn now(&self) -> i64;

    /// A number that nobody can guess, for spreading waits.
    fn noise(&self) -> u64;
}

/// By how many seconds a clock may be set, or the clocks of two owners differ.
const SKEW: i64 = 600;

/// For how many seconds a server may still answer with where a branch was before, from a cache or a replica.
const STALE: i64 = 60;

/// How far back an old answer is looked for.
const RECENT: usize = 100;

/// How an owner works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Who makes the commits.
    pub committer: (String, String),
    /// In which zone their times are, in minutes east of UTC.
    pub offset: i16,
    /// Whether each commit's message names its operation. A provider that writes commits anew gives them other ids than
    /// planned, and without that trailer nobody could tell after a lost answer that they landed.
    pub trailers: bool,
    /// The most operations that one push carries.
    pub batch: usize,
    /// For how many seconds a request without an answer may still arrive. Longer than any server or proxy keeps one.
    pub grace: i64,
}

/// When to take the next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// When the next operation is handed in.
    Idle,
    /// At once.
    Now,
    /// After so many seconds.
    After(u64),
}

/// Lands the operations of one journal on one branch.
///
/// Dropping the future of a step at any point, or the owner, loses nothing: the next owner finds out from journal and
/// branch what was done.
pub struct Owner<'a, R, J, W, C> {
    repository: &'a R,
    journal: &'a J,
    works: &'a W,
    clock: &'a C,
    key: Option<&'a SigningKey>,
    branch: Branch,
    settings: Settings,
    fence: Fence,
    /// Steps in a row that came to nothing.
    tries: u32,
    /// The most operations of the next landing: fewer after a refusal, to find out which one is refused.
    at_once: usize,
    /// The commit that landings are made on in the place of the branch's head, which they replace then.
    upon: Option<Option<Oid>>,
    /// Where the branch is as far as this owner knows, until something speaks against it.
    seen: Option<Option<Oid>>,
    /// Where the branch was last seen for sure, and when.
    known: Option<(Oid, i64)>,
    /// What the server answered last.
    answer: Option<Result<Landed, LandError>>,
}

impl<'a, R: Repository, J: Journal, W: Works, C: Clock> Owner<'a, R, J, W, C> {
    /// Takes the journal over.
    ///
    /// # Errors
    /// Where the journal cannot be written.
    pub async fn open(
        repository: &'a R,
        journal: &'a J,
        works: &'a W,
        clock: &'a C,
        key: Option<&'a SigningKey>,
        branch: Branch,
        settings: Settings,
    ) -> Result<Owner<'a, R, J, W, C>, JournalError> {
        let fence = journal.take_over().await?;
        let at_once = settings.batch.max(1);
        // When that was nobody wrote down; it may have been just now.
        let known = journal.last_head(fence).await?.map(|head| (head, clock.now()));
        Ok(Owner {
            repository,
            journal,
            works,
            clock,
            key,
            branch,
            settings,
            fence,
            tries: 0,
            at_once,
            upon: None,
            seen: None,
            known,
            answer: None,
        })
    }

    /// Lets the first landing be planned on this head without asking for it, for who has just read it. Where it is another
    /// by then the server refuses what was planned, and the branch is asked.
    pub fn assume(&mut self, head: Option<Oid>) {
        self.seen = Some(head);
    }

    /// Makes landings on this commit and not on the branch's head, which they replace: for a branch whose commits nobody
    /// but this owner's operations ought to have made. Where the branch is compared with what it was all the same.
    pub fn replace_with(&mut self, commit: Option<Oid>) {
        self.upon = Some(commit);
    }

    /// What the server answered last: its own words, for who waits for them.
    pub fn answer(&self) -> Option<&Result<Landed, LandError>> {
        self.answer.as_ref()
    }

    /// The last commit that was sent and of which nothing final is known.
    ///
    /// # Errors
    /// Where the journal cannot be read.
    pub async fn sent(&self) -> Result<Option<Oid>, JournalError> {
        let attempts = self.journal.attempts(self.fence).await?;
        Ok(attempts.last().and_then(|attempt| attempt.steps.last()).map(|step| step.commit))
    }

    /// Takes one step: finds out what has landed, or lands what is next.
    ///
    /// # Errors
    /// [`JournalError::Fenced`] ends this owner. After any other error the step can be taken again.
    pub async fn step(&mut self) -> Result<Next, JournalError> {
        let batch = self.settings.batch.max(1);
        let mut operations = self.journal.open(self.fence, batch).await?;
        if operations.is_empty() {
            self.tries = 0;
            return Ok(Next::Idle);
        }
        let attempts = self.journal.attempts(self.fence).await?;
        if !attempts.is_empty() {
            // Those that can only wait are not in the way of the others.
            let sent: BTreeSet<_> = attempts.iter().flat_map(|attempt| &attempt.steps).collect();
            operations = self.journal.open(self.fence, batch + sent.len()).await?;
        }
        // What may have been sent is looked for where the branch really is.
        let assumed = self.seen.take().filter(|_| attempts.is_empty());
        let head = match assumed {
            Some(head) => head,
            None => match self.head().await {
                Ok(Some(head)) => head,
                Ok(None) => return Ok(self.later(None)),
                Err(error) => return self.put_off(&operations, &attempts, &error).await,
            },
        };
        let trace = match trace(self.repository, head, &attempts).await {
            Ok(trace) => trace,
            Err(error) => return self.put_off(&operations, &attempts, &error).await,
        };
        let doubted = self.in_doubt(&trace, &attempts);
        let known = self.known(&operations, &trace, &doubted, head).await?;
        if !known.is_empty() {
            self.journal.finish(self.fence, &known, head).await?;
            return Ok(Next::Now);
        }
        let (operations, time) = self.chosen(operations, &attempts, head);
        if operations.is_empty() {
            return Ok(self.later(None));
        }
        let planned = match self.plan(&operations, head, time).await {
            Ok(planned) => planned,
            Err(error) => return self.put_off(&operations, &attempts, &error).await,
        };
        // Only a server's answer to a push may rest on what is not sure.
        if assumed.is_some() && !planned.outcomes.is_empty() {
            return Ok(Next::Now);
        }
        self.carry_out(planned, &operations, &attempts, &doubted, head).await
    }

    /// Where the branch is now, or nothing where the answer is one that was true before: what would be said on it could be
    /// wrong, and nobody would notice where it is that there is nothing to commit.
    async fn head(&mut self) -> Result<Option<Option<Oid>>, RepositoryError> {
        let answer = self.repository.head(&self.branch).await?;
        let now = self.clock.now();
        let recent = self.known.filter(|(_, since)| now.saturating_sub(*since) < STALE);
        let Some(head) = answer else {
            // Deleted since, or not there yet when that answer was true.
            return Ok(if recent.is_some() { None } else { Some(None) });
        };
        if let Some((known, _)) = recent.filter(|(known, _)| *known != head) {
            let before = self.repository.history(known, RECENT).await?;
            if before.iter().any(|(oid, _)| *oid == head) {
                return Ok(None);
            }
        }
        self.known = Some((head, now));
        Ok(Some(Some(head)))
    }

    /// The operations that an attempt without an answer may still land. An attempt is made again for as long as a request
    /// may be on its way, and the last such request is on its way for as long again.
    fn in_doubt(&self, trace: &Trace, attempts: &[Attempt]) -> BTreeSet<OperationId> {
        let lasts = self.settings.grace.saturating_add(SKEW).saturating_mul(2);
        let fresh = attempts.iter().filter(|attempt| self.age(attempt) < lasts);
        let fresh: BTreeSet<&OperationId> =
            fresh.flat_map(|attempt| &attempt.steps).map(|step| &step.operation).collect();
        trace.in_doubt.iter().filter(|operation| fresh.contains(operation)).cloned().collect()
    }

    /// How long ago an attempt was planned, as far as the clock tells.
    fn age(&self, attempt: &Attempt) -> i64 {
        self.clock.now().saturating_sub(attempt.time)
    }

    /// What can be said before anything is planned.
    async fn known(
        &self,
        operations: &[Operation],
        trace: &Trace,
        doubted: &BTreeSet<OperationId>,
        head: Option<Oid>,
    ) -> Result<Vec<(OperationId, Outcome)>, JournalError> {
        let mut known = Vec::new();
        let gone = head.is_none() && self.journal.last_head(self.fence).await?.is_some();
        let now = self.clock.now();
        for operation in operations {
            if let Some(commit) = trace.landed.get(&operation.id) {
                known.push((operation.id.clone(), Outcome::Landed(*commit)));
            } else if doubted.contains(&operation.id) {
                // It may land yet, and nothing can be said.
            } else if gone {
                let why = format!("the branch {} was deleted: recreate it, or name another", self.branch);
                known.push((operation.id.clone(), Outcome::Failed(why)));
            } else if operation.deadline < now {
                let why = "those before it took too long, or others kept changing the branch".to_owned();
                known.push((operation.id.clone(), Outcome::Expired(why)));
            }
        }
        Ok(known)
    }

    /// What to plan, and for when: an attempt that may have been sent is made again exactly as it was, so that the same
    /// commits come of it. One that is old is not, since nobody could say then when it was sent last; who still waits
    /// gets another, and who does not only waits to be told.
    fn chosen(
        &self,
        operations: Vec<Operation>,
        attempts: &[Attempt],
        head: Option<Oid>,
    ) -> (Vec<Operation>, i64) {
        // After a refusal fewer are tried at once; insisting on the same many would be refused for ever.
        let same = |attempt: &&Attempt| {
            let young = self.age(attempt) < self.settings.grace;
            young && attempt.base == head && attempt.steps.len() <= self.at_once
        };
        let again = attempts.iter().rev().filter(same).find_map(|attempt| {
            let find = |step: &super::journal::Step| {
                operations.iter().find(|operation| operation.id == step.operation).cloned()
            };
            let again: Option<Vec<Operation>> = attempt.steps.iter().map(find).collect();
            Some((again?, attempt.time))
        });
        again.unwrap_or_else(|| {
            let now = self.clock.now();
            let waits = |operation: &Operation| operation.deadline >= now;
            (operations.into_iter().filter(waits).take(self.at_once).collect(), now)
        })
    }

    async fn plan(
        &self,
        operations: &[Operation],
        head: Option<Oid>,
        time: i64,
    ) -> Result<Plan, RepositoryError> {
        let mut base = Base::upon(self.repository, head, self.upon.unwrap_or(head)).await?;
        plan(operations, &mut base, self.works, &self.branch, time, &self.settings, self.key).await
    }

    async fn carry_out(
        &mut self,
        planned: Plan,
        operations: &[Operation],
        attempts: &[Attempt],
        doubted: &BTreeSet<OperationId>,
        head: Option<Oid>,
    ) -> Result<Next, JournalError> {
        let Plan { landing, attempt, outcomes } = planned;
        // What may yet land must not be told that it did not.
        let (waiting, certain): (Vec<_>, Vec<_>) =
            outcomes.into_iter().partition(|(operation, _)| doubted.contains(operation));
        if !certain.is_empty() {
            self.journal.finish(self.fence, &certain, head).await?;
        }
        let Some(landing) = landing else {
            return Ok(if waiting.is_empty() { Next::Now } else { self.later(None) });
        };
        if !attempts.contains(&attempt) {
            self.journal.note(self.fence, &attempt).await?;
        }
        let answer = self.repository.land(&landing).await;
        self.answer = Some(answer.clone());
        match answer {
            Ok(landed) => self.landed(&attempt, &landing, &landed).await,
            Err(error) => self.not_landed(error, &attempt, operations, attempts, doubted).await,
        }
    }

    async fn landed(
        &mut self,
        attempt: &Attempt,
        landing: &Landing,
        landed: &Landed,
    ) -> Result<Next, JournalError> {
        if landed.commits.len() != landing.commits.len() {
            // Nothing can be concluded from such an answer; the branch tells.
            return Ok(self.later(None));
        }
        let outcomes: Vec<(OperationId, Outcome)> = attempt
            .steps
            .iter()
            .zip(&landed.commits)
            .map(|(step, commit)| (step.operation.clone(), Outcome::Landed(*commit)))
            .collect();
        self.journal.finish(self.fence, &outcomes, landed.commits.last().copied()).await?;
        self.tries = 0;
        self.seen = landed.commits.last().map(|head| Some(*head));
        self.known = landed.commits.last().map(|head| (*head, self.clock.now()));
        self.at_once = (self.at_once * 2).min(self.settings.batch.max(1));
        Ok(Next::Now)
    }

    async fn not_landed(
        &mut self,
        error: LandError,
        attempt: &Attempt,
        operations: &[Operation],
        attempts: &[Attempt],
        doubted: &BTreeSet<OperationId>,
    ) -> Result<Next, JournalError> {
        match error {
            LandError::Unknown(_) => Ok(self.later(None)),
            LandError::Moved { head, .. } => {
                // Who refuses a push because the branch has moved may have moved it by the same push, where something in
                // between sent it twice. Who says where the branch is was not sent any.
                if let Some(head) = head {
                    self.known = Some((head, self.clock.now()));
                    self.forget(attempt, attempts).await?;
                }
                self.tries += 1;
                Ok(if self.tries <= 3 { Next::Now } else { self.later(None) })
            }
            LandError::Refused { rule: why, .. } | LandError::Unfit { why, .. } => {
                self.forget(attempt, attempts).await?;
                match attempt.steps.as_slice() {
                    [step] if !doubted.contains(&step.operation) => {
                        let outcome = [(step.operation.clone(), Outcome::Refused(why))];
                        self.journal.finish(self.fence, &outcome, attempt.base).await?;
                        Ok(Next::Now)
                    }
                    [_] => Ok(self.later(None)),
                    steps => {
                        self.at_once = (steps.len() / 2).max(1);
                        Ok(Next::Now)
                    }
                }
            }
            // Which of two answers it is nobody knows: the attempt is in doubt as after no answer.
            LandError::Doubted(error) => {
                let attempts: Vec<Attempt> = attempts.iter().chain([attempt]).cloned().collect();
                let next = self.put_off(operations, &attempts, &error).await;
                self.answer = Some(Err(LandError::Doubted(error)));
                next
            }
            // It is there and is not what was asked for; trying again would build on it.
            LandError::Altered { commit, .. } => {
                let failed = Outcome::Failed(error.to_string());
                let steps = attempt.steps.iter();
                let outcomes: Vec<_> = steps.map(|step| (step.operation.clone(), failed.clone())).collect();
                self.journal.finish(self.fence, &outcomes, Some(commit)).await?;
                Ok(Next::Now)
            }
            LandError::Repository(error) => {
                self.forget(attempt, attempts).await?;
                self.put_off(operations, attempts, &error).await
            }
        }
    }

    /// Forgets an attempt that the server did not take, where it was sent this once.
    async fn forget(&self, attempt: &Attempt, attempts: &[Attempt]) -> Result<(), JournalError> {
        if attempts.contains(attempt) { Ok(()) } else { self.journal.forget(self.fence, attempt).await }
    }

    /// The repository cannot be asked. Who has waited long enough and was never sent is told so.
    async fn put_off(
        &mut self,
        operations: &[Operation],
        attempts: &[Attempt],
        error: &RepositoryError,
    ) -> Result<Next, JournalError> {
        self.answer = Some(Err(error.clone().into()));
        let now = self.clock.now();
        let lasting = self.tries >= 2 && error.is_lasting();
        let mut outcomes = Vec::new();
        for operation in operations {
            if sent_before(&operation.id, attempts) {
                continue;
            }
            if lasting {
                outcomes.push((operation.id.clone(), Outcome::Failed(error.to_string())));
            } else if operation.deadline < now {
                outcomes.push((operation.id.clone(), Outcome::Expired(error.to_string())));
            }
        }
        if !outcomes.is_empty() {
            self.journal.finish(self.fence, &outcomes, None).await?;
        }
        let told = match error {
            RepositoryError::RateLimited { wait, .. } => Some(wait.unwrap_or(60)),
            _ => None,
        };
        Ok(self.later(told))
    }

    fn later(&mut self, told: Option<u64>) -> Next {
        self.tries += 1;
        Next::After(wait(self.tries, told, self.clock.noise()))
    }
}

fn sent_before(operation: &OperationId, attempts: &[Attempt]) -> bool {
    attempts.iter().flat_map(|attempt| &attempt.steps).any(|step| step.operation == *operation)
}
