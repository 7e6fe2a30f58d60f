//! Any bytes as a git server's answer: what it offers, a fetch, a report. All are values or errors, and the size of the
//! pieces that an answer comes in makes no difference.

#![no_main]

use fairlead_fetch::{Body, block_on};
use fairlead_git::pack::Limits;
use fairlead_git::wire::{Advertisement, Offer, Service, fetch_answer, push_answer};
use futures_util::stream;
use libfuzzer_sys::fuzz_target;

const LIMITS: Limits = Limits { objects: 1000, object: 1 << 20, total: 4 << 20 };

fuzz_target!(|bytes: &[u8]| {
    let _ = Offer::read(bytes);
    let server = Advertisement::read(Service::ReceivePack, bytes).unwrap_or_default();
    let _ = push_answer(&server, bytes);
    let side_band = Advertisement { capabilities: vec!["side-band-64k".to_owned()], ..Advertisement::default() };
    let _ = push_answer(&side_band, bytes);
    let whole = block_on(fetch_answer(bytes.to_vec().into(), LIMITS));
    let pieces: Vec<_> = bytes.chunks(3).map(|piece| Ok(piece.to_vec())).collect();
    let pieces = block_on(fetch_answer(Body::stream(stream::iter(pieces)), LIMITS));
    assert_eq!(whole.ok(), pieces.ok());
});
