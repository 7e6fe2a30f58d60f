//! Paths to values, such as `image.tag` or `env[0].name`.

use std::fmt;
use std::sync::Arc;

/// The way to a value: the keys of maps and the indices of lists.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct ValuePath(Vec<Arc<str>>);

impl ValuePath {
    /// Reads a path as `--set` writes it: keys parted by dots, `[0]` or `.0` for items, `\.` for a dot in a key. A
    /// leading `.Values.` or `.` is passed over, so that paths can be copied from templates.
    pub fn parse(text: &str) -> ValuePath {
        let text = text.strip_prefix(".Values").unwrap_or(text);
        let mut steps: Vec<Arc<str>> = Vec::new();
        let mut step = String::new();
        let mut characters = text.chars().peekable();
        while let Some(c) = characters.next() {
            match c {
                '\\' if characters.peek().is_some() => step.extend(characters.next()),
                '.' | '[' | ']' => {
                    if !step.is_empty() {
                        steps.push(Arc::from(std::mem::take(&mut step)));
                    }
                }
                c => step.push(c),
            }
        }
        if !step.is_empty() {
            steps.push(Arc::from(step));
        }
        ValuePath(steps)
    }

    /// A path of steps.
    pub fn of(steps: impl IntoIterator<Item = impl Into<Arc<str>>>) -> ValuePath {
        ValuePath(steps.into_iter().map(Into::into).collect())
    }

    /// Its steps from the top.
    pub fn steps(&self) -> &[Arc<str>] {
        &self.0
    }

    /// Whether one of both leads to the other or past it, so that a change at one is seen at the other.
    pub fn touches(&self, other: &ValuePath) -> bool {
        self.0.iter().zip(&other.0).all(|(mine, theirs)| mine == theirs)
    }

    pub(crate) fn push(&mut self, step: impl Into<Arc<str>>) {
        self.0.push(step.into());
    }

    pub(crate) fn pop(&mut self) {
        self.0.pop();
    }
}

impl fmt::Display for ValuePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(".")?;
            }
            f.write_str(&step.replace('\\', "\\\\").replace('.', "\\."))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_people_write_them() {
        for (text, shown) in [
            ("image.tag", "image.tag"),
            (".Values.image.tag", "image.tag"),
            ("env[0].name", "env.0.name"),
            (r"annotations.a\.b/c", r"annotations.a\.b/c"),
            ("", ""),
        ] {
            assert_eq!(ValuePath::parse(text).to_string(), shown, "{text}");
        }
        assert_eq!(ValuePath::parse(r"a\.b").steps().len(), 1);
    }

    #[test]
    fn a_path_touches_what_is_above_and_below_it() {
        let path = ValuePath::parse;
        assert!(path("a.b").touches(&path("a")) && path("a").touches(&path("a.b")));
        assert!(path("").touches(&path("a")));
        assert!(!path("a.b").touches(&path("a.c")));
    }
}
