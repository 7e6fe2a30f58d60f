//! Maps with string keys: shared by reference, kept in the order in which Go's templates walk them.

use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

use super::{Name, Str, Value};

/// The Go type of a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MapType {
    /// `map[string]interface {}`.
    Any,
    /// `map[string]string`.
    String,
    /// A named type over `map[string]interface {}`, such as `common.Values`. A thin pointer keeps values small.
    Named(&'static &'static str),
}

impl MapType {
    /// Returns the type's name as `%T` prints it.
    pub fn name(self) -> &'static str {
        match self {
            MapType::Any => "map[string]interface {}",
            MapType::String => "map[string]string",
            MapType::Named(name) => name,
        }
    }
}

/// A map that every clone shares, sorted by key.
///
/// The entries are one sorted vector: charts read maps far more often than they write them, most hold less than
/// a few dozen keys, and walking them in order is free.
#[derive(Clone)]
pub struct Map {
    /// How this holder knows the map: holders of one map may know it under different types, as in Go.
    ty: MapType,
    inner: Rc<Inner>,
}

struct Inner {
    nil: bool,
    origin: Cell<u32>,
    entries: RefCell<Vec<(Str, Value)>>,
}

impl Map {
    /// Makes an empty `map[string]interface {}`.
    pub fn new() -> Map {
        Map::of(MapType::Any)
    }

    /// Makes an empty map of a type.
    pub fn of(ty: MapType) -> Map {
        Map::build(ty, false, Vec::new())
    }

    /// Makes the nil map of a type, which is empty and encodes as `null`.
    pub fn nil(ty: MapType) -> Map {
        Map::build(ty, true, Vec::new())
    }

    /// Makes a map of entries that the caller vows are sorted by key without duplicates.
    pub fn from_sorted(ty: MapType, entries: Vec<(Str, Value)>) -> Map {
        debug_assert!(entries.windows(2).all(|pair| pair[0].0 < pair[1].0));
        Map::build(ty, false, entries)
    }

    /// Returns the same map under another Go type; writes to one are seen by the other.
    pub fn retyped(&self, ty: MapType) -> Map {
        Map { ty, inner: Rc::clone(&self.inner) }
    }

    fn build(ty: MapType, nil: bool, entries: Vec<(Str, Value)>) -> Map {
        Map { ty, inner: Rc::new(Inner { nil, origin: Cell::new(0), entries: RefCell::new(entries) }) }
    }

    /// Returns the Go type.
    pub fn ty(&self) -> MapType {
        self.ty
    }

    /// Answers whether this is Go's nil map.
    pub fn is_nil(&self) -> bool {
        self.inner.nil
    }

    /// Returns where the map comes from in the tracked values; 0 stands for nowhere.
    pub fn origin(&self) -> u32 {
        self.inner.origin.get()
    }

    /// Sets where the map comes from in the tracked values.
    pub fn set_origin(&self, origin: u32) {
        self.inner.origin.set(origin);
    }

    /// Returns how many entries there are.
    pub fn len(&self) -> usize {
        self.inner.entries.borrow().len()
    }

    /// Answers whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the value under `key`.
    pub fn get(&self, key: &str) -> Option<Value> {
        let entries = self.inner.entries.borrow();
        find(&entries, key).ok().and_then(|at| entries.get(at)).map(|(_, value)| value.clone())
    }

    /// Follows a path of names through maps within maps as far as it goes: what stands there, how many of the names
    /// lead there, and the type of the map it stands in.
    ///
    /// Borrows each map while it looks into it, so the path may not be longer than the stack bears.
    pub(crate) fn dig(&self, path: &[Name]) -> (Value, usize, MapType) {
        let stays = || (Value::Map(self.clone()), 0, self.ty);
        let Some((name, rest)) = path.split_first() else {
            return stays();
        };
        let entries = self.inner.entries.borrow();
        let found = name.place.find(&entries, &name.text).ok().and_then(|at| entries.get(at));
        match found {
            None => stays(),
            Some((_, Value::Map(inner))) if !rest.is_empty() => {
                let (value, steps, ty) = inner.dig(rest);
                (value, steps + 1, if steps == 0 { self.ty } else { ty })
            }
            Some((_, value)) => (value.clone(), 1, self.ty),
        }
    }

    /// Answers whether there is an entry under `key`.
    pub fn contains_key(&self, key: &str) -> bool {
        find(&self.inner.entries.borrow(), key).is_ok()
    }

    /// Sets the value under `key`, for every holder of this map.
    pub fn insert(&self, key: impl Into<Str> + AsRef<str>, value: Value) {
        let mut entries = self.inner.entries.borrow_mut();
        let old = match find(&entries, key.as_ref()) {
            Ok(at) => entries.get_mut(at).map(|entry| std::mem::replace(&mut entry.1, value)),
            Err(at) => {
                entries.insert(at, (key.into(), value));
                None
            }
        };
        drop(entries);
        drop(old);
    }

    /// Removes and returns the value under `key`, for every holder of this map.
    pub fn remove(&self, key: &str) -> Option<Value> {
        let mut entries = self.inner.entries.borrow_mut();
        match find(&entries, key) {
            Ok(at) => Some(entries.remove(at).1),
            Err(_) => None,
        }
    }

    /// Borrows the entries in the order of their keys. Writing to the map while the borrow lives would panic:
    /// use [`Map::snapshot`] where anything of a template runs meanwhile.
    pub fn entries(&self) -> Ref<'_, [(Str, Value)]> {
        Ref::map(self.inner.entries.borrow(), Vec::as_slice)
    }

    /// Copies the entries in the order of their keys.
    pub fn snapshot(&self) -> Vec<(Str, Value)> {
        self.inner.entries.borrow().clone()
    }

    /// Answers whether both are the same map, not just equal ones.
    pub fn same(&self, other: &Map) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }

    /// Returns a number that tells this map from every other one alive.
    pub fn id(&self) -> usize {
        Rc::as_ptr(&self.inner).cast::<()>() as usize
    }
}

impl Default for Map {
    fn default() -> Self {
        Map::new()
    }
}

impl FromIterator<(Str, Value)> for Map {
    /// Collects entries in any order; of equal keys the last one stays.
    fn from_iter<I: IntoIterator<Item = (Str, Value)>>(entries: I) -> Self {
        let mut entries: Vec<_> = entries.into_iter().collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        entries.reverse();
        entries.dedup_by(|a, b| a.0 == b.0);
        entries.reverse();
        Map::build(MapType::Any, false, entries)
    }
}

impl Drop for Inner {
    /// Takes nested containers apart on the heap, because templates can nest them deeper than the stack.
    fn drop(&mut self) {
        let entries = std::mem::take(self.entries.get_mut());
        if entries.iter().any(|(_, value)| is_container(value)) {
            dismantle(entries.into_iter().map(|(_, value)| value).collect());
        }
    }
}

/// Drops values without recursing into the containers that nobody else holds.
pub(super) fn dismantle(mut pending: Vec<Value>) {
    if !pending.iter().any(is_container) {
        return;
    }
    while let Some(value) = pending.pop() {
        match value {
            Value::List(list) => {
                if let Some(mut list) = Rc::into_inner(list) {
                    pending.append(&mut list.take());
                }
            }
            Value::Map(Map { inner, .. }) => {
                if let Some(mut inner) = Rc::into_inner(inner) {
                    pending.extend(std::mem::take(inner.entries.get_mut()).into_iter().map(|entry| entry.1));
                }
            }
            _ => {}
        }
    }
}

fn is_container(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Map(_))
}

fn find(entries: &[(Str, Value)], key: &str) -> Result<usize, usize> {
    entries.binary_search_by(|entry| (*entry.0).cmp(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_writes() {
        let map = Map::new();
        let other = map.clone();
        other.insert("b", Value::Int(1));
        other.insert("a", Value::Int(2));
        let keys: Vec<_> = map.entries().iter().map(|(key, _)| key.to_string()).collect();
        assert_eq!(keys, ["a", "b"]);
        assert!(map.remove("a").is_some() && !other.contains_key("a"));
    }

    #[test]
    fn another_type_shares_writes() {
        let map = Map::new();
        map.retyped(MapType::Named(&"chartutil.Values")).insert("a", Value::Int(1));
        assert!(map.contains_key("a") && map.ty() == MapType::Any);
    }

    #[test]
    fn the_last_of_equal_keys_stays() {
        let map: Map =
            [("a".into(), Value::Int(1)), ("b".into(), Value::Int(2)), ("a".into(), Value::Int(3))]
                .into_iter()
                .collect();
        assert!(matches!(map.get("a"), Some(Value::Int(3))));
        assert_eq!(map.len(), 2);
    }

    #[test]
    fn deep_nesting_is_dropped_without_recursion() {
        let mut value = Value::Nil;
        for depth in 0..1_000_000 {
            value = if depth % 2 == 0 {
                Value::list(vec![value])
            } else {
                Value::Map([("k".into(), value)].into_iter().collect())
            };
        }
        drop(value);
    }
}
