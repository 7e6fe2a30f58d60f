//! Bodies of requests, which a client has to send on.

use std::pin::Pin;
use std::time::Duration;

use fairlead_fetch::{Body, BodyError};
use futures_util::stream;
use hyper::body::{Body as _, Incoming};

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
