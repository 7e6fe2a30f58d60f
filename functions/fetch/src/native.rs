//! A [`Fetch`] for programs on a machine of their own: blocking, on `ureq`.

use std::io::{self, ErrorKind, Read};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{Request, Response, Uri};
use ureq::tls::TlsConfig;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, SendBody, Timeout};

use crate::{Address, Body, BodyError, Fetch, FetchError, Forbidden, Guarded, Origin, Policy};

/// Carries requests over this machine's network. A request blocks the thread until its answer begins, and reading the
/// answer blocks it too: it serves commands, which have nothing else to do meanwhile.
///
/// Names are resolved here, and what they resolve to is held to the policy as well: a name may lead anywhere.
#[derive(Debug, Clone)]
pub struct Native {
    agent: Agent,
    words: Words,
}

/// What is told of a request that came to nothing.
pub type Words = fn(&ureq::Error, &Origin) -> String;

/// How requests are carried.
#[derive(Debug, Clone)]
pub struct Manner {
    /// How long a connection may take to come about.
    pub connect: Duration,
    /// How long a server may be silent.
    pub silence: Duration,
    /// How long one request may take altogether.
    pub altogether: Duration,
    /// Whom to believe, and who this machine is.
    pub tls: TlsConfig,
    /// What is told of a request that came to nothing.
    pub words: Words,
}

impl Default for Manner {
    fn default() -> Manner {
        Manner {
            connect: Duration::from_secs(20),
            // It may have a large push to check before it says anything.
            silence: Duration::from_secs(300),
            altogether: Duration::from_secs(3600),
            tls: TlsConfig::default(),
            words: |error, _| error.to_string(),
        }
    }
}

/// How much of an answer is read at a time.
const PIECE: usize = 64 << 10;

impl Native {
    /// What carries requests under a policy.
    pub fn new(policy: Policy) -> Native {
        Native::with(policy, Manner::default())
    }

    /// What carries requests under a policy, in a manner of its own.
    pub fn with(policy: Policy, manner: Manner) -> Native {
        let Manner { connect, silence, altogether, tls, words } = manner;
        let config = Agent::config_builder()
            .tls_config(tls)
            .user_agent(concat!("fairlead/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            // Whoever asks decides what is followed, and with which credentials.
            .max_redirects(0)
            .accept_encoding("identity")
            .timeout_connect(Some(connect))
            .timeout_recv_response(Some(silence))
            .timeout_per_read(Some(silence))
            .timeout_per_write(Some(silence))
            .timeout_global(Some(altogether))
            .build();
        let resolver = Checked { policy, names: DefaultResolver::default() };
        Native { agent: Agent::with_parts(config, DefaultConnector::default(), resolver), words }
    }
}

impl Guarded<Native> {
    /// What carries requests from this machine, held to one policy both by their addresses and by what names resolve to.
    pub fn native(policy: Policy) -> Guarded<Native> {
        Guarded::new(Native::new(policy.clone()), policy)
    }
}

impl Fetch for Native {
    async fn fetch(&self, request: Request<Body>) -> Result<Response<Body>, FetchError> {
        let origin = Address::parse(&request.uri().to_string())?.origin().clone();
        let (mut parts, body) = request.into_parts();
        let empty = body.length() == Some(0);
        if let Some(length) = body.length().filter(|_| !empty) {
            parts.headers.insert(CONTENT_LENGTH, length.into());
        }
        parts.headers.remove(TRANSFER_ENCODING);
        let answer = if empty {
            self.agent.run(Request::from_parts(parts, ()))
        } else {
            let reader = BodyReader { body, piece: Vec::new(), at: 0 };
            self.agent.run(Request::from_parts(parts, SendBody::from_owned_reader(reader)))
        };
        match answer {
            Ok(answer) => {
                let (parts, body) = answer.into_parts();
                Ok(Response::from_parts(parts, Body::stream(Pieces(Some(body.into_reader())))))
            }
            Err(error) => Err(failed(origin, error, self.words)),
        }
    }
}

/// Why there is no answer, and whether the server may have seen the request.
fn failed(origin: Origin, error: ureq::Error, words: Words) -> FetchError {
    let why = words(&error, &origin);
    let connecting =
        [ErrorKind::ConnectionRefused, ErrorKind::HostUnreachable, ErrorKind::NetworkUnreachable];
    match error {
        ureq::Error::Other(other) => match other.downcast::<Forbidden>() {
            Ok(forbidden) => FetchError::Forbidden(Forbidden { origin, ..*forbidden }),
            Err(_) => FetchError::Broken { origin, why },
        },
        _ if is_unresolved(&error) => FetchError::Unreached { origin, why },
        ureq::Error::Io(error) if connecting.contains(&error.kind()) => FetchError::Unreached { origin, why },
        ureq::Error::ConnectionFailed
        | ureq::Error::Tls(_)
        | ureq::Error::Rustls(_)
        | ureq::Error::ConnectProxyFailed(_)
        | ureq::Error::InvalidProxyUrl
        | ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => FetchError::Unreached { origin, why },
        _ => FetchError::Broken { origin, why },
    }
}

/// Whether the address of the host could not be found out. The standard library has no kind for it.
pub fn is_unresolved(error: &ureq::Error) -> bool {
    let lost = "failed to lookup address information";
    match error {
        ureq::Error::HostNotFound => true,
        ureq::Error::Io(error) => error.to_string().starts_with(lost),
        _ => false,
    }
}

/// Resolves names, and leaves out where the policy forbids to go.
#[derive(Debug)]
struct Checked {
    policy: Policy,
    names: DefaultResolver,
}

impl Resolver for Checked {
    fn resolve(
        &self,
        uri: &Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let all = self.names.resolve(uri, config, timeout)?;
        // A proxy's own address is the user's choice, and no origin's.
        let Ok(address) = Address::parse(&uri.to_string()) else { return Ok(all) };
        let mut allowed = self.empty();
        let mut refused = None;
        for found in all.iter().copied() {
            match self.policy.check_ip(address.origin(), SocketAddr::ip(&found)) {
                Ok(()) => allowed.push(found),
                Err(forbidden) => refused = Some(forbidden),
            }
        }
        match refused {
            Some(forbidden) if allowed.is_empty() => Err(ureq::Error::Other(Box::new(forbidden))),
            _ => Ok(allowed),
        }
    }
}

/// A body for a program that reads and blocks.
struct BodyReader {
    body: Body,
    piece: Vec<u8>,
    at: usize,
}

impl Read for BodyReader {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.piece.len() {
            match block_on(self.body.next()) {
                Ok(Some(piece)) => (self.piece, self.at) = (piece, 0),
                Ok(None) => return Ok(0),
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        let rest = self.piece.get(self.at..).unwrap_or_default();
        let length = rest.len().min(into.len());
        into.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        self.at += length;
        Ok(length)
    }
}

/// An answer's body, which blocks while it is read.
struct Pieces(Option<ureq::BodyReader<'static>>);

impl futures_core::Stream for Pieces {
    type Item = Result<Vec<u8>, BodyError>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Vec<u8>, BodyError>>> {
        let Some(reader) = &mut self.0 else { return Poll::Ready(None) };
        let mut piece = vec![0; PIECE];
        match reader.read(&mut piece) {
            Ok(0) => {
                self.0 = None;
                Poll::Ready(None)
            }
            Ok(length) => {
                piece.truncate(length);
                Poll::Ready(Some(Ok(piece)))
            }
            Err(error) => {
                self.0 = None;
                Poll::Ready(Some(Err(BodyError::Broken(error.to_string()))))
            }
        }
    }
}

/// Runs a future to its end on this thread, which sleeps while there is nothing to do.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(done) => return done,
            Poll::Pending => thread::park(),
        }
    }
}
