//! Pushes: a pack, and refs that move by compare-and-swap.

use super::line::{self, Line, LineError, Lines, text};
use crate::object::Oid;
use crate::wire::Advertisement;

/// One ref to move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The ref in full.
    pub reference: String,
    /// What it must be now; the zero id where it must not exist.
    pub old: Oid,
    /// What it becomes; the zero id deletes it.
    pub new: Oid,
}

/// What became of a push, ref by ref.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Refs that moved.
    pub moved: Vec<String>,
    /// Refs that did not, with the server's reason.
    pub refused: Vec<(String, String)>,
    /// What the server's hooks print for people.
    pub messages: String,
}

/// Why nothing can be said about a push, or nothing of it was taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// The answer was cut or is not git's: whether the push landed has to be found out by reading the ref.
    #[error("the server's answer cannot be read, so that the push may have landed: {0}")]
    Unknown(#[from] LineError),
    /// The answer ends without a report: likewise.
    #[error("the server's answer has no report, so that the push may have landed")]
    NoReport,
    /// The server could not unpack; no ref moved.
    #[error("the server could not take the pack: {0}")]
    Unpack(String),
    /// The server lacks what makes a push safe.
    #[error("the server does not offer `{0}`, without which nobody learns what became of a push")]
    Capability(&'static str),
    /// The server takes no options.
    #[error("the server takes no push options: they would be left out without a word")]
    Options,
}

/// The body of `POST …/git-receive-pack`: the commands, then the pack, which follows as further chunks of the body.
///
/// # Errors
/// [`PushError::Capability`] where the server could not report, [`PushError::Options`] where it takes none.
pub fn push_request(
    server: &Advertisement,
    commands: &[Command],
    options: &[String],
    agent: &str,
) -> Result<Vec<u8>, PushError> {
    if !server.offers("report-status") && !server.offers("report-status-v2") {
        return Err(PushError::Capability("report-status"));
    }
    if !options.is_empty() && !server.offers("push-options") {
        return Err(PushError::Options);
    }
    let wanted = ["report-status-v2", "side-band-64k", "atomic", "ofs-delta", "quiet"];
    let mut capabilities: Vec<String> =
        wanted.into_iter().filter(|name| server.offers(name)).map(str::to_owned).collect();
    if !server.offers("report-status-v2") {
        capabilities.push("report-status".to_owned());
    }
    if !options.is_empty() {
        capabilities.push("push-options".to_owned());
    }
    if server.value("object-format").is_some() {
        capabilities.push("object-format=sha1".to_owned());
    }
    if server.value("agent").is_some() {
        capabilities.push(format!("agent={agent}"));
    }
    let mut request = Vec::new();
    for (place, Command { reference, old, new }) in commands.iter().enumerate() {
        let mut payload = format!("{old} {new} {reference}");
        if place == 0 {
            payload.push_str(&format!("\0 {}", capabilities.join(" ")));
        }
        line::put(&mut request, payload.as_bytes());
    }
    request.extend_from_slice(b"0000");
    if !options.is_empty() {
        options.iter().for_each(|option| line::put(&mut request, option.as_bytes()));
        request.extend_from_slice(b"0000");
    }
    Ok(request)
}

/// Reads what became of a push.
///
/// # Errors
/// [`PushError::Unknown`] and [`PushError::NoReport`] say nothing about the refs; [`PushError::Unpack`] says that none
/// moved.
pub fn push_answer(server: &Advertisement, answer: &[u8]) -> Result<Outcome, PushError> {
    let mut outcome = Outcome::default();
    if !server.offers("side-band-64k") {
        report(answer, &mut outcome)?;
        return Ok(outcome);
    }
    let mut inner = Vec::new();
    let mut lines = Lines::new(answer);
    loop {
        match lines.line()? {
            Some(Line::Data([1, data @ ..])) => inner.extend_from_slice(data),
            Some(Line::Data([2, data @ ..])) => outcome.messages.push_str(&String::from_utf8_lossy(data)),
            Some(Line::Data([3, data @ ..])) => return Err(PushError::Unpack(text(data))),
            Some(Line::Flush) | None => break,
            Some(_) => {}
        }
    }
    report(&inner, &mut outcome)?;
    Ok(outcome)
}

fn report(answer: &[u8], outcome: &mut Outcome) -> Result<(), PushError> {
    let mut lines = Lines::new(answer);
    match lines.line()? {
        Some(Line::Data(line)) => match text(line).strip_prefix("unpack ") {
            Some("ok") => {}
            Some(why) => return Err(PushError::Unpack(why.to_owned())),
            None => return Err(PushError::NoReport),
        },
        _ => return Err(PushError::NoReport),
    }
    loop {
        let line = match lines.line()? {
            Some(Line::Data(line)) => text(line),
            Some(Line::Flush) => return Ok(()),
            // Without the final flush the report was cut.
            None => return Err(PushError::NoReport),
            Some(_) => continue,
        };
        if let Some(reference) = line.strip_prefix("ok ") {
            outcome.moved.push(reference.to_owned());
        } else if let Some(refusal) = line.strip_prefix("ng ") {
            let (reference, why) = refusal.split_once(' ').unwrap_or((refusal, "no reason given"));
            outcome.refused.push((reference.to_owned(), why.to_owned()));
        }
    }
}
