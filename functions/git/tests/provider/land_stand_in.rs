//! A small stand-in for what GitHub's GraphQL and GitLab's commits API do to a repository, by the words of their
//! documentation and of those who met them. That the real ones answer so is not tested here.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fairlead_fetch::{Body, Fetch, FetchError, Guarded, Policy};
use fairlead_git::object::{Commit, Edit, Entry, Identity, Kind as ObjectKind, Mode, Object, Tree, edit};
use fairlead_git::provider::{Kind, Provider};
use fairlead_git::push::Credential;
use fairlead_git::{Branch, LandError, Landed, Landing, Past, Repository, RepositoryError};
use fairlead_world::{Oid, RepoPath};
use http::{Method, Request, Response, StatusCode};
use serde_json::{Value, json};

use crate::read_stand_in::Api;
use crate::support::address;

/// What goes wrong with the next request that commits.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Fault {
    /// It is carried out, and its answer is this instead.
    Lost(u16, Value),
    /// It is not carried out, and its answer is this.
    Refused(u16, Value),
    /// It is carried out with other line ends.
    Altered,
    /// Somebody else commits first.
    Overtaken,
}

/// A provider's server with one repository, which it also hands out as git would.
pub(crate) struct Server {
    kind: Kind,
    objects: RefCell<BTreeMap<Oid, Object>>,
    heads: RefCell<BTreeMap<String, Oid>>,
    pub(crate) faults: RefCell<Vec<Fault>>,
    pub(crate) requests: RefCell<Vec<Value>>,
    clock: Cell<i64>,
}

pub(crate) fn ann() -> Identity {
    Identity { name: "Ann".into(), email: "ann@example.com".into(), seconds: 1_700_000_000, offset: 0 }
}

impl Server {
    /// A repository whose branch `deploy/shop` has two files.
    pub(crate) fn new(kind: Kind) -> Server {
        let server = Server {
            kind,
            objects: RefCell::default(),
            heads: RefCell::default(),
            faults: RefCell::default(),
            requests: RefCell::default(),
            clock: Cell::new(1_700_000_000),
        };
        let files = [("out/a.yaml", Some("a: 1\n")), ("out/b.yaml", Some("b: 1\n"))];
        server.commit(
            "deploy/shop",
            None,
            "begin",
            &files.map(|(path, text)| (path.to_owned(), text.map(Vec::from))),
        );
        server
    }

    pub(crate) fn provider(&self) -> Provider<&Server> {
        let url = match self.kind {
            Kind::Github => "https://github.com/team/shop.git",
            _ => "https://gitlab.com/acme/team/shop.git",
        };
        Provider::new(
            Guarded::new(self, Policy::public()),
            self.kind,
            &address(url),
            Some(&Credential::token("t0ken")),
        )
        .unwrap()
    }

    pub(crate) fn head_of(&self, branch: &str) -> Option<Oid> {
        self.heads.borrow().get(branch).copied()
    }

    pub(crate) fn read_commit(&self, oid: Oid) -> Commit {
        Commit::parse(&self.objects.borrow()[&oid].bytes).unwrap()
    }

    /// How many commits a branch has.
    pub(crate) fn length(&self, branch: &str) -> usize {
        let mut at = self.head_of(branch);
        let mut length = 0;
        while let Some(oid) = at {
            length += 1;
            at = self.read_commit(oid).parents.first().copied();
        }
        length
    }

    /// The server's own commit.
    pub(crate) fn commit(
        &self,
        branch: &str,
        parent: Option<Oid>,
        message: &str,
        files: &[(String, Option<Vec<u8>>)],
    ) -> Oid {
        let root = parent.map_or(Oid::ZERO, |parent| self.read_commit(parent).tree);
        let blobs = files.iter().map(|(path, bytes)| {
            let object = bytes.clone().map(|bytes| Object { kind: ObjectKind::Blob, bytes });
            (RepoPath::parse(path).unwrap(), object)
        });
        let blobs: Vec<_> = blobs.collect();
        let edits = blobs.iter().map(|(path, object)| {
            let edit = object.as_ref().map_or(Edit::Delete, |object| Edit::Write(object.oid()));
            (path.clone(), edit)
        });
        let read = |oid: &Oid| self.objects.borrow().get(oid).map(|object| object.bytes.clone());
        let edited = edit(root, &edits.collect(), &read).unwrap();
        let mut objects = self.objects.borrow_mut();
        objects.extend(edited.trees);
        objects.extend(blobs.into_iter().filter_map(|(_, object)| Some((object.as_ref()?.oid(), object?))));
        // The provider's own time and name.
        self.clock.set(self.clock.get() + 1);
        let web = Identity { name: "Web".into(), seconds: self.clock.get(), ..ann() };
        let parents = parent.into_iter().collect();
        let message = message.to_owned();
        let commit =
            Commit { tree: edited.root, parents, author: ann(), committer: web, message, signature: None };
        let object = commit.object();
        let oid = object.oid();
        objects.insert(oid, object);
        self.heads.borrow_mut().insert(branch.to_owned(), oid);
        oid
    }

    /// Somebody commits another mode of a file in `out/`, on the shared branch.
    pub(crate) fn set_mode(&self, name: &str, mode: Mode) -> Oid {
        let head = self.head_of("deploy/shop").unwrap();
        let put = |object: Object| {
            let oid = object.oid();
            self.objects.borrow_mut().insert(oid, object);
            oid
        };
        let tree = |oid: Oid| Tree::parse(&self.objects.borrow()[&oid].bytes).unwrap();
        let as_object = |tree: Tree| Object { kind: ObjectKind::Tree, bytes: tree.encode() };
        let mut commit = self.read_commit(head);
        let mut root = tree(commit.tree);
        let mut folder = root.find(b"out").unwrap().clone();
        let mut out = tree(folder.oid);
        out.put(Entry { mode, ..out.find(name.as_bytes()).unwrap().clone() });
        folder.oid = put(as_object(out));
        root.put(folder);
        commit.tree = put(as_object(root));
        commit.parents = vec![head];
        let oid = put(commit.object());
        self.heads.borrow_mut().insert("deploy/shop".to_owned(), oid);
        oid
    }

    /// `createCommitOnBranch`.
    fn github(&self, body: &Value, altered: bool) -> Value {
        let input = &body["variables"]["input"];
        assert_eq!(input["branch"]["repositoryNameWithOwner"], "team/shop");
        let branch = text(&input["branch"]["branchName"]);
        let error = |kind: &str, message: String| json!({"data": {"createCommitOnBranch": null}, "errors": [{"type": kind, "path": ["createCommitOnBranch"], "message": message}]});
        let head = self.head_of(&branch).map(|head| head.to_string()).unwrap_or_default();
        let expected = text(&input["expectedHeadOid"]);
        if head != expected {
            let why = format!("Expected branch to point to \"{head}\" but it did not. Pull and try again.");
            return error("STALE_DATA", why);
        }
        let changes = &input["fileChanges"];
        let mut files = Vec::new();
        for addition in changes["additions"].as_array().unwrap() {
            files.push((text(&addition["path"]), Some(decoded(&addition["contents"], altered))));
        }
        for deletion in changes["deletions"].as_array().unwrap() {
            let path = text(&deletion["path"]);
            if !self.has(&branch, &path) {
                return error(
                    "UNPROCESSABLE",
                    format!("A path was requested for deletion which does not exist: {path}"),
                );
            }
            files.push((path, None));
        }
        let message =
            format!("{}\n\n{}", text(&input["message"]["headline"]), text(&input["message"]["body"]));
        let commit = self.commit(&branch, Oid::parse(&head).ok(), message.trim_end(), &files);
        let tree = self.read_commit(commit).tree.to_string();
        json!({"data": {"createCommitOnBranch": {"commit": {"oid": commit.to_string(), "tree": {"oid": tree}}}}})
    }

    /// `POST /projects/:id/repository/commits`.
    fn gitlab(&self, body: &Value, altered: bool) -> (u16, Value) {
        let branch = text(&body["branch"]);
        let start = Oid::parse(&text(&body["start_sha"])).unwrap();
        if self.head_of(&branch).is_some() && body["force"] != true {
            let why = format!(
                "A branch called '{branch}' already exists. Switch to that branch in order to make changes"
            );
            return (400, json!({"message": why}));
        }
        let actions = body["actions"].as_array().unwrap();
        let mut files = Vec::new();
        self.heads.borrow_mut().insert(" start".to_owned(), start);
        for action in actions {
            let path = text(&action["file_path"]);
            let (has, action_name) = (self.has(" start", &path), text(&action["action"]));
            match (action_name.as_str(), has) {
                ("create", true) => return (400, json!({"message": "A file with this name already exists"})),
                ("update" | "delete", false) => {
                    return (400, json!({"message": "A file with this name doesn't exist"}));
                }
                ("delete", true) => files.push((path, None)),
                _ => files.push((path, Some(decoded(&action["content"], altered)))),
            }
        }
        let commit = self.commit(&branch, Some(start), text(&body["commit_message"]).trim_end(), &files);
        (201, json!({"id": commit.to_string(), "parent_ids": [start.to_string()], "title": "x"}))
    }

    fn has(&self, branch: &str, path: &str) -> bool {
        let Some(head) = self.head_of(branch) else { return false };
        let mut at = self.read_commit(head).tree;
        for name in path.split('/') {
            let objects = self.objects.borrow();
            let Ok(tree) = Tree::parse(&objects[&at].bytes) else { return false };
            let Some(entry) = tree.find(name.as_bytes()) else { return false };
            at = entry.oid;
        }
        true
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn decoded(value: &Value, altered: bool) -> Vec<u8> {
    let bytes = STANDARD.decode(text(value)).unwrap();
    if altered { String::from_utf8(bytes).unwrap().replace('\n', "\r\n").into_bytes() } else { bytes }
}

impl Fetch for Server {
    async fn fetch(&self, request: Request<Body>) -> Result<Response<Body>, FetchError> {
        if request.method() == Method::GET {
            let (objects, heads) = (self.objects.borrow().clone(), self.heads.borrow().clone());
            return Api::with(self.kind, objects, heads).fetch(request).await;
        }
        let (head, body) = request.into_parts();
        assert_eq!(head.headers["authorization"], "Bearer t0ken");
        let body: Value = serde_json::from_slice(&body.collect(32 << 20).await.unwrap()).unwrap_or_default();
        self.requests.borrow_mut().push(body.clone());
        let fault = self.faults.borrow_mut().pop();
        if let Some(Fault::Overtaken) = fault {
            let theirs = ("theirs.txt".to_owned(), Some(b"x".to_vec()));
            self.commit("deploy/shop", self.head_of("deploy/shop"), "theirs", &[theirs]);
        }
        let altered = fault == Some(Fault::Altered);
        let (status, answer) = match (&fault, head.uri.path()) {
            (Some(Fault::Refused(status, answer)), _) => (*status, answer.clone()),
            (_, "/graphql") => (200, self.github(&body, altered)),
            (_, "/api/v4/projects/acme%2Fteam%2Fshop/repository/commits") => self.gitlab(&body, altered),
            (_, path) => (404, json!({"message": path})),
        };
        let (status, answer) = match fault {
            Some(Fault::Lost(status, answer)) => (status, answer),
            _ => (status, answer),
        };
        let mut response = Response::new(Body::from(answer.to_string()));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        Ok(response)
    }
}

impl Repository for Server {
    fn name(&self) -> &str {
        "https://git.example.com/shop"
    }

    async fn default_branch(&self) -> Result<Option<Branch>, RepositoryError> {
        Ok(None)
    }

    async fn head(&self, branch: &Branch) -> Result<Option<Oid>, RepositoryError> {
        Ok(self.head_of(branch.name()))
    }

    async fn objects(&self, wanted: &[Oid]) -> Result<BTreeMap<Oid, Object>, RepositoryError> {
        let objects = self.objects.borrow();
        Ok(wanted.iter().filter_map(|oid| Some((*oid, objects.get(oid)?.clone()))).collect())
    }

    async fn history(&self, head: Oid, depth: usize) -> Result<Vec<(Oid, Past)>, RepositoryError> {
        let next = |(_, commit): &(Oid, Commit)| {
            let parent = *commit.parents.first()?;
            Some((parent, self.read_commit(parent)))
        };
        let line = std::iter::successors(Some((head, self.read_commit(head))), next).take(depth);
        Ok(line.map(|(oid, commit)| (oid, commit.into())).collect())
    }

    async fn land(&self, _: &Landing) -> Result<Landed, LandError> {
        Err(LandError::Unknown("nothing is pushed here".to_owned()))
    }
}
