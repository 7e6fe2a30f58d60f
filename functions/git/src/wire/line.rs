//! Lines with their lengths before them, which everything in the protocol is made of.

/// The longest line's payload.
const MAX: usize = 65516;

/// One line of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    /// Bytes; text lines end in a line end, which is kept.
    Data(&'a [u8]),
    /// `0000`: the end of a part.
    Flush,
    /// `0001`: between two parts of one message.
    Delimiter,
    /// `0002`: the end of an answer.
    End,
}

/// Bytes that are no lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// The answer ends within a line: a connection that was cut.
    #[error("the answer is cut short at byte {0}")]
    Short(usize),
    /// A length that is none.
    #[error("the answer is not git's protocol at byte {0}")]
    Length(usize),
}

/// Reads lines from an answer.
#[derive(Debug, Clone)]
pub struct Lines<'a> {
    answer: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    /// Reads `answer` from its start.
    pub fn new(answer: &'a [u8]) -> Lines<'a> {
        Lines { answer, at: 0 }
    }

    /// The bytes that have not been read.
    pub fn rest(&self) -> &'a [u8] {
        self.answer.get(self.at..).unwrap_or_default()
    }

    /// How many bytes the next line takes with its length, or `None` at the end of the answer. They need not all be there.
    ///
    /// # Errors
    /// See [`LineError`].
    pub(super) fn length(&self) -> Result<Option<usize>, LineError> {
        let rest = self.rest();
        if rest.is_empty() {
            return Ok(None);
        }
        let digits = rest.first_chunk::<4>().ok_or(LineError::Short(self.at))?;
        match length(digits) {
            Some(0..=2) => Ok(Some(4)),
            Some(length) if (4..=MAX + 4).contains(&length) => Ok(Some(length)),
            _ => Err(LineError::Length(self.at)),
        }
    }

    /// The next line, or `None` at the end of the answer.
    ///
    /// # Errors
    /// See [`LineError`].
    pub fn line(&mut self) -> Result<Option<Line<'a>>, LineError> {
        let Some(length) = self.length()? else { return Ok(None) };
        let line = match self.rest().get(..length).ok_or(LineError::Short(self.at))? {
            b"0000" => Line::Flush,
            b"0001" => Line::Delimiter,
            b"0002" => Line::End,
            line => Line::Data(line.get(4..).unwrap_or_default()),
        };
        self.at += length;
        Ok(Some(line))
    }
}

fn length(digits: &[u8; 4]) -> Option<usize> {
    digits.iter().try_fold(0, |length, digit| Some(length << 4 | char::from(*digit).to_digit(16)? as usize))
}

/// Adds a line to a request. Payloads are ours and far below the limit; longer ones are cut into several lines.
pub(crate) fn put(request: &mut Vec<u8>, payload: &[u8]) {
    for part in payload.chunks(MAX) {
        request.extend_from_slice(format!("{:04x}", part.len() + 4).as_bytes());
        request.extend_from_slice(part);
    }
}

/// The text of a line without the line end that it may have.
pub(crate) fn text(line: &[u8]) -> String {
    String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(line)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_they_are_put() {
        let mut bytes = Vec::new();
        put(&mut bytes, b"want\n");
        bytes.extend_from_slice(b"0000" as &[u8]);
        bytes.extend_from_slice(b"0001" as &[u8]);
        let mut lines = Lines::new(&bytes);
        assert_eq!(lines.line(), Ok(Some(Line::Data(b"want\n"))));
        assert_eq!(lines.line(), Ok(Some(Line::Flush)));
        assert_eq!(lines.line(), Ok(Some(Line::Delimiter)));
        assert_eq!(lines.line(), Ok(None));
    }

    #[test]
    fn other_bytes_are_refused() {
        for (bytes, error) in [
            (&b"000"[..], LineError::Short(0)),
            (b"0009abc", LineError::Short(0)),
            (b"0003", LineError::Length(0)),
            (b"fffe", LineError::Length(0)),
            (b"<htm", LineError::Length(0)),
            (b"0000+00a", LineError::Length(4)),
        ] {
            let mut lines = Lines::new(bytes);
            let found = loop {
                match lines.line() {
                    Ok(Some(_)) => {}
                    other => break other,
                }
            };
            assert_eq!(found, Err(error), "{}", String::from_utf8_lossy(bytes));
        }
    }
}
