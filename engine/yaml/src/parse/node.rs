//! One node: its anchor and tag, and what it is.

use super::{Event, Parsed, Parser, Props, Spanned, State};
use crate::emit::ScalarStyle;
use crate::scan::Kind;
use crate::syntax::{Mark, SyntaxError};

impl<'a> Parser<'a> {
    /// Parses a node, or the start of one that has children.
    pub(super) fn node(&mut self, block: bool, indentless: bool) -> Parsed<'a> {
        if let Kind::Alias(name) = *self.kind()? {
            let (start, end) = self.place()?;
            self.scanner.take();
            self.pop_state();
            return Ok(Spanned { event: Event::Alias(name), start, body: start, end });
        }
        let (mut start, _) = self.place()?;
        let mut end = start;
        let props = self.props(&mut start, &mut end)?;
        let (token_start, token_end) = self.place()?;
        let (next, event) = match self.kind()? {
            Kind::BlockEntry if indentless => {
                (State::IndentlessEntry, Event::SequenceStart { flow: false, props })
            }
            Kind::Scalar(..) => return self.scalar(props, start),
            Kind::FlowSequenceStart => (State::FlowSequenceFirst, Event::SequenceStart { flow: true, props }),
            Kind::FlowMappingStart => (State::FlowMappingFirst, Event::MappingStart { flow: true, props }),
            Kind::BlockSequenceStart if block => {
                (State::BlockSequenceFirst, Event::SequenceStart { flow: false, props })
            }
            Kind::BlockMappingStart if block => {
                (State::BlockMappingFirst, Event::MappingStart { flow: false, props })
            }
            _ if props.anchor.is_some() || props.tag.is_some() => {
                self.pop_state();
                let event = Event::Scalar { text: "".into(), style: ScalarStyle::Plain, props };
                return Ok(Spanned { event, start, body: end, end });
            }
            _ => {
                return Err(SyntaxError::parser("did not find expected node content", token_start, start));
            }
        };
        self.state = next;
        Ok(Spanned { event, start, body: token_start, end: token_end })
    }

    fn scalar(&mut self, props: Props<'a>, start: Mark) -> Parsed<'a> {
        let (body, end) = self.place()?;
        self.pop_state();
        match self.scanner.take().map(|token| token.kind) {
            Some(Kind::Scalar(text, style)) => {
                Ok(Spanned { event: Event::Scalar { text, style, props }, start, body, end })
            }
            _ => Err(SyntaxError::parser("did not find expected node content", start, start)),
        }
    }

    /// Parses an anchor and a tag in either order.
    fn props(&mut self, start: &mut Mark, end: &mut Mark) -> Result<Props<'a>, SyntaxError> {
        let mut props = Props::default();
        let mut tag = None;
        for first in [true, false] {
            let (token_start, token_end) = self.place()?;
            match self.kind()? {
                Kind::Anchor(name) if props.anchor.is_none() => props.anchor = Some(name),
                Kind::Tag { .. } if tag.is_none() => {}
                _ => break,
            }
            if first {
                *start = token_start;
            }
            *end = token_end;
            if let Some(Kind::Tag { handle, suffix }) = self.scanner.take().map(|token| token.kind) {
                tag = Some((handle, suffix, token_start));
            }
        }
        if let Some((handle, suffix, mark)) = tag {
            props.tag = self.resolve_tag(handle, suffix, *start, mark)?;
        }
        Ok(props)
    }

    /// Puts a handle's prefix before the suffix. An empty tag counts as none.
    fn resolve_tag(
        &self,
        handle: &str,
        suffix: String,
        start: Mark,
        mark: Mark,
    ) -> Result<Option<Box<str>>, SyntaxError> {
        let tag = if handle.is_empty() {
            suffix
        } else {
            let known = self.tags.iter().find(|(known, _)| known == handle);
            match known {
                Some((_, prefix)) if !(prefix.is_empty() && suffix.is_empty()) => format!("{prefix}{suffix}"),
                _ => return Err(SyntaxError::parser("found undefined tag handle", mark, start)),
            }
        };
        Ok(if tag.is_empty() { None } else { Some(tag.into()) })
    }
}
