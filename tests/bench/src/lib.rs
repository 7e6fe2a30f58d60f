//! Charts to measure on, and what Fairlead does with a chart, an operation at a time.

pub mod clock;
pub mod keys;
pub mod models;
mod subject;

pub use subject::{Failure, Subject, template};
