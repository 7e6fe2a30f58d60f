//! The tokens of a template's source.

use crate::go::quote::quote;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The lexer failed; the token's text is the message.
    Error,
    Bool,
    /// Any other printable ASCII character, such as a comma.
    Char,
    CharConstant,
    Complex,
    Assign,
    Declare,
    Eof,
    Field,
    Identifier,
    LeftDelim,
    LeftParen,
    Number,
    Pipe,
    RawString,
    RightDelim,
    RightParen,
    Space,
    String,
    Text,
    Variable,
    Block,
    Break,
    Continue,
    Dot,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

impl Kind {
    fn is_keyword(self) -> bool {
        matches!(
            self,
            Kind::Block
                | Kind::Break
                | Kind::Continue
                | Kind::Dot
                | Kind::Define
                | Kind::Else
                | Kind::End
                | Kind::If
                | Kind::Nil
                | Kind::Range
                | Kind::Template
                | Kind::With
        )
    }
}

/// A token: its kind, its text, and where it starts.
#[derive(Clone, Debug)]
pub(super) struct Token<'s> {
    pub(super) kind: Kind,
    pub(super) at: usize,
    pub(super) line: u32,
    pub(super) text: std::borrow::Cow<'s, str>,
}

impl Token<'_> {
    /// Describes the token as Go's parser does in its complaints.
    pub(super) fn describe(&self) -> String {
        if self.kind == Kind::Eof {
            return "EOF".to_owned();
        }
        if self.kind == Kind::Error {
            return self.text.clone().into_owned();
        }
        if self.kind.is_keyword() {
            return format!("<{}>", self.text);
        }
        if self.text.len() > 10 {
            let cut: String = self.text.chars().take(10).collect();
            return format!("{}...", quote(&cut));
        }
        quote(&self.text)
    }
}
