//! A scripted scenario over the wire in which exactly the n-th call fails, for every n and of every kind: requests, the
//! journal's statements and the server's, each before it was carried out and after.

use fairlead_git::landing::{Operation, OperationId};

use super::super::edit::{Edit, Seen};
use super::super::poll::finish;
use super::foreign;
use super::run::World;
use super::watch::Told;

/// Which kind of call fails.
#[derive(Debug, Clone, Copy)]
enum Call {
    Request,
    Journal,
    Storage,
}

/// Three edits, one of which overlaps with what somebody else pushes, and a single commit. Returns whether the failure
/// came.
fn scenario(call: Call, number: u64, after: bool) -> bool {
    let world = World::new(1);
    let now = world.clock.now.get();
    foreign::write(&world.watch.hosted, now, "a", "before");
    for (number, path) in ["a", "folder/b", "folder/c"].into_iter().enumerate() {
        let edit = Edit { path: path.to_owned(), seen: Seen::Anything, contents: format!("edit {number}") };
        let id = OperationId::parse(&format!("op-{number}")).unwrap();
        let deadline = now + 100_000;
        world.submit(&Operation { id, exclusive: None, payload: edit.payload(), deadline });
    }
    let fuse = match call {
        Call::Request => &world.network.fuse,
        Call::Journal => &world.storage.fuse,
        Call::Storage => &world.network.storage.fuse,
    };
    fuse.light(number, after);
    world.watch.ask("x-1", "folder/d", "once");
    finish(world.once("x-1".to_owned(), "folder/d".to_owned(), "once".to_owned()));
    world.watch.look();
    foreign::write(&world.watch.hosted, now, "folder/b", "foreign");
    let _ = finish(world.own());
    let came = !fuse.is_lit();
    world.end(false);
    let told = world.told.borrow().get("x-1").cloned();
    // Only the head is asked for without another try.
    let tried = matches!(
        (told, call),
        (Some(Told::Landed(_)), _) | (Some(Told::Not(_)), Call::Request | Call::Storage)
    );
    assert!(tried, "{call:?} {number} {after}");
    came
}

#[test]
fn any_call_over_the_wire_may_fail_before_or_after_it_is_carried_out() {
    for call in [Call::Request, Call::Journal, Call::Storage] {
        for after in [false, true] {
            let calls = (0..10_000).find(|number| !scenario(call, *number, after)).unwrap();
            println!("{call:?}, after: {after}: {calls} calls");
            assert!(calls > 5, "the sweep reaches the end");
        }
    }
}
