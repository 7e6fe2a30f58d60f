//! Lines of an answer that comes in pieces.

use fairlead_fetch::{Body, BodyError};

use super::line::{Line, LineError, Lines};

/// Reads lines from a body as it comes, holding no more than one line and one piece at a time.
#[derive(Debug)]
pub struct Incoming {
    body: Body,
    buffer: Vec<u8>,
    /// How much of the buffer has been read.
    at: usize,
    received: usize,
    limit: usize,
}

/// Why there is no next line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IncomingError {
    /// The answer broke off, or is longer than its reader takes.
    #[error(transparent)]
    Body(#[from] BodyError),
    /// It is not git's protocol.
    #[error(transparent)]
    Line(#[from] LineError),
}

impl Incoming {
    /// Reads `body`, at most `limit` bytes of it.
    pub fn new(body: Body, limit: usize) -> Incoming {
        Incoming { body, buffer: Vec::new(), at: 0, received: 0, limit }
    }

    /// The next line, or `None` at the end of the answer.
    ///
    /// # Errors
    /// See [`IncomingError`].
    pub async fn line(&mut self) -> Result<Option<Line<'_>>, IncomingError> {
        let length = loop {
            match Lines::new(self.rest()).length() {
                Ok(Some(length)) if length <= self.rest().len() => break length,
                Ok(_) => {}
                // The digits that are there tell; more bytes cannot mend them.
                Err(error @ LineError::Length(_)) => return Err(self.placed(error).into()),
                Err(LineError::Short(_)) => {}
            }
            if !self.more().await? {
                if self.rest().is_empty() {
                    return Ok(None);
                }
                return Err(LineError::Short(self.received).into());
            }
        };
        let start = self.at;
        self.at += length;
        Ok(Lines::new(self.buffer.get(start..self.at).unwrap_or_default()).line()?)
    }

    /// The bytes that have come so far.
    pub fn received(&self) -> usize {
        self.received
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// The error with its place in the whole answer.
    fn placed(&self, error: LineError) -> LineError {
        match error {
            LineError::Length(at) => LineError::Length(self.received - self.rest().len() + at),
            LineError::Short(_) => LineError::Short(self.received),
        }
    }

    async fn more(&mut self) -> Result<bool, IncomingError> {
        let Some(piece) = self.body.next().await? else { return Ok(false) };
        if piece.len() > self.limit - self.received {
            return Err(BodyError::Long(self.limit).into());
        }
        self.received += piece.len();
        self.buffer.drain(..self.at);
        self.at = 0;
        if self.buffer.is_empty() {
            self.buffer = piece
        } else {
            self.buffer.extend_from_slice(&piece)
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use fairlead_fetch::{Body, BodyError};
    use futures_executor::block_on;

    use super::*;

    fn in_pieces(bytes: &[u8], size: usize) -> Body {
        let pieces: Vec<_> = bytes.chunks(size).map(|piece| Ok(piece.to_vec())).collect();
        Body::stream(futures_util::stream::iter(pieces))
    }

    fn read(body: Body, limit: usize) -> Result<Vec<String>, IncomingError> {
        block_on(async {
            let mut incoming = Incoming::new(body, limit);
            let mut lines = Vec::new();
            while let Some(line) = incoming.line().await? {
                lines.push(match line {
                    Line::Data(data) => String::from_utf8_lossy(data).into_owned(),
                    other => format!("{other:?}"),
                });
            }
            Ok(lines)
        })
    }

    const ANSWER: &[u8] = b"0006a\n0001000cpackfile0000";

    #[test]
    fn the_size_of_the_pieces_makes_no_difference() {
        for size in 1..=ANSWER.len() {
            let lines = read(in_pieces(ANSWER, size), 1000);
            assert_eq!(lines.unwrap(), ["a\n", "Delimiter", "packfile", "Flush"], "{size}");
        }
    }

    #[test]
    fn an_answer_that_is_cut_is_an_error_wherever_it_is_cut() {
        for cut in (0..ANSWER.len()).filter(|cut| ![0, 6, 10, 22].contains(cut)) {
            let lines = read(in_pieces(&ANSWER[..cut], 3), 1000);
            assert_eq!(lines, Err(LineError::Short(cut).into()), "{cut}");
        }
    }

    #[test]
    fn what_is_not_the_protocol_is_refused_where_it_begins() {
        assert_eq!(read(in_pieces(b"0006a\n<html>", 5), 1000), Err(LineError::Length(6).into()));
    }

    #[test]
    fn an_answer_without_an_end_is_cut_off() {
        let endless = futures_util::stream::repeat(Ok(b"0006a\n".to_vec()));
        assert_eq!(read(Body::stream(endless), 6000), Err(BodyError::Long(6000).into()));
    }
}
