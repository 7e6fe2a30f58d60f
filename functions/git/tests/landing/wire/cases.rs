//! What the storm found, each by itself.

use fairlead_git::landing::{Operation, OperationId};

use super::super::edit::{Edit, Seen};
use super::super::poll::finish;
use super::foreign;
use super::network::Fault;
use super::run::World;
use super::watch::Told;

/// A branch with one file, and nobody at work.
fn world() -> World {
    let world = World::new(7);
    foreign::write(&world.watch.hosted, world.clock.now.get(), "a", "before");
    world.watch.look();
    world
}

/// Somebody asks for an edit and waits for so many seconds.
fn ask(world: &World, patience: i64) {
    let edit = Edit { path: "a".to_owned(), seen: Seen::Anything, contents: "after".to_owned() };
    let id = OperationId::parse("op").unwrap();
    let deadline = world.clock.now.get() + patience;
    world.submit(&Operation { id, exclusive: None, payload: edit.payload(), deadline });
}

#[test]
fn a_push_that_a_proxy_repeats_has_landed() {
    let world = world();
    ask(&world, 1_000);
    world.network.next_push.set(Some(Fault::Repeated));
    finish(world.own()).unwrap();
    world.watch.look();
    world.end(false);
}

#[test]
fn a_single_commit_whose_push_a_proxy_repeats_has_landed() {
    let world = world();
    world.watch.ask("x", "a", "after");
    world.network.next_push.set(Some(Fault::Repeated));
    finish(world.once("x".to_owned(), "a".to_owned(), "after".to_owned()));
    world.end(false);
    let told = world.told.borrow().get("x").cloned();
    assert!(matches!(told, Some(Told::Landed(_))), "{told:?}");
}

/// The second of the two is refused for a reason of its own, and the first has landed.
#[test]
fn a_push_whose_repetition_is_refused_has_landed() {
    for status in [400, 401, 403, 404, 413, 429] {
        let world = world();
        ask(&world, 1_000);
        world.network.next_push.set(Some(Fault::RepeatedAndRefused(status)));
        finish(world.own()).unwrap();
        world.watch.look();
        world.end(false);

        let world = self::world();
        world.watch.ask("x", "a", "after");
        world.network.next_push.set(Some(Fault::RepeatedAndRefused(status)));
        finish(world.once("x".to_owned(), "a".to_owned(), "after".to_owned()));
        world.end(false);
        let told = world.told.borrow().get("x").cloned();
        assert!(matches!(told, Some(Told::Landed(_))), "{status}: {told:?}");
    }
}
