//! What an execution looked at of the maps that it was given: enough to tell whether other maps would have led it
//! anywhere else.

use crate::value::Str;

/// What is looked at of a map.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// Whether there is an entry of that key, and what it is unless it is a map: what is looked at inside of that is
    /// said of that map. Absent entries are looked at, too.
    Entry(Str),
    /// Which keys there are.
    Keys,
    /// Whether there is any entry.
    Any,
    /// Everything, down to the bottom.
    All,
}

/// Everything that was looked at of one map.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Looks {
    /// See [`Look::All`].
    pub all: bool,
    /// See [`Look::Keys`].
    pub keys: bool,
    /// See [`Look::Any`].
    pub any: bool,
    entries: Vec<Str>,
}

impl Looks {
    /// The keys of which entries were looked at, in their order.
    pub fn entries(&self) -> &[Str] {
        &self.entries
    }

    /// Answers whether nothing was looked at.
    pub fn is_empty(&self) -> bool {
        !(self.all || self.keys || self.any) && self.entries.is_empty()
    }

    /// Adds a look.
    pub fn add(&mut self, look: &Look) {
        match look {
            Look::Entry(key) => self.add_entry(key),
            Look::Keys => self.keys = true,
            Look::Any => self.any = true,
            Look::All => self.all = true,
        }
    }

    fn add_entry(&mut self, key: &Str) {
        if let Err(at) = self.entries.binary_search(key) {
            self.entries.insert(at, key.clone());
        }
    }
}

/// What was looked at of each map, by its origin.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    maps: Vec<Looks>,
}

impl Seen {
    /// Returns what was looked at of the map of an origin.
    pub fn of(&self, origin: u32) -> Option<&Looks> {
        self.maps.get(origin as usize).filter(|looks| !looks.is_empty())
    }

    pub(super) fn entry(&mut self, origin: u32, key: &Str) {
        self.at(origin).add_entry(key);
    }

    pub(super) fn add(&mut self, origin: u32, look: &Look) {
        self.at(origin).add(look);
    }

    fn at(&mut self, origin: u32) -> &mut Looks {
        let index = origin as usize;
        if self.maps.len() <= index {
            self.maps.resize_with(index + 1, Looks::default);
        }
        &mut self.maps[index]
    }
}
