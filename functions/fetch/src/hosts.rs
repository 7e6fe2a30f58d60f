//! Bodies as the servers of all hosts have them: those of the crate `http-body`.

use std::fmt::Display;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Frame, SizeHint};

use crate::{Body, BodyError};

impl Body {
    /// The body of a request that a server receives.
    pub fn received<B>(body: B) -> Body
    where
        B: http_body::Body<Data = Bytes, Error: Display> + Unpin + 'static,
    {
        if body.is_end_stream() { Body::default() } else { Body::stream(Received(Some(body))) }
    }
}

/// What comes of a body; nothing follows its end or an error.
struct Received<B>(Option<B>);

impl<B> Stream for Received<B>
where
    B: http_body::Body<Data = Bytes, Error: Display> + Unpin,
{
    type Item = Result<Vec<u8>, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(body) = &mut self.0 else { return Poll::Ready(None) };
        let Poll::Ready(frame) = Pin::new(body).poll_frame(context) else { return Poll::Pending };
        let piece = frame.map(|frame| {
            // Trailers say nothing that anybody asked for.
            let frame = frame.map(|frame| frame.into_data().map(Vec::from).unwrap_or_default());
            frame.map_err(|error| BodyError::Broken(error.to_string()))
        });
        if !matches!(piece, Some(Ok(_))) {
            self.0 = None;
        }
        Poll::Ready(piece)
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        self.poll_next(context).map(|piece| piece.map(|piece| piece.map(|bytes| Frame::data(bytes.into()))))
    }

    fn is_end_stream(&self) -> bool {
        self.length() == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        self.length().map_or_else(SizeHint::default, |length| SizeHint::with_exact(length as u64))
    }
}

#[cfg(test)]
mod tests {
    use futures_executor::block_on;

    use super::*;

    #[test]
    fn a_body_goes_through_a_server_and_comes_out_the_same() {
        let pieces = [Ok(b"a".to_vec()), Ok(b"bc".to_vec()), Err(BodyError::Broken("cut".to_owned()))];
        let mut whole = Body::received(Body::from(b"abc".to_vec()));
        assert_eq!(block_on(whole.next()), Ok(Some(b"abc".to_vec())));
        assert_eq!(block_on(whole.next()), Ok(None));
        let mut cut = Body::received(Body::stream(Pieces(pieces.into_iter())));
        assert_eq!(block_on(cut.next()), Ok(Some(b"a".to_vec())));
        assert_eq!(block_on(cut.next()), Ok(Some(b"bc".to_vec())));
        assert!(matches!(block_on(cut.next()), Err(BodyError::Broken(_))));
        assert_eq!(block_on(cut.next()), Ok(None), "nothing follows an error");
        assert_eq!(Body::received(Body::default()).length(), Some(0));
    }

    struct Pieces<I>(I);

    impl<I: Iterator<Item = Result<Vec<u8>, BodyError>> + Unpin> Stream for Pieces<I> {
        type Item = I::Item;

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<I::Item>> {
            Poll::Ready(self.0.next())
        }
    }
}
