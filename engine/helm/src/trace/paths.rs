//! Where values are set: the paths that people write, for what charts see under other names.

use fairlead_template::{Look, Read, Seen};
use fairlead_yaml::Str;

use super::origins::{Origins, TOP};
use super::record::PathRead;
use crate::chart::Chart;
use crate::tree::Node;
use crate::values::coalesce::GLOBAL;
use crate::values::table::{Item, Table};

/// The paths of the maps of one render.
pub(crate) struct Paths<'p, 'a> {
    /// The shortest path to each map.
    maps: Vec<Option<Vec<Str>>>,
    /// The paths of the values of each subchart.
    charts: Vec<Vec<Str>>,
    /// The paths of the conditions and tags of subcharts.
    switches: Vec<Vec<Str>>,
    values: &'p Table<'a>,
}

impl<'p, 'a> Paths<'p, 'a> {
    pub(crate) fn new(origins: &Origins, root: &Node<'_>, values: &'p Table<'a>) -> Paths<'p, 'a> {
        let mut maps: Vec<Option<Vec<Str>>> = vec![None; origins.len()];
        let mut open = vec![(TOP, Vec::new())];
        // The shortest paths come first: what a chart shares with its subcharts is the chart's.
        while !open.is_empty() {
            let mut deeper = Vec::new();
            for (map, path) in open {
                let Some(place) = maps.get_mut(map as usize).filter(|place| place.is_none()) else {
                    continue;
                };
                *place = Some(path.clone());
                for (key, inner) in origins.inside(map) {
                    deeper.push((*inner, path.iter().cloned().chain([key.clone()]).collect()));
                }
            }
            open = deeper;
        }
        let mut charts = Vec::new();
        collect(root, &[], &mut charts);
        let mut switches = Vec::new();
        declared(root.chart, &[], &mut switches);
        Paths { maps, charts, switches, values }
    }

    /// The reads as paths: without those that others say more precisely, sorted.
    pub(crate) fn of(&self, reads: &[Read]) -> Vec<PathRead> {
        let mut found: Vec<PathRead> = reads.iter().filter_map(|read| self.path(read)).collect();
        found.sort();
        found.dedup();
        let all = found.clone();
        found.retain(|read| !all.iter().any(|other| self.says_more(other, read)));
        found.iter_mut().for_each(|read| read.path = self.where_set(std::mem::take(&mut read.path)));
        found.sort();
        found.dedup();
        found
    }

    /// Whether one read makes another needless.
    fn says_more(&self, one: &PathRead, other: &PathRead) -> bool {
        let deeper = one.path.len() > other.path.len() && one.path.starts_with(&other.path);
        let plain = !other.whole && !other.keys;
        // What is read as a whole needs no word about its parts.
        let in_whole = one.whole
            && other.path.starts_with(&one.path)
            && (other.path.len() > one.path.len() || !other.whole);
        // A map or list that was passed through on the way to something inside was not read itself.
        let passed = deeper && plain && self.is_container(&other.path);
        // The keys of a map say more than that it is there.
        let same_keys = one.keys && plain && one.path == other.path;
        in_whole || passed || same_keys
    }

    /// Everything that was looked at, as paths, and what decides which subcharts take part.
    pub(crate) fn seen(&self, seen: &Seen) -> Vec<PathRead> {
        let mut reads = Vec::new();
        for origin in TOP..self.maps.len() as u32 {
            let Some(looks) = seen.of(origin) else { continue };
            let flags = [(looks.all, Look::All), (looks.keys, Look::Keys), (looks.any, Look::Any)];
            let flags = flags.into_iter().filter(|(looked, _)| *looked).map(|(_, look)| look);
            let entries = looks.entries().iter().cloned().map(Look::Entry);
            reads.extend(flags.chain(entries).map(|look| Read { origin, look }));
        }
        let mut found = self.of(&reads);
        found.extend(self.switches.iter().map(|path| PathRead {
            path: path.clone(),
            keys: false,
            whole: false,
        }));
        found.sort();
        found.dedup();
        found
    }

    fn path(&self, read: &Read) -> Option<PathRead> {
        let mut path = self.maps.get(read.origin as usize)?.clone()?;
        let (mut keys, mut whole) = (false, false);
        match &read.look {
            Look::Entry(key) => path.push(key.clone()),
            Look::Keys => keys = true,
            Look::Any => {}
            Look::All => whole = true,
        }
        // The top as such says nothing.
        (!path.is_empty() || keys || whole).then_some(PathRead { path, keys, whole })
    }

    /// Where a value is set that a subchart sees among its globals: with the outermost chart that has it, or that could.
    fn where_set(&self, path: Vec<Str>) -> Vec<Str> {
        let above = self.charts.iter().filter(|chart| {
            path.len() > chart.len() && path.starts_with(chart) && &*path[chart.len()] == GLOBAL
        });
        let Some(chart) = above.max_by_key(|chart| chart.len()).filter(|chart| !chart.is_empty()) else {
            return path;
        };
        let inside = &path[chart.len()..];
        let absent = self.find(&path).is_none();
        for depth in 0..chart.len() {
            let higher: Vec<Str> = chart[..depth].iter().chain(inside).cloned().collect();
            let is_chart = depth == 0 || self.charts.iter().any(|known| known == &chart[..depth]);
            if is_chart && (absent || self.find(&higher).is_some()) {
                return higher;
            }
        }
        path
    }

    fn is_container(&self, path: &[Str]) -> bool {
        match self.find(path) {
            Some(Item::Table(_)) => true,
            Some(Item::Leaf(value)) => matches!(value, fairlead_yaml::Value::List(_)),
            None => path.is_empty(),
        }
    }

    fn find(&self, path: &[Str]) -> Option<Item<'a>> {
        let mut at = Item::Table(self.values.clone());
        for key in path {
            let next = at.as_table()?.borrow().get(key).cloned();
            at = next?;
        }
        Some(at)
    }
}

/// The paths of all charts, the top one's among them.
fn collect(node: &Node<'_>, path: &[Str], charts: &mut Vec<Vec<Str>>) {
    charts.push(path.to_vec());
    for child in &node.children {
        let segments = child.name.split('.').map(Str::from);
        let inner: Vec<Str> = path.iter().cloned().chain(segments).collect();
        collect(child, &inner, charts);
    }
}

/// The paths that decide which subcharts take part, as `Chart.yaml` names them.
fn declared(chart: &Chart, path: &[Str], switches: &mut Vec<Vec<Str>>) {
    let below = |inner: &str| path.iter().cloned().chain(inner.split('.').map(Str::from)).collect();
    for dependency in chart.metadata.dependencies() {
        let conditions = dependency.condition.trim().split(',').filter(|condition| !condition.is_empty());
        switches.extend(conditions.map(below));
        // Tags are read at the top of the values of the chart that declares them.
        let tags = dependency.tags.iter().flatten();
        switches.extend(tags.map(|tag| vec![Str::from("tags"), tag.clone()]));
        let name = dependency.name_or_alias();
        let found = chart.subcharts.iter().find(|child| child.metadata.name == dependency.name);
        if let Some(child) = found {
            let inner: Vec<Str> = path.iter().cloned().chain([name.clone()]).collect();
            declared(child, &inner, switches);
        }
    }
}
