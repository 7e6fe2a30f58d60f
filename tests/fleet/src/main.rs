//! `make` writes a project of any size into a folder; `measure` says what generating one takes.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use fairlead_delivery::generate::Options;
use fairlead_delivery::{Workspace, config, resolve};
use fairlead_fleet::Size;
use fairlead_world::Blob;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["make", units, folder] => match units.parse() {
            Ok(units) => make(Size::of_units(units), Path::new(folder)),
            Err(_) => usage(),
        },
        ["measure", units] => match units.parse() {
            Ok(units) => measure(Size::of_units(units)),
            Err(_) => usage(),
        },
        _ => usage(),
    }
}

fn usage() -> ExitCode {
    eprintln!(
        "fleet make UNITS FOLDER    writes a project of about so many units\nfleet measure UNITS        measures one in memory, each size in a process of its own"
    );
    ExitCode::from(2)
}

fn make(size: Size, folder: &Path) -> ExitCode {
    for (path, text) in fairlead_fleet::files(size) {
        let path = folder.join(path);
        let written =
            path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&path, text));
        if let Err(error) = written {
            eprintln!("{}: {error}", path.display());
            return ExitCode::FAILURE;
        }
    }
    println!("{} units in {}", size.units(), folder.display());
    ExitCode::SUCCESS
}

fn measure(size: Size) -> ExitCode {
    let world = fairlead_fleet::world(size);
    let root = fairlead_fleet::root();
    println!("{} units, {} files", size.units(), world.files().count());
    let (loaded, took) = timed(|| config::load(&world, &root));
    report("load the project", took);
    let Some(project) = loaded.project else { return ExitCode::FAILURE };
    let (matrix, took) = timed(|| resolve::matrix(&project, &resolve::Options::default()));
    report("resolve it", took);
    let units = matrix.units.len();
    drop((matrix, project));

    // What the command line does with a project that it has not seen, and the page with each edit of one.
    let mut workspace = Workspace::new(world, root.clone(), Options::default());
    let ((), cold) = timed(|| {
        workspace.update();
        workspace.refresh();
    });
    report("preview cold", cold);
    let each = |took: Duration| {
        println!("{:<28}{:>8.1} µs", "  each unit", took.as_secs_f64() * 1e6 / units.max(1) as f64);
    };
    each(cold);
    // The same units without noting what they read, which is what a generation does.
    if let Some(plan) = workspace.plan() {
        let world = fairlead_fleet::world(size);
        let ((), plain) = timed(|| plan.units().for_each(|unit| drop(plan.render(&world, unit))));
        report("render, nothing noted", plain);
        each(plain);
    }
    let failed =
        workspace.preview().diagnostics.into_iter().find(fairlead_delivery::diagnostic::Diagnostic::is_error);
    if let Some(problem) = failed {
        eprintln!("{problem}");
        return ExitCode::FAILURE;
    }
    let edits = [
        ("edit one cell", "values/services/tenant-0/env-0/service-0.yaml", "replicaCount: 9\n"),
        ("edit one tenant", "values/tenants/tenant-0/global.yaml", "tenant: renamed\n"),
        ("edit the project", "values/global.yaml", "region: us\nowner: platform\n"),
    ];
    for (what, path, text) in edits {
        let Ok(path) = root.join(path) else { continue };
        let (rendered, took) = timed(|| {
            workspace.edit(path, Some(Blob::from(text)));
            workspace.update();
            workspace.refresh().len()
        });
        report(&format!("{what} ({rendered} units)"), took);
    }
    if let Some(bytes) = peak_memory() {
        println!("{:<28}{:>8} MB", "peak memory", bytes / (1 << 20));
    }
    ExitCode::SUCCESS
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begin = Instant::now();
    let result = work();
    (result, begin.elapsed())
}

fn report(what: &str, took: Duration) {
    println!("{what:<28}{:>8.2} ms", took.as_secs_f64() * 1e3);
}

/// The most memory that the process has had, in bytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}
