//! Broken templates: the sources of the cases with pieces cut, doubled and exchanged. Whatever comes of it, nothing
//! panics, hangs or overflows the stack.
//!
//! `FAIRLEAD_RANDOM` is how many are tried (3 000 without it), `FAIRLEAD_SEED` where to start.

#![allow(clippy::disallowed_methods, reason = "tests read their cases from the disk")]

use std::fs;
use std::sync::Arc;

use fairlead_template::{Dialect, Execution, Limits, Map, Sealed, Set, Template, Value};

/// Small numbers that look random.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound.max(1)
    }
}

#[test]
fn broken_templates_are_errors() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .expect("the test is well made")
        .map(|entry| entry.expect("the test is well made").path())
        .collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    let text: String =
        paths.iter().map(|path| fs::read_to_string(path).expect("the test is well made")).collect();
    let sources: Vec<&str> = text.lines().filter(|line| line.contains("{{")).collect();
    let number = |name: &str, default: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let first = number("FAIRLEAD_SEED", 1);
    for seed in first..first + number("FAIRLEAD_RANDOM", 3000) {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        run(&broken(&mut random, &sources));
    }
}

fn broken(random: &mut Random, sources: &[&str]) -> String {
    let mut chars: Vec<char> = Vec::new();
    for _ in 0..=random.below(3) {
        chars.extend(sources[random.below(sources.len())].chars());
    }
    for _ in 0..=random.below(4) {
        let from = random.below(chars.len());
        let to = (from + random.below(12)).min(chars.len());
        let piece: Vec<char> = chars[from..to].to_vec();
        match random.below(3) {
            0 => drop(chars.drain(from..to)),
            1 => {
                let at = random.below(chars.len());
                chars.splice(at..at, piece);
            }
            _ => {
                let odd = ['{', '}', '(', ')', '"', '$', '.', '|', '-', ' ', '\n', 'é', '0', '%'];
                if let Some(place) = chars.get_mut(from) {
                    *place = odd[random.below(odd.len())];
                }
            }
        }
    }
    chars.into_iter().collect()
}

fn run(source: &str) {
    let limits = Limits { fuel: 20_000, output: 1 << 20, string: 1 << 20, ..Limits::default() };
    for dialect in [Dialect::Helm3, Dialect::Helm4] {
        let Ok(template) = Template::parse("t.yaml", source, dialect) else {
            continue;
        };
        let set = Set::link([Arc::new(template)]);
        let values = Map::new();
        values.insert("s", "text".into());
        values.insert("l", Value::list(vec![Value::Int(1), Value::Nil, "x".into()]));
        let top = Map::new();
        top.insert("Values", values.into());
        let environment = Sealed(dialect);
        let mut execution = Execution::new(&set, &environment, limits);
        let plain = execution.execute("t.yaml", &top.clone().into()).map_err(|error| error.text);
        // Whatever the first execution has set in the values, recording goes through the same code.
        let _ = Execution::new(&set, &environment, limits).record("t.yaml", &top.into());
        drop(plain);
    }
}
