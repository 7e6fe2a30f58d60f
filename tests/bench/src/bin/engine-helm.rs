//! The Helm engine alone, to see what it weighs: a package on standard input, its manifests on standard output.

use std::io::{Read, Write};
use std::process::ExitCode;

use fairlead_bench::{Failure, template};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("Error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let mut package = Vec::new();
    std::io::stdin().read_to_end(&mut package)?;
    Ok(std::io::stdout().write_all(template(&package)?.as_bytes())?)
}
