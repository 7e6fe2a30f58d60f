//! Where the lines of one unit come from.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

use fairlead_helm::trace::{self, PathRead};
use fairlead_world::{Answer, RepoPath, World};
use fairlead_yaml::value::{Options, with_places};
use fairlead_yaml::{Style, Value};

use super::base::{Base, same_field};
use super::fields::Fields;
use super::line::{Call, Condition, Extent, Line, TemplatePlace, Used, Written};
use super::setting::Settings;
use super::switch::{self, Switch};
use super::{Explained, explained, origins, values_in};
use crate::config::Project;
use crate::diagnostic::{Diagnostic, Span};
use crate::generate::{Output, Plan};
use crate::render::{self, Failure, Notes, RecordedText, Site, TracedFile};
use crate::resolve::{Artifact, Source, Unit};
use crate::values::{Origins, ValuePath};

/// A unit's rendered files with everything that is known of where their lines come from.
pub struct Trace<'w> {
    /// What the unit renders to.
    pub output: Output,
    world: &'w dyn World,
    project: Arc<Project>,
    unit: Arc<Unit>,
    files: Vec<Traced>,
    /// What the runtime is told: its objects, by file.
    told: BTreeMap<RepoPath, Vec<Fields>>,
    origins: Origins,
    /// The folder of the chart, where it is in the repository.
    chart: Option<RepoPath>,
    /// The names under which subcharts go, where it is not their own.
    aliases: BTreeMap<Arc<str>, Arc<str>>,
    /// What decides which subcharts take part.
    switches: Vec<Switch>,
}

/// One rendered file.
struct Traced {
    file: TracedFile,
    /// Where each line of the file begins.
    starts: Vec<usize>,
    fields: Vec<Fields>,
    /// What Helm printed, for charts.
    chart: Option<Chart>,
    /// The files of a base, a bundle, or what is laid on a chart.
    base: Option<Base>,
}

struct Chart {
    printed: RecordedText,
    /// Where each line of the text begins.
    starts: Vec<usize>,
    fields: Vec<Fields>,
}

impl<'w> Trace<'w> {
    /// Renders a unit and notes where everything comes from.
    ///
    /// # Errors
    /// Whatever keeps the unit from being rendered.
    pub fn new(plan: &Plan, world: &'w dyn World, unit: &Arc<Unit>) -> Result<Trace<'w>, Vec<Diagnostic>> {
        let mut notes = Notes::Lines(Vec::new());
        let output = plan.render_noting(world, unit, &mut notes);
        if !output.is_complete() {
            return Err(output.diagnostics);
        }
        let Notes::Lines(files) = notes else { return Err(Vec::new()) };
        let mut traced = Vec::new();
        for file in files {
            traced.push(Traced::new(plan, world, unit, &output, file).map_err(|failure| match failure {
                Failure::Broken(diagnostics) => diagnostics,
                Failure::Needed(_) => Vec::new(),
            })?);
        }
        let (mut chart, mut aliases, mut switches) = (None, BTreeMap::new(), Vec::new());
        if let Artifact::Chart(source) = &*unit.artifact {
            if let Source::Path(path) = source {
                chart = Some(path.clone());
            }
            if let Ok(chart) = plan.artifacts().chart(unit) {
                aliased(chart, &mut aliases);
                switches = switch::of(chart);
            }
        }
        let is_told = |path: &RepoPath| !traced.iter().any(|traced| traced.file.file == *path);
        let told = output.files.iter().filter(|(path, _)| is_told(path));
        let told = told.map(|(path, blob)| (path.clone(), blob.text().map(Fields::of).unwrap_or_default()));
        Ok(Trace {
            told: told.collect(),
            output,
            world,
            project: plan.project.clone(),
            unit: unit.clone(),
            files: traced,
            origins: origins(plan, world, unit),
            chart,
            aliases,
            switches,
        })
    }

    /// Explains one line, from 1, of a rendered file. `None` where there is no such line.
    pub fn line(&self, file: &RepoPath, number: u32) -> Option<Line> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        let traced = self.files.iter().find(|traced| traced.file.file == *file);
        let text = match traced {
            Some(traced) => traced.text(self.output.files.get(file)?.text()?, index)?,
            None => self.output.files.get(file)?.text()?.lines().nth(index)?,
        };
        let object =
            self.output.objects.iter().rfind(|object| object.file == *file && object.line <= number).cloned();
        let mut line = Line {
            number,
            text: text.to_owned(),
            object,
            field: None,
            template: None,
            written: Vec::new(),
            conditions: Vec::new(),
            sources: Vec::new(),
            settings: Vec::new(),
            steps: Vec::new(),
            unknown: None,
        };
        match traced {
            Some(traced) => self.fill(&mut line, traced, index),
            None => self.fill_told(&mut line, file, index),
        }
        Some(line)
    }

    /// The lines of an object, or of a field of it and all below, in every file.
    pub fn lines_of(&self, kind: &str, name: &str, field: &ValuePath) -> Vec<(RepoPath, u32)> {
        let mut found = Vec::new();
        let rendered = self.files.iter().map(|traced| (&traced.file.file, &traced.fields));
        for (file, documents) in rendered.chain(&self.told) {
            let is_it = |fields: &&Fields| fields.kind().eq_ignore_ascii_case(kind) && fields.name() == name;
            for fields in documents.iter().filter(is_it) {
                let lines =
                    if field.steps().is_empty() { (0..fields.count).collect() } else { fields.lines(field) };
                let numbers =
                    lines.into_iter().filter_map(|line| u32::try_from(fields.first + line + 1).ok());
                found.extend(numbers.map(|number| (file.clone(), number)));
            }
        }
        found
    }

    /// The objects that [`lines_of`](Trace::lines_of) knows, as `Kind/name`: the rendered ones, then those that tell the
    /// runtime to deliver them.
    pub fn names(&self) -> Vec<String> {
        let rendered = self.output.objects.iter().map(|object| format!("{}/{}", object.kind, object.name));
        let told = self.told.values().flatten();
        rendered.chain(told.map(|fields| format!("{}/{}", fields.kind(), fields.name()))).collect()
    }

    /// Every line that a value went into, or that a condition which read it guards.
    pub fn readers_of(&self, path: &ValuePath) -> Vec<(RepoPath, Line)> {
        let mut found = Vec::new();
        for traced in &self.files {
            for number in 1..=u32::try_from(traced.file.lines.len()).unwrap_or(u32::MAX) {
                let Some(line) = self.line(&traced.file.file, number) else { continue };
                let mut used = line.written.iter().flat_map(|written| &written.values);
                if used.any(|used| used.path.touches(path)) {
                    found.push((traced.file.file.clone(), line));
                }
            }
        }
        found
    }

    /// A line of an object that tells the runtime to deliver the unit: it follows from settings.
    fn fill_told(&self, line: &mut Line, file: &RepoPath, index: usize) {
        let documents = self.told.get(file).map(Vec::as_slice).unwrap_or_default();
        let Some(document) = document_at(documents, index) else { return };
        let Some(field) = document.at(index - document.first) else { return };
        line.field = Some(field.clone());
        let settings = Settings { world: self.world, project: &self.project, unit: &self.unit };
        line.settings = settings.of(field, document.find(field).map(|(_, value)| value));
    }

    fn fill(&self, line: &mut Line, traced: &Traced, index: usize) {
        let document = document_at(&traced.fields, index);
        line.field = document.and_then(|fields| fields.at(index - fields.first).cloned());
        let Some(from) = traced.file.lines.get(index) else { return };
        line.steps = from.steps.clone();
        let Some(printed) = from.printed else {
            if line.steps.is_empty() {
                line.unknown = Some("it parts two documents".to_owned());
            }
            return;
        };
        match (&traced.chart, &traced.base) {
            (Some(chart), None) => self.by_chart(line, chart, printed),
            (chart, Some(base)) => {
                let Some(place) = base.explain(line, document) else { return };
                // The object is one that a chart printed: the line is that of the same field there.
                let Some(chart) = chart else { return };
                let found = chart.fields.iter().find_map(|fields| {
                    place.is(fields).then(|| fields.find(&place.field)).flatten().map(|found| (fields, found))
                });
                if let Some((fields, (at, value))) = found
                    && same_field(value, &place.value)
                {
                    line.sources.clear();
                    line.unknown = None;
                    self.by_chart(line, chart, fields.first + at.line as usize - 1);
                }
            }
            (None, None) => {}
        }
    }

    fn by_chart(&self, line: &mut Line, chart: &Chart, printed: usize) {
        let Some(start) = chart.starts.get(printed).copied() else { return };
        let text = chart.printed.text.get(start..).unwrap_or_default();
        let end = start + text.find('\n').unwrap_or(text.len());
        let documents = &chart.printed.documents;
        let after = documents.partition_point(|document| document.start <= start);
        let found = after.checked_sub(1).and_then(|index| documents.get(index));
        let Some(document) = found.filter(|document| start < document.start + document.length.max(1)) else {
            let next = documents.get(after);
            line.template = next.map(|document| Arc::from(document.source.as_str()));
            line.unknown = Some("Helm writes it itself, around each document".to_owned());
            return;
        };
        line.template = Some(Arc::from(document.source.as_str()));
        let at = start - document.start + document.offset;
        if document.is_crd {
            let before = chart.printed.text.get(document.start..start).unwrap_or_default();
            let number = u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX);
            let place = self.place(&document.source, number, 1);
            line.written.push(Written { place, action: None, values: Vec::new(), calls: Vec::new() });
            return;
        }
        let Some(noted) = chart.printed.recorded.line(&document.source, at..at + (end - start)) else {
            line.unknown = Some("nothing was noted of the template".to_owned());
            return;
        };
        let says_more = noted.writes.iter().any(|written| !written.blank);
        for written in noted.writes {
            let whole = written.reads.iter().find(|read| read.whole);
            let part = whole.filter(|_| written.part.is_some()).and_then(|read| self.part(read, &line.text));
            let values = match part {
                Some(path) => vec![self.used(path, Extent::Value)],
                None => written.reads.iter().map(|read| self.read(read)).collect(),
            };
            // White space of the template around an action says nothing.
            if says_more && written.blank && written.action.is_none() {
                continue;
            }
            let place = self.place(&written.template, written.line, written.column);
            let calls = written.calls.into_iter().map(|call| Call {
                place: self.place(&call.template, call.line, call.column),
                action: call.action,
            });
            line.written.push(Written { place, action: written.action, values, calls: calls.collect() });
        }
        let switches = self.switches.iter().filter(|switch| switch.concerns(&document.source));
        line.conditions = switches.map(|switch| self.switched(switch)).collect();
        line.conditions.extend(noted.conditions.into_iter().map(|condition| self.condition(condition)));
    }

    /// A subchart takes part by the first of its conditions that is set.
    fn switched(&self, switch: &Switch) -> Condition {
        let used = switch.paths.iter().map(|path| self.used(path.clone(), Extent::Value));
        let is_set =
            |used: &Used| used.values.iter().any(|value| matches!(value.value, Some(Value::Bool(_))));
        let mut values: Vec<Used> = used.collect();
        if let Some(decides) = values.iter().position(is_set) {
            values = vec![values.swap_remove(decides)];
        }
        let (line, column) = switch.place(self.file(&switch.template).map(|path| self.world.read(&path)));
        Condition {
            place: self.place(&switch.template, line, column),
            action: switch.action.clone(),
            held: true,
            values,
        }
    }

    fn condition(&self, condition: trace::Condition) -> Condition {
        Condition {
            place: self.place(&condition.template, condition.line, condition.column),
            action: condition.action,
            held: condition.held,
            values: condition.reads.iter().map(|read| self.read(read)).collect(),
        }
    }

    fn read(&self, read: &PathRead) -> Used {
        let extent = match read {
            PathRead { whole: true, .. } => Extent::Whole,
            PathRead { keys: true, .. } => Extent::Keys,
            PathRead { .. } => Extent::Value,
        };
        self.used(ValuePath::of(read.path.iter().cloned()), extent)
    }

    fn used(&self, path: ValuePath, extent: Extent) -> Used {
        let values = match extent {
            Extent::Whole => values_in(&self.origins, &self.unit, Some(&path)),
            Extent::Value | Extent::Keys => {
                let found = explained(&self.origins, &self.unit, path.clone());
                found.into_iter().map(|found| self.merged(found)).collect()
            }
        };
        Used { path, extent, values }
    }

    /// A map is what all layers together make of it.
    fn merged(&self, mut explained: Explained) -> Explained {
        if matches!(explained.value, Some(Value::Map(_))) {
            explained.value = Some(self.value_at(&explained.path));
        }
        explained
    }

    /// A map of the values with everything below it.
    fn value_at(&self, path: &ValuePath) -> Value {
        let mut value = Value::Map(fairlead_yaml::Map::new());
        for explained in values_in(&self.origins, &self.unit, Some(path)) {
            let below = explained.path.steps().get(path.steps().len()..).unwrap_or_default();
            if let Some(found) = explained.value {
                super::put(&mut value, below, found);
            }
        }
        value
    }

    /// Which value below a path a line of it is, where it was printed as YAML.
    fn part(&self, read: &PathRead, line: &str) -> Option<ValuePath> {
        let top = ValuePath::of(read.path.iter().cloned());
        let text = fairlead_yaml::emit::to_string(&self.value_at(&top), Style::V2).ok()?;
        let wanted = line.trim();
        let (_, places) = with_places(&text, &Options::default()).ok()?;
        let fields = super::fields::all(&places);
        let mut found = text.lines().enumerate().filter(|(_, text)| text.trim() == wanted);
        let (index, _) = found.next()?;
        // Lines that are alike cannot be told apart.
        if found.next().is_some() {
            return None;
        }
        let (_, path) = fields.into_iter().rfind(|(at, _)| at.line as usize == index + 1)?;
        Some(ValuePath::of(top.steps().iter().chain(path.steps()).cloned()))
    }

    fn place(&self, template: &str, line: u32, column: u32) -> TemplatePlace {
        let file = self.file(template).map(|path| Span { path, line, column });
        TemplatePlace { template: Arc::from(template), line, column, file }
    }

    /// The file of a template in the repository.
    fn file(&self, template: &str) -> Option<RepoPath> {
        let inside = template.split_once('/')?.1;
        let mut parts: Vec<&str> = inside.split('/').collect();
        for index in 1..parts.len() {
            if parts.get(index - 1) == Some(&"charts")
                && let Some(name) = parts.get(index).and_then(|alias| self.aliases.get(*alias))
                && let Some(part) = parts.get_mut(index)
            {
                *part = name;
            }
        }
        let path = self.chart.as_ref()?.join(&parts.join("/")).ok()?;
        matches!(self.world.read(&path), Answer::Found(_)).then_some(path)
    }
}

impl Traced {
    fn new(
        plan: &Plan,
        world: &dyn World,
        unit: &Arc<Unit>,
        output: &Output,
        file: TracedFile,
    ) -> Result<Traced, Failure> {
        let whole = output.files.get(&file.file).and_then(|blob| blob.text()).unwrap_or_default();
        let (fields, starts) = (Fields::of(whole), line_starts(whole));
        let mut traced = Traced { fields, starts, chart: None, base: None, file };
        if let Artifact::Chart(_) = &*unit.artifact
            && let Some(target) = unit.targets.get(traced.file.target)
        {
            let printed = render::recorded(plan.artifacts(), &plan.project, unit, target)?;
            let fields = if render::lays(unit) { Fields::of(&printed.text) } else { Vec::new() };
            traced.chart = Some(Chart { starts: line_starts(&printed.text), fields, printed });
        }
        let rendered = traced.chart.as_ref().map(|chart| chart.printed.text.as_str());
        if rendered.is_none() || render::lays(unit) {
            let target = unit.targets.get(traced.file.target).or_else(|| unit.targets.first());
            if let Some(target) = target {
                let drawn = Cell::new(false);
                let site = Site { world, project: &plan.project, unit, target, drawn: &drawn };
                traced.base = Some(Base::new(site, rendered)?);
            }
        }
        Ok(traced)
    }

    /// One line, from 0, of the file's text.
    fn text<'t>(&self, whole: &'t str, index: usize) -> Option<&'t str> {
        whole.get(*self.starts.get(index)?..)?.lines().next()
    }
}

/// Where each line of a text begins.
fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// The document that a line, from 0, of a file is in.
fn document_at(documents: &[Fields], index: usize) -> Option<&Fields> {
    let after = documents.partition_point(|fields| fields.first <= index);
    let found = documents.get(after.checked_sub(1)?)?;
    (index < found.first + found.count).then_some(found)
}

/// The names of charts by their aliases, down through the tree.
fn aliased(chart: &fairlead_helm::Chart, aliases: &mut BTreeMap<Arc<str>, Arc<str>>) {
    let renamed = chart.metadata.dependencies().filter(|dependency| !dependency.alias.is_empty());
    aliases.extend(renamed.map(|dependency| (dependency.alias.clone(), dependency.name.clone())));
    chart.subcharts.iter().for_each(|subchart| aliased(subchart, aliases));
}
