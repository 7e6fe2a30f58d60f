//! How long builds take, beside Kustomize's own library in the same run.
//!
//! `cargo bench -p fairlead-kustomize` measures ours alone; with `FAIRLEAD_KUSTOMIZE_ORACLE` naming the program that
//! `tests/oracle/kustomize` makes, both build each tree in turn, from memory, and the ratio is printed.
//! `tests/oracle/kustomize/speed` does all of it. An argument names the trees to build, by a part of their names.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a benchmark needs a clock, and trees on the disk for the other side to read"
)]

mod made;

use std::hint::black_box;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use fairlead_kustomize::{Options, build};
use fairlead_world::{Blob, MemoryWorld, RepoPath};

use made::{Tree, trees};

/// For how long a tree is measured, where one build does not take longer.
const ENOUGH: Duration = Duration::from_secs(2);

fn main() {
    let mut oracle = std::env::var("FAIRLEAD_KUSTOMIZE_ORACLE").ok().map(|program| Oracle::start(&program));
    println!("{:22} {:>10} {:>12} {:>12} {:>8}", "tree", "bytes", "ours", "Kustomize", "ratio");
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    for tree in trees().into_iter().filter(|tree| wanted.as_ref().is_none_or(|name| tree.name.contains(name)))
    {
        let (ours, bytes) = measure(&tree);
        let theirs = oracle.as_mut().map(|oracle| oracle.measure(&tree));
        let name = tree.name;
        match theirs {
            None => println!("{name:22} {bytes:10} {:>9.2} ms", milliseconds(ours)),
            Some((theirs, length)) => {
                assert_eq!(bytes, length, "{name}: the two do not print the same");
                let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
                println!(
                    "{name:22} {bytes:10} {:>9.2} ms {:>9.2} ms {ratio:>7.1}x",
                    milliseconds(ours),
                    milliseconds(theirs)
                );
            }
        }
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The best of several builds, printing included, and how much is printed.
fn measure(tree: &Tree) -> (Duration, usize) {
    let mut world = MemoryWorld::new();
    for (path, text) in &tree.files {
        world.insert(RepoPath::parse(path).unwrap(), Blob::from(text.as_str()));
    }
    let folder = RepoPath::parse(tree.folder).unwrap();
    let (mut best, mut bytes) = (Duration::MAX, 0);
    let begin = Instant::now();
    let mut rounds = 0;
    while rounds < 3 || (begin.elapsed() < ENOUGH && rounds < 400) {
        let start = Instant::now();
        let text = build(black_box(&world), &folder, &Options::default()).result.unwrap().print().unwrap();
        best = best.min(start.elapsed());
        bytes = text.len();
        rounds += 1;
    }
    (best, bytes)
}

/// Kustomize's library, in a program that measures what it is told to build.
struct Oracle {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Oracle {
    fn start(program: &str) -> Oracle {
        let mut command = Command::new(program);
        let mut child = command.arg("time").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (to, from) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Oracle { child, to, from: BufReader::new(from) }
    }

    fn measure(&mut self, tree: &Tree) -> (Duration, usize) {
        let root = std::env::temp_dir().join(format!("fairlead-bench-{}", std::process::id()));
        for (path, text) in &tree.files {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().unwrap_or(Path::new("/"))).unwrap();
            std::fs::write(path, text).unwrap();
        }
        writeln!(self.to, "{}\t{}", root.display(), tree.folder).unwrap();
        let mut reply = String::new();
        self.from.read_line(&mut reply).unwrap();
        std::fs::remove_dir_all(&root).unwrap();
        let (nanoseconds, bytes) = reply.trim_end().split_once('\t').unwrap();
        (Duration::from_nanos(nanoseconds.parse().unwrap()), bytes.parse().unwrap())
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
