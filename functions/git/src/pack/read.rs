//! Reads packs from servers that are not trusted.

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::bufread::ZlibDecoder;
use sha1::{Digest, Sha1};

use super::delta;
use crate::object::{Kind, Object, Oid};

/// How much of a pack is read.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The most objects.
    pub objects: u32,
    /// The longest object, in bytes.
    pub object: usize,
    /// The most bytes of all objects together.
    pub total: usize,
}

impl Default for Limits {
    /// Room for the trees of a large repository within a function's memory: 500,000 objects, 32 MiB one, 96 MiB all.
    fn default() -> Limits {
        Limits { objects: 500_000, object: 32 << 20, total: 96 << 20 }
    }
}

/// Why a pack was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// It ends too early: a connection that was cut.
    #[error("the pack is cut short at byte {0}")]
    Short(usize),
    /// It is not what its format promises.
    #[error("the pack is malformed at byte {at}: {why}")]
    Malformed {
        /// Where.
        at: usize,
        /// What is wrong there.
        why: &'static str,
    },
    /// Its bytes do not hash to its trailer.
    #[error("the pack's checksum does not fit its bytes")]
    Checksum,
    /// It is beyond a limit.
    #[error("the pack has too much in it: {0}")]
    Limit(&'static str),
    /// A delta's base is not in it and not known here.
    #[error("the pack builds on the object {0}, which is not there")]
    Base(Oid),
}

/// Reads every object of a pack. Bases that a thin pack leaves out are asked of `known`.
///
/// # Errors
/// See [`PackError`]; no object of a pack that fails is returned.
pub fn read(
    pack: &[u8],
    limits: Limits,
    known: &dyn Fn(&Oid) -> Option<Object>,
) -> Result<BTreeMap<Oid, Object>, PackError> {
    let (count, body) = frame(pack)?;
    if count > limits.objects {
        return Err(PackError::Limit("objects"));
    }
    let mut reader = Reader { pack: body, at: 12, left: limits.total, limits };
    let mut entries = Vec::new();
    for _ in 0..count {
        entries.push(reader.entry()?);
    }
    if reader.at != body.len() {
        return Err(PackError::Malformed { at: reader.at, why: "there is more after its last object" });
    }
    resolve(entries, reader.left, limits, known)
}

/// The number of objects, and the pack without its verified trailer.
fn frame(pack: &[u8]) -> Result<(u32, &[u8]), PackError> {
    let (body, trailer) = pack.split_last_chunk::<20>().ok_or(PackError::Short(pack.len()))?;
    if body.get(..8) != Some(b"PACK\0\0\0\x02") {
        return Err(PackError::Malformed { at: 0, why: "it does not begin as a pack of version 2" });
    }
    let count = body.get(8..12).and_then(|count| count.first_chunk()).ok_or(PackError::Short(body.len()))?;
    if Sha1::digest(body).as_slice() != trailer {
        return Err(PackError::Checksum);
    }
    Ok((u32::from_be_bytes(*count), body))
}

/// One object as it stands in the pack.
struct Entry {
    /// Where it starts.
    at: usize,
    content: Content,
    bytes: Vec<u8>,
}

enum Content {
    Whole(Kind),
    /// A delta against the entry that starts there.
    Before(usize),
    /// A delta against an object by its id.
    Against(Oid),
}

struct Reader<'a> {
    pack: &'a [u8],
    at: usize,
    /// The bytes that may still be inflated.
    left: usize,
    limits: Limits,
}

impl Reader<'_> {
    fn entry(&mut self) -> Result<Entry, PackError> {
        let at = self.at;
        let (kind, size) = self.head()?;
        let content = match kind {
            1 => Content::Whole(Kind::Commit),
            2 => Content::Whole(Kind::Tree),
            3 => Content::Whole(Kind::Blob),
            4 => Content::Whole(Kind::Tag),
            6 => Content::Before(self.base(at)?),
            7 => Content::Against(self.oid()?),
            _ => return Err(PackError::Malformed { at, why: "an object's kind is unknown" }),
        };
        let bytes = self.inflate(size)?;
        Ok(Entry { at, content, bytes })
    }

    fn byte(&mut self) -> Result<u8, PackError> {
        let byte = self.pack.get(self.at).copied().ok_or(PackError::Short(self.at))?;
        self.at += 1;
        Ok(byte)
    }

    fn head(&mut self) -> Result<(u8, usize), PackError> {
        let first = self.byte()?;
        let mut size = usize::from(first & 0x0f);
        let mut shift = 4;
        let mut more = first & 0x80 != 0;
        while more {
            let byte = self.byte()?;
            if shift > 28 {
                return Err(PackError::Limit("an object's size"));
            }
            size |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            more = byte & 0x80 != 0;
        }
        if size > self.limits.object || size > self.left {
            return Err(PackError::Limit("an object's size"));
        }
        Ok((first >> 4 & 7, size))
    }

    /// The start of a delta's base: a distance back, in an encoding of which each number has one form.
    fn base(&mut self, at: usize) -> Result<usize, PackError> {
        let wrong = PackError::Malformed { at, why: "a delta's base is outside the pack" };
        let mut byte = self.byte()?;
        let mut distance = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = self.byte()?;
            distance = distance
                .checked_add(1)
                .and_then(|distance| distance.checked_mul(128))
                .ok_or(wrong.clone())?;
            distance |= usize::from(byte & 0x7f);
        }
        if distance == 0 { Err(wrong) } else { at.checked_sub(distance).ok_or(wrong) }
    }

    fn oid(&mut self) -> Result<Oid, PackError> {
        let bytes =
            self.pack.get(self.at..).and_then(|rest| rest.first_chunk()).ok_or(PackError::Short(self.at))?;
        self.at += 20;
        Ok(Oid::Sha1(*bytes))
    }

    fn inflate(&mut self, size: usize) -> Result<Vec<u8>, PackError> {
        let at = self.at;
        let wrong = |why| PackError::Malformed { at, why };
        let rest = self.pack.get(at..).ok_or(PackError::Short(at))?;
        let mut decoder = ZlibDecoder::new(rest);
        let mut bytes = Vec::with_capacity(size);
        // One byte more than was announced is enough to see that there is more.
        let read = decoder.by_ref().take(size as u64 + 1).read_to_end(&mut bytes);
        read.map_err(|_| wrong("an object cannot be inflated"))?;
        if bytes.len() != size {
            return Err(wrong("an object's size is not what its head says"));
        }
        self.at += usize::try_from(decoder.total_in()).map_err(|_| PackError::Limit("an object's size"))?;
        self.left -= size;
        Ok(bytes)
    }
}

/// Turns deltas into objects, bases first, in as many rounds as their chains are long.
fn resolve(
    entries: Vec<Entry>,
    mut left: usize,
    limits: Limits,
    known: &dyn Fn(&Oid) -> Option<Object>,
) -> Result<BTreeMap<Oid, Object>, PackError> {
    let mut objects = BTreeMap::new();
    let mut places: BTreeMap<usize, Oid> = BTreeMap::new();
    let mut waiting = Vec::new();
    for entry in entries {
        match entry.content {
            Content::Whole(kind) => {
                let object = Object { kind, bytes: entry.bytes };
                let oid = object.oid();
                places.insert(entry.at, oid);
                objects.insert(oid, object);
            }
            _ => waiting.push(entry),
        }
    }
    while !waiting.is_empty() {
        let before = waiting.len();
        let mut still = Vec::new();
        for entry in waiting {
            let base = match entry.content {
                Content::Before(at) => places.get(&at).and_then(|oid| objects.get(oid)).cloned(),
                Content::Against(oid) => objects.get(&oid).cloned().or_else(|| known(&oid)),
                Content::Whole(_) => None,
            };
            let Some(base) = base else {
                still.push(entry);
                continue;
            };
            let bytes = delta::apply(&base.bytes, &entry.bytes, limits.object.min(left))
                .ok_or(PackError::Malformed { at: entry.at, why: "a delta does not fit its base" })?;
            left -= bytes.len();
            let object = Object { kind: base.kind, bytes };
            let oid = object.oid();
            places.insert(entry.at, oid);
            objects.insert(oid, object);
        }
        if still.len() == before {
            return Err(unresolved(&still));
        }
        waiting = still;
    }
    Ok(objects)
}

fn unresolved(entries: &[Entry]) -> PackError {
    let missing = entries.iter().find_map(|entry| match entry.content {
        Content::Against(oid) => Some(PackError::Base(oid)),
        _ => None,
    });
    let at = entries.first().map_or(0, |entry| entry.at);
    missing.unwrap_or(PackError::Malformed { at, why: "a delta's base is no object's start" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::Writer;

    fn blob(text: &str) -> Object {
        Object { kind: Kind::Blob, bytes: text.into() }
    }

    fn packed(objects: &[Object]) -> Vec<u8> {
        let mut writer = Writer::new(objects.len() as u32);
        objects.iter().for_each(|object| writer.add(object));
        writer.finish().unwrap()
    }

    fn nothing(_: &Oid) -> Option<Object> {
        None
    }

    #[test]
    fn what_is_written_is_read() {
        let objects = [blob(""), blob("hello\n"), blob(&"long ".repeat(10_000))];
        let read = read(&packed(&objects), Limits::default(), &nothing).unwrap();
        assert_eq!(read.len(), 3);
        assert!(objects.iter().all(|object| read.get(&object.oid()) == Some(object)));
    }

    #[test]
    fn a_pack_that_is_cut_or_changed_is_refused() {
        let good = packed(&[blob("hello\n"), blob("world\n")]);
        for cut in 0..good.len() {
            assert!(read(&good[..cut], Limits::default(), &nothing).is_err(), "{cut}");
        }
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x01;
            assert!(read(&bad, Limits::default(), &nothing).is_err(), "{at}");
        }
    }

    #[test]
    fn limits_hold() {
        let pack = packed(&[blob(&"a".repeat(1000)), blob(&"b".repeat(1000))]);
        let limits = Limits { objects: 1, ..Limits::default() };
        assert_eq!(read(&pack, limits, &nothing), Err(PackError::Limit("objects")));
        for limits in
            [Limits { object: 999, ..Limits::default() }, Limits { total: 1999, ..Limits::default() }]
        {
            assert_eq!(read(&pack, limits, &nothing), Err(PackError::Limit("an object's size")));
        }
    }

    #[test]
    fn a_writer_tells_when_objects_are_missing() {
        let mut writer = Writer::new(2);
        writer.add(&blob("one"));
        assert_eq!(writer.finish(), None);
    }
}
