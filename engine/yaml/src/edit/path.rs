//! Paths as yq writes them.

/// A path into documents.
///
/// `.a.b`, `."dotted.key"`, `.["key"]`, `.list[0]`, `.list[-1]`, `.list[]`, `.list[+]` (a new item),
/// `.list[] | select(.name == "x") | .b`, `select(di == 0).a`, with parentheses around any part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    pub(super) steps: Vec<Step>,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Key(String),
    Index(i64),
    Each,
    /// A new item at the end.
    New,
    Select(Condition),
}

/// What a `select` asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    Compare { of: Operand, equal: bool, to: Literal },
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

/// The left side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Operand {
    /// The index of the document.
    Document,
    Path(Vec<Step>),
}

/// The right side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Literal {
    Null,
    /// Text, in which `*` stands for anything.
    Text(String),
    /// A word without quotes: a number, `true` or `false`.
    Word(String),
}

/// Why a path can't be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("path {path:?}, character {at}: expected {expected}")]
pub struct PathError {
    /// The path.
    pub path: String,
    /// At which character, from one.
    pub at: usize,
    /// What was expected there.
    pub expected: &'static str,
}

/// How deep parentheses and conditions may be nested.
const MAX_NESTING: usize = 50;

impl Path {
    /// Reads a path.
    ///
    /// # Errors
    /// Tells the character at which it can't be understood.
    pub fn parse(path: &str) -> Result<Self, PathError> {
        let mut parser = Parser { path, rest: path, depth: 0 };
        let mut steps = Vec::new();
        parser.pipe(&mut steps)?;
        parser.blanks();
        if !parser.rest.is_empty() {
            return Err(parser.expected("a step or the end"));
        }
        Ok(Path { steps })
    }

    /// A path of keys.
    pub fn of_keys<K: Into<String>>(keys: impl IntoIterator<Item = K>) -> Self {
        Path { steps: keys.into_iter().map(|key| Step::Key(key.into())).collect() }
    }

    /// The path to an entry of the mapping this path leads to.
    #[must_use]
    pub fn join(mut self, key: impl Into<String>) -> Self {
        self.steps.push(Step::Key(key.into()));
        self
    }

    /// The path to an item of the sequence this path leads to.
    #[must_use]
    pub fn item(mut self, index: usize) -> Self {
        self.steps.push(Step::Index(i64::try_from(index).unwrap_or(i64::MAX)));
        self
    }

    /// The path to all items of what this path leads to.
    #[must_use]
    pub fn each(mut self) -> Self {
        self.steps.push(Step::Each);
        self
    }

    /// The same path in one of several documents, counted from zero.
    #[must_use]
    pub fn in_document(mut self, index: usize) -> Self {
        let to = Literal::Word(index.to_string());
        self.steps.insert(0, Step::Select(Condition::Compare { of: Operand::Document, equal: true, to }));
        self
    }
}

struct Parser<'p> {
    path: &'p str,
    rest: &'p str,
    depth: usize,
}

impl Parser<'_> {
    fn expected(&self, expected: &'static str) -> PathError {
        let done = self.path.len() - self.rest.len();
        let at = self.path.get(..done).map_or(0, |done| done.chars().count()) + 1;
        PathError { path: self.path.to_owned(), at, expected }
    }

    fn blanks(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes a token if it comes next.
    fn take(&mut self, token: &str) -> bool {
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn need(&mut self, token: &str, expected: &'static str) -> Result<(), PathError> {
        self.blanks();
        if self.take(token) { Ok(()) } else { Err(self.expected(expected)) }
    }

    fn enter(&mut self) -> Result<(), PathError> {
        self.depth += 1;
        if self.depth > MAX_NESTING { Err(self.expected("less nesting")) } else { Ok(()) }
    }

    /// Parts with `|` between them.
    fn pipe(&mut self, steps: &mut Vec<Step>) -> Result<(), PathError> {
        loop {
            self.part(steps)?;
            self.blanks();
            if !self.take("|") {
                return Ok(());
            }
        }
    }

    /// Steps that follow each other.
    fn part(&mut self, steps: &mut Vec<Step>) -> Result<(), PathError> {
        self.blanks();
        if self.take("(") {
            self.enter()?;
            self.pipe(steps)?;
            self.depth -= 1;
            self.need(")", "a closing parenthesis")?;
        } else if self.take("select") {
            self.need("(", "an opening parenthesis")?;
            self.enter()?;
            let condition = self.any()?;
            self.depth -= 1;
            self.need(")", "a closing parenthesis")?;
            steps.push(Step::Select(condition));
        } else if !self.rest.starts_with('.') {
            return Err(self.expected("a dot, select or a parenthesis"));
        }
        while self.rest.starts_with(['.', '[']) {
            self.step(steps)?;
        }
        Ok(())
    }

    fn step(&mut self, steps: &mut Vec<Step>) -> Result<(), PathError> {
        self.take(".");
        if self.take("[") {
            let step = self.bracket()?;
            steps.push(step);
        } else if self.rest.starts_with('"') {
            steps.push(Step::Key(self.quoted()?));
        } else {
            let end = self
                .rest
                .find(|c: char| {
                    matches!(c, '.' | '[' | ']' | '|' | ')' | '(' | '=' | '!' | '"') || c.is_whitespace()
                })
                .unwrap_or(self.rest.len());
            let (word, rest) = self.rest.split_at(end);
            match word {
                // A lone dot is where the path stands already.
                "" => {}
                "*" => steps.push(Step::Each),
                _ => steps.push(Step::Key(word.to_owned())),
            }
            self.rest = rest;
        }
        Ok(())
    }

    /// What stands in brackets.
    fn bracket(&mut self) -> Result<Step, PathError> {
        self.blanks();
        let step = if self.rest.starts_with(']') {
            Step::Each
        } else if self.take("+") {
            Step::New
        } else if self.rest.starts_with('"') {
            Step::Key(self.quoted()?)
        } else {
            let end = self.rest.find([']', ' ']).unwrap_or(self.rest.len());
            let (number, rest) = self.rest.split_at(end);
            let Ok(index) = number.parse() else { return Err(self.expected("a number, a quoted key or +")) };
            self.rest = rest;
            Step::Index(index)
        };
        self.need("]", "a closing bracket")?;
        Ok(step)
    }

    fn quoted(&mut self) -> Result<String, PathError> {
        self.take("\"");
        let mut out = String::new();
        let mut chars = self.rest.char_indices();
        while let Some((i, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = self.rest.get(i + 1..).unwrap_or("");
                    return Ok(out);
                }
                '\\' => match chars.next() {
                    Some((_, 'n')) => out.push('\n'),
                    Some((_, 't')) => out.push('\t'),
                    Some((_, c)) => out.push(c),
                    None => break,
                },
                c => out.push(c),
            }
        }
        Err(self.expected("a closing quote"))
    }

    /// Conditions with `or` between them.
    fn any(&mut self) -> Result<Condition, PathError> {
        let mut left = self.all()?;
        while self.word("or") {
            left = Condition::Or(Box::new(left), Box::new(self.all()?));
        }
        Ok(left)
    }

    /// Conditions with `and` between them.
    fn all(&mut self) -> Result<Condition, PathError> {
        let mut left = self.comparison()?;
        while self.word("and") {
            left = Condition::And(Box::new(left), Box::new(self.comparison()?));
        }
        Ok(left)
    }

    fn word(&mut self, word: &str) -> bool {
        self.blanks();
        self.rest.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '(', '.'])) && self.take(word)
    }

    fn comparison(&mut self) -> Result<Condition, PathError> {
        self.blanks();
        self.enter()?;
        if self.take("(") {
            let inner = self.any()?;
            self.need(")", "a closing parenthesis")?;
            self.depth -= 1;
            return Ok(inner);
        }
        let of = if self.take("documentIndex") || self.take("document_index") || self.take("di") {
            Operand::Document
        } else {
            let mut steps = Vec::new();
            self.part(&mut steps)?;
            Operand::Path(steps)
        };
        self.blanks();
        let equal = if self.take("==") {
            true
        } else if self.take("!=") {
            false
        } else {
            return Err(self.expected("== or !="));
        };
        let to = self.literal()?;
        self.depth -= 1;
        Ok(Condition::Compare { of, equal, to })
    }

    fn literal(&mut self) -> Result<Literal, PathError> {
        self.blanks();
        if self.rest.starts_with('"') {
            return self.quoted().map(Literal::Text);
        }
        let end = self.rest.find([' ', ')']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        if word.is_empty() {
            return Err(self.expected("a value"));
        }
        self.rest = rest;
        Ok(if word == "null" { Literal::Null } else { Literal::Word(word.to_owned()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Step {
        Step::Key(text.to_owned())
    }

    #[test]
    fn steps() {
        let steps = |path: &str| Path::parse(path).map(|path| path.steps);
        assert_eq!(steps(".a.b-c"), Ok(vec![key("a"), key("b-c")]));
        assert_eq!(steps(".\"a.b\".c"), Ok(vec![key("a.b"), key("c")]));
        assert_eq!(steps(".a.[\"b.c\"][-1]"), Ok(vec![key("a"), key("b.c"), Step::Index(-1)]));
        assert_eq!(steps("."), Ok(vec![]));
        assert_eq!(steps(".a[].b[+]"), Ok(vec![key("a"), Step::Each, key("b"), Step::New]));
    }

    #[test]
    fn conditions_stand_in_either_form() {
        let piped = Path::parse(".a[] | select(.name == \"x\") | .b").unwrap();
        let wrapped = Path::parse("(.a[] | select(.name == \"x\")).b").unwrap();
        let dotted = Path::parse(".a[] | select(.name == \"x\").b").unwrap();
        assert_eq!(piped, wrapped);
        assert_eq!(piped, dotted);
        assert!(Path::parse("select(di == 0 and (.kind == \"A\" or .kind == \"B\")).c").is_ok());
    }

    #[test]
    fn errors_name_the_character() {
        assert_eq!(
            Path::parse("a").unwrap_err().to_string(),
            "path \"a\", character 1: expected a dot, select or a parenthesis"
        );
        assert_eq!(Path::parse(".a[x]").unwrap_err().at, 4);
        assert!(Path::parse(&"(".repeat(1000)).is_err());
        assert!(Path::parse(&format!("select({}", "(".repeat(1000))).is_err());
    }
}
