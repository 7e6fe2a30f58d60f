//! Making what differs small.

use crate::oracle::{Answer, Oracle, Question};

/// Drops lines, then characters, as long as the answers still differ.
pub(crate) fn shrink(
    oracle: &mut Oracle,
    question: &Question,
    same: fn(&Question, &Answer) -> bool,
) -> std::io::Result<Question> {
    let mut best = question.clone();
    let mut budget = 3000;
    for by_line in [true, false] {
        let mut size = parts(&best.input, by_line).len() / 2;
        while size > 0 {
            let mut at = 0;
            loop {
                let pieces = parts(&best.input, by_line);
                if at >= pieces.len() || budget == 0 {
                    break;
                }
                budget -= 1;
                let end = (at + size).min(pieces.len());
                let input: String = pieces[..at].iter().chain(&pieces[end..]).map(String::as_str).collect();
                let smaller = Question { kind: best.kind.clone(), input };
                let answer = oracle.ask(std::slice::from_ref(&smaller))?.pop().unwrap_or_default();
                let sound = !answer.err.starts_with("input:") && !answer.err.starts_with("panic");
                if sound && !same(&smaller, &answer) {
                    best = smaller;
                } else {
                    at += size;
                }
            }
            size /= 2;
        }
    }
    Ok(best)
}

fn parts(text: &str, by_line: bool) -> Vec<String> {
    if by_line {
        text.split_inclusive('\n').map(str::to_owned).collect()
    } else {
        text.chars().map(String::from).collect()
    }
}
