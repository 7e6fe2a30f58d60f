//! `make` writes a project of any size into a folder; `measure` says what generating such projects takes.

mod measure;

use std::path::Path;
use std::process::ExitCode;

use fairlead_fleet::Size;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["make", units, folder] => match units.parse() {
            Ok(units) => make(Size::of_units(units), Path::new(folder)),
            Err(_) => usage(),
        },
        ["measure", units @ ..] => match sizes(units) {
            Some(sizes) => measure::growth(&sizes),
            None => usage(),
        },
        [measure::ROW, units] => match units.parse() {
            Ok(units) => measure::row(Size::of_units(units)),
            Err(_) => usage(),
        },
        _ => usage(),
    }
}

/// The sizes that are named; where none is, from a hundred units to a hundred thousand.
fn sizes(units: &[&str]) -> Option<Vec<Size>> {
    match units {
        [] => Some([100, 1_000, 10_000, 100_000].map(Size::of_units).to_vec()),
        _ => units.iter().map(|units| units.parse().ok().map(Size::of_units)).collect(),
    }
}

fn usage() -> ExitCode {
    eprintln!(
        "fairlead-fleet make UNITS FOLDER    writes a project of about so many units\n\
         fairlead-fleet measure [UNITS]...   measures projects in memory, each in a process of its own"
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
