//! Ninety image updates at once to one repository: all of them land, each as a commit of its own.

use std::collections::BTreeSet;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use fairlead_fetch::block_on;
use fairlead_git::landing::{
    Base, Clock, Edits, Journal, Next, Operation, OperationId, Outcome, Owner, Settings, SqlJournal,
    Submitted, WorkError, Works,
};
use fairlead_git::{LandError, Repository};
use fairlead_git_server::{Fault, Server};
use fairlead_sqlite::Sqlite;
use fairlead_world::Blob;

use crate::support::{main, ours, path};

const APPS: usize = 30;
const IMAGES: usize = 3;

/// Sets one image in one file, whatever else is in it: the payload is `file image tag`.
struct ImageUpdates;

impl Works for ImageUpdates {
    async fn edits<R: Repository>(
        &self,
        operation: &Operation,
        base: &mut Base<'_, R>,
    ) -> Result<Edits, WorkError> {
        let payload = String::from_utf8(operation.payload.clone()).unwrap();
        let [file, image, tag] = payload.split(' ').collect::<Vec<_>>()[..] else { panic!("{payload}") };
        let before =
            base.file(&path(file)).await?.ok_or_else(|| WorkError::Failed(format!("{file} is gone")))?;
        let before = String::from_utf8(before.bytes().to_vec()).unwrap();
        let key = format!("{image}: ");
        let set =
            |line: &str| if line.starts_with(&key) { format!("{key}{tag}\n") } else { format!("{line}\n") };
        let after: String = before.lines().map(set).collect();
        let files =
            if after == before { Default::default() } else { [(path(file), Some(Blob::from(after)))].into() };
        let author = (format!("Requester of {}", operation.id), "requester@example.com".to_owned());
        Ok(Edits { files, author, authored: None, message: format!("images: set {image} to {tag}") })
    }
}

struct System;

impl Clock for System {
    fn now(&self) -> i64 {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs() as i64
    }

    fn noise(&self) -> u64 {
        0
    }
}

fn journal(file: &Path) -> SqlJournal<Sqlite> {
    block_on(SqlJournal::open(Sqlite::open(file).unwrap(), "shop main")).unwrap()
}

/// Hands an update in and waits for what becomes of it.
fn ask(file: &Path, number: usize) -> Outcome {
    let journal = journal(file);
    let payload = format!("apps/{}/values.yaml image{} v{number}", number % APPS, number / APPS);
    let id = OperationId::parse(&format!("update-{number}")).unwrap();
    let deadline = System.now() + 300;
    let operation = Operation { id: id.clone(), exclusive: None, payload: payload.into_bytes(), deadline };
    assert_eq!(block_on(journal.submit(&operation)), Ok(Submitted::Queued));
    loop {
        if let Some(outcome) = block_on(journal.outcome(&id)).unwrap() {
            return outcome;
        }
        thread::sleep(Duration::from_millis(100));
    }
}

/// Lands whatever is asked for until so many have their outcome.
fn own(file: &Path, url: &str, ids: &[OperationId]) {
    let (ours, journal) = (ours(url), journal(file));
    let settings = Settings {
        committer: ("Fairlead".into(), "fairlead@example.com".into()),
        offset: 0,
        trailers: true,
        batch: 50,
        grace: 600,
    };
    block_on(async {
        let owner = Owner::open(&ours, &journal, &ImageUpdates, &System, None, main(), settings);
        let mut owner = owner.await.unwrap();
        let mut open: Vec<&OperationId> = ids.iter().collect();
        while !open.is_empty() {
            match owner.step().await.unwrap() {
                Next::Now => {}
                Next::Idle => thread::sleep(Duration::from_millis(20)),
                Next::After(seconds) => thread::sleep(Duration::from_secs(seconds)),
            }
            let mut still = Vec::new();
            for id in open {
                if journal.outcome(id).await.unwrap().is_none() {
                    still.push(id);
                }
            }
            open = still;
        }
        assert!(!matches!(owner.answer(), Some(Err(LandError::Unknown(_)))));
    });
}

#[test]
fn ninety_image_updates_at_once_all_land() {
    let server = Server::start();
    let repository = server.repository("shop");
    let files: Vec<String> = (0..APPS).map(|app| format!("apps/{app}/values.yaml")).collect();
    let begin: Vec<(&str, Option<&str>)> =
        files.iter().map(|file| (file.as_str(), Some("image0: v\nimage1: v\nimage2: v\n"))).collect();
    repository.commit("main", &begin);
    // Somebody else is faster than one of the pushes.
    let other = repository.clone();
    let race = move || drop(other.commit("main", &[("theirs", Some("t"))]));
    server.fail("POST /shop.git/git-receive-pack", Fault::First(Box::new(race)));
    // The journal is kept beside the repository, and goes with it.
    let (file, url) = (repository.folder().join("journal.sqlite"), server.url("shop"));
    let ids: Vec<OperationId> =
        (0..APPS * IMAGES).map(|number| OperationId::parse(&format!("update-{number}")).unwrap()).collect();
    drop(journal(&file));

    let begun = Instant::now();
    let outcomes: Vec<Outcome> = thread::scope(|scope| {
        let owner = scope.spawn(|| own(&file, &url, &ids));
        let file = file.as_path();
        let asked: Vec<_> = (0..ids.len()).map(|number| scope.spawn(move || ask(file, number))).collect();
        let outcomes = asked.into_iter().map(|one| one.join().unwrap()).collect();
        owner.join().unwrap();
        outcomes
    });
    let took = begun.elapsed();

    let commits: BTreeSet<String> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Landed(commit) => commit.to_string(),
            other => panic!("{other:?}"),
        })
        .collect();
    let log = repository.git(&["rev-list", "main"]);
    let log: BTreeSet<String> = log.lines().map(str::to_owned).collect();
    assert_eq!((commits.len(), log.len()), (90, 92), "ninety, the first and somebody else's");
    assert!(commits.is_subset(&log), "each was told the commit that it became");
    for number in 0..ids.len() {
        let text = repository.git(&["show", &format!("main:apps/{}/values.yaml", number % APPS)]);
        assert!(
            text.contains(&format!("image{}: v{number}\n", number / APPS))
                || text.ends_with(&format!("v{number}"))
        );
    }
    assert_eq!(repository.git(&["show", "main:theirs"]), "t");
    repository.check();
    let asked = server.requests();
    let pushes = asked.iter().filter(|request| request.path.ends_with("git-receive-pack")).count();
    println!("90 updates landed in {took:.1?}, {} requests, {pushes} pushes", asked.len());
}
