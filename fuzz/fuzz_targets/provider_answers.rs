//! Any bytes as the answers of a provider's API, to everything that is asked of one: pull requests, statuses, webhooks,
//! landings, everything that is read, an App's token, and which provider it is. Each ends, with a value or an error, and no error has a credential.

#![no_main]

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use fairlead_fetch::{Address, Body, Fetch, FetchError, Guarded, Policy, block_on};
use fairlead_git::landing::{Draft, once};
use fairlead_git::object::{Commit, Identity, Kind as ObjectKind, Object, Tree};
use fairlead_git::provider::{
    ApiReader, App, ByApi, Event, JwtError, JwtSigner, Kind, Proposal, Provider, State, Status, Terms, Webhook, recognize,
};
use fairlead_git::push::{Credential, Renew};
use fairlead_git::{Branch, LandError, Landed, Landing, Past, Repository, RepositoryError};
use fairlead_world::{Blob, Oid, RepoPath};
use http::{Request, Response};
use libfuzzer_sys::fuzz_target;

/// What no error may show.
const SECRET: &str = "s3cret-canary";

/// How many requests anything may take; landings ask again where they are told to wait.
const MOST: usize = 400;

/// The statuses that answers have, by a byte of the input.
const STATUSES: [u16; 16] =
    [200, 200, 200, 201, 204, 301, 400, 401, 403, 404, 405, 409, 422, 429, 500, 502];

/// Answers with pieces of the input, one after the other and from the beginning again.
struct Server<'a> {
    pieces: Vec<&'a [u8]>,
    asked: Cell<usize>,
}

impl Fetch for &Server<'_> {
    async fn fetch(&self, request: Request<Body>) -> Result<Response<Body>, FetchError> {
        assert_eq!(request.uri().host(), Some("git.example.com"));
        let number = self.asked.get();
        self.asked.set(number + 1);
        assert!(number < MOST, "it asks for ever");
        let piece = self.pieces[number % self.pieces.len()];
        let (first, body) = piece.split_first().unwrap_or((&0, &[]));
        let mut answer = Response::builder().status(STATUSES[usize::from(first & 15)]);
        if first & 16 != 0 {
            answer = answer.header("link", "<https://git.example.com/n>; rel=\"next\"").header("retry-after", "1");
        }
        if first & 32 != 0 {
            answer = answer.header("location", "https://git.example.com/elsewhere");
        }
        if first & 64 != 0 {
            answer = answer.header("date", "Tue, 14 Nov 2023 22:13:20 GMT").header("x-ratelimit-reset", "1700000090");
        }
        Ok(answer.body(Body::from(body.to_vec())).expect("these headers are good"))
    }
}

/// A repository with one commit of no files, which is as it is whatever lands.
struct Reader(RefCell<BTreeMap<Oid, Object>>, Oid);

impl Reader {
    fn new() -> Reader {
        let tree = Object { kind: ObjectKind::Tree, bytes: Tree::default().encode() };
        let commit = Commit {
            tree: tree.oid(),
            parents: Vec::new(),
            author: ann(),
            committer: ann(),
            message: "begin\n".to_owned(),
            signature: None,
        };
        let (commit, head) = (commit.object(), commit.object().oid());
        Reader(RefCell::new([(tree.oid(), tree), (head, commit)].into()), head)
    }
}

impl Repository for Reader {
    fn name(&self) -> &str {
        "reader"
    }

    async fn default_branch(&self) -> Result<Option<Branch>, RepositoryError> {
        Ok(None)
    }

    async fn head(&self, _: &Branch) -> Result<Option<Oid>, RepositoryError> {
        Ok(Some(self.1))
    }

    async fn objects(&self, wanted: &[Oid]) -> Result<BTreeMap<Oid, Object>, RepositoryError> {
        Ok(wanted.iter().filter_map(|oid| Some((*oid, self.0.borrow().get(oid)?.clone()))).collect())
    }

    async fn history(&self, head: Oid, _: usize) -> Result<Vec<(Oid, Past)>, RepositoryError> {
        let objects = self.0.borrow();
        let commit = objects.get(&head).and_then(|object| Commit::parse(&object.bytes).ok());
        Ok(commit.map(|commit| (head, commit.into())).into_iter().collect())
    }

    async fn land(&self, _: &Landing) -> Result<Landed, LandError> {
        Err(LandError::Unknown(String::new()))
    }
}

struct Signer;

impl JwtSigner for Signer {
    async fn sign(&self, _: &[u8]) -> Result<Vec<u8>, JwtError> {
        Ok(SECRET.as_bytes().to_vec())
    }
}

fn ann() -> Identity {
    Identity { name: "Ann".into(), email: "ann@example.com".into(), seconds: 1_700_000_000, offset: 0 }
}

fn address() -> Address {
    Address::parse("https://git.example.com/team/shop.git").expect("it is one")
}

/// No error shows what was sent.
fn quiet<T, E: std::fmt::Display + std::fmt::Debug>(result: Result<T, E>) {
    if let Err(error) = result {
        assert!(!format!("{error} {error:?}").contains(SECRET), "{error}");
    }
}

fn ask(server: &Server<'_>, kind: Kind, what: u8) {
    let fetch = || Guarded::new(server, Policy::public());
    let credential = Credential::token(SECRET);
    let ours = Provider::new(fetch(), kind, &address(), Some(&credential)).expect("the address is good");
    let branch = |name: &str| Branch::parse(name).expect("it is one");
    let proposal = Proposal::new(branch("fairlead/shop"), branch("deploy/shop"), "t", "b");
    match what % 8 {
        0 => quiet(block_on(ours.propose(&proposal))),
        1 => {
            let (context, description) = ("fairlead".to_owned(), "d".to_owned());
            let status = Status { state: State::Success, context, description, url: None };
            quiet(block_on(ours.set_status(Oid::ZERO, &status)));
        }
        2 => {
            let (url, secret) = (address(), SECRET.to_owned());
            quiet(block_on(ours.register(&Webhook { url, secret, events: [Event::Push].into() })));
        }
        3 => quiet(block_on(recognize(&fetch(), &address()))),
        4 => {
            let app = App::new(fetch(), &address(), "1", Signer, || 1_700_000_000).expect("the address is good");
            let first = block_on(app.renew(None));
            quiet(block_on(app.renew(first.as_ref().ok())));
            quiet(first);
        }
        7 => read(server, kind),
        more => {
            let reader = Reader::new();
            let terms = Terms { own_branch: more == 6, verified: what & 128 != 0 };
            let path = RepoPath::parse("a.yaml").expect("it is one");
            let draft = Draft {
                parent: Some(reader.1),
                edits: [(path, Some(Blob::from("a: 1\n")))].into(),
                author: ann(),
                committer: ann(),
                message: "m\n".to_owned(),
                key: None,
            };
            let repository = ByApi::new(&reader, &ours, terms);
            let mut waits = 0;
            let wait = |_, _: Option<&LandError>| {
                waits += 1;
                waits < 10
            };
            quiet(block_on(once(&repository, (&branch("deploy/shop"), Some(reader.1)), &draft, wait)));
        }
    }
}

/// Reads what there is of a repository through the API alone. Whatever is handed out is what its id says.
fn read(server: &Server<'_>, kind: Kind) {
    let fetch = Guarded::new(server, Policy::public());
    let ours = Provider::new(fetch, kind, &address(), Some(&Credential::token(SECRET))).expect("the address is good");
    let ours = ApiReader::new(Rc::new(ours)).with_most(MOST / 2);
    quiet(block_on(ours.default_branch()));
    let main = Branch::parse("main").expect("it is one");
    let head = block_on(ours.head(&main));
    let commit = head.as_ref().ok().and_then(|head| *head).unwrap_or(Oid::ZERO);
    quiet(head);
    quiet(block_on(ours.history(commit, 5)));
    let root = block_on(ours.root(commit));
    let folder = root.as_ref().ok().and_then(|root| *root).unwrap_or(Oid::ZERO);
    quiet(root);
    for found in [block_on(ours.objects(&[folder, commit, Oid::ZERO])), block_on(ours.trees(&[folder], 50)).map(Option::unwrap_or_default)] {
        for (oid, object) in found.iter().flatten() {
            assert_eq!(object.oid(), *oid);
        }
        quiet(found);
    }
    let survey = block_on(ours.survey(commit));
    for (oid, object) in survey.iter().flatten().flat_map(|survey| &survey.trees) {
        assert_eq!(object.oid(), *oid);
    }
    quiet(survey);
}

fuzz_target!(|bytes: &[u8]| {
    let Some(([kind, what], rest)) = bytes.split_first_chunk() else { return };
    let kind = [Kind::Github, Kind::Gitlab, Kind::Gitea][usize::from(kind % 3)];
    let server = Server { pieces: rest.split(|byte| *byte == 0).collect(), asked: Cell::new(0) };
    ask(&server, kind, *what);
});
