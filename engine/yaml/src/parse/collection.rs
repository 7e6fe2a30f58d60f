//! Sequences and mappings, block and flow.

use super::{Event, Parsed, Parser, Props, Spanned, State, empty};
use crate::scan::Kind;
use crate::syntax::{Mark, SyntaxError};

impl<'a> Parser<'a> {
    /// Takes the token a collection starts with.
    fn open(&mut self, first: bool) -> Result<(), SyntaxError> {
        if first {
            let (start, _) = self.place()?;
            self.marks.push(start);
            self.scanner.take();
        }
        Ok(())
    }

    /// Takes the token a collection ends with.
    fn close(&mut self, event: Event<'a>) -> Parsed<'a> {
        let (start, end) = self.place()?;
        self.pop_state();
        self.marks.pop();
        self.scanner.take();
        Ok(Spanned { event, start, body: start, end })
    }

    fn unexpected(&mut self, problem: &str) -> Parsed<'a> {
        let (start, _) = self.place()?;
        let context = self.marks.pop().unwrap_or_default();
        Err(SyntaxError::parser(problem, start, context))
    }

    /// Goes on to an empty scalar.
    fn nothing(&mut self, next: State, mark: Mark) -> Parsed<'a> {
        self.state = next;
        Ok(empty(mark))
    }

    fn block_child(&mut self, next: State, indentless: bool) -> Parsed<'a> {
        self.states.push(next);
        self.node(true, indentless)
    }

    fn flow_child(&mut self, next: State) -> Parsed<'a> {
        self.states.push(next);
        self.node(false, false)
    }

    pub(super) fn block_sequence(&mut self, first: bool) -> Parsed<'a> {
        self.open(first)?;
        match self.kind()? {
            Kind::BlockEntry => {
                let (_, mark) = self.place()?;
                self.scanner.take();
                match self.kind()? {
                    Kind::BlockEntry | Kind::BlockEnd => self.nothing(State::BlockSequenceEntry, mark),
                    _ => self.block_child(State::BlockSequenceEntry, false),
                }
            }
            Kind::BlockEnd => self.close(Event::SequenceEnd),
            _ => self.unexpected("did not find expected '-' indicator"),
        }
    }

    pub(super) fn indentless_sequence(&mut self) -> Parsed<'a> {
        let (start, mark) = self.place()?;
        if !matches!(self.kind()?, Kind::BlockEntry) {
            self.pop_state();
            return Ok(Spanned { event: Event::SequenceEnd, start, body: start, end: start });
        }
        self.scanner.take();
        match self.kind()? {
            Kind::BlockEntry | Kind::Key | Kind::Value | Kind::BlockEnd => {
                self.nothing(State::IndentlessEntry, mark)
            }
            _ => self.block_child(State::IndentlessEntry, false),
        }
    }

    pub(super) fn block_mapping_key(&mut self, first: bool) -> Parsed<'a> {
        self.open(first)?;
        match self.kind()? {
            Kind::Key => {
                let (_, mark) = self.place()?;
                self.scanner.take();
                match self.kind()? {
                    Kind::Key | Kind::Value | Kind::BlockEnd => self.nothing(State::BlockMappingValue, mark),
                    _ => self.block_child(State::BlockMappingValue, true),
                }
            }
            Kind::BlockEnd => self.close(Event::MappingEnd),
            _ => self.unexpected("did not find expected key"),
        }
    }

    pub(super) fn block_mapping_value(&mut self) -> Parsed<'a> {
        let (start, mark) = self.place()?;
        if !matches!(self.kind()?, Kind::Value) {
            return self.nothing(State::BlockMappingKey, start);
        }
        self.scanner.take();
        match self.kind()? {
            Kind::Key | Kind::Value | Kind::BlockEnd => self.nothing(State::BlockMappingKey, mark),
            _ => self.block_child(State::BlockMappingKey, true),
        }
    }

    pub(super) fn flow_sequence(&mut self, first: bool) -> Parsed<'a> {
        self.open(first)?;
        if !matches!(self.kind()?, Kind::FlowSequenceEnd) {
            if !first {
                if !matches!(self.kind()?, Kind::FlowEntry) {
                    return self.unexpected("did not find expected ',' or ']'");
                }
                self.scanner.take();
            }
            match self.kind()? {
                Kind::Key => {
                    let (start, end) = self.place()?;
                    self.scanner.take();
                    self.state = State::FlowPairKey;
                    let event = Event::MappingStart { flow: true, props: Props::default() };
                    return Ok(Spanned { event, start, body: start, end });
                }
                Kind::FlowSequenceEnd => {}
                _ => return self.flow_child(State::FlowSequenceEntry),
            }
        }
        self.close(Event::SequenceEnd)
    }

    pub(super) fn flow_pair_key(&mut self) -> Parsed<'a> {
        match self.kind()? {
            Kind::Value | Kind::FlowEntry | Kind::FlowSequenceEnd => {
                let (_, mark) = self.place()?;
                // libyaml takes this token, whatever it is.
                self.scanner.take();
                self.nothing(State::FlowPairValue, mark)
            }
            _ => self.flow_child(State::FlowPairValue),
        }
    }

    pub(super) fn flow_pair_value(&mut self) -> Parsed<'a> {
        let (mark, _) = self.place()?;
        if matches!(self.kind()?, Kind::Value) {
            self.scanner.take();
            if !matches!(self.kind()?, Kind::FlowEntry | Kind::FlowSequenceEnd) {
                return self.flow_child(State::FlowPairEnd);
            }
        }
        self.nothing(State::FlowPairEnd, mark)
    }

    pub(super) fn flow_pair_end(&mut self) -> Parsed<'a> {
        let (start, _) = self.place()?;
        self.state = State::FlowSequenceEntry;
        Ok(Spanned { event: Event::MappingEnd, start, body: start, end: start })
    }

    pub(super) fn flow_mapping_key(&mut self, first: bool) -> Parsed<'a> {
        self.open(first)?;
        if !matches!(self.kind()?, Kind::FlowMappingEnd) {
            if !first {
                if !matches!(self.kind()?, Kind::FlowEntry) {
                    return self.unexpected("did not find expected ',' or '}'");
                }
                self.scanner.take();
            }
            match self.kind()? {
                Kind::Key => {
                    self.scanner.take();
                    let (mark, _) = self.place()?;
                    return match self.kind()? {
                        Kind::Value | Kind::FlowEntry | Kind::FlowMappingEnd => {
                            self.nothing(State::FlowMappingValue, mark)
                        }
                        _ => self.flow_child(State::FlowMappingValue),
                    };
                }
                Kind::FlowMappingEnd => {}
                _ => return self.flow_child(State::FlowMappingEmptyValue),
            }
        }
        self.close(Event::MappingEnd)
    }

    pub(super) fn flow_mapping_value(&mut self, empty: bool) -> Parsed<'a> {
        let (mark, _) = self.place()?;
        if !empty && matches!(self.kind()?, Kind::Value) {
            self.scanner.take();
            if !matches!(self.kind()?, Kind::FlowEntry | Kind::FlowMappingEnd) {
                return self.flow_child(State::FlowMappingKey);
            }
            let (mark, _) = self.place()?;
            return self.nothing(State::FlowMappingKey, mark);
        }
        self.nothing(State::FlowMappingKey, mark)
    }
}
