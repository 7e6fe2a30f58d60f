//! What `fairlead explain` prints, as text and for programs.

use fairlead_delivery::diagnostic::Span;
use fairlead_delivery::explain::{
    Condition, Decided, Explained, Extent, Line, Reader, Role, Source, TemplatePlace, Used, UsedVariable,
    Written,
};
use fairlead_delivery::values::{Step, ValuePath};
use fairlead_world::RepoPath;
use fairlead_yaml::{Value, json};
use serde::Serialize;

use crate::output::{BOLD, DIM, styled};

/// Values, and the lines that one of them went into.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ValuesView {
    values: Vec<ValueView>,
    lines: Vec<ReadLineView>,
}

#[derive(Debug, Serialize)]
struct ReadLineView {
    place: String,
    text: String,
}

#[derive(Debug, Serialize)]
struct ValueView {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    layers: Vec<LayerView>,
    variables: Vec<VariableView>,
}

#[derive(Debug, Serialize)]
struct LayerView {
    layer: String,
    place: String,
    value: String,
}

#[derive(Debug, Serialize)]
struct VariableView {
    reference: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
}

/// A line and where it comes from.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LineView {
    place: String,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    object: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    written: Vec<WrittenView>,
    conditions: Vec<ConditionView>,
    sources: Vec<SourceView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    settings: Vec<SettingView>,
    steps: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<String>,
}

#[derive(Debug, Serialize)]
struct WrittenView {
    place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<String>,
    values: Vec<UsedView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    calls: Vec<CallView>,
}

#[derive(Debug, Serialize)]
struct CallView {
    place: String,
    action: String,
}

#[derive(Debug, Serialize)]
struct ConditionView {
    place: String,
    action: String,
    held: bool,
    values: Vec<UsedView>,
}

#[derive(Debug, Serialize)]
struct UsedView {
    path: String,
    extent: &'static str,
    values: Vec<ValueView>,
}

#[derive(Debug, Serialize)]
struct SourceView {
    place: String,
    role: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<String>,
}

#[derive(Debug, Serialize)]
struct SettingView {
    #[serde(skip_serializing_if = "Option::is_none")]
    setting: Option<String>,
    by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
}

/// A unit that a layer concerns.
#[derive(Debug, Serialize)]
pub(super) struct ReaderView {
    unit: String,
    reads: Vec<PlacedView>,
    unread: Vec<PlacedView>,
    overridden: Vec<PlacedView>,
    unknown: bool,
}

#[derive(Debug, Serialize)]
struct PlacedView {
    path: String,
    place: String,
}

impl ValuesView {
    pub(super) fn new(values: &[Explained], readers: &[(RepoPath, Line)]) -> ValuesView {
        let line = |(file, line): &(RepoPath, Line)| ReadLineView {
            place: format!("{file}:{}", line.number),
            text: line.text.clone(),
        };
        ValuesView {
            values: values.iter().map(ValueView::from).collect(),
            lines: readers.iter().map(line).collect(),
        }
    }

    pub(super) fn shown(&self) -> String {
        let mut text: String = self.values.iter().map(|value| value.shown("")).collect();
        if !self.lines.is_empty() {
            text.push_str("\nlines that it went into:\n");
            let lines = self.lines.iter();
            text.extend(lines.map(|line| format!("  {} {}\n", styled(DIM, &line.place), line.text.trim())));
        }
        text
    }
}

impl ValueView {
    fn shown(&self, indent: &str) -> String {
        let value = self.value.as_deref().unwrap_or("nothing");
        let mut text = format!("{indent}{} = {value}\n", styled(BOLD, &self.path));
        for layer in self.layers.iter().rev() {
            let place = styled(DIM, &layer.place);
            text.push_str(&format!("{indent}  {} {place} {}\n", layer.layer, layer.value));
        }
        for variable in &self.variables {
            let found = match (&variable.value, &variable.place) {
                (Some(value), Some(place)) => format!("is {value} at {}", styled(DIM, place)),
                _ => "has no value".to_owned(),
            };
            text.push_str(&format!("{indent}  {} {found}\n", variable.reference));
        }
        text
    }
}

impl UsedView {
    fn shown(&self) -> String {
        if self.values.is_empty() {
            return format!("    {} is set by nobody\n", styled(BOLD, &self.path));
        }
        let lead = match self.extent {
            "keys" => format!("    the keys of {}\n", self.path),
            "whole" => format!("    all of {}\n", self.path),
            _ => String::new(),
        };
        let values: String = self.values.iter().map(|value| value.shown("    ")).collect();
        format!("{lead}{values}")
    }
}

impl LineView {
    pub(super) fn new(file: &RepoPath, line: &Line) -> LineView {
        LineView {
            place: format!("{file}:{}", line.number),
            text: line.text.clone(),
            object: line.object.as_ref().map(|object| format!("{} {}", object.kind, object.name)),
            field: line.field.as_ref().map(ToString::to_string).filter(|field| !field.is_empty()),
            written: line.written.iter().map(WrittenView::from).collect(),
            conditions: line.conditions.iter().map(ConditionView::from).collect(),
            sources: line.sources.iter().map(SourceView::from).collect(),
            settings: line.settings.iter().map(SettingView::from).collect(),
            steps: line.steps.iter().map(|step| (*step).to_owned()).collect(),
            unknown: line.unknown.clone(),
        }
    }

    pub(super) fn shown(&self) -> String {
        let mut text = format!("{} {}\n", styled(DIM, &self.place), styled(BOLD, &self.text));
        if let Some(object) = &self.object {
            let field = self.field.as_ref().map(|field| format!(", {field}")).unwrap_or_default();
            text.push_str(&format!("  of {object}{field}\n"));
        }
        for written in &self.written {
            let action = written.action.as_deref().unwrap_or("text");
            text.push_str(&format!("  written by {action} {}\n", styled(DIM, &written.place)));
            text.extend(written.values.iter().map(UsedView::shown));
            let calls = written.calls.iter();
            text.extend(
                calls.map(|call| format!("    executed by {} {}\n", call.action, styled(DIM, &call.place))),
            );
        }
        for condition in &self.conditions {
            let held = if condition.held { "because of" } else { "because not" };
            text.push_str(&format!("  {held} {} {}\n", condition.action, styled(DIM, &condition.place)));
            text.extend(condition.values.iter().map(UsedView::shown));
        }
        for source in &self.sources {
            let by = source.by.as_ref().map(|by| format!(" with {by}")).unwrap_or_default();
            let said = match source.role {
                "says" => "said by",
                "holds" => "its object is in",
                "generates" => "its object is generated as configured in",
                _ => "its object is changed as configured in",
            };
            text.push_str(&format!("  {said} {}{by}\n", source.place));
        }
        text.extend(self.settings.iter().map(SettingView::shown));
        text.extend(self.steps.iter().map(|step| format!("  written or changed by the step {step}\n")));
        text.extend(self.unknown.iter().map(|unknown| format!("  not known: {unknown}\n")));
        text
    }
}

impl SettingView {
    fn shown(&self) -> String {
        let place = self.place.as_ref().map(|place| format!(" {}", styled(DIM, place))).unwrap_or_default();
        match &self.setting {
            Some(setting) => format!("  set with {setting} by {}{place}\n", self.by),
            None => format!("  written by {}\n", self.by),
        }
    }
}

impl ReaderView {
    pub(super) fn shown(&self) -> String {
        let mut text = format!("{}\n", styled(BOLD, &self.unit));
        if self.unknown {
            text.push_str("  it cannot be rendered, so that what it reads is not known\n");
        }
        text.extend(self.reads.iter().map(|read| format!("  reads {}\n", read.path)));
        text.extend(self.unread.iter().map(|unread| format!("  does not read {}\n", unread.path)));
        let overridden = self.overridden.iter();
        text.extend(overridden.map(|lost| format!("  {} is overridden at {}\n", lost.path, lost.place)));
        text
    }
}

impl From<&Explained> for ValueView {
    fn from(explained: &Explained) -> ValueView {
        let layer = |step: &Step| LayerView {
            layer: step.scope.word().to_owned(),
            place: step.place.to_string(),
            value: printed(&step.value),
        };
        let variable = |used: &UsedVariable| VariableView {
            reference: used.reference.to_string(),
            place: used.found.as_ref().map(|(_, place, _)| place.to_string()),
            value: used.found.as_ref().map(|(_, _, text)| text.to_string()),
        };
        ValueView {
            path: explained.path.to_string(),
            value: explained.value.as_ref().map(printed),
            layers: explained.layers.iter().map(layer).collect(),
            variables: explained.variables.iter().map(variable).collect(),
        }
    }
}

impl From<&Written> for WrittenView {
    fn from(written: &Written) -> WrittenView {
        WrittenView {
            place: place(&written.place),
            action: written.action.as_deref().map(str::to_owned),
            values: written.values.iter().map(UsedView::from).collect(),
            calls: written
                .calls
                .iter()
                .map(|call| CallView { place: place(&call.place), action: call.action.to_string() })
                .collect(),
        }
    }
}

impl From<&Condition> for ConditionView {
    fn from(condition: &Condition) -> ConditionView {
        ConditionView {
            place: place(&condition.place),
            action: condition.action.to_string(),
            held: condition.held,
            values: condition.values.iter().map(UsedView::from).collect(),
        }
    }
}

impl From<&Used> for UsedView {
    fn from(used: &Used) -> UsedView {
        let extent = match used.extent {
            Extent::Value => "value",
            Extent::Keys => "keys",
            Extent::Whole => "whole",
        };
        let values = used.values.iter().map(ValueView::from).collect();
        UsedView { path: used.path.to_string(), extent, values }
    }
}

impl From<&Source> for SourceView {
    fn from(source: &Source) -> SourceView {
        let (role, by) = match &source.role {
            Role::Says => ("says", None),
            Role::Holds => ("holds", None),
            Role::Generates(by) => ("generates", Some(by.to_string())),
            Role::Transforms(by) => ("transforms", Some(by.to_string())),
        };
        SourceView { place: source.place.to_string(), role, by }
    }
}

impl From<&Decided> for SettingView {
    fn from(decided: &Decided) -> SettingView {
        SettingView {
            setting: decided.setting.clone(),
            by: decided.by.to_string(),
            place: decided.place.as_ref().map(ToString::to_string),
        }
    }
}

impl From<&Reader> for ReaderView {
    fn from(reader: &Reader) -> ReaderView {
        let placed = |list: &[(ValuePath, Span)]| {
            let views = list
                .iter()
                .map(|(path, place)| PlacedView { path: path.to_string(), place: place.to_string() });
            views.collect()
        };
        ReaderView {
            unit: reader.unit.to_string(),
            reads: placed(&reader.reads),
            unread: placed(&reader.unread),
            overridden: placed(&reader.overridden),
            unknown: reader.unknown,
        }
    }
}

/// A place in the repository, or in a chart that is not in it.
fn place(place: &TemplatePlace) -> String {
    match &place.file {
        Some(file) => file.to_string(),
        None => format!("{}:{}:{}", place.template, place.line, place.column),
    }
}

fn printed(value: &Value) -> String {
    json::to_string(value, json::Options::default()).unwrap_or_default()
}
