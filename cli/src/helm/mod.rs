//! `fairlead helm`: a drop-in for the commands of Helm that need no cluster.
//!
//! Arguments are read as Helm's own parser reads them, so that a script that calls `helm template` can call
//! `fairlead helm template` instead and sees the same output, errors and exit status.

mod chart_path;
mod dependency;
pub(crate) mod environment;
mod flags;
mod namespace;
mod registry;
mod remote;
mod show;
mod template;
mod value_options;

use std::ffi::OsString;

use fairlead_helm::Dialect;

use crate::exit::Exit;
use flags::{Flag, Flags, Kind};

/// Arguments of `fairlead helm`, as they stand behind it.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Args {
    /// `template`, `show` or `dependency`, with Helm's flags; `--helm-version 3` for Helm 3's behaviour.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    arguments: Vec<OsString>,
}

/// A message for standard error, behind `Error: `.
type Failure = String;

/// Runs the command; errors are told as Helm tells them, with its exit status.
pub(crate) fn run(args: Args) -> Exit {
    let arguments: Vec<String> =
        args.arguments.iter().map(|argument| argument.to_string_lossy().into_owned()).collect();
    match dispatch(&arguments) {
        Ok(()) => Exit::Done,
        Err(failure) => {
            anstream::eprintln!("Error: {failure}");
            Exit::Other(1)
        }
    }
}

const USAGE: &str = "\
Renders and inspects Helm charts as helm does, without helm and without a cluster.

Usage:  fairlead helm [--helm-version 3|4] COMMAND

Commands:
  template [NAME] [CHART]           render a chart to standard output or to files
  dependency build|list|update CHART
                                    fill charts/ with what Chart.yaml asks for
  show values|chart|crds|readme|all CHART
                                    print parts of a chart

The commands take helm's flags as far as they need no cluster.
";

fn dispatch(arguments: &[String]) -> Result<(), Failure> {
    // Global flags may stand before the command; the command is the first argument that is none.
    let split = command_position(arguments);
    let Some(command) = split.and_then(|at| arguments.get(at)) else {
        anstream::print!("{USAGE}");
        return Ok(());
    };
    let mut rest: Vec<String> = arguments.to_vec();
    rest.remove(split.unwrap_or_default());
    match command.as_str() {
        "template" => template::run(&rest),
        "show" | "inspect" => show::run(&rest),
        "dependency" | "dep" | "dependencies" => dependency::run(&rest),
        "help" => {
            anstream::print!("{USAGE}");
            Ok(())
        }
        other => Err(format!("unknown command {other:?} for \"helm\"\nRun 'helm --help' for usage.")),
    }
}

/// Where the command's name stands: behind global flags and their values.
fn command_position(arguments: &[String]) -> Option<usize> {
    let mut at = 0;
    while let Some(argument) = arguments.get(at) {
        if !argument.starts_with('-') {
            return Some(at);
        }
        let name = argument.trim_start_matches('-');
        let takes_value = GLOBAL.iter().any(|flag| {
            (flag.name == name || flag.short == name.chars().next().filter(|_| name.len() == 1))
                && flag.kind != Kind::Bool
        });
        at += if takes_value { 2 } else { 1 };
    }
    None
}

/// Flags of every command. What concerns a cluster is accepted and has no effect.
const GLOBAL: &[Flag] = &[
    Flag::value("helm-version", "which Helm to behave as: 3 or 4"),
    Flag::value("namespace", "namespace scope for this request").short('n'),
    Flag::switch("debug", "enable verbose output"),
    Flag::value("kube-context", "without effect: no cluster is asked"),
    Flag::value("kubeconfig", "path to the kubeconfig file that names the namespace"),
    Flag::value("kube-token", "without effect: no cluster is asked"),
    Flag::value("kube-as-user", "without effect: no cluster is asked"),
    Flag::list("kube-as-group", "without effect: no cluster is asked"),
    Flag::value("kube-apiserver", "without effect: no cluster is asked"),
    Flag::value("kube-ca-file", "without effect: no cluster is asked"),
    Flag::value("kube-tls-server-name", "without effect: no cluster is asked"),
    Flag::switch("kube-insecure-skip-tls-verify", "without effect: no cluster is asked"),
    Flag::value("burst-limit", "without effect: no cluster is asked"),
    Flag::value("qps", "without effect: no cluster is asked"),
    Flag::value("registry-config", "path to the registry config file"),
    Flag::value("repository-config", "path to the file containing repository names and URLs"),
    Flag::value("repository-cache", "path to the directory containing cached repository indexes"),
    Flag::value("content-cache", "path to the directory containing cached content"),
    Flag::value("color", "use colored output (never, auto, always)"),
    Flag::value("colour", "use colored output (never, auto, always)"),
];

/// The dialect that `--helm-version` asks for.
fn dialect(flags: &Flags) -> Result<Dialect, Failure> {
    let version = flags.text("helm-version");
    if version.is_empty() {
        return Ok(Dialect::default());
    }
    Dialect::parse(version).ok_or_else(|| format!("unknown version of Helm {version:?}: 3 and 4 are known"))
}
