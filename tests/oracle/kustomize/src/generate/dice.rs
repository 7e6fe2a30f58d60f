//! Random numbers of which the seed alone decides.

use super::resources::{KINDS, NAMES};

/// API version, kind and name of a resource.
pub(crate) type Meant = (&'static str, &'static str, &'static str);

/// A small generator of random numbers, with the resources that were made so far.
pub(crate) struct Dice {
    state: u64,
    made: Vec<Meant>,
}

impl Dice {
    pub(crate) fn new(seed: u64) -> Dice {
        Dice { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15), made: Vec::new() }
    }

    /// Notes that a resource was made; `false` if there was one like it.
    pub(crate) fn note(&mut self, meant: Meant) -> bool {
        let new = !self.made.contains(&meant);
        self.made.push(meant);
        new
    }

    /// The resource that a patch or reference is for: mostly one that is there.
    pub(crate) fn meant(&mut self) -> Meant {
        if self.made.is_empty() || self.one_in(16) {
            let (version, kind) = self.pick(KINDS);
            return (version, kind, self.pick(NAMES));
        }
        let at = self.roll(self.made.len());
        self.made[at]
    }

    /// One of these kinds that is there, or any of its name.
    pub(crate) fn meant_of(&mut self, kinds: &[&str]) -> Meant {
        (0..12).map(|_| self.meant()).find(|(_, kind, _)| kinds.contains(kind)).unwrap_or((
            "v1",
            "ConfigMap",
            "web",
        ))
    }

    /// A number below `sides`.
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        // splitmix64
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % sides.max(1) as u64) as usize
    }

    /// Whether something with a chance of one in `sides` happens.
    pub(crate) fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }
}
