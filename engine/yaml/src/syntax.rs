//! What is wrong with a text that is not YAML.

use crate::emit::Dialect;

/// A place in the text being scanned.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Mark {
    offset: u32,
    line: u32,
    column: u32,
}

impl Mark {
    /// Makes a mark. Texts beyond 4 GB are refused before they are scanned, so nothing is cut off.
    pub(crate) fn new(offset: usize, line: usize, column: usize) -> Self {
        Mark { offset: offset as u32, line: line as u32, column: column as u32 }
    }

    /// Bytes from the start of the text.
    pub(crate) fn offset(self) -> usize {
        self.offset as usize
    }

    /// Lines from zero.
    pub(crate) fn line(self) -> usize {
        self.line as usize
    }

    /// Bytes from the start of the line.
    pub(crate) fn column(self) -> usize {
        self.column as usize
    }
}

/// Which stage failed: go-yaml counts lines differently for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Reader,
    Scanner,
    Parser,
    /// Behind the parser: the message carries its own lines.
    Composer,
}

/// A syntax error: the stage that found it, what it is and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    stage: Stage,
    problem: String,
    at: Mark,
    context: Mark,
}

impl std::fmt::Display for SyntaxError {
    /// Writes the error as yaml v3 words it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text(Dialect::V3))
    }
}

impl std::error::Error for SyntaxError {}

impl SyntaxError {
    pub(crate) fn reader(problem: &str) -> Self {
        Self::new(Stage::Reader, problem, Mark::default(), Mark::default())
    }

    pub(crate) fn scanner(problem: impl Into<String>, at: Mark, context: Mark) -> Self {
        Self::new(Stage::Scanner, problem, at, context)
    }

    pub(crate) fn parser(problem: &str, at: Mark, context: Mark) -> Self {
        Self::new(Stage::Parser, problem, at, context)
    }

    pub(crate) fn composer(problem: impl Into<String>, at: Mark) -> Self {
        Self::new(Stage::Composer, problem, at, Mark::default())
    }

    fn new(stage: Stage, problem: impl Into<String>, at: Mark, context: Mark) -> Self {
        SyntaxError { stage, problem: problem.into(), at, context }
    }

    /// What is wrong, without a place.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// The line on which it is wrong, from one: the true one, which go-yaml's text often misses by one.
    pub fn line(&self) -> usize {
        self.at.line() + 1
    }

    /// The error as go-yaml words it: `yaml: line 3: did not find expected key`.
    pub fn text(&self, dialect: Dialect) -> String {
        match self.stage {
            Stage::Reader | Stage::Composer => format!("yaml: {}", self.problem),
            Stage::Scanner | Stage::Parser => match self.go_line(dialect) {
                0 => format!("yaml: {}", self.problem),
                line => format!("yaml: line {line}: {}", self.problem),
            },
        }
    }

    /// The line go-yaml names, which is none for the first line, and one too few for the parser's errors.
    fn go_line(&self, dialect: Dialect) -> usize {
        let scanner = usize::from(self.stage == Stage::Scanner);
        match dialect {
            Dialect::V2 if self.at.line() != 0 => self.at.line() + scanner,
            Dialect::V2 => self.context.line(),
            Dialect::V3 if self.context.line() != 0 => self.context.line() + scanner,
            Dialect::V3 if self.at.line() != 0 => self.at.line() + scanner,
            Dialect::V3 => 0,
        }
    }
}
