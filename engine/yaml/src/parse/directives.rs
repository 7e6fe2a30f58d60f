//! What stands before a document.

use std::borrow::Cow;

use super::Parser;
use crate::scan::Kind;
use crate::syntax::{Mark, SyntaxError};

/// The tag handles that need no directive.
const DEFAULT_TAGS: [(&str, &str); 2] = [("!", "!"), ("!!", "tag:yaml.org,2002:")];

impl<'a> Parser<'a> {
    /// Takes the directives of a document.
    pub(super) fn directives(&mut self) -> Result<(), SyntaxError> {
        let mut versions = 0;
        loop {
            let (mark, _) = self.place()?;
            let error = |problem| Err(SyntaxError::parser(problem, mark, Mark::default()));
            match self.kind()? {
                Kind::Version { .. } if versions > 0 => return error("found duplicate %YAML directive"),
                Kind::Version { major: 1, minor: 1 } => versions += 1,
                Kind::Version { .. } => return error("found incompatible YAML document"),
                Kind::TagDirective { .. } => {}
                _ => break,
            }
            if let Some(Kind::TagDirective { handle, prefix }) = self.scanner.take().map(|token| token.kind) {
                if self.tags.iter().any(|(known, _)| known == handle) {
                    return error("found duplicate %TAG directive");
                }
                self.tags.push((Cow::Borrowed(handle), Cow::Owned(prefix)));
            }
        }
        for (handle, prefix) in DEFAULT_TAGS {
            if !self.tags.iter().any(|(known, _)| known == handle) {
                self.tags.push((Cow::Borrowed(handle), Cow::Borrowed(prefix)));
            }
        }
        Ok(())
    }
}
