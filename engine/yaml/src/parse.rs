//! Tokens to events: libyaml's grammar with its error texts.

use std::borrow::Cow;

use crate::emit::{Dialect, ScalarStyle};
use crate::scan::{Kind, Scanner};
use crate::source::Source;
use crate::syntax::{Mark, SyntaxError};

mod collection;
mod directives;
mod node;

/// Something that happens while a text is read.
#[derive(Debug, Clone)]
pub(crate) enum Event<'a> {
    StreamStart,
    StreamEnd,
    DocumentStart { explicit: bool },
    DocumentEnd,
    Alias(&'a str),
    Scalar { text: Cow<'a, str>, style: ScalarStyle, props: Props<'a> },
    SequenceStart { flow: bool, props: Props<'a> },
    SequenceEnd,
    MappingStart { flow: bool, props: Props<'a> },
    MappingEnd,
}

/// What stands before a node.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Props<'a> {
    pub(crate) anchor: Option<&'a str>,
    /// The tag in its long form.
    pub(crate) tag: Option<Box<str>>,
}

/// An event with its place.
#[derive(Debug, Clone)]
pub(crate) struct Spanned<'a> {
    pub(crate) event: Event<'a>,
    pub(crate) start: Mark,
    /// Where a node begins behind its anchor and tag.
    pub(crate) body: Mark,
    pub(crate) end: Mark,
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    StreamStart,
    ImplicitDocumentStart,
    DocumentStart,
    DocumentContent,
    DocumentEnd,
    BlockNode,
    BlockSequenceFirst,
    BlockSequenceEntry,
    IndentlessEntry,
    BlockMappingFirst,
    BlockMappingKey,
    BlockMappingValue,
    FlowSequenceFirst,
    FlowSequenceEntry,
    FlowPairKey,
    FlowPairValue,
    FlowPairEnd,
    FlowMappingFirst,
    FlowMappingKey,
    FlowMappingValue,
    FlowMappingEmptyValue,
    End,
}

/// A stream of events.
pub(crate) struct Parser<'a> {
    scanner: Scanner<'a>,
    state: State,
    states: Vec<State>,
    marks: Vec<Mark>,
    /// Handles and prefixes of the document in hand.
    tags: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

type Parsed<'a> = Result<Spanned<'a>, SyntaxError>;

impl<'a> Parser<'a> {
    pub(crate) fn new(source: &'a Source<'_>, dialect: Dialect) -> Self {
        Parser {
            scanner: Scanner::new(source, dialect),
            state: State::StreamStart,
            states: Vec::new(),
            marks: Vec::new(),
            tags: Vec::new(),
        }
    }

    /// The next event. Behind the end of the stream there is nothing but that end.
    pub(crate) fn next(&mut self) -> Parsed<'a> {
        match self.state {
            State::StreamStart => self.stream_start(),
            State::ImplicitDocumentStart => self.document_start(true),
            State::DocumentStart => self.document_start(false),
            State::DocumentContent => self.document_content(),
            State::DocumentEnd => self.document_end(),
            State::BlockNode => self.node(true, false),
            State::BlockSequenceFirst => self.block_sequence(true),
            State::BlockSequenceEntry => self.block_sequence(false),
            State::IndentlessEntry => self.indentless_sequence(),
            State::BlockMappingFirst => self.block_mapping_key(true),
            State::BlockMappingKey => self.block_mapping_key(false),
            State::BlockMappingValue => self.block_mapping_value(),
            State::FlowSequenceFirst => self.flow_sequence(true),
            State::FlowSequenceEntry => self.flow_sequence(false),
            State::FlowPairKey => self.flow_pair_key(),
            State::FlowPairValue => self.flow_pair_value(),
            State::FlowPairEnd => self.flow_pair_end(),
            State::FlowMappingFirst => self.flow_mapping_key(true),
            State::FlowMappingKey => self.flow_mapping_key(false),
            State::FlowMappingValue => self.flow_mapping_value(false),
            State::FlowMappingEmptyValue => self.flow_mapping_value(true),
            State::End => Ok(Spanned {
                event: Event::StreamEnd,
                start: Mark::default(),
                body: Mark::default(),
                end: Mark::default(),
            }),
        }
    }

    fn stream_start(&mut self) -> Parsed<'a> {
        let (start, end) = self.place()?;
        self.scanner.take();
        self.state = State::ImplicitDocumentStart;
        Ok(Spanned { event: Event::StreamStart, start, body: start, end })
    }

    fn document_start(&mut self, implicit: bool) -> Parsed<'a> {
        if !implicit {
            while matches!(self.kind()?, Kind::DocumentEnd) {
                self.scanner.take();
            }
        }
        let (start, end) = self.place()?;
        match self.kind()? {
            Kind::StreamEnd => {
                self.scanner.take();
                self.state = State::End;
                Ok(Spanned { event: Event::StreamEnd, start, body: start, end })
            }
            Kind::Version { .. } | Kind::TagDirective { .. } | Kind::DocumentStart => {
                self.explicit_document(start)
            }
            _ if !implicit => self.explicit_document(start),
            _ => {
                self.directives()?;
                self.states.push(State::DocumentEnd);
                self.state = State::BlockNode;
                Ok(Spanned { event: Event::DocumentStart { explicit: false }, start, body: start, end })
            }
        }
    }

    fn explicit_document(&mut self, start: Mark) -> Parsed<'a> {
        self.directives()?;
        let (mark, end) = self.place()?;
        if !matches!(self.kind()?, Kind::DocumentStart) {
            return Err(SyntaxError::parser("did not find expected <document start>", mark, Mark::default()));
        }
        self.scanner.take();
        self.states.push(State::DocumentEnd);
        self.state = State::DocumentContent;
        Ok(Spanned { event: Event::DocumentStart { explicit: true }, start, body: start, end })
    }

    fn document_content(&mut self) -> Parsed<'a> {
        match self.kind()? {
            Kind::Version { .. }
            | Kind::TagDirective { .. }
            | Kind::DocumentStart
            | Kind::DocumentEnd
            | Kind::StreamEnd => {
                self.pop_state();
                let (start, _) = self.place()?;
                Ok(empty(start))
            }
            _ => self.node(true, false),
        }
    }

    fn document_end(&mut self) -> Parsed<'a> {
        let (start, mut end) = self.place()?;
        if matches!(self.kind()?, Kind::DocumentEnd) {
            self.scanner.take();
        } else {
            end = start;
        }
        self.tags.clear();
        self.state = State::DocumentStart;
        Ok(Spanned { event: Event::DocumentEnd, start, body: start, end })
    }

    fn kind(&mut self) -> Result<&Kind<'a>, SyntaxError> {
        Ok(&self.scanner.peek()?.kind)
    }

    fn place(&mut self) -> Result<(Mark, Mark), SyntaxError> {
        let token = self.scanner.peek()?;
        Ok((token.start, token.end))
    }

    fn pop_state(&mut self) {
        self.state = self.states.pop().unwrap_or(State::End);
    }
}

/// The scalar that stands where nothing is written.
fn empty<'a>(mark: Mark) -> Spanned<'a> {
    let event = Event::Scalar { text: Cow::Borrowed(""), style: ScalarStyle::Plain, props: Props::default() };
    Spanned { event, start: mark, body: mark, end: mark }
}
