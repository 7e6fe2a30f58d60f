//! Every bound on what a template may use, in one place, each with its own error.

/// The bounds of one execution.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Steps: an action, a loop's turn, a function call, and a part of each byte that functions touch.
    pub fuel: u64,
    /// Bytes that all templates of an execution may write together.
    pub output: usize,
    /// How often one name may be included within itself: Helm's own bound.
    pub include_depth: u32,
    /// How deeply executions (include, tpl, template) may nest whatever their names.
    pub nesting: u32,
    /// Bytes that a single string may have.
    pub string: usize,
    /// Bytes of memory that a compiled regular expression may have.
    pub regex: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            fuel: 2_000_000_000,
            output: 512 << 20,
            include_depth: 1000,
            nesting: 100_000,
            string: 256 << 20,
            regex: 4 << 20,
        }
    }
}

/// How deeply a template's actions may nest in its source.
pub const PARSE_DEPTH: usize = 10_000;

/// How deeply parentheses may nest within an action.
pub const EXPRESSION_DEPTH: usize = 250;

/// How deeply values may nest where they are walked: printed, compared, merged, encoded.
pub const VALUE_DEPTH: usize = 10_000;

/// How deeply a value may nest where it is printed: deep enough for any value that does not contain itself, and
/// shallow enough for a small stack.
pub const VALUE_PRINT_DEPTH: usize = 500;

/// A bound was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitError {
    /// All fuel is used.
    #[error("the templates need more steps than allowed ({0}); look for a loop that multiplies itself")]
    Fuel(u64),
    /// The output is too large.
    #[error("the templates write more than allowed ({0} bytes)")]
    Output(usize),
    /// A string is too large.
    #[error("a string grows beyond what is allowed ({0} bytes)")]
    String(usize),
    /// Executions nest too deeply.
    #[error("templates execute each other more than {0} deep")]
    Nesting(u32),
    /// A value nests too deeply, or contains itself.
    #[error("a value is nested more than {0} deep; it may contain itself")]
    Depth(usize),
    /// A recording is too large.
    #[error("there is more to note of where values come from than allowed ({0} reads)")]
    Recording(usize),
    /// A regular expression is too large.
    #[error("a regular expression needs more memory than allowed ({0} bytes)")]
    Regex(usize),
}
