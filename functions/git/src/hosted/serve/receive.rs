//! Pushes: commands, then a pack, then what became of each ref.

use std::collections::BTreeSet;

use fairlead_sql::Sql;

use super::super::Hosted;
use super::super::incoming::{Incoming, Unconnected};
use super::super::landing::{self, Landing, Move};
use super::super::policy::{Change, Policy};
use super::super::refs::{self, Refs};
use super::super::source::{Packet, Source, SourceError};
use super::super::store::{Store, StoreError};
use super::super::unpack::{UnpackError, unpack};
use super::super::walk::Commits;
use super::band::Band;
use super::report::{Report, Understood};
use super::{LONGEST_NAME, ServeError};
use crate::object::{Kind, Oid};
use crate::reference::RefName;

/// The most refs of one push.
const MAX_COMMANDS: usize = 10_000;
/// The most options of one push.
const MAX_OPTIONS: usize = 100;
/// The most parts of a ref's name.
const MAX_PARTS: usize = 60;
/// How often a push is checked again because a collection came in between.
const ATTEMPTS: usize = 5;

/// What a client asks for.
#[derive(Debug, Default)]
struct Push {
    commands: Vec<Command>,
    options: Vec<String>,
    understood: Understood,
    atomic: bool,
    with_options: bool,
}

#[derive(Debug)]
struct Command {
    name: String,
    old: Option<Oid>,
    new: Option<Oid>,
    /// Why it is not carried out.
    refused: Option<String>,
}

pub(super) async fn answer<S: Sql + 'static>(
    hosted: &Hosted<S>,
    source: &mut Source,
    policy: &impl Policy,
) -> Result<Vec<u8>, ServeError> {
    let mut push = Push::read(source).await?;
    // A client tries whether it may push at all before it sends a large pack.
    if push.commands.is_empty() {
        return Ok(Vec::new());
    }
    push.check_names();
    let mut report = Report::default();
    if push.commands.iter().any(|command| command.new.is_some()) {
        let mut incoming = Incoming::open(&hosted.store, &hosted.clock).await?;
        let done = push.receive(hosted, source, policy, &mut incoming).await;
        let refused = push.commands.iter().filter(|command| command.refused.is_some()).count();
        let landed = matches!(&done, Ok(None)) && refused < push.commands.len();
        if landed && refused > 0 {
            // The pack has what they would have been at. Where this fails it stays until the next collection.
            let _ = landing::litter(&hosted.store, &hosted.clock).await;
        }
        if !landed {
            // What failed is told; that its remains are deleted later instead of now is not worth telling.
            let discarded = incoming.discard().await;
            if let (Ok(_), Err(error)) = (&done, discarded) {
                return Err(error.into());
            }
        }
        report.unpack = done?;
    } else {
        if let Some(why) = push.land(hosted, &hosted.store, None, policy).await? {
            push.refuse_all(&why, None);
        }
    }
    let unpacked = report.unpack.is_none();
    report.refs = push
        .commands
        .into_iter()
        .map(|command| {
            let refused = if unpacked { command.refused } else { Some("unpacker error".to_owned()) };
            (command.name, refused)
        })
        .collect();
    Ok(report.encode(push.understood))
}

impl Push {
    async fn read(source: &mut Source) -> Result<Push, ServeError> {
        let mut push = Push::default();
        while let Some(line) = data(source).await? {
            if line.starts_with(b"shallow ") {
                // What a shallow clone pushes builds on what is here, or it is found to be missing.
                continue;
            }
            let mut parts = line.splitn(2, |byte| *byte == 0);
            let command = parts.next().unwrap_or_default();
            if let (true, Some(capabilities)) = (push.commands.is_empty(), parts.next()) {
                push.understand(&String::from_utf8_lossy(capabilities))?;
            }
            push.commands.push(Command::read(command)?);
            if push.commands.len() > MAX_COMMANDS {
                return Err(ServeError::Refused(format!("more than {MAX_COMMANDS} refs in one push")));
            }
        }
        if push.with_options {
            while let Some(line) = data(source).await? {
                push.options.push(String::from_utf8_lossy(&line).into_owned());
                if push.options.len() > MAX_OPTIONS {
                    return Err(ServeError::Refused(format!("more than {MAX_OPTIONS} options of one push")));
                }
            }
        }
        Ok(push)
    }

    fn understand(&mut self, capabilities: &str) -> Result<(), ServeError> {
        for word in capabilities.split(' ') {
            match word {
                "report-status" | "report-status-v2" => self.understood.report = true,
                "side-band-64k" => self.understood.band = Band::Large,
                "atomic" => self.atomic = true,
                "push-options" => self.with_options = true,
                _ => match word.strip_prefix("object-format=") {
                    Some(format) if format != "sha1" => {
                        return Err(ServeError::Refused(format!(
                            "object format {format}: this repository has sha1"
                        )));
                    }
                    _ => {}
                },
            }
        }
        Ok(())
    }

    fn check_names(&mut self) {
        let mut seen = BTreeSet::new();
        let doubled: BTreeSet<String> = self
            .commands
            .iter()
            .filter(|command| !seen.insert(command.name.as_str()))
            .map(|command| command.name.clone())
            .collect();
        for command in &mut self.commands {
            command.refused = match RefName::parse(&command.name) {
                Err(error) => Some(error.to_string()),
                Ok(_) if doubled.contains(&command.name) => Some("it is in this push more than once".into()),
                Ok(_) if command.name.split('/').count() > MAX_PARTS => {
                    Some("its name has too many parts".into())
                }
                Ok(_) if command.old.is_none() && command.new.is_none() => {
                    Some("there is no such ref".into())
                }
                Ok(_) => None,
            };
        }
    }

    /// Takes the pack and moves the refs. Returns why the pack was not taken, where it was not.
    async fn receive<S: Sql + 'static>(
        &mut self,
        hosted: &Hosted<S>,
        source: &mut Source,
        policy: &impl Policy,
        incoming: &mut Incoming<S>,
    ) -> Result<Option<String>, ServeError> {
        match unpack(source, incoming, hosted.limits).await {
            Ok(_) => {}
            Err(UnpackError::Store(error @ StoreError::Sql(_))) => return Err(error.into()),
            Err(error) => return Ok(Some(error.to_string())),
        }
        let store = incoming.store.clone();
        self.land(hosted, &store, Some(incoming), policy).await
    }

    async fn land<S: Sql + 'static>(
        &mut self,
        hosted: &Hosted<S>,
        store: &Store<S>,
        incoming: Option<&Incoming<S>>,
        policy: &impl Policy,
    ) -> Result<Option<String>, ServeError> {
        for _ in 0..ATTEMPTS {
            let sweeps = landing::sweeps(store).await?;
            if let Some(incoming) = incoming {
                match incoming.connected().await {
                    Ok(()) => {}
                    Err(Unconnected::Store(error)) => return Err(error.into()),
                    Err(Unconnected::Swept) => return Ok(Some(SWEPT.to_owned())),
                    Err(Unconnected::Broken(error)) => return Ok(Some(error.to_string())),
                }
            }
            let moves = self.moves(hosted, store, policy).await?;
            if self.move_refs(hosted, store, incoming, &moves, sweeps).await? {
                return Ok(None);
            }
        }
        Ok(Some(SWEPT.to_owned()))
    }

    /// The commands that may be carried out, by their places; the others are refused.
    async fn moves<S: Sql>(
        &mut self,
        hosted: &Hosted<S>,
        store: &Store<S>,
        policy: &impl Policy,
    ) -> Result<Vec<(usize, Move)>, ServeError> {
        let refs = hosted.refs().await?;
        let mut moves = Vec::new();
        for (place, command) in self.commands.iter_mut().enumerate() {
            if command.refused.is_some() {
                continue;
            }
            let Ok(name) = RefName::parse(&command.name) else { continue };
            match command.plan(name, &refs, store, policy, &self.options).await? {
                Ok(planned) => moves.push((place, planned)),
                Err(why) => command.refused = Some(why),
            }
        }
        // The first branch that is made is the one that clones check out: of several, the one that was named for it.
        moves.sort_by_key(|(_, one): &(usize, Move)| one.name.as_str() != refs.head);
        Ok(moves)
    }

    /// Moves them, all together or each by itself. Returns whether that is final.
    async fn move_refs<S: Sql>(
        &mut self,
        hosted: &Hosted<S>,
        store: &Store<S>,
        incoming: Option<&Incoming<S>>,
        moves: &[(usize, Move)],
        sweeps: i64,
    ) -> Result<bool, ServeError> {
        let clock = &hosted.clock;
        if self.atomic {
            if moves.len() < self.commands.len() {
                self.refuse_all("atomic push failed: another ref is refused", None);
                return Ok(true);
            }
            let all: Vec<&Move> = moves.iter().map(|(_, one)| one).collect();
            return match landing::land(store, clock, incoming, &all, sweeps).await? {
                Landing::Done => Ok(true),
                Landing::Swept => Ok(false),
                Landing::Stale(name) => {
                    let why = stale(store, &all, &name).await?;
                    self.refuse_all("atomic push failed: another ref has moved", Some((&name, why)));
                    Ok(true)
                }
                Landing::GivenUp => Err(StoreError::GivenUp.into()),
            };
        }
        let mut moved = false;
        for (place, one) in moves {
            let landed = landing::land(store, clock, incoming, &[one], sweeps).await;
            let refused = match landed {
                Ok(Landing::Done) => None,
                Ok(Landing::Swept) if !moved => return Ok(false),
                Ok(Landing::Swept) => Some(SWEPT.to_owned()),
                Ok(Landing::Stale(name)) => {
                    Some(stale(store, &[one], &name).await.unwrap_or(MOVED).to_owned())
                }
                // What has moved is told, whatever becomes of the others.
                Ok(Landing::GivenUp) if moved => Some(StoreError::GivenUp.to_string()),
                Err(error) if moved => Some(format!("it is not known whether it moved: {error}")),
                Ok(Landing::GivenUp) => return Err(StoreError::GivenUp.into()),
                Err(error) => return Err(error.into()),
            };
            moved |= refused.is_none();
            if let Some(command) = self.commands.get_mut(*place) {
                command.refused = refused;
            }
        }
        Ok(true)
    }

    fn refuse_all(&mut self, why: &str, stale: Option<(&RefName, &str)>) {
        for command in &mut self.commands {
            let own = stale.filter(|(name, _)| name.as_str() == command.name).map(|(_, why)| why);
            command.refused.get_or_insert_with(|| own.unwrap_or(why).to_owned());
        }
    }
}

/// What is told where the compare-and-swap fails because the ref is elsewhere.
const MOVED: &str = "it has moved: fetch first";
/// Likewise where it is not.
const IN_THE_WAY: &str = "its name stands in the way of another ref, or another's in its way";
/// What is told where what a push builds on is being deleted.
const SWEPT: &str = "the repository is being cleaned up: push again";

/// Why a ref could not be moved.
async fn stale<S: Sql>(
    store: &Store<S>,
    moves: &[&Move],
    name: &RefName,
) -> Result<&'static str, StoreError> {
    let old = moves.iter().find(|one| one.name == *name).and_then(|one| one.old);
    let at = refs::one(store, name.as_str()).await?;
    Ok(if at == old { IN_THE_WAY } else { MOVED })
}

impl Command {
    fn read(line: &[u8]) -> Result<Command, ServeError> {
        let text = String::from_utf8_lossy(line);
        let mut words = text.splitn(3, ' ');
        let mut oid = || match words.next().map(Oid::parse) {
            Some(Ok(Oid::ZERO)) => Ok(None),
            Some(Ok(oid @ Oid::Sha1(_))) => Ok(Some(oid)),
            _ => Err(SourceError::Protocol("a command has no object id")),
        };
        let (old, new) = (oid()?, oid()?);
        let name = words.next().unwrap_or_default().to_owned();
        if name.len() > LONGEST_NAME {
            return Err(ServeError::Refused("a ref's name is too long".to_owned()));
        }
        Ok(Command { name, old, new, refused: None })
    }

    /// Holds a command to what is there and to the policy.
    async fn plan<S: Sql>(
        &self,
        name: RefName,
        refs: &Refs,
        store: &Store<S>,
        policy: &impl Policy,
        options: &[String],
    ) -> Result<Result<Move, String>, StoreError> {
        if refs.all.get(&self.name).map(|at| at.oid) != self.old {
            return Ok(Err(MOVED.to_owned()));
        }
        let mut new = None;
        let mut rewinds = false;
        if let Some(oid) = self.new {
            if store.missing(&[oid]).await?.is_some() {
                return Ok(Err(format!("the object {oid} is missing")));
            }
            let (peeled, kind) = refs::peel(store, oid).await?;
            if name.branch().is_some() && (kind != Kind::Commit || peeled != oid) {
                return Ok(Err("a branch can only be at a commit".to_owned()));
            }
            new = Some((oid, Some(peeled).filter(|peeled| *peeled != oid)));
            rewinds = self.rewinds(store, oid).await?;
        } else if refs.head == self.name {
            return Ok(Err("the branch that clones check out cannot be deleted".to_owned()));
        }
        let change = Change { reference: &name, old: self.old, new: self.new, rewinds, options };
        if let Err(why) = policy.may(&change).await {
            return Ok(Err(why));
        }
        Ok(Ok(Move { name, old: self.old, new, loses: rewinds || new.is_none() }))
    }

    /// Whether commits would be lost from the ref.
    async fn rewinds<S: Sql>(&self, store: &Store<S>, new: Oid) -> Result<bool, StoreError> {
        let Some(old) = self.old else { return Ok(false) };
        let found = store.find(&[old, new]).await?;
        if [old, new].iter().any(|oid| found.get(oid).is_none_or(|at| at.kind != Kind::Commit)) {
            return Ok(true);
        }
        Ok(!Commits::new(store.clone()).builds_on(new, old).await?)
    }
}

/// The next line, or `None` at the end of a part.
async fn data(source: &mut Source) -> Result<Option<Vec<u8>>, ServeError> {
    match source.packet().await? {
        Some(Packet::Data(line)) => Ok(Some(line)),
        Some(Packet::Flush) => Ok(None),
        Some(Packet::Delimiter | Packet::End) => {
            Err(SourceError::Protocol("a part begins where there is none").into())
        }
        None => Err(SourceError::Short(source.taken()).into()),
    }
}
