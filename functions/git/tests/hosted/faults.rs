//! The process dies at the n-th call to its storage, for every n: afterwards the repository is as before or as after.

use fairlead_git::Repository as _;
use fairlead_git::hosted::{Hosted, Rules};
use fairlead_git::object::Oid;
use fairlead_sqlite::Sqlite;

use crate::support::{
    Faulty, MAIN, Time, block_on, change, main_of, open, push, push_by, reachable, repository, request, rows,
    settle, started, whole,
};

/// Runs `work` once for each of its calls, the process dying there, and then checks with `settled`.
fn sweep(
    prepare: impl Fn(&Hosted<Sqlite>),
    work: impl Fn(&Hosted<Faulty>),
    settled: impl Fn(&Sqlite, &Hosted<Sqlite>, &Time),
) {
    let mut calls = usize::MAX;
    for carried_out in [false, true] {
        let mut dies = 0;
        while dies < calls {
            let time = Time::default();
            let (sql, hosted) = repository(&time);
            prepare(&hosted);
            let faulty = Faulty::new(sql.clone(), Some((dies, carried_out)));
            // The name is looked up before anything is at stake.
            if let Ok(Some(victim)) = block_on(Hosted::open(
                faulty.clone(),
                time.clock(),
                &fairlead_git::hosted::RepositoryName::parse("shop").unwrap(),
            )) {
                work(&victim);
            }
            if faulty.calls() <= dies {
                calls = faulty.calls();
                assert!(calls > 3, "the work calls its storage");
                break;
            }
            settled(&sql, &open(sql.clone(), &time), &time);
            dies += 1;
        }
    }
}

#[test]
fn a_push_is_there_whole_or_not_at_all() {
    let (old, _) = change("one", &[]);
    let (new, objects) = change("two", &[old]);
    let body = request(MAIN, old, new, &whole(&objects));
    sweep(
        |hosted| {
            started(hosted);
        },
        |victim| drop(push(victim, body.clone())),
        |sql, hosted, time| {
            let main = main_of(hosted).unwrap();
            assert!(main == old || main == new);
            let objects = reachable(hosted);
            assert_eq!(objects.len(), if main == old { 4 } else { 8 });
            // Whoever comes an hour later finds nothing of the dead push.
            time.pass(3601);
            settle(hosted);
            assert_eq!(rows(sql)[0], objects.len() as i64);
            assert_eq!(rows(sql)[3], 0);
            let report = push(hosted, body.clone()).unwrap();
            assert_eq!(report.contains("ok refs/heads/main"), main == old, "{report}");
            assert_eq!(reachable(hosted).len(), 8);
        },
    );
}

#[test]
fn a_collection_that_dies_is_taken_up_and_loses_nothing() {
    let (old, _) = change("one", &[]);
    sweep(
        |hosted| {
            started(hosted);
            let (side, objects) = change("side", &[old]);
            push(hosted, request("refs/heads/side", Oid::ZERO, side, &whole(&objects))).unwrap();
            let (more, objects) = change("more", &[old]);
            push(hosted, request("refs/heads/more", Oid::ZERO, more, &whole(&objects))).unwrap();
            push(hosted, request("refs/heads/side", side, Oid::ZERO, b"")).unwrap();
        },
        |victim| drop(block_on(victim.collect(100))),
        |sql, hosted, _| {
            assert_eq!(reachable(hosted).len(), 8);
            while !block_on(hosted.collect(1)).unwrap().finished {
                assert_eq!(reachable(hosted).len(), 8);
            }
            assert_eq!(rows(sql), [8, 0, 2, 0]);
        },
    );
}

#[test]
fn a_landing_tells_or_lets_find_out_whether_it_landed() {
    use crate::land::landing;
    let (old, _) = change("one", &[]);
    let planned = landing(old, "b", "two");
    let new = planned.commits[0].oid;
    sweep(
        |hosted| {
            started(hosted);
        },
        |victim| {
            if block_on(victim.land(&planned)).is_ok() {
                assert_eq!(victim.name(), "shop");
            }
        },
        |_, hosted, _| {
            let main = main_of(hosted).unwrap();
            assert!(main == old || main == new);
            reachable(hosted);
            // The oid tells: landing again is done already, or is done now.
            if main == old {
                block_on(hosted.land(&planned)).unwrap();
            }
            assert_eq!(main_of(hosted), Some(new));
            reachable(hosted);
        },
    );
}

#[test]
fn a_push_that_was_given_up_cannot_land_any_more() {
    let time = Time::default();
    let (sql, hosted) = repository(&time);
    let old = started(&hosted);
    let (lost, objects) = change("lost", &[old]);
    let body = request(MAIN, old, lost, &whole(&objects));
    // Elsewhere such a push goes through and its calls are counted; here it dies at the last, the landing.
    let (other, elsewhere) = repository(&time);
    started(&elsewhere);
    let calls = Faulty::new(other, None);
    assert!(push(&open(calls.clone(), &time), body.clone()).unwrap().contains("ok refs"));
    let late = Some((calls.calls() - 1, false));
    assert!(push(&open(Faulty::new(sql.clone(), late), &time), body).is_err());
    assert_eq!(rows(&sql), [8, 0, 2, 0], "its objects are still there");
    assert_eq!(reachable(&hosted).len(), 4, "and nobody sees them");
    time.pass(3601);
    let (new, objects) = change("new", &[old]);
    let report = push_by(&hosted, request(MAIN, old, new, &whole(&objects)), Rules::default()).unwrap();
    assert!(report.contains("ok refs/heads/main"), "{report}");
    assert!(block_on(hosted.tidy(100)).unwrap().finished);
    assert_eq!(rows(&sql), [8, 0, 2, 0], "what is left of the first push is deleted");
}
