//! Semantic versions and constraints as the Masterminds library reads them.
//!
//! Charts and templates are full of versions that strict semantic versioning refuses: `v1.2`, `1`, `1.27.3-gke.100`.
//! [`Version::parse`] coerces these as Helm does; [`Constraint`] holds ranges such as `>= 1.2, < 2 || ^3.x-0`.

mod constraint;
mod version;

pub use constraint::{Constraint, ConstraintError, MAX_CONSTRAINT_BYTES, MAX_CONSTRAINT_GROUPS};
pub use version::{MAX_VERSION_BYTES, Version, VersionError};
