//! The cases with pieces missing, doubled and exchanged: whatever is left of them, a build refuses it or prints something
//! that can be read again.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

use std::path::Path;

use fairlead_kustomize::{Options, build};
use fairlead_world::{Blob, MemoryWorld, RepoPath};

/// How many trees are tried; `FAIRLEAD_ROUNDS` asks for more.
const ROUNDS: u64 = 1500;

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // xorshift64*
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides.max(1)
    }
}

fn texts(folder: &Path, all: &mut Vec<String>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { texts(&path, all) } else { all.push(std::fs::read_to_string(path).unwrap()) }
    }
}

const ODD: [&str; 14] = [
    "- ",
    "null",
    "{}",
    "[]",
    "&a",
    "*a",
    "<<: ",
    "$patch: delete\n",
    "!!int x",
    "\"",
    "|\n",
    "é",
    "9223372036854775807",
    "$patch: replace\n",
];

/// Changes a case in a few places, by lines or within them; lines of other cases come in too.
fn mutate(dice: &mut Dice, text: &str, others: &[String]) -> String {
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for _ in 0..1 + dice.roll(4) {
        let at = dice.roll(lines.len());
        let other = &others[dice.roll(others.len())];
        let foreign = other.split_inclusive('\n').nth(dice.roll(other.lines().count())).unwrap_or("\n");
        match dice.roll(6) {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, foreign.to_owned()),
            2 => {
                let other = dice.roll(lines.len());
                lines.swap(at, other);
            }
            3 => lines[at] = format!(" {}", lines[at]),
            _ => {
                let line = &mut lines[at];
                let cut = (0..=line.len())
                    .filter(|at| line.is_char_boundary(*at))
                    .nth(dice.roll(line.len()))
                    .unwrap_or(0);
                line.insert_str(cut, ODD[dice.roll(ODD.len())]);
            }
        }
        if lines.is_empty() {
            return String::new();
        }
    }
    lines.concat()
}

/// The files of a case, without its answer, which comes last.
fn world(text: &str) -> MemoryWorld {
    let mut world = MemoryWorld::new();
    let mut open: Option<(RepoPath, String)> = None;
    for line in text.split_inclusive('\n') {
        let name = line.trim_end().strip_prefix("-- ").and_then(|line| line.strip_suffix(" --"));
        match (name.map(RepoPath::parse), &mut open) {
            (Some(Ok(path)), _) => {
                if let Some((path, body)) = open.replace((path, String::new())) {
                    world.insert(path, Blob::from(body));
                }
            }
            (_, Some((_, body))) => body.push_str(line),
            _ => {}
        }
    }
    world
}

#[test]
fn mutated_cases_are_refused_or_built() {
    let mut all = Vec::new();
    texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases"), &mut all);
    let rounds =
        std::env::var("FAIRLEAD_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(ROUNDS);
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut built = 0;
    for _ in 0..rounds {
        let case = &all[dice.roll(all.len())];
        let text = mutate(&mut dice, case, &all);
        let folder = if text.contains("-- overlay/") { "overlay" } else { "base" };
        let world = world(&text);
        let Ok(resources) = build(&world, &RepoPath::parse(folder).unwrap(), &Options::default()).result
        else {
            continue;
        };
        if let Ok(printed) = resources.print() {
            built += 1;
            assert!(fairlead_yaml::value::documents(&printed).is_ok(), "{text}\n=== printed\n{printed}");
        }
    }
    assert!(
        built > rounds / 20,
        "{built} of {rounds} were built: the mutations are too wild to tell anything"
    );
}
