//! Whom this machine believes when charts are fetched, and what is told where that comes to nothing.

use std::fs;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use fairlead_fetch::Origin;
use fairlead_fetch::native::{Manner, Native, is_unresolved};
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

impl Trust {
    /// What carries requests to whom this says, wherever they lead.
    pub(crate) fn native(&self) -> Result<Native, TrustError> {
        let mut tls = TlsConfig::builder().disable_verification(self.anybody);
        // As with every program in Go: who runs this machine may name whom it believes.
        let usual = std::env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()).map(PathBuf::from);
        if let Some(path) = self.authorities.as_ref().or(usual.as_ref()) {
            tls = tls.root_certs(RootCerts::new_with_certs(&certificates("can't read CA file", path)?));
        }
        if let Some((certificate, key)) = &self.identity {
            let chain = certificates("can't load the certificate", certificate)?;
            tls = tls.client_cert(Some(ClientCert::new_with_certs(&chain, private_key(key)?)));
        }
        let manner =
            Manner { connect: CONNECT, silence: TIMEOUT, altogether: TIMEOUT, tls: tls.build(), words };
        Ok(Native::with(super::anywhere(), manner))
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
    is_unresolved(error) && (matches!(error, ureq::Error::HostNotFound) || says(&error.to_string()))
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
