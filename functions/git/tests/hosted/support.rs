//! Repositories in memory, packs by hand, and pushes without a client.

use std::cell::Cell;
use std::io::Write as _;
use std::rc::Rc;

use fairlead_fetch::Body;
use fairlead_git::hosted::{self, Clock, Hosted, New, Rules, ServeError};
use fairlead_git::object::{Commit, Entry, Identity, Kind, Mode, Object, Oid, Tree};
use fairlead_sql::{Batch, Outcome, Row, Sql, SqlError, Statement};
use fairlead_sqlite::Sqlite;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use futures_util::FutureExt as _;
use sha1::{Digest as _, Sha1};

/// The time, as a test sets it.
#[derive(Clone, Default)]
pub(crate) struct Time(Rc<Cell<i64>>);

impl Time {
    pub(crate) fn pass(&self, seconds: i64) {
        self.0.set(self.0.get() + seconds);
    }

    pub(crate) fn clock(&self) -> Clock {
        let time = self.0.clone();
        Rc::new(move || time.get())
    }
}

/// What becomes of a future: SQLite in memory makes nobody wait. Unlike an executor, it may run within another.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    future.now_or_never().expect("nobody has to wait")
}

/// A database that dies at one of its calls: before it is carried out, or after, without an answer.
#[derive(Clone)]
pub(crate) struct Faulty {
    sql: Sqlite,
    calls: Rc<Cell<usize>>,
    dies: Option<(usize, bool)>,
}

impl Faulty {
    pub(crate) fn new(sql: Sqlite, dies: Option<(usize, bool)>) -> Faulty {
        Faulty { sql, calls: Rc::default(), dies }
    }

    pub(crate) fn calls(&self) -> usize {
        self.calls.get()
    }

    /// Whether this call is carried out, and whether its answer arrives.
    fn call(&self) -> (bool, bool) {
        let call = self.calls.get();
        self.calls.set(call + 1);
        match self.dies {
            Some((at, _)) if call > at => (false, false),
            Some((at, carried_out)) if call == at => (carried_out, false),
            _ => (true, true),
        }
    }
}

fn dead() -> SqlError {
    SqlError::Database("the process is dead".into())
}

impl Sql for Faulty {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        let (carried_out, answered) = self.call();
        let rows = if carried_out { self.sql.query(statement).await? } else { Vec::new() };
        if answered { Ok(rows) } else { Err(dead()) }
    }

    async fn batch(&self, batch: Batch) -> Result<Outcome, SqlError> {
        let (carried_out, answered) = self.call();
        let outcome = if carried_out { self.sql.batch(batch).await? } else { Outcome::Refused(0) };
        if answered { Ok(outcome) } else { Err(dead()) }
    }
}

pub(crate) fn repository(time: &Time) -> (Sqlite, Hosted<Sqlite>) {
    let sql = Sqlite::in_memory().unwrap();
    block_on(hosted::prepare(&sql)).unwrap();
    let hosted = block_on(Hosted::create(sql.clone(), time.clock(), &New::named("shop").unwrap())).unwrap();
    (sql, hosted)
}

pub(crate) fn open<S: Sql>(sql: S, time: &Time) -> Hosted<S> {
    let name = New::named("shop").unwrap().name;
    block_on(Hosted::open(sql, time.clock(), &name)).unwrap().unwrap()
}

/// Tidies up to the end.
pub(crate) fn tidied<S: Sql>(hosted: &Hosted<S>) {
    while !block_on(hosted.tidy(100)).unwrap().finished {}
}

/// Likewise, and collects whether there is a reason or not.
pub(crate) fn settle<S: Sql>(hosted: &Hosted<S>) -> u64 {
    tidied(hosted);
    let collected = block_on(hosted.collect(100)).unwrap();
    assert!(collected.finished);
    collected.deleted
}

/// How many rows the tables of objects have, packs among them.
pub(crate) fn rows(sql: &Sqlite) -> Vec<i64> {
    ["git_object", "git_part", "git_pack", "git_mark"]
        .iter()
        .map(|table| {
            let rows = block_on(sql.query(Statement::new(format!("SELECT count(*) FROM {table}")))).unwrap();
            rows[0].integer(0).unwrap()
        })
        .collect()
}

/// Everything a repository has, by way of its refs: each object is read and verified.
pub(crate) fn reachable<S: Sql>(hosted: &Hosted<S>) -> Vec<Oid> {
    use fairlead_git::Repository as _;
    let refs = block_on(hosted.refs()).unwrap();
    let mut open: Vec<Oid> = refs.all.values().map(|at| at.oid).collect();
    let mut seen = std::collections::BTreeSet::new();
    while let Some(oid) = open.pop() {
        if !seen.insert(oid) {
            continue;
        }
        let object = block_on(hosted.objects(&[oid]))
            .unwrap()
            .remove(&oid)
            .expect("every object that is referred to is there");
        match object.kind {
            Kind::Commit => {
                let commit = Commit::parse(&object.bytes).unwrap();
                open.push(commit.tree);
                open.extend(commit.parents);
            }
            Kind::Tree => {
                open.extend(Tree::parse(&object.bytes).unwrap().entries().iter().map(|entry| entry.oid))
            }
            Kind::Blob | Kind::Tag => {}
        }
    }
    seen.into_iter().collect()
}

pub(crate) fn blob(text: &str) -> Object {
    Object { kind: Kind::Blob, bytes: text.into() }
}

pub(crate) fn tree(entries: &[(&str, &Object)]) -> Object {
    let mut tree = Tree::default();
    for (name, object) in entries {
        let mode = if object.kind == Kind::Tree { Mode::Folder } else { Mode::File };
        tree.put(Entry { name: name.as_bytes().to_vec(), mode, oid: object.oid() });
    }
    Object { kind: Kind::Tree, bytes: tree.encode() }
}

pub(crate) fn commit(tree: Oid, parents: &[Oid], message: &str) -> Object {
    let identity =
        Identity { name: "Ann".into(), email: "ann@example.com".into(), seconds: 1_700_000_000, offset: 0 };
    let commit = Commit {
        tree,
        parents: parents.to_vec(),
        author: identity.clone(),
        committer: identity,
        message: message.into(),
        signature: None,
    };
    commit.object()
}

/// A commit of one file, with everything that it needs.
pub(crate) fn change(text: &str, parents: &[Oid]) -> (Oid, Vec<Object>) {
    let file = blob(text);
    let folder = tree(&[("file", &file)]);
    let root = tree(&[("a", &folder), ("b", &file)]);
    let commit = commit(root.oid(), parents, text);
    (commit.oid(), vec![commit, root, folder, file])
}

/// An entry of a pack by hand.
pub(crate) enum Item {
    Whole(Object),
    /// A delta against an object.
    Against(Oid, Vec<u8>),
    /// A delta against the entry that many places before.
    Before(usize, Vec<u8>),
}

pub(crate) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn head(kind: u8, size: usize) -> Vec<u8> {
    let mut bytes = vec![kind << 4 | (size & 15) as u8];
    let mut rest = size >> 4;
    while rest > 0 {
        *bytes.last_mut().unwrap() |= 0x80;
        bytes.push((rest & 0x7f) as u8);
        rest >>= 7;
    }
    bytes
}

pub(crate) fn pack_of(items: &[Item]) -> Vec<u8> {
    let mut entries: Vec<Vec<u8>> = Vec::new();
    for item in items {
        let number = |kind| match kind {
            Kind::Commit => 1,
            Kind::Tree => 2,
            Kind::Blob => 3,
            Kind::Tag => 4,
        };
        let entry = match item {
            Item::Whole(object) => {
                [head(number(object.kind), object.bytes.len()), zlib(&object.bytes)].concat()
            }
            Item::Against(oid, delta) => [head(7, delta.len()), oid.bytes().to_vec(), zlib(delta)].concat(),
            Item::Before(places, delta) => {
                let distance: usize = entries.iter().rev().take(*places).map(Vec::len).sum();
                let mut digits = vec![(distance & 0x7f) as u8];
                let mut rest = distance >> 7;
                while rest > 0 {
                    rest -= 1;
                    digits.insert(0, 0x80 | (rest & 0x7f) as u8);
                    rest >>= 7;
                }
                [head(6, delta.len()), digits, zlib(delta)].concat()
            }
        };
        entries.push(entry);
    }
    sealed(items.len() as u32, &entries.concat())
}

/// A pack with its head and its checksum.
pub(crate) fn sealed(count: u32, entries: &[u8]) -> Vec<u8> {
    let mut pack = [b"PACK\0\0\0\x02".as_slice(), &count.to_be_bytes(), entries].concat();
    let checksum = Sha1::digest(&pack);
    pack.extend_from_slice(&checksum);
    pack
}

pub(crate) fn whole(objects: &[Object]) -> Vec<u8> {
    pack_of(&objects.iter().cloned().map(Item::Whole).collect::<Vec<_>>())
}

/// A delta that copies all of a base and adds some bytes.
pub(crate) fn append(base: &[u8], more: &[u8]) -> Vec<u8> {
    let size = |mut length: usize| {
        let mut bytes = Vec::new();
        while length > 0x7f {
            bytes.push(0x80 | (length & 0x7f) as u8);
            length >>= 7;
        }
        bytes.push(length as u8);
        bytes
    };
    let mut delta = [size(base.len()), size(base.len() + more.len())].concat();
    for (start, chunk) in base.chunks(0xffff).enumerate().map(|(place, chunk)| (place * 0xffff, chunk)) {
        delta.push(0x80 | 0x0f | 0x30);
        delta.extend_from_slice(&(start as u32).to_le_bytes());
        delta.extend_from_slice(&(chunk.len() as u16).to_le_bytes());
    }
    for part in more.chunks(127) {
        delta.push(part.len() as u8);
        delta.extend_from_slice(part);
    }
    delta
}

/// The body of a push of one ref.
pub(crate) fn request(name: &str, old: Oid, new: Oid, pack: &[u8]) -> Vec<u8> {
    request_of(&[(name, old, new)], pack)
}

/// The body of a push of several refs.
pub(crate) fn request_of(commands: &[(&str, Oid, Oid)], pack: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (place, (name, old, new)) in commands.iter().enumerate() {
        let capabilities = if place == 0 { "\0 report-status" } else { "" };
        let line = format!("{old} {new} {name}{capabilities}");
        body.extend_from_slice(format!("{:04x}{line}", line.len() + 4).as_bytes());
    }
    [body.as_slice(), b"0000", pack].concat()
}

/// Pushes, and returns the report as text.
pub(crate) fn push<S: Sql + 'static>(hosted: &Hosted<S>, request: Vec<u8>) -> Result<String, ServeError> {
    push_by(hosted, request, Rules::default())
}

pub(crate) fn push_by<S: Sql + 'static>(
    hosted: &Hosted<S>,
    request: Vec<u8>,
    rules: Rules,
) -> Result<String, ServeError> {
    // In small pieces, so that every boundary falls somewhere within.
    let pieces: Vec<_> = request.chunks(11).map(|piece| Ok(piece.to_vec())).collect();
    let body = Body::stream(futures_util::stream::iter(pieces));
    let answer = block_on(hosted.receive_pack(body, &rules))?;
    let answer = block_on(answer.collect(1 << 20)).unwrap();
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

pub(crate) const MAIN: &str = "refs/heads/main";

/// Pushes a first commit of one file.
pub(crate) fn started<S: Sql + 'static>(hosted: &Hosted<S>) -> Oid {
    let (one, objects) = change("one", &[]);
    let report = push(hosted, request(MAIN, Oid::ZERO, one, &whole(&objects))).unwrap();
    assert!(report.contains("ok refs/heads/main"), "{report}");
    one
}

pub(crate) fn main_of<S: Sql>(hosted: &Hosted<S>) -> Option<Oid> {
    block_on(hosted.refs()).unwrap().all.get(MAIN).map(|at| at.oid)
}
