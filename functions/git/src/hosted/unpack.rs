//! A pack from a client that is not trusted, read as it comes and written in bounded memory.

use std::collections::{BTreeMap, VecDeque};
use std::io::Write as _;
use std::rc::Rc;

use fairlead_sql::Sql;
use flate2::write::ZlibEncoder;
use flate2::{Compression, Decompress, FlushDecompress, Status};

use super::check::{self, CheckError};
use super::incoming::Incoming;
use super::source::{Source, SourceError};
use super::store::{Packed, StoreError, kind};
use crate::object::{Object, Oid};
use crate::pack::delta;

/// How much one push may bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PushLimits {
    /// The most objects.
    pub objects: u32,
    /// The longest object, in bytes.
    pub object: u64,
    /// The most bytes of the pack.
    pub pack: u64,
    /// The most bytes that are stored, deltas having become whole objects.
    pub stored: u64,
    /// The most bytes of all objects together, inflated.
    pub total: u64,
    /// How many times the pack's length its objects may come to together, where that is above a gibibyte.
    pub ratio: u64,
    /// The longest chain of deltas.
    pub depth: u16,
    /// The most bytes of deltas whose bases come after them.
    pub waiting: u64,
}

impl Default for PushLimits {
    /// Room for a large repository's whole history, within the memory of an edge function: objects of 24 MiB, a
    /// million of them, 2 GiB of pack. Git itself makes chains of at most 4,095 deltas.
    fn default() -> PushLimits {
        PushLimits {
            objects: 1_000_000,
            object: 24 << 20,
            pack: 2 << 30,
            stored: 4 << 30,
            total: 64 << 30,
            ratio: 1000,
            depth: 4095,
            waiting: 16 << 20,
        }
    }
}

/// Below this many inflated bytes no ratio is a bomb.
const HARMLESS: u64 = 1 << 30;
/// How many bytes of objects are kept at hand as bases of deltas.
const RECENT: usize = 16 << 20;

/// Why a pack was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnpackError {
    /// The request.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The storage.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The pack is not what its format promises.
    #[error("the pack is malformed at byte {at}: {why}")]
    Malformed {
        /// Where.
        at: u64,
        /// What is wrong there.
        why: &'static str,
    },
    /// Its bytes do not hash to its trailer.
    #[error("the pack's checksum does not fit its bytes")]
    Checksum,
    /// It is beyond a limit.
    #[error("the push is beyond a limit of this server: {0}")]
    Limit(String),
    /// A delta's base is neither in it nor in the repository.
    #[error("the pack builds on the object {0}, which is not there")]
    Base(Oid),
    /// An object that no repository should hold.
    #[error("the object {oid}: {source}")]
    Check {
        /// The object.
        oid: Oid,
        /// What is wrong with it.
        source: CheckError,
    },
}

/// Reads a pack to its end, which has to be the end of the request too.
pub(super) async fn unpack<S: Sql>(
    source: &mut Source,
    incoming: &mut Incoming<S>,
    limits: PushLimits,
) -> Result<u32, UnpackError> {
    source.start_hash();
    if source.exact::<8>().await? != *b"PACK\0\0\0\x02" {
        return Err(UnpackError::Malformed { at: 0, why: "it does not begin as a pack of version 2" });
    }
    let count = u32::from_be_bytes(source.exact().await?);
    if count > limits.objects {
        return Err(UnpackError::Limit(format!("{count} objects, {} are allowed", limits.objects)));
    }
    let mut unpacker = Unpacker::new(source, incoming, limits);
    for _ in 0..count {
        unpacker.entry().await?;
    }
    unpacker.resolve_waiting().await?;
    let hash = source.end_hash();
    if hash != Some(source.exact().await?) {
        return Err(UnpackError::Checksum);
    }
    if !source.ended().await? {
        return Err(UnpackError::Malformed { at: source.taken(), why: "there is more after its end" });
    }
    incoming.flush().await?;
    Ok(count)
}

struct Unpacker<'a, S> {
    source: &'a mut Source,
    incoming: &'a mut Incoming<S>,
    limits: PushLimits,
    /// The entries by where they start: the id and depth of those that are known, nothing for those that wait.
    places: BTreeMap<u64, Option<(Oid, u16)>>,
    recent: Recent,
    waiting: Waiting,
    inflated: u64,
    stored: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Base {
    At(u64),
    Object(Oid),
}

struct Delta {
    at: u64,
    bytes: Vec<u8>,
}

#[derive(Default)]
struct Waiting {
    on: BTreeMap<Base, Vec<Delta>>,
    bytes: u64,
}

impl<'a, S: Sql> Unpacker<'a, S> {
    fn new(source: &'a mut Source, incoming: &'a mut Incoming<S>, limits: PushLimits) -> Unpacker<'a, S> {
        let (places, recent, waiting) = (BTreeMap::new(), Recent::default(), Waiting::default());
        Unpacker { source, incoming, limits, places, recent, waiting, inflated: 0, stored: 0 }
    }

    async fn entry(&mut self) -> Result<(), UnpackError> {
        let at = self.source.taken();
        let (number, size) = self.head(at).await?;
        let base = match number {
            1..=4 => None,
            6 => Some(Base::At(self.distance(at).await?)),
            7 => Some(Base::Object(Oid::Sha1(self.source.exact().await?))),
            _ => return Err(UnpackError::Malformed { at, why: "an object's kind is unknown" }),
        };
        let (bytes, raw) = self.inflate(at, size, base.is_none()).await?;
        let Some(base) = base else {
            let kind = kind(i64::from(number)).map_err(StoreError::from)?;
            let oid = self.put(Object { kind, bytes }, raw).await?;
            self.places.insert(at, Some((oid, 0)));
            return Ok(());
        };
        match self.base(at, base).await? {
            Some((object, depth)) => self.resolve(Delta { at, bytes }, &object, depth).await.map(|_| ()),
            None => self.wait(Delta { at, bytes }, base),
        }
    }

    async fn head(&mut self, at: u64) -> Result<(u8, u64), UnpackError> {
        let first = self.source.byte().await?;
        let mut size = u64::from(first & 0x0f);
        let mut shift = 4;
        let mut more = first & 0x80 != 0;
        while more {
            let byte = self.source.byte().await?;
            if shift > 32 {
                return Err(UnpackError::Malformed { at, why: "an object's size is none" });
            }
            size |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            more = byte & 0x80 != 0;
        }
        self.check_size(size)?;
        Ok((first >> 4 & 7, size))
    }

    fn check_size(&self, size: u64) -> Result<(), UnpackError> {
        let most = self.limits.object;
        if size > most {
            Err(UnpackError::Limit(format!("an object of {size} bytes, {most} are allowed")))
        } else {
            Ok(())
        }
    }

    /// Where a delta's base starts: a distance back, in an encoding of which each number has one form.
    async fn distance(&mut self, at: u64) -> Result<u64, UnpackError> {
        let wrong = || UnpackError::Malformed { at, why: "a delta's base is outside the pack" };
        let mut byte = self.source.byte().await?;
        let mut distance = u64::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = self.source.byte().await?;
            distance =
                distance.checked_add(1).and_then(|distance| distance.checked_mul(128)).ok_or_else(wrong)?;
            distance |= u64::from(byte & 0x7f);
        }
        at.checked_sub(distance).filter(|start| self.places.contains_key(start)).ok_or_else(wrong)
    }

    /// Inflates one stream, and keeps it as it came where it can be stored so.
    async fn inflate(&mut self, at: u64, size: u64, keep: bool) -> Result<(Vec<u8>, Vec<u8>), UnpackError> {
        let wrong = |why| UnpackError::Malformed { at, why };
        let size = usize::try_from(size).map_err(|_| wrong("an object's size is none"))?;
        let mut stream = Decompress::new(true);
        let (mut bytes, mut raw) = (Vec::new(), Vec::new());
        let mut window = vec![0; 32 << 10];
        loop {
            let piece = self.source.fill().await?;
            if piece.is_empty() {
                return Err(SourceError::Short(self.source.taken()).into());
            }
            let (read, written) = (stream.total_in(), stream.total_out());
            let status = stream
                .decompress(piece, &mut window, FlushDecompress::None)
                .map_err(|_| wrong("an object cannot be inflated"))?;
            let read = usize::try_from(stream.total_in() - read).unwrap_or(usize::MAX);
            let written = usize::try_from(stream.total_out() - written).unwrap_or(usize::MAX);
            bytes.extend_from_slice(window.get(..written).unwrap_or_default());
            if keep {
                raw.extend_from_slice(piece.get(..read).unwrap_or_default());
            }
            self.source.take(read);
            if bytes.len() > size {
                return Err(wrong("an object is longer than its head says"));
            }
            match status {
                Status::StreamEnd => break,
                Status::Ok | Status::BufError if read + written == 0 => {
                    return Err(wrong("an object cannot be inflated"));
                }
                Status::Ok | Status::BufError => {}
            }
        }
        if bytes.len() != size {
            return Err(wrong("an object is shorter than its head says"));
        }
        if self.source.taken() > self.limits.pack {
            return Err(UnpackError::Limit(format!("a pack of more than {} bytes", self.limits.pack)));
        }
        Ok((bytes, raw))
    }

    /// Checks an object and writes it, in the stream that it came in if that is one which every inflater reads.
    async fn put(&mut self, object: Object, raw: Vec<u8>) -> Result<Oid, UnpackError> {
        let oid = object.oid();
        check::links(object.kind, &object.bytes).map_err(|source| UnpackError::Check { oid, source })?;
        self.count(object.bytes.len() as u64)?;
        // 0x78 stands for the largest window, so that no distance in the stream can be beyond it; and a stream that is
        // longer than its content gains nothing.
        let usual = raw.first() == Some(&0x78) && raw.len() < object.bytes.len() + 64;
        let bytes = if usual { raw } else { deflate(&object.bytes) };
        self.stored += bytes.len() as u64;
        if self.stored > self.limits.stored {
            return Err(UnpackError::Limit(format!("more than {} bytes to store", self.limits.stored)));
        }
        let size = object.bytes.len() as u64;
        self.incoming.add(Packed { oid, kind: object.kind, size, bytes }).await?;
        self.recent.put(oid, Rc::new(object));
        Ok(oid)
    }

    fn count(&mut self, length: u64) -> Result<(), UnpackError> {
        self.inflated += length;
        let ratio = self.source.taken().saturating_mul(self.limits.ratio);
        if self.inflated > self.limits.total.min(ratio.max(HARMLESS)) {
            return Err(UnpackError::Limit(format!("its objects come to more than {} bytes", self.inflated)));
        }
        Ok(())
    }

    /// A delta's base with the number of deltas below it, or nothing where it may still come.
    async fn base(&mut self, at: u64, base: Base) -> Result<Option<(Rc<Object>, u16)>, UnpackError> {
        let (oid, depth) = match base {
            Base::At(start) => match self.places.get(&start) {
                Some(Some(known)) => *known,
                Some(None) => return Ok(None),
                None => return Err(UnpackError::Malformed { at, why: "a delta's base is outside the pack" }),
            },
            Base::Object(oid) => (oid, 0),
        };
        if let Some(object) = self.recent.get(&oid) {
            return Ok(Some((object, depth)));
        }
        if self.incoming.holds(&oid) {
            self.incoming.flush().await?;
        }
        if !self.incoming.store.find(&[oid]).await?.contains_key(&oid) {
            return Ok(None);
        }
        let object = Rc::new(self.incoming.store.read(oid).await?);
        self.recent.put(oid, object.clone());
        Ok(Some((object, depth)))
    }

    async fn resolve(&mut self, delta: Delta, base: &Object, depth: u16) -> Result<(Oid, u16), UnpackError> {
        let wrong = UnpackError::Malformed { at: delta.at, why: "a delta does not fit its base" };
        let depth = depth.saturating_add(1);
        if depth > self.limits.depth {
            return Err(UnpackError::Limit(format!("a chain of more than {} deltas", self.limits.depth)));
        }
        self.check_size(delta::result_length(&delta.bytes).ok_or(wrong.clone())?)?;
        let limit = usize::try_from(self.limits.object).unwrap_or(usize::MAX);
        let bytes = delta::apply(&base.bytes, &delta.bytes, limit).ok_or(wrong)?;
        let oid = self.put(Object { kind: base.kind, bytes }, Vec::new()).await?;
        self.places.insert(delta.at, Some((oid, depth)));
        Ok((oid, depth))
    }

    fn wait(&mut self, delta: Delta, base: Base) -> Result<(), UnpackError> {
        // Whatever is kept of it counts, or many short ones would be free.
        self.waiting.bytes += delta.bytes.len() as u64 + 200;
        if self.waiting.bytes > self.limits.waiting {
            return Err(UnpackError::Limit("too many deltas come before what they build on".to_owned()));
        }
        self.places.insert(delta.at, None);
        self.waiting.on.entry(base).or_default().push(delta);
        Ok(())
    }

    /// Resolves the deltas whose bases came after them, bases first. What is in a circle stays.
    async fn resolve_waiting(&mut self) -> Result<(), UnpackError> {
        let starts: Vec<Base> = self.waiting.on.keys().copied().collect();
        for start in starts {
            let mut ready = VecDeque::new();
            if self.base(0, start).await?.is_some() {
                ready.push_back(start);
            }
            while let Some(base) = ready.pop_front() {
                for delta in self.waiting.on.remove(&base).unwrap_or_default() {
                    let Some((object, depth)) = self.base(delta.at, base).await? else { continue };
                    let at = delta.at;
                    let (oid, _) = self.resolve(delta, &object, depth).await?;
                    ready.extend([Base::At(at), Base::Object(oid)]);
                }
            }
        }
        let left =
            self.waiting.on.iter().next().map(|(base, deltas)| (*base, deltas.first().map(|delta| delta.at)));
        match left {
            None => Ok(()),
            Some((Base::Object(oid), _)) => Err(UnpackError::Base(oid)),
            Some((Base::At(_), at)) => Err(UnpackError::Malformed {
                at: at.unwrap_or_default(),
                why: "a delta's base cannot be made out",
            }),
        }
    }
}

/// Objects that deltas are likely to build on.
#[derive(Default)]
struct Recent {
    objects: BTreeMap<Oid, Rc<Object>>,
    order: VecDeque<Oid>,
    bytes: usize,
}

impl Recent {
    fn put(&mut self, oid: Oid, object: Rc<Object>) {
        if object.bytes.len() > RECENT / 2 || self.objects.contains_key(&oid) {
            return;
        }
        self.bytes += object.bytes.len();
        self.objects.insert(oid, object);
        self.order.push_back(oid);
        while self.bytes > RECENT {
            let Some(oldest) = self.order.pop_front() else { break };
            self.bytes -= self.objects.remove(&oldest).map_or(0, |object| object.bytes.len());
        }
    }

    fn get(&self, oid: &Oid) -> Option<Rc<Object>> {
        self.objects.get(oid).cloned()
    }
}

/// Bytes as one zlib stream.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(4));
    // Writing to a Vec cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// An object as it is kept.
pub(super) fn packed(object: &Object) -> Packed {
    Packed {
        oid: object.oid(),
        kind: object.kind,
        size: object.bytes.len() as u64,
        bytes: deflate(&object.bytes),
    }
}
