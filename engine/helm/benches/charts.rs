//! What charts cost to load, to render, and to split, check and sort: processor time, in microseconds an operation.
//!
//! `FAIRLEAD_CHARTS=dir:dir cargo bench -p fairlead-helm` measures charts of your choice besides the one made here. Go's
//! engine, in process and on one core, is measured by `tests/bench/helm`, which prints the same table.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::cell::Cell;
use std::fs;
use std::path::Path;

use fairlead_helm::{Capabilities, Chart, Dialect, File, Request, load_folder, render};
use fairlead_template::{Environment, FnError, Limits, Site};
use fairlead_yaml::{Map, Str};

fn main() {
    println!("chart\toperation\tn\tcpu_us_per_op\tbytes");
    measure("made", &made());
    let folders = std::env::var("FAIRLEAD_CHARTS").unwrap_or_default();
    for folder in folders.split(':').filter(|folder| !folder.is_empty()) {
        let mut files = Vec::new();
        read(Path::new(folder), "", &mut files);
        measure(folder, &files);
    }
}

fn measure(name: &str, files: &[File]) {
    let load = || load_folder(files.to_vec(), Dialect::Helm3).unwrap();
    row(name, "load", 0, || drop(load()));
    let chart = load();
    let rendered = match try_render(&chart) {
        Ok(rendered) => rendered,
        Err(error) => return println!("{name}\tfailed: {error}"),
    };
    let files: Vec<(Str, String)> = rendered
        .manifests
        .iter()
        .chain(rendered.hooks.iter().map(|hook| &hook.manifest))
        .map(|manifest| (manifest.source.clone(), format!("---\n{}\n", manifest.content)))
        .collect();
    let bytes = files.iter().map(|(_, text)| text.len()).sum();
    row(name, "values, templates, sort", bytes, || drop(try_render(&chart)));
    row(name, "sort", bytes, || {
        let files = files.iter().map(|(path, text)| (path, text.as_str()));
        fairlead_helm::manifest::sort(files, Dialect::Helm3, &mut Vec::new()).unwrap();
    });
}

fn try_render(chart: &Chart) -> Result<fairlead_helm::Rendered, fairlead_helm::RenderError> {
    let request = Request {
        name: "rel",
        namespace: "ns",
        is_upgrade: false,
        capabilities: &Capabilities::new(),
        skip_schema: true,
        environment: &Fixed(Cell::new(1)),
        limits: Limits::default(),
    };
    render(chart, &Map::new(), &request)
}

/// A clock that stands and randomness that repeats itself.
struct Fixed(Cell<u64>);

impl Environment for Fixed {
    fn dialect(&self) -> fairlead_template::Dialect {
        fairlead_template::Dialect::Helm3
    }

    fn now(&self, _: &Site) -> Result<(i64, u32), FnError> {
        Ok((1_700_000_000, 0))
    }

    fn random(&self, _: &Site, bytes: &mut [u8]) -> Result<(), FnError> {
        for byte in bytes {
            self.0.set(
                self.0.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407),
            );
            *byte = self.0.get().to_be_bytes()[0];
        }
        Ok(())
    }
}

/// Repeats an operation for about two seconds of processor time.
fn row(name: &str, operation: &str, bytes: usize, mut run: impl FnMut()) {
    run();
    let start = processor_time();
    let mut n = 0;
    while n < 5 || (n < 2000 && processor_time() - start < 2_000_000_000) {
        run();
        n += 1;
    }
    let each = (processor_time() - start) / n / 1000;
    println!("{name}\t{operation}\t{n}\t{each}\t{bytes}");
}

/// Nanoseconds that this thread has run, which other work on the machine does not change.
fn processor_time() -> u64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse().unwrap()
}

fn read(folder: &Path, prefix: &str, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            read(&path, &format!("{name}/"), files);
        } else {
            files.push(File::new(name, &fs::read(&path).unwrap()));
        }
    }
}

/// A chart with two subcharts and the helpers, labels and loops that charts of applications have.
fn made() -> Vec<File> {
    const HELPERS: &str = include_str!("made/_helpers.tpl");
    const VALUES: &str = include_str!("made/values.yaml");
    const DEPLOYMENT: &str = include_str!("made/deployment.yaml");
    let mut files = Vec::new();
    for (prefix, name) in [("", "made"), ("charts/one/", "one"), ("charts/two/", "two")] {
        let mut add =
            |path: &str, text: &str| files.push(File::new(format!("{prefix}{path}"), text.as_bytes()));
        add("Chart.yaml", &format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\nappVersion: \"2\"\n"));
        add("values.yaml", VALUES);
        add("templates/_helpers.tpl", HELPERS);
        for i in 0..10 {
            add(&format!("templates/deployment-{i}.yaml"), DEPLOYMENT);
        }
    }
    files
}
