//! Pushes commits: the pack of all that is new, and the branch's old id as compare-and-swap.

use fairlead_fetch::Body;

use super::remote::Remote;
use super::transport::Transport;
use crate::AGENT;
use crate::object::{Kind, Object, Oid};
use crate::pack::{InMemory, Packed, Packer, SpoolError};
use crate::repository::{LandError, Landed, Landing, RepositoryError, Strategy, refused_or_landed};
use crate::said;
use crate::wire::{Advertisement, Command, Outcome, PushError, Service, push_answer, push_request};

/// The longest report that is read; hooks may be talkative.
const MAX_REPORT: usize = 4 << 20;

impl<T: Transport> Remote<T> {
    pub(super) async fn push(&self, landing: &Landing) -> Result<Landed, LandError> {
        let Some(last) = landing.commits.last() else {
            return Err(self.unfit("there is no commit to push"));
        };
        let answer = self.advertisement(Service::ReceivePack).await?;
        let server = Advertisement::read(Service::ReceivePack, &answer)
            .or_else(|error| match Advertisement::read_refs(&answer) {
                Ok(server) => Ok(server),
                Err(_) => Err(error),
            })
            .map_err(|error| self.not_offered(error))?;
        let reference = landing.branch.reference().as_str();
        let head = server.refs.get(reference).copied();
        if head != landing.old {
            return Err(LandError::Moved { branch: landing.branch.clone(), head });
        }
        let command =
            Command { reference: reference.to_owned(), old: landing.old.unwrap_or(Oid::ZERO), new: last.oid };
        let request = push_request(&server, &[command], &self.options, AGENT)
            .map_err(|error| self.unfit(&error.to_string()))?;
        let pack = pack(landing).await.map_err(|error| self.unfit(&error.to_string()))?;
        match self.deliver(landing, &server, pack.body(request)).await {
            Err(error) => Err(refused_or_landed(self, landing, error).await),
            landed => landed,
        }
    }

    async fn deliver(
        &self,
        landing: &Landing,
        server: &Advertisement,
        body: Body,
    ) -> Result<Landed, LandError> {
        self.count(1, body.length().unwrap_or_default(), 0);
        let report = match self.transport.request(Service::ReceivePack, body).await {
            Ok(body) => body.collect(MAX_REPORT).await,
            Err(error) if error.may_have_arrived() => return Err(LandError::Unknown(error.to_string())),
            Err(RepositoryError::Server { status: 413, .. }) => {
                return Err(self.refused(landing, "the push is larger than the server takes"));
            }
            Err(error) if error.is_answer() => return Err(LandError::Doubted(error)),
            Err(error) => return Err(error.into()),
        };
        let report = report.map_err(|error| LandError::Unknown(error.to_string()))?;
        self.count(0, 0, report.len());
        let landed = self.judge(landing, server, &report)?;
        self.keep(landing);
        Ok(landed)
    }

    /// Has at hand what landed: whoever commits next begins there, and need not read it.
    fn keep(&self, landing: &Landing) {
        for planned in &landing.commits {
            self.cache.put(planned.oid, &planned.commit.object());
            planned.trees.iter().for_each(|tree| self.cache.put(tree.oid(), tree));
            for blob in planned.edits.values().flatten() {
                let object = Object { kind: Kind::Blob, bytes: blob.bytes().to_vec() };
                self.cache.put(object.oid(), &object);
            }
        }
    }

    fn judge(&self, landing: &Landing, server: &Advertisement, report: &[u8]) -> Result<Landed, LandError> {
        let Outcome { moved, refused, messages } = match push_answer(server, report) {
            Ok(outcome) => outcome,
            Err(PushError::Unpack(why)) => {
                return Err(self.refused(landing, &format!("it cannot take the pack: {why}")));
            }
            Err(error) => return Err(LandError::Unknown(error.to_string())),
        };
        let reference = landing.branch.reference().as_str();
        if moved.iter().any(|name| name == reference) {
            return Ok(Landed {
                commits: landing.commits.iter().map(|planned| planned.oid).collect(),
                strategy: Strategy::Push,
                messages: said::lines(&messages),
            });
        }
        match refused.into_iter().find(|(name, _)| name == reference) {
            // An atomic push tells the reason beside the report.
            Some((_, why)) if is_stale(&why) || (why.contains("atomic") && is_stale(&messages)) => {
                Err(LandError::Moved { branch: landing.branch.clone(), head: None })
            }
            Some((_, why)) => Err(self.refused(landing, &format!("{why}\n{messages}"))),
            None => Err(LandError::Unknown("the server's report does not name the branch".to_owned())),
        }
    }

    fn refused(&self, landing: &Landing, rule: &str) -> LandError {
        let (repository, branch) = (self.named(), landing.branch.clone());
        LandError::Refused { repository, branch, rule: said::lines(rule) }
    }

    fn unfit(&self, why: &str) -> LandError {
        LandError::Unfit { strategy: Strategy::Push, why: why.to_owned() }
    }
}

/// Everything that is new: trees and commits as they were planned, and the contents of written files.
async fn pack(landing: &Landing) -> Result<Packed<InMemory>, SpoolError> {
    let mut packer = Packer::new(InMemory::default());
    for planned in &landing.commits {
        packer.add(&planned.commit.object()).await?;
        for tree in &planned.trees {
            packer.add(tree).await?;
        }
        for blob in planned.edits.values().flatten() {
            packer.add(&Object { kind: Kind::Blob, bytes: blob.bytes().to_vec() }).await?;
        }
    }
    packer.finish().await
}

/// Whether a refusal means that the branch is not where it was. These are git's and JGit's words for it.
fn is_stale(why: &str) -> bool {
    let why = why.to_ascii_lowercase();
    // A branch `a` where `a/b` is to be made says so too, and does not get better by planning again.
    if why.contains("cannot create") {
        return false;
    }
    [
        "failed to update ref",
        "cannot lock ref",
        "fetch first",
        "non-fast-forward",
        "stale info",
        "already exists",
        "incorrect old value",
        "lock error",
        "lock_failure",
        "lock failure",
    ]
    .iter()
    .any(|words| why.contains(words))
}
