//! Collections of garbage, with pushes at every moment of them.

use fairlead_git::hosted::{self, Rules};
use fairlead_git::object::Oid;
use fairlead_sql::{Sql as _, Statement};

use crate::support::{
    Faulty, MAIN, Time, block_on, change, main_of, open, push, push_by, reachable, repository, request,
    request_of, rows, settle, started, whole,
};

const SIDE: &str = "refs/heads/side";

#[test]
fn what_no_ref_reaches_is_deleted() {
    let time = Time::default();
    let (sql, hosted) = repository(&time);
    let old = started(&hosted);
    let (side, objects) = change("side", &[old]);
    push(&hosted, request(SIDE, Oid::ZERO, side, &whole(&objects))).unwrap();
    assert_eq!(block_on(hosted.collect(100)).unwrap().deleted, 0);
    assert_eq!(rows(&sql), [8, 0, 2, 0]);
    let untidy = || block_on(hosted::untidy(&sql, &time.clock())).unwrap().len();
    push(&hosted, request(SIDE, side, Oid::ZERO, b"")).unwrap();
    // Who clones it just now needs what it listed.
    assert_eq!(untidy(), 0);
    assert!(block_on(hosted.tidy(100)).unwrap().finished);
    assert_eq!(rows(&sql), [8, 0, 2, 0]);
    time.pass(block_on(hosted::untidy_from(&sql)).unwrap().unwrap());
    assert_eq!(untidy(), 1);
    let collected = block_on(hosted.tidy(100)).unwrap();
    assert!(collected.finished);
    assert_eq!((collected.deleted, untidy()), (4, 0));
    assert_eq!(rows(&sql), [4, 0, 1, 0]);
    assert_eq!(reachable(&hosted).len(), 4);
}

#[test]
fn a_force_push_leaves_what_it_replaced_to_the_collection() {
    let (sql, hosted) = repository(&Time::default());
    let old = started(&hosted);
    let (new, objects) = change("rewritten", &[]);
    let body = request(MAIN, old, new, &whole(&objects));
    let report = push(&hosted, body.clone()).unwrap();
    assert!(report.contains("ng refs/heads/main non-fast-forward"), "{report}");
    push_by(&hosted, body, Rules { rewind: true }).unwrap();
    assert_eq!(main_of(&hosted), Some(new));
    assert_eq!(settle(&hosted), 4);
    assert_eq!(rows(&sql), [4, 0, 1, 0]);
}

#[test]
fn a_broken_push_is_deleted_without_a_collection() {
    let time = Time::default();
    let (sql, hosted) = repository(&time);
    let old = started(&hosted);
    let (new, objects) = change("two", &[old]);
    let body = request(MAIN, old, new, &whole(&objects));
    // The process dies once it has written the pack's objects.
    let dies = Faulty::new(sql.clone(), Some((8, true)));
    assert!(push(&open(dies, &time), body).is_err());
    assert_eq!(rows(&sql)[..3], [8, 0, 2]);
    time.pass(3601);
    assert!(block_on(hosted.tidy(100)).unwrap().finished);
    assert_eq!(rows(&sql)[..3], [4, 0, 1]);
    let sweeps = Statement::new("SELECT sweeps FROM git_repository");
    assert_eq!(block_on(sql.query(sweeps)).unwrap()[0].integer(0), Ok(0), "no push has to look again");
}

#[test]
fn what_came_for_a_ref_that_was_refused_is_deleted() {
    let time = Time::default();
    let (sql, hosted) = repository(&time);
    let old = started(&hosted);
    let (new, mut objects) = change("two", &[old]);
    let (side, more) = change("side", &[old]);
    objects.extend(more);
    // The second command expects the branch where it is not.
    let both = [(MAIN, old, new), (SIDE, old, side)];
    let report = push(&hosted, request_of(&both, &whole(&objects))).unwrap();
    assert!(report.contains("ok refs/heads/main") && report.contains(&format!("ng {SIDE}")), "{report}");
    assert_eq!(rows(&sql)[0], 12);
    time.pass(3602);
    let tidied = block_on(hosted.tidy(100)).unwrap();
    assert_eq!((tidied.finished, tidied.deleted), (true, 4));
    assert_eq!(reachable(&hosted).len(), 8);
}

/// Somebody brings back, by a pack that leaves it out, what is being collected: it is there whole, or is refused.
#[test]
fn what_is_being_collected_cannot_be_built_on_by_halves() {
    let (old, _) = change("one", &[]);
    let (side, objects) = change("side", &[old]);
    let (again, more) = change("again", &[side]);
    let (mut kept, mut refused) = (0, 0);
    for steps in 0..12 {
        let (sql, hosted) = repository(&Time::default());
        started(&hosted);
        push(&hosted, request(SIDE, Oid::ZERO, side, &whole(&objects))).unwrap();
        push(&hosted, request(SIDE, side, Oid::ZERO, b"")).unwrap();
        let over = block_on(hosted.collect(steps)).unwrap().finished;
        let report = push(&hosted, request("refs/heads/again", Oid::ZERO, again, &whole(&more))).unwrap();
        let landed = report.contains("ok refs/heads/again");
        if landed {
            kept += 1
        } else {
            refused += 1
        }
        assert!(!(landed && over), "after the collection it cannot be there");
        let expected = if landed { 12 } else { 4 };
        assert_eq!(reachable(&hosted).len(), expected, "{steps} steps: {report}");
        while !block_on(hosted.collect(1)).unwrap().finished {
            assert_eq!(reachable(&hosted).len(), expected, "{steps} steps");
        }
        settle(&hosted);
        assert_eq!(rows(&sql)[0], expected as i64, "{steps} steps");
        // A push that brings everything always lands.
        let (last, all) = change("last", &[old]);
        let report = push(&hosted, request(SIDE, Oid::ZERO, last, &whole(&all))).unwrap();
        assert!(report.contains("ok refs/heads/side"), "{report}");
    }
    assert!(
        kept > 0 && refused > 0,
        "the steps are before and after the moment that decides: {kept}, {refused}"
    );
}

#[test]
fn repositories_do_not_see_each_other() {
    use fairlead_git::hosted::{Hosted, New};
    let time = Time::default();
    let (sql, hosted) = repository(&time);
    let old = started(&hosted);
    let other = block_on(Hosted::create(sql, time.clock(), &New::named("other").unwrap())).unwrap();
    let (new, objects) = change("two", &[old]);
    let report = push(&other, request(MAIN, Oid::ZERO, new, &whole(&objects))).unwrap();
    assert!(report.contains(&format!("commit {old} is missing")), "{report}");
    let (alone, objects) = change("two", &[]);
    push(&other, request(MAIN, Oid::ZERO, alone, &whole(&objects))).unwrap();
    block_on(other.collect(100)).unwrap();
    block_on(hosted.collect(100)).unwrap();
    assert_eq!((reachable(&hosted).len(), reachable(&other).len()), (4, 4));
}
