//! What a render looked at, as small as it can be kept for thousands of releases.

use fairlead_template::{Looks, Seen};
use fairlead_yaml::Str;

use super::origins::{Origins, TOP};
use crate::render::Scope;

/// What a render looked at of the merged values.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reads {
    /// Whether it has to be taken that everything was looked at: rendering failed before any template.
    pub(super) everything: bool,
    /// The maps that were looked at and those that lead to them, the top first.
    pub(super) maps: Vec<ReadMap>,
    /// The maps that are the values of each chart of the tree, in its order; `None` where a chart has none.
    pub(super) charts: Vec<Option<u32>>,
}

/// One map of the merged values.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ReadMap {
    pub(super) looks: Looks,
    /// The maps inside of it that were looked at, by key.
    pub(super) inside: Vec<(Str, u32)>,
}

impl Default for Reads {
    fn default() -> Reads {
        Reads::everything()
    }
}

impl Reads {
    /// Everything there is.
    pub fn everything() -> Reads {
        Reads { everything: true, maps: Vec::new(), charts: Vec::new() }
    }

    pub(super) fn new(origins: &Origins, scopes: &Scope, seen: &Seen) -> Reads {
        let mut charts = Vec::new();
        collect(scopes, &mut charts);
        let wanted = wanted(origins, seen, &charts);
        // The wanted maps get numbers without gaps.
        let mut numbers = vec![None; origins.len()];
        let kept: Vec<u32> = (TOP..origins.len() as u32).filter(|map| wanted[*map as usize]).collect();
        for (number, map) in kept.iter().enumerate() {
            numbers[*map as usize] = Some(number as u32);
        }
        let maps = kept.iter().map(|map| ReadMap {
            looks: seen.of(*map).cloned().unwrap_or_default(),
            inside: origins
                .inside(*map)
                .iter()
                .filter_map(|(key, inner)| Some((key.clone(), numbers[*inner as usize]?)))
                .collect(),
        });
        let charts = charts.iter().map(|map| numbers[*map as usize]).collect();
        Reads { everything: false, maps: maps.collect(), charts }
    }
}

/// The values of each chart; 0 for none.
fn collect(scope: &Scope, charts: &mut Vec<u32>) {
    let values = scope.top.get("Values");
    charts.push(values.and_then(|values| Some(values.as_map()?.origin())).unwrap_or(0));
    scope.children.iter().for_each(|child| collect(child, charts));
}

/// Which maps were looked at, are a chart's values, or lead to such.
fn wanted(origins: &Origins, seen: &Seen, charts: &[u32]) -> Vec<bool> {
    let mut above = vec![Vec::new(); origins.len()];
    for outer in 0..origins.len() as u32 {
        for (_, inner) in origins.inside(outer) {
            above[*inner as usize].push(outer);
        }
    }
    let mut wanted = vec![false; origins.len()];
    let mut open: Vec<u32> = (TOP..origins.len() as u32).filter(|map| seen.of(*map).is_some()).collect();
    open.extend(charts.iter().filter(|map| **map != 0));
    open.push(TOP);
    while let Some(map) = open.pop() {
        if !std::mem::replace(&mut wanted[map as usize], true) {
            open.extend(&above[map as usize]);
        }
    }
    wanted
}
