//! Sync controls, as delivery settings, profiles and agent bindings write them.

use std::sync::Arc;

use super::node::{Content, Node, Scalar, ScalarKind};
use super::reader::Reader;
use super::schema::Schema;
use super::shape::{Shape, record};
use crate::diagnostic::Spanned;

record! {
    /// How the runtime keeps a cluster in step with git. What is absent is left to the level below.
    pub struct Controls: Default {
        /// Synchronizes by itself when git changes.
        "autoSync" => auto_sync: Option<Spanned<bool>>,
        /// Removes resources that are no longer in git. Without auto-sync it has no effect.
        "prune" => prune: Option<Spanned<bool>>,
        /// Puts back what was changed in the cluster by hand. Without auto-sync it has no effect.
        "selfHeal" => self_heal: Option<Spanned<bool>>,
        /// Tries a failed synchronization again: `true`, `false`, or how often and with which pauses.
        "retry" => retry: Option<Spanned<Retry>>,
        /// Replaces resources instead of applying changes to them.
        "replace" => replace: Option<Spanned<bool>>,
    }
}

/// Whether, how often and with which pauses a failed synchronization is tried again.
#[derive(Debug, Clone, PartialEq)]
pub enum Retry {
    /// Not at all.
    Off,
    /// As said.
    On(Backoff),
}

impl Shape for Retry {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        match &node.content {
            Content::Map(_) => Backoff::read(node, reader).map(Retry::On),
            Content::Scalar(Scalar { kind: ScalarKind::Bool(on), .. }) => {
                Some(if *on { Retry::On(Backoff::default()) } else { Retry::Off })
            }
            _ => reader.mismatch(node, "true, false, or a map with `limit` and pauses"),
        }
    }
    fn schema() -> Schema {
        Schema::Either(vec![Schema::Bool, Backoff::schema()])
    }
}

record! {
    /// How often and with which pauses a failed synchronization is tried again.
    pub struct Backoff: Default {
        /// How many times; negative numbers mean without end.
        "limit" => limit: i64 = 5,
        /// The first pause, such as `5s` or `2m`.
        "duration" => duration: Arc<str> = Arc::from("5s"),
        /// By how much each pause is longer than the one before.
        "factor" => factor: i64 = 2,
        /// The longest pause.
        "maxDuration" => max_duration: Arc<str> = Arc::from("3m"),
    }
}
