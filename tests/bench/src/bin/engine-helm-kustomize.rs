//! The Helm and the Kustomize engine, to see what they weigh together: a package on standard input, and on standard output its
//! manifests with what the kustomization named by the first argument does to them.

use std::io::{Read, Write};
use std::process::ExitCode;

use fairlead_bench::{Failure, template};
use fairlead_kustomize::{Options, overlay};
use fairlead_world::{MemoryWorld, RepoPath};

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
    let fields = std::env::args().nth(1).unwrap_or_default();
    let mut package = Vec::new();
    std::io::stdin().read_to_end(&mut package)?;
    let manifests = template(&package)?;
    let built = overlay(&MemoryWorld::new(), &RepoPath::root(), &fields, &manifests, &Options::default());
    Ok(std::io::stdout().write_all(built.result?.print()?.as_bytes())?)
}
