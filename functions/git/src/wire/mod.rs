//! Git's smart HTTP protocol: requests as bytes, answers as values.

mod advertisement;
mod fetch;
mod incoming;
pub(crate) mod line;
mod offer;
mod push;
mod refs;

pub use advertisement::{Advertisement, AdvertisementError, Service};
pub use fetch::{FetchError, Want, fetch_answer, fetch_request, fetch_request_v0};
pub use incoming::{Incoming, IncomingError};
pub use line::{Line, LineError, Lines};
pub use offer::{Commands, Offer};
pub use push::{Command, Outcome, PushError, push_answer, push_request};
pub use refs::{Refs, RefsError, refs_answer, refs_request};
