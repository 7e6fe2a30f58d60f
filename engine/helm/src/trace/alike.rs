//! Whether other values would give the same output.

use std::collections::BTreeMap;
use std::rc::Rc;

use fairlead_yaml::{Map, Str, Value};

use super::reads::{ReadMap, Reads};
use crate::chart::Chart;
use crate::render::{Request, Stages};
use crate::tree::Node;
use crate::values::table::{Item, Table};

/// A chart with the values given for it.
pub type Given<'g> = (&'g Chart, &'g Map);

/// Whether a release renders alike as another one did, of the same chart up to its default values
/// ([`Chart::is_like`]), for the same request; `reads` says what that one looked at. Never wrongly true; false also where
/// only rendering could tell.
pub fn renders_alike(before: Given<'_>, after: Given<'_>, request: &Request<'_>, reads: &Reads) -> bool {
    if std::ptr::eq(before.0, after.0) && same_map(before.1, after.1) {
        return true;
    }
    if reads.everything {
        return false;
    }
    // The values before have been through their schema.
    let known = Request { skip_schema: true, ..*request };
    let Ok(before) = Stages::new(before.0, before.1, &known, &mut Vec::new()) else { return false };
    let Ok(after) = Stages::new(after.0, after.1, request, &mut Vec::new()) else { return false };
    if !same_tree(&before.root, &after.root) {
        return false;
    }
    let mut comparison = Comparison { reads, forth: BTreeMap::new(), back: BTreeMap::new() };
    let mut charts = reads.charts.iter();
    comparison.map(0, &before.given, &after.given)
        && comparison.charts(&before.root, &before.given, &after.given, &mut charts)
}

/// Whether the same charts take part under the same names.
fn same_tree(before: &Node<'_>, after: &Node<'_>) -> bool {
    (std::ptr::eq(before.chart, after.chart) || before.chart.is_like(after.chart))
        && before.name == after.name
        && before.dependencies == after.dependencies
        && before.children.len() == after.children.len()
        && before.children.iter().zip(&after.children).all(|(before, after)| same_tree(before, after))
}

struct Comparison<'r> {
    reads: &'r Reads,
    /// Which table stands for which: what templates write to one is seen wherever it stands, so that tables have to be
    /// shared in the same places.
    forth: BTreeMap<usize, usize>,
    back: BTreeMap<usize, usize>,
}

impl Comparison<'_> {
    /// Whether two tables look the same as far as anybody looked.
    fn map(&mut self, number: u32, before: &Table<'_>, after: &Table<'_>) -> bool {
        let Some(read) = self.reads.maps.get(number as usize) else { return true };
        self.same_place(before, after) && self.looks(read, before, after) && self.inside(read, before, after)
    }

    fn looks(&mut self, read: &ReadMap, before: &Table<'_>, after: &Table<'_>) -> bool {
        let looks = &read.looks;
        if looks.all && !same(before, after) {
            return false;
        }
        let (before, after) = (before.borrow(), after.borrow());
        if looks.keys && !before.keys().eq(after.keys()) || looks.any && before.is_empty() != after.is_empty()
        {
            return false;
        }
        looks.entries().iter().all(|key| match (before.get(key), after.get(key)) {
            (None, None) => true,
            (Some(Item::Leaf(before)), Some(Item::Leaf(after))) => same_value(before, after),
            (Some(Item::Table(before)), Some(Item::Table(after))) => self.same_place(before, after),
            _ => false,
        })
    }

    fn inside(&mut self, read: &ReadMap, before: &Table<'_>, after: &Table<'_>) -> bool {
        let (before, after) = (before.borrow(), after.borrow());
        read.inside.iter().all(|(key, number)| match (before.get(key), after.get(key)) {
            (Some(Item::Table(before)), Some(Item::Table(after))) => self.map(*number, before, after),
            _ => false,
        })
    }

    fn same_place(&mut self, before: &Table<'_>, after: &Table<'_>) -> bool {
        let (before, after) = (Rc::as_ptr(before) as usize, Rc::as_ptr(after) as usize);
        *self.forth.entry(before).or_insert(after) == after
            && *self.back.entry(after).or_insert(before) == before
    }

    /// Compares the values of each chart of the tree, which its templates reach without a look.
    fn charts<'r>(
        &mut self,
        node: &Node<'_>,
        before: &Table<'_>,
        after: &Table<'_>,
        charts: &mut impl Iterator<Item = &'r Option<u32>>,
    ) -> bool {
        let Some(number) = charts.next() else { return false };
        if let Some(number) = number
            && !(self.same_place(before, after) && self.map(*number, before, after))
        {
            return false;
        }
        node.children.iter().all(|child| {
            match (child_table(before, &child.name), child_table(after, &child.name)) {
                (Some(before), Some(after)) => self.charts(child, &before, &after, charts),
                // A chart that has no values of its own sees nothing of the tree.
                (None, None) => self.charts(child, &Table::default(), &Table::default(), charts),
                _ => false,
            }
        })
    }
}

fn child_table<'a>(values: &Table<'a>, name: &Str) -> Option<Table<'a>> {
    let mut at = values.clone();
    for segment in name.split('.') {
        let next = at.borrow().get(segment).and_then(Item::as_table).cloned();
        at = next?;
    }
    Some(at)
}

/// Whether two tables hold the same, down to the bottom.
fn same(before: &Table<'_>, after: &Table<'_>) -> bool {
    let (before, after) = (before.borrow(), after.borrow());
    before.len() == after.len()
        && before.iter().zip(after.iter()).all(|(before, after)| {
            before.0 == after.0
                && match (before.1, after.1) {
                    (Item::Leaf(before), Item::Leaf(after)) => same_value(before, after),
                    (Item::Table(before), Item::Table(after)) => same(before, after),
                    _ => false,
                }
        })
}

fn same_map(before: &Map, after: &Map) -> bool {
    before.len() == after.len()
        && before
            .iter()
            .zip(after)
            .all(|(before, after)| before.0 == after.0 && same_value(before.1, after.1))
}

/// Whether two values are the same for a template: what is equal can still print differently, such as zeros.
fn same_value(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Float(before), Value::Float(after)) => before.to_bits() == after.to_bits(),
        (Value::List(before), Value::List(after)) => {
            before.len() == after.len()
                && before.iter().zip(after).all(|(before, after)| same_value(before, after))
        }
        (Value::Map(before), Value::Map(after)) => same_map(before, after),
        (before, after) => before == after,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_prints_differently_is_not_the_same() {
        let float = |number: f64| Value::List(vec![Value::Float(number)]);
        assert!(!same_value(&float(0.0), &float(-0.0)));
        assert!(!same_value(&Value::Int(1), &Value::Float(1.0)));
        assert!(same_value(&float(1.5), &float(1.5)));
    }
}
