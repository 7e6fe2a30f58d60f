//! A chart and its subcharts as one render sees them: enabled, aliased, with imported values.

use fairlead_yaml::Str;

use crate::chart::{Chart, Dependency};
use crate::values::table::{Table, deep_copy, table};

/// One chart of the tree of a render.
#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    /// What was loaded.
    pub(crate) chart: &'a Chart,
    /// The name within the parent: the alias where there is one.
    pub(crate) name: Str,
    /// The dependencies that `Chart.yaml` names, as far as they are processed; `None` where it names none.
    pub(crate) dependencies: Option<Vec<Dependency>>,
    /// The subcharts.
    pub(crate) children: Vec<Node<'a>>,
    /// Whether `Chart.yaml` of the parent names subcharts, and not this one.
    pub(crate) is_unnamed: bool,
    /// Where aliases of a chart share the subcharts that it does not name: the alias that these belong to.
    pub(crate) owner: Option<Str>,
    /// The chart's own values with what it imported, instead of the loaded ones.
    values: Option<Table<'a>>,
}

impl<'a> Node<'a> {
    /// The tree as it was loaded: every subchart, under its own name.
    pub(crate) fn new(chart: &'a Chart) -> Node<'a> {
        Node {
            chart,
            name: chart.metadata.name.clone(),
            dependencies: chart
                .metadata
                .dependencies
                .is_some()
                .then(|| chart.metadata.dependencies().cloned().collect()),
            children: chart.subcharts.iter().map(|child| Node::new(child)).collect(),
            is_unnamed: false,
            owner: None,
            values: None,
        }
    }

    /// A copy of the chart's own values that nobody else holds.
    pub(crate) fn values_copy(&self) -> Table<'a> {
        match &self.values {
            Some(values) => deep_copy(values),
            None => table(&self.chart.values),
        }
    }

    /// Replaces the chart's own values.
    pub(crate) fn set_values(&mut self, values: Table<'a>) {
        self.values = Some(values);
    }
}
