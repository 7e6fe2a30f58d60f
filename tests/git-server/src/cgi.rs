//! Runs `git http-backend`.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;

use crate::http::Request;

/// A backend that is answering.
pub(crate) struct Backend {
    child: Child,
    writer: Option<JoinHandle<()>>,
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: BufReader<ChildStdout>,
}

impl Backend {
    /// Gives it the request, and reads the head of its answer.
    pub(crate) fn start(root: &Path, request: &Request) -> io::Result<Backend> {
        let mut command = Command::new("git");
        command.arg("http-backend");
        command.env("GIT_PROJECT_ROOT", root).env("GIT_HTTP_EXPORT_ALL", "1");
        command.env("REQUEST_METHOD", &request.method).env("PATH_INFO", &request.path);
        command.env("QUERY_STRING", &request.query).env("REMOTE_USER", "tests");
        command.env("CONTENT_LENGTH", request.body.len().to_string());
        for (variable, header) in [
            ("CONTENT_TYPE", "content-type"),
            ("GIT_PROTOCOL", "git-protocol"),
            ("HTTP_CONTENT_ENCODING", "content-encoding"),
        ] {
            command.envs(request.header(header).map(|value| (variable, value)));
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let stdin = child.stdin.take();
        let body = request.body.clone();
        // git may stop reading where a pack is malformed; its answer tells.
        let writer = std::thread::spawn(move || drop(stdin.map(|mut stdin| stdin.write_all(&body))));
        let stdout = child.stdout.take().ok_or_else(|| io::Error::other("no output"))?;
        let mut body = BufReader::new(stdout);
        let (mut status, mut headers) = (200, Vec::new());
        loop {
            let mut line = String::new();
            body.read_line(&mut line)?;
            let line = line.trim_end();
            let Some((name, value)) = line.split_once(':') else { break };
            if name == "Status" {
                status = value.trim().split(' ').next().and_then(|code| code.parse().ok()).unwrap_or(500);
            } else {
                headers.push((name.to_owned(), value.trim().to_owned()));
            }
        }
        Ok(Backend { child, writer: Some(writer), status, headers, body })
    }

    /// The rest of the answer.
    pub(crate) fn collect(&mut self) -> io::Result<Vec<u8>> {
        let mut rest = Vec::new();
        self.body.read_to_end(&mut rest)?;
        Ok(rest)
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        // A reader that went away would leave it writing for ever.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(writer) = self.writer.take() {
            let _ = writer.join();
        }
    }
}
