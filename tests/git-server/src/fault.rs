//! What a server can be told to do instead of answering well.

use std::fmt;

/// One departure from a good answer.
pub enum Fault {
    /// This answer instead; git is not asked.
    Answer {
        /// Its status.
        status: u16,
        /// Its headers.
        headers: Vec<(String, String)>,
        /// Its body.
        body: Vec<u8>,
    },
    /// git carries the request out, and the connection is closed without an answer.
    Lost,
    /// The connection is closed before anything is carried out.
    Refused,
    /// git carries the request out, and the answer ends after so many bytes of its body, without a sign that it is not
    /// all.
    Cut(usize),
    /// git's answer, changed.
    Changed(Box<dyn FnOnce(Vec<u8>) -> Vec<u8> + Send>),
    /// This answer, its last piece repeated for as long as the client reads.
    Endless {
        /// The type of the answer.
        kind: String,
        /// How it begins.
        begin: Vec<u8>,
        /// What is repeated.
        piece: Vec<u8>,
    },
    /// Something happens first, and then git answers as usual.
    First(Box<dyn FnOnce() + Send>),
}

impl Fault {
    /// A plain answer with a status.
    pub fn status(status: u16) -> Fault {
        Fault::Answer { status, headers: Vec::new(), body: Vec::new() }
    }

    /// A redirect.
    pub fn redirect(to: &str) -> Fault {
        Fault::Answer { status: 302, headers: vec![("Location".to_owned(), to.to_owned())], body: Vec::new() }
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Fault")
    }
}
