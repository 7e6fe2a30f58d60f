//! The server: one thread takes connections, others answer.

use std::convert::Infallible;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use fairlead_fetch::Body;
use fairlead_hub::{Access, Examples, Keeper, Tended};
use fairlead_sqlite::Sqlite;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::runtime;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::LocalSet;
use tokio_io_timeout::TimeoutStream;

use crate::body::received;
use crate::fair::Fair;
use crate::{Options, ServeError};

/// How long a client may take for the head of its request.
const HEAD: Duration = Duration::from_secs(30);
/// How long nothing is taken after a connection could not be.
const PAUSE: Duration = Duration::from_millis(20);
/// How often what has to be done now and then is looked for.
const TEND: Duration = Duration::from_secs(60);
/// How long a client may take nothing of its answer.
const TAKING: Duration = Duration::from_secs(300);
/// How many connections one thread has at most, and how many wait for it; who comes then is turned away.
const OPEN: usize = 512;
const WAITING: usize = 256;
/// The most threads: SQLite writes one after the other, whatever their number.
const MAX_THREADS: usize = 8;

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    workers: Vec<mpsc::Sender<TcpStream>>,
}

impl Server {
    /// Opens the database and listens.
    ///
    /// # Errors
    /// See [`ServeError`].
    pub fn open(options: &Options) -> Result<Server, ServeError> {
        options.check()?;
        let system = |what: String| move |source| ServeError::System { what, source };
        std::fs::create_dir_all(&options.data)
            .map_err(system(format!("cannot make the folder {}", options.data.display())))?;
        let listener = TcpListener::bind(options.listen)
            .map_err(system(format!("cannot listen on {}", options.listen)))?;
        let threads = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, MAX_THREADS);
        // One of them also tends to what has to be done now and then.
        let workers = (0..threads).map(|number| start(options, number == 0)).collect::<Result<_, _>>()?;
        Ok(Server { listener, workers })
    }

    /// Where it listens; the port is known where 0 was asked for.
    ///
    /// # Errors
    /// What the system says.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until the process ends.
    ///
    /// # Errors
    /// Where no connection can be taken any more.
    pub fn run(self) -> io::Result<()> {
        let mut turn = 0;
        loop {
            let stream = match self.listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => return Err(error),
                // A client that went away, or no descriptors left: it gets better when others have gone.
                Err(_) => {
                    std::thread::sleep(PAUSE);
                    continue;
                }
            };
            stream.set_nonblocking(true)?;
            turn = (turn + 1) % self.workers.len().max(1);
            let mut stream = Some(stream);
            // The next one where a thread has too much to do; this loop waits for nobody.
            for worker in self.workers.iter().cycle().skip(turn).take(self.workers.len()) {
                let Some(left) = stream.take() else { break };
                if let Err(TrySendError::Full(back) | TrySendError::Closed(back)) = worker.try_send(left) {
                    stream = Some(back);
                }
            }
        }
    }
}

/// Starts a thread that answers, and waits until its database is open.
fn start(options: &Options, tends: bool) -> Result<mpsc::Sender<TcpStream>, ServeError> {
    let system = |source| ServeError::System { what: "cannot start a thread".to_owned(), source };
    let (send, connections) = mpsc::channel(WAITING);
    let (opened, wait) = std::sync::mpsc::channel();
    let file = options.data.join("fairlead.db");
    let access = options.token.as_deref().map_or(Access::Local, |token| Access::of(Some(token)));
    let work = move || {
        let runtime = match runtime::Builder::new_current_thread().enable_io().enable_time().build() {
            Ok(runtime) => runtime,
            Err(error) => return drop(opened.send(Err(system(error)))),
        };
        LocalSet::new().block_on(&runtime, async move {
            match Worker::open(&file, access) {
                Ok(worker) => {
                    let _ = opened.send(Ok(()));
                    let worker = Rc::new(worker);
                    if tends {
                        tokio::task::spawn_local(worker.clone().tend());
                    }
                    worker.run(connections).await;
                }
                Err(error) => drop(opened.send(Err(error))),
            }
        });
    };
    // The engine bounds its recursion; some systems' threads have less than those bounds.
    std::thread::Builder::new()
        .name("answers".to_owned())
        .stack_size(64 << 20)
        .spawn(work)
        .map_err(system)?;
    wait.recv().map_err(|_| system(io::Error::other("the thread ended")))??;
    Ok(send)
}

struct Worker {
    host: Examples,
    keeper: Keeper<Fair<Sqlite>>,
}

impl Worker {
    fn open(file: &std::path::Path, access: Access) -> Result<Worker, ServeError> {
        let sql = Sqlite::open(file)?;
        let keeper = Keeper::new(Fair(sql), Rc::new(now), access);
        Ok(Worker { host: Examples::open()?, keeper })
    }

    async fn run(self: Rc<Worker>, mut connections: mpsc::Receiver<TcpStream>) {
        let places = Arc::new(Semaphore::new(OPEN));
        while let Ok(place) = places.clone().acquire_owned().await {
            let Some(stream) = connections.recv().await else { return };
            let Ok(stream) = tokio::net::TcpStream::from_std(stream) else { continue };
            let mut stream = TimeoutStream::new(stream);
            stream.set_write_timeout(Some(TAKING));
            let worker = self.clone();
            tokio::task::spawn_local(async move {
                let _place = place;
                let answers = service_fn(move |request: http::Request<hyper::body::Incoming>| {
                    let worker = worker.clone();
                    async move { Ok::<_, Infallible>(worker.answer(request.map(received)).await) }
                });
                // What goes wrong with a connection concerns its client alone.
                let _ = http1::Builder::new()
                    .timer(TokioTimer::new())
                    .header_read_timeout(HEAD)
                    .serve_connection(TokioIo::new(Box::pin(stream)), answers)
                    .await;
            });
        }
    }

    /// Collects garbage, a few steps at a time.
    async fn tend(self: Rc<Worker>) {
        loop {
            tokio::time::sleep(TEND).await;
            // What fails is tried again the next time; nothing is lost by it.
            while matches!(self.keeper.tend().await, Ok(Tended::More)) {
                tokio::task::yield_now().await;
            }
        }
    }

    async fn answer(&self, request: http::Request<Body>) -> http::Response<Body> {
        fairlead_hub::serve(&self.host, &self.keeper, request).await
    }
}

fn now() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .ok()
        .and_then(|since| i64::try_from(since.as_secs()).ok())
        .unwrap_or_default()
}
