//! Times, layouts and durations as Go's `time` package has them.
//!
//! There is no clock here: an instant is made from numbers, a text or the caller's environment.

mod civil;
mod duration;
mod format;
mod instant;
mod layout;
mod parse;
mod zone;

pub use civil::{month_name, weekday_name};
pub use duration::{Duration, DurationError};
pub use instant::Time;
pub use parse::TimeError;
pub use zone::Zone;
