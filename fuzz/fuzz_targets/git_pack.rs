//! Any bytes as the inside of a pack, framed and with the right checksum so that they are looked into: objects within the
//! limits, or an error, whatever the size of the pieces.

#![no_main]

use fairlead_git::pack::{Limits, Unpacker};
use libfuzzer_sys::fuzz_target;
use sha1::{Digest, Sha1};

const LIMITS: Limits = Limits { objects: 64, object: 1 << 20, total: 4 << 20 };

fuzz_target!(|input: (u8, &[u8])| {
    let (count, inside) = input;
    let mut pack = b"PACK\0\0\0\x02\0\0\0".to_vec();
    pack.push(count);
    pack.extend_from_slice(inside);
    let trailer = Sha1::digest(&pack);
    pack.extend_from_slice(&trailer);
    let read = |size: usize| {
        let mut unpacker = Unpacker::new(LIMITS);
        for piece in pack.chunks(size) {
            unpacker.feed(piece)?;
        }
        unpacker.finish(&|_| None)
    };
    let whole = read(pack.len());
    assert_eq!(whole.clone().ok(), read(1).ok());
    for (oid, object) in whole.into_iter().flatten() {
        assert_eq!(object.oid(), oid);
        assert!(object.bytes.len() <= LIMITS.object);
    }
});
