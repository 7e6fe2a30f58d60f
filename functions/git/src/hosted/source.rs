//! A request's body, read as it comes: lines first, then a pack.

use fairlead_fetch::{Body, BodyError};
use sha1::{Digest, Sha1};

/// The longest line, with its length.
const MAX_LINE: usize = 65520;

/// A body of which no more than one piece is held.
#[derive(Debug)]
pub(super) struct Source {
    body: Body,
    piece: Vec<u8>,
    at: usize,
    hash: Option<Sha1>,
    taken: u64,
}

/// One line of the protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Packet {
    /// Its text or bytes, without a line end.
    Data(Vec<u8>),
    /// `0000`.
    Flush,
    /// `0001`.
    Delimiter,
    /// `0002`.
    End,
}

/// Why a body cannot be read on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The connection, or the limit of the route.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// It ends where more has to come.
    #[error("the request is cut short after {0} bytes")]
    Short(u64),
    /// It is not git's protocol.
    #[error("the request is not git's protocol: {0}")]
    Protocol(&'static str),
}

impl Source {
    pub(super) fn new(body: Body) -> Source {
        Source { body, piece: Vec::new(), at: 0, hash: None, taken: 0 }
    }

    /// What has come and is not taken; empty only at the end.
    pub(super) async fn fill(&mut self) -> Result<&[u8], SourceError> {
        while self.at >= self.piece.len() {
            match self.body.next().await? {
                Some(piece) => (self.piece, self.at) = (piece, 0),
                None => return Ok(&[]),
            }
        }
        Ok(self.piece.get(self.at..).unwrap_or_default())
    }

    /// Takes bytes of what [`Source::fill`] showed.
    pub(super) fn take(&mut self, count: usize) {
        let end = (self.at + count).min(self.piece.len());
        if let (Some(hash), Some(bytes)) = (&mut self.hash, self.piece.get(self.at..end)) {
            hash.update(bytes);
        }
        self.taken += (end - self.at) as u64;
        self.at = end;
    }

    /// Starts a hash over what is taken, and counts it from nothing.
    pub(super) fn start_hash(&mut self) {
        self.hash = Some(Sha1::new());
        self.taken = 0;
    }

    /// Ends the hash.
    pub(super) fn end_hash(&mut self) -> Option<[u8; 20]> {
        self.hash.take().map(|hash| hash.finalize().into())
    }

    /// How much has been taken, of the pack where that has begun.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// Whether nothing is left.
    pub(super) async fn ended(&mut self) -> Result<bool, SourceError> {
        Ok(self.fill().await?.is_empty())
    }

    pub(super) async fn byte(&mut self) -> Result<u8, SourceError> {
        self.exact::<1>().await.map(|[byte]| byte)
    }

    pub(super) async fn exact<const N: usize>(&mut self) -> Result<[u8; N], SourceError> {
        let mut bytes = [0; N];
        let mut have = 0;
        while have < N {
            let piece = self.fill().await?;
            if piece.is_empty() {
                return Err(SourceError::Short(self.taken));
            }
            let count = piece.len().min(N - have);
            bytes[have..have + count].copy_from_slice(&piece[..count]);
            have += count;
            self.take(count);
        }
        Ok(bytes)
    }

    /// The next line, or `None` at the end.
    pub(super) async fn packet(&mut self) -> Result<Option<Packet>, SourceError> {
        if self.ended().await? {
            return Ok(None);
        }
        let digits = self.exact::<4>().await?;
        let length = std::str::from_utf8(&digits)
            .ok()
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|text| usize::from_str_radix(text, 16).ok())
            .ok_or(SourceError::Protocol("a line has no length"))?;
        match length {
            0 => return Ok(Some(Packet::Flush)),
            1 => return Ok(Some(Packet::Delimiter)),
            2 => return Ok(Some(Packet::End)),
            3 => return Err(SourceError::Protocol("a line has a length that is none")),
            _ if length > MAX_LINE => return Err(SourceError::Protocol("a line is too long")),
            _ => {}
        }
        let mut line = Vec::with_capacity(length - 4);
        while line.len() < length - 4 {
            let left = length - 4 - line.len();
            let piece = self.fill().await?;
            if piece.is_empty() {
                return Err(SourceError::Short(self.taken));
            }
            let count = piece.len().min(left);
            line.extend_from_slice(&piece[..count]);
            self.take(count);
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        Ok(Some(Packet::Data(line)))
    }
}
