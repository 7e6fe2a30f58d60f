//! What a server offers to readers: protocol v2 with its commands, or v0 with every ref at once.

use super::advertisement::{Advertisement, AdvertisementError, Service};
use super::line::{Line, Lines, text};

/// What came of `GET …/info/refs?service=git-upload-pack` with the header `Git-Protocol: version=2`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// Protocol v2: refs are asked for by name.
    Commands(Commands),
    /// Protocol v0, from servers that know no other: all refs.
    Refs(Advertisement),
}

/// The commands of protocol v2, each with the features that the server names for it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commands(Vec<String>);

impl Offer {
    /// Reads the answer. Over HTTP it begins with the service's name, except where a server of protocol v2 leaves that
    /// out; over SSH it never does.
    ///
    /// # Errors
    /// See [`AdvertisementError`].
    pub fn read(answer: &[u8]) -> Result<Offer, AdvertisementError> {
        let mut lines = Lines::new(answer);
        let mut rest = answer;
        if let Some(Line::Data(line)) = lines.line()?
            && text(line) == format!("# service={}", Service::UploadPack.name())
            && lines.line()? == Some(Line::Flush)
        {
            rest = lines.rest();
        }
        let mut lines = Lines::new(rest);
        match lines.line()? {
            Some(Line::Data(line)) if text(line) == "version 2" => Commands::read(lines).map(Offer::Commands),
            _ => Advertisement::read_refs(rest).map(Offer::Refs),
        }
    }

    /// Whether a fetch may leave objects out, and take single ones by their ids.
    pub fn picks_objects(&self) -> bool {
        match self {
            Offer::Commands(commands) => commands.has("fetch", "filter"),
            Offer::Refs(refs) => refs.offers("filter") && refs.offers("allow-any-sha1-in-want"),
        }
    }
}

impl Commands {
    fn read(mut lines: Lines<'_>) -> Result<Commands, AdvertisementError> {
        let mut commands = Commands::default();
        loop {
            match lines.line()? {
                Some(Line::Data(line)) if line.starts_with(b"ERR ") => {
                    return Err(AdvertisementError::Refused(text(&line[4..])));
                }
                Some(Line::Data(line)) => commands.0.push(text(line)),
                Some(Line::Flush) => break,
                Some(_) => {}
                // Without its end the list may lack what was to come.
                None => return Err(AdvertisementError::Short),
            }
        }
        let format = commands.value("object-format").unwrap_or("sha1");
        if format != "sha1" {
            return Err(AdvertisementError::Format(format.to_owned()));
        }
        Ok(commands)
    }

    /// Whether the server has a feature of a command.
    pub fn has(&self, command: &str, feature: &str) -> bool {
        self.value(command).is_some_and(|features| features.split(' ').any(|offered| offered == feature))
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.0.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::line::put;

    fn answer(lines: &[&str], announced: bool) -> Vec<u8> {
        let mut answer = Vec::new();
        if announced {
            put(&mut answer, b"# service=git-upload-pack\n");
            answer.extend_from_slice(b"0000");
        }
        lines.iter().for_each(|line| put(&mut answer, line.as_bytes()));
        answer.extend_from_slice(b"0000");
        answer
    }

    #[test]
    fn both_protocols_are_understood_with_and_without_the_services_name() {
        let two = ["version 2\n", "agent=git/2.51\n", "ls-refs=unborn\n", "fetch=shallow filter\n"];
        let zero = [
            "c0ffee0000000000000000000000000000000000 HEAD\0 multi_ack filter symref=HEAD:refs/heads/main\n",
            "c0ffee0000000000000000000000000000000000 refs/heads/main\n",
        ];
        for announced in [true, false] {
            let Ok(Offer::Commands(commands)) = Offer::read(&answer(&two, announced)) else { panic!() };
            assert!(commands.has("fetch", "filter") && !commands.has("fetch", "filt"));
            let Ok(Offer::Refs(refs)) = Offer::read(&answer(&zero, announced)) else { panic!() };
            assert_eq!(refs.refs.len(), 2);
            assert!(!Offer::Refs(refs).picks_objects(), "single objects cannot be asked for");
        }
    }

    #[test]
    fn another_object_format_is_refused_by_name() {
        let format = ["version 2\n", "object-format=sha256\n"];
        assert_eq!(Offer::read(&answer(&format, true)), Err(AdvertisementError::Format("sha256".to_owned())));
    }

    #[test]
    fn an_offer_that_is_cut_is_an_error() {
        let whole = answer(&["version 2\n", "fetch=filter\n"], false);
        for cut in 0..whole.len() {
            assert!(Offer::read(&whole[..cut]).is_err(), "{cut}");
        }
    }
}
