//! What previews of projects take: processor time and memory, and how they grow with the project.

use std::process::{Command, ExitCode, Stdio};

use fairlead_delivery::diagnostic::Diagnostic;
use fairlead_fleet::{EDITS, Size, workspace, world};

/// The command that measures one size, in the process that it is called in.
pub(crate) const ROW: &str = "measure-row";

/// Measures projects one after the other: the most memory that a process has had is told for all of its life.
pub(crate) fn growth(sizes: &[Size]) -> ExitCode {
    println!(
        "{:>8} {:>7} {:>11} {:>9} {:>11} {:>11} {:>11} {:>9}",
        "units", "files", "cold ms", "µs/unit", "cell ms", "tenant ms", "project ms", "peak MB"
    );
    for size in sizes {
        let program = std::env::current_exe();
        let row = program.and_then(|program| {
            Command::new(program).args([ROW, &size.units().to_string()]).stdout(Stdio::inherit()).status()
        });
        match row {
            Ok(status) if status.success() => {}
            Ok(_) => return ExitCode::FAILURE,
            Err(error) => {
                eprintln!("{error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// Measures one project and prints its row.
pub(crate) fn row(size: Size) -> ExitCode {
    let world = world(size);
    let files = world.files().count();
    let mut workspace = workspace(world);
    let (outcome, cold) = timed(|| workspace.preview());
    if let Some(problem) = outcome.diagnostics.iter().find(|problem| Diagnostic::is_error(problem)) {
        eprintln!("{problem}");
        return ExitCode::FAILURE;
    }
    drop(outcome);
    let each = cold * 1e3 / size.units() as f64;
    print!("{:>8} {files:>7} {cold:>11.1} {each:>9.1}", size.units());
    for (round, edit) in EDITS.iter().enumerate() {
        let (rendered, took) = timed(|| edit.make(&mut workspace, round));
        if rendered != edit.readers(size) {
            eprintln!("\nan edit of the {} rendered {rendered} units", edit.name);
            return ExitCode::FAILURE;
        }
        print!(" {took:>11.2}");
    }
    match peak_memory() {
        Some(bytes) => println!(" {:>9}", bytes >> 20),
        None => println!(" {:>9}", "-"),
    }
    ExitCode::SUCCESS
}

/// Runs something and gives back how many milliseconds of this thread's time that took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begin = milliseconds();
    let result = work();
    (result, milliseconds() - begin)
}

/// Processor time: what other programs on the machine do changes it little.
#[cfg(unix)]
fn milliseconds() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

#[cfg(not(unix))]
fn milliseconds() -> f64 {
    use std::sync::OnceLock;
    use std::time::Instant;

    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1e3
}

/// The most memory that the process has had, in bytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kilobytes| kilobytes << 10)
}
