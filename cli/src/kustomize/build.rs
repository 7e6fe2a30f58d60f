//! `fairlead kustomize build DIR`: the output, the messages and the statuses of `kustomize build DIR`.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use fairlead_helm::Dialect;
use fairlead_kustomize::{Charts, LoadRestrictor, Options, Reorder, Resources, build};
use fairlead_world::RepoPath;

use super::disk::Disk;
use super::packages::Fetched;
use crate::exit::Exit;
use crate::helm::environment::Machine;

/// The arguments of `fairlead kustomize build`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder of the kustomization.
    #[arg(default_value = ".")]
    dir: String,
    /// Writes to a file, or to a folder as a file for each resource; `json` prints JSON instead.
    #[arg(long, short, value_name = "PATH")]
    output: Option<PathBuf>,
    /// Which files kustomizations may load.
    #[arg(long, value_enum, default_value_t, value_name = "RESTRICTOR")]
    load_restrictor: Restrictor,
    /// The order of the resources where the kustomization says nothing.
    #[arg(long, value_enum, default_value_t, value_name = "ORDER")]
    reorder: Order,
    /// Renders charts with Fairlead's own engine, and fetches those that are not in the tree; nothing is written into it.
    #[arg(long)]
    enable_helm: bool,
    /// Accepted and without effect: no program is run.
    #[arg(long, value_name = "COMMAND")]
    helm_command: Option<String>,
    /// The Kubernetes version that charts are rendered for.
    #[arg(long, value_name = "VERSION")]
    helm_kube_version: Option<String>,
    /// API versions that charts find in the cluster.
    #[arg(long, value_name = "VERSION")]
    helm_api_versions: Vec<String>,
    /// Accepted and without effect.
    #[arg(long)]
    helm_debug: bool,
    /// Labels resources as managed by Kustomize.
    #[arg(long)]
    enable_managedby_label: bool,
    /// Refused: plugins are programs.
    #[arg(long)]
    enable_alpha_plugins: bool,
    /// Refused: functions are containers.
    #[arg(long)]
    network: bool,
    /// Refused: functions are containers.
    #[arg(long, value_name = "MOUNT")]
    mount: Vec<String>,
    /// Accepted and without effect: no function is run.
    #[arg(long, short, value_name = "NAME=VALUE")]
    env: Vec<String>,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Restrictor {
    /// Those in their folder and below.
    #[default]
    #[value(name = "LoadRestrictionsRootOnly")]
    RootOnly,
    /// Any.
    #[value(name = "LoadRestrictionsNone", alias = "none")]
    None,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Order {
    /// Kinds that others need come first.
    #[default]
    Legacy,
    /// As they come.
    None,
}

/// Builds and prints.
pub(crate) fn run(args: &Args) -> Exit {
    match try_run(args) {
        Ok(()) => Exit::Done,
        Err(message) => {
            eprintln!("Error: {message}");
            Exit::Other(1)
        }
    }
}

fn try_run(args: &Args) -> Result<(), String> {
    if args.enable_alpha_plugins {
        return Err("--enable-alpha-plugins: plugins are programs, and Fairlead runs none".to_owned());
    }
    if args.network || !args.mount.is_empty() {
        return Err("--network and --mount: functions are containers, and Fairlead runs none".to_owned());
    }
    let (root, folder) = locate(&args.dir)?;
    let world = Disk::new(&root);
    let machine = Machine(Dialect::default());
    let packages = Fetched::default();
    let charts = Charts {
        dialect: Dialect::default(),
        environment: &machine,
        kube_version: args.helm_kube_version.as_deref().unwrap_or_default(),
        api_versions: &args.helm_api_versions,
        packages: Some(&packages),
    };
    let options = Options {
        shown_root: root.display().to_string().trim_end_matches('/').to_owned(),
        written: args.dir.clone(),
        load_restrictor: match args.load_restrictor {
            Restrictor::RootOnly => LoadRestrictor::RootOnly,
            Restrictor::None => LoadRestrictor::None,
        },
        reorder: match args.reorder {
            Order::Legacy => Reorder::Legacy,
            Order::None => Reorder::None,
        },
        managed_by_label: args.enable_managedby_label,
        charts: args.enable_helm.then_some(charts),
    };
    let built = build(&world, &folder, &options);
    for warning in built.warnings {
        eprintln!("{warning}");
    }
    let resources = built.result.map_err(|error| error.to_string())?;
    write(&resources, args.output.as_deref()).map_err(|error| error.to_string())
}

/// The file system's root, and the folder below it with links resolved: kustomizations may reach anywhere.
fn locate(dir: &str) -> Result<(PathBuf, RepoPath), String> {
    let path = Path::new(dir);
    let absolute =
        std::path::absolute(path).map_err(|error| format!("abs path error on '{dir}' : {error}"))?;
    let resolved = absolute.canonicalize().unwrap_or(absolute);
    let root = resolved.ancestors().last().unwrap_or(Path::new("/")).to_owned();
    let below = resolved.strip_prefix(&root).unwrap_or(&resolved);
    let text = below.to_str().ok_or_else(|| format!("'{dir}' is not valid UTF-8"))?;
    let folder = RepoPath::root().join(&text.replace(std::path::MAIN_SEPARATOR, "/"));
    folder.map(|folder| (root, folder)).map_err(|error| error.to_string())
}

fn write(resources: &Resources, output: Option<&Path>) -> io::Result<()> {
    let other = |error: fairlead_kustomize::Error| io::Error::other(error.to_string());
    match output {
        Some(folder) if folder.is_dir() => {
            for (name, text) in resources.files().map_err(other)? {
                std::fs::write(folder.join(name), text)?;
            }
            Ok(())
        }
        Some(form) if form == Path::new("json") => print(&(resources.print_json().map_err(other)? + "\n")),
        Some(file) => std::fs::write(file, resources.print().map_err(other)?),
        None => print(&resources.print().map_err(other)?),
    }
}

fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
