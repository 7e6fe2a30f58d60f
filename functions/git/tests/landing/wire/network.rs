//! The network: it loses, cuts, repeats, delays and makes things up, and carries the rest.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use fairlead_fetch::{Address, Body, BodyError, Fetch, FetchError};
use fairlead_git::hosted::Clock;
use futures_util::stream;
use http::{Request, Response};

use super::super::chance::Chance;
use super::super::fuse::Fuse;
use super::super::poll::{pause, poll};
use super::super::sql::Breaking;
use super::server::{Answer, Guard, Parcel, serve};

/// For how many seconds an old answer about refs may still be given.
const STALE: i64 = 60;

/// Where an answer will be: nothing yet, or none because the process is dead.
type Slot = Rc<RefCell<Option<Option<Answer>>>>;
type Task = (Slot, Pin<Box<dyn Future<Output = ()>>>);

#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    Unreached,
    LostRequest,
    LostAnswer,
    CutRequest,
    CutAnswer,
    Repeated,
    RepeatedLate,
    RepeatedAndRefused(u16),
    Status(u16, bool),
    Redirect,
    Stale,
    Garbage,
}

pub(crate) struct Network {
    pub(crate) storage: Breaking,
    pub(crate) frozen: Rc<Cell<bool>>,
    pub(crate) chance: Rc<Chance>,
    pub(crate) time: Rc<Cell<i64>>,
    /// How often in a hundred requests something happens to it.
    pub(crate) fails: Cell<u64>,
    /// Counts requests down to one that is lost: on the way there, or on the way back.
    pub(crate) fuse: Fuse,
    /// What happens to the next push.
    pub(crate) next_push: Cell<Option<Fault>>,
    pub(crate) requests: Cell<u64>,
    tasks: RefCell<Vec<Task>>,
    in_flight: RefCell<Vec<(i64, Parcel)>>,
    told: RefCell<Vec<(i64, String, Answer)>>,
}

impl Network {
    pub(crate) fn new(storage: Breaking, chance: Rc<Chance>, time: Rc<Cell<i64>>) -> Network {
        Network {
            storage,
            frozen: Rc::default(),
            chance,
            time,
            fails: Cell::new(0),
            fuse: Fuse::default(),
            next_push: Cell::new(None),
            requests: Cell::new(0),
            tasks: RefCell::default(),
            in_flight: RefCell::default(),
            told: RefCell::default(),
        }
    }

    pub(crate) fn clock(&self) -> Clock {
        let time = self.time.clone();
        Rc::new(move || time.get())
    }

    /// Lets one request be worked on.
    pub(crate) fn turn(&self) {
        let (slot, mut task) = {
            let mut tasks = self.tasks.borrow_mut();
            if tasks.is_empty() {
                return;
            }
            let which = self.chance.below(tasks.len() as u64) as usize;
            tasks.swap_remove(which)
        };
        if poll(&mut task).is_none() {
            self.tasks.borrow_mut().push((slot, task));
        }
    }

    /// The server's process dies, and is there again at once.
    pub(crate) fn crash(&self) {
        for (slot, _) in self.tasks.take() {
            slot.replace(Some(None));
        }
    }

    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + 'static) {
        self.tasks.borrow_mut().push((Slot::default(), Box::pin(task)));
    }

    /// A delayed request arrives, or never does.
    pub(crate) fn deliver(&self) {
        let parcel = {
            let mut in_flight = self.in_flight.borrow_mut();
            if in_flight.is_empty() {
                return;
            }
            let which = self.chance.below(in_flight.len() as u64) as usize;
            in_flight.swap_remove(which).1
        };
        if self.chance.percent(70) {
            self.start(parcel);
        }
    }

    /// No request stays on its way for longer than `grace` seconds.
    pub(crate) fn settle(&self, grace: i64) {
        let now = self.time.get();
        self.in_flight.borrow_mut().retain(|(sent, _)| now - sent < grace);
    }

    /// Nothing that was sent arrives any more.
    pub(crate) fn clear(&self) {
        self.in_flight.borrow_mut().clear();
        self.crash();
    }

    pub(crate) fn is_quiet(&self) -> bool {
        self.tasks.borrow().is_empty() && self.in_flight.borrow().is_empty()
    }

    fn start(&self, parcel: Parcel) -> Slot {
        let slot = Slot::default();
        let (storage, clock, to) = (self.storage.clone(), self.clock(), slot.clone());
        let guard = Guard { frozen: self.frozen.clone(), rewind: false };
        let task = async move {
            let answer = serve(storage, clock, guard, parcel).await;
            to.replace(Some(Some(answer)));
        };
        self.tasks.borrow_mut().push((slot.clone(), Box::pin(task)));
        slot
    }

    fn fault(&self, parcel: &Parcel) -> Option<Fault> {
        if let Some(back) = self.fuse.burn() {
            return Some(if back { Fault::LostAnswer } else { Fault::LostRequest });
        }
        if parcel.is_push()
            && let Some(fault) = self.next_push.take()
        {
            return Some(fault);
        }
        // Few pushes would come about if what leads up to them failed as often.
        let fails = if parcel.is_push() { self.fails.get() * 2 } else { self.fails.get() / 2 };
        if !self.chance.percent(fails) {
            return None;
        }
        Some(match self.chance.below(13) {
            0 => Fault::Unreached,
            1 | 2 => Fault::LostRequest,
            3 | 4 => Fault::LostAnswer,
            5 => Fault::CutRequest,
            6 => Fault::CutAnswer,
            7 if parcel.is_push() => Fault::RepeatedLate,
            7 => Fault::Repeated,
            8 if parcel.is_push() => {
                Fault::RepeatedAndRefused([400, 401, 403, 404, 429][self.chance.below(5) as usize])
            }
            10 if parcel.is_push() => Fault::Repeated,
            9 => {
                let status = [401, 403, 429, 403, 429, 500, 502, 503][self.chance.below(8) as usize];
                Fault::Status(status, self.chance.percent(50))
            }
            10 => Fault::Redirect,
            11 if parcel.asks_refs() => Fault::Stale,
            _ => Fault::Garbage,
        })
    }

    /// Waits for an answer, for as long as somebody is patient.
    async fn answer(&self, slot: &Slot, patience: u64) -> Option<Answer> {
        for _ in 0..patience {
            let answer = slot.borrow_mut().take();
            if let Some(answer) = answer {
                return answer;
            }
            self.turn();
            pause().await;
        }
        None
    }

    async fn carry(&self, parcel: Parcel) -> Option<Answer> {
        let patience = if self.fails.get() > 0 { 20 + self.chance.below(2_000) } else { 50_000 };
        let path = parcel.path.clone();
        let tells = parcel.asks_refs();
        let answer = self.answer(&self.start(parcel), patience).await?;
        if tells && answer.status == 200 && answer.whole {
            let mut told = self.told.borrow_mut();
            told.retain(|(time, ..)| self.time.get() - time < STALE);
            told.push((self.time.get(), path, answer.clone()));
        }
        Some(answer)
    }

    async fn suffer(&self, fault: Fault, mut parcel: Parcel) -> Result<Response<Body>, FetchError> {
        let below = |length: usize| self.chance.below(length as u64) as usize;
        match fault {
            Fault::Unreached => Err(failed(false)),
            Fault::LostRequest => {
                self.in_flight.borrow_mut().push((self.time.get(), parcel));
                Err(failed(true))
            }
            Fault::LostAnswer => {
                // Somebody waits for it to be done, or for some of it.
                let slot = self.start(parcel);
                let patience = if self.fuse.is_lit() || self.chance.percent(50) { 5_000 } else { 3 };
                self.answer(&slot, patience).await;
                Err(failed(true))
            }
            Fault::CutRequest => {
                parcel.body.truncate(below(parcel.body.len()));
                parcel.cut = Some(self.chance.percent(50));
                response(self.carry(parcel).await, None)
            }
            Fault::CutAnswer => {
                let mut answer = self.carry(parcel).await.ok_or_else(|| failed(true))?;
                answer.body.truncate(below(answer.body.len()));
                answer.whole = self.chance.percent(50);
                response(Some(answer), None)
            }
            Fault::Repeated => {
                self.carry(parcel.clone()).await;
                response(self.carry(parcel).await, None)
            }
            Fault::RepeatedAndRefused(status) => {
                self.carry(parcel).await;
                response(Some(Answer::status(status)), None)
            }
            Fault::RepeatedLate => {
                self.in_flight.borrow_mut().push((self.time.get(), parcel.clone()));
                response(self.carry(parcel).await, None)
            }
            Fault::Status(status, told) => {
                if status >= 500 && told {
                    self.carry(parcel).await;
                }
                let retry = (told && matches!(status, 403 | 429)).then_some(("retry-after", "7"));
                response(Some(Answer::status(status)), retry)
            }
            Fault::Redirect => {
                let to = if self.chance.percent(70) {
                    format!("https://git.example.com/renamed{}", parcel.path)
                } else {
                    "https://elsewhere.example.com/shop.git".to_owned()
                };
                let mut answer = Response::new(Body::default());
                *answer.status_mut() = [301, 302, 307, 308][below(4)].try_into().unwrap();
                answer.headers_mut().insert("location", to.parse().unwrap());
                Ok(answer)
            }
            Fault::Stale => {
                let told = self.told.borrow();
                let fit = |(time, path, _): &&(i64, String, Answer)| {
                    self.time.get() - time < STALE && *path == parcel.path
                };
                let old: Vec<_> = told.iter().filter(fit).collect();
                match old.get(below(old.len())) {
                    Some((.., answer)) => response(Some(answer.clone()), None),
                    None => Err(failed(false)),
                }
            }
            Fault::Garbage => {
                if self.chance.percent(50) {
                    self.carry(parcel.clone()).await;
                }
                let service = if parcel.is_push() { "receive" } else { "upload" };
                let body = (0..self.chance.below(80)).map(|_| self.chance.below(256) as u8).collect();
                let kind = match self.chance.below(3) {
                    0 => "text/html".to_owned(),
                    _ => format!("application/x-git-{service}-pack-result"),
                };
                response(Some(Answer { status: 200, kind, body, whole: true }), None)
            }
        }
    }
}

impl Fetch for Network {
    async fn fetch(&self, request: Request<Body>) -> Result<Response<Body>, FetchError> {
        self.requests.set(self.requests.get() + 1);
        pause().await;
        let (head, body) = request.into_parts();
        let path = head.uri.path_and_query().unwrap().as_str().to_owned();
        let protocol = head.headers.get("git-protocol").map_or("", |text| text.to_str().unwrap()).to_owned();
        let body = body.collect(64 << 20).await.unwrap();
        let parcel = Parcel { path, protocol, body, cut: None };
        match self.fault(&parcel) {
            None => response(self.carry(parcel).await, None),
            Some(fault) => self.suffer(fault, parcel).await,
        }
    }
}

fn failed(broken: bool) -> FetchError {
    let origin = Address::parse("https://git.example.com/").unwrap().origin().clone();
    let why = "the network failed".to_owned();
    if broken { FetchError::Broken { origin, why } } else { FetchError::Unreached { origin, why } }
}

fn response(
    answer: Option<Answer>,
    header: Option<(&'static str, &'static str)>,
) -> Result<Response<Body>, FetchError> {
    let Answer { status, kind, body, whole } = answer.ok_or_else(|| failed(true))?;
    let mut pieces: Vec<Result<Vec<u8>, BodyError>> =
        body.chunks(1009).map(|piece| Ok(piece.to_vec())).collect();
    if !whole {
        pieces.push(Err(BodyError::Broken("the connection broke".to_owned())));
    }
    let mut response = Response::new(Body::stream(stream::iter(pieces)));
    *response.status_mut() = status.try_into().unwrap();
    response.headers_mut().insert("content-type", kind.parse().unwrap());
    if let Some((name, value)) = header {
        response.headers_mut().insert(name, value.parse().unwrap());
    }
    Ok(response)
}
