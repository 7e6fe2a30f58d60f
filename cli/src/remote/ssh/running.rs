//! A running ssh: what it is given, what it says, and how long it may be silent.
//!
//! The server may answer before it has read everything, and may stop reading, writing or ending at any time. So each of its
//! pipes has a thread of its own, and whoever waits for one of them waits for a time.

use std::io::{self, Read, Write};
use std::pin::Pin;
use std::process::{Child, ChildStdin, Command};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::thread;
use std::time::{Duration, Instant};

use fairlead_fetch::native::Manner;
use fairlead_fetch::{Body, BodyError};
use fairlead_git::said;
use fairlead_git::wire::{Incoming, Line};
use futures_core::Stream;

/// The longest list of refs that is read.
const MAX_REFS: usize = 48 << 20;

/// How much is read or written at a time, and how many pieces wait for their reader.
const PIECE: usize = 64 << 10;
const WAITING: usize = 16;

/// How much of what goes wrong is kept; the rest is read and forgotten.
const MAX_COMPLAINTS: usize = 16 << 10;

/// How long ssh may take to say what went wrong once it has nothing else to say. Programs that it leaves behind may hold its
/// pipe for longer.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// How often is looked whether ssh has ended.
const LOOK: Duration = Duration::from_millis(10);

/// How long a server is waited for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// While it neither takes nor gives anything.
    pub(super) silence: Duration,
    /// Altogether.
    pub(super) altogether: Duration,
}

/// A server is waited for as long as over HTTP.
impl Default for Patience {
    fn default() -> Patience {
        let Manner { silence, altogether, .. } = Manner::default();
        Patience { silence, altogether }
    }
}

/// A running ssh. It is ended when nobody needs it any more.
pub(super) struct Running {
    child: Child,
    stdin: Option<Writer>,
    said: Rc<Pieces>,
    complaints: Complaints,
    clock: Clock,
}

/// What is left of a patience.
#[derive(Clone, Copy)]
struct Clock {
    patience: Patience,
    begun: Instant,
}

/// What is written, a piece at a time, each of which is told of once the server's side has room for the next.
struct Writer {
    pieces: SyncSender<Vec<u8>>,
    written: Receiver<io::Result<()>>,
}

/// What ssh says, as it comes.
struct Pieces {
    pieces: Receiver<io::Result<Vec<u8>>>,
    clock: Clock,
}

/// What ssh says of what goes wrong. The channel is closed when it has said everything.
struct Complaints {
    text: Arc<Mutex<Vec<u8>>>,
    ended: Receiver<()>,
}

impl Running {
    /// Starts a command, all of whose pipes are ours.
    pub(super) fn start(mut command: Command, patience: Patience) -> io::Result<Running> {
        let mut child = command.spawn()?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let clock = Clock { patience, begun: Instant::now() };
        let (sender, pieces) = sync_channel(WAITING);
        thread::spawn(move || stdout.map(|stdout| read(stdout, &sender)));
        let text = Arc::new(Mutex::new(Vec::new()));
        let (kept, (ending, ended)) = (text.clone(), channel());
        thread::spawn(move || stderr.map(|stderr| keep(stderr, &kept, ending)));
        let stdin = stdin.map(Writer::start);
        let said = Rc::new(Pieces { pieces, clock });
        Ok(Running { child, stdin, said, complaints: Complaints { text, ended }, clock })
    }

    /// What it says first, up to the first flush.
    pub(super) async fn first(&mut self) -> Result<Vec<u8>, String> {
        let mut incoming = Incoming::new(Body::stream(First(self.said.clone())), MAX_REFS);
        let mut first = Vec::new();
        loop {
            match incoming.line().await {
                Ok(Some(Line::Data(line))) => {
                    first.extend_from_slice(format!("{:04x}", line.len() + 4).as_bytes());
                    first.extend_from_slice(line);
                }
                Ok(Some(Line::Flush)) => break,
                Ok(Some(_)) => {}
                Ok(None) => return Err(self.complaint("ssh ended without an answer")),
                Err(error) => {
                    // It may go on for ever, and nobody reads that any more.
                    let _ = self.child.kill();
                    return Err(self.complaint(&error.to_string()));
                }
            }
        }
        first.extend_from_slice(b"0000");
        Ok(first)
    }

    /// Gives it something, and says whether it still reads.
    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<bool, BodyError> {
        let Some(stdin) = &self.stdin else { return Ok(false) };
        for part in bytes.chunks(PIECE) {
            if stdin.pieces.send(part.to_vec()).is_err() {
                return Ok(false);
            }
            match stdin.written.recv_timeout(self.clock.left()) {
                Ok(Ok(())) => {}
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return Ok(false),
                Err(RecvTimeoutError::Timeout) => return Err(self.clock.late("takes")),
            }
        }
        Ok(true)
    }

    /// What it answers, once it was given everything.
    pub(super) fn answer(mut self) -> Body {
        drop(self.stdin.take());
        Body::stream(Output(Some(self)))
    }

    /// What went wrong, with what it says of that itself.
    fn complaint(&mut self, why: &str) -> String {
        drop(self.stdin.take());
        let _ = self.complaints.ended.recv_timeout(LAST_WORDS);
        let text = self.complaints.text.lock().unwrap_or_else(PoisonError::into_inner);
        match String::from_utf8_lossy(&text).trim() {
            "" => why.to_owned(),
            text => format!("{why}: {text}"),
        }
    }

    /// How it ended, after its last word.
    fn end(&mut self) -> Result<(), BodyError> {
        let until = Instant::now() + self.clock.left();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) if status.success() => return Ok(()),
                Ok(None) if Instant::now() < until => thread::sleep(LOOK),
                Ok(None) => return Err(self.clock.late("says")),
                Ok(Some(_)) | Err(_) => {
                    return Err(BodyError::Broken(said::lines(&self.complaint("ssh failed"))));
                }
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stdin.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Clock {
    /// How long the next thing may take.
    fn left(&self) -> Duration {
        self.patience.silence.min(self.patience.altogether.saturating_sub(self.begun.elapsed()))
    }

    fn late(&self, does: &str) -> BodyError {
        let Patience { silence, altogether } = self.patience;
        BodyError::Broken(if self.begun.elapsed() < altogether {
            format!("the server {does} nothing for {} s", silence.as_secs())
        } else {
            format!("the server is not done after {} s", altogether.as_secs())
        })
    }
}

impl Writer {
    fn start(mut stdin: ChildStdin) -> Writer {
        let ((pieces, receiver), (sender, written)) = (sync_channel::<Vec<u8>>(1), channel());
        thread::spawn(move || {
            for piece in receiver {
                let done = stdin.write_all(&piece);
                let failed = done.is_err();
                if sender.send(done).is_err() || failed {
                    return;
                }
            }
        });
        Writer { pieces, written }
    }
}

impl Pieces {
    fn next(&self) -> Option<Result<Vec<u8>, BodyError>> {
        match self.pieces.recv_timeout(self.clock.left()) {
            Ok(piece) => Some(piece.map_err(|error| BodyError::Broken(error.to_string()))),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => Some(Err(self.clock.late("says"))),
        }
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

/// Keeps the beginning of what is said. `_ending` is let go of at its end, which is how others learn of it.
fn keep(mut from: impl Read, text: &Mutex<Vec<u8>>, _ending: Sender<()>) {
    let mut piece = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut piece) {
        let mut text = text.lock().unwrap_or_else(PoisonError::into_inner);
        let room = MAX_COMPLAINTS.saturating_sub(text.len());
        text.extend_from_slice(piece.get(..length.min(room)).unwrap_or_default());
    }
}

/// What a server says first.
struct First(Rc<Pieces>);

/// An answer as it comes, and how ssh ended after it.
struct Output(Option<Running>);

impl Stream for First {
    type Item = Result<Vec<u8>, BodyError>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.next())
    }
}

impl Stream for Output {
    type Item = Result<Vec<u8>, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(running) = &mut self.0 else { return Poll::Ready(None) };
        let next = match running.said.next() {
            Some(Ok(piece)) => return Poll::Ready(Some(Ok(piece))),
            Some(Err(error)) => Some(Err(error)),
            None => running.end().err().map(Err),
        };
        self.0 = None;
        Poll::Ready(next)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::process::Stdio;

    use fairlead_fetch::block_on;

    use super::*;

    /// Something that behaves as a server may, under a patience of seconds.
    fn running(script: &str, silence: u64, altogether: u64) -> Running {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let (silence, altogether) = (Duration::from_secs(silence), Duration::from_secs(altogether));
        Running::start(command, Patience { silence, altogether }).expect("there is a shell")
    }

    #[test]
    fn garbage_from_a_server_that_stays_is_told_at_once() {
        for (script, told, soon) in [
            ("echo why >&2; echo Welcome; exec sleep 600", "not git's protocol at byte 0: why", true),
            // A program that is left behind holds the pipes on.
            ("echo Welcome; sleep 60", "not git's protocol at byte 0", false),
            ("echo gone >&2; exit 3", "ssh ended without an answer: gone", true),
        ] {
            let begun = Instant::now();
            let why = block_on(running(script, 600, 600).first()).unwrap_err();
            assert!(why.contains(told), "{why}");
            let within = if soon { LAST_WORDS } else { LAST_WORDS * 6 };
            assert!(begun.elapsed() < within, "{script}: {:?}", begun.elapsed());
        }
    }

    #[test]
    fn a_server_that_says_nothing_is_waited_for_for_a_time() {
        let why = block_on(running("exec sleep 600", 1, 600).first()).unwrap_err();
        assert!(why.contains("says nothing for 1 s"), "{why}");
        let dripping = "while :; do printf 0005a; sleep 0.1; done";
        let why = block_on(running(dripping, 600, 1).first()).unwrap_err();
        assert!(why.contains("not done after 1 s"), "{why}");
        let answer = block_on(running("echo begun; exec sleep 600", 1, 600).answer().collect(100));
        assert!(answer.unwrap_err().to_string().contains("says nothing for 1 s"));
        let answer = block_on(running("echo all; exec >&-; exec sleep 600", 1, 600).answer().collect(100));
        assert!(answer.unwrap_err().to_string().contains("says nothing for 1 s"), "it does not end");
    }

    #[test]
    fn a_server_that_reads_nothing_is_waited_for_for_a_time() {
        let mut silent = running("exec sleep 600", 1, 600);
        let error = silent.write(&vec![0; 1 << 20]).unwrap_err();
        assert!(error.to_string().contains("takes nothing for 1 s"), "{error}");
        let mut gone = running("exec <&-; echo bye", 600, 600);
        while gone.write(&vec![0; 1 << 20]).unwrap() {}
        assert_eq!(block_on(gone.answer().collect(100)).unwrap(), b"bye\n");
    }

    #[test]
    fn what_ssh_complains_of_is_read_whole_and_told_without_commands() {
        let script = "yes '\\033[2J' | head -c 1000000 >&2; printf '\\033[2J' >&2; exit 1";
        let error = block_on(running(script, 60, 60).answer().collect(100)).unwrap_err().to_string();
        assert!(error.contains("ssh failed") && !error.contains('\u{1b}') && error.len() < 2500, "{error}");
    }
}
