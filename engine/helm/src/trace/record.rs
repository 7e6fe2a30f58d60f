//! What everything written was made from, line by line.

use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use fairlead_template::{Read, Recording, Seen, Write};
use fairlead_yaml::Str;

use super::paths::Paths;

/// The files that templates wrote so far, with what was noted of each.
#[derive(Default)]
pub(crate) struct Files {
    written: BTreeMap<Str, (Vec<u8>, Recording)>,
    /// What was looked at, whether anything was made of it or not.
    pub(super) seen: Seen,
}

impl Files {
    pub(super) fn add(&mut self, path: &Str, out: &[u8], recording: Recording) {
        self.written.insert(path.clone(), (out.to_vec(), recording));
    }

    pub(super) fn finish(self, paths: &Paths<'_, '_>) -> Recorded {
        let read = paths.seen(&self.seen);
        let files = self.written.into_iter().map(|(path, (out, recording))| {
            let file = File::new(&out, recording, paths);
            (path, file)
        });
        Recorded { files: files.collect(), read }
    }
}

/// What everything that a release's templates wrote was made from.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    files: BTreeMap<Str, File>,
    /// What the templates read, and Helm itself to decide which subcharts take part.
    pub read: Vec<PathRead>,
}

#[derive(Debug, Clone)]
struct File {
    writes: Vec<(Range<usize>, Written, Option<usize>)>,
    conditions: Vec<(Condition, Option<usize>)>,
    /// Where the lines end.
    ends: Vec<usize>,
}

/// A value that something was made from, or decided by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathRead {
    /// Where it is set, from the top of the values of the release.
    pub path: Vec<Str>,
    /// Whether its keys were read, not what stands under them.
    pub keys: bool,
    /// Whether all of it was read, down to the bottom.
    pub whole: bool,
}

/// An action that wrote something, or text of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The template, by its path from the root chart's folder.
    pub template: Str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// The action as Go prints it; `None` for text of the template itself.
    pub action: Option<Str>,
    /// What its value was made from.
    pub reads: Vec<PathRead>,
    /// For an action that wrote several lines: which of these this is, from 0, and how many there are.
    pub part: Option<(usize, usize)>,
    /// Whether it is nothing but white space.
    pub blank: bool,
    /// The actions that execute the template it stands in, from the outermost to the innermost.
    pub calls: Vec<Call>,
}

/// An action that executes another template, whose text it writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The template that it stands in.
    pub template: Str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// The action as Go prints it.
    pub action: Str,
}

/// A condition that decided whether something is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The template.
    pub template: Str,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// The opening action as Go prints it.
    pub action: Str,
    /// Whether it held; what an `else` guards is there because it did not.
    pub held: bool,
    /// What it was decided by.
    pub reads: Vec<PathRead>,
}

/// What wrote a line, from left to right, and the conditions that let it, from the outermost to the innermost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// What wrote it.
    pub writes: Vec<Written>,
    /// What let it be written.
    pub conditions: Vec<Condition>,
}

impl Recorded {
    /// What wrote the line of what a template wrote that holds a range of bytes, also where Helm trims the line. `None`
    /// where nothing is known of the template.
    pub fn line(&self, template: &str, range: Range<usize>) -> Option<Line> {
        let file = self.files.get(template)?;
        let range = file.whole_line(range);
        let mut line = Line::default();
        let mut guards = Vec::new();
        let first = file.writes.partition_point(|(written, _, _)| written.end < range.start);
        for (written, by, condition) in file.writes.iter().skip(first) {
            // An action that wrote nothing stands where it would have; an empty line is that of whatever wrote its end.
            let is_before = written.end == range.start && !written.is_empty();
            let is_behind = written.start == range.end && !written.is_empty() && !range.is_empty();
            if is_before {
                continue;
            }
            if written.start > range.end || is_behind {
                break;
            }
            line.writes.push(by.clone());
            let mut around = *condition;
            while let Some(index) = around {
                if guards.contains(&index) {
                    break;
                }
                guards.push(index);
                around = file.conditions.get(index).and_then(|condition| condition.1);
            }
        }
        guards.sort_unstable();
        line.conditions =
            guards.iter().filter_map(|index| Some(file.conditions.get(*index)?.0.clone())).collect();
        line.writes.dedup();
        Some(line)
    }
}

impl File {
    fn new(out: &[u8], recording: Recording, paths: &Paths<'_, '_>) -> File {
        let gone = gone(out);
        // Many writes share their reads.
        let mut known: BTreeMap<*const Read, Vec<PathRead>> = BTreeMap::new();
        let mut paths_of = |reads: &Rc<[Read]>| -> Vec<PathRead> {
            known.entry(reads.as_ptr()).or_insert_with(|| paths.of(reads)).clone()
        };
        let conditions = recording.conditions.iter().map(|condition| {
            let shown = Condition {
                template: condition.place.template.clone(),
                line: condition.place.line,
                column: condition.place.column + 1,
                action: condition.source.clone(),
                held: condition.held,
                reads: paths_of(&condition.reads),
            };
            (shown, condition.outer)
        });
        let ends = memchr::memchr_iter(b'\n', out).map(|at| moved(&gone, at)).collect();
        let mut file = File { writes: Vec::new(), conditions: conditions.collect(), ends };
        for write in &recording.writes {
            file.add(out, &gone, write, calls(&recording, write.call), paths_of(&write.reads));
        }
        file
    }

    fn whole_line(&self, range: Range<usize>) -> Range<usize> {
        let next = self.ends.partition_point(|end| *end < range.end);
        let end = self.ends.get(next).copied().unwrap_or(usize::MAX);
        let before = self.ends.partition_point(|end| *end < range.start);
        let start = before.checked_sub(1).and_then(|index| self.ends.get(index)).map_or(0, |end| end + 1);
        start..end
    }

    /// Adds what one action wrote, a line at a time.
    fn add(&mut self, out: &[u8], gone: &[usize], write: &Write, calls: Vec<Call>, reads: Vec<PathRead>) {
        let text = out.get(write.range.clone()).unwrap_or_default();
        let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        let mut start = write.range.start;
        let lines = if lines.is_empty() { vec![text] } else { lines };
        for (index, line) in lines.iter().enumerate() {
            let is_text = write.source.is_none();
            let inner = if is_text { u32::try_from(index).unwrap_or(u32::MAX) } else { 0 };
            let written = Written {
                template: write.place.template.clone(),
                line: write.place.line.saturating_add(inner),
                column: if inner > 0 { 1 } else { write.place.column + 1 },
                action: write.source.clone(),
                reads: reads.clone(),
                calls: calls.clone(),
                blank: line.iter().all(u8::is_ascii_whitespace),
                part: (!is_text && lines.len() > 1).then_some((index, lines.len())),
            };
            let range = moved(gone, start)..moved(gone, start + line.len());
            self.writes.push((range, written, write.condition));
            start += line.len();
        }
    }
}

/// The calls around a write.
fn calls(recording: &Recording, innermost: Option<usize>) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut next = innermost;
    while let Some(call) = next.and_then(|index| recording.calls.get(index)) {
        calls.push(Call {
            template: call.place.template.clone(),
            line: call.place.line,
            column: call.place.column + 1,
            action: call.source.clone(),
        });
        next = call.outer;
    }
    calls.reverse();
    calls
}

const NO_VALUE: &[u8] = b"<no value>";

/// Where the words stand that Helm takes out of what templates write.
fn gone(out: &[u8]) -> Vec<usize> {
    memchr::memmem::find_iter(out, NO_VALUE).collect()
}

/// Where a byte stands once those words are gone.
fn moved(gone: &[usize], offset: usize) -> usize {
    let before = gone.partition_point(|at| *at < offset);
    let whole = gone.get(..before).unwrap_or_default();
    let cut = whole.iter().map(|at| NO_VALUE.len().min(offset - at)).sum::<usize>();
    offset - cut
}
