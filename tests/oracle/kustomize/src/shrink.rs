//! Making what differs small.

/// Drops lines of a text as long as the answers still differ.
pub(crate) fn shrink(
    text: &str,
    differs: &mut dyn FnMut(&str) -> std::io::Result<bool>,
) -> std::io::Result<String> {
    let mut best = text.to_owned();
    let mut budget = 400;
    loop {
        let before = best.len();
        let mut size = best.lines().count().div_ceil(2);
        while size > 0 {
            let mut at = 0;
            loop {
                let lines: Vec<&str> = best.split_inclusive('\n').collect();
                if at >= lines.len() || budget == 0 {
                    break;
                }
                budget -= 1;
                let end = (at + size).min(lines.len());
                let smaller: String = lines[..at].iter().chain(&lines[end..]).copied().collect();
                if differs(&smaller)? {
                    best = smaller;
                } else {
                    at += size;
                }
            }
            size /= 2;
        }
        if best.len() == before || budget == 0 {
            return Ok(best);
        }
    }
}
