//! Bodies, whole or as they come.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_core::stream::LocalBoxStream;

/// The body of a request or an answer.
#[derive(Default)]
pub struct Body(Content);

#[derive(Default)]
enum Content {
    #[default]
    Empty,
    Whole(Vec<u8>),
    /// The length is what the rest of it will have, where that was told.
    Stream(Option<usize>, LocalBoxStream<'static, Result<Vec<u8>, BodyError>>),
}

/// Why a body did not come whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The connection broke: what came so far may be anything's beginning.
    #[error("the answer broke off: {0}")]
    Broken(String),
    /// It is longer than whoever reads it has room for.
    #[error("the answer is longer than {0} bytes")]
    Long(usize),
}

impl Body {
    /// A body that comes in pieces.
    pub fn stream(chunks: impl Stream<Item = Result<Vec<u8>, BodyError>> + 'static) -> Body {
        Body(Content::Stream(None, Box::pin(chunks)))
    }

    /// A body that comes in pieces of `length` bytes together. Servers that take no body without a length exist.
    pub fn sized(length: usize, chunks: impl Stream<Item = Result<Vec<u8>, BodyError>> + 'static) -> Body {
        Body(Content::Stream(Some(length), Box::pin(chunks)))
    }

    /// The number of bytes that are still to come, where it is known beforehand.
    pub fn length(&self) -> Option<usize> {
        match &self.0 {
            Content::Empty => Some(0),
            Content::Whole(bytes) => Some(bytes.len()),
            Content::Stream(length, _) => *length,
        }
    }

    /// The next piece, or `None` at the end.
    ///
    /// # Errors
    /// [`BodyError::Broken`].
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, BodyError> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }

    /// All of it, if it is no longer than `limit` bytes.
    ///
    /// # Errors
    /// See [`BodyError`]; what came is dropped.
    pub async fn collect(mut self, limit: usize) -> Result<Vec<u8>, BodyError> {
        let mut all = Vec::new();
        while let Some(chunk) = self.next().await? {
            if chunk.len() > limit.saturating_sub(all.len()) {
                return Err(BodyError::Long(limit));
            }
            // The usual body is one piece, and is not copied.
            if all.is_empty() { all = chunk } else { all.extend_from_slice(&chunk) }
        }
        Ok(all)
    }
}

impl Stream for Body {
    type Item = Result<Vec<u8>, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        match &mut self.0 {
            Content::Empty => Poll::Ready(None),
            Content::Stream(length, stream) => {
                let next = stream.as_mut().poll_next(context);
                if let (Some(length), Poll::Ready(Some(Ok(chunk)))) = (length, &next) {
                    *length = length.saturating_sub(chunk.len());
                }
                next
            }
            Content::Whole(bytes) => {
                let bytes = std::mem::take(bytes);
                self.0 = Content::Empty;
                Poll::Ready((!bytes.is_empty()).then_some(Ok(bytes)))
            }
        }
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Body {
        Body(Content::Whole(bytes))
    }
}

impl From<String> for Body {
    fn from(text: String) -> Body {
        Body::from(text.into_bytes())
    }
}

impl fmt::Debug for Body {
    /// The length alone: bodies carry credentials.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.length() {
            Some(length) => write!(f, "Body({length} bytes)"),
            None => f.write_str("Body(stream)"),
        }
    }
}
