//! Writes packs, one object at a time.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use sha1::{Digest, Sha1};

use crate::object::Object;

/// Writes a pack whose objects are whole: configuration files are small, and a delta would need its base here.
///
/// Bytes can be taken while it is being written, so that no more than one object has to be held at a time.
#[derive(Debug)]
pub struct Writer {
    left: u32,
    hash: Sha1,
    out: Vec<u8>,
}

impl Writer {
    /// Starts a pack of exactly `count` objects.
    pub fn new(count: u32) -> Writer {
        let mut writer = Writer { left: count, hash: Sha1::new(), out: Vec::new() };
        writer.put(b"PACK\0\0\0\x02");
        writer.put(&count.to_be_bytes());
        writer
    }

    /// Adds one object. Objects beyond the announced count are left out, and [`Writer::finish`] tells.
    pub fn add(&mut self, object: &Object) {
        let Some(left) = self.left.checked_sub(1) else {
            // A pack with more objects than its header says would be refused as a whole.
            return;
        };
        self.left = left;
        let mut bytes = Vec::new();
        entry(object, &mut bytes);
        self.put(&bytes);
    }

    /// Takes the bytes that are ready.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// Ends the pack and returns the rest of its bytes, or `None` where fewer objects came than were announced.
    pub fn finish(mut self) -> Option<Vec<u8>> {
        if self.left > 0 {
            return None;
        }
        let trailer = self.hash.clone().finalize();
        self.out.extend_from_slice(&trailer);
        Some(self.out)
    }

    fn put(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.out.extend_from_slice(bytes);
    }
}

/// Appends one object as it stands in a pack.
pub(super) fn entry(object: &Object, out: &mut Vec<u8>) {
    out.extend_from_slice(&entry_head(super::number(object.kind), object.bytes.len()));
    let mut encoder = ZlibEncoder::new(out, Compression::default());
    // Writing to a Vec cannot fail.
    let _ = encoder.write_all(&object.bytes);
    let _ = encoder.finish();
}

/// Kind and length: four bits of it in the first byte, seven in each further one, the lowest first.
pub(crate) fn entry_head(kind: u8, length: usize) -> Vec<u8> {
    let mut rest = length >> 4;
    let mut byte = kind << 4 | (length & 0x0f) as u8;
    let mut head = Vec::with_capacity(6);
    while rest > 0 {
        head.push(byte | 0x80);
        byte = (rest & 0x7f) as u8;
        rest >>= 7;
    }
    head.push(byte);
    head
}
