//! Bodies between the HTTP library and the hub.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use fairlead_fetch::{Body, BodyError};
use futures_util::{Stream, stream};
use hyper::body::{Body as _, Bytes, Frame, Incoming, SizeHint};

/// How long nothing may come of a body.
const PATIENCE: Duration = Duration::from_secs(300);

/// A request's body as the hub reads it.
pub(crate) fn received(incoming: Incoming) -> Body {
    Body::stream(stream::unfold(Some(incoming), |incoming| async {
        let mut incoming = incoming?;
        let frame = std::future::poll_fn(|context| Pin::new(&mut incoming).poll_frame(context));
        match tokio::time::timeout(PATIENCE, frame).await {
            Ok(None) => None,
            // Trailers say nothing that anybody asked for.
            Ok(Some(Ok(frame))) => {
                let bytes = frame.into_data().map(|bytes| bytes.to_vec()).unwrap_or_default();
                Some((Ok(bytes), Some(incoming)))
            }
            Ok(Some(Err(error))) => Some((Err(BodyError::Broken(error.to_string())), None)),
            Err(_) => Some((Err(BodyError::Broken("nothing came for five minutes".to_owned())), None)),
        }
    }))
}

/// An answer's body as the library sends it.
pub(crate) struct Answer(pub(crate) Body);

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let next = Pin::new(&mut self.0).poll_next(context);
        next.map(|piece| piece.map(|piece| piece.map(|bytes| Frame::data(Bytes::from(bytes)))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.length() == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.0.length().map_or_else(SizeHint::default, |length| SizeHint::with_exact(length as u64))
    }
}
