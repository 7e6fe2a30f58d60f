//! Go's quoted constants.

/// What a failed `strconv.Unquote` says.
pub(super) const SYNTAX: &str = "invalid syntax";

/// Undoes `"…"`, `` `…` `` or `'…'`, which the lexer has delimited.
pub(super) fn unquote(quoted: &str) -> Result<Vec<u8>, &'static str> {
    let mut chars = quoted.chars();
    let (Some(quote), Some(_)) = (chars.next(), chars.next_back()) else {
        return Err(SYNTAX);
    };
    let inner = chars.as_str();
    if quote == '`' {
        // Go drops carriage returns from raw strings.
        return Ok(inner.bytes().filter(|byte| *byte != b'\r').collect());
    }
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while !rest.is_empty() {
        let (piece, tail) = unquote_char(rest, quote)?;
        match piece {
            Piece::Char(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            Piece::Byte(byte) => out.push(byte),
        }
        rest = tail;
    }
    Ok(out)
}

/// One character of a quoted constant.
pub(super) enum Piece {
    /// A character, literal or by its number.
    Char(char),
    /// A byte from a `\x` or octal escape.
    Byte(u8),
}

/// Reads one character, as `strconv.UnquoteChar` does.
pub(super) fn unquote_char(text: &str, quote: char) -> Result<(Piece, &str), &'static str> {
    let mut chars = text.chars();
    match chars.next() {
        Some(c) if c == quote => return Err(SYNTAX),
        Some('\\') => {}
        Some(c) => return Ok((Piece::Char(c), chars.as_str())),
        None => return Err(SYNTAX),
    }
    let plain = match chars.next() {
        Some('a') => '\x07',
        Some('b') => '\x08',
        Some('f') => '\x0c',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('v') => '\x0b',
        Some('\\') => '\\',
        Some(c @ ('\'' | '"')) if c == quote => c,
        Some('x') => {
            let (code, rest) = digits(chars.as_str(), 2, 16)?;
            return Ok((Piece::Byte(u8::try_from(code).map_err(|_| SYNTAX)?), rest));
        }
        Some(c @ ('u' | 'U')) => {
            let (code, rest) = digits(chars.as_str(), if c == 'u' { 4 } else { 8 }, 16)?;
            return Ok((Piece::Char(char::from_u32(code).ok_or(SYNTAX)?), rest));
        }
        Some('0'..='7') => {
            let (code, rest) = digits(text.get(1..).unwrap_or(""), 3, 8)?;
            return Ok((Piece::Byte(u8::try_from(code).map_err(|_| SYNTAX)?), rest));
        }
        _ => return Err(SYNTAX),
    };
    Ok((Piece::Char(plain), chars.as_str()))
}

fn digits(text: &str, count: usize, radix: u32) -> Result<(u32, &str), &'static str> {
    let (Some(head), Some(tail)) = (text.get(..count), text.get(count..)) else {
        return Err(SYNTAX);
    };
    if head.starts_with('+') {
        return Err(SYNTAX);
    }
    Ok((u32::from_str_radix(head, radix).map_err(|_| SYNTAX)?, tail))
}
