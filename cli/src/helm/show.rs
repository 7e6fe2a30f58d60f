//! `fairlead helm show`: prints parts of a chart.

use std::io::Write;

use fairlead_helm::{Chart, Dialect};

use super::flags::{Flag, Flags};
use super::{Failure, GLOBAL, chart_path, dialect, flags};

const USAGE: &str =
    "Prints parts of a chart.\n\nUsage:  fairlead helm show all|chart|crds|readme|values CHART [flags]\n";

/// Runs the command with the arguments behind its name.
pub(super) fn run(arguments: &[String]) -> Result<(), Failure> {
    let known: &[&[Flag]] = &[chart_path::FLAGS, GLOBAL];
    let flags = Flags::parse(arguments, known)?;
    let [part, charts @ ..] = flags.positional.as_slice() else {
        anstream::print!("{USAGE}{}", flags::help(known));
        return Ok(());
    };
    if flags.help {
        anstream::print!("{USAGE}{}", flags::help(known));
        return Ok(());
    }
    let show: fn(&Chart) -> Result<Vec<u8>, Failure> = match part.as_str() {
        "all" => all,
        "chart" => chart,
        "crds" => |loaded| Ok(crds(loaded, false)),
        "readme" => |loaded| Ok(readme(loaded).map(line).unwrap_or_default()),
        "values" => |loaded| Ok(values(loaded)),
        other => {
            return Err(format!(
                "unknown part {other:?} of a chart: all, chart, crds, readme and values can be shown"
            ));
        }
    };
    let [name] = charts else {
        return Err(format!(
            "\"helm show {part}\" requires 1 argument\n\nUsage:  helm show {part} [CHART] [flags]"
        ));
    };
    let dialect = dialect(&flags)?;
    let loaded = chart_path::load(&chart_path::locate(name, &flags, dialect)?, dialect)?;
    std::io::stdout().write_all(&show(&loaded)?).map_err(|error| error.to_string())
}

fn all(loaded: &Chart) -> Result<Vec<u8>, Failure> {
    let mut text = chart(loaded)?;
    if loaded.values_file.is_some() {
        text.extend_from_slice(b"---\n");
        text.extend(values(loaded));
    }
    if let Some(readme) = readme(loaded) {
        text.extend_from_slice(b"---\n");
        text.extend(line(readme));
    }
    text.extend(crds(loaded, true));
    Ok(text)
}

fn chart(loaded: &Chart) -> Result<Vec<u8>, Failure> {
    let text = loaded.metadata.to_yaml().map_err(|error| error.to_string())?;
    Ok(line(text.as_bytes()))
}

fn values(loaded: &Chart) -> Vec<u8> {
    loaded.values_file.as_ref().map(|file| line(file.bytes())).unwrap_or_default()
}

fn readme(loaded: &Chart) -> Option<&[u8]> {
    const NAMES: [&str; 3] = ["readme.md", "readme.txt", "readme"];
    let found = loaded.files.iter().find(|file| NAMES.contains(&file.name.to_lowercase().as_str()));
    found.map(|file| file.data.bytes())
}

/// The CRDs: Helm 4 separates them all, Helm 3 only from what stands before them.
fn crds(loaded: &Chart, behind_others: bool) -> Vec<u8> {
    let mut text = Vec::new();
    for (i, crd) in loaded.crds().iter().enumerate() {
        let data = crd.data.bytes();
        let separate = loaded.dialect() == Dialect::Helm4 || (behind_others && i == 0);
        if separate && !data.starts_with(b"---") {
            text.extend_from_slice(b"---\n");
        }
        text.extend_from_slice(data);
        text.push(b'\n');
    }
    text
}

/// A file's text with the line break that Helm adds, even to an empty one.
fn line(bytes: &[u8]) -> Vec<u8> {
    [bytes, b"\n"].concat()
}
