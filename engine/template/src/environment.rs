//! What a template may learn from outside, and which Helm it is rendered as.

use crate::function::FnError;
use crate::value::{Map, Str, Value};

/// Whose behaviour is wanted where Helm's versions differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// Helm 3.
    Helm3,
    /// Helm 4.
    #[default]
    Helm4,
}

/// Where in the sources a function is called, and for the how-manieth time in this execution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The name of the source file as it was parsed.
    pub template: Str,
    /// The line, from 1.
    pub line: u32,
    /// The byte column, from 0, as Go counts it.
    pub column: u32,
    /// How many calls of functions with effects came before in this execution.
    pub ordinal: u32,
}

/// The door through which templates reach the outside.
///
/// Refusals are [`FnError`]s: they end the execution with the place of the call.
pub trait Environment {
    /// Returns which Helm to behave as.
    fn dialect(&self) -> Dialect {
        Dialect::default()
    }

    /// Returns the time as seconds and nanoseconds since 1970 in UTC.
    fn now(&self, site: &Site) -> Result<(i64, u32), FnError>;

    /// Fills `bytes` with randomness.
    fn random(&self, site: &Site, bytes: &mut [u8]) -> Result<(), FnError>;

    /// Looks an object up in a cluster. Without one, Helm answers with an empty map.
    fn lookup(
        &self,
        site: &Site,
        api_version: &str,
        kind: &str,
        namespace: &str,
        name: &str,
    ) -> Result<Value, FnError> {
        let _ = (site, api_version, kind, namespace, name);
        Ok(Value::Map(Map::new()))
    }

    /// Answers whether a missing key is an error, as `helm template --strict` wants it.
    fn strict(&self) -> bool {
        false
    }
}

/// The environment that refuses everything: for templates that must not depend on when and where they run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sealed(pub Dialect);

impl Environment for Sealed {
    fn dialect(&self) -> Dialect {
        self.0
    }

    fn now(&self, _: &Site) -> Result<(i64, u32), FnError> {
        Err(FnError::new("the time is not available here"))
    }

    fn random(&self, _: &Site, _: &mut [u8]) -> Result<(), FnError> {
        Err(FnError::new("randomness is not available here"))
    }
}
