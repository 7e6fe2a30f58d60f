//! Reads a pack that is there as a whole.

use std::collections::BTreeMap;

use super::Unpacker;
use crate::object::{Object, Oid};

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
    let mut unpacker = Unpacker::new(limits);
    unpacker.feed(pack)?;
    unpacker.finish(known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Kind;
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
