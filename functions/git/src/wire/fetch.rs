//! Fetches of single objects, trees without their files, or a few commits, in protocol v2 and v0.

use std::collections::BTreeMap;

use fairlead_fetch::Body;

use super::Advertisement;
use super::incoming::{Incoming, IncomingError};
use super::line::{self, Line, text};
use crate::object::{Object, Oid};
use crate::pack::{Limits, PackError, Unpacker};

/// What to fetch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Want {
    /// Objects wanted: commits, or trees and blobs by their ids where the server allows that.
    pub oids: Vec<Oid>,
    /// How many commits deep; everything where it is `None`.
    pub depth: Option<usize>,
    /// A filter in git's words, such as `blob:none` or `tree:0`. What is wanted by its id comes whatever the filter.
    pub filter: Option<&'static str>,
}

/// Why a fetch brought nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The answer broke off or is not git's.
    #[error(transparent)]
    Incoming(#[from] IncomingError),
    /// The server refuses with a message.
    #[error("the server says: {0}")]
    Refused(String),
    /// A wanted object is not there.
    #[error("the server does not have the object {0}")]
    Missing(Oid),
    /// There is no pack in the answer.
    #[error("the server's answer has no pack")]
    NoPack,
    /// The pack cannot be used.
    #[error(transparent)]
    Pack(#[from] PackError),
}

/// Room for what an answer has beside its pack: boundaries, progress, and the lines around the pack's pieces.
const BESIDE: usize = 16 << 20;

/// The body of `POST …/git-upload-pack` with the header `Git-Protocol: version=2`.
pub fn fetch_request(want: &Want, agent: &str) -> Vec<u8> {
    let mut request = Vec::new();
    let mut add = |line: String| line::put(&mut request, line.as_bytes());
    add("command=fetch\n".to_owned());
    add(format!("agent={agent}\n"));
    add("object-format=sha1\n".to_owned());
    request.extend_from_slice(b"0001");
    let mut add = |line: String| line::put(&mut request, line.as_bytes());
    add("ofs-delta\n".to_owned());
    add("no-progress\n".to_owned());
    want.depth.iter().for_each(|depth| add(format!("deepen {depth}\n")));
    want.filter.iter().for_each(|filter| add(format!("filter {filter}\n")));
    want.oids.iter().for_each(|oid| add(format!("want {oid}\n")));
    add("done\n".to_owned());
    request.extend_from_slice(b"0000");
    request
}

/// The same for a server of protocol v0.
pub fn fetch_request_v0(server: &Advertisement, want: &Want, agent: &str) -> Vec<u8> {
    let mut capabilities: Vec<String> = ["side-band-64k", "ofs-delta", "no-progress", "shallow", "filter"]
        .into_iter()
        .filter(|name| server.offers(name))
        .filter(|name| *name != "filter" || want.filter.is_some())
        .map(str::to_owned)
        .collect();
    if server.value("agent").is_some() {
        capabilities.push(format!("agent={agent}"));
    }
    let mut request = Vec::new();
    for (place, oid) in want.oids.iter().enumerate() {
        let capabilities = if place == 0 { format!(" {}", capabilities.join(" ")) } else { String::new() };
        line::put(&mut request, format!("want {oid}{capabilities}\n").as_bytes());
    }
    if let Some(depth) = want.depth {
        line::put(&mut request, format!("deepen {depth}\n").as_bytes());
    }
    if let Some(filter) = want.filter {
        line::put(&mut request, format!("filter {filter}\n").as_bytes());
    }
    request.extend_from_slice(b"0000");
    line::put(&mut request, b"done\n");
    request
}

/// Reads the objects of an answer as it comes. Returns with them how many bytes came.
///
/// # Errors
/// See [`FetchError`]; of an answer that is cut nothing is returned.
pub async fn fetch_answer(
    answer: Body,
    limits: Limits,
) -> Result<(BTreeMap<Oid, Object>, usize), FetchError> {
    let mut incoming = Incoming::new(answer, limits.total.saturating_add(BESIDE));
    find_pack(&mut incoming).await?;
    let mut unpacker = Unpacker::new(limits);
    loop {
        match incoming.line().await? {
            Some(Line::Data([1, data @ ..])) => unpacker.feed(data)?,
            Some(Line::Data([3, data @ ..])) => return Err(refused(&text(data))),
            Some(Line::Flush | Line::End) => break,
            Some(Line::Data(_) | Line::Delimiter) => {}
            None => return Err(FetchError::NoPack),
        }
    }
    Ok((unpacker.finish(&|_| None)?, incoming.received()))
}

/// Passes over what comes before the pack: boundaries of what is cut, acknowledgements. Nothing of it is needed.
async fn find_pack(incoming: &mut Incoming) -> Result<(), FetchError> {
    loop {
        match incoming.line().await? {
            Some(Line::Data(line)) => match text(line).as_str() {
                // Protocol v2, and v0.
                "packfile" | "NAK" => return Ok(()),
                line => {
                    if let Some(message) = line.strip_prefix("ERR ") {
                        return Err(refused(message));
                    }
                }
            },
            Some(_) => {}
            None => return Err(FetchError::NoPack),
        }
    }
}

/// Git names the object that it does not have, and answers nothing else.
fn refused(message: &str) -> FetchError {
    let missing = message.rsplit_once("not our ref ").and_then(|(_, id)| Oid::parse(id.trim()).ok());
    missing.map_or_else(|| FetchError::Refused(message.to_owned()), FetchError::Missing)
}

#[cfg(test)]
mod tests {
    use futures_executor::block_on;

    use super::*;
    use crate::object::Kind;
    use crate::pack::Writer;

    fn answer(pack: &[u8]) -> Vec<u8> {
        let mut answer = Vec::new();
        line::put(&mut answer, b"shallow-info\n");
        line::put(&mut answer, format!("shallow {}\n", Oid::ZERO).as_bytes());
        answer.extend_from_slice(b"0001");
        line::put(&mut answer, b"packfile\n");
        for piece in pack.chunks(10) {
            line::put(&mut answer, &[&[1], piece].concat());
            line::put(&mut answer, b"\x02Counting\n");
        }
        answer.extend_from_slice(b"0000");
        answer
    }

    fn packed(text: &str) -> (Vec<u8>, Oid) {
        let object = Object { kind: Kind::Blob, bytes: text.into() };
        let mut writer = Writer::new(1);
        writer.add(&object);
        (writer.finish().unwrap(), object.oid())
    }

    #[test]
    fn a_pack_is_read_between_everything_else() {
        let (pack, oid) = packed("hello\n");
        let (objects, _) = block_on(fetch_answer(answer(&pack).into(), Limits::default())).unwrap();
        assert_eq!(objects.into_keys().collect::<Vec<_>>(), [oid]);
    }

    #[test]
    fn an_answer_that_is_cut_brings_nothing_wherever_it_is_cut() {
        let whole = answer(&packed("hello\n").0);
        for cut in 0..whole.len() {
            let read = block_on(fetch_answer(whole[..cut].to_vec().into(), Limits::default()));
            assert!(read.is_err(), "{cut}");
        }
    }

    #[test]
    fn what_is_not_there_is_named() {
        let mut answer = Vec::new();
        line::put(&mut answer, format!("ERR upload-pack: not our ref {}", Oid::ZERO).as_bytes());
        let read = block_on(fetch_answer(answer.into(), Limits::default()));
        assert_eq!(read, Err(FetchError::Missing(Oid::ZERO)));
    }
}
