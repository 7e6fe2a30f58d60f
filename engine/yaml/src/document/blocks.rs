//! Documents as nearly everybody writes them, read in one pass.
//!
//! libyaml finds out what a text is through a queue of tokens, because a key may be known by a colon far behind it, and
//! through events. Most documents are block collections whose keys stand before their colons on one line: those are put
//! together here from the scanner's scalars as they come; what stands in brackets is in `flow.rs`. The result is the parser's to the last mark. Whatever else is
//! met, an error included, is left to the parser.

use super::{Document, Id, Node, Shape};
use crate::emit::{Dialect, ScalarStyle};
use crate::scan::{Kind, Scanner};
use crate::source::Source;
use crate::syntax::Mark;

/// The text is not written that plainly.
#[derive(Debug)]
pub(super) struct Leave;

/// The documents of a text, one after the other, as long as all are plain.
pub(super) struct Blocks<'a> {
    scanner: Scanner<'a>,
    dialect: Dialect,
    started: bool,
}

/// The most collections within each other.
const MAX_OPEN: usize = 1000;

/// The most bytes between the begin of a key and its colon; libyaml counts as many characters.
pub(super) const MAX_KEY: usize = 1024;

impl<'a> Blocks<'a> {
    /// Begins to read, unless the text cannot be read to its end.
    pub(super) fn new(source: &'a Source<'_>, dialect: Dialect) -> Option<Self> {
        let scanner = Scanner::new(source, dialect);
        source.failure.is_none().then_some(Blocks { scanner, dialect, started: false })
    }

    /// The next document, or `None` at the end of the text.
    pub(super) fn next(&mut self) -> Result<Option<Document<'a>>, Leave> {
        let scanner = &mut self.scanner;
        scanner.skip_to_entry();
        if scanner.at_end() {
            return Ok(None);
        }
        let start = scanner.mark();
        let explicit = scanner.at_document_indicator();
        let is_plain = if explicit { scanner.byte() == b'-' } else { !self.started };
        if !is_plain || scanner.at_directive() {
            return Err(Leave);
        }
        self.started = true;
        if explicit {
            scanner.skip(3);
            scanner.skip_to_entry();
            if scanner.mark().line() == start.line() {
                return Err(Leave);
            }
        }
        let nodes = Vec::with_capacity(scanner.rest().len() / 24);
        let reader = Reader { scanner, nodes, open: Vec::new(), awaited: None, line: None };
        let (nodes, end) = reader.read()?;
        // Version 3 looks at the tokens of the next document before it is done with this one.
        if self.dialect == Dialect::V3 && !self.scanner.at_end() {
            return Err(Leave);
        }
        Ok(Some(Document { nodes, explicit, start, end }))
    }
}

/// A document in the making.
pub(super) struct Reader<'s, 'a> {
    pub(super) scanner: &'s mut Scanner<'a>,
    nodes: Vec<Node<'a>>,
    open: Vec<Open>,
    /// Where nothing stands if the key, or the dash, that was read last gets no value.
    awaited: Option<Mark>,
    /// The line on which the last value ended: nothing else may stand there.
    line: Option<usize>,
}

/// A collection that goes on.
#[derive(Clone, Copy)]
struct Open {
    id: Id,
    column: usize,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Mapping,
    Sequence,
    /// A sequence whose dashes stand right below the key that it is the value of.
    Indentless,
}

impl<'a> Reader<'_, 'a> {
    /// Reads to the end of the document: its nodes, and where it ends.
    fn read(mut self) -> Result<(Vec<Node<'a>>, Mark), Leave> {
        loop {
            self.scanner.skip_to_entry();
            if self.scanner.at_end() || self.scanner.at_document_indicator() {
                return self.finish();
            }
            let mark = self.scanner.mark();
            if self.line == Some(mark.line()) || self.scanner.at_directive() {
                return Err(Leave);
            }
            self.close_down_to(mark.column());
            self.entry(mark.column())?;
        }
    }

    fn finish(mut self) -> Result<(Vec<Node<'a>>, Mark), Leave> {
        if self.nodes.is_empty() || self.scanner.byte() == b'.' {
            return Err(Leave);
        }
        let column = self.scanner.column();
        while let Some(open) = self.open.pop_if(|open| open.column > column) {
            self.close(open);
        }
        // What is left ends with the line, although there may be no line break.
        self.scanner.end_line();
        while let Some(open) = self.open.pop() {
            self.close(open);
        }
        Ok((self.nodes, self.scanner.mark()))
    }

    /// Reads what begins on a line, in a column that no open collection is behind.
    fn entry(&mut self, column: usize) -> Result<(), Leave> {
        let at_dash = self.scanner.at_block_entry();
        match self.open.last().copied() {
            None if self.nodes.is_empty() => {
                self.node()?;
                // A document that is one scalar is rare, and has other rules.
                if self.open.is_empty() { Err(Leave) } else { Ok(()) }
            }
            None => Err(Leave),
            Some(open) if open.column < column => {
                self.awaited.take().ok_or(Leave)?;
                self.node()
            }
            Some(open) if open.form == Form::Mapping && at_dash => {
                self.awaited.take().ok_or(Leave)?;
                self.begin(Form::Indentless, self.scanner.mark())?;
                self.node()
            }
            Some(open) if open.form == Form::Mapping => {
                self.leave_empty();
                let start = self.scanner.mark();
                let key = self.leaf()?;
                if self.at_colon(start)? { self.pair(key) } else { Err(Leave) }
            }
            Some(_) if at_dash => {
                self.leave_empty();
                self.node()
            }
            Some(_) => Err(Leave),
        }
    }

    /// Reads a node that may be of any kind, with the dashes before it.
    fn node(&mut self) -> Result<(), Leave> {
        while self.scanner.at_block_entry() {
            if self.indent() < self.scanner.column() as isize {
                self.begin(Form::Sequence, self.scanner.mark())?;
            }
            if self.await_value() {
                return Ok(());
            }
        }
        let start = self.scanner.mark();
        if self.at_bracket() {
            self.bracketed()?;
            return if self.at_colon(start)? { Err(Leave) } else { Ok(()) };
        }
        let leaf = self.leaf()?;
        if self.at_colon(start)? {
            self.begin(Form::Mapping, start)?;
            return self.pair(leaf);
        }
        self.push(leaf);
        Ok(())
    }

    /// Puts a key in its mapping and reads what stands behind its colon.
    fn pair(&mut self, key: Node<'a>) -> Result<(), Leave> {
        self.push(key);
        if self.await_value() {
            return Ok(());
        }
        if self.scanner.at_block_entry() {
            return Err(Leave);
        }
        if self.at_bracket() {
            return self.bracketed();
        }
        let value = self.leaf()?;
        self.push(value);
        Ok(())
    }

    /// Moves behind a dash or colon. Tells whether the value can only be on a line further down.
    fn await_value(&mut self) -> bool {
        self.scanner.skip(1);
        let mark = self.scanner.mark();
        self.scanner.skip_spaces();
        let is_below = self.scanner.at_line_end();
        if is_below {
            self.awaited = Some(mark);
            self.line = None;
        }
        is_below
    }

    /// Reads a scalar.
    pub(super) fn leaf(&mut self) -> Result<Node<'a>, Leave> {
        let start = self.scanner.mark();
        let indent = self.indent();
        let token = self.scanner.scalar(indent).map_err(|_| Leave)?.ok_or(Leave)?;
        let Kind::Scalar(text, style) = token.kind else { return Err(Leave) };
        let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
        self.line = (!is_block).then_some(token.end.line());
        let shape = Shape::Scalar { text, style };
        Ok(Node { shape, props: None, start, body: start, end: token.end, next: 0 })
    }

    /// Notes that a value ends here, and nothing else may stand on its last line.
    pub(super) fn ends_on_line(&mut self) {
        self.line = Some(self.scanner.mark().line());
    }

    /// Whether what began at `start` is a key.
    fn at_colon(&mut self, start: Mark) -> Result<bool, Leave> {
        self.scanner.skip_spaces();
        let here = self.scanner.mark();
        if here.line() != start.line() || !self.scanner.at_value() {
            return Ok(false);
        }
        if here.offset() - start.offset() <= MAX_KEY { Ok(true) } else { Err(Leave) }
    }

    /// The column of the innermost collection, -1 outside of any.
    fn indent(&self) -> isize {
        self.open.last().map_or(-1, |open| open.column as isize)
    }

    pub(super) fn push(&mut self, mut node: Node<'a>) -> Id {
        let id = self.nodes.len();
        node.next = id + 1;
        self.nodes.push(node);
        id
    }

    /// Begins a node whose end is not known.
    pub(super) fn push_new(&mut self, shape: Shape<'a>, at: Mark) -> Id {
        self.push(Node { shape, props: None, start: at, body: at, end: at, next: 0 })
    }

    /// Ends a collection behind all nodes that are there.
    pub(super) fn end_at(&mut self, id: Id, end: Mark) {
        let next = self.nodes.len();
        if let Some(node) = self.nodes.get_mut(id) {
            node.next = next;
            node.end = end;
        }
    }

    fn begin(&mut self, form: Form, at: Mark) -> Result<(), Leave> {
        let shape = match form {
            Form::Mapping => Shape::Mapping { flow: false },
            Form::Sequence | Form::Indentless => Shape::Sequence { flow: false },
        };
        let id = self.push_new(shape, at);
        self.open.push(Open { id, column: at.column(), form });
        if self.open.len() > MAX_OPEN { Err(Leave) } else { Ok(()) }
    }

    /// Closes the collections that end before a line which begins in this column.
    fn close_down_to(&mut self, column: usize) {
        let at_dash = self.scanner.at_block_entry();
        let is_over = |open: &mut Open| {
            column < open.column || (column == open.column && open.form == Form::Indentless && !at_dash)
        };
        while let Some(open) = self.open.pop_if(is_over) {
            self.close(open);
        }
    }

    fn close(&mut self, open: Open) {
        self.leave_empty();
        self.end_at(open.id, self.scanner.mark());
    }

    /// Puts nothing where a value was awaited.
    fn leave_empty(&mut self) {
        if let Some(mark) = self.awaited.take() {
            let shape = Shape::Scalar { text: "".into(), style: ScalarStyle::Plain };
            self.push_new(shape, mark);
        }
    }
}
