//! Fetches of just the trees: protocol v2, `filter=blob:none`, one commit deep.

use super::line::{self, Line, LineError, Lines, text};
use crate::object::Oid;

/// What to fetch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Want {
    /// Objects wanted: commits, or trees and blobs by their ids where the server allows that.
    pub oids: Vec<Oid>,
    /// Commits that are here already.
    pub have: Vec<Oid>,
    /// How many commits deep; everything where it is `None`.
    pub depth: Option<u32>,
    /// A filter in git's words, such as `blob:none` or `tree:0`.
    pub filter: Option<&'static str>,
}

/// Why a fetch brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The answer was cut or is not git's.
    #[error(transparent)]
    Line(#[from] LineError),
    /// The server refuses with a message.
    #[error("the server says: {0}")]
    Refused(String),
    /// There is no pack in the answer.
    #[error("the server's answer has no pack")]
    NoPack,
}

/// The body of `POST …/git-upload-pack` with the header `Git-Protocol: version=2`.
pub fn fetch_request(want: &Want, agent: &str) -> Vec<u8> {
    let mut request = Vec::new();
    line::put(&mut request, b"command=fetch\n");
    line::put(&mut request, format!("agent={agent}\n").as_bytes());
    line::put(&mut request, b"object-format=sha1\n");
    request.extend_from_slice(b"0001");
    for argument in ["ofs-delta\n", "no-progress\n"] {
        line::put(&mut request, argument.as_bytes());
    }
    if let Some(depth) = want.depth {
        line::put(&mut request, format!("deepen {depth}\n").as_bytes());
    }
    if let Some(filter) = want.filter {
        line::put(&mut request, format!("filter {filter}\n").as_bytes());
    }
    for oid in &want.oids {
        line::put(&mut request, format!("want {oid}\n").as_bytes());
    }
    for oid in &want.have {
        line::put(&mut request, format!("have {oid}\n").as_bytes());
    }
    line::put(&mut request, b"done\n");
    request.extend_from_slice(b"0000");
    request
}

/// Takes the pack out of the answer.
///
/// # Errors
/// See [`FetchError`]; a pack that was cut is found by reading it.
pub fn fetch_answer(answer: &[u8]) -> Result<Vec<u8>, FetchError> {
    let mut lines = Lines::new(answer);
    loop {
        match lines.line()? {
            Some(Line::Data(line)) if text(line) == "packfile" => break,
            Some(Line::Data(line)) if line.starts_with(b"ERR ") => {
                return Err(FetchError::Refused(text(&line[4..])));
            }
            // Other sections (shallow boundaries, acknowledgements) say nothing that a single commit needs.
            Some(_) => {}
            None => return Err(FetchError::NoPack),
        }
    }
    let mut pack = Vec::new();
    loop {
        match lines.line()? {
            Some(Line::Data([1, data @ ..])) => pack.extend_from_slice(data),
            Some(Line::Data([3, data @ ..])) => return Err(FetchError::Refused(text(data))),
            Some(Line::Flush | Line::End) => return Ok(pack),
            Some(_) => {}
            None => return Err(FetchError::NoPack),
        }
    }
}
