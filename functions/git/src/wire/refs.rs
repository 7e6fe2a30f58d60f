//! `ls-refs`: refs by name, in protocol v2.

use std::collections::BTreeMap;

use fairlead_fetch::Body;

use super::incoming::{Incoming, IncomingError};
use super::line::{self, Line, text};
use crate::object::Oid;

/// The longest answer that is read: more refs than any name that is asked for can begin.
const MAX: usize = 8 << 20;

/// The refs that were asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refs {
    /// Each ref and its object.
    pub refs: BTreeMap<String, Oid>,
    /// What `HEAD` stands for, also where that does not exist yet.
    pub head: Option<String>,
}

/// Why there are no refs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefsError {
    /// The answer broke off or is not git's.
    #[error(transparent)]
    Incoming(#[from] IncomingError),
    /// The server refuses with a message.
    #[error("the server says: {0}")]
    Refused(String),
    /// A line that is no ref.
    #[error("the server's list of refs has a line that is none: `{0}`")]
    Ref(String),
    /// The list has no end.
    #[error("the server's list of refs is cut short")]
    Short,
}

/// The body of `POST …/git-upload-pack` that asks for the refs whose names begin with one of `prefixes`.
pub fn refs_request(prefixes: &[&str], unborn: bool, agent: &str) -> Vec<u8> {
    let mut request = Vec::new();
    line::put(&mut request, b"command=ls-refs\n");
    line::put(&mut request, format!("agent={agent}\n").as_bytes());
    line::put(&mut request, b"object-format=sha1\n");
    request.extend_from_slice(b"0001");
    line::put(&mut request, b"symrefs\n");
    if unborn {
        line::put(&mut request, b"unborn\n");
    }
    for prefix in prefixes {
        line::put(&mut request, format!("ref-prefix {prefix}\n").as_bytes());
    }
    request.extend_from_slice(b"0000");
    request
}

/// Reads the answer.
///
/// # Errors
/// See [`RefsError`].
pub async fn refs_answer(answer: Body) -> Result<Refs, RefsError> {
    let mut incoming = Incoming::new(answer, MAX);
    let mut refs = Refs::default();
    loop {
        match incoming.line().await? {
            Some(Line::Data(line)) => refs.add(&text(line))?,
            Some(Line::Flush | Line::End) => return Ok(refs),
            Some(Line::Delimiter) => {}
            None => return Err(RefsError::Short),
        }
    }
}

impl Refs {
    fn add(&mut self, line: &str) -> Result<(), RefsError> {
        if let Some(message) = line.strip_prefix("ERR ") {
            return Err(RefsError::Refused(message.to_owned()));
        }
        let wrong = || RefsError::Ref(line.chars().take(80).collect());
        let mut words = line.split(' ');
        let (id, name) = (words.next().ok_or_else(wrong)?, words.next().ok_or_else(wrong)?);
        let target = words.find_map(|word| word.strip_prefix("symref-target:"));
        if name == "HEAD" {
            self.head = target.map(str::to_owned);
        }
        if id != "unborn" {
            let oid = Oid::parse(id).ok().filter(|oid| matches!(oid, Oid::Sha1(_))).ok_or_else(wrong)?;
            self.refs.insert(name.to_owned(), oid);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use futures_executor::block_on;

    use super::*;

    fn read(lines: &[&str], end: &[u8]) -> Result<Refs, RefsError> {
        let mut answer = Vec::new();
        lines.iter().for_each(|line| line::put(&mut answer, line.as_bytes()));
        answer.extend_from_slice(end);
        block_on(refs_answer(answer.into()))
    }

    const MAIN: &str = "c0ffee0000000000000000000000000000000000 refs/heads/main\n";

    #[test]
    fn head_says_what_a_clone_checks_out() {
        let head = "c0ffee0000000000000000000000000000000000 HEAD symref-target:refs/heads/main\n";
        let refs = read(&[head, MAIN], b"0000").unwrap();
        assert_eq!((refs.refs.len(), refs.head.as_deref()), (2, Some("refs/heads/main")));
        let unborn = read(&["unborn HEAD symref-target:refs/heads/trunk\n"], b"0000").unwrap();
        assert_eq!((unborn.refs.len(), unborn.head.as_deref()), (0, Some("refs/heads/trunk")));
    }

    #[test]
    fn a_list_without_its_end_is_no_list() {
        assert_eq!(read(&[MAIN], b""), Err(RefsError::Short));
        assert!(matches!(read(&["nonsense\n"], b"0000"), Err(RefsError::Ref(_))));
        assert_eq!(read(&["ERR no\n"], b"0000"), Err(RefsError::Refused("no".to_owned())));
    }
}
