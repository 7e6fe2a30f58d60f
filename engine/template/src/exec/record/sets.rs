//! Sets of reads, each kept once, so that joining the same two again costs a look-up.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::Read;

/// A set of reads, by its place in [`Sets`]. The first is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::exec) struct SetId(u32);

/// How many members all sets may have together; beyond it, joining fails.
pub(in crate::exec) const MAX_MEMBERS: usize = 2 << 20;

/// All sets of a recording.
pub(super) struct Sets {
    reads: Vec<Read>,
    ids: BTreeMap<Read, u32>,
    sets: Vec<Rc<[u32]>>,
    known: BTreeMap<Rc<[u32]>, SetId>,
    joined: BTreeMap<(SetId, SetId), SetId>,
    members: usize,
    shown: BTreeMap<SetId, Rc<[Read]>>,
}

impl Default for Sets {
    fn default() -> Sets {
        let empty: Rc<[u32]> = Rc::from([]);
        Sets {
            reads: Vec::new(),
            ids: BTreeMap::new(),
            sets: vec![empty.clone()],
            known: BTreeMap::from([(empty, SetId(0))]),
            joined: BTreeMap::new(),
            members: 0,
            shown: BTreeMap::new(),
        }
    }
}

impl Sets {
    /// Returns the set of one read.
    pub(super) fn one(&mut self, read: Read) -> SetId {
        let id = match self.ids.get(&read) {
            Some(id) => *id,
            None => {
                let id = self.reads.len() as u32;
                self.reads.push(read.clone());
                self.ids.insert(read, id);
                id
            }
        };
        self.keep(Rc::from([id]))
    }

    /// Returns the set of what is in either.
    pub(super) fn join(&mut self, a: SetId, b: SetId) -> SetId {
        if a == b || b == SetId(0) {
            return a;
        }
        if a == SetId(0) {
            return b;
        }
        let pair = (a.min(b), a.max(b));
        if let Some(joined) = self.joined.get(&pair) {
            return *joined;
        }
        let mut members: Vec<u32> = self.members(a).iter().chain(self.members(b)).copied().collect();
        members.sort_unstable();
        members.dedup();
        let joined = self.keep(members.into());
        self.joined.insert(pair, joined);
        joined
    }

    /// Returns the set of what is in any.
    pub(super) fn join_all(&mut self, first: SetId, others: &[SetId]) -> SetId {
        match others {
            [] => first,
            [other] => self.join(first, *other),
            _ => {
                let all = std::iter::once(&first).chain(others);
                let mut members: Vec<u32> = all.flat_map(|set| self.members(*set)).copied().collect();
                members.sort_unstable();
                members.dedup();
                self.keep(members.into())
            }
        }
    }

    /// Returns the reads of a set, in the order in which they were first made.
    pub(super) fn reads(&mut self, set: SetId) -> Rc<[Read]> {
        if let Some(shown) = self.shown.get(&set) {
            return shown.clone();
        }
        let found = self.members(set).iter().filter_map(|id| self.reads.get(*id as usize).cloned());
        let shown: Rc<[Read]> = found.collect();
        self.shown.insert(set, shown.clone());
        shown
    }

    /// Answers whether there are more members than allowed.
    pub(super) fn overflow(&self) -> bool {
        self.members > MAX_MEMBERS
    }

    fn members(&self, set: SetId) -> &[u32] {
        self.sets.get(set.0 as usize).map_or(&[], |set| set)
    }

    fn keep(&mut self, members: Rc<[u32]>) -> SetId {
        if let Some(known) = self.known.get(&members) {
            return *known;
        }
        let id = SetId(self.sets.len() as u32);
        self.members += members.len();
        self.sets.push(members.clone());
        self.known.insert(members, id);
        id
    }
}
