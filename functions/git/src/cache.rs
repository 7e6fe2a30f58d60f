//! Objects that were read before.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::object::{Object, Oid};

/// Objects by their ids, the least recently used first to go. An object's id says what is in it, so that what is cached
/// never goes stale; repositories whose readers may all see the same can share one cache.
#[derive(Debug)]
pub struct Cache {
    held: RefCell<Held>,
    /// The most bytes of all objects together.
    most: usize,
}

#[derive(Debug, Default)]
struct Held {
    objects: BTreeMap<Oid, (u64, Object)>,
    /// The ids by when they were last asked for.
    used: BTreeMap<u64, Oid>,
    now: u64,
    bytes: usize,
}

/// What an object costs beside its bytes.
const OVERHEAD: usize = 200;

impl Cache {
    /// A cache of at most `bytes`.
    pub fn new(bytes: usize) -> Cache {
        Cache { held: RefCell::default(), most: bytes }
    }

    /// An object, if it is held.
    pub fn get(&self, oid: &Oid) -> Option<Object> {
        let held = &mut *self.held.borrow_mut();
        let (used, object) = held.objects.get_mut(oid)?;
        held.now += 1;
        held.used.remove(used);
        held.used.insert(held.now, *oid);
        *used = held.now;
        Some(object.clone())
    }

    /// Holds an object. One that alone would push out half of the others is not held.
    pub fn put(&self, oid: Oid, object: &Object) {
        let cost = object.bytes.len() + OVERHEAD;
        let held = &mut *self.held.borrow_mut();
        if cost > self.most / 2 || held.objects.contains_key(&oid) {
            return;
        }
        held.now += 1;
        held.bytes += cost;
        held.objects.insert(oid, (held.now, object.clone()));
        held.used.insert(held.now, oid);
        while held.bytes > self.most {
            let Some((_, oldest)) = held.used.pop_first() else { break };
            let gone = held.objects.remove(&oldest);
            held.bytes -= gone.map_or(0, |(_, object)| object.bytes.len() + OVERHEAD);
        }
    }
}

impl Default for Cache {
    /// Room for the trees and the configuration of a few repositories within a function's memory: 24 MiB.
    fn default() -> Cache {
        Cache::new(24 << 20)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Kind;

    fn blob(number: u8) -> (Oid, Object) {
        let object = Object { kind: Kind::Blob, bytes: vec![number; 800] };
        (object.oid(), object)
    }

    #[test]
    fn what_was_used_last_stays() {
        let cache = Cache::new(3000);
        for number in 0..3 {
            let (oid, object) = blob(number);
            cache.put(oid, &object);
        }
        assert_eq!(cache.get(&blob(0).0), Some(blob(0).1));
        let (oid, object) = blob(3);
        cache.put(oid, &object);
        let held: Vec<bool> = (0..4).map(|number| cache.get(&blob(number).0).is_some()).collect();
        assert_eq!(held, [true, false, true, true]);
    }

    #[test]
    fn one_object_does_not_push_out_the_others() {
        let cache = Cache::new(1500);
        let (oid, object) = blob(0);
        cache.put(oid, &object);
        assert_eq!(cache.get(&oid), None);
    }
}
