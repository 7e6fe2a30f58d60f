//! What a server says it has: its refs and what it can do.

use std::collections::BTreeMap;

use super::line::{Line, LineError, Lines, text};
use crate::object::Oid;

/// The two services of smart HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// Reading.
    UploadPack,
    /// Writing.
    ReceivePack,
}

impl Service {
    /// The service's name in addresses and headers.
    pub fn name(self) -> &'static str {
        match self {
            Service::UploadPack => "git-upload-pack",
            Service::ReceivePack => "git-receive-pack",
        }
    }
}

/// A server's refs and capabilities, from `GET …/info/refs?service=…`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Advertisement {
    /// Every ref and the object it names.
    pub refs: BTreeMap<String, Oid>,
    /// What the server can do: `name` or `name=value`.
    pub capabilities: Vec<String>,
}

/// Why an advertisement could not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AdvertisementError {
    /// It is not git's protocol.
    #[error(transparent)]
    Line(#[from] LineError),
    /// It is the protocol, but no advertisement of that service: an old server, or something in between.
    #[error("the server does not offer {0} over smart HTTP")]
    Service(&'static str),
    /// The server refuses with a message.
    #[error("the server says: {0}")]
    Refused(String),
    /// A repository that names its objects otherwise.
    #[error(
        "the repository's object format is `{0}`: only sha1 is supported, convert it or use another repository"
    )]
    Format(String),
    /// It has no end.
    #[error("the server's list of refs is cut short")]
    Short,
    /// A line that is no ref.
    #[error("the server's list of refs has a line that is none: `{0}`")]
    Ref(String),
}

impl Advertisement {
    /// Reads the answer.
    ///
    /// # Errors
    /// See [`AdvertisementError`].
    pub fn read(service: Service, answer: &[u8]) -> Result<Advertisement, AdvertisementError> {
        let mut lines = Lines::new(answer);
        let announced = format!("# service={}", service.name());
        match lines.line()? {
            Some(Line::Data(line)) if text(line) == announced => {}
            Some(Line::Data(line)) if line.starts_with(b"ERR ") => {
                return Err(AdvertisementError::Refused(text(&line[4..])));
            }
            _ => return Err(AdvertisementError::Service(service.name())),
        }
        if lines.line()? != Some(Line::Flush) {
            return Err(AdvertisementError::Service(service.name()));
        }
        Advertisement::read_refs(lines.rest())
    }

    /// Reads the refs alone, as they come without HTTP's announcement of the service.
    ///
    /// # Errors
    /// See [`AdvertisementError`].
    pub fn read_refs(answer: &[u8]) -> Result<Advertisement, AdvertisementError> {
        let mut lines = Lines::new(answer);
        let mut advertisement = Advertisement::default();
        loop {
            match lines.line()? {
                Some(Line::Data(line)) => advertisement.add(line)?,
                Some(Line::Flush) => break,
                // Without its end the list may lack the ref that is looked for.
                _ => return Err(AdvertisementError::Short),
            }
        }
        let format = advertisement.value("object-format").unwrap_or("sha1");
        if format != "sha1" {
            return Err(AdvertisementError::Format(format.to_owned()));
        }
        Ok(advertisement)
    }

    /// Whether the server offers a capability.
    pub fn offers(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|offered| offered == capability)
    }

    /// The value of a capability that has one.
    pub fn value(&self, capability: &str) -> Option<&str> {
        self.capabilities.iter().find_map(|offered| offered.strip_prefix(capability)?.strip_prefix('='))
    }

    fn add(&mut self, line: &[u8]) -> Result<(), AdvertisementError> {
        let line = text(line);
        if let Some(message) = line.strip_prefix("ERR ") {
            return Err(AdvertisementError::Refused(message.to_owned()));
        }
        // Protocol v1 announces itself; a `shallow` line concerns repositories that are themselves cut.
        if line == "version 1" || line.starts_with("shallow ") {
            return Ok(());
        }
        let (reference, capabilities) = line.split_once('\0').unwrap_or((&line, ""));
        if !capabilities.is_empty() {
            self.capabilities = capabilities.split_ascii_whitespace().map(str::to_owned).collect();
        }
        let wrong = || AdvertisementError::Ref(reference.chars().take(80).collect());
        let (id, name) = reference.split_once(' ').ok_or_else(wrong)?;
        // An empty repository has this one line, to carry its capabilities.
        if name == "capabilities^{}" {
            return Ok(());
        }
        let oid = match Oid::parse(id) {
            Ok(oid @ Oid::Sha1(_)) => oid,
            Ok(Oid::Sha256(_)) => return Err(AdvertisementError::Format("sha256".to_owned())),
            Err(_) => return Err(wrong()),
        };
        self.refs.insert(name.to_owned(), oid);
        Ok(())
    }
}
