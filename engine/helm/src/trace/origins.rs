//! Where the maps that templates see stand in the merged values.

use fairlead_yaml::Str;

/// The maps of merged values, numbered from 1: the top is 1. A table that stands in several places is one map.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    /// What each map holds, by key; the first stands for no map.
    maps: Vec<Vec<(Str, u32)>>,
    /// Whether maps inside of lists are numbered, too.
    lists: bool,
}

/// The number of the top.
pub(crate) const TOP: u32 = 1;

impl Origins {
    pub(crate) fn new(lists: bool) -> Origins {
        Origins { maps: vec![Vec::new()], lists }
    }

    /// Whether maps inside of lists are numbered, too.
    pub(crate) fn lists(&self) -> bool {
        self.lists
    }

    /// Numbers a new map.
    pub(crate) fn add(&mut self) -> u32 {
        self.maps.push(Vec::new());
        u32::try_from(self.maps.len() - 1).unwrap_or(0)
    }

    /// Says that a map stands under a key of another.
    pub(crate) fn place(&mut self, outer: u32, key: &Str, inner: u32) {
        if let Some(map) = self.maps.get_mut(outer as usize) {
            map.push((key.clone(), inner));
        }
    }

    /// The maps inside of one, by key.
    pub(crate) fn inside(&self, map: u32) -> &[(Str, u32)] {
        self.maps.get(map as usize).map_or(&[], Vec::as_slice)
    }

    /// How many numbers are given, that of no map included.
    pub(crate) fn len(&self) -> usize {
        self.maps.len()
    }
}
