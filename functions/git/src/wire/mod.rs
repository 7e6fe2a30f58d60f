//! Git's smart HTTP protocol: requests as bytes, answers as values.

mod advertisement;
mod fetch;
pub(crate) mod line;
mod push;

pub use advertisement::{Advertisement, AdvertisementError, Service};
pub use fetch::{FetchError, Want, fetch_answer, fetch_request};
pub use line::{Line, LineError, Lines};
pub use push::{Command, Outcome, PushError, push_answer, push_request};
