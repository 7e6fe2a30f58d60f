//! One run: people ask, owners come, work and die, others push, and requests arrive when they like.

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use fairlead_git::landing::{
    Clock, Journal, JournalError, Next, Operation, OperationId, Owner, Settings, Submitted, Works,
};
use fairlead_git::{Branch, Repository};

use super::chance::Chance;
use super::edit::{Edit, EditWorks, Seen};
use super::journal::FailingJournal;
use super::oracle;
use super::poll::{finish, pause, poll};
use super::server::{Server, blob};

/// What goes wrong, in percent of the calls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weather {
    pub(crate) network: u64,
    pub(crate) storage: u64,
    pub(crate) crashes: u64,
    pub(crate) rewrites: bool,
    pub(crate) forced: bool,
}

impl Weather {
    pub(crate) const FAIR: Weather =
        Weather { network: 0, storage: 0, crashes: 0, rewrites: false, forced: false };
    pub(crate) const STORM: Weather =
        Weather { network: 15, storage: 4, crashes: 5, rewrites: false, forced: false };
}

pub(crate) const GRACE: i64 = 600;
const START: i64 = 1_700_000_000;

/// A clock that may be wrong.
pub(crate) struct ModelClock {
    pub(crate) now: Rc<Cell<i64>>,
    /// By how many seconds it is wrong.
    pub(crate) skew: Cell<i64>,
    chance: Rc<Chance>,
}

impl ModelClock {
    pub(crate) fn new(now: Rc<Cell<i64>>, chance: Rc<Chance>) -> ModelClock {
        ModelClock { now, skew: Cell::new(0), chance }
    }
}

impl Clock for ModelClock {
    fn now(&self) -> i64 {
        self.now.get() + self.skew.get()
    }

    fn noise(&self) -> u64 {
        self.chance.next()
    }
}

pub(crate) fn settings() -> Settings {
    Settings {
        committer: ("Fairlead".into(), "fairlead@example.com".into()),
        offset: 0,
        trailers: true,
        batch: 8,
        grace: GRACE,
    }
}

/// An owner that works until another takes over. Returns whether it ran out of work.
pub(crate) async fn own(
    server: &Server,
    journal: &FailingJournal<impl Journal>,
    clock: &ModelClock,
) -> Result<(), JournalError> {
    let branch = Branch::parse("main").unwrap();
    let owner = Owner::open(server, journal, &EditWorks, clock, None, branch, settings()).await?;
    work(owner, |seconds| clock.now.set(clock.now.get() + seconds.min(30) as i64)).await
}

/// The work of an owner until there is nothing to do, or another takes over; `pass` lets so many seconds pass.
pub(crate) async fn work<R: Repository, J: Journal, W: Works, C: Clock>(
    mut owner: Owner<'_, R, J, W, C>,
    pass: impl Fn(u64),
) -> Result<(), JournalError> {
    loop {
        match owner.step().await {
            Ok(Next::Idle) => return Ok(()),
            Ok(Next::Now) | Err(JournalError::Storage(_)) => pause().await,
            Ok(Next::After(seconds)) => {
                // Time passes while nobody does anything.
                for _ in 0..3 {
                    pause().await;
                }
                pass(seconds);
            }
            Err(error) => return Err(error),
        }
    }
}

/// Runs one seed to its end; returns how many steps it took.
pub(crate) fn run(seed: u64, weather: Weather) -> u64 {
    let chance = Rc::new(Chance::new(seed));
    run_with(FailingJournal::in_memory(chance.clone()), chance, weather, || ())
}

/// The same with another journal, whose own failures `calm` ends.
pub(crate) fn run_with(
    journal: FailingJournal<impl Journal>,
    chance: Rc<Chance>,
    weather: Weather,
    calm: impl FnOnce(),
) -> u64 {
    let now = Rc::new(Cell::new(START));
    let server = Server::new(chance.clone(), now.clone(), weather.rewrites);
    let clock = ModelClock::new(now.clone(), chance.clone());
    server.fails.set(weather.network);
    journal.fails.set(weather.storage);
    if chance.percent(70) {
        server.foreign("readme", "hello");
    }
    let mut owners: Vec<Pin<Box<dyn Future<Output = Result<(), JournalError>> + '_>>> = Vec::new();
    let mut operations = Vec::new();
    let rounds = 200 + chance.below(600);
    for round in 0..rounds {
        match chance.below(100) {
            0..8 => submit(&server, &journal, &chance, round, &mut operations),
            8..12 => server.foreign(&path(&chance), &format!("foreign {round}")),
            12..16 => server.deliver(chance.percent(30)),
            16..18 => {
                now.set(now.get() + chance.below(40) as i64);
                server.settle(GRACE);
            }
            // The provider is down for a while, and is well again.
            18 if weather.network > 0 && chance.percent(50) => {
                server.fails.set(if server.fails.get() > 50 { weather.network } else { 85 });
            }
            18 if weather.forced && chance.percent(20) => server.force(),
            19..22 if owners.len() < 2 => owners.push(Box::pin(own(&server, &journal, &clock))),
            _ if owners.is_empty() => owners.push(Box::pin(own(&server, &journal, &clock))),
            _ => {
                let which = chance.below(owners.len() as u64) as usize;
                let dies = chance.percent(weather.crashes);
                if poll(&mut owners[which]).is_some() || dies {
                    drop(owners.swap_remove(which));
                }
            }
        }
    }
    drop(owners);
    // The storm is over; what is still on its way arrives or does not, and everything is brought to an end.
    server.fails.set(0);
    journal.fails.set(0);
    calm();
    for _ in 0..20 {
        server.deliver(chance.percent(30));
        finish(own(&server, &journal, &clock)).unwrap();
    }
    assert!(journal.is_done(), "everything has an outcome");
    oracle::check(&server, &journal, weather.forced);
    rounds
}

pub(crate) fn path(chance: &Chance) -> String {
    ["a", "b", "folder/c", "folder/d", "folder/deep/e"][chance.below(5) as usize].to_owned()
}

/// Somebody asks for a change, or asks again because no answer came.
fn submit(
    server: &Server,
    journal: &FailingJournal<impl Journal>,
    chance: &Chance,
    round: u64,
    operations: &mut Vec<Operation>,
) {
    let operation = if !operations.is_empty() && chance.percent(20) {
        operations[chance.below(operations.len() as u64) as usize].clone()
    } else {
        let path = if chance.percent(5) { "forbidden".to_owned() } else { path(chance) };
        operation(chance, round, path, server.now.get())
    };
    match finish(journal.submit(&operation)) {
        Ok(Submitted::Busy(other)) => {
            assert_eq!(journal.known(&other), None, "what is busy has no outcome yet");
        }
        // Whether it was taken is not known after a failure, and it is handed in again.
        _ => operations.push(operation),
    }
}

/// What somebody asks for.
pub(crate) fn operation(chance: &Chance, round: u64, path: String, now: i64) -> Operation {
    let seen = match chance.below(4) {
        0 => Seen::Nothing,
        1 => Seen::Blob(blob("hello")),
        _ => Seen::Anything,
    };
    let edit = Edit { path, seen, contents: format!("edit {round}") };
    Operation {
        id: OperationId::parse(&format!("op-{round}")).unwrap(),
        exclusive: chance.percent(10).then(|| "shop".to_owned()),
        payload: edit.payload(),
        // Some people wait for minutes, and some have gone before the first try has failed.
        deadline: now + chance.below([10, 60, 2000][chance.below(3) as usize]) as i64,
    }
}
