//! Talking to the Go program.

use std::io::{BufRead, BufReader, Error, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// What to ask.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    pub(crate) kind: String,
    pub(crate) input: String,
}

/// What came back: an output, or an error's text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The running program.
pub(crate) struct Oracle {
    child: Child,
    to: Option<ChildStdin>,
    from: BufReader<ChildStdout>,
}

impl Oracle {
    pub(crate) fn start(program: &str) -> std::io::Result<Self> {
        let mut child =
            Command::new(program).arg("serve").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let to = child.stdin.take();
        let from = child.stdout.take().ok_or_else(|| Error::other("no output"))?;
        Ok(Oracle { child, to, from: BufReader::new(from) })
    }

    /// Asks questions one batch at a time; a batch must fit the pipes' buffers with their answers.
    pub(crate) fn ask(&mut self, questions: &[Question]) -> std::io::Result<Vec<Answer>> {
        let mut answers = Vec::with_capacity(questions.len());
        for question in questions {
            let line = serde_json::json!({ "kind": question.kind, "in": question.input }).to_string();
            let to = self.to.as_mut().ok_or_else(|| Error::other("no input"))?;
            to.write_all(line.as_bytes())?;
            to.write_all(b"\n")?;
            to.flush()?;
            let mut reply = String::new();
            if self.from.read_line(&mut reply)? == 0 {
                return Err(Error::other(format!("the oracle died on {question:?}")));
            }
            let reply: serde_json::Value = serde_json::from_str(&reply)?;
            let field = |name: &str| reply.get(name).and_then(|v| v.as_str()).unwrap_or_default().to_owned();
            answers.push(Answer { out: field("out"), err: field("err") });
        }
        Ok(answers)
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        drop(self.to.take());
        let _ = self.child.wait();
    }
}
