//! `make` writes the charts to measure on, `pack` makes a package of a folder, `measure` and `keys` say what
//! charts and keys cost.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use fairlead_bench::clock::measure;
use fairlead_bench::{Failure, Subject, keys, models};
use fairlead_helm::{Dialect, File};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["make", folder] => make(Path::new(folder)),
        ["pack", folder, package] => pack(Path::new(folder), Path::new(package)),
        ["measure", helm, seconds, folder, package] => {
            rows(helm, seconds, Path::new(folder), Path::new(package))
        }
        ["keys", times] => keys(times),
        _ => {
            eprintln!("fairlead-bench make FOLDER");
            eprintln!("fairlead-bench pack CHART PACKAGE");
            eprintln!("fairlead-bench measure 3|4 SECONDS CHART PACKAGE");
            eprintln!("fairlead-bench keys TIMES");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn make(folder: &Path) -> Result<(), Failure> {
    for model in models::all() {
        for (path, text) in model.files {
            let path = folder.join(model.name).join(path);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(path, text)?;
        }
        println!("{}", model.name);
    }
    Ok(())
}

fn pack(folder: &Path, package: &Path) -> Result<(), Failure> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    Ok(fs::write(package, fairlead_helm::chart::pack(&name, &read(folder)?))?)
}

/// Prints what `tests/bench/helm` prints, with the same meaning.
fn rows(helm: &str, seconds: &str, folder: &Path, package: &Path) -> Result<(), Failure> {
    let dialect = Dialect::parse(helm).ok_or("there is no such Helm")?;
    let seconds: f64 = seconds.parse()?;
    let subject = Subject::new(read(folder)?, fs::read(package)?, dialect)?;
    let load = measure(seconds, || subject.files(), |files| subject.load_files(files))?;
    println!("load\t{load:.1}");
    println!("load package\t{:.1}", measure(seconds, || (), |()| subject.load_package())?);
    let both = measure(seconds, || (), |()| subject.render_and_sort())?;
    let sort = measure(seconds, || (), |()| subject.sort())?;
    println!("render\t{:.1}", (both - sort).max(0.0));
    println!("sort\t{sort:.1}");
    println!("documents\t{}", subject.sort()?);
    Ok(())
}

/// Prints the median and the longest of the times that making keys takes, in milliseconds.
fn keys(times: &str) -> Result<(), Failure> {
    for (name, source) in keys::SOURCES {
        let took = keys::measure(source, times.parse()?)?;
        let median = took.get(took.len() / 2).copied().unwrap_or_default();
        println!("{name}\t{median:.2}\t{:.2}", took.last().copied().unwrap_or_default());
    }
    Ok(())
}

/// The files of a folder, in the order of their paths.
fn read(folder: &Path) -> Result<Vec<File>, Failure> {
    let mut files = Vec::new();
    let mut folders = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                folders.push((entry.path(), name + "/"));
            } else {
                files.push(File::new(name, &fs::read(entry.path())?));
            }
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}
