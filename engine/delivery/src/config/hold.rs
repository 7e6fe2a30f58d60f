//! `holds/<unit>.yaml`.

use std::sync::Arc;

use super::shape::record;
use crate::diagnostic::Spanned;

record! {
    /// Keeps a unit's output as a rollback restored it, until the file goes. The file is called after the unit's
    /// files: `<tenant>-<environment>-<workload>.yaml`.
    pub struct Hold {
        /// The object id of the output tree that was restored.
        "tree" => tree: Spanned<Arc<str>>,
        /// Why.
        "reason" => reason: Arc<str>,
    }
}
