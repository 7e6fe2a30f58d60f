//! Compares builds and edits with the real tools.
//!
//! ```text
//! fairlead-kustomize-oracle ORACLE trees|errors|images|edits SEED ROUNDS
//! ```
//! `ORACLE` is the Go program beside this one. `trees` compares what is printed and whether a build fails, `errors` the
//! messages too, `images` and `edits` what a file means after an edit and how much of it changed. What differs is shrunk
//! and printed; the exit status tells whether anything did.

mod generate;
// The same protocol to a Go program that answers, written once.
#[path = "../../yaml/src/oracle.rs"]
mod oracle;
mod ours;
mod shrink;

use std::collections::BTreeSet;
use std::process::ExitCode;

use generate::Edit;
use oracle::{Answer, Oracle, Question};

/// How many different things are printed before it is enough.
const ENOUGH: usize = 12;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let [program, what @ ("trees" | "errors" | "images" | "edits"), seed, rounds] = words.as_slice() else {
        eprintln!("usage: fairlead-kustomize-oracle ORACLE trees|errors|images|edits SEED ROUNDS");
        return ExitCode::from(2);
    };
    let (seed, rounds) = (seed.parse().unwrap_or(1), rounds.parse().unwrap_or(1000));
    match Oracle::start(program)
        .and_then(|oracle| Run { oracle, what, reported: BTreeSet::new() }.rounds(seed, rounds))
    {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

struct Run<'a> {
    oracle: Oracle,
    what: &'a str,
    reported: BTreeSet<String>,
}

impl Run<'_> {
    fn rounds(mut self, seed: u64, rounds: u64) -> std::io::Result<usize> {
        let (mut differing, mut sound) = (0, 0);
        for round in 0..rounds {
            let seed = seed.wrapping_mul(1_000_003).wrapping_add(round);
            let differs = match self.what {
                "images" => self.image(&generate::image(seed))?,
                "edits" => self.edit(&generate::yq(seed))?,
                _ => self.tree(&generate::tree(seed), &mut sound)?,
            };
            differing += usize::from(differs);
            if self.reported.len() >= ENOUGH {
                break;
            }
            if round % 1000 == 999 {
                eprintln!("{} asked, {sound} of them built, {differing} differ", round + 1);
            }
        }
        eprintln!("{differing} differ, {sound} trees built");
        Ok(differing)
    }

    fn ask(&mut self, kind: &str, input: &str) -> std::io::Result<Answer> {
        let question = Question { kind: kind.to_owned(), input: input.to_owned() };
        Ok(self.oracle.ask(&[question])?.pop().unwrap_or_default())
    }

    fn tree(&mut self, text: &str, sound: &mut usize) -> std::io::Result<bool> {
        let theirs = self.ask("tree", text)?;
        *sound += usize::from(theirs.err.is_empty());
        let messages = self.what == "errors";
        if same_tree(&ours::tree(text), &theirs, messages) {
            return Ok(false);
        }
        let failed = !theirs.err.is_empty();
        let small = shrink::shrink(text, &mut |text| {
            let theirs = self.ask("tree", text)?;
            // A smaller tree that fails for another reason is no smaller case of this one.
            Ok(theirs.err.is_empty() != failed && !same_tree(&ours::tree(text), &theirs, messages))
        })?;
        let theirs = self.ask("tree", &small)?;
        self.report(&small, &ours::tree(&small), &theirs);
        Ok(true)
    }

    fn image(&mut self, text: &str) -> std::io::Result<bool> {
        if !self.image_differs(text)? {
            return Ok(false);
        }
        let (arguments, file) = text.split_once('\n').unwrap_or((text, ""));
        let whole = |file: &str| format!("{arguments}\n{file}");
        let small = whole(&shrink::shrink(file, &mut |file| self.image_differs(&whole(file)))?);
        let theirs = self.ask("image", &small)?;
        self.report(&small, &ours::image(&small), &theirs);
        Ok(true)
    }

    /// Kustomize adds what every kustomization file has by default; beside that both have to mean the same.
    fn image_differs(&mut self, text: &str) -> std::io::Result<bool> {
        let (ours, theirs) = (ours::image(text), self.ask("image", text)?);
        if !theirs.err.is_empty() || !ours.err.is_empty() {
            return Ok(ours.err.is_empty() != theirs.err.is_empty());
        }
        let (ours, theirs) = (self.ask("images", &ours.out)?, self.ask("images", &theirs.out)?);
        Ok(ours != theirs)
    }

    fn edit(&mut self, edit: &Edit) -> std::io::Result<bool> {
        if !self.edit_differs(edit)? {
            return Ok(false);
        }
        let mut small = edit.clone();
        small.text = shrink::shrink(&edit.text, &mut |text| {
            self.edit_differs(&Edit { text: text.to_owned(), ..edit.clone() })
        })?;
        let expression = small.expression();
        let theirs = self.ask("yq", &format!("{expression}\n{}", small.text))?;
        self.report(&format!("{expression}\n{:?}", small.text), &ours::edit(&small), &theirs);
        Ok(true)
    }

    fn edit_differs(&mut self, edit: &Edit) -> std::io::Result<bool> {
        let theirs = self.ask("yq", &format!("{}\n{}", edit.expression(), edit.text))?;
        let ours = ours::edit(edit);
        // Where yq or we refuse there is nothing to compare; yq's library does nothing with an empty text.
        let nothing = |text: &str| text.trim().is_empty() || text.starts_with("---\n");
        if !theirs.err.is_empty() || !ours.err.is_empty() || nothing(&edit.text) {
            return Ok(false);
        }
        let ours = self.ask("meaning", &ours.out)?;
        Ok(ours != theirs)
    }

    fn report(&mut self, input: &str, ours: &Answer, theirs: &Answer) {
        if self.reported.insert(input.to_owned()) {
            println!(
                "=====\n{input}\n-- theirs {}\n{}-- ours {}\n{}",
                theirs.err, theirs.out, ours.err, ours.out
            );
        }
    }
}

fn same_tree(ours: &Answer, theirs: &Answer, messages: bool) -> bool {
    if theirs.err.starts_with("panic") {
        return true;
    }
    if messages {
        ours == theirs
    } else {
        ours.out == theirs.out && ours.err.is_empty() == theirs.err.is_empty()
    }
}
