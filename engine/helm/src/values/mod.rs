//! Values: from files and flags, merged through the tree of charts.

pub(crate) mod coalesce;
pub mod documents;
pub(crate) mod print;
pub mod set;
pub(crate) mod table;

pub use coalesce::CoalesceError;
