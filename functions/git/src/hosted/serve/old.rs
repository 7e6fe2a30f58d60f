//! Versions 0 and 1 of the protocol, which old clients and some libraries speak.

use fairlead_fetch::Body;
use fairlead_sql::Sql;

use super::super::Hosted;
use super::super::source::{Packet, Source, SourceError};
use super::super::walk::Commits;
use super::ServeError;
use super::band::Band;
use super::fetch::{Fetch, tips};
use super::negotiate::{self, Common};
use super::send::send;
use crate::wire::line;

/// How the server tells what both have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Acks {
    /// The first alone.
    #[default]
    One,
    /// All of them.
    Many,
    /// All of them, and whether that is enough.
    Detailed,
}

#[derive(Debug, Default)]
struct Wishes {
    acks: Acks,
    band: Band,
    no_done: bool,
}

pub(super) async fn answer<S: Sql + 'static>(
    hosted: &Hosted<S>,
    source: &mut Source,
) -> Result<Body, ServeError> {
    let (mut fetch, mut wishes) = (Fetch::default(), Wishes::default());
    loop {
        match source.packet().await? {
            Some(Packet::Data(line)) => {
                let text = String::from_utf8_lossy(&line).into_owned();
                let text = if fetch.wants.is_empty() { wishes.take(&text, &mut fetch) } else { text };
                if !fetch.take(&text)? {
                    return Err(SourceError::Protocol("a line is none that a client sends here").into());
                }
            }
            Some(Packet::Flush) => break,
            Some(Packet::Delimiter | Packet::End) => {
                return Err(SourceError::Protocol("a part begins where there is none").into());
            }
            None if fetch.wants.is_empty() => break,
            None => return Err(SourceError::Short(source.taken()).into()),
        }
    }
    // Nothing wanted is how a client says goodbye.
    if fetch.wants.is_empty() {
        return Ok(Body::default());
    }
    fetch.check(hosted).await?;
    let mut answer = Vec::new();
    if fetch.deepen.is_asked() {
        let mut commits = Commits::new(hosted.store.clone());
        let tips = tips(&hosted.store, &fetch.wants).await?;
        let ends = fetch.ends(&mut commits, &tips).await?;
        for oid in &ends.shallow {
            line::put(&mut answer, format!("shallow {oid}").as_bytes());
        }
        for oid in &ends.unshallow {
            line::put(&mut answer, format!("unshallow {oid}").as_bytes());
        }
        answer.extend_from_slice(b"0000");
    }
    // A client that only asked where its history would end comes again.
    if source.ended().await? {
        return Ok(Body::from(answer));
    }
    let flushed = haves(source, &mut fetch).await?;
    let common = negotiate::common(hosted, &fetch).await?;
    let enough = wishes.acks == Acks::Detailed && negotiate::is_enough(hosted, &fetch, &common).await?;
    let send_now = wishes.tell(&mut answer, &common, flushed, enough, fetch.done);
    if !send_now {
        return Ok(Body::from(answer));
    }
    let found = fetch.answer(hosted, &common.commits).await?;
    Ok(send(&hosted.store, answer, found.objects, wishes.band, !fetch.no_progress))
}

/// Reads what the client has, to the end of its request; returns whether it flushed in between.
async fn haves(source: &mut Source, fetch: &mut Fetch) -> Result<bool, ServeError> {
    let mut flushed = false;
    while !fetch.done {
        match source.packet().await? {
            Some(Packet::Data(line)) => {
                let text = String::from_utf8_lossy(&line).into_owned();
                if !(text == "done" || text.starts_with("have ")) || !fetch.take(&text)? {
                    return Err(SourceError::Protocol("a line is none that a client sends here").into());
                }
            }
            Some(Packet::Flush) => flushed = true,
            Some(Packet::Delimiter | Packet::End) => {
                return Err(SourceError::Protocol("a part begins where there is none").into());
            }
            None => break,
        }
    }
    Ok(flushed)
}

impl Wishes {
    /// Takes the capabilities off the first line.
    fn take(&mut self, line: &str, fetch: &mut Fetch) -> String {
        let mut words = line.split(' ');
        let want: Vec<&str> = words.by_ref().take(2).collect();
        for word in words {
            match word {
                "multi_ack_detailed" => self.acks = Acks::Detailed,
                "multi_ack" if self.acks == Acks::One => self.acks = Acks::Many,
                "side-band-64k" => self.band = Band::Large,
                "side-band" if self.band == Band::None => self.band = Band::Small,
                "no-done" => self.no_done = true,
                "no-progress" => fetch.no_progress = true,
                "include-tag" => fetch.include_tag = true,
                "deepen-relative" => fetch.deepen.relative = true,
                _ => {}
            }
        }
        want.join(" ")
    }

    /// Writes what both have, and returns whether the pack follows.
    fn tell(&self, answer: &mut Vec<u8>, common: &Common, flushed: bool, enough: bool, done: bool) -> bool {
        let mut put = |text: String| line::put(answer, text.as_bytes());
        let acknowledged = &common.acknowledged;
        match self.acks {
            Acks::One => acknowledged.first().into_iter().for_each(|oid| put(format!("ACK {oid}\n"))),
            Acks::Many => acknowledged.iter().for_each(|oid| put(format!("ACK {oid} continue\n"))),
            Acks::Detailed => acknowledged.iter().for_each(|oid| put(format!("ACK {oid} common\n"))),
        }
        let last = acknowledged.last();
        if let Some(oid) = last.filter(|_| enough && !done) {
            put(format!("ACK {oid} ready\n"));
        }
        let early = enough && self.no_done && flushed && !done;
        if !done {
            if last.is_none() || self.acks != Acks::One {
                put("NAK\n".to_owned());
            }
            if !early {
                return false;
            }
        }
        match last {
            Some(oid) if self.acks != Acks::One => put(format!("ACK {oid}\n")),
            Some(_) => {}
            None => put("NAK\n".to_owned()),
        }
        true
    }
}
