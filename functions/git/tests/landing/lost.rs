//! What people are told while nobody knows: nothing, until the branch tells.

use std::cell::Cell;
use std::rc::Rc;

use fairlead_git::Branch;
use fairlead_git::landing::{
    Journal, MemoryJournal, Next, Operation, OperationId, Outcome, Owner, SqlJournal, Submitted,
};
use fairlead_sqlite::Sqlite;

use super::chance::Chance;
use super::edit::{Edit, EditWorks, Seen};
use super::journal::FailingJournal;
use super::poll::finish;
use super::run::{GRACE, ModelClock, settings};
use super::server::{Fault, Server, blob};

const PATIENCE: i64 = 30;

struct Scene {
    server: Server,
    journal: FailingJournal<MemoryJournal>,
    clock: ModelClock,
    operation: OperationId,
}

/// One edit whose landing meets `fault`; whoever asked waits for half a minute.
fn scene(fault: Fault) -> Scene {
    let chance = Rc::new(Chance::new(7));
    let now = Rc::new(Cell::new(1_700_000_000));
    let server = Server::new(chance.clone(), now.clone(), false);
    let journal = FailingJournal::in_memory(chance.clone());
    server.foreign("a", "before");
    let edit = Edit { path: "a".to_owned(), seen: Seen::Anything, contents: "after".to_owned() };
    let operation = OperationId::parse("op").unwrap();
    let deadline = now.get() + PATIENCE;
    let asked = Operation { id: operation.clone(), exclusive: None, payload: edit.payload(), deadline };
    finish(journal.submit(&asked)).unwrap();
    server.next_landing.set(Some(fault));
    Scene { server, journal, clock: ModelClock::new(now, chance), operation }
}

impl Scene {
    fn outcome(&self) -> Option<Outcome> {
        self.journal.known(&self.operation)
    }

    fn pass(&self, seconds: i64) {
        self.clock.now.set(self.clock.now.get() + seconds);
    }
}

fn owner(scene: &Scene) -> Owner<'_, Server, FailingJournal<MemoryJournal>, EditWorks, ModelClock> {
    let Scene { server, journal, clock, .. } = scene;
    let branch = Branch::parse("main").unwrap();
    finish(Owner::open(server, journal, &EditWorks, clock, None, branch, settings())).unwrap()
}

#[test]
fn what_may_yet_arrive_is_not_given_up_when_its_time_is_up() {
    let scene = scene(Fault::LostRequest);
    let mut owner = owner(&scene);
    assert!(matches!(finish(owner.step()), Ok(Next::After(_))));
    scene.pass(PATIENCE + 1);
    // The branch is still where it was, and the request may be anywhere.
    scene.server.next_landing.set(Some(Fault::Unreached));
    finish(owner.step()).unwrap();
    assert_eq!(scene.outcome(), None);
    scene.server.deliver(false);
    finish(owner.step()).unwrap();
    assert_eq!(scene.outcome(), scene.server.head.get().map(Outcome::Landed));
}

#[test]
fn what_was_never_taken_is_given_up_when_no_request_lives_that_long() {
    let scene = scene(Fault::LostRequest);
    let mut owner = owner(&scene);
    finish(owner.step()).unwrap();
    scene.server.deliver(true);
    // It may have been sent again until it was as old as this, and clocks may have been set.
    scene.pass(2 * (GRACE + 600) + 1);
    finish(owner.step()).unwrap();
    assert!(matches!(scene.outcome(), Some(Outcome::Expired(_))));
}

#[test]
fn a_request_that_was_sent_again_may_arrive_as_late_as_the_first() {
    let scene = scene(Fault::LostRequest);
    let mut owner = owner(&scene);
    finish(owner.step()).unwrap();
    scene.server.deliver(true);
    scene.pass(GRACE - 10);
    scene.server.next_landing.set(Some(Fault::LostRequest));
    finish(owner.step()).unwrap();
    scene.pass(GRACE - 20);
    finish(owner.step()).unwrap();
    assert_eq!(scene.outcome(), None);
    scene.server.deliver(false);
    finish(owner.step()).unwrap();
    assert_eq!(scene.outcome(), scene.server.head.get().map(Outcome::Landed));
}

/// The first push is on its way, or has landed, and the second one of the same is refused, for whatever reason.
#[test]
fn a_refusal_of_the_second_push_says_nothing_of_the_first() {
    for first in [Fault::LostRequest, Fault::LostAnswer] {
        for second in [Fault::Refused, Fault::Unauthorized, Fault::Limited, Fault::Unreached] {
            let scene = scene(first);
            let old = scene.server.head.get();
            let mut owner = owner(&scene);
            finish(owner.step()).unwrap();
            for _ in 0..4 {
                // An old answer about the branch leads to the same push once more.
                scene.server.stale.set(old);
                scene.server.next_landing.set(Some(second));
                finish(owner.step()).unwrap();
                assert_eq!(scene.outcome(), None);
                scene.pass(PATIENCE);
            }
            // Another owner knows no more.
            let mut owner = self::owner(&scene);
            scene.server.stale.set(old);
            scene.server.next_landing.set(Some(second));
            finish(owner.step()).unwrap();
            assert_eq!(scene.outcome(), None);
            scene.server.next_landing.set(None);
            scene.server.deliver(false);
            finish(owner.step()).unwrap();
            assert_eq!(scene.outcome(), scene.server.head.get().map(Outcome::Landed));
        }
    }
}

#[test]
fn a_clock_that_is_set_by_ten_minutes_gives_nothing_up() {
    for jump in [600, -600] {
        let scene = scene(Fault::LostRequest);
        let mut owner = owner(&scene);
        finish(owner.step()).unwrap();
        scene.pass(jump + PATIENCE + 1);
        scene.server.next_landing.set(Some(Fault::Unreached));
        finish(owner.step()).unwrap();
        assert_eq!(scene.outcome(), None);
        scene.server.deliver(false);
        finish(owner.step()).unwrap();
        assert_eq!(scene.outcome(), scene.server.head.get().map(Outcome::Landed));
    }
}

#[test]
fn an_old_answer_about_the_branch_gives_nothing_up() {
    let scene = scene(Fault::LostAnswer);
    let old = scene.server.head.get();
    scene.server.foreign("b", "another");
    let mut owner = owner(&scene);
    finish(owner.step()).unwrap();
    scene.pass(PATIENCE + 1);
    scene.server.stale.set(old);
    finish(owner.step()).unwrap();
    assert_eq!(scene.outcome(), None);
    finish(owner.step()).unwrap();
    assert_eq!(scene.outcome(), scene.server.head.get().map(Outcome::Landed));
}

/// Somebody takes an edit back, and a replica that has not heard of that edit says where the branch is.
#[test]
fn nothing_is_said_on_a_head_that_is_older_than_one_that_was_seen() {
    let scene = scene(Fault::Unreached);
    scene.server.next_landing.set(None);
    let old = scene.server.head.get();
    finish(owner(&scene).step()).unwrap();
    let landed = scene.server.head.get();
    assert_eq!(scene.outcome(), landed.map(Outcome::Landed));

    let back = OperationId::parse("back").unwrap();
    let edit = Edit { path: "a".to_owned(), seen: Seen::Anything, contents: "before".to_owned() };
    let deadline = scene.clock.now.get() + 10 * PATIENCE;
    let asked = Operation { id: back.clone(), exclusive: None, payload: edit.payload(), deadline };
    finish(scene.journal.submit(&asked)).unwrap();
    // On the old head there would be nothing to do.
    let mut owner = owner(&scene);
    for _ in 0..5 {
        scene.server.stale.set(old);
        assert!(matches!(finish(owner.step()), Ok(Next::After(_))));
        assert_eq!(scene.journal.known(&back), None);
        scene.pass(5);
    }
    finish(owner.step()).unwrap();
    let taken_back = scene.server.head.get();
    assert_eq!(scene.journal.known(&back), taken_back.map(Outcome::Landed));
    assert_eq!(scene.server.commit(taken_back.unwrap()).parents, landed.into_iter().collect::<Vec<_>>());
}

/// A branch that somebody has set back is where it is said to be, once no cache could say so any more.
#[test]
fn a_branch_that_was_set_back_is_believed_to_be_there() {
    let scene = scene(Fault::Unreached);
    scene.server.next_landing.set(None);
    let old = scene.server.head.get();
    let mut owner = owner(&scene);
    finish(owner.step()).unwrap();
    assert_eq!(finish(owner.step()), Ok(Next::Idle));
    scene.server.head.set(old);
    let again = OperationId::parse("again").unwrap();
    let edit = Edit { path: "b".to_owned(), seen: Seen::Anything, contents: "b".to_owned() };
    let deadline = scene.clock.now.get() + 10 * PATIENCE;
    let asked = Operation { id: again.clone(), exclusive: None, payload: edit.payload(), deadline };
    finish(scene.journal.submit(&asked)).unwrap();
    for _ in 0..20 {
        if let Next::After(seconds) = finish(owner.step()).unwrap() {
            scene.pass(seconds as i64);
        }
    }
    let landed = scene.server.head.get();
    assert_eq!(scene.journal.known(&again), landed.map(Outcome::Landed));
    assert_eq!(scene.server.commit(landed.unwrap()).parents, old.into_iter().collect::<Vec<_>>());
}

#[test]
fn what_may_have_landed_is_not_given_up_while_the_server_is_away() {
    let scene = scene(Fault::LostAnswer);
    let mut owner = owner(&scene);
    finish(owner.step()).unwrap();
    scene.pass(GRACE + PATIENCE);
    for _ in 0..5 {
        scene.server.fuse.light(0, false);
        assert!(matches!(finish(owner.step()), Ok(Next::After(_))));
        assert_eq!(scene.outcome(), None);
    }
    finish(owner.step()).unwrap();
    assert_eq!(scene.outcome(), scene.server.head.get().map(Outcome::Landed));
}

#[test]
fn who_was_never_sent_is_told_when_his_time_is_up() {
    let scene = scene(Fault::Unreached);
    let mut owner = owner(&scene);
    finish(owner.step()).unwrap();
    assert_eq!(scene.outcome(), None);
    scene.pass(PATIENCE + 1);
    finish(owner.step()).unwrap();
    assert!(matches!(scene.outcome(), Some(Outcome::Expired(_))));
    assert_eq!(scene.server.applied.borrow().len(), 1, "only the other's commit is there");
}

#[test]
fn nothing_is_said_on_a_head_that_is_only_assumed() {
    let chance = Rc::new(Chance::new(7));
    let now = Rc::new(Cell::new(1_700_000_000));
    let server = Server::new(chance.clone(), now.clone(), false);
    let journal = FailingJournal::in_memory(chance.clone());
    let clock = ModelClock::new(now.clone(), chance);
    server.foreign("a", "after");
    let stale = server.head.get();
    server.foreign("a", "between");
    let edit = Edit { path: "a".to_owned(), seen: Seen::Anything, contents: "after".to_owned() };
    let id = OperationId::parse("op").unwrap();
    let deadline = now.get() + PATIENCE;
    let asked = Operation { id: id.clone(), exclusive: None, payload: edit.payload(), deadline };
    finish(journal.submit(&asked)).unwrap();
    let branch = Branch::parse("main").unwrap();
    let owner = Owner::open(&server, &journal, &EditWorks, &clock, None, branch, settings());
    let mut owner = finish(owner).unwrap();
    // There the branch had it already, and nothing would have to be done.
    owner.assume(stale);
    while finish(owner.step()).unwrap() != Next::Idle {}
    assert_eq!(journal.known(&id), server.head.get().map(Outcome::Landed));
    let landed = server.commit(server.head.get().unwrap());
    assert_ne!(landed.parents.first().copied(), stale, "what others did stays");
}

/// Two ask for the same, and the one who would make it does not land: the other is not told that it is there.
#[test]
fn nothing_is_said_because_of_a_commit_that_did_not_land() {
    let scene = scene(Fault::Refused);
    let second = OperationId::parse("second").unwrap();
    let edit = Edit { path: "a".to_owned(), seen: Seen::Anything, contents: "after".to_owned() };
    let deadline = scene.clock.now.get() + PATIENCE;
    let asked = Operation { id: second.clone(), exclusive: None, payload: edit.payload(), deadline };
    finish(scene.journal.submit(&asked)).unwrap();
    let mut owner = owner(&scene);
    while finish(owner.step()).unwrap() != Next::Idle {}
    assert!(matches!(scene.outcome(), Some(Outcome::Refused(_))), "{:?}", scene.outcome());
    let told = scene.journal.known(&second);
    assert!(told.is_some() && told == scene.server.head.get().map(Outcome::Landed), "{told:?}");
}

/// The journal is tidied up while somebody still asks again: the branch decides.
#[test]
fn a_request_that_the_journal_forgot_is_neither_made_twice_nor_undoes_anything() {
    let chance = Rc::new(Chance::new(7));
    let now = Rc::new(Cell::new(1_700_000_000));
    let server = Server::new(chance.clone(), now.clone(), false);
    let journal = finish(SqlJournal::open(Sqlite::in_memory().unwrap(), "main")).unwrap();
    let clock = ModelClock::new(now.clone(), chance);
    server.foreign("a", "before");
    let edit = Edit { path: "a".to_owned(), seen: Seen::Blob(blob("before")), contents: "after".to_owned() };
    let id = OperationId::parse("op").unwrap();
    let deadline = now.get() + PATIENCE;
    let asked = Operation { id: id.clone(), exclusive: None, payload: edit.payload(), deadline };
    let ask_and_forget = || {
        assert_eq!(finish(journal.submit(&asked)), Ok(Submitted::Queued));
        let branch = Branch::parse("main").unwrap();
        let owner = Owner::open(&server, &journal, &EditWorks, &clock, None, branch, settings());
        let mut owner = finish(owner).unwrap();
        while finish(owner.step()).unwrap() != Next::Idle {}
        let outcome = finish(journal.outcome(&id)).unwrap();
        finish(journal.prune(deadline + 1)).unwrap();
        assert_eq!(finish(journal.outcome(&id)), Ok(None));
        outcome
    };
    let landed = ask_and_forget();
    assert_eq!(landed, server.head.get().map(Outcome::Landed));
    assert_eq!(ask_and_forget(), Some(Outcome::Unchanged));
    server.foreign("a", "theirs");
    let theirs = server.head.get();
    assert!(matches!(ask_and_forget(), Some(Outcome::Conflict(_))));
    assert_eq!(server.head.get(), theirs);
}
