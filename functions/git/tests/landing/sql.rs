//! The journal in SQL: the same storm, where a process may die before and after any statement, and what its rows hold.

use std::cell::Cell;
use std::rc::Rc;

use fairlead_git::landing::{
    Attempt, Conflict, Fence, Journal, JournalError, Operation, OperationId, Outcome, SqlJournal, Step,
    Submitted, sql,
};
use fairlead_sql::{Batch, Row, Sql, SqlError, Statement};
use fairlead_sqlite::Sqlite;
use fairlead_world::{Oid, RepoPath};

use super::chance::Chance;
use super::fuse::Fuse;
use super::journal::FailingJournal;
use super::poll::{finish, pause};
use super::run::{Weather, run_with};

/// A database that gives way before and after each statement, and that breaks before or after it.
#[derive(Clone)]
pub(crate) struct Breaking {
    inner: Sqlite,
    chance: Rc<Chance>,
    pub(crate) fails: Rc<Cell<u64>>,
    pub(crate) asked: Rc<Cell<u64>>,
    pub(crate) fuse: Fuse,
}

impl Breaking {
    pub(crate) fn new(inner: Sqlite, chance: Rc<Chance>) -> Breaking {
        Breaking { inner, chance, fails: Rc::default(), asked: Rc::default(), fuse: Fuse::default() }
    }

    async fn around<T>(&self, call: impl Future<Output = Result<T, SqlError>>) -> Result<T, SqlError> {
        let broken = || Err(SqlError::Database("the disk is away".to_owned()));
        self.asked.set(self.asked.get() + 1);
        pause().await;
        let (before, after) = self.fuse.or_chance(&self.chance, self.fails.get());
        if before {
            return broken();
        }
        let answer = call.await;
        pause().await;
        if after { broken() } else { answer }
    }
}

impl Sql for Breaking {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        self.around(self.inner.query(statement)).await
    }

    async fn batch(&self, batch: Batch) -> Result<fairlead_sql::Outcome, SqlError> {
        self.around(self.inner.batch(batch)).await
    }
}

/// One seed over SQL; returns how many statements it took.
pub(crate) fn storm(seed: u64, weather: Weather) -> u64 {
    let chance = Rc::new(Chance::new(seed));
    let sql = Breaking::new(Sqlite::in_memory().unwrap(), chance.clone());
    let (fails, asked) = (sql.fails.clone(), sql.asked.clone());
    let inner = finish(SqlJournal::open(sql, "shop main")).unwrap();
    fails.set(weather.storage);
    let journal = FailingJournal::new(inner, chance.clone());
    let calm = Rc::clone(&fails);
    run_with(journal, chance, Weather { storage: 0, ..weather }, move || calm.set(0));
    asked.get()
}

fn journal(sql: &Sqlite, name: &str) -> SqlJournal<Sqlite> {
    finish(SqlJournal::open(sql.clone(), name)).unwrap()
}

fn id(text: &str) -> OperationId {
    OperationId::parse(text).unwrap()
}

fn operation(name: &str, payload: &[u8]) -> Operation {
    Operation { id: id(name), exclusive: None, payload: payload.to_vec(), deadline: i64::MAX }
}

fn oid(number: u8) -> Oid {
    Oid::parse(&format!("{number:02x}").repeat(20)).unwrap()
}

fn attempt(operations: &[&str]) -> Attempt {
    let step = |name: &&str| Step { operation: id(name), commit: oid(1), tree: oid(2) };
    Attempt { base: Some(oid(3)), time: 1_700_000_000, steps: operations.iter().map(step).collect() }
}

#[test]
fn a_payload_longer_than_a_row_comes_back_whole_and_one_that_is_too_long_is_refused() {
    let sql = Sqlite::in_memory().unwrap();
    let journal = journal(&sql, "a");
    let long: Vec<u8> = (0..5_000_000_u32).map(|n| (n % 251) as u8).collect();
    assert_eq!(finish(journal.submit(&operation("long", &long))), Ok(Submitted::Queued));
    assert_eq!(finish(journal.submit(&operation("empty", b""))), Ok(Submitted::Queued));
    let fence = finish(journal.take_over()).unwrap();
    let open = finish(journal.open(fence, 10)).unwrap();
    assert_eq!(open.iter().map(|one| one.payload.len()).collect::<Vec<_>>(), [5_000_000, 0]);
    assert!(open[0].payload == long);
    let beyond = operation("beyond", &vec![0; sql::MAX_PAYLOAD + 1]);
    let most = sql::MAX_PAYLOAD;
    assert_eq!(finish(journal.submit(&beyond)), Err(JournalError::TooLong { most }));
}

#[test]
fn of_long_operations_fewer_are_held_at_once_and_the_first_always() {
    let sql = Sqlite::in_memory().unwrap();
    let journal = journal(&sql, "a");
    for id in ["a", "b", "c"] {
        assert_eq!(finish(journal.submit(&operation(id, &vec![1; sql::MAX_PAYLOAD]))), Ok(Submitted::Queued));
    }
    let fence = finish(journal.take_over()).unwrap();
    let ids = || {
        let open = finish(journal.open(fence, 10)).unwrap();
        open.iter().map(|one| one.id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(ids(), ["a", "b"]);
    let landed = |id: &str| (operation(id, b"").id, Outcome::Landed(Oid::ZERO));
    finish(journal.finish(fence, &[landed("a"), landed("b")], None)).unwrap();
    assert_eq!(ids(), ["c"]);
}

#[test]
fn an_id_stands_for_one_payload_also_when_that_is_gone() {
    let sql = Sqlite::in_memory().unwrap();
    let journal = journal(&sql, "a");
    finish(journal.submit(&operation("x", b"one"))).unwrap();
    assert_eq!(finish(journal.submit(&operation("x", b"one"))), Ok(Submitted::Known(None)));
    let fence = finish(journal.take_over()).unwrap();
    finish(journal.finish(fence, &[(id("x"), Outcome::Landed(oid(9)))], Some(oid(9)))).unwrap();
    // What has an outcome keeps it.
    finish(journal.finish(fence, &[(id("x"), Outcome::Unchanged)], None)).unwrap();
    let known = Submitted::Known(Some(Outcome::Landed(oid(9))));
    assert_eq!(finish(journal.submit(&operation("x", b"one"))), Ok(known));
    assert_eq!(finish(journal.submit(&operation("x", b"two"))), Err(JournalError::Reused(id("x"))));
    assert_eq!(finish(journal.last_head(fence)), Ok(Some(oid(9))));
    let parts = finish(sql.query(Statement::new("SELECT count(*) FROM landing_part"))).unwrap();
    assert_eq!(parts[0].integer(0), Ok(0), "nobody needs the payload any more");
}

#[test]
fn what_only_one_may_do_is_refused_until_it_is_done() {
    let sql = Sqlite::in_memory().unwrap();
    let journal = journal(&sql, "a");
    let busy = |name: &str| Operation { exclusive: Some("shop".to_owned()), ..operation(name, b"") };
    assert_eq!(finish(journal.submit(&busy("one"))), Ok(Submitted::Queued));
    assert_eq!(finish(journal.submit(&busy("two"))), Ok(Submitted::Busy(id("one"))));
    let fence = finish(journal.take_over()).unwrap();
    finish(journal.finish(fence, &[(id("one"), Outcome::Unchanged)], None)).unwrap();
    assert_eq!(finish(journal.submit(&busy("two"))), Ok(Submitted::Queued));
}

#[test]
fn a_former_owner_writes_and_reads_nothing() {
    let sql = Sqlite::in_memory().unwrap();
    let journal = journal(&sql, "a");
    finish(journal.submit(&operation("x", b""))).unwrap();
    let former = finish(journal.take_over()).unwrap();
    let owner = finish(journal.take_over()).unwrap();
    assert!(owner > former && former > Fence(0));
    let attempt = attempt(&["x"]);
    assert_eq!(finish(journal.note(former, &attempt)), Err(JournalError::Fenced));
    assert_eq!(finish(journal.open(former, 9)), Err(JournalError::Fenced));
    assert_eq!(finish(journal.attempts(former)), Err(JournalError::Fenced));
    assert_eq!(finish(journal.last_head(former)), Err(JournalError::Fenced));
    let outcome = [(id("x"), Outcome::Unchanged)];
    assert_eq!(finish(journal.finish(former, &outcome, None)), Err(JournalError::Fenced));
    assert_eq!(finish(journal.attempts(owner)), Ok(Vec::new()));
    assert_eq!(finish(journal.outcome(&id("x"))), Ok(None));
}

#[test]
fn attempts_are_kept_once_and_as_long_as_somebody_waits() {
    let sql = Sqlite::in_memory().unwrap();
    let journal = journal(&sql, "a");
    for name in ["x", "y"] {
        finish(journal.submit(&operation(name, b""))).unwrap();
    }
    let fence = finish(journal.take_over()).unwrap();
    let (both, one) = (attempt(&["x", "y"]), Attempt { base: None, ..attempt(&["y"]) });
    for attempt in [&both, &one, &both] {
        finish(journal.note(fence, attempt)).unwrap();
    }
    assert_eq!(finish(journal.attempts(fence)), Ok(vec![both.clone(), one.clone()]));
    finish(journal.forget(fence, &one)).unwrap();
    finish(journal.finish(fence, &[(id("x"), Outcome::Landed(oid(1)))], None)).unwrap();
    assert_eq!(finish(journal.attempts(fence)), Ok(vec![both]), "y is still waited for");
    finish(journal.finish(fence, &[(id("y"), Outcome::Landed(oid(1)))], None)).unwrap();
    assert_eq!(finish(journal.attempts(fence)), Ok(Vec::new()));
    let rows = finish(sql.query(Statement::new("SELECT count(*) FROM landing_step"))).unwrap();
    assert_eq!(rows[0].integer(0), Ok(0));
}

#[test]
fn every_outcome_comes_back_and_the_longest_are_cut() {
    let sql = Sqlite::in_memory().unwrap();
    let journal = journal(&sql, "a");
    let conflict =
        |n: usize| Conflict { path: RepoPath::parse(&format!("a/{n}")).unwrap(), found: "it is gone".into() };
    let outcomes = [
        Outcome::Landed(oid(1)),
        Outcome::Unchanged,
        Outcome::Conflict(vec![conflict(1), conflict(2)]),
        Outcome::Refused("main is frozen\nuntil Monday".into()),
        Outcome::Failed("größer".into()),
        Outcome::Expired(String::new()),
    ];
    let fence = finish(journal.take_over()).unwrap();
    for (number, outcome) in outcomes.iter().enumerate() {
        let name = format!("op-{number}");
        finish(journal.submit(&operation(&name, b""))).unwrap();
        finish(journal.finish(fence, &[(id(&name), outcome.clone())], None)).unwrap();
        assert_eq!(finish(journal.outcome(&id(&name))), Ok(Some(outcome.clone())));
    }
    for (name, long) in [
        ("words", Outcome::Refused("ü".repeat(2_000_000))),
        ("paths", Outcome::Conflict((0..200_000).map(conflict).collect())),
    ] {
        finish(journal.submit(&operation(name, b""))).unwrap();
        finish(journal.finish(fence, &[(id(name), long)], None)).unwrap();
        assert!(finish(journal.outcome(&id(name))).unwrap().is_some(), "{name}");
    }
}

#[test]
fn queues_of_one_database_know_nothing_of_each_other_and_old_operations_can_be_forgotten() {
    let sql = Sqlite::in_memory().unwrap();
    let (one, other) = (journal(&sql, "one"), journal(&sql, "other"));
    let dated = Operation { deadline: 100, ..operation("x", b"") };
    finish(one.submit(&dated)).unwrap();
    let (fence, others) = (finish(one.take_over()).unwrap(), finish(other.take_over()).unwrap());
    assert_eq!(finish(other.open(others, 9)), Ok(Vec::new()));
    finish(one.prune(1000)).unwrap();
    assert_eq!(finish(one.open(fence, 9)).unwrap().len(), 1, "it has no outcome yet");
    finish(one.finish(fence, &[(id("x"), Outcome::Unchanged)], None)).unwrap();
    finish(one.prune(100)).unwrap();
    assert_eq!(finish(one.outcome(&id("x"))), Ok(Some(Outcome::Unchanged)));
    finish(one.prune(101)).unwrap();
    assert_eq!(finish(one.outcome(&id("x"))), Ok(None));
    assert_eq!(finish(journal(&sql, "one").last_head(fence)), Ok(None), "opened again it is the same");
}
