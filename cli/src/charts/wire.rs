//! Requests carried from this machine: connections, certificates, time.

use std::fs;
use std::io::{ErrorKind, Read};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use fairlead_fetch::{Address, Body, BodyError, Fetch, FetchError, Origin};
use futures_core::Stream;
use ureq::BodyReader;
use ureq::http::{Request, Response};
use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

/// What is told of a server that does not speak TLS.
pub(crate) const NOT_TLS: &str = "tls: first record does not look like a TLS handshake";

/// How long one answer may take, as with Helm.
const TIMEOUT: Duration = Duration::from_secs(120);

/// How long a server may take to accept a connection.
const CONNECT: Duration = Duration::from_secs(30);

/// Who is believed to be a server, and who this machine says it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Trust {
    /// The authorities to believe instead of the usual ones.
    pub(crate) authorities: Option<PathBuf>,
    /// This machine's certificate and its key.
    pub(crate) identity: Option<(PathBuf, PathBuf)>,
    /// Whether anybody is believed.
    pub(crate) anybody: bool,
}

/// Why certificates cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("can't create TLS config for client: {what} {path}: {reason}", path = path.display())]
pub(crate) struct TrustError {
    what: &'static str,
    path: PathBuf,
    reason: String,
}

/// Carries requests from this machine.
#[derive(Debug)]
pub(crate) struct Wire(ureq::Agent);

impl Wire {
    /// A carrier that believes whom `trust` says.
    pub(crate) fn new(trust: &Trust) -> Result<Wire, TrustError> {
        let mut tls = TlsConfig::builder().disable_verification(trust.anybody);
        // As with every program in Go: who runs this machine may name whom it believes.
        let usual = std::env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()).map(PathBuf::from);
        if let Some(path) = trust.authorities.as_ref().or(usual.as_ref()) {
            tls = tls.root_certs(RootCerts::new_with_certs(&certificates("can't read CA file", path)?));
        }
        if let Some((certificate, key)) = &trust.identity {
            let chain = certificates("can't load the certificate", certificate)?;
            tls = tls.client_cert(Some(ClientCert::new_with_certs(&chain, private_key(key)?)));
        }
        let agent = ureq::Agent::config_builder()
            .tls_config(tls.build())
            .user_agent(concat!("fairlead/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            // Whoever asks decides what is followed, and with which credentials.
            .max_redirects(0)
            .timeout_global(Some(TIMEOUT))
            .timeout_connect(Some(CONNECT))
            .build();
        Ok(Wire(agent.into()))
    }
}

impl Fetch for Wire {
    async fn fetch(&self, request: Request<Body>) -> Result<Response<Body>, FetchError> {
        let (head, body) = request.into_parts();
        let address = Address::parse(&head.uri.to_string())?;
        let body = body.collect(usize::MAX).await.map_err(|error| FetchError::Unreached {
            origin: address.origin().clone(),
            why: error.to_string(),
        })?;
        let answer = match body.is_empty() {
            true => self.0.run(Request::from_parts(head, ())),
            false => self.0.run(Request::from_parts(head, body)),
        };
        let answer = answer.map_err(|error| failure(&error, address.origin()))?;
        let (head, body) = answer.into_parts();
        Ok(Response::from_parts(head, Body::stream(Chunks(body.into_reader()))))
    }
}

/// An answer as it comes.
struct Chunks(BodyReader<'static>);

/// The most that is read at once.
const CHUNK: usize = 64 << 10;

impl Stream for Chunks {
    type Item = Result<Vec<u8>, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut chunk = vec![0; CHUNK];
        Poll::Ready(match self.0.read(&mut chunk) {
            Ok(0) => None,
            Ok(length) => {
                chunk.truncate(length);
                Some(Ok(chunk))
            }
            Err(error) => Some(Err(BodyError::Broken(error.to_string()))),
        })
    }
}

/// Why there is no answer, and whether the server may have seen the request.
fn failure(error: &ureq::Error, origin: &Origin) -> FetchError {
    let (origin, why) = (origin.clone(), words(error, origin));
    let connecting =
        [ErrorKind::ConnectionRefused, ErrorKind::HostUnreachable, ErrorKind::NetworkUnreachable];
    match error {
        _ if is_unresolved(error) => FetchError::Unreached { origin, why },
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::Tls(_)
        | ureq::Error::Rustls(_) => FetchError::Unreached { origin, why },
        ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
            FetchError::Unreached { origin, why }
        }
        ureq::Error::Io(error) if connecting.contains(&error.kind()) => FetchError::Unreached { origin, why },
        _ => FetchError::Broken { origin, why },
    }
}

/// What went wrong in the words that Helm's users know, as far as they are sure.
fn words(error: &ureq::Error, Origin { host, port, .. }: &Origin) -> String {
    let literal = host.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, *port));
    let text = error.to_string();
    match error {
        ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused => match literal {
            Some(socket) => format!("dial tcp {socket}: connect: connection refused"),
            None => text,
        },
        error if is_unknown(error) => {
            let server = name_server().map(|server| format!(" on {}", SocketAddr::new(server, 53)));
            format!("dial tcp: lookup {host}{}: no such host", server.unwrap_or_default())
        }
        _ if text.contains("UnknownIssuer") => {
            "tls: failed to verify certificate: x509: certificate signed by unknown authority".to_owned()
        }
        _ if text.contains("InvalidContentType") => NOT_TLS.to_owned(),
        _ => text,
    }
}

/// Whether the host has no address as far as anybody knows.
fn is_unknown(error: &ureq::Error) -> bool {
    let says = |text: &str| text.ends_with("Name or service not known");
    matches!(error, ureq::Error::HostNotFound) || is_unresolved(error) && says(&error.to_string())
}

/// Whether the host's address could not be found out. The standard library has no kind for it.
fn is_unresolved(error: &ureq::Error) -> bool {
    let lost = "failed to lookup address information";
    matches!(error, ureq::Error::Io(error) if error.to_string().starts_with(lost))
}

/// Who is asked for addresses first, where the system says so as Unix does.
fn name_server() -> Option<IpAddr> {
    let settings = fs::read_to_string("/etc/resolv.conf").ok()?;
    let mut servers = settings.lines().filter_map(|line| line.trim().strip_prefix("nameserver"));
    servers.next()?.trim().parse().ok()
}

fn certificates(what: &'static str, path: &Path) -> Result<Vec<Certificate<'static>>, TrustError> {
    let wrong = |reason: String| TrustError { what, path: path.to_owned(), reason };
    let pem = fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let mut found = Vec::new();
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| wrong(error.to_string()))? {
            found.push(certificate);
        }
    }
    if found.is_empty() { Err(wrong("there is no certificate in it".to_owned())) } else { Ok(found) }
}

fn private_key(path: &Path) -> Result<PrivateKey<'static>, TrustError> {
    let wrong = |reason: String| TrustError { what: "can't load the key", path: path.to_owned(), reason };
    let pem = fs::read(path).map_err(|error| wrong(error.to_string()))?;
    PrivateKey::from_pem(&pem).map_err(|error| wrong(error.to_string()))
}
