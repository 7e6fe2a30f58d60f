//! Compares `fairlead-yaml` with the Go libraries.
//!
//! ```text
//! fairlead-yaml-oracle ORACLE random SEED ROUNDS   random texts and values, in batches
//! fairlead-yaml-oracle ORACLE files KIND FILE...   whole files
//! ```
//! `ORACLE` is the Go program beside this one. What differs is shrunk and printed; the exit status tells whether
//! anything did.

#[path = "../../../../engine/yaml/tests/support/answers.rs"]
mod answers;
mod generate;
mod oracle;
mod shrink;

use std::collections::BTreeSet;
use std::process::ExitCode;

use oracle::{Answer, Oracle, Question};

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        [oracle, "random", seed, rounds] => {
            let seed = seed.parse().unwrap_or(1);
            let rounds = rounds.parse().unwrap_or(1000);
            Oracle::start(oracle).and_then(|oracle| random(oracle, seed, rounds))
        }
        [oracle, "files", kind, files @ ..] => {
            Oracle::start(oracle).and_then(|oracle| whole_files(oracle, kind, files))
        }
        _ => {
            eprintln!("usage: fairlead-yaml-oracle ORACLE random SEED ROUNDS | ORACLE files KIND FILE...");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// How many questions go to the oracle at once.
const BATCH: u64 = 200;

fn random(mut oracle: Oracle, seed: u64, rounds: u64) -> std::io::Result<usize> {
    let mut differing = 0;
    let mut reported = BTreeSet::new();
    let mut asked = 0u64;
    for round in 0..rounds {
        let questions: Vec<Question> = (0..BATCH)
            .flat_map(|i| generate::questions(seed.wrapping_mul(1_000_003).wrapping_add(round * BATCH + i)))
            .collect();
        asked += questions.len() as u64;
        let answers = oracle.ask(&questions)?;
        for (question, theirs) in questions.iter().zip(answers) {
            if !same(question, &theirs) {
                differing += 1;
                report(&mut oracle, question, &mut reported)?;
                if reported.len() >= 12 {
                    return Ok(differing);
                }
            }
        }
        if round % 100 == 99 {
            eprintln!("round {}: {asked} questions, {differing} differ", round + 1);
        }
    }
    Ok(differing)
}

fn whole_files(mut oracle: Oracle, kind: &str, files: &[&str]) -> std::io::Result<usize> {
    let mut differing = 0;
    let mut reported = BTreeSet::new();
    let mut asked = 0;
    for files in files.chunks(50) {
        let mut questions = Vec::new();
        for file in files {
            // The protocol is JSON, which carries no broken UTF-8.
            if let Ok(input) = String::from_utf8(std::fs::read(file)?) {
                questions.push(Question { kind: kind.to_owned(), input });
            }
        }
        asked += questions.len();
        let answers = oracle.ask(&questions)?;
        for ((question, theirs), file) in questions.iter().zip(answers).zip(files) {
            if !same(question, &theirs) {
                differing += 1;
                println!("file {file}");
                report(&mut oracle, question, &mut reported)?;
                if reported.len() >= 12 {
                    return Ok(differing);
                }
            }
        }
    }
    eprintln!("{asked} files, {differing} differ");
    Ok(differing)
}

impl Answer {
    /// What we answer.
    fn ours(question: &Question) -> Answer {
        match answers::answer(&question.kind, &question.input) {
            Ok(out) => Answer { out, err: String::new() },
            Err(err) => Answer { out: String::new(), err },
        }
    }
}

fn same(question: &Question, theirs: &Answer) -> bool {
    // A panic of theirs is no answer to hold ourselves against, and Go prints maps in the order of addresses.
    if theirs.err.starts_with("panic") || theirs.err.contains("map[interface {}]interface {}{") {
        return true;
    }
    let ours = Answer::ours(question);
    // What JSON has no form for is gone for them when its key comes again, and an error for us.
    let overwritten = ours.err.contains("unsupported value") || ours.err.contains("unsupported map key");
    // Printing fails as a whole; which of several reasons comes first doesn't show.
    let both_fail = question.kind == "emit-v2" && !ours.err.is_empty() && !theirs.err.is_empty();
    ours == *theirs || overwritten || both_fail || ours.err.starts_with("input:")
}

/// Shrinks and prints what differs, unless the same was printed already.
fn report(oracle: &mut Oracle, question: &Question, reported: &mut BTreeSet<String>) -> std::io::Result<()> {
    let small = shrink::shrink(oracle, question, same)?;
    if !reported.insert(small.input.clone()) {
        return Ok(());
    }
    let theirs = oracle.ask(std::slice::from_ref(&small))?.pop().unwrap_or_default();
    let ours = Answer::ours(&small);
    println!("== {}\n-- input {:?}\n-- theirs {theirs:?}\n-- ours   {ours:?}", small.kind, small.input);
    Ok(())
}
