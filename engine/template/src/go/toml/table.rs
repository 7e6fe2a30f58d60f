//! Tables in the making: what is defined where, so that nothing is defined twice.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::value::{List, Map, Type, Value};

/// What a key stands for.
pub(super) enum Node {
    /// A value that is complete.
    Value(Value),
    /// A table.
    Table(Table),
    /// An array of tables; later headers add to its last one.
    Tables(Vec<Table>),
}

/// A table.
#[derive(Default)]
pub(super) struct Table {
    entries: BTreeMap<String, Node>,
    /// Whether it exists only because something below it does.
    implicit: bool,
}

/// The path of a key that stands for something already.
pub(super) struct Taken(pub(super) Vec<String>);

impl Table {
    /// Goes down a path, making the tables on the way that do not exist yet.
    pub(super) fn descend(&mut self, path: &[String]) -> Result<&mut Table, Taken> {
        let mut table = self;
        for (depth, key) in path.iter().enumerate() {
            let node = table
                .entries
                .entry(key.clone())
                .or_insert_with(|| Node::Table(Table { implicit: true, ..Table::default() }));
            table = match node {
                Node::Table(table) => table,
                Node::Tables(tables) => match tables.last_mut() {
                    Some(table) => table,
                    None => return Err(Taken(path[..=depth].to_vec())),
                },
                Node::Value(_) => return Err(Taken(path[..=depth].to_vec())),
            };
        }
        Ok(table)
    }

    /// Defines a table that may so far exist only for the sake of another.
    pub(super) fn define(&mut self, path: &[String]) -> Result<(), Taken> {
        let Some((last, parents)) = path.split_last() else { return Ok(()) };
        let parent = self.descend(parents)?;
        match parent.entries.get_mut(last) {
            None => drop(parent.entries.insert(last.clone(), Node::Table(Table::default()))),
            Some(Node::Table(table)) if table.implicit => table.implicit = false,
            Some(_) => return Err(Taken(path.to_vec())),
        }
        Ok(())
    }

    /// Adds a table to an array of tables.
    pub(super) fn add(&mut self, path: &[String]) -> Result<(), Taken> {
        let Some((last, parents)) = path.split_last() else { return Ok(()) };
        let parent = self.descend(parents)?;
        match parent.entries.entry(last.clone()).or_insert_with(|| Node::Tables(Vec::new())) {
            Node::Tables(tables) => tables.push(Table::default()),
            _ => return Err(Taken(path.to_vec())),
        }
        Ok(())
    }

    /// Sets a value.
    pub(super) fn set(&mut self, path: &[String], value: Value) -> Result<(), Taken> {
        let Some((last, parents)) = path.split_last() else { return Ok(()) };
        let table = self.descend(parents)?;
        if table.entries.contains_key(last) {
            return Err(Taken(path.to_vec()));
        }
        table.entries.insert(last.clone(), Node::Value(value));
        Ok(())
    }

    /// Returns the finished table.
    pub(super) fn finish(self) -> Value {
        let entries = self.entries.into_iter().map(|(key, node)| (key.into(), node.finish()));
        Value::Map(entries.collect::<Map>())
    }
}

impl Node {
    fn finish(self) -> Value {
        match self {
            Node::Value(value) => value,
            Node::Table(table) => table.finish(),
            Node::Tables(tables) => {
                let tables = tables.into_iter().map(Table::finish).collect();
                Value::List(Rc::new(List::of(Type::Map, tables)))
            }
        }
    }
}
