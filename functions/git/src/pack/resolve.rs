//! Turns deltas into objects as soon as what they build on is there.

use std::collections::BTreeMap;

use super::{PackError, delta};
use crate::object::{Object, Oid};

/// The objects of a pack, and the deltas whose bases have not come yet.
#[derive(Debug)]
pub(super) struct Resolver {
    /// The longest object.
    longest: usize,
    objects: BTreeMap<Oid, Object>,
    /// The object of each entry by where it starts in the pack.
    places: BTreeMap<usize, Oid>,
    waiting: BTreeMap<Base, Vec<Delta>>,
}

/// What a delta builds on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Base {
    /// The entry that starts there.
    Entry(usize),
    /// The object of that id, in the pack or beside it.
    Object(Oid),
}

/// A delta that waits.
#[derive(Debug)]
struct Delta {
    at: usize,
    bytes: Vec<u8>,
}

impl Resolver {
    pub(super) fn new(longest: usize) -> Resolver {
        Resolver { longest, objects: BTreeMap::new(), places: BTreeMap::new(), waiting: BTreeMap::new() }
    }

    /// Takes an object that stands whole at `at`, and whatever builds on it. `room` is what may still be made.
    pub(super) fn object(&mut self, at: usize, object: Object, room: &mut usize) -> Result<(), PackError> {
        // Chains of deltas may be long: they are followed on the heap.
        let mut ready = vec![(Some(at), object)];
        while let Some((at, object)) = ready.pop() {
            let oid = object.oid();
            let mut deltas = self.waiting.remove(&Base::Object(oid)).unwrap_or_default();
            if let Some(at) = at {
                self.places.insert(at, oid);
                deltas.extend(self.waiting.remove(&Base::Entry(at)).unwrap_or_default());
            }
            for delta in deltas {
                ready.push((Some(delta.at), self.apply(&object, &delta, room)?));
            }
            self.objects.insert(oid, object);
        }
        Ok(())
    }

    /// Takes a delta that stands at `at`.
    pub(super) fn delta(
        &mut self,
        at: usize,
        base: Base,
        bytes: Vec<u8>,
        room: &mut usize,
    ) -> Result<(), PackError> {
        let oid = match base {
            Base::Entry(entry) => self.places.get(&entry),
            Base::Object(ref oid) => Some(oid),
        };
        let delta = Delta { at, bytes };
        match oid.and_then(|oid| self.objects.get(oid)) {
            Some(base) => {
                let object = self.apply(base, &delta, room)?;
                self.object(at, object, room)
            }
            None => {
                self.waiting.entry(base).or_default().push(delta);
                Ok(())
            }
        }
    }

    /// All objects, once bases beside the pack have been asked of `known`.
    pub(super) fn finish(
        mut self,
        known: &dyn Fn(&Oid) -> Option<Object>,
        room: &mut usize,
    ) -> Result<BTreeMap<Oid, Object>, PackError> {
        let missing: Vec<Base> = self.waiting.keys().copied().collect();
        for base in missing {
            let Base::Object(oid) = base else { continue };
            let Some(object) = known(&oid) else { continue };
            for delta in self.waiting.remove(&base).unwrap_or_default() {
                let made = self.apply(&object, &delta, room)?;
                self.object(delta.at, made, room)?;
            }
        }
        let mut left = self.waiting.iter();
        match left.next_back() {
            None => Ok(self.objects),
            Some((Base::Object(oid), _)) => Err(PackError::Base(*oid)),
            Some((Base::Entry(at), _)) => {
                Err(PackError::Malformed { at: *at, why: "a delta's base is no object's start" })
            }
        }
    }

    fn apply(&self, base: &Object, delta: &Delta, room: &mut usize) -> Result<Object, PackError> {
        let bytes = delta::apply(&base.bytes, &delta.bytes, self.longest.min(*room))
            .ok_or(PackError::Malformed { at: delta.at, why: "a delta does not fit its base" })?;
        *room -= bytes.len();
        Ok(Object { kind: base.kind, bytes })
    }
}
