//! The server's process: what the hub's routes do with a request, over storage that fails.

use std::cell::Cell;
use std::rc::Rc;

use fairlead_fetch::{Body, BodyError};
use fairlead_git::hosted::{Change, Clock, Hosted, Policy, Protocol, RepositoryName, ServeError, StoreError};
use fairlead_git::wire::Service;
use fairlead_sql::Sql;
use futures_util::stream;

use super::super::poll::pause;

/// A request as it lies on the wire.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    pub(crate) path: String,
    pub(crate) protocol: String,
    pub(crate) body: Vec<u8>,
    /// Whether the body's end is missing: `Some(true)` where the server is told so.
    pub(crate) cut: Option<bool>,
}

#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) kind: String,
    pub(crate) body: Vec<u8>,
    pub(crate) whole: bool,
}

impl Answer {
    pub(crate) fn status(status: u16) -> Answer {
        Answer { status, kind: "text/plain".to_owned(), body: Vec::new(), whole: true }
    }
}

/// A branch that may be frozen, and that only some may rewind.
pub(crate) struct Guard {
    pub(crate) frozen: Rc<Cell<bool>>,
    pub(crate) rewind: bool,
}

impl Policy for Guard {
    async fn may(&self, change: &Change<'_>) -> Result<(), String> {
        if self.frozen.get() {
            return Err("main is protected: open a pull request".to_owned());
        }
        if change.rewinds && !self.rewind { Err("non-fast-forward".to_owned()) } else { Ok(()) }
    }
}

impl Parcel {
    pub(crate) fn is_push(&self) -> bool {
        self.path.ends_with("/git-receive-pack")
    }

    /// Whether the answer says where branches are.
    pub(crate) fn asks_refs(&self) -> bool {
        let lists = self.body.windows(15).any(|part| part == b"command=ls-refs");
        lists || self.path.ends_with("service=git-receive-pack")
    }

    fn body(&self) -> Body {
        let mut pieces: Vec<Result<Vec<u8>, BodyError>> =
            self.body.chunks(997).map(|piece| Ok(piece.to_vec())).collect();
        if self.cut == Some(true) {
            pieces.push(Err(BodyError::Broken("the client is gone".to_owned())));
        }
        Body::stream(stream::iter(pieces))
    }
}

/// Answers one request, as the hub's routes do.
pub(crate) async fn serve<S: Sql + 'static>(sql: S, clock: Clock, guard: Guard, parcel: Parcel) -> Answer {
    let name = RepositoryName::parse("shop").unwrap();
    let Ok(Some(hosted)) = Hosted::open(sql, clock, &name).await else { return Answer::status(500) };
    let protocol = Protocol::parse(&parcel.protocol);
    let (kind, answer) = if let Some((_, service)) = parcel.path.split_once("/info/refs?service=") {
        let service = if service == "git-upload-pack" { Service::UploadPack } else { Service::ReceivePack };
        let answer = hosted.advertise(service, protocol).await.map(Body::from);
        (format!("application/x-{}-advertisement", service.name()), answer)
    } else if parcel.is_push() {
        let answer = hosted.receive_pack(parcel.body(), &guard).await;
        ("application/x-git-receive-pack-result".to_owned(), answer)
    } else {
        let answer = hosted.upload_pack(protocol, parcel.body()).await;
        ("application/x-git-upload-pack-result".to_owned(), answer)
    };
    match answer {
        Ok(body) => sent(kind, body).await,
        Err(ServeError::Source(_) | ServeError::Refused(_) | ServeError::Store(StoreError::GivenUp)) => {
            Answer::status(400)
        }
        Err(ServeError::Store(_)) => Answer::status(500),
    }
}

async fn sent(kind: String, mut answer: Body) -> Answer {
    let mut body = Vec::new();
    let whole = loop {
        pause().await;
        match answer.next().await {
            Ok(Some(piece)) => body.extend(piece),
            Ok(None) => break true,
            Err(_) => break false,
        }
    };
    Answer { status: 200, kind, body, whole }
}
