//! Others use the repository between the n-th call to the storage and the next, for every n: each comes to its end.

use std::cell::Cell;
use std::rc::Rc;

use fairlead_git::hosted::Hosted;
use fairlead_git::object::Oid;
use fairlead_sql::{Batch, Outcome, Row, Sql, SqlError, Statement};
use fairlead_sqlite::Sqlite;

use crate::support::{
    MAIN, Time, block_on, change, main_of, open, push, reachable, repository, request, rows, settle, started,
    whole,
};

/// More calls than any work here makes: whoever makes more goes round in circles.
const MOST: usize = 200;

/// A database that somebody else uses before one of our calls is carried out.
#[derive(Clone)]
struct Shared {
    sql: Sqlite,
    calls: Rc<Cell<usize>>,
    at: usize,
    rival: Rc<dyn Fn()>,
}

impl Shared {
    fn call(&self) -> Result<(), SqlError> {
        let call = self.calls.replace(self.calls.get() + 1);
        if call == self.at {
            (self.rival)();
        }
        if call < MOST { Ok(()) } else { Err(SqlError::Database("it goes round in circles".into())) }
    }
}

impl Sql for Shared {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        self.call()?;
        self.sql.query(statement).await
    }

    async fn batch(&self, batch: Batch) -> Result<Outcome, SqlError> {
        self.call()?;
        self.sql.batch(batch).await
    }
}

/// Runs `work` once for each of its calls, with `rival` before it, and then checks with `settled`.
fn sweep(
    rival: impl Fn(&Hosted<Sqlite>) + Clone + 'static,
    work: impl Fn(&Hosted<Shared>),
    settled: impl Fn(&Sqlite, &Hosted<Sqlite>),
) {
    for at in 0.. {
        let time = Time::default();
        let (sql, hosted) = repository(&time);
        let old = started(&hosted);
        for (name, parent) in [("side", old), ("more", old)] {
            let (commit, objects) = change(name, &[parent]);
            let name = format!("refs/heads/{name}");
            push(&hosted, request(&name, Oid::ZERO, commit, &whole(&objects))).unwrap();
        }
        let calls = Rc::new(Cell::new(0));
        let other = open(sql.clone(), &time);
        let shared = Shared {
            sql: sql.clone(),
            calls: calls.clone(),
            at,
            rival: {
                let rival = rival.clone();
                Rc::new(move || rival(&other))
            },
        };
        let ours = open(shared, &time);
        work(&ours);
        assert!(calls.get() < MOST, "with somebody else at call {at} it does not come to its end");
        if calls.get() <= at {
            assert!(at > 3, "the work calls its storage");
            return;
        }
        settled(&sql, &hosted);
    }
}

fn collected(other: &Hosted<Sqlite>) {
    settle(other);
}

/// Deletes a branch.
fn forget(other: &Hosted<Sqlite>, name: &str) {
    let (commit, _) = change(name, &[change("one", &[]).0]);
    let report = push(other, request(&format!("refs/heads/{name}"), commit, Oid::ZERO, b"")).unwrap();
    assert!(report.contains("ok refs"), "{report}");
}

#[test]
fn what_is_left_of_a_broken_push_may_be_deleted_by_two_at_once() {
    let (old, _) = change("one", &[]);
    let (new, objects) = change("two", &[old]);
    let mut cut = request(MAIN, old, new, &whole(&objects));
    cut.truncate(cut.len() - 30);
    sweep(
        collected,
        |ours| {
            assert!(!push(ours, cut.clone()).unwrap_or_default().contains("ok refs"));
            assert!(block_on(ours.tidy(100)).unwrap().finished);
        },
        |sql, hosted| {
            assert_eq!(rows(sql)[..3], [12, 0, 3], "nothing of the broken push is left");
            assert_eq!((main_of(hosted), reachable(hosted).len()), (Some(old), 12));
        },
    );
}

#[test]
fn a_push_lands_whatever_is_collected_meanwhile() {
    let (old, _) = change("one", &[]);
    let (new, objects) = change("two", &[old]);
    let body = request(MAIN, old, new, &whole(&objects));
    sweep(
        collected,
        |ours| assert!(push(ours, body.clone()).unwrap().contains("ok refs/heads/main")),
        |_, hosted| assert_eq!((main_of(hosted), reachable(hosted).len()), (Some(new), 16)),
    );
}

#[test]
fn two_may_collect_at_once() {
    sweep(
        collected,
        |ours| assert!(block_on(ours.collect(100)).unwrap().finished),
        |sql, hosted| {
            assert_eq!(reachable(hosted).len(), 12);
            assert_eq!(rows(sql), [12, 0, 3, 0]);
        },
    );
}

/// A step that is late finds another collection than the one that it belongs to, at any place of that.
#[test]
fn a_late_step_does_nothing_in_the_next_collection() {
    for steps in 0..8 {
        let rival = move |other: &Hosted<Sqlite>| {
            forget(other, "side");
            settle(other);
            forget(other, "more");
            block_on(other.collect(steps)).unwrap();
        };
        sweep(
            rival,
            // What it was about to read may be gone.
            |ours| drop(block_on(ours.collect(100))),
            |sql, hosted| {
                settle(hosted);
                assert_eq!(reachable(hosted).len(), 4);
                assert_eq!(rows(sql), [4, 0, 1, 0]);
            },
        );
    }
}

#[test]
fn of_two_pushes_one_lands_and_the_other_is_told() {
    fn theirs(other: &Hosted<Sqlite>) {
        let (old, _) = change("one", &[]);
        let (new, objects) = change("theirs", &[old]);
        push(other, request(MAIN, old, new, &whole(&objects))).unwrap();
    }
    let (old, _) = change("one", &[]);
    let (new, objects) = change("ours", &[old]);
    let body = request(MAIN, old, new, &whole(&objects));
    let landed: Cell<Option<bool>> = Cell::default();
    sweep(
        theirs,
        |ours| landed.set(Some(push(ours, body.clone()).unwrap().contains("ok refs/heads/main"))),
        |_, hosted| {
            let main: Oid = main_of(hosted).unwrap();
            assert_eq!(landed.get(), Some(main == new));
            assert!(main != old && reachable(hosted).len() == 16);
        },
    );
}
