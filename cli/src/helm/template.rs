//! `fairlead helm template`: renders a chart.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use fairlead_helm::{
    Capabilities, Dialect, KubeVersion, PrintOptions, RenderError, Rendered, Request, render, render_unread,
};
use fairlead_template::Limits;

use super::chart_path::Located;
use super::environment::Machine;
use super::flags::{Flag, Flags, boolean};
use super::value_options::reason;
use super::{Failure, GLOBAL, chart_path, dependency, dialect, flags, namespace, remote, value_options};

const FLAGS: &[Flag] = &[
    Flag::list("api-versions", "Kubernetes api versions used for Capabilities.APIVersions").short('a'),
    Flag::switch("atomic", "without effect: nothing is installed"),
    Flag::switch("create-namespace", "without effect: nothing is installed"),
    Flag::switch("dependency-update", "update dependencies if they are missing before rendering"),
    Flag::value("description", "without effect: nothing is installed"),
    Flag::switch("disable-openapi-validation", "without effect: nothing is installed"),
    Flag::value("dry-run", "client only: no cluster is asked").alone("client"),
    Flag::switch("enable-dns", "without effect: names are not looked up"),
    Flag::switch("force", "without effect: nothing is installed"),
    Flag::switch("force-conflicts", "without effect: nothing is installed"),
    Flag::switch("force-replace", "without effect: nothing is installed"),
    Flag::switch("generate-name", "generate the name (and omit the NAME parameter)").short('g'),
    Flag::switch("hide-notes", "without effect: notes are not printed"),
    Flag::switch("include-crds", "include CRDs in the templated output"),
    Flag::switch("is-upgrade", "set .Release.IsUpgrade instead of .Release.IsInstall"),
    Flag::value("kube-version", "Kubernetes version used for Capabilities.KubeVersion"),
    Flag::pairs("labels", "without effect: nothing is installed").short('l'),
    Flag::value("name-template", "specify template used to name the release"),
    Flag::switch("no-hooks", "leave hooks out"),
    Flag::value("output-dir", "writes the executed templates to files in output-dir instead of stdout"),
    Flag::value("post-renderer", "refused: no other program is run"),
    Flag::array("post-renderer-args", "refused: no other program is run"),
    Flag::switch("release-name", "use release name in the output-dir path"),
    Flag::switch("render-subchart-notes", "without effect: notes are not printed"),
    Flag::switch("replace", "without effect: nothing is installed"),
    Flag::switch("rollback-on-failure", "without effect: nothing is installed"),
    Flag::switch("server-side", "without effect: nothing is installed"),
    Flag::array("show-only", "only show manifests rendered from the given templates").short('s'),
    Flag::switch("skip-crds", "without effect: nothing is installed"),
    Flag::switch("skip-schema-validation", "if set, disables JSON schema validation"),
    Flag::switch("skip-tests", "skip tests from templated output"),
    Flag::switch("take-ownership", "without effect: nothing is installed"),
    Flag::duration("timeout", "without effect: nothing is installed"),
    Flag::switch("validate", "refused: needs a cluster"),
    Flag::value("wait", "without effect: nothing is installed").alone("watcher"),
    Flag::switch("wait-for-jobs", "without effect: nothing is installed"),
];

const USAGE: &str =
    "Renders a chart as helm does and prints it.\n\nUsage:  fairlead helm template [NAME] [CHART] [flags]\n";

/// Runs the command with the arguments behind its name.
pub(super) fn run(arguments: &[String]) -> Result<(), Failure> {
    let known: &[&[Flag]] = &[FLAGS, value_options::FLAGS, chart_path::FLAGS, GLOBAL];
    let flags = Flags::parse(arguments, known)?;
    if flags.help {
        anstream::print!("{USAGE}{}", flags::help(known));
        return Ok(());
    }
    if flags.positional.is_empty() {
        return Err(
            "\"helm template\" requires at least 1 argument\n\nUsage:  helm template [NAME] [CHART] [flags]"
                .to_owned(),
        );
    }
    let dialect = dialect(&flags)?;
    let capabilities = capabilities(&flags, dialect)?;
    refuse(&flags, dialect)?;
    let (name, chart) = name_and_chart(&flags, dialect)?;
    // A chart that is not there is told before values are read.
    let located = chart_path::locate(&chart, &flags, dialect)?;
    let values = value_options::merge(&flags, dialect)?;
    let mut chart = chart_path::load(&located, dialect)?;
    if flags.on("dependency-update")
        && chart.missing_dependencies().is_some()
        && let Located::Here(folder) = &located
        && folder.is_dir()
    {
        dependency::update(folder, &flags, dialect)?;
        chart = chart_path::load(&located, dialect)?;
    }
    chart.warnings.iter().for_each(|warning| anstream::eprintln!("{warning}"));
    let request = Request {
        name: &name,
        namespace: &namespace::namespace(&flags),
        is_upgrade: flags.on("is-upgrade"),
        capabilities: &capabilities,
        skip_schema: flags.on("skip-schema-validation"),
        environment: &Machine(dialect),
        limits: Limits::default(),
    };
    let rendered = match render(&chart, &values, &request) {
        // Most charts have no schema that refers elsewhere: the network is asked where a render missed something.
        Err(RenderError::Schema(_)) if chart.fetch_schemas(&mut remote::schema) => {
            render(&chart, &values, &request)
        }
        rendered => rendered,
    };
    let rendered = rendered.map_err(|error| match error.has_debug_hint() {
        true if flags.on("debug") => {
            // What is not there because a template failed is an empty line, as with helm.
            let unread = render_unread(&chart, &values, &request).unwrap_or_else(|_| "\n".to_owned());
            print(&unread).err().unwrap_or_else(|| error.to_string())
        }
        true => format!("{error}\n\nUse --debug flag to render out invalid YAML"),
        false => error.to_string(),
    })?;
    rendered.warnings.iter().for_each(|warning| anstream::eprintln!("{warning}"));
    let options = PrintOptions {
        no_hooks: flags.on("no-hooks"),
        skip_tests: flags.on("skip-tests"),
        include_crds: flags.on("include-crds"),
        show_only: flags.all("show-only"),
    };
    let text = match flags.text("output-dir") {
        "" => rendered.print(&options, dialect).map_err(|error| error.to_string())?,
        folder => {
            write_files(&rendered, &options, folder, flags.on("release-name").then_some(name.as_str()))?
        }
    };
    print(&text)
}

fn print(text: &str) -> Result<(), Failure> {
    std::io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string())
}

/// Flags that ask for what is not done here.
fn refuse(flags: &Flags, dialect: Dialect) -> Result<(), Failure> {
    if flags.on("validate") {
        return Err("--validate needs a cluster, and none is asked here: render, then validate with kubectl"
            .to_owned());
    }
    if flags.is_given("post-renderer") {
        return Err(
            "--post-renderer is not supported: no other program is run; pipe the output into it instead"
                .to_owned(),
        );
    }
    let strategy = flags.text("dry-run");
    let wrong = |words| Err(format!("invalid dry-run value ({strategy:?}). Must be {words}"));
    match (strategy, dialect) {
        ("server", _) => Err("--dry-run=server needs a cluster, and none is asked here".to_owned()),
        ("" | "client" | "true", _) | ("false" | "none", Dialect::Helm3) => Ok(()),
        (_, Dialect::Helm3) => {
            Err("Invalid dry-run flag. Flag must one of the following: false, true, none, client, server"
                .to_owned())
        }
        (word, Dialect::Helm4) => match boolean(word) {
            Some(true) => Ok(()),
            None if word != "none" => wrong("\"none\", \"server\", or \"client\""),
            _ => wrong("\"server\" or \"client\""),
        },
    }
}

fn capabilities(flags: &Flags, dialect: Dialect) -> Result<Capabilities, Failure> {
    let mut capabilities = Capabilities::new();
    let version = flags.text("kube-version");
    if !version.is_empty() {
        capabilities.kube_version =
            KubeVersion::parse(version, dialect).map_err(|error| error.to_string())?;
    }
    capabilities.api_versions.extend(flags.all("api-versions").iter().map(|version| version.as_str().into()));
    Ok(capabilities)
}

/// The release's name and the chart, of one or two arguments and the flags about names.
fn name_and_chart(flags: &Flags, dialect: Dialect) -> Result<(String, String), Failure> {
    match flags.positional.as_slice() {
        [name, chart] => {
            if flags.on("generate-name") {
                return Err("cannot set --generate-name and also specify a name".to_owned());
            }
            if !flags.text("name-template").is_empty() {
                return Err("cannot set --name-template and also specify a name".to_owned());
            }
            Ok((name.clone(), chart.clone()))
        }
        [chart] => {
            let template = flags.text("name-template");
            if template.is_empty() {
                return Ok(("release-name".to_owned(), chart.clone()));
            }
            let name = fairlead_helm::name_of_template(template, &Machine(dialect));
            Ok((name.map_err(|error| error.to_string())?, chart.clone()))
        }
        more => {
            let unexpected = more.get(2..).unwrap_or_default().join(", ");
            Err(format!("expected at most two arguments, unexpected arguments: {unexpected}"))
        }
    }
}

/// Writes every document to the file it is named after, and says so.
fn write_files(
    rendered: &Rendered,
    options: &PrintOptions<'_>,
    folder: &str,
    release: Option<&str>,
) -> Result<String, Failure> {
    let mut told = String::new();
    let mut written = BTreeSet::new();
    for document in rendered.documents(options) {
        let folder = match release {
            Some(release) if !document.is_crd => format!("{folder}/{release}"),
            _ => folder.to_owned(),
        };
        let path = format!("{folder}/{}", document.source);
        let failed = |error: std::io::Error| format!("open {path}: {}", reason(&error));
        if let Some(parent) = Path::new(&path).parent() {
            std::fs::create_dir_all(parent)
                .map_err(|error| format!("mkdir {}: {}", parent.display(), reason(&error)))?;
        }
        let append = !written.insert(path.clone());
        let mut open = std::fs::OpenOptions::new();
        let mut file = if append { open.append(true) } else { open.write(true).create(true).truncate(true) }
            .open(&path)
            .map_err(failed)?;
        write!(file, "---\n# Source: {}\n{}\n", document.source, document.content).map_err(failed)?;
        told.push_str(&format!("wrote {path}\n"));
    }
    told.push('\n');
    Ok(told)
}
