//! A stream of random bytes for one call.
//!
//! The environment is asked once: where randomness is seeded by the place of the call, asking twice in one call would
//! give the same bytes twice.

use sha2::{Digest, Sha256};

use crate::context::Context;
use crate::function::FnError;

/// Random bytes without end, expanded from a seed of 32 bytes with SHA-256 in counter mode.
pub(super) struct Stream {
    seed: [u8; 32],
    counter: u64,
    block: [u8; 32],
    used: usize,
}

impl Stream {
    /// Asks the environment for a seed; it may refuse.
    pub(super) fn new(context: &Context<'_>) -> Result<Self, FnError> {
        let mut seed = [0; 32];
        context.random(&mut seed)?;
        Ok(Self::from_seed(seed))
    }

    /// Expands a seed.
    pub(super) fn from_seed(seed: [u8; 32]) -> Self {
        Self { seed, counter: 0, block: [0; 32], used: 32 }
    }

    /// Returns the next byte.
    pub(super) fn byte(&mut self) -> u8 {
        if self.used == self.block.len() {
            let digest =
                Sha256::new().chain_update(self.seed).chain_update(self.counter.to_be_bytes()).finalize();
            self.block = digest.into();
            self.counter = self.counter.wrapping_add(1);
            self.used = 0;
        }
        self.used += 1;
        self.block[self.used - 1]
    }

    /// Fills a slice.
    pub(super) fn fill(&mut self, bytes: &mut [u8]) {
        bytes.fill_with(|| self.byte());
    }

    /// Returns a number below `bound`, each with the same chance; 0 for a bound of 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        // Numbers from the incomplete last round would make the small ones more likely.
        let limit = u64::MAX - u64::MAX % bound;
        loop {
            let mut bytes = [0; 8];
            self.fill(&mut bytes);
            let number = u64::from_be_bytes(bytes);
            if number < limit {
                return number % bound;
            }
        }
    }
}
