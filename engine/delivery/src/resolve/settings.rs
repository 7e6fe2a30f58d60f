//! The sync settings of a unit, each with where it came from.

use std::sync::Arc;

use crate::config::{Approval, Retry};
use crate::diagnostic::Span;

/// How the runtime synchronizes a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Synchronizes by itself when git changes.
    pub auto_sync: Setting<bool>,
    /// Removes what is no longer in git.
    pub prune: Setting<bool>,
    /// Puts back what was changed by hand.
    pub self_heal: Setting<bool>,
    /// Tries again what failed.
    pub retry: Setting<Retry>,
    /// Replaces resources instead of changing them.
    pub replace: Setting<bool>,
    /// Whether a person approves each synchronization.
    pub approval: Setting<Approval>,
}

/// A setting and who decided it.
#[derive(Debug, Clone)]
pub struct Setting<T> {
    /// What it is set to.
    pub value: T,
    /// Who decided.
    pub origin: SettingOrigin,
    /// Where it is written, or `None` for defaults and built-in profiles.
    pub place: Option<Span>,
}

impl<T: PartialEq> PartialEq for Setting<T> {
    fn eq(&self, other: &Setting<T>) -> bool {
        self.value == other.value && self.origin == other.origin
    }
}

/// Who decides a setting, from the weakest to the strongest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SettingOrigin {
    /// Nobody said anything.
    Default,
    /// The project's delivery settings.
    Project,
    /// The environment's profile, by name.
    EnvironmentProfile(Arc<str>),
    /// The profile named for this operation.
    OperationProfile(Arc<str>),
    /// An agent binding, by name.
    Agent(Arc<str>),
}
