//! Batches: statements that are carried out together or not at all.

use crate::{Row, SqlError, Statement};

/// Statements for one transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    statement: Statement,
    guard: bool,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// All of it was carried out: the rows of each statement, in their order.
    Done(Vec<Vec<Row>>),
    /// The guard at this place returned no row; nothing was carried out.
    Refused(usize),
}

impl Batch {
    /// A batch of nothing so far.
    pub fn new() -> Batch {
        Batch::default()
    }

    /// Adds a statement.
    pub fn add(&mut self, statement: Statement) {
        self.steps.push(Step { statement, guard: false });
    }

    /// Adds a statement that has to return a row (an `UPDATE … RETURNING` that finds what it expects, a `SELECT` of a
    /// condition), or the whole batch is undone.
    pub fn guard(&mut self, statement: Statement) {
        self.steps.push(Step { statement, guard: true });
    }

    /// How many statements it has.
    pub fn len(&self) -> usize {
        self.steps.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Carries the statements out one after the other, for hosts that can undo what `run` did: where the outcome is
    /// [`Outcome::Refused`] or an error, the caller rolls back.
    ///
    /// # Errors
    /// What `run` answers, and [`SqlError::Limit`] before anything is run.
    pub fn run(
        self,
        mut run: impl FnMut(Statement) -> Result<Vec<Row>, SqlError>,
    ) -> Result<Outcome, SqlError> {
        self.check()?;
        let mut answers = Vec::with_capacity(self.steps.len());
        for (place, step) in self.steps.into_iter().enumerate() {
            let rows = run(step.statement)?;
            if step.guard && rows.is_empty() {
                return Ok(Outcome::Refused(place));
            }
            answers.push(rows);
        }
        Ok(Outcome::Done(answers))
    }

    /// Likewise, for hosts that have to be asked for each statement and waited for.
    ///
    /// # Errors
    /// See [`Batch::run`].
    pub async fn run_waiting(
        self,
        mut run: impl AsyncFnMut(Statement) -> Result<Vec<Row>, SqlError>,
    ) -> Result<Outcome, SqlError> {
        self.check()?;
        let mut answers = Vec::with_capacity(self.steps.len());
        for (place, step) in self.steps.into_iter().enumerate() {
            let rows = run(step.statement).await?;
            if step.guard && rows.is_empty() {
                return Ok(Outcome::Refused(place));
            }
            answers.push(rows);
        }
        Ok(Outcome::Done(answers))
    }

    /// Holds each statement to the limits of all hosts. [`Batch::run`] does so itself; a host that has to begin a
    /// transaction first does it before that.
    ///
    /// # Errors
    /// [`SqlError::Limit`].
    pub fn check(&self) -> Result<(), SqlError> {
        self.steps.iter().try_for_each(|step| step.statement.check())
    }
}

impl Outcome {
    /// Whether the batch was carried out.
    pub fn is_done(&self) -> bool {
        matches!(self, Outcome::Done(_))
    }
}
