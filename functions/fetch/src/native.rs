//! A [`Fetch`] for programs on a machine of their own: blocking, on `ureq`.

use std::io::{self, Read};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{Request, Response, Uri};
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};
use ureq::{Agent, SendBody, Timeout};

use crate::{Address, Body, BodyError, Fetch, FetchError, Forbidden, Policy};

/// Carries requests over this machine's network. A request blocks the thread until its answer begins, and reading the
/// answer blocks it too: it serves commands, which have nothing else to do meanwhile.
///
/// Names are resolved here, and what they resolve to is held to the policy as well: a name may lead anywhere.
#[derive(Debug, Clone)]
pub struct Native {
    agent: Agent,
}

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(20);

/// How long a server may be silent: it may have a large push to check before it says anything.
const SILENCE: Duration = Duration::from_secs(300);

/// How long one request may take altogether.
const ALTOGETHER: Duration = Duration::from_secs(3600);

/// How much of an answer is read at a time.
const PIECE: usize = 64 << 10;

impl Native {
    /// What carries requests under a policy.
    pub fn new(policy: Policy) -> Native {
        Native::waiting(policy, SILENCE)
    }

    /// The same, which takes a server for gone that says nothing for so long.
    pub fn waiting(policy: Policy, silence: Duration) -> Native {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .accept_encoding("identity")
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(silence))
            .timeout_per_read(Some(silence))
            .timeout_per_write(Some(silence))
            .timeout_global(Some(ALTOGETHER))
            .build();
        let resolver = Checked { policy, names: DefaultResolver::default() };
        Native { agent: Agent::with_parts(config, DefaultConnector::default(), resolver) }
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
            Err(error) => Err(failed(origin, error)),
        }
    }
}

fn failed(origin: crate::Origin, error: ureq::Error) -> FetchError {
    let why = error.to_string();
    match error {
        ureq::Error::Other(other) => match other.downcast::<Forbidden>() {
            Ok(forbidden) => FetchError::Forbidden(Forbidden { origin, ..*forbidden }),
            Err(_) => FetchError::Broken { origin, why },
        },
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
            FetchError::Unreached { origin, why }
        }
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::Tls(_)
        | ureq::Error::Rustls(_)
        | ureq::Error::ConnectProxyFailed(_)
        | ureq::Error::InvalidProxyUrl
        | ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => FetchError::Unreached { origin, why },
        _ => FetchError::Broken { origin, why },
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
