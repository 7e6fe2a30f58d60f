//! What functions are given besides their arguments.

use crate::environment::{Dialect, Environment, Site};
use crate::exec::record::Recorder;
use crate::function::FnError;
use crate::limits::{LimitError, Limits};
use crate::value::{Map, Str, Value};

/// The state of an execution as functions see it: the environment, what is left of the bounds, and the place of
/// the call.
pub struct Context<'e> {
    environment: &'e dyn Environment,
    dialect: Dialect,
    limits: Limits,
    fuel: u64,
    site: Site,
    recorder: Option<Box<Recorder>>,
}

impl<'e> Context<'e> {
    /// Makes the state of a new execution.
    pub fn new(environment: &'e dyn Environment, limits: Limits) -> Context<'e> {
        let site = Site { template: "".into(), line: 0, column: 0, ordinal: 0 };
        Context {
            environment,
            dialect: environment.dialect(),
            limits,
            fuel: limits.fuel,
            site,
            recorder: None,
        }
    }

    /// Returns which Helm to behave as.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Returns the bounds.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Returns the environment. Most functions want [`Context::now`] or [`Context::random`].
    pub fn environment(&self) -> &'e dyn Environment {
        self.environment
    }

    /// Returns the place of the call; only functions with an effect see the current one.
    pub fn site(&self) -> &Site {
        &self.site
    }

    /// Sets the place of the call that comes next.
    pub(crate) fn at(&mut self, template: &Str, line: u32, column: u32, ordinal: u32) {
        self.site = Site { template: template.clone(), line, column, ordinal };
    }

    /// Uses fuel: about one unit for each thing done or each 16 bytes touched.
    pub fn burn(&mut self, steps: u64) -> Result<(), LimitError> {
        match self.fuel.checked_sub(steps) {
            Some(left) => {
                self.fuel = left;
                Ok(())
            }
            None => {
                self.fuel = 0;
                Err(LimitError::Fuel(self.limits.fuel))
            }
        }
    }

    /// Asks whether a string of that many bytes may be made, and uses the fuel for it. To be called before
    /// allocating, wherever a result can be much larger than the arguments.
    pub fn reserve(&mut self, bytes: usize) -> Result<(), LimitError> {
        if bytes > self.limits.string {
            return Err(LimitError::String(self.limits.string));
        }
        self.burn(bytes as u64 / 16)
    }

    /// Returns the time as seconds and nanoseconds since 1970 in UTC.
    pub fn now(&self) -> Result<(i64, u32), FnError> {
        self.environment.now(&self.site)
    }

    /// Fills `bytes` with randomness.
    pub fn random(&self, bytes: &mut [u8]) -> Result<(), FnError> {
        self.environment.random(&self.site, bytes)
    }

    /// Notes that a function looked at one entry of a map, where somebody asks for reads.
    pub(crate) fn saw_entry(&mut self, map: &Map, key: &str) {
        if let Some(recorder) = &mut self.recorder {
            recorder.entry(map, &key.into());
        }
    }

    /// Notes that a function looked at the keys of a map.
    pub(crate) fn saw_keys(&mut self, map: &Map) {
        if let Some(recorder) = &mut self.recorder {
            recorder.keys(map);
        }
    }

    /// Notes that a function looked at the keys of a map and what stands under each.
    pub(crate) fn saw_entries(&mut self, map: &Map) {
        if let Some(recorder) = &mut self.recorder {
            recorder.entries(map);
        }
    }

    /// Notes that a function took a value for true or false.
    pub(crate) fn saw_truth(&mut self, value: &Value) {
        if let Some(recorder) = &mut self.recorder {
            recorder.truth(value);
        }
    }

    /// Notes that a function looked at all of a value.
    pub(crate) fn saw_all(&mut self, value: &Value) {
        if let Some(recorder) = &mut self.recorder {
            recorder.all(value);
        }
    }

    pub(crate) fn recorder(&self) -> Option<&Recorder> {
        self.recorder.as_deref()
    }

    #[inline]
    pub(crate) fn recorder_mut(&mut self) -> Option<&mut Recorder> {
        self.recorder.as_deref_mut()
    }

    pub(crate) fn set_recorder(&mut self, recorder: Recorder) {
        self.recorder = Some(Box::new(recorder));
    }
}
