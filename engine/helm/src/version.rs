//! Chart and cluster versions against their constraints.

use fairlead_template::go::semver::{Constraint, Version};

/// Whether a text is a version as charts may have it.
pub(crate) fn is_valid(version: &str) -> bool {
    Version::parse(version).is_ok()
}

/// Whether a version meets a constraint; what can't be read meets nothing.
pub(crate) fn is_compatible(constraint: &str, version: &str) -> bool {
    let Ok(version) = Version::parse(version) else { return false };
    Constraint::parse(constraint).is_ok_and(|constraint| constraint.check(&version))
}
