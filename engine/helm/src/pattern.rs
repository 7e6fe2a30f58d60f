//! Go's `filepath.Match`: shell patterns over whole paths, in which `*` stops at `/`.

/// The pattern is malformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("syntax error in pattern")]
pub(crate) struct BadPattern;

/// Whether `pattern` matches the whole of `name`.
///
/// As in Go, a malformed pattern is an error only as far as it had to be read, except that its rest is scanned too.
pub(crate) fn matches(pattern: &str, name: &str) -> Result<bool, BadPattern> {
    let (mut pattern, mut name) = (pattern, name);
    while !pattern.is_empty() {
        let (star, chunk, rest) = next_chunk(pattern);
        pattern = rest;
        if star && chunk.is_empty() {
            return Ok(!name.contains('/'));
        }
        if let Some(left) = match_chunk(chunk, name)?
            && (left.is_empty() || !pattern.is_empty())
        {
            name = left;
            continue;
        }
        if star && let Some(left) = match_behind_star(chunk, name, pattern.is_empty())? {
            name = left;
            continue;
        }
        check_rest(pattern)?;
        return Ok(false);
    }
    Ok(name.is_empty())
}

/// Tries the chunk behind a star at every place that the star can reach.
fn match_behind_star<'a>(chunk: &str, name: &'a str, last: bool) -> Result<Option<&'a str>, BadPattern> {
    for (at, c) in name.char_indices() {
        if c == '/' {
            break;
        }
        if let Some(left) = match_chunk(chunk, &name[at + c.len_utf8()..])?
            && (!last || left.is_empty())
        {
            return Ok(Some(left));
        }
    }
    Ok(None)
}

/// Reads what is left of a pattern that did not match, to report it where it is malformed.
fn check_rest(pattern: &str) -> Result<(), BadPattern> {
    let mut pattern = pattern;
    while !pattern.is_empty() {
        let (_, chunk, rest) = next_chunk(pattern);
        match_chunk(chunk, "")?;
        pattern = rest;
    }
    Ok(())
}

/// Leading stars, and everything up to the next star outside brackets.
fn next_chunk(pattern: &str) -> (bool, &str, &str) {
    let body = pattern.trim_start_matches('*');
    let star = body.len() < pattern.len();
    let (mut in_range, mut escaped) = (false, false);
    for (at, c) in body.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => in_range = true,
            ']' => in_range = false,
            '*' if !in_range => return (star, &body[..at], &body[at..]),
            _ => {}
        }
    }
    (star, body, "")
}

/// Matches a chunk without stars at the start of `text` and returns what is left of the text.
fn match_chunk<'a>(chunk: &str, text: &'a str) -> Result<Option<&'a str>, BadPattern> {
    let (mut chunk, mut text) = (chunk, text);
    let mut failed = false;
    while let Some(c) = chunk.chars().next() {
        failed |= text.is_empty();
        let found = if failed { None } else { text.chars().next() };
        match c {
            '[' => {
                let (hit, rest) = match_range(&chunk[1..], found)?;
                chunk = rest;
                failed |= !hit;
            }
            '?' => {
                failed |= found == Some('/');
                chunk = &chunk[1..];
            }
            _ => {
                let (literal, rest) = literal(chunk)?;
                chunk = rest;
                failed |= found != Some(literal);
            }
        }
        if !failed && let Some(found) = found {
            text = &text[found.len_utf8()..];
        }
    }
    Ok((!failed).then_some(text))
}

fn literal(chunk: &str) -> Result<(char, &str), BadPattern> {
    let chunk = chunk.strip_prefix('\\').unwrap_or(chunk);
    let c = chunk.chars().next().ok_or(BadPattern)?;
    Ok((c, &chunk[c.len_utf8()..]))
}

/// A bracket expression behind its `[`; without a character to match it is read for errors only.
fn match_range(body: &str, found: Option<char>) -> Result<(bool, &str), BadPattern> {
    let negated = body.starts_with('^');
    let mut body = body.strip_prefix('^').unwrap_or(body);
    let (mut hit, mut ranges) = (false, 0);
    loop {
        if ranges > 0
            && let Some(rest) = body.strip_prefix(']')
        {
            return Ok((hit != negated, rest));
        }
        let (low, rest) = range_end(body)?;
        body = rest;
        let mut high = low;
        if let Some(rest) = body.strip_prefix('-') {
            (high, body) = range_end(rest)?;
        }
        hit |= found.is_some_and(|c| low <= c && c <= high);
        ranges += 1;
    }
}

fn range_end(body: &str) -> Result<(char, &str), BadPattern> {
    if body.starts_with(['-', ']']) {
        return Err(BadPattern);
    }
    let (c, rest) = literal(body)?;
    if rest.is_empty() { Err(BadPattern) } else { Ok((c, rest)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_go() {
        let cases = [
            ("abc", "abc", true),
            ("*", "abc", true),
            ("*c", "abc", true),
            ("a*", "ab/c", false),
            ("a*/b", "abc/b", true),
            ("a*b*c*d*e*/f", "axbxcxdxe/f", true),
            ("a*b?c*x", "abxbbxdbxebxczzx", true),
            ("ab[^e-g]", "abc", true),
            ("a[!a]b", "a!b", true),
            ("a???b", "a\u{263a}\u{263a}\u{263a}b", true),
            ("a?b", "a/b", false),
            ("[\\]a]", "]", true),
            ("templates/.?*", "templates/.hidden", true),
            ("templates/.?*", "templates/x", false),
            ("templates/*.yaml", "templates/a.yaml", true),
            ("", "", true),
        ];
        for (pattern, name, hit) in cases {
            assert_eq!(matches(pattern, name), Ok(hit), "{pattern} {name}");
        }
        for bad in ["[]a]", "[-]", "[x-]", "[a-b-c]", "[", "a[", "a\\"] {
            assert_eq!(matches(bad, "abc"), Err(BadPattern), "{bad}");
        }
    }
}
