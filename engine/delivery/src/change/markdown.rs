//! The change as the text of a pull request.

use std::fmt::Write as _;

use crate::change::Change;
use crate::change::diff::{Diff, FileChange, Group, Summary};
use crate::diagnostic::Diagnostic;

/// How many files of one group, removals or warnings are listed; the rest are counted.
const LISTED: usize = 20;

/// Writes what people read before they merge: a summary, what disappears, what is warned about, and the groups of files with
/// their hunks. Where `at_most` bytes are too few, hunks are left out, then groups, which are counted.
pub fn markdown(change: &Change, diff: &Diff, warnings: &[Diagnostic], at_most: usize) -> String {
    let Summary { added, changed, deleted, lines_added, lines_deleted } = diff.summary;
    let mut text = format!(
        "**{added}** added, **{changed}** changed, **{deleted}** deleted; {lines_added} lines new, {lines_deleted} gone\n"
    );
    let removals: Vec<String> = change.removals.iter().map(ToString::to_string).collect();
    list(&mut text, "Units that disappear or are made anew", &removals);
    let warnings: Vec<String> = warnings.iter().map(ToString::to_string).collect();
    list(&mut text, "Warnings", &warnings);
    let mut left_out = 0;
    for group in &diff.groups {
        // The line that counts what is left out has its place too.
        let room = at_most.saturating_sub(text.len() + 100);
        let mut sections = [true, false].into_iter().map(|whole| section(group, whole));
        match sections.find(|section| section.len() <= room) {
            Some(section) => text.push_str(&section),
            None => left_out += 1,
        }
    }
    if left_out > 0 {
        let _ = write!(text, "\n… and {left_out} more groups of files: `fairlead diff` shows them all\n");
    }
    text
}

/// A list in which nothing is markup and nobody is mentioned.
fn list(text: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = write!(text, "\n### {title} ({})\n\n", lines.len());
    for line in lines.iter().take(LISTED) {
        let _ = writeln!(text, "- {}", code(&line.chars().take(400).collect::<String>()));
    }
    more(text, lines.len());
}

fn section(group: &Group, whole: bool) -> String {
    let workload = if group.workload.is_empty() { "the project" } else { &group.workload };
    let kind = match group.kind {
        FileChange::Added => "added",
        FileChange::Changed => "changed",
        FileChange::Deleted => "deleted",
    };
    let files = if group.files.len() == 1 { "file" } else { "files" };
    let mut text = format!("\n### {}: {} {files} {kind}\n\n", code(workload), group.files.len());
    for (path, _) in group.files.iter().take(LISTED) {
        let _ = writeln!(text, "- {}", code(path.as_str()));
    }
    more(&mut text, group.files.len());
    if !whole {
        text.push_str("\nThe difference is too long to be shown here.\n");
    } else if !group.hunks.is_empty() {
        let fence = "`".repeat(longest_run(&group.hunks).max(2) + 1);
        let end = if group.hunks.ends_with('\n') { "" } else { "\n" };
        let _ = write!(
            text,
            "\n<details><summary>diff</summary>\n\n{fence}diff\n{}{end}{fence}\n\n</details>\n",
            group.hunks
        );
    }
    text
}

fn more(text: &mut String, count: usize) {
    if count > LISTED {
        let _ = writeln!(text, "- and {} more", count - LISTED);
    }
}

/// Text that is shown as it is, on one line.
fn code(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match longest_run(&line) {
        0 => format!("`{line}`"),
        run => {
            let fence = "`".repeat(run + 1);
            format!("{fence} {line} {fence}")
        }
    }
}

/// The longest run of backticks in a text.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use fairlead_world::{Oid, RepoPath};

    use super::*;

    fn change() -> Change {
        Change { writes: BTreeMap::new(), deletes: BTreeSet::new(), removals: Vec::new(), tree: Oid::ZERO }
    }

    fn group(name: &str, hunks: &str) -> Group {
        Group {
            workload: name.to_owned(),
            kind: FileChange::Changed,
            files: vec![(RepoPath::parse("rendered/a.yaml").unwrap(), None)],
            hunks: hunks.to_owned(),
            lines_added: 1,
            lines_deleted: 1,
        }
    }

    #[test]
    fn what_is_in_the_files_stays_in_its_block() {
        let hunks = "@@ -1 +1 @@\n-a: '```'\n+a: '````' @everyone\n";
        let diff = Diff { groups: vec![group("api", hunks)], ..Diff::default() };
        let text = markdown(&change(), &diff, &[], 10_000);
        assert!(text.contains(&format!("\n`````diff\n{hunks}`````\n")), "{text}");
        assert!(text.contains("### `api`: 1 file changed\n\n- `rendered/a.yaml`\n"), "{text}");
        assert_eq!(code("a`b"), "`` a`b ``");
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let hunks = "+x\n".repeat(500);
        let groups = (0..100).map(|n| group(&format!("w{n}"), &hunks)).collect();
        let diff = Diff { groups, ..Diff::default() };
        let text = markdown(&change(), &diff, &[], 5000);
        let (whole, short) =
            (text.matches("</details>").count(), text.matches("too long to be shown").count());
        assert!(text.len() <= 5000 && whole > 0, "{}", text.len());
        let left_out = 100 - whole - short;
        let end = format!("… and {left_out} more groups of files: `fairlead diff` shows them all\n");
        assert!(text.ends_with(&end), "{text}");
    }

    #[test]
    fn a_long_group_does_not_hide_the_others() {
        let long = "+x\n".repeat(5000);
        let diff = Diff { groups: vec![group("long", &long), group("short", "+y\n")], ..Diff::default() };
        let text = markdown(&change(), &diff, &[], 5000);
        assert!(text.contains("`long`: 1 file changed") && text.contains("too long to be shown"), "{text}");
        assert!(text.ends_with("```diff\n+y\n```\n\n</details>\n"), "{text}");
    }
}
