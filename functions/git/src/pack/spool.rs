//! Packs whose size is not known beforehand: compressed objects are kept aside, counted, and then sent.

use std::collections::{BTreeSet, VecDeque};

use fairlead_fetch::{Body, BodyError};
use futures_core::Stream;
use futures_util::{StreamExt as _, stream};
use sha1::{Digest, Sha1};

use super::write;
use crate::object::{Object, Oid};

/// Keeps pieces of a pack until they are sent, in memory or in whatever storage a host has.
#[expect(async_fn_in_trait, reason = "no caller asks for Send, and some hosts could not promise it")]
pub trait Spool {
    /// Keeps one more piece.
    async fn keep(&mut self, piece: Vec<u8>) -> Result<(), SpoolError>;

    /// Gives the pieces back, in their order, and lets go of them.
    fn replay(self) -> impl Stream<Item = Result<Vec<u8>, SpoolError>> + 'static;
}

/// Why a piece could not be kept or given back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the pack cannot be kept until it is sent: {0}")]
pub struct SpoolError(pub String);

/// A spool in memory.
#[derive(Debug, Default)]
pub struct InMemory {
    pieces: VecDeque<Vec<u8>>,
    length: usize,
}

/// The most bytes that [`InMemory`] keeps. Providers take no larger pushes than two gigabytes; this is what a machine
/// has room for without asking.
const MAX_IN_MEMORY: usize = 1 << 30;

/// How large a piece becomes before it is kept.
const PIECE: usize = 256 << 10;

/// A pack in the making. Each object is in it once, however often it is added.
#[derive(Debug)]
pub struct Packer<S> {
    spool: S,
    seen: BTreeSet<Oid>,
    piece: Vec<u8>,
    length: usize,
}

/// A pack that is complete and can be sent.
#[derive(Debug)]
pub struct Packed<S> {
    spool: S,
    objects: u32,
    length: usize,
}

/// A pack's own head.
const HEAD: usize = 12;
/// The hash at its end.
const TRAILER: usize = 20;

impl<S: Spool> Packer<S> {
    /// Begins a pack that is kept in `spool`.
    pub fn new(spool: S) -> Packer<S> {
        Packer { spool, seen: BTreeSet::new(), piece: Vec::new(), length: 0 }
    }

    /// Adds an object.
    ///
    /// # Errors
    /// See [`SpoolError`].
    pub async fn add(&mut self, object: &Object) -> Result<(), SpoolError> {
        if self.seen.insert(object.oid()) {
            write::entry(object, &mut self.piece);
            if self.piece.len() >= PIECE {
                self.keep().await?;
            }
        }
        Ok(())
    }

    /// Ends the pack.
    ///
    /// # Errors
    /// See [`SpoolError`].
    pub async fn finish(mut self) -> Result<Packed<S>, SpoolError> {
        self.keep().await?;
        let objects = u32::try_from(self.seen.len())
            .map_err(|_| SpoolError("it has more objects than a pack can hold".to_owned()))?;
        Ok(Packed { spool: self.spool, objects, length: self.length })
    }

    async fn keep(&mut self) -> Result<(), SpoolError> {
        let piece = std::mem::take(&mut self.piece);
        self.length += piece.len();
        self.spool.keep(piece).await
    }
}

impl<S: Spool> Packed<S> {
    /// How many objects it has.
    pub fn objects(&self) -> u32 {
        self.objects
    }

    /// How many bytes it has.
    pub fn length(&self) -> usize {
        HEAD + self.length + TRAILER
    }

    /// The body of a request: `before`, and the pack behind it.
    pub fn body(self, before: Vec<u8>) -> Body {
        let length = before.len() + self.length();
        let mut head = b"PACK\0\0\0\x02".to_vec();
        head.extend_from_slice(&self.objects.to_be_bytes());
        let hash = Sha1::new_with_prefix(&head);
        let begin = stream::once(async move { Ok([before, head].concat()) });
        let pieces = Box::pin(self.spool.replay());
        let rest = stream::unfold(Some((pieces, hash)), |sending| async move {
            let (mut pieces, mut hash) = sending?;
            match pieces.next().await {
                Some(Ok(piece)) => {
                    hash.update(&piece);
                    Some((Ok(piece), Some((pieces, hash))))
                }
                Some(Err(error)) => Some((Err(BodyError::Broken(error.to_string())), None)),
                None => Some((Ok(hash.finalize().to_vec()), None)),
            }
        });
        Body::sized(length, begin.chain(rest))
    }
}

impl Spool for InMemory {
    async fn keep(&mut self, piece: Vec<u8>) -> Result<(), SpoolError> {
        self.length += piece.len();
        if self.length > MAX_IN_MEMORY {
            return Err(SpoolError(format!("it is larger than {MAX_IN_MEMORY} bytes")));
        }
        self.pieces.push_back(piece);
        Ok(())
    }

    fn replay(self) -> impl Stream<Item = Result<Vec<u8>, SpoolError>> + 'static {
        stream::iter(self.pieces.into_iter().map(Ok))
    }
}

#[cfg(test)]
mod tests {
    use futures_executor::block_on;

    use super::*;
    use crate::object::Kind;
    use crate::pack::{Limits, read};

    fn blob(number: u32) -> Object {
        // Bytes that do not compress, so that there are several pieces.
        let mut seed = u64::from(number) + 1;
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) as u8
        };
        Object { kind: Kind::Blob, bytes: (0..1000).map(|_| next()).collect() }
    }

    #[test]
    fn what_was_kept_is_sent_as_one_pack_of_the_length_that_was_told() {
        block_on(async {
            let mut packer = Packer::new(InMemory::default());
            for number in (0..1000).chain(0..1000) {
                packer.add(&blob(number)).await.unwrap();
            }
            let packed = packer.finish().await.unwrap();
            assert_eq!(packed.objects(), 1000, "each object is in it once");
            let length = packed.length();
            let body = packed.body(b"before".to_vec());
            assert_eq!(body.length(), Some(length + 6));
            let bytes = body.collect(usize::MAX).await.unwrap();
            assert_eq!(bytes.len(), length + 6);
            let objects = read(&bytes[6..], Limits::default(), &|_| None).unwrap();
            assert_eq!(objects.len(), 1000);
        });
    }

    /// A storage that fails when it is read.
    struct Failing;

    impl Spool for Failing {
        async fn keep(&mut self, _: Vec<u8>) -> Result<(), SpoolError> {
            Ok(())
        }

        fn replay(self) -> impl Stream<Item = Result<Vec<u8>, SpoolError>> + 'static {
            stream::iter([Ok(vec![1]), Err(SpoolError("gone".to_owned())), Ok(vec![2])])
        }
    }

    #[test]
    fn a_storage_that_fails_cuts_the_body_instead_of_ending_it() {
        block_on(async {
            let mut packer = Packer::new(Failing);
            packer.add(&blob(0)).await.unwrap();
            let sent = packer.finish().await.unwrap().body(Vec::new()).collect(usize::MAX).await;
            assert!(matches!(sent, Err(BodyError::Broken(_))), "{sent:?}");
        });
    }
}
