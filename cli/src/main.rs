//! Fairlead on the command line.
//!
//! One file a command under [`commands`]; the drop-ins for other tools' commands are folders of their own.

mod base;
mod charts;
mod commands;
mod contents;
mod exit;
mod generation;
mod helm;
mod home;
mod kustomize;
mod output;
mod project;
mod remote;
mod report;
mod repository;
mod signing;
mod view;

use std::process::ExitCode;

use clap::Parser;

/// Delivers workloads for many tenants in several environments to many clusters, through git.
#[derive(Debug, Parser)]
#[command(name = "fairlead", version, propagate_version = true, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: commands::Command,
}

fn main() -> ExitCode {
    // The engine bounds its recursion; the main thread's stack of some systems is below those bounds.
    let run = || Cli::parse().command.run();
    match std::thread::Builder::new().stack_size(64 << 20).spawn(run).map(std::thread::JoinHandle::join) {
        Ok(Ok(exit)) => exit.into(),
        Ok(Err(_)) | Err(_) => exit::Exit::Failed.into(),
    }
}
