//! Packs that nobody should send.

use fairlead_git::hosted::PushLimits;
use fairlead_git::object::{Kind, Object, Oid};

use crate::support::{
    Item, MAIN, Time, append, blob, block_on, change, commit, head, main_of, pack_of, push, reachable,
    repository, request, request_of, rows, sealed, started, tidied, tree, whole, zlib,
};

/// Pushes a pack to a repository with one commit; it has to be refused with this reason and to leave nothing.
fn refused(pack: &[u8], new: Oid, limits: PushLimits, reason: &str) {
    let time = Time::default();
    let (sql, hosted) = repository(&time);
    let old = started(&hosted);
    let before = rows(&sql);
    let hosted = hosted.with_limits(limits);
    let report = match push(&hosted, request(MAIN, old, new, pack)) {
        Ok(report) => report,
        Err(error) => error.to_string(),
    };
    assert!(report.contains(reason), "expected `{reason}` in {report}");
    assert!(!report.contains("ok refs"), "{report}");
    assert_eq!(main_of(&hosted), Some(old));
    tidied(&hosted);
    assert_eq!(rows(&sql), before, "nothing is left: {reason}");
}

fn base() -> Oid {
    change("one", &[]).0
}

#[test]
fn every_cut_and_every_changed_byte_is_refused_and_leaves_nothing() {
    let (new, objects) = change("two", &[base()]);
    let pack = whole(&objects);
    for cut in 0..pack.len() {
        refused(&pack[..cut], new, PushLimits::default(), "");
    }
    for at in 0..pack.len() {
        let mut changed = pack.clone();
        changed[at] ^= 0x10;
        refused(&changed, new, PushLimits::default(), "");
    }
    refused(&[pack.as_slice(), b"x"].concat(), new, PushLimits::default(), "more after its end");
}

#[test]
fn limits_hold_and_say_which() {
    let (new, objects) = change(&"two".repeat(500), &[base()]);
    let pack = whole(&objects);
    let limits = PushLimits::default();
    for (limits, reason) in [
        (PushLimits { objects: 3, ..limits }, "4 objects, 3 are allowed"),
        (PushLimits { object: 1000, ..limits }, "an object of 1691 bytes, 1000 are allowed"),
        (PushLimits { pack: 100, ..limits }, "a pack of more than 100 bytes"),
        (PushLimits { total: 1000, ..limits }, "its objects come to more than"),
        (PushLimits { stored: 100, ..limits }, "more than 100 bytes to store"),
    ] {
        refused(&pack, new, limits, reason);
    }
}

#[test]
fn bombs_are_refused_before_they_go_off() {
    let (new, _) = change("two", &[base()]);
    // An object that says it is small and is not.
    let lying = [head(3, 10), zlib(&vec![0; 10 << 20])].concat();
    refused(&sealed(1, &lying), new, PushLimits::default(), "longer than its head says");
    // One that says what it is.
    let honest = [head(3, 1 << 30), zlib(&vec![0; 1 << 20])].concat();
    refused(&sealed(1, &honest), new, PushLimits::default(), "an object of 1073741824 bytes");
    // A delta whose result is said to be too large.
    let huge = vec![1, 0xff, 0xff, 0xff, 0xff, 0x0f, 1, b'x'];
    let items = [Item::Whole(blob("x")), Item::Before(1, huge)];
    refused(&pack_of(&items), new, PushLimits::default(), "an object of 4294967295 bytes");
    // Deltas that each make a little of nothing into much.
    let start = blob(&"0".repeat(1 << 20));
    let mut items = vec![Item::Whole(start.clone())];
    items.extend((1..40_u8).map(|n| Item::Against(start.oid(), append(&start.bytes, &[n]))));
    let limits = PushLimits { total: 10 << 20, ..PushLimits::default() };
    refused(&pack_of(&items), new, limits, "its objects come to more than");
}

#[test]
fn chains_of_deltas_end_at_the_limit() {
    let (new, objects) = change("two", &[base()]);
    let mut items: Vec<Item> = objects.into_iter().map(Item::Whole).collect();
    let mut text = blob("0");
    items.push(Item::Whole(text.clone()));
    for _ in 0..20 {
        items.push(Item::Before(1, append(&text.bytes, b"1")));
        text.bytes.push(b'1');
    }
    let limits = PushLimits { depth: 19, ..PushLimits::default() };
    refused(&pack_of(&items), new, limits, "a chain of more than 19 deltas");
    let (_, hosted) = repository(&Time::default());
    let old = started(&hosted);
    let hosted = hosted.with_limits(PushLimits { depth: 20, ..PushLimits::default() });
    let report = push(&hosted, request(MAIN, old, new, &pack_of(&items))).unwrap();
    assert!(report.contains("ok refs/heads/main"), "{report}");
}

#[test]
fn deltas_that_build_on_nothing_or_on_each_other_are_refused() {
    let (new, _) = change("two", &[base()]);
    let missing = blob("nowhere").oid();
    refused(
        &pack_of(&[Item::Against(missing, append(b"nowhere", b"!"))]),
        new,
        PushLimits::default(),
        &format!("builds on the object {missing}, which is not there"),
    );
    // Two that each would be the other's base, had anybody found such a pair.
    let (one, other) = (blob("one half").oid(), blob("other half").oid());
    let circle = [
        Item::Against(one, append(b"a", b"b")),
        Item::Against(other, append(b"a", b"b")),
        Item::Before(1, append(b"a", b"c")),
    ];
    refused(&pack_of(&circle), new, PushLimits::default(), "which is not there");
    for delta in [vec![], vec![1], append(b"another base", b"!"), vec![3, 9, 0x91, 0, 9], vec![3, 1, 0]] {
        let items = [Item::Whole(blob("two")), Item::Before(1, delta)];
        refused(&pack_of(&items), new, PushLimits::default(), "does not fit its base");
    }
    let outside = [head(6, 5), vec![0x7f], zlib(b"abcde")].concat();
    refused(&sealed(1, &outside), new, PushLimits::default(), "outside the pack");
    let itself = [head(6, 5), vec![0], zlib(b"abcde")].concat();
    refused(&sealed(1, &itself), new, PushLimits::default(), "outside the pack");
    for kind in [0, 5] {
        refused(
            &sealed(1, &[head(kind, 1), zlib(b"a")].concat()),
            new,
            PushLimits::default(),
            "kind is unknown",
        );
    }
    let limits = PushLimits { waiting: 1000, ..PushLimits::default() };
    let many: Vec<Item> = (0..10).map(|_| Item::Against(missing, append(b"nowhere", b"!"))).collect();
    refused(&pack_of(&many), new, limits, "before what they build on");
}

#[test]
fn a_base_may_come_after_its_delta_or_be_here_already() {
    let time = Time::default();
    let (_, hosted) = repository(&time);
    let old = started(&hosted);
    let (text, middle, last) = (blob("base"), blob("base1"), blob("base12"));
    let root = tree(&[("base", &text), ("last", &last), ("middle", &middle), ("old", &blob("one!"))]);
    let new = commit(root.oid(), &[old], "two");
    let items = [
        Item::Against(middle.oid(), append(b"base1", b"2")),
        Item::Against(text.oid(), append(b"base", b"1")),
        Item::Before(1, append(b"base1", b"2")),
        Item::Whole(text),
        Item::Against(blob("one").oid(), append(b"one", b"!")),
        Item::Whole(root),
        Item::Whole(new.clone()),
    ];
    let report = push(&hosted, request(MAIN, old, new.oid(), &pack_of(&items))).unwrap();
    assert!(report.contains("ok refs/heads/main"), "{report}");
    assert_eq!(reachable(&hosted).len(), 4 + 6, "four of the first commit, six new");
}

#[test]
fn what_is_referred_to_has_to_be_there_and_of_its_kind() {
    let (new, objects) = change("two", &[base()]);
    for missing in 1..objects.len() {
        let mut some = objects.clone();
        let gone = some.remove(missing);
        refused(
            &whole(&some),
            new,
            PushLimits::default(),
            &format!("{} {} is missing", gone.kind.word(), gone.oid()),
        );
    }
    refused(&whole(&objects[1..]), new, PushLimits::default(), &format!("the object {new} is missing"));
    let orphan = commit(objects[1].oid(), &[blob("no commit").oid()], "two");
    refused(
        &whole(&[orphan.clone(), objects[1].clone(), objects[2].clone(), objects[3].clone()]),
        orphan.oid(),
        PushLimits::default(),
        "the commit",
    );
    let wrong = commit(objects[3].oid(), &[base()], "a file for a tree");
    refused(
        &whole(&[wrong.clone(), objects[3].clone()]),
        wrong.oid(),
        PushLimits::default(),
        "is a blob where a tree has to be",
    );
    refused(
        &whole(&[blob("a file")]),
        blob("a file").oid(),
        PushLimits::default(),
        "a branch can only be at a commit",
    );
}

#[test]
fn objects_that_are_traps_are_refused() {
    let file = blob("[core]\n");
    for name in [".git", ".GIT", "git~1", ".g\u{200c}it", "..", ".", "a/b", ""] {
        let bytes = [format!("100644 {name}\0").as_bytes(), file.oid().bytes()].concat();
        let root = Object { kind: Kind::Tree, bytes };
        let new = commit(root.oid(), &[base()], "trap");
        let reason = format!("the object {}", root.oid());
        refused(&whole(&[new.clone(), root, file.clone()]), new.oid(), PushLimits::default(), &reason);
    }
    let malformed = Object { kind: Kind::Commit, bytes: b"tree x\n\n".to_vec() };
    refused(
        &whole(std::slice::from_ref(&malformed)),
        malformed.oid(),
        PushLimits::default(),
        "a commit is malformed",
    );
}

#[test]
fn of_several_first_branches_clones_check_out_the_one_that_was_named() {
    let (_, hosted) = repository(&Time::default());
    let (new, objects) = change("one", &[]);
    let commands =
        [("refs/heads/dev", Oid::ZERO, new), (MAIN, Oid::ZERO, new), ("refs/tags/a", Oid::ZERO, new)];
    let report = push(&hosted, request_of(&commands, &whole(&objects))).unwrap();
    assert_eq!(report.matches("ok refs/").count(), 3, "{report}");
    assert_eq!(block_on(hosted.refs()).unwrap().head, MAIN);
    // Without it, it is the first.
    let (_, hosted) = repository(&Time::default());
    push(&hosted, request_of(&commands[..1], &whole(&objects))).unwrap();
    assert_eq!(block_on(hosted.refs()).unwrap().head, "refs/heads/dev");
}

#[test]
fn a_name_in_the_way_is_told_apart_from_a_branch_that_moved() {
    let (_, hosted) = repository(&Time::default());
    let old = started(&hosted);
    let below = [("refs/heads/main/below", Oid::ZERO, old)];
    let report = push(&hosted, request_of(&below, &whole(&[]))).unwrap();
    assert!(report.contains("ng refs/heads/main/below its name stands in the way"), "{report}");
    let report = push(&hosted, request_of(&[(MAIN, Oid::ZERO, old)], &whole(&[]))).unwrap();
    assert!(report.contains("ng refs/heads/main it has moved: fetch first"), "{report}");
}

#[test]
fn refs_with_crafted_names_are_refused() {
    let (sql, hosted) = repository(&Time::default());
    let old = started(&hosted);
    let before = rows(&sql);
    let long = "refs/heads/".to_owned() + &"a/".repeat(100) + "b";
    for name in [
        "refs/heads/../x",
        "refs/heads/.x",
        "HEAD",
        "refs/heads/x.lock",
        "refs/heads/a b",
        "refs/heads/-x",
        "refs/heads/@{1}",
        long.as_str(),
        "",
    ] {
        let report = push(&hosted, request(name, Oid::ZERO, old, &whole(&[]))).unwrap();
        assert!(report.contains(&format!("ng {name} ")), "{name}: {report}");
    }
    tidied(&hosted);
    assert_eq!(rows(&sql), before);
}

#[test]
fn a_large_object_is_kept_in_parts_and_comes_back() {
    let (sql, hosted) = repository(&Time::default());
    let noise: String =
        (0..400_000_u64).map(|n| format!("{:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15))).collect();
    let (new, objects) = change(&noise, &[]);
    // A second copy among the same objects is not kept twice.
    let twice = [objects.as_slice(), &objects[3..]].concat();
    let report = push(&hosted, request(MAIN, Oid::ZERO, new, &whole(&twice))).unwrap();
    assert!(report.contains("ok refs/heads/main"), "{report}");
    assert!(rows(&sql)[1] >= 2, "the object is in parts");
    assert_eq!(rows(&sql)[0], 4);
    assert_eq!(reachable(&hosted).len(), 4);
}
