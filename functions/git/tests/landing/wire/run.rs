//! One run over the wire: people ask, owners and single commits come, work and die, and so does the server.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use fairlead_fetch::{Address, Guarded, Policy};
use fairlead_git::hosted::{self, Hosted, New};
use fairlead_git::landing::{
    Clock, Draft, Journal, JournalError, OnceError, Operation, Outcome, Owner, SqlJournal, once,
};
use fairlead_git::object::Identity;
use fairlead_git::push::{Credential, Http, Remote};
use fairlead_git::{Branch, Repository as _};
use fairlead_sqlite::Sqlite;
use fairlead_world::{Blob, RepoPath};

use super::super::chance::Chance;
use super::super::edit::{Edit, EditWorks};
use super::super::journal::FailingJournal;
use super::super::poll::{finish, poll};
use super::super::run::{GRACE, ModelClock, operation, path, settings, work};
use super::super::sql::Breaking;
use super::foreign::{self, main};
use super::git;
use super::network::Network;
use super::watch::{Told, Watch};

/// What goes wrong: in percent of the calls, and how many of a thousand steps are a process's last.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weather {
    pub(crate) network: u64,
    pub(crate) storage: u64,
    pub(crate) crashes: u64,
    pub(crate) forced: bool,
}

impl Weather {
    pub(crate) const FAIR: Weather = Weather { network: 0, storage: 0, crashes: 0, forced: false };
    pub(crate) const STORM: Weather = Weather { network: 15, storage: 1, crashes: 2, forced: false };
}

const START: i64 = 1_700_000_000;

type Queue = FailingJournal<SqlJournal<Breaking>>;
type Actor<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;

/// Everything that outlives a process.
pub(crate) struct World {
    pub(crate) chance: Rc<Chance>,
    pub(crate) clock: ModelClock,
    pub(crate) network: Network,
    /// What the journal is kept in.
    pub(crate) storage: Breaking,
    pub(crate) journal: Queue,
    pub(crate) watch: Watch,
    pub(crate) told: RefCell<BTreeMap<String, Told>>,
}

impl World {
    pub(crate) fn new(seed: u64) -> World {
        let chance = Rc::new(Chance::new(seed));
        let time = Rc::new(Cell::new(START));
        let disk = Sqlite::in_memory().unwrap();
        finish(hosted::prepare(&disk)).unwrap();
        // The branch that clones check out cannot be deleted, and this one is to be.
        let new = New { branch: Branch::parse("trunk").unwrap(), ..New::named("shop").unwrap() };
        let now = time.clone();
        let hosted = finish(Hosted::create(disk.clone(), Rc::new(move || now.get()), &new)).unwrap();
        foreign::write_to(&new.branch, &hosted, START, "readme", "trunk");
        let network = Network::new(Breaking::new(disk, chance.clone()), chance.clone(), time.clone());
        let storage = Breaking::new(Sqlite::in_memory().unwrap(), chance.clone());
        let journal = finish(SqlJournal::open(storage.clone(), "shop main")).unwrap();
        let journal = FailingJournal::new(journal, chance.clone());
        let clock = ModelClock::new(time, chance.clone());
        World {
            chance,
            clock,
            network,
            storage,
            journal,
            watch: Watch::new(hosted),
            told: RefCell::default(),
        }
    }

    /// A client's process, with nothing at hand.
    fn remote(&self) -> Remote<Http<&Network>> {
        let address = Address::parse("https://git.example.com/shop.git").unwrap();
        let fetch = Guarded::new(&self.network, Policy::public());
        Remote::new(Http::new(fetch, address, Some(&Credential::token("s3cret"))).unwrap())
    }

    fn pass(&self, seconds: i64) {
        self.clock.now.set(self.clock.now.get() + seconds);
        self.network.settle(GRACE);
    }

    /// An owner that works until there is nothing to do, or another takes over.
    pub(crate) async fn own(&self) -> Result<(), JournalError> {
        let remote = self.remote();
        let owner = Owner::open(&remote, &self.journal, &EditWorks, &self.clock, None, main(), settings());
        work(owner.await?, |seconds| self.pass(seconds.min(60) as i64)).await
    }

    /// Somebody who waits for one commit.
    pub(crate) async fn once(&self, name: String, path: String, contents: String) {
        let remote = self.remote();
        let told = match remote.head(&main()).await {
            Err(error) => Told::Not(error.to_string()),
            Ok(head) => {
                let (named, email) = ("Ann".to_owned(), "ann@example.com".to_owned());
                let ann = Identity { name: named, email, seconds: self.clock.now(), offset: 0 };
                let draft = Draft {
                    parent: head,
                    edits: [(RepoPath::parse(&path).unwrap(), Some(Blob::from(contents)))].into(),
                    author: ann.clone(),
                    committer: ann,
                    message: format!("once: {name}\n"),
                    key: None,
                };
                let wait = |seconds: u64, _: Option<&_>| {
                    self.pass(seconds.min(60) as i64);
                    true
                };
                match once(&remote, (&main(), head), &draft, wait).await {
                    Ok(landed) => Told::Landed(*landed.commits.last().unwrap()),
                    Err(OnceError::Unknown { .. }) => Told::Unknown,
                    Err(error) => Told::Not(error.to_string()),
                }
            }
        };
        self.told.borrow_mut().insert(name, told);
    }

    /// Somebody asks for a change, or asks again because no answer came.
    pub(crate) fn submit(&self, operation: &Operation) {
        let edit = Edit::read(&operation.payload);
        self.watch.ask(operation.id.as_str(), &edit.path, &edit.contents);
        let _ = finish(self.journal.submit(operation));
    }

    /// The server cleans up, in the midst of everything.
    fn collect(&self, steps: usize) {
        let (sql, clock) = (self.network.storage.clone(), self.network.clock());
        self.network.spawn(async move {
            let name = New::named("shop").unwrap().name;
            if let Ok(Some(hosted)) = Hosted::open(sql, clock, &name).await {
                let _ = hosted.collect(steps).await;
            }
        });
    }

    fn set_weather(&self, weather: Weather) {
        self.network.fails.set(weather.network);
        self.network.storage.fails.set(weather.storage);
        self.storage.fails.set(weather.storage);
    }

    /// The storm is over: what is on its way arrives or does not, and everything is brought to an end and judged.
    pub(crate) fn end(&self, forced: bool) {
        self.set_weather(Weather::FAIR);
        self.clock.skew.set(0);
        self.network.frozen.set(false);
        for _ in 0..8 {
            self.network.deliver();
            while finish(self.own()).is_err() {
                // A storage that has still to fail for the last time.
            }
            self.watch.look();
        }
        self.network.settle(GRACE);
        while !self.network.is_quiet() {
            self.network.deliver();
            self.network.turn();
            self.watch.look();
        }
        assert!(self.journal.is_done(), "everything has an outcome");
        let mut told = self.told.borrow().clone();
        for operation in self.journal.operations() {
            let outcome = self.journal.known(&operation.id).unwrap();
            let outcome = match outcome {
                Outcome::Landed(commit) => Told::Landed(commit),
                other => Told::Not(format!("{other:?}")),
            };
            told.insert(operation.id.to_string(), outcome);
        }
        self.watch.judge(&told, forced);
        self.watch.connected();
    }

    /// How often anything outside was called.
    pub(crate) fn calls(&self) -> u64 {
        self.network.requests.get() + self.network.storage.asked.get() + self.storage.asked.get()
    }
}

/// Runs one seed to its end; returns how many steps and outside calls it took.
pub(crate) fn run(seed: u64, weather: Weather) -> u64 {
    let world = World::new(seed);
    let chance = world.chance.clone();
    // A disk that fails at all fails every push now and then, and hides what else may happen.
    let weather = Weather { storage: if chance.percent(40) { weather.storage } else { 0 }, ..weather };
    world.set_weather(weather);
    let stormy = weather.network > 0;
    if chance.percent(70) {
        foreign::write(&world.watch.hosted, START, "readme", "hello");
        world.watch.look();
    }
    let mut actors: Vec<Actor<'_>> = Vec::new();
    let mut operations = Vec::new();
    let rounds = 200 + chance.below(600);
    let mut steps = rounds;
    for round in 0..rounds {
        match chance.below(200) {
            0..5 => submit(&world, round, &mut operations),
            5..7 if actors.len() < 4 => {
                let (name, path, contents) = (format!("x-{round}"), path(&chance), format!("once {round}"));
                world.watch.ask(&name, &path, &contents);
                actors.push(Box::pin(world.once(name, path, contents)));
            }
            7..10 => {
                let now = world.clock.now.get();
                foreign::write(&world.watch.hosted, now, &path(&chance), &format!("foreign {round}"));
            }
            10..14 => world.network.deliver(),
            14..18 => world.pass(chance.below(60) as i64),
            18 if stormy => world.clock.skew.set(chance.below(1201) as i64 - 600),
            // The provider is down for a while, and is well again.
            19 if stormy => {
                world.network.fails.set(if chance.percent(25) { 85 } else { weather.network });
            }
            20 if stormy => world.network.frozen.set(chance.percent(25)),
            21 if weather.forced => {
                // What is still on its way to a base that comes back could not be told from something new.
                world.network.clear();
                world.watch.look();
                foreign::rewind(&world.watch.hosted, chance.below(5));
            }
            22..25 => world.collect(1 + chance.below(4) as usize),
            25 if stormy => world.network.crash(),
            // Nobody is there for more than an hour.
            26 if stormy && chance.percent(30) => {
                actors.clear();
                world.pass(4_000);
            }
            27..30 if actors.len() < 3 => actors.push(Box::pin(owner(&world))),
            _ if actors.is_empty() => actors.push(Box::pin(owner(&world))),
            30..60 => world.network.turn(),
            _ => {
                let which = chance.below(actors.len() as u64) as usize;
                for _ in 0..=chance.below(80) {
                    steps += 1;
                    let over = poll(&mut actors[which]).is_some();
                    if over || chance.below(1000) < weather.crashes {
                        drop(actors.swap_remove(which));
                        break;
                    }
                }
            }
        }
        world.watch.look();
        if round.is_multiple_of(200) {
            world.watch.connected();
        }
    }
    drop(actors);
    assert!(stormy || world.watch.landed() > 0, "in fair weather something lands");
    world.end(weather.forced);
    if seed.is_multiple_of(20) {
        git::judge(&world.watch.hosted, &format!("{seed}-{}", weather.forced));
    }
    steps + world.calls()
}

async fn owner(world: &World) {
    // Another one has taken over, or there is nothing to do.
    let _ = world.own().await;
}

fn submit(world: &World, round: u64, operations: &mut Vec<Operation>) {
    let chance = &world.chance;
    if !operations.is_empty() && chance.percent(20) {
        return world.submit(&operations[chance.below(operations.len() as u64) as usize]);
    }
    let operation = operation(chance, round, path(chance), world.clock.now());
    world.submit(&operation);
    operations.push(operation);
}
