//! Serves the repositories of one folder.

use std::collections::VecDeque;
use std::io::{self, BufReader, BufWriter, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::cgi::Backend;
use crate::fault::Fault;
use crate::http::{self, Request};
use crate::repository::Repository;

/// How a server behaves.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The `Authorization` header that every request must carry.
    pub authorization: Option<String>,
    /// Whether it knows protocol v0 alone.
    pub old: bool,
    /// How long each answer is held back.
    pub delay: Duration,
}

/// A running server. It ends when it is dropped, and its repositories go with it.
pub struct Server {
    shared: Arc<Shared>,
    address: SocketAddr,
    remove: bool,
}

struct Shared {
    root: PathBuf,
    options: Options,
    ended: AtomicBool,
    requests: Mutex<Vec<Request>>,
    received: Mutex<usize>,
    faults: Mutex<VecDeque<(String, Fault)>>,
}

impl Server {
    /// Starts a server with repositories of its own.
    pub fn start() -> Server {
        Server::with(Options::default())
    }

    /// The same with options.
    pub fn with(options: Options) -> Server {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let root = std::env::temp_dir().join(format!("fairlead-git-server-{}-{count}", std::process::id()));
        let _ = std::fs::remove_dir_all(&root);
        std::fs::create_dir_all(&root).expect("a temporary folder can be written");
        let mut server = Server::serve(&root, 0, options).expect("a port is free");
        server.remove = true;
        server
    }

    /// Serves the repositories of a folder that stays.
    ///
    /// # Errors
    /// Where the port is taken.
    pub fn serve(root: &Path, port: u16, options: Options) -> io::Result<Server> {
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            root: root.to_owned(),
            options,
            ended: AtomicBool::new(false),
            requests: Mutex::default(),
            received: Mutex::default(),
            faults: Mutex::default(),
        });
        let serving = shared.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if serving.ended.load(Ordering::Relaxed) {
                    break;
                }
                let serving = serving.clone();
                std::thread::spawn(move || stream.and_then(|stream| converse(&serving, &stream)));
            }
        });
        Ok(Server { shared, address, remove: false })
    }

    /// A new repository of that name.
    pub fn repository(&self, name: &str) -> Repository {
        Repository::init(&self.shared.root.join(format!("{name}.git")))
    }

    /// Where a repository is served.
    pub fn url(&self, name: &str) -> String {
        format!("http://{}/{name}.git", self.address)
    }

    /// The server's address, such as `127.0.0.1:8080`.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The requests so far, oldest first, and forgets them.
    pub fn requests(&self) -> Vec<Request> {
        std::mem::take(&mut *lock(&self.shared.requests))
    }

    /// Does something else for the next request whose `METHOD /path?query` holds `words`. Faults for the same words are
    /// used up in their order.
    pub fn fail(&self, words: &str, fault: Fault) {
        lock(&self.shared.faults).push_back((words.to_owned(), fault));
    }

    /// How many bytes of answers were sent so far.
    pub fn sent(&self) -> usize {
        *lock(&self.shared.received)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
        if self.remove {
            let _ = std::fs::remove_dir_all(&self.shared.root);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn converse(shared: &Shared, stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut from = BufReader::new(stream);
    let mut to = BufWriter::new(stream);
    while let Some(mut request) = Request::read(&mut from)? {
        if request.header("expect").is_some() {
            return Err(io::Error::other("this server gives no leave"));
        }
        if shared.options.old {
            request.headers.retain(|(name, _)| name != "git-protocol");
        }
        lock(&shared.requests).push(request.clone());
        std::thread::sleep(shared.options.delay);
        if !answer(shared, &request, &mut to)? {
            break;
        }
    }
    Ok(())
}

/// Answers; whether the connection is still of use afterwards.
fn answer(shared: &Shared, request: &Request, to: &mut impl Write) -> io::Result<bool> {
    let allowed = match &shared.options.authorization {
        Some(expected) => request.header("authorization") == Some(expected),
        None => true,
    };
    if !allowed {
        let challenge = ("WWW-Authenticate".to_owned(), "Basic realm=\"git\"".to_owned());
        http::answer(to, 401, &[challenge], b"who are you?")?;
        return Ok(true);
    }
    match next_fault(shared, &request.target()) {
        None => {}
        Some(Fault::First(happens)) => happens(),
        Some(Fault::Answer { status, headers, body }) => {
            http::answer(to, status, &headers, &body)?;
            return Ok(true);
        }
        Some(Fault::Refused) => return Ok(false),
        Some(Fault::Endless { kind, begin, piece }) => {
            let kind = ("Content-Type".to_owned(), kind);
            let mut body = io::Read::chain(io::Cursor::new(begin), Endless { piece, at: 0 });
            http::stream(to, 200, &[kind], &mut body)?;
            return Ok(false);
        }
        Some(fault) => {
            let mut backend = Backend::start(&shared.root, request)?;
            let mut body = backend.collect()?;
            match fault {
                Fault::Cut(bytes) => body.truncate(bytes),
                Fault::Changed(change) => body = change(body),
                _ => return Ok(false),
            }
            http::answer(to, backend.status, &backend.headers, &body)?;
            return Ok(true);
        }
    }
    let mut backend = Backend::start(&shared.root, request)?;
    let (status, headers) = (backend.status, std::mem::take(&mut backend.headers));
    *lock(&shared.received) += http::stream(to, status, &headers, &mut backend.body)?;
    Ok(true)
}

fn next_fault(shared: &Shared, target: &str) -> Option<Fault> {
    let mut faults = lock(&shared.faults);
    let place = faults.iter().position(|(words, _)| target.contains(words.as_str()))?;
    faults.remove(place).map(|(_, fault)| fault)
}

/// The same bytes for ever.
struct Endless {
    piece: Vec<u8>,
    at: usize,
}

impl io::Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let rest = &self.piece[self.at..];
        let length = rest.len().min(into.len());
        into[..length].copy_from_slice(&rest[..length]);
        self.at = (self.at + length) % self.piece.len();
        Ok(length)
    }
}
