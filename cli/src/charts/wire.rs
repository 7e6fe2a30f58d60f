//! Requests carried from this machine: connections, certificates, time.

use std::fs;
use std::io::ErrorKind;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fairlead_charts::{Carrier, CarryError};
use ureq::http::{Request, Response, Uri};
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
        if let Some(path) = &trust.authorities {
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

impl Carrier for Wire {
    async fn carry(&self, request: Request<()>, limit: u64) -> Result<Response<Vec<u8>>, CarryError> {
        let uri = request.uri().clone();
        let failed = |error: ureq::Error| match error {
            ureq::Error::BodyExceedsLimit(_) => CarryError::TooLong { limit },
            error => CarryError::Transport(words(&error, &uri)),
        };
        let response = self.0.run(request).map_err(failed)?;
        let (head, mut body) = response.into_parts();
        let body = body.with_config().limit(limit.saturating_add(1)).read_to_vec().map_err(failed)?;
        if body.len() as u64 > limit {
            return Err(CarryError::TooLong { limit });
        }
        Ok(Response::from_parts(head, body))
    }
}

/// What went wrong in the words that Helm's users know, as far as they are sure.
fn words(error: &ureq::Error, uri: &Uri) -> String {
    let host = uri.host().unwrap_or_default();
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("http") { 80 } else { 443 });
    let literal = host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
    let text = error.to_string();
    match error {
        ureq::Error::Io(error) if error.kind() == ErrorKind::ConnectionRefused && literal => {
            format!("dial tcp {host}:{port}: connect: connection refused")
        }
        ureq::Error::HostNotFound => format!("dial tcp: lookup {host}: no such host"),
        _ if text.contains("UnknownIssuer") => {
            "tls: failed to verify certificate: x509: certificate signed by unknown authority".to_owned()
        }
        _ if text.contains("InvalidContentType") => NOT_TLS.to_owned(),
        _ => text,
    }
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
