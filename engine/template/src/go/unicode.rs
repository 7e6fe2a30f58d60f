//! Case and classes of characters as Go's `unicode` package sees them: one character at a time.
//!
//! The standard library maps whole strings (`ß` to `SS`) and answers for derived properties; Go maps a character to
//! exactly one other and asks for the general category. Where the two part, the exceptions are listed here.

/// Returns the upper case of a character.
pub fn to_upper(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_uppercase();
    }
    let mut mapped = c.to_uppercase();
    match (mapped.next(), mapped.next()) {
        (Some(upper), None) => upper,
        _ => greek_with_iota(c),
    }
}

/// Returns the lower case of a character.
pub fn to_lower(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    if c == '\u{130}' {
        return 'i';
    }
    let mut mapped = c.to_lowercase();
    match (mapped.next(), mapped.next()) {
        (Some(lower), None) => lower,
        _ => c,
    }
}

/// Returns the title case of a character: the upper case, but for the letters that have a form of their own.
pub fn to_title(c: char) -> char {
    match c {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => c,
        c => to_upper(c),
    }
}

/// Answers whether a character is an upper case letter.
pub fn is_upper(c: char) -> bool {
    // Roman numerals and letters in circles and squares are no letters to Go.
    let numeral = matches!(c, '\u{2160}'..='\u{216f}' | '\u{24b6}'..='\u{24cf}' | '\u{1f130}'..='\u{1f189}');
    c.is_uppercase() && !numeral
}

/// Answers whether a character is a lower case letter.
pub fn is_lower(c: char) -> bool {
    let other = matches!(c,
        'ª' | 'º' | '\u{2b0}'..='\u{2b8}' | '\u{2c0}' | '\u{2c1}' | '\u{2e0}'..='\u{2e4}' | '\u{345}' | '\u{37a}'
        | '\u{10fc}' | '\u{1d2c}'..='\u{1d6a}' | '\u{1d78}' | '\u{1d9b}'..='\u{1dbf}' | '\u{2071}' | '\u{207f}'
        | '\u{2090}'..='\u{209c}' | '\u{2170}'..='\u{217f}' | '\u{24d0}'..='\u{24e9}' | '\u{2c7c}' | '\u{2c7d}'
        | '\u{a69c}' | '\u{a69d}' | '\u{a770}' | '\u{a7f2}'..='\u{a7f4}' | '\u{a7f8}' | '\u{a7f9}'
        | '\u{ab5c}'..='\u{ab5f}' | '\u{ab69}' | '\u{10780}'..='\u{107ba}' | '\u{1e030}'..='\u{1e06d}');
    c.is_lowercase() && !other
}

/// Answers whether a character is a title case letter, such as `ǅ`.
pub fn is_title(c: char) -> bool {
    matches!(c,
        '\u{1c5}' | '\u{1c8}' | '\u{1cb}' | '\u{1f2}' | '\u{1f88}'..='\u{1f8f}' | '\u{1f98}'..='\u{1f9f}'
        | '\u{1fa8}'..='\u{1faf}' | '\u{1fbc}' | '\u{1fcc}' | '\u{1ffc}')
}

/// Answers whether a character is white space.
pub fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// Answers whether a character is punctuation.
pub fn is_punct(c: char) -> bool {
    if c.is_ascii() {
        // Go counts these as symbols.
        return c.is_ascii_punctuation() && !matches!(c, '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~');
    }
    matches!(c,
        '¡' | '§' | '«' | '¶' | '·' | '»' | '¿' | '\u{37e}' | '\u{387}' | '\u{55a}'..='\u{55f}' | '\u{589}' | '\u{58a}'
        | '\u{5be}' | '\u{5c0}' | '\u{5c3}' | '\u{5c6}' | '\u{5f3}' | '\u{5f4}' | '\u{609}' | '\u{60a}' | '\u{60c}'
        | '\u{60d}' | '\u{61b}' | '\u{61d}'..='\u{61f}' | '\u{66a}'..='\u{66d}' | '\u{6d4}' | '\u{964}' | '\u{965}'
        | '\u{e4f}' | '\u{e5a}' | '\u{e5b}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{2043}'
        | '\u{2045}'..='\u{2051}' | '\u{2053}'..='\u{205e}' | '\u{207d}' | '\u{207e}' | '\u{208d}' | '\u{208e}'
        | '\u{2308}'..='\u{230b}' | '\u{2329}' | '\u{232a}' | '\u{2768}'..='\u{2775}' | '\u{27c5}' | '\u{27c6}'
        | '\u{27e6}'..='\u{27ef}' | '\u{2983}'..='\u{2998}' | '\u{29d8}'..='\u{29db}' | '\u{29fc}' | '\u{29fd}'
        | '\u{2e00}'..='\u{2e2e}' | '\u{2e30}'..='\u{2e4f}' | '\u{2e52}'..='\u{2e5d}' | '\u{3001}'..='\u{3003}'
        | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}' | '\u{3030}' | '\u{303d}' | '\u{30a0}' | '\u{30fb}'
        | '\u{fe10}'..='\u{fe19}' | '\u{fe30}'..='\u{fe52}' | '\u{fe54}'..='\u{fe61}' | '\u{fe63}' | '\u{fe68}'
        | '\u{fe6a}' | '\u{fe6b}' | '\u{ff01}'..='\u{ff03}' | '\u{ff05}'..='\u{ff0a}' | '\u{ff0c}'..='\u{ff0f}'
        | '\u{ff1a}' | '\u{ff1b}' | '\u{ff1f}' | '\u{ff20}' | '\u{ff3b}'..='\u{ff3d}' | '\u{ff3f}' | '\u{ff5b}'
        | '\u{ff5d}' | '\u{ff5f}'..='\u{ff65}')
}

/// Greek letters with iota below have an upper case of one character that the standard library spells with two.
fn greek_with_iota(c: char) -> char {
    let lower = matches!(c,
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' | '\u{1fb3}' | '\u{1fc3}'
        | '\u{1ff3}');
    match c {
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => char::from_u32(u32::from(c) + 9).unwrap_or(c),
        c if lower => char::from_u32(u32::from(c) + 8).unwrap_or(c),
        c => c,
    }
}
