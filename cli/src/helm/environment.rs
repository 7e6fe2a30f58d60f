//! What templates may learn from this machine: the time and randomness, as with Helm. There is no cluster.

use std::time::{SystemTime, UNIX_EPOCH};

use fairlead_helm::Dialect;
use fairlead_template::{Environment, FnError, Site};

/// The machine that the command runs on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Machine(pub(crate) Dialect);

impl Environment for Machine {
    fn dialect(&self) -> fairlead_template::Dialect {
        self.0.into()
    }

    fn now(&self, _: &Site) -> Result<(i64, u32), FnError> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_err(|_| FnError::new("the clock is before 1970"))?;
        let seconds = i64::try_from(now.as_secs()).map_err(|_| FnError::new("the clock is out of range"))?;
        Ok((seconds, now.subsec_nanos()))
    }

    fn random(&self, _: &Site, bytes: &mut [u8]) -> Result<(), FnError> {
        getrandom::fill(bytes).map_err(|error| FnError::new(format!("no randomness: {error}")))
    }
}
