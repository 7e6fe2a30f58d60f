//! A small scenario in which exactly the n-th call fails, for every n, while somebody else pushes at one moment or
//! another.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use fairlead_git::landing::{Journal, JournalError, MemoryJournal, Operation, OperationId};

use super::chance::Chance;
use super::edit::{Edit, Seen};
use super::journal::FailingJournal;
use super::oracle;
use super::poll::{finish, poll};
use super::run::{ModelClock, own};
use super::server::Server;

/// When the first owner dies and when somebody else pushes, in polls.
#[derive(Clone, Copy)]
struct When {
    death: u64,
    foreign: u64,
}

/// The moments at which somebody else pushes: before anything, at the moments around the landing, and after it.
const FOREIGN: [u64; 8] = [0, 6, 12, 18, 24, 30, 36, 48];

/// Three edits, one of which overlaps with what somebody else pushes. `arrange` plants the failure. Returns whether the
/// first owner came to its end.
fn scenario(arrange: impl Fn(&Server, &FailingJournal<MemoryJournal>), when: When) -> bool {
    let chance = Rc::new(Chance::new(1));
    let now = Rc::new(Cell::new(1_700_000_000));
    let server = Server::new(chance.clone(), now.clone(), false);
    let journal = FailingJournal::in_memory(chance.clone());
    let clock = ModelClock::new(now.clone(), chance);
    server.foreign("a", "before");
    for (number, path) in ["a", "folder/b", "folder/c"].into_iter().enumerate() {
        let edit = Edit { path: path.to_owned(), seen: Seen::Anything, contents: format!("edit {number}") };
        let operation = Operation {
            id: OperationId::parse(&format!("op-{number}")).unwrap(),
            exclusive: None,
            payload: edit.payload(),
            deadline: now.get() + 100_000,
        };
        finish(journal.submit(&operation)).unwrap();
    }
    arrange(&server, &journal);
    let mut first: Pin<Box<dyn Future<Output = Result<(), JournalError>> + '_>> =
        Box::pin(own(&server, &journal, &clock));
    let mut ended = false;
    for count in 0..when.death.max(when.foreign + 1) {
        if count == when.foreign {
            server.foreign("folder/b", "foreign");
        }
        ended = ended || (count < when.death && poll(&mut first).is_some());
    }
    drop(first);
    server.deliver(false);
    while finish(own(&server, &journal, &clock)).is_err() {
        // The storage may fail for the second owner, too.
    }
    assert!(journal.is_done());
    oracle::check(&server, &journal, false);
    ended
}

#[test]
fn an_owner_may_die_at_any_moment() {
    for foreign in FOREIGN {
        let ends = (0..10_000).find(|death| scenario(|_, _| {}, When { death: *death, foreign }));
        assert!(ends.is_some_and(|polls| polls > 20), "the sweep reaches the end: {ends:?}");
    }
}

#[test]
fn any_request_and_any_answer_may_be_lost() {
    for foreign in FOREIGN {
        for (call, back) in (0..60).flat_map(|call| [(call, false), (call, true)]) {
            scenario(|server, _| server.fuse.light(call, back), When { death: 2_000, foreign });
        }
    }
}

#[test]
fn the_storage_may_fail_at_any_call_before_or_after_it_wrote() {
    for foreign in FOREIGN {
        for (call, after) in (0..60).flat_map(|call| [(call, false), (call, true)]) {
            scenario(|_, journal| journal.fuse.light(call, after), When { death: 2_000, foreign });
        }
    }
}
