//! What is written into a text.

/// What to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewValue {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, in the digits it was given in.
    Number(String),
    /// Text, which stays text however it looks.
    Text(String),
    /// A mapping of texts.
    Fields(Vec<(String, String)>),
}

impl NewValue {
    /// Takes a word as people type it: `true`, `false`, `null` and numbers count as such, everything else is text.
    ///
    /// Only plain decimal numbers count: `1e5` is the start of a commit, `010` an id, `1_000` a name.
    pub fn detect(word: &str) -> Self {
        match word {
            "null" => NewValue::Null,
            "true" => NewValue::Bool(true),
            "false" => NewValue::Bool(false),
            _ if is_decimal(word) => NewValue::Number(word.to_owned()),
            _ => NewValue::Text(word.to_owned()),
        }
    }
}

/// Whether a word is `-?(0|[1-9][0-9]*)(\.[0-9]+)?`.
fn is_decimal(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole) && (whole == "0" || !whole.starts_with('0')) && fraction.is_none_or(all_digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_detected() {
        for word in
            ["v1.0.0", "1.2.3", "1e5", "010", "0x10", "yes", "", "-", "1.", ".5", "a\nb", "12:30", "+1"]
        {
            assert_eq!(NewValue::detect(word), NewValue::Text(word.to_owned()));
        }
        for word in ["123", "0", "-1", "1.10", "0.5"] {
            assert_eq!(NewValue::detect(word), NewValue::Number(word.to_owned()));
        }
        assert_eq!(NewValue::detect("true"), NewValue::Bool(true));
        assert_eq!(NewValue::detect("null"), NewValue::Null);
    }
}
