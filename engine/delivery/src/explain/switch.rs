//! What decides whether a subchart takes part: the conditions and tags that a chart names for it.

use std::sync::Arc;

use fairlead_helm::Chart;
use fairlead_world::{Answer, Blob};
use fairlead_yaml::value::{Options, with_places};

use crate::values::ValuePath;

/// The switch of one subchart.
#[derive(Debug)]
pub(super) struct Switch {
    /// What the paths of its templates begin with, as Helm names them.
    prefix: String,
    /// The `Chart.yaml` that names it.
    pub(super) template: String,
    /// Which of the dependencies there, and by which field.
    index: usize,
    field: &'static str,
    /// What it says.
    pub(super) action: Arc<str>,
    /// The values that are looked at, the first that is set decides.
    pub(super) paths: Vec<ValuePath>,
}

/// The switches of all charts of a tree.
pub(super) fn of(chart: &Chart) -> Vec<Switch> {
    let mut switches = Vec::new();
    collect(chart, &chart.metadata.name, &[], &mut switches);
    switches
}

fn collect(chart: &Chart, folder: &str, within: &[Arc<str>], switches: &mut Vec<Switch>) {
    for (index, dependency) in chart.metadata.dependencies().enumerate() {
        let name = dependency.name_or_alias();
        let inner = format!("{folder}/charts/{name}");
        let mut add = |field: &'static str, said: &str, paths: Vec<ValuePath>| {
            switches.push(Switch {
                prefix: format!("{inner}/"),
                template: format!("{folder}/Chart.yaml"),
                index,
                field,
                action: Arc::from(format!("{field}: {said}")),
                paths,
            });
        };
        let conditions: Vec<ValuePath> = dependency
            .condition
            .trim()
            .split(',')
            .filter(|condition| !condition.is_empty())
            .map(|path| ValuePath::of(within.iter().cloned().chain(path.split('.').map(Arc::from))))
            .collect();
        if !conditions.is_empty() {
            add("condition", &dependency.condition, conditions);
        }
        let tags = dependency.tags.as_deref().unwrap_or_default();
        if !tags.is_empty() {
            let paths = tags.iter().map(|tag| ValuePath::of([Arc::from("tags"), tag.clone()]));
            add("tags", &tags.join(", "), paths.collect());
        }
        if let Some(child) = chart.subcharts.iter().find(|child| child.metadata.name == dependency.name) {
            let within: Vec<Arc<str>> = within.iter().cloned().chain([name.clone()]).collect();
            collect(child, &inner, &within, switches);
        }
    }
}

impl Switch {
    /// Whether a template is one of the subchart's, or of those inside of it.
    pub(super) fn concerns(&self, template: &str) -> bool {
        template.starts_with(&self.prefix)
    }

    /// The line and column of the switch in its file; the beginning where they cannot be told.
    pub(super) fn place(&self, file: Option<Answer<Blob>>) -> (u32, u32) {
        let find = || {
            let Some(Answer::Found(blob)) = file else { return None };
            let (_, places) = with_places(blob.text()?, &Options::default()).ok()?;
            places.field("dependencies")?.item(self.index)?.key(self.field)
        };
        find().map_or((1, 1), |at| (at.line, at.column))
    }
}
