//! Reads a pack from a server that is not trusted, piece by piece as it comes.

use std::collections::BTreeMap;
use std::mem;

use flate2::{Decompress, FlushDecompress, Status};
use sha1::{Digest, Sha1};

use super::resolve::{Base, Resolver};
use super::{Limits, PackError};
use crate::object::{Kind, Object, Oid};

/// A pack that is being read. It holds the objects that came, and of the pack's own bytes no more than a head.
#[derive(Debug)]
pub struct Unpacker {
    limits: Limits,
    state: State,
    /// Of all bytes but the trailer.
    hash: Sha1,
    /// How many bytes of the pack have been read.
    at: usize,
    /// The objects that are still to come.
    left: u32,
    /// The bytes that may still be inflated or made from deltas.
    room: usize,
    inflater: Decompress,
    step: Box<[u8]>,
    resolver: Resolver,
}

#[derive(Debug)]
enum State {
    /// In the pack's own head; its bytes so far.
    Begin(Vec<u8>),
    /// In an object's head; its bytes so far.
    Head(Vec<u8>),
    /// In an object's bytes.
    Inside(Entry),
    /// In the trailer; its bytes so far.
    Trailer(Vec<u8>),
}

/// One object as it stands in the pack.
#[derive(Debug)]
struct Entry {
    /// Where it starts.
    at: usize,
    content: Content,
    /// Its inflated size, as its head says.
    size: usize,
    bytes: Vec<u8>,
}

#[derive(Debug, Clone, Copy)]
enum Content {
    Whole(Kind),
    Delta(Base),
}

/// How many bytes are inflated at a time.
const STEP: usize = 16 << 10;

impl Unpacker {
    /// Begins a pack.
    pub fn new(limits: Limits) -> Unpacker {
        Unpacker {
            limits,
            state: State::Begin(Vec::new()),
            hash: Sha1::new(),
            at: 0,
            left: 0,
            room: limits.total,
            inflater: Decompress::new(true),
            step: vec![0; STEP].into(),
            resolver: Resolver::new(limits.object),
        }
    }

    /// Reads the next piece.
    ///
    /// # Errors
    /// See [`PackError`]; a pack that failed stays failed.
    pub fn feed(&mut self, mut piece: &[u8]) -> Result<(), PackError> {
        while !piece.is_empty() {
            let hashed = !matches!(self.state, State::Trailer(_));
            // Where a step fails, an empty trailer is left behind, which fits no pack.
            let (taken, next) = match mem::replace(&mut self.state, State::Trailer(Vec::new())) {
                State::Begin(head) => self.begin(head, piece)?,
                State::Head(head) => self.head(head, piece)?,
                State::Inside(entry) => self.inside(entry, piece)?,
                State::Trailer(trailer) => self.trailer(trailer, piece)?,
            };
            let (read, rest) = piece.split_at(taken);
            if hashed {
                self.hash.update(read);
            }
            self.at += taken;
            self.state = next;
            piece = rest;
        }
        Ok(())
    }

    /// Ends the pack and returns its objects. Bases that a thin pack leaves out are asked of `known`.
    ///
    /// # Errors
    /// See [`PackError`]; no object of a pack that fails is returned.
    pub fn finish(
        mut self,
        known: &dyn Fn(&Oid) -> Option<Object>,
    ) -> Result<BTreeMap<Oid, Object>, PackError> {
        let trailer = match self.state {
            State::Trailer(trailer) if trailer.len() == 20 => trailer,
            _ => return Err(PackError::Short(self.at)),
        };
        if self.hash.finalize().as_slice() != trailer {
            return Err(PackError::Checksum);
        }
        self.resolver.finish(known, &mut self.room)
    }

    fn malformed(&self, why: &'static str) -> PackError {
        PackError::Malformed { at: self.at, why }
    }

    fn begin(&mut self, mut head: Vec<u8>, piece: &[u8]) -> Result<(usize, State), PackError> {
        let taken = piece.len().min(12 - head.len());
        head.extend_from_slice(&piece[..taken]);
        let (magic, count) = head.split_at(head.len().min(8));
        if !b"PACK\0\0\0\x02".starts_with(magic) {
            return Err(PackError::Malformed { at: 0, why: "it does not begin as a pack of version 2" });
        }
        let Some(count) = count.first_chunk() else { return Ok((taken, State::Begin(head))) };
        self.left = u32::from_be_bytes(*count);
        if self.left > self.limits.objects {
            return Err(PackError::Limit("objects"));
        }
        Ok((taken, self.next()))
    }

    /// What comes before the next object: its head, or the trailer.
    fn next(&self) -> State {
        if self.left == 0 { State::Trailer(Vec::new()) } else { State::Head(Vec::new()) }
    }

    fn head(&mut self, mut head: Vec<u8>, piece: &[u8]) -> Result<(usize, State), PackError> {
        let at = self.at - head.len();
        for (place, byte) in piece.iter().enumerate() {
            head.push(*byte);
            let read = Head { at, bytes: &head }.read()?;
            if let Some((content, size)) = read {
                if size > self.limits.object || size > self.room {
                    return Err(PackError::Limit("an object's size"));
                }
                self.inflater.reset(true);
                // The size is the server's word alone: room is made as bytes come.
                let bytes = Vec::with_capacity(size.min(STEP));
                return Ok((place + 1, State::Inside(Entry { at, content, size, bytes })));
            }
        }
        Ok((piece.len(), State::Head(head)))
    }

    fn inside(&mut self, mut entry: Entry, piece: &[u8]) -> Result<(usize, State), PackError> {
        let wrong = |why| PackError::Malformed { at: entry.at, why };
        let mut taken = 0;
        loop {
            let (before_in, before_out) = (self.inflater.total_in(), self.inflater.total_out());
            let status = self
                .inflater
                .decompress(piece.get(taken..).unwrap_or_default(), &mut self.step, FlushDecompress::None)
                .map_err(|_| wrong("an object cannot be inflated"))?;
            // Both are bounded by the slices' lengths.
            let read = (self.inflater.total_in() - before_in) as usize;
            let made = (self.inflater.total_out() - before_out) as usize;
            taken += read;
            entry.bytes.extend_from_slice(self.step.get(..made).unwrap_or_default());
            if entry.bytes.len() > entry.size {
                return Err(wrong("an object's size is not what its head says"));
            }
            match status {
                Status::StreamEnd if entry.bytes.len() == entry.size => break,
                Status::StreamEnd => return Err(wrong("an object's size is not what its head says")),
                _ if read == 0 && made == 0 && taken == piece.len() => {
                    return Ok((taken, State::Inside(entry)));
                }
                _ if read == 0 && made == 0 => return Err(wrong("an object cannot be inflated")),
                _ => {}
            }
        }
        self.room -= entry.size;
        self.left -= 1;
        match entry.content {
            Content::Whole(kind) => {
                let object = Object { kind, bytes: entry.bytes };
                self.resolver.object(entry.at, object, &mut self.room)?;
            }
            Content::Delta(base) => self.resolver.delta(entry.at, base, entry.bytes, &mut self.room)?,
        }
        Ok((taken, self.next()))
    }

    fn trailer(&self, mut trailer: Vec<u8>, piece: &[u8]) -> Result<(usize, State), PackError> {
        let taken = piece.len().min(20_usize.saturating_sub(trailer.len()));
        if taken == 0 {
            return Err(self.malformed("there is more after its end"));
        }
        trailer.extend_from_slice(&piece[..taken]);
        Ok((taken, State::Trailer(trailer)))
    }
}

/// The head of one object.
struct Head<'a> {
    /// Where it starts in the pack.
    at: usize,
    /// Its bytes, as many as have come.
    bytes: &'a [u8],
}

impl Head<'_> {
    /// What it says, or `None` where more has to come.
    fn read(&self) -> Result<Option<(Content, usize)>, PackError> {
        let Some((kind, size, rest)) = self.size()? else { return Ok(None) };
        let content = match kind {
            1 => Content::Whole(Kind::Commit),
            2 => Content::Whole(Kind::Tree),
            3 => Content::Whole(Kind::Blob),
            4 => Content::Whole(Kind::Tag),
            6 => match self.distance(rest)? {
                Some(entry) => Content::Delta(Base::Entry(entry)),
                None => return Ok(None),
            },
            7 => match rest.first_chunk() {
                Some(bytes) => Content::Delta(Base::Object(Oid::Sha1(*bytes))),
                None => return Ok(None),
            },
            _ => return Err(PackError::Malformed { at: self.at, why: "an object's kind is unknown" }),
        };
        Ok(Some((content, size)))
    }

    /// Kind and size, and the bytes after them.
    fn size(&self) -> Result<Option<(u8, usize, &[u8])>, PackError> {
        let Some((first, mut rest)) = self.bytes.split_first() else { return Ok(None) };
        let mut size = usize::from(first & 0x0f);
        let mut more = first & 0x80 != 0;
        let mut shift = 4;
        while more {
            let Some((byte, after)) = rest.split_first() else { return Ok(None) };
            if shift > 28 {
                return Err(PackError::Limit("an object's size"));
            }
            size |= (usize::from(byte & 0x7f)) << shift;
            shift += 7;
            more = byte & 0x80 != 0;
            rest = after;
        }
        Ok(Some((first >> 4 & 7, size, rest)))
    }

    /// The start of a delta's base: a distance back, in an encoding of which each number has one form.
    fn distance(&self, mut rest: &[u8]) -> Result<Option<usize>, PackError> {
        let wrong = || PackError::Malformed { at: self.at, why: "a delta's base is outside the pack" };
        let mut distance = 0_usize;
        loop {
            let Some((byte, after)) = rest.split_first() else { return Ok(None) };
            distance |= usize::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                break;
            }
            distance = distance.checked_add(1).and_then(|far| far.checked_mul(128)).ok_or_else(wrong)?;
            rest = after;
        }
        let start = self.at.checked_sub(distance).filter(|_| distance > 0);
        start.map(Some).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::ZlibEncoder;
    use std::io::Write as _;

    use super::*;
    use crate::pack::read;

    fn blob(text: &str) -> Object {
        Object { kind: Kind::Blob, bytes: text.into() }
    }

    fn entry(head: &[u8], bytes: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(head.to_vec(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn pack(entries: &[Vec<u8>]) -> Vec<u8> {
        let mut pack = b"PACK\0\0\0\x02".to_vec();
        pack.extend_from_slice(&(entries.len() as u32).to_be_bytes());
        entries.iter().for_each(|entry| pack.extend_from_slice(entry));
        let trailer = Sha1::digest(&pack);
        pack.extend_from_slice(&trailer);
        pack
    }

    /// A delta of `hello` to `hellohello`.
    const TWICE: [u8; 6] = [5, 10, 0x90, 5, 0x90, 5];

    fn against(base: &Oid) -> Vec<u8> {
        entry(&[&[0x76], base.bytes()].concat(), &TWICE)
    }

    #[test]
    fn a_delta_may_come_before_its_base() {
        let base = blob("hello");
        let pack = pack(&[against(&base.oid()), entry(&[0x35], b"hello")]);
        let read = read(&pack, Limits::default(), &|_| None).unwrap();
        assert_eq!(read.get(&blob("hellohello").oid()), Some(&blob("hellohello")));
    }

    #[test]
    fn a_thin_packs_base_is_asked_for() {
        let base = blob("hello");
        let pack = pack(&[against(&base.oid())]);
        assert_eq!(read(&pack, Limits::default(), &|_| None), Err(PackError::Base(base.oid())));
        let read = read(&pack, Limits::default(), &|oid| (*oid == base.oid()).then(|| base.clone()));
        assert_eq!(read.unwrap().into_values().collect::<Vec<_>>(), [blob("hellohello")]);
    }

    #[test]
    fn a_distance_to_no_entry_is_refused() {
        let whole = entry(&[0x35], b"hello");
        for distance in 1..whole.len() as u8 {
            let pack = pack(&[whole.clone(), entry(&[0x66, distance], &TWICE)]);
            let read = read(&pack, Limits::default(), &|_| None);
            assert!(matches!(read, Err(PackError::Malformed { .. })), "{distance}: {read:?}");
        }
        let pack = pack(&[whole.clone(), entry(&[0x66, whole.len() as u8], &TWICE)]);
        assert!(read(&pack, Limits::default(), &|_| None).is_ok());
    }

    #[test]
    fn deltas_upon_deltas_are_bounded_by_what_they_make() {
        // Each doubles the one before: thirty of them would be gigabytes.
        let mut entries = vec![entry(&[0xbf, 0x3e], &[b'x'; 1007])];
        let mut length = 1007_usize;
        for _ in 0..30 {
            let size = |mut n: usize| {
                let mut bytes = Vec::new();
                while n >= 0x80 {
                    bytes.push((n & 0x7f) as u8 | 0x80);
                    n >>= 7;
                }
                bytes.push(n as u8);
                bytes
            };
            // A copy takes at most sixteen megabytes, which is beyond the limit anyway.
            let copy = [0xf0, length as u8, (length >> 8) as u8, (length >> 16) as u8];
            let delta = [size(length), size(length * 2), copy.to_vec(), copy.to_vec()].concat();
            let back = entries.last().unwrap().len() as u8;
            entries.push(entry(&[0x60 | delta.len() as u8, back], &delta));
            length *= 2;
        }
        let limits = Limits { total: 1 << 20, ..Limits::default() };
        assert!(matches!(read(&pack(&entries), limits, &|_| None), Err(PackError::Malformed { .. })));
    }

    #[test]
    fn an_object_longer_than_its_head_says_is_not_inflated_to_its_end() {
        let bomb = entry(&[0x35], &vec![0; 10 << 20]);
        let read = read(&pack(&[bomb]), Limits::default(), &|_| None);
        assert!(matches!(read, Err(PackError::Malformed { at: 12, .. })), "{read:?}");
    }

    #[test]
    fn the_size_of_the_pieces_makes_no_difference() {
        let pack = pack(&[entry(&[0x35], b"hello"), against(&blob("hello").oid())]);
        for size in [1, 2, 3, 7, 100] {
            let mut unpacker = Unpacker::new(Limits::default());
            pack.chunks(size).for_each(|piece| unpacker.feed(piece).unwrap());
            assert_eq!(unpacker.finish(&|_| None).unwrap().len(), 2, "{size}");
        }
    }

    #[test]
    fn too_many_objects_are_refused_at_the_head() {
        let mut unpacker = Unpacker::new(Limits { objects: 3, ..Limits::default() });
        assert_eq!(unpacker.feed(b"PACK\0\0\0\x02\0\0\0\x04"), Err(PackError::Limit("objects")));
    }
}
