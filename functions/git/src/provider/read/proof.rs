//! Whether what an API says of a commit makes its id: the commit's bytes, made anew.

use serde::Deserialize;

use super::super::time;
use super::source::Told;
use crate::object::{Commit, Identity, Kind, Object, Oid};

/// Who did something, and when, as APIs say it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Signed {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) date: String,
}

/// Zones that people live in, in quarters of an hour east of Greenwich: some APIs tell times without them.
const ZONES: std::ops::RangeInclusive<i16> = -48..=56;

impl Told {
    /// Whether the commit has its id with that tree. Where it has none nothing is known: a signature or a rare header
    /// that the API does not tell are part of its bytes as well.
    pub(super) fn proves(&self, tree: Oid) -> bool {
        let Some((author, committer)) = &self.signed else { return false };
        let (Some(author), Some(committer)) = (identity(author), identity(committer)) else { return false };
        let told = Commit {
            tree,
            parents: self.parents.clone(),
            author,
            committer,
            message: self.message.clone(),
            signature: None,
        };
        let zones = ZONES.map(|quarters| quarters * 15).map(|zone| Commit {
            author: Identity { offset: zone, ..told.author.clone() },
            committer: Identity { offset: zone, ..told.committer.clone() },
            ..told.clone()
        });
        std::iter::once(told.clone()).chain(zones).any(|commit| self.is(&commit))
    }

    /// Whether it is that commit, whichever way its message ends.
    fn is(&self, commit: &Commit) -> bool {
        let message = self.message.trim_end_matches('\n');
        let mut bytes = commit.object().bytes;
        // It ends with the message and one line end.
        bytes.truncate(bytes.len().saturating_sub(message.len() + 1));
        let ends = [&self.message, message, &format!("{message}\n")];
        ends.into_iter().any(|end| {
            let bytes = [&bytes, end.as_bytes()].concat();
            Object { kind: Kind::Commit, bytes }.oid() == self.oid
        })
    }
}

fn identity(signed: &Signed) -> Option<Identity> {
    let (seconds, offset) = time::read(&signed.date)?;
    Some(Identity { name: signed.name.clone(), email: signed.email.clone(), seconds, offset })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(date: &str, message: &str) -> Told {
        let signed =
            |name: &str| Signed { name: name.into(), email: "a@b.example".into(), date: date.into() };
        let parents = vec![Oid::Sha1([1; 20])];
        let signed = Some((signed("Ann Müller"), signed("Bob")));
        Told { oid: Oid::ZERO, tree: None, parents, message: message.to_owned(), signed }
    }

    #[test]
    fn a_commit_is_known_by_its_words_whatever_of_its_zone_and_its_end_is_told() {
        let tree = Oid::Sha1([2; 20]);
        let head = format!("tree {tree}\nparent {}\n", Oid::Sha1([1; 20]));
        for (zone, date) in [("-0330", "2023-11-14T18:43:20.000-03:30"), ("+0545", "2023-11-14T22:13:20Z")] {
            for (written, said) in
                [("m\n\nWhy.\n", "m\n\nWhy."), ("m", "m"), ("m\n\n", "m\n\n"), ("m\n", "m\n")]
            {
                let people = ["author Ann Müller", "committer Bob"];
                let people = people.map(|who| format!("{who} <a@b.example> 1700000000 {zone}\n")).concat();
                let bytes = format!("{head}{people}\n{written}").into_bytes();
                let oid = Object { kind: Kind::Commit, bytes }.oid();
                let told = Told { oid, ..told(date, said) };
                assert!(told.proves(tree), "{zone} {written:?}");
                assert!(!told.proves(Oid::ZERO), "another tree");
                assert!(!Told { parents: Vec::new(), ..told }.proves(tree), "another parent");
            }
        }
    }

    #[test]
    fn what_is_not_told_proves_nothing() {
        assert!(!Told { signed: None, ..told("2023-11-14T22:13:20Z", "m") }.proves(Oid::ZERO));
        assert!(!told("yesterday", "m").proves(Oid::ZERO));
    }
}
