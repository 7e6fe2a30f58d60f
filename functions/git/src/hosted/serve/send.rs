//! A pack, sent object by object as they are kept: nothing is inflated and nothing compressed again.

use fairlead_fetch::{Body, BodyError};
use fairlead_sql::Sql;
use futures_util::stream;
use sha1::{Digest, Sha1};

use super::super::store::{Store, StoreError};
use super::band::{Band, Channel};
use crate::object::Oid;
use crate::pack;

/// An answer that is being sent.
struct Sending<S> {
    store: Store<S>,
    /// What is left to send, the next at the end.
    left: Vec<Oid>,
    hash: Sha1,
    band: Band,
    /// What has been written and not sent.
    ready: Vec<u8>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Objects,
    Trailer,
    Ended,
}

/// Answers with `head` and a pack of these objects.
pub(super) fn send<S: Sql + 'static>(
    store: &Store<S>,
    head: Vec<u8>,
    objects: Vec<Oid>,
    band: Band,
    progress: bool,
) -> Body {
    let count = objects.len();
    let left = objects.into_iter().rev().collect();
    let (store, state) = (store.clone(), State::Objects);
    let mut sending = Sending { store, left, hash: Sha1::new(), band, ready: head, state };
    if progress {
        let text = format!("Enumerating objects: {count}, done.\n");
        sending.band.put(&mut sending.ready, Channel::Progress, text.as_bytes());
    }
    let mut start = b"PACK\0\0\0\x02".to_vec();
    start.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes());
    sending.put(&start);
    Body::stream(stream::unfold(sending, |mut sending| async move {
        let piece = sending.piece().await?;
        Some((piece, sending))
    }))
}

impl<S: Sql> Sending<S> {
    fn put(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        self.band.put(&mut self.ready, Channel::Data, bytes);
    }

    /// The next piece of the answer, or `None` at its end.
    async fn piece(&mut self) -> Option<Result<Vec<u8>, BodyError>> {
        match self.state {
            State::Ended => return None,
            State::Objects => {
                if let Err(error) = self.objects().await {
                    self.state = State::Ended;
                    return Some(self.fail(&error));
                }
                if self.left.is_empty() {
                    self.state = State::Trailer;
                }
            }
            State::Trailer => {
                let trailer = self.hash.clone().finalize();
                self.band.put(&mut self.ready, Channel::Data, &trailer);
                self.band.end(&mut self.ready);
                self.state = State::Ended;
            }
        }
        Some(Ok(std::mem::take(&mut self.ready)))
    }

    /// Writes as many objects as may be held at once.
    async fn objects(&mut self) -> Result<(), StoreError> {
        if self.left.is_empty() {
            return Ok(());
        }
        // All in one, so that the lines of the band are long.
        let mut bytes = Vec::new();
        for object in self.store.packed(&mut self.left).await? {
            let length = usize::try_from(object.size).unwrap_or(usize::MAX);
            bytes.extend_from_slice(&pack::write::entry_head(pack::number(object.kind), length));
            bytes.extend_from_slice(&object.bytes);
        }
        self.put(&bytes);
        Ok(())
    }

    /// Ends an answer that cannot be ended well, so that no client takes it for whole.
    fn fail(&mut self, error: &StoreError) -> Result<Vec<u8>, BodyError> {
        // What a database says is for its own log.
        let text = match error {
            StoreError::Sql(_) => "the repository cannot be read on: its storage fails".to_owned(),
            error => format!("the repository cannot be read on: {error}"),
        };
        if self.band == Band::None {
            return Err(BodyError::Broken(text));
        }
        let mut piece = std::mem::take(&mut self.ready);
        self.band.put(&mut piece, Channel::Error, text.as_bytes());
        Ok(piece)
    }
}
