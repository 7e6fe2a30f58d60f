//! What is wrong with a value, and how the validator says it.

use std::fmt;

use fairlead_template::go::quote::quote as go_quote;

/// A value that a schema refuses, with what led to it.
#[derive(Debug)]
pub(crate) struct Problem {
    /// Where in the values, as a JSON pointer.
    pub(crate) at: String,
    pub(crate) kind: Kind,
    pub(crate) causes: Vec<Problem>,
}

/// How problems are shown.
#[derive(Debug)]
pub(crate) enum Kind {
    /// The whole validation, which has no line of its own.
    Root,
    /// What failed at one place; several causes.
    Group,
    /// A reference; it has a line of its own only where it has several causes.
    Reference,
    /// Any other failure, in words.
    Says(String),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, cause) in self.causes.iter().enumerate() {
            cause.show(f, 1, i == 0)?;
        }
        Ok(())
    }
}

impl Problem {
    fn show(&self, f: &mut fmt::Formatter<'_>, indent: usize, first: bool) -> fmt::Result {
        let hidden = matches!(self.kind, Kind::Reference) && self.causes.len() == 1;
        if !hidden {
            let text = match &self.kind {
                Kind::Says(text) => text,
                Kind::Root | Kind::Group | Kind::Reference => "validation failed",
            };
            if !first {
                f.write_str("\n")?;
            }
            write!(f, "{:width$}- at {}: {text}", "", quote(&self.at), width = 2 * (indent - 1))?;
        }
        let indent = if hidden { indent } else { indent + 1 };
        for (i, cause) in self.causes.iter().enumerate() {
            cause.show(f, indent, first && hidden && i == 0)?;
        }
        Ok(())
    }
}

/// Text in single quotes.
pub(crate) fn quote(text: &str) -> String {
    let quoted = go_quote(text);
    let inner = quoted[1..quoted.len() - 1].replace("\\\"", "\"").replace('\'', "\\'");
    format!("'{inner}'")
}

/// Names in single quotes, separated by commas.
pub(crate) fn quote_all<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    names.into_iter().map(quote).collect::<Vec<_>>().join(", ")
}

/// A count as English writes it: `1,000`.
pub(crate) fn count(number: usize) -> String {
    group(&number.to_string())
}

/// A number as English writes it.
pub(crate) fn float(number: f64) -> String {
    let text = fairlead_yaml::number::format_f(number);
    match text.split_once('.') {
        Some((whole, fraction)) => format!("{}.{fraction}", group(whole)),
        None => group(&text),
    }
}

fn group(digits: &str) -> String {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |digits| ("-", digits));
    let mut text = String::from(sign);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
