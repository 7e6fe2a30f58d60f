//! The reading half of GitHub's, GitLab's and Gitea's APIs before a repository of real git's: a small stand-in that knows
//! what these tests ask, by the words of the providers' documentation. GitLab and what GitHub cuts short cannot be had;
//! Gitea and an emulation of GitHub are asked elsewhere.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fairlead_fetch::{Body, Fetch, FetchError, Guarded, Policy};
use fairlead_git::object::{Commit, Identity, Kind as ObjectKind, Mode, Object, Tree};
use fairlead_git::provider::{ApiReader, Kind, Provider};
use fairlead_git::push::Credential;
use fairlead_git_server::Repository;
use fairlead_world::Oid;
use http::{Method, Request, Response};
use serde_json::{Value, json};

use crate::support::address;

/// Changes an answer on its way, by the path and query that were asked for.
pub(crate) type Lie = Box<dyn Fn(&str, &mut Value)>;

/// A provider's API before a repository.
pub(crate) struct Api {
    pub(crate) kind: Kind,
    objects: BTreeMap<Oid, Object>,
    heads: BTreeMap<String, Oid>,
    /// Whether something is lost between pages that are not numbered.
    pub(crate) loses: Cell<bool>,
    /// Which of the coming requests is one too many for now.
    pub(crate) limit: Cell<Option<usize>>,
    /// Whether nobody may see it.
    pub(crate) hidden: Cell<bool>,
    /// How many entries a page of a folder has; GitHub's first is its last.
    pub(crate) page: Cell<usize>,
    /// Likewise of commits.
    pub(crate) commits: Cell<usize>,
    pub(crate) lie: RefCell<Option<Lie>>,
    pub(crate) asked: RefCell<Vec<String>>,
}

const REPOSITORY: [(&str, &str); 3] = [
    ("https://github.com/team/shop.git", "/repos/team/shop"),
    ("https://gitlab.com/acme/team/shop.git", "/api/v4/projects/acme%2Fteam%2Fshop"),
    ("https://codeberg.org/team/shop.git", "/api/v1/repos/team/shop"),
];

impl Api {
    /// What of a repository is reached from its branches.
    pub(crate) fn of(kind: Kind, repository: &Repository) -> Api {
        let list =
            repository.git(&["for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads"]);
        let head = |line: &str| {
            let (name, oid) = line.split_once(' ').unwrap();
            (name.to_owned(), Oid::parse(oid).unwrap())
        };
        Api::with(kind, objects(repository), list.lines().map(head).collect())
    }

    /// The same with these objects and branches.
    pub(crate) fn with(kind: Kind, objects: BTreeMap<Oid, Object>, heads: BTreeMap<String, Oid>) -> Api {
        Api {
            kind,
            objects,
            heads,
            loses: Cell::new(false),
            limit: Cell::new(None),
            hidden: Cell::new(false),
            page: Cell::new(100_000),
            commits: Cell::new(100),
            lie: RefCell::default(),
            asked: RefCell::default(),
        }
    }

    pub(crate) fn reader(&self) -> ApiReader<&Api> {
        let url = address(self.place().0);
        let fetch = Guarded::new(self, Policy::public());
        let credential = Credential::token("t0ken");
        ApiReader::new(Rc::new(Provider::new(fetch, self.kind, &url, Some(&credential)).unwrap()))
    }

    /// Tells lies from now on.
    pub(crate) fn lies(&self, lie: impl Fn(&str, &mut Value) + 'static) {
        self.lie.replace(Some(Box::new(lie)));
    }

    /// How many requests were made since this was last asked.
    pub(crate) fn requests(&self) -> usize {
        self.asked.take().len()
    }

    pub(crate) fn objects(&self, kind: ObjectKind) -> BTreeMap<Oid, Object> {
        let of_kind = self.objects.iter().filter(|(_, object)| object.kind == kind);
        of_kind.map(|(oid, object)| (*oid, object.clone())).collect()
    }

    fn place(&self) -> (&'static str, &'static str) {
        match self.kind {
            Kind::Github => REPOSITORY[0],
            Kind::Gitlab => REPOSITORY[1],
            Kind::Gitea => REPOSITORY[2],
        }
    }

    fn read_commit(&self, oid: Oid) -> Option<Commit> {
        Commit::parse(&self.objects.get(&oid).filter(|object| object.kind == ObjectKind::Commit)?.bytes).ok()
    }

    /// The tree that an id leads to: its own, or a commit's.
    fn tree(&self, oid: Oid) -> Option<Oid> {
        match self.objects.get(&oid)?.kind {
            ObjectKind::Tree => Some(oid),
            ObjectKind::Commit => Some(self.read_commit(oid)?.tree),
            _ => None,
        }
    }

    fn find(&self, root: Oid, path: &str) -> Option<Oid> {
        path.split('/').filter(|name| !name.is_empty()).try_fold(root, |at, name| {
            let tree = Tree::parse(&self.objects.get(&at)?.bytes).ok()?;
            Some(tree.find(name.as_bytes())?.oid)
        })
    }

    /// What is in a tree: path, mode, id.
    fn list(&self, tree: Oid, at: &str, deep: bool, into: &mut Vec<(String, &'static str, Oid)>) {
        for entry in Tree::parse(&self.objects[&tree].bytes).unwrap().entries() {
            let path = format!("{at}{}", String::from_utf8_lossy(&entry.name));
            let mode = if entry.mode == Mode::Folder { "040000" } else { entry.mode.digits() };
            into.push((path.clone(), mode, entry.oid));
            if deep && entry.mode == Mode::Folder {
                self.list(entry.oid, &format!("{path}/"), deep, into);
            }
        }
    }

    fn answer(&self, path: &str, query: &BTreeMap<String, String>) -> Answer {
        match self.kind {
            Kind::Github => self.github(path, query),
            Kind::Gitea => self.gitea(path, query),
            Kind::Gitlab => self.gitlab(path, query),
        }
    }

    fn github(&self, path: &str, query: &BTreeMap<String, String>) -> Answer {
        let last = path.rsplit('/').next().unwrap_or_default();
        if path.is_empty() {
            return json!({"default_branch": "main"}).into();
        }
        if let Some(branch) = path.strip_prefix("/git/ref/heads/") {
            let Some(head) = self.heads.get(branch) else { return Answer::missing() };
            let object = json!({"type": "commit", "sha": head.to_string()});
            return json!({"ref": format!("refs/heads/{branch}"), "object": object}).into();
        }
        if path == "/commits" {
            return self.history(query, "sha", "per_page", |oid, commit| {
                let tree = json!({"sha": commit.tree.to_string()});
                json!({"sha": oid.to_string(), "parents": parents(&commit), "commit": {"message": commit.message, "tree": tree}})
            });
        }
        let Ok(oid) = Oid::parse(last) else { return Answer::missing() };
        match path.rsplit_once('/').map(|(before, _)| before) {
            Some("/git/commits") => match self.read_commit(oid) {
                Some(commit) => json!({"sha": last, "tree": {"sha": commit.tree.to_string()}, "parents": parents(&commit), "message": commit.message}).into(),
                None => Answer::missing(),
            },
            Some("/git/trees") => {
                let Some(tree) = self.tree(oid) else { return Answer::missing() };
                let mut all = Vec::new();
                self.list(tree, "", query.contains_key("recursive"), &mut all);
                // One folder alone is never cut here.
                let cut = query.contains_key("recursive") && all.len() > self.page.get();
                all.truncate(if cut { self.page.get() } else { usize::MAX });
                json!({"sha": tree.to_string(), "tree": named(&all), "truncated": cut}).into()
            }
            Some("/git/blobs") => self.wrapped(oid),
            _ => Answer::missing(),
        }
    }

    fn gitea(&self, path: &str, query: &BTreeMap<String, String>) -> Answer {
        let last = path.rsplit('/').next().unwrap_or_default();
        if path.is_empty() {
            return json!({"default_branch": "main", "empty": false}).into();
        }
        if let Some(branch) = path.strip_prefix("/branches/") {
            let Some(head) = self.heads.get(branch) else { return Answer::missing() };
            return json!({"name": branch, "commit": {"id": head.to_string()}}).into();
        }
        // Where a tree's id should stand, the commit's does.
        let told = |oid: Oid, commit: Commit| {
            let oid = oid.to_string();
            json!({"sha": oid, "parents": parents(&commit), "commit": {"message": commit.message, "tree": {"sha": oid}}})
        };
        if path == "/commits" {
            return self.history(query, "sha", "limit", told);
        }
        let Ok(oid) = Oid::parse(last) else { return Answer::missing() };
        match path.rsplit_once('/').map(|(before, _)| before) {
            Some("/git/commits") => {
                self.read_commit(oid).map_or_else(Answer::missing, |commit| told(oid, commit).into())
            }
            Some("/git/trees") => {
                let Some(tree) = self.tree(oid) else { return Answer { status: 400, ..Answer::missing() } };
                let mut all = Vec::new();
                self.list(tree, "", query["recursive"] == "true", &mut all);
                let (size, page) = (self.page.get().min(number(query, "per_page")), number(query, "page"));
                let part: Vec<_> = all.iter().skip((page - 1) * size).take(size).cloned().collect();
                let goes_on = page * size < all.len();
                let tree = if part.is_empty() { Value::Null } else { named(&part) };
                json!({"sha": last, "tree": tree, "truncated": goes_on, "page": page, "total_count": all.len()}).into()
            }
            Some("/git/blobs") => self.wrapped(oid),
            _ => Answer::missing(),
        }
    }

    fn gitlab(&self, path: &str, query: &BTreeMap<String, String>) -> Answer {
        if path.is_empty() {
            return json!({"id": 7, "default_branch": "main"}).into();
        }
        if let Some(branch) = path.strip_prefix("/repository/branches/") {
            let branch = branch.replace("%2F", "/");
            let Some(head) = self.heads.get(&branch) else { return Answer::missing() };
            return json!({"name": branch, "commit": {"id": head.to_string()}}).into();
        }
        let told = |oid: Oid, commit: Commit| {
            let parents: Vec<String> = commit.parents.iter().map(Oid::to_string).collect();
            let (author, committer) = (&commit.author, &commit.committer);
            json!({
                "id": oid.to_string(), "parent_ids": parents, "message": commit.message,
                "author_name": author.name, "author_email": author.email, "authored_date": date(author),
                "committer_name": committer.name, "committer_email": committer.email, "committed_date": date(committer),
            })
        };
        match path.strip_prefix("/repository/").unwrap_or_default().split('/').collect::<Vec<_>>()[..] {
            ["commits"] => self.history(query, "ref_name", "per_page", told),
            ["commits", oid] => {
                let oid = Oid::parse(oid).unwrap();
                self.read_commit(oid).map_or_else(Answer::missing, |commit| told(oid, commit).into())
            }
            ["tree"] => self.gitlab_tree(query),
            ["blobs", oid, "raw"] => match self.objects.get(&Oid::parse(oid).unwrap()) {
                Some(Object { kind: ObjectKind::Blob, bytes }) => {
                    Answer { raw: Some(bytes.clone()), ..Value::Null.into() }
                }
                _ => Answer::missing(),
            },
            _ => Answer::missing(),
        }
    }

    fn gitlab_tree(&self, query: &BTreeMap<String, String>) -> Answer {
        assert_eq!(query.contains_key("pagination"), !query.contains_key("page"), "one or the other");
        let Some(commit) = Oid::parse(&query["ref"]).ok().and_then(|oid| self.read_commit(oid)) else {
            return Answer::missing();
        };
        let path = query["path"].clone();
        let Some(tree) = self.find(commit.tree, &path) else { return Answer::missing() };
        let mut all = Vec::new();
        let at = if path.is_empty() { String::new() } else { format!("{path}/") };
        self.list(tree, &at, query["recursive"] == "true", &mut all);
        let size = self.page.get().min(number(query, "per_page"));
        let numbered = query.get("page").map(|page| page.parse::<usize>().unwrap());
        let token =
            query.get("page_token").map(|token| token.strip_prefix("after-").unwrap().parse().unwrap());
        let from = numbered.map_or_else(|| token.unwrap_or(0), |page| (page - 1) * size);
        let part: Vec<Value> = all.iter().skip(from).take(size).map(|(path, mode, oid)| {
            json!({"id": oid.to_string(), "name": path.rsplit('/').next(), "path": path, "mode": mode})
        }).collect();
        let next = (from + size < all.len()).then(|| {
            let next = match numbered {
                Some(page) => format!("page={}", page + 1),
                // What is named by its id may be taken for another of the same, further on.
                None => format!("page_token=after-{}", from + size + usize::from(self.loses.get())),
            };
            format!("<https://gitlab.com/api/v4/projects/7/repository/tree?id=7&{next}&per_page=100>; rel=\"next\"")
        });
        Answer { link: next, ..Value::from(part).into() }
    }

    /// A page of a history, the newest commits first.
    fn history(
        &self,
        query: &BTreeMap<String, String>,
        from: &str,
        size: &str,
        told: impl Fn(Oid, Commit) -> Value,
    ) -> Answer {
        let Some(head) = Oid::parse(&query[from]).ok().filter(|oid| self.objects.contains_key(oid)) else {
            return Answer::missing();
        };
        let (mut all, mut open) = (BTreeMap::new(), vec![head]);
        while let Some(oid) = open.pop() {
            let commit = self.read_commit(oid).unwrap();
            open.extend(commit.parents.iter().copied());
            all.insert(oid, commit);
        }
        let mut all: Vec<_> = all.into_iter().collect();
        all.sort_by_key(|(_, commit)| std::cmp::Reverse(commit.committer.seconds));
        let (size, page) = (self.commits.get().min(number(query, size)), number(query, "page"));
        let goes_on = page * size < all.len();
        let part: Vec<Value> = all
            .into_iter()
            .skip((page - 1) * size)
            .take(size)
            .map(|(oid, commit)| told(oid, commit))
            .collect();
        let link = goes_on.then(|| "<https://elsewhere.example/?page=2>; rel=\"next\"".to_owned());
        Answer { link, ..Value::from(part).into() }
    }

    fn wrapped(&self, oid: Oid) -> Answer {
        match self.objects.get(&oid) {
            Some(Object { kind: ObjectKind::Blob, bytes }) => {
                // GitHub breaks it into lines.
                let content =
                    STANDARD.encode(bytes).as_bytes().chunks(60).fold(String::new(), |mut lines, line| {
                        lines.push_str(std::str::from_utf8(line).unwrap());
                        lines.push('\n');
                        lines
                    });
                json!({"sha": oid.to_string(), "size": bytes.len(), "encoding": "base64", "content": content})
                    .into()
            }
            _ => Answer::missing(),
        }
    }
}

/// When somebody did something, in November of 2023, as all of these tests are.
fn date(identity: &Identity) -> String {
    let local = identity.seconds + i64::from(identity.offset) * 60 - 1_699_920_000;
    let (day, second) = (14 + local.div_euclid(86_400), local.rem_euclid(86_400));
    let (sign, zone) = if identity.offset < 0 { ('-', -identity.offset) } else { ('+', identity.offset) };
    format!(
        "2023-11-{day:02}T{:02}:{:02}:{:02}.000{sign}{:02}:{:02}",
        second / 3600,
        second / 60 % 60,
        second % 60,
        zone / 60,
        zone % 60
    )
}

/// What is answered.
struct Answer {
    status: u16,
    json: Value,
    raw: Option<Vec<u8>>,
    link: Option<String>,
}

impl Answer {
    fn missing() -> Answer {
        Answer { status: 404, ..json!({"message": "Not Found"}).into() }
    }
}

impl From<Value> for Answer {
    fn from(json: Value) -> Answer {
        Answer { status: 200, json, raw: None, link: None }
    }
}

fn parents(commit: &Commit) -> Value {
    commit.parents.iter().map(|oid| json!({"sha": oid.to_string()})).collect()
}

fn named(all: &[(String, &'static str, Oid)]) -> Value {
    all.iter().map(|(path, mode, oid)| json!({"path": path, "mode": mode, "sha": oid.to_string()})).collect()
}

fn number(query: &BTreeMap<String, String>, name: &str) -> usize {
    query[name].parse().unwrap()
}

/// Every object that a repository has, by real git.
fn objects(repository: &Repository) -> BTreeMap<Oid, Object> {
    let all = repository.git_bytes(&["cat-file", "--batch-all-objects", "--batch"], b"");
    let mut objects = BTreeMap::new();
    let mut rest = &all[..];
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap();
        let words: Vec<&str> = std::str::from_utf8(&rest[..end]).unwrap().split(' ').collect();
        let size: usize = words[2].parse().unwrap();
        let kind = match words[1] {
            "commit" => ObjectKind::Commit,
            "tree" => ObjectKind::Tree,
            _ => ObjectKind::Blob,
        };
        let bytes = rest[end + 1..end + 1 + size].to_vec();
        objects.insert(Oid::parse(words[0]).unwrap(), Object { kind, bytes });
        rest = &rest[end + 2 + size..];
    }
    objects
}

impl Fetch for Api {
    async fn fetch(&self, request: Request<Body>) -> Result<Response<Body>, FetchError> {
        assert_eq!(request.headers()["authorization"].to_str().unwrap().rsplit(' ').next(), Some("t0ken"));
        assert_eq!(
            (request.method(), &request.headers()["cache-control"]),
            (&Method::GET, &"no-cache".parse().unwrap())
        );
        let uri = request.uri();
        self.asked.borrow_mut().push(uri.path_and_query().unwrap().to_string());
        let limit = self.limit.get();
        self.limit.set(limit.and_then(|left| left.checked_sub(1)));
        if limit == Some(0) {
            let limited = Response::builder().status(403).header("retry-after", "7");
            return Ok(limited.body(Body::default()).unwrap());
        }
        let query = uri.query().unwrap_or_default().split('&').filter_map(|part| part.split_once('='));
        let query = query.map(|(name, value)| (name.to_owned(), unescaped(value))).collect();
        let mut answer = match uri.path().strip_prefix(self.place().1) {
            Some(path) if !self.hidden.get() => self.answer(path, &query),
            _ => Answer::missing(),
        };
        let asked = uri.path_and_query().unwrap().as_str();
        if let Some(lie) = &*self.lie.borrow() {
            if let Some(raw) = &mut answer.raw {
                let mut value = Value::from(String::from_utf8_lossy(raw).into_owned());
                lie(asked, &mut value);
                *raw = value.as_str().unwrap_or_default().into();
            } else {
                lie(asked, &mut answer.json);
            }
        }
        let mut response = Response::builder().status(answer.status);
        if let Some(link) = answer.link {
            response = response.header("link", link);
        }
        let body = answer.raw.unwrap_or_else(|| answer.json.to_string().into_bytes());
        Ok(response.body(Body::from(body)).unwrap())
    }
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        match (first, after.get(..2)) {
            (b'%', Some(digits)) => {
                bytes.push(u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap());
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}
