//! Git's protocol by way of the system's `ssh`, for repositories that offer nothing else.
//!
//! `ssh` is started without a shell on this side. The server's side has one, so that the path is quoted for it as git
//! quotes it.

mod running;

use std::process::{Command, Stdio};

use fairlead_fetch::Body;
use fairlead_git::push::Transport;
use fairlead_git::wire::Service;
use fairlead_git::{RepositoryError, said};

use super::RemoteError;
use running::{Patience, Running};

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

impl Ssh {
    /// Reads `ssh://[user@]host[:port]/path` or `user@host:path`; other addresses are `None`.
    pub(super) fn parse(address: &str) -> Result<Option<Ssh>, RemoteError> {
        let wrong = |why| Err(RemoteError::Ssh { address: shown(address), why });
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

    fn unreached(&self, why: &str) -> RepositoryError {
        RepositoryError::Unreached { repository: self.name.clone(), why: said::lines(why) }
    }

    /// Starts the service, and reads what it says first.
    async fn start(&self, service: Service) -> Result<(Running, Vec<u8>), RepositoryError> {
        let mut running = Running::start(self.command(service), Patience::default())
            .map_err(|error| self.unreached(&format!("ssh could not be run: {error}")))?;
        let first = running.first().await.map_err(|why| self.unreached(&why))?;
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
        let _ = running.write(b"0000");
        Ok(first.into())
    }

    async fn request(&self, service: Service, mut body: Body) -> Result<Body, RepositoryError> {
        let (mut running, _) = self.start(service).await?;
        let broken = |source| RepositoryError::Body { repository: self.name.clone(), source };
        while let Some(piece) = body.next().await.map_err(broken)? {
            // A server that stops reading has said why, or will be found to have said nothing.
            if !running.write(&piece).map_err(broken)? {
                break;
            }
        }
        Ok(running.answer())
    }
}

/// The beginning of an address for a message, without the user and what somebody may have taken for a place for a password.
fn shown(address: &str) -> String {
    let (scheme, rest) = address.split_at(address.find("://").map_or(0, |at| at + 3));
    let rest = rest.rsplit_once('@').map_or(rest, |(_, rest)| rest);
    said::line(&format!("{scheme}{rest}")).chars().take(100).collect()
}

/// A path as the server's shell reads it.
fn quoted(path: &str) -> String {
    format!("'{}'", path.replace('\'', "'\\''").replace('!', "'\\!'"))
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
    fn no_error_shows_a_password() {
        for address in [
            "ssh://git:TOKEN@host/r",
            "ssh://git:TOKEN@host:22/r",
            "ssh://git:TOKEN@host:x/r",
            "ssh://git:TO/KEN@host/r",
            "ssh://TOKEN!@host/r",
            "TOKEN !@host:\u{1b}[2Jr",
        ] {
            let error = Ssh::parse(address).unwrap_err().to_string();
            assert!(error.contains("host") && !error.contains("KEN"), "{error}");
            assert!(!error.contains(char::is_control), "{error:?}");
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
