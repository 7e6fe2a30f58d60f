//! What servers say to people, before people see it: bounded, and without what a terminal would take for a command.

/// How much is shown of what fits on a line, in characters.
const LINE: usize = 300;

/// How much of what may have several lines, as hooks and ssh print them.
const LINES: usize = 2000;

/// A foreign text on one line.
pub fn line(text: &str) -> String {
    shown(text, LINE, |_| false)
}

/// A foreign text that may have several lines.
pub fn lines(text: &str) -> String {
    shown(text, LINES, |c| c == '\n')
}

fn shown(text: &str, at_most: usize, keeps: fn(char) -> bool) -> String {
    let text = text.trim().replace("\r\n", "\n");
    text.chars().map(|c| if is_command(c) && !keeps(c) { ' ' } else { c }).take(at_most).collect()
}

/// Whether a terminal acts on a character, or shows what is around it in another order or not at all.
fn is_command(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_that_a_terminal_acts_on() {
        let evil = "a\u{1b}]0;title\u{7}b\u{9b}2Jc\u{202e}d\re\u{8}f\u{7f}";
        for text in [line(evil), lines(evil)] {
            assert_eq!(text, "a ]0;title b 2Jc d e f ");
        }
    }

    #[test]
    fn lines_stay_lines_where_there_may_be_several() {
        assert_eq!(line(" one\r\ntwo\n"), "one two");
        assert_eq!(lines(" one\r\n\ntwo\n"), "one\n\ntwo");
    }

    #[test]
    fn what_is_long_is_cut() {
        let long = "ä".repeat(70_000);
        assert_eq!((line(&long).chars().count(), lines(&long).chars().count()), (LINE, LINES));
    }
}
