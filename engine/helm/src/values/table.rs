//! Values while they are merged: tables with reference semantics over leaves that stay where they were loaded.
//!
//! Helm merges Go maps in place and lets tables appear in several places at once, which shows: what a subchart adds
//! below a global table may appear in its parent's. The same sharing is kept here, so that it shows in the same way.

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::collections::BTreeMap;
use std::rc::Rc;

use fairlead_yaml::{Map, Str, Value};

/// A table of values that may be shared and is changed in place.
pub(crate) type Table<'a> = Rc<Entries<'a>>;

/// What is in a table: until somebody looks into it, the values as they were loaded. Most tables are passed on unseen.
#[derive(Debug, Default)]
pub(crate) struct Entries<'a> {
    loaded: Cell<Option<&'a Map>>,
    entries: RefCell<BTreeMap<Str, Item<'a>>>,
}

impl<'a> Entries<'a> {
    fn of(entries: BTreeMap<Str, Item<'a>>) -> Table<'a> {
        Rc::new(Entries { loaded: Cell::new(None), entries: RefCell::new(entries) })
    }

    /// The values as they were loaded, as long as nobody has looked into the table.
    pub(crate) fn loaded(&self) -> Option<&'a Map> {
        self.loaded.get()
    }

    pub(crate) fn borrow(&self) -> Ref<'_, BTreeMap<Str, Item<'a>>> {
        self.unfold();
        self.entries.borrow()
    }

    pub(crate) fn borrow_mut(&self) -> RefMut<'_, BTreeMap<Str, Item<'a>>> {
        self.unfold();
        self.entries.borrow_mut()
    }

    /// Makes entries of loaded values, one level of them.
    fn unfold(&self) {
        if let Some(map) = self.loaded.take() {
            let entries = map.iter().map(|(key, value)| (key.clone(), Item::new(value)));
            *self.entries.borrow_mut() = entries.collect();
        }
    }
}

/// One value of a [`Table`].
#[derive(Debug, Clone)]
pub(crate) enum Item<'a> {
    /// Anything but a table: it is replaced as a whole and never changed.
    Leaf(&'a Value),
    /// A table.
    Table(Table<'a>),
}

/// A new empty table.
pub(crate) fn empty<'a>() -> Table<'a> {
    Rc::default()
}

/// A table over loaded values.
pub(crate) fn table(map: &Map) -> Table<'_> {
    Rc::new(Entries { loaded: Cell::new(Some(map)), entries: RefCell::default() })
}

/// A copy that shares no table with the original.
pub(crate) fn deep_copy<'a>(original: &Table<'a>) -> Table<'a> {
    if let Some(map) = original.loaded() {
        return table(map);
    }
    Entries::of(original.borrow().iter().map(|(key, item)| (key.clone(), item.deep_copy())).collect())
}

/// A copy of one level; the tables below it are shared.
pub(crate) fn shallow_copy<'a>(original: &Table<'a>) -> Table<'a> {
    Entries::of(original.borrow().clone())
}

/// The plain values of a table.
pub(crate) fn to_map(table: &Table<'_>) -> Map {
    if let Some(map) = table.loaded() {
        return map.clone();
    }
    table.borrow().iter().map(|(key, item)| (key.clone(), item.to_value())).collect()
}

impl<'a> Item<'a> {
    pub(crate) fn new(value: &'a Value) -> Item<'a> {
        match value {
            Value::Map(map) => Item::Table(table(map)),
            leaf => Item::Leaf(leaf),
        }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Item::Leaf(Value::Null))
    }

    pub(crate) fn as_table(&self) -> Option<&Table<'a>> {
        match self {
            Item::Table(table) => Some(table),
            Item::Leaf(_) => None,
        }
    }

    pub(crate) fn to_value(&self) -> Value {
        match self {
            Item::Leaf(value) => (*value).clone(),
            Item::Table(table) => Value::Map(to_map(table)),
        }
    }

    fn deep_copy(&self) -> Item<'a> {
        match self {
            Item::Leaf(value) => Item::Leaf(value),
            Item::Table(table) => Item::Table(deep_copy(table)),
        }
    }
}

/// Follows a dotted path of tables.
pub(crate) fn lookup<'a>(root: &Table<'a>, path: &str) -> Result<Table<'a>, NoTable> {
    let mut at = root.clone();
    for name in path.split('.') {
        let next = at.borrow().get(name).and_then(Item::as_table).cloned();
        at = next.ok_or_else(|| NoTable(name.to_owned()))?;
    }
    Ok(at)
}

/// The value at the end of a dotted path, unless it is a table.
pub(crate) fn lookup_leaf<'a>(root: &Table<'a>, path: &str) -> Option<&'a Value> {
    let (tables, key) = path.rsplit_once('.').map_or((None, path), |(tables, key)| (Some(tables), key));
    let parent = match tables {
        Some(tables) => lookup(root, tables).ok()?,
        None => root.clone(),
    };
    match parent.borrow().get(key)? {
        Item::Leaf(value) => Some(*value),
        Item::Table(_) => None,
    }
}

/// A path runs into something that is no table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is not a table", fairlead_template::go::quote::quote(.0))]
pub(crate) struct NoTable(String);
