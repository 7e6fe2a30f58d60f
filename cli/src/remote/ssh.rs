//! Git's protocol by way of the system's `ssh`, for repositories that offer nothing else.
//!
//! `ssh` is started without a shell on this side. The server's side has one, so that the path is quoted for it as git
//! quotes it.

use std::io::{self, Read, Write};
use std::pin::Pin;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::task::{Context, Poll};
use std::thread::{self, JoinHandle};

use fairlead_fetch::{Body, BodyError};
use fairlead_git::RepositoryError;
use fairlead_git::push::Transport;
use fairlead_git::wire::{Incoming, Line, Service};
use futures_core::Stream;

use super::RemoteError;

/// A repository that is reached over SSH.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ssh {
    name: String,
    /// `host` or `user@host`.
    destination: String,
    port: Option<u16>,
    path: String,
}

/// What connections are told: nobody is asked for anything, and a server that is gone is noticed.
const OPTIONS: [&str; 8] = [
    "-oBatchMode=yes",
    "-oConnectTimeout=20",
    "-oServerAliveInterval=30",
    "-oServerAliveCountMax=10",
    "-oSendEnv=GIT_PROTOCOL",
    "-oForwardAgent=no",
    "-oClearAllForwardings=yes",
    "-T",
];

/// The longest list of refs that is read.
const MAX_REFS: usize = 48 << 20;

/// How much is read at a time, and how many pieces wait for their reader.
const PIECE: usize = 64 << 10;
const WAITING: usize = 16;

/// How much of what goes wrong is read, and shown.
const MAX_COMPLAINTS: u64 = 16 << 10;
const SHOWN: usize = 1000;

impl Ssh {
    /// Reads `ssh://[user@]host[:port]/path` or `user@host:path`; other addresses are `None`.
    pub(super) fn parse(address: &str) -> Result<Option<Ssh>, RemoteError> {
        let wrong = |why| Err(RemoteError::Ssh { address: address.chars().take(100).collect(), why });
        let (destination, port, path) = match address.split_once("://") {
            Some(("ssh" | "git+ssh", rest)) => {
                let Some((authority, path)) = rest.split_once('/') else { return wrong("it has no path") };
                let (destination, port) = match authority.rsplit_once(':') {
                    Some((destination, port)) => (destination, Some(port)),
                    None => (authority, None),
                };
                // `/~user/path` is below a home folder.
                let path = if path.starts_with('~') { path.to_owned() } else { format!("/{path}") };
                (destination, port, path)
            }
            Some(_) => return Ok(None),
            None => match address.split_once(':') {
                Some((destination, path)) if destination.contains('@') && !destination.contains('/') => {
                    (destination, None, path.to_owned())
                }
                _ => return Ok(None),
            },
        };
        let plain = |text: &str| {
            !text.is_empty()
                && !text.starts_with('-')
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        };
        let good = match destination.split_once('@') {
            Some((user, host)) => plain(user) && plain(host),
            None => plain(destination),
        };
        if !good {
            return wrong("its user or host has characters that none has, or begins with `-`");
        }
        let port = match port.map(str::parse) {
            None => None,
            Some(Ok(port)) if port > 0 => Some(port),
            Some(_) => return wrong("its port is none"),
        };
        if path.trim_matches('/').is_empty() || path.starts_with('-') {
            return wrong("its path is empty or begins with `-`");
        }
        if path.chars().any(char::is_control) {
            return wrong("its path has a control character");
        }
        Ok(Some(Ssh { name: address.to_owned(), destination: destination.to_owned(), port, path }))
    }

    /// Where providers show the repository to browsers: the same path on the same host.
    pub(super) fn page(&self) -> String {
        let host = self.destination.rsplit('@').next().unwrap_or_default();
        format!("https://{host}/{}", self.path.trim_start_matches('/'))
    }

    fn command(&self, service: Service) -> Command {
        let mut command = Command::new("ssh");
        command.args(OPTIONS);
        if let Some(port) = self.port {
            command.arg(format!("-p{port}"));
        }
        command.arg("--").arg(&self.destination).arg(format!("{} {}", service.name(), quoted(&self.path)));
        if service == Service::UploadPack {
            command.env("GIT_PROTOCOL", "version=2");
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn unreached(&self, why: impl std::fmt::Display) -> RepositoryError {
        let why: String = why.to_string().trim().chars().take(SHOWN).collect();
        RepositoryError::Unreached { repository: self.name.clone(), why }
    }

    /// Starts the service, and reads what it says first.
    async fn start(&self, service: Service) -> Result<(Running, Vec<u8>), RepositoryError> {
        let mut running = Running::start(self.command(service))
            .map_err(|error| self.unreached(format!("ssh could not be run: {error}")))?;
        let mut incoming = Incoming::new(Body::stream(First(running.pieces.clone())), MAX_REFS);
        let mut first = Vec::new();
        loop {
            match incoming.line().await {
                Ok(Some(Line::Data(line))) => {
                    first.extend_from_slice(format!("{:04x}", line.len() + 4).as_bytes());
                    first.extend_from_slice(line);
                }
                Ok(Some(Line::Flush)) => break,
                Ok(Some(_)) => {}
                Ok(None) | Err(_) => return Err(self.unreached(running.complaint())),
            }
        }
        first.extend_from_slice(b"0000");
        Ok((running, first))
    }
}

impl Transport for Ssh {
    fn name(&self) -> &str {
        &self.name
    }

    async fn advertisement(&self, service: Service) -> Result<Body, RepositoryError> {
        let (mut running, first) = self.start(service).await?;
        // Nothing is asked for.
        if let Some(mut stdin) = running.stdin.take() {
            let _ = stdin.write_all(b"0000");
        }
        Ok(first.into())
    }

    async fn request(&self, service: Service, mut body: Body) -> Result<Body, RepositoryError> {
        let (mut running, _) = self.start(service).await?;
        let broken = |source| RepositoryError::Body { repository: self.name.clone(), source };
        if let Some(mut stdin) = running.stdin.take() {
            while let Some(piece) = body.next().await.map_err(broken)? {
                // A server that stops reading has said why, or will be found to have said nothing.
                if stdin.write_all(&piece).is_err() {
                    break;
                }
            }
        }
        Ok(Body::stream(Output(Some(running))))
    }
}

/// A path as the server's shell reads it.
fn quoted(path: &str) -> String {
    format!("'{}'", path.replace('\'', "'\\''").replace('!', "'\\!'"))
}

/// A running ssh. It is ended when nobody needs it any more.
struct Running {
    child: Child,
    stdin: Option<ChildStdin>,
    pieces: Rc<Receiver<io::Result<Vec<u8>>>>,
    complaints: Option<JoinHandle<String>>,
}

impl Running {
    fn start(mut command: Command) -> io::Result<Running> {
        let mut child = command.spawn()?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        // The server may answer before it has read everything, so that reading needs a thread of its own.
        let (sender, pieces) = sync_channel(WAITING);
        thread::spawn(move || stdout.map(|stdout| read(stdout, &sender)));
        let complaints = thread::spawn(move || {
            let mut text = Vec::new();
            let _ = stderr.map(|stderr| stderr.take(MAX_COMPLAINTS).read_to_end(&mut text));
            String::from_utf8_lossy(&text).into_owned()
        });
        Ok(Running { child, stdin, pieces: Rc::new(pieces), complaints: Some(complaints) })
    }

    /// What it says, once it has ended.
    fn complaint(&mut self) -> String {
        drop(self.stdin.take());
        let text = self.complaints.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        if text.trim().is_empty() { "ssh ended without an answer".to_owned() } else { text }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(mut from: impl Read, to: &SyncSender<io::Result<Vec<u8>>>) {
    loop {
        let mut piece = vec![0; PIECE];
        let piece = match from.read(&mut piece) {
            Ok(0) => return,
            Ok(length) => {
                piece.truncate(length);
                Ok(piece)
            }
            Err(error) => Err(error),
        };
        let failed = piece.is_err();
        if to.send(piece).is_err() || failed {
            return;
        }
    }
}

/// What a server says first.
struct First(Rc<Receiver<io::Result<Vec<u8>>>>);

/// An answer as it comes, and how ssh ended after it.
struct Output(Option<Running>);

impl Stream for First {
    type Item = Result<Vec<u8>, BodyError>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(next(&self.0))
    }
}

impl Stream for Output {
    type Item = Result<Vec<u8>, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(running) = &mut self.0 else { return Poll::Ready(None) };
        if let Some(piece) = next(&running.pieces) {
            return Poll::Ready(Some(piece));
        }
        let ended = running.child.wait();
        let complaint = (!ended.is_ok_and(|status| status.success())).then(|| running.complaint());
        self.0 = None;
        Poll::Ready(complaint.map(|why| Err(BodyError::Broken(why.trim().chars().take(SHOWN).collect()))))
    }
}

fn next(pieces: &Receiver<io::Result<Vec<u8>>>) -> Option<Result<Vec<u8>, BodyError>> {
    let piece = pieces.recv().ok()?;
    Some(piece.map_err(|error| BodyError::Broken(error.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(address: &str) -> Option<(String, Option<u16>, String)> {
        let ssh = Ssh::parse(address).ok()??;
        Some((ssh.destination, ssh.port, ssh.path))
    }

    #[test]
    fn addresses_are_read_as_git_reads_them() {
        for (address, destination, port, path) in [
            ("ssh://git.example.com/a/b.git", "git.example.com", None, "/a/b.git"),
            ("ssh://git@git.example.com:2222/a", "git@git.example.com", Some(2222), "/a"),
            ("ssh://git.example.com/~ann/a", "git.example.com", None, "~ann/a"),
            ("git@git.example.com:team/shop.git", "git@git.example.com", None, "team/shop.git"),
        ] {
            assert_eq!(parse(address), Some((destination.to_owned(), port, path.to_owned())), "{address}");
        }
        for other in ["https://git.example.com/a", "../a", "a:b", "http://a@b:c/d"] {
            assert!(matches!(Ssh::parse(other), Ok(None)), "{other}");
        }
    }

    #[test]
    fn what_ssh_would_take_for_an_option_is_refused() {
        for address in [
            "ssh://-oProxyCommand=touch%20x/a",
            "ssh://-x@host/a",
            "ssh://user@-host/a",
            "-oProxyCommand=x@host:path",
            "git@host:-path",
            "git@host:",
            "git@ho st:a",
            "git@host:a\nb",
            "ssh://host:0/a",
            "ssh://host:x/a",
            "ssh://host",
            "ssh://host/",
            "ssh://host;id/a",
        ] {
            assert!(Ssh::parse(address).is_err(), "{address:?}");
        }
    }

    #[test]
    fn the_servers_shell_sees_one_word() {
        for path in ["/a b", "/a'; id; 'b", "/$(id)`id`", "/a!b\\c\"d", "~ann/a'b"] {
            let script = format!("printf %s {}", quoted(path));
            let output = Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&output.stdout), path);
        }
    }
}
