//! Charts as text files, with what both Helms answered.
//!
//! A file under `cases/` holds any number of cases. `=== NAME ARGUMENTS` starts one, `--- PATH` each of its files (the
//! chart is the case's folder; `--- -f` is a values file given to it), and `--- helm` (or `--- helm3` and `--- helm4`
//! where they differ) what Helm printed, or its error. `FAIRLEAD_HELM3=… FAIRLEAD_HELM4=… cargo test` asks the real
//! tools again and writes their answers into the files.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

use std::fs;
use std::path::Path;
use std::process::Command;

#[path = "support/mod.rs"]
mod support;

use fairlead_helm::Dialect;
use support::{Case, answer};

#[test]
fn charts_render_as_with_helm() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let oracles = ["FAIRLEAD_HELM3", "FAIRLEAD_HELM4"].map(|name| std::env::var(name).ok());
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mut cases = parse(&fs::read_to_string(&path).unwrap());
        if let [Some(three), Some(four)] = &oracles {
            for case in &mut cases {
                case.answers = [ask(three, case), ask(four, case)];
            }
            fs::write(&path, print(&cases)).unwrap();
        }
        for case in &cases {
            for (dialect, wanted) in [Dialect::Helm3, Dialect::Helm4].into_iter().zip(&case.answers) {
                count += 1;
                let got = answer(case, dialect);
                if got != *wanted {
                    let file = path.file_name().unwrap().to_string_lossy();
                    wrong.push(format!(
                        "{file}: {} as {dialect:?}\n--- wanted\n{wanted}\n--- got\n{got}",
                        case.name
                    ));
                }
            }
        }
    }
    assert!(count > 20, "there are only {count} answers");
    assert!(wrong.is_empty(), "{} of {count} answers differ:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

/// Where we are known not to answer as Helm does.
const DIFFERENCES: &str = "\
- `.Capabilities.KubeVersion` prints as the version where a function gives it back unchanged, such as `default` or `get`;
  Go prints the struct.
- `slice` beyond a list's end is an error; Go has it up to the room that it happened to set aside for the list.
- What is no UTF-8 is replaced before `fromJson` reads it, so that its message may name another byte; `kebabcase` and its
  like lose it.
- Of times, `toYamlPretty` prints a quoted text, and verbs of `printf` other than `%v` and `%s` no fields. Local mean time,
  before zones had whole offsets, is not known.
- A reference of `values.schema.json` to another address is fetched by `fairlead helm template` alone; elsewhere it is an
  error. Schemas are not held against their meta-schema; `$dynamicRef` and `$recursiveRef` lead to their static target.
- `--post-renderer`, `--validate`, `--verify` and `--dry-run=server` are refused; names are not looked up
  (`getHostByName` is empty), and no cluster is asked (`lookup` is empty).
- No index and no package is kept between runs of the command line's `helm` commands, so that `--skip-refresh` leaves out
  the messages alone, and nothing is found that only Helm's cache has. A package that is not what its repository's index
  promises is refused, a redirect from TLS to plain HTTP is not followed, and Helm 3's change to plain HTTP happens on this
  machine alone.
- Where Helm's own output depends on the order of Go's maps (problems of a schema, warnings, subcharts that `Chart.yaml`
  does not name), ours is sorted.
";

#[test]
fn the_record_is_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::from(
        "# Compatibility\n\nWritten by the tests of this crate (`FAIRLEAD_BLESS=1 cargo test -p fairlead-helm`): every line\nbelow is \
         a chart that helm 3.22.0 and helm 4.3.1 answered, and that we answer in the same words.\n",
    );
    let mut paths: Vec<_> =
        fs::read_dir(root.join("tests/cases")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        text.push_str(&format!("\n## {}\n\n", path.file_stem().unwrap().to_string_lossy()));
        for case in parse(&fs::read_to_string(&path).unwrap()) {
            let outcome = |answer: &str| if answer.starts_with("Error: ") { "error" } else { "output" };
            let [three, four] = &case.answers;
            let same = if three == four { "the same in both" } else { "different in helm 3 and 4" };
            let arguments = case.arguments.join(" ");
            let arguments = if arguments.is_empty() { arguments } else { format!(" `{arguments}`") };
            text.push_str(&format!("- {}{arguments}: {}, {same}\n", case.name, outcome(four)));
        }
    }
    text.push_str(&format!("\n## Known differences\n\n{DIFFERENCES}"));
    let path = root.join("COMPATIBILITY.md");
    if std::env::var_os("FAIRLEAD_BLESS").is_some() {
        fs::write(&path, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), text, "FAIRLEAD_BLESS=1 writes it again");
}

/// What the real tool answers.
fn ask(helm: &str, case: &Case) -> String {
    let folder = std::env::temp_dir().join(format!("fairlead-helm-case-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    for (name, text) in &case.files {
        let path = folder.join(&case.name).join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let mut command = Command::new(helm);
    command.current_dir(&folder).args(["template", "r", &format!("./{}", case.name), "--namespace", "ns"]);
    if let Some(text) = &case.values {
        fs::write(folder.join("values.in"), text).unwrap();
        command.args(["-f", "values.in"]);
    }
    let output = command.args(&case.arguments).env("KUBECONFIG", "/nonexistent").output().unwrap();
    fs::remove_dir_all(&folder).unwrap();
    if output.status.success() {
        return String::from_utf8(output.stdout).unwrap();
    }
    let text = String::from_utf8(output.stderr).unwrap();
    let at = text.find("Error: ").unwrap();
    format!("{}\n", text[at..].trim_end())
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut section: Option<String> = None;
    for line in text.split_inclusive('\n') {
        if let Some(title) = line.strip_prefix("=== ") {
            let mut words = title.split_whitespace().map(str::to_owned);
            cases.push(Case { name: words.next().unwrap(), arguments: words.collect(), ..Case::default() });
            section = None;
        } else if let Some(name) = line.strip_prefix("--- ").filter(|name| is_section(name.trim_end())) {
            section = Some(name.trim_end().to_owned());
            let case = cases.last_mut().unwrap();
            match name.trim_end() {
                "-f" => case.values = Some(String::new()),
                "helm" | "helm3" | "helm4" => {}
                file => drop(case.files.insert(file.to_owned(), String::new())),
            }
        } else if let (Some(section), Some(case)) = (&section, cases.last_mut()) {
            // A line that would start something here is written with a backslash before it.
            let line = line.strip_prefix('\\').unwrap_or(line);
            match section.as_str() {
                "-f" => case.values.get_or_insert_default().push_str(line),
                "helm" => case.answers.iter_mut().for_each(|answer| answer.push_str(line)),
                "helm3" => case.answers[0].push_str(line),
                "helm4" => case.answers[1].push_str(line),
                file => case.files.get_mut(file).unwrap().push_str(line),
            }
        }
    }
    cases
}

/// Whether what stands behind `--- ` names a part of a case, and is not a document's comment.
fn is_section(name: &str) -> bool {
    !name.is_empty() && !name.contains(' ')
}

fn print(cases: &[Case]) -> String {
    let mut text = String::new();
    let mut part = |title: &str, body: &str| {
        text.push_str(title);
        text.push('\n');
        for line in body.split_inclusive('\n') {
            if line.starts_with("--- ") || line.starts_with("=== ") || line.starts_with('\\') {
                text.push('\\');
            }
            text.push_str(line);
        }
    };
    for case in cases {
        part(format!("=== {} {}", case.name, case.arguments.join(" ")).trim_end(), "");
        case.files.iter().for_each(|(name, body)| part(&format!("--- {name}"), body));
        case.values.iter().for_each(|body| part("--- -f", body));
        let [three, four] = &case.answers;
        if three == four {
            part("--- helm", three);
        } else {
            part("--- helm3", three);
            part("--- helm4", four);
        }
    }
    text
}
