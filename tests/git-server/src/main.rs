//! Serves the repositories of a folder: `fairlead-git-server FOLDER [PORT [MILLISECONDS]]`, each answer held back for so
//! long. Each line on standard input prints the requests and the bytes of answers since the last, and the end of it ends
//! the server.

use std::io::{Write, stdin, stdout};
use std::path::PathBuf;
use std::time::Duration;

use fairlead_git_server::{Options, Server};

fn main() -> std::io::Result<()> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().map(PathBuf::from).ok_or_else(|| std::io::Error::other("say a folder"))?;
    let mut number = || words.next().and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
    let (port, delay) = (number(), Duration::from_millis(number()));
    let port = u16::try_from(port).map_err(std::io::Error::other)?;
    let server = Server::serve(&folder, port, Options { delay, ..Options::default() })?;
    println!("{}", server.address());
    let mut before = 0;
    for line in stdin().lines() {
        line?;
        let requests = server.requests();
        let received: usize = requests.iter().map(|request| request.body.len()).sum();
        let sent = server.sent();
        println!("{} {received} {}", requests.len(), sent - before);
        stdout().flush()?;
        before = sent;
    }
    Ok(())
}
