//! What is asked of servers, and what is made of their answers, as text files.
//!
//! A file under `cases/` holds any number of cases. `=== NAME` starts one. `--- ask` says what is wanted, line by line:
//! the question first, then who asks (`as NAME:PASSWORD`), whether the credentials may go anywhere (`everywhere`), and the
//! policy where it is not the public one (`policy machine`, `policy helm`). `--- GET ADDRESS` is one answer of the servers:
//! its status, its headers, an empty line and the body; ` with AUTHORIZATION` behind the address makes it the answer to
//! requests that carry that. `--- answer` is every request that was made, then the result. `${sha256:TEXT}`,
//! `${size:TEXT}` and `${repeat:COUNT:TEXT}` stand for what they say. `FAIRLEAD_BLESS=1` writes the answers anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

use std::cell::RefCell;
use std::fs;
use std::path::Path;

use fairlead_charts::registry::{self, Reference};
use fairlead_charts::repository::Repository;
use fairlead_charts::{Access, ChartError, Credentials, Session, Wanted};
use fairlead_fetch::{Address, Body, BodyError, Fetch, FetchError, Policy};
use fairlead_world::Digest;
use futures_executor::block_on;
use http::header::AUTHORIZATION;

struct Case {
    name: String,
    ask: Vec<String>,
    answers: Vec<Scripted>,
    expected: String,
}

struct Scripted {
    head: String,
    text: String,
}

#[test]
fn servers_are_asked_as_the_cases_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let bless = std::env::var_os("FAIRLEAD_BLESS").is_some();
    let (mut count, mut wrong) = (0, Vec::new());
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mut cases = parse(&fs::read_to_string(&path).unwrap());
        for case in &mut cases {
            count += 1;
            let got = run(case);
            if got != case.expected {
                wrong.push(format!("{}\n--- expected\n{}--- got\n{got}", case.name, case.expected));
                case.expected = got;
            }
        }
        if bless {
            fs::write(&path, print(&cases)).unwrap();
        }
    }
    assert!(count > 40, "there are only {count} cases");
    assert!(bless || wrong.is_empty(), "{} of {count} differ:\n\n{}", wrong.len(), wrong.join("\n\n"));
}

fn run(case: &Case) -> String {
    let servers = Servers { case, asked: RefCell::default() };
    let mut policy = Policy::public();
    let mut access = Access::anonymous();
    for line in &case.ask[1..] {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("as", pair) => {
                let (name, password) = pair.split_once(':').unwrap();
                access.credentials = Some(Credentials::new(name, password));
            }
            ("everywhere", _) => access.everywhere = true,
            ("policy", "machine") => policy = Policy::own_machine(),
            ("policy", "helm") => policy = Policy { plain: true, ..Policy::own_machine() },
            other => panic!("{}: {other:?} is no setting", case.name),
        }
    }
    let session = Session::new(&servers, policy, access);
    let result = block_on(answer(&session, &expand(&case.ask[0])));
    let mut text: String = servers.asked.take().into_iter().map(|line| format!("> {line}\n")).collect();
    match result {
        Ok(result) => text.push_str(&format!("= {result}\n")),
        Err(error) => {
            let resolution = error.resolution().unwrap_or("nothing can be done");
            text.push_str(&format!("! {error}\n  {resolution}\n"));
        }
    }
    text
}

async fn answer(session: &Session<'_, Servers<'_>>, ask: &str) -> Result<String, ChartError> {
    let words: Vec<&str> = ask.split(' ').collect();
    let [verb, place, rest @ ..] = words.as_slice() else { panic!("{ask:?} asks nothing") };
    let wanted = rest.join(" ");
    match *verb {
        "index" | "package" => {
            let (chart, constraint) = wanted.split_once(' ').unwrap_or((&wanted, ""));
            let found = Repository::parse(place)?.index(session).await?.find(chart, constraint)?;
            if *verb == "index" {
                return Ok(format!("{} at {}", found.version, found.package));
            }
            let package = found.fetch(session).await?;
            Ok(format!("{} with {:?}", found.version, package.text().unwrap()))
        }
        "tags" => Ok(registry::tags(session, &Reference::parse(place)?).await?.join(" ")),
        "find" => registry::find(session, &Reference::parse(place)?, &wanted).await,
        "pull" => {
            let pulled = registry::pull(session, &Reference::parse(place)?).await?;
            Ok(format!("{:?}", pulled.package.text().unwrap()))
        }
        // As a project asks: `latest` and ranges are found out, and `VERSION=CONTENT` is what a lock names.
        "lock" => {
            let digest = |content: &str| Digest::of(content.as_bytes());
            let (place, name) = place.split_once('#').unwrap_or((place, ""));
            let wanted = match wanted.split_once('=') {
                Some((version, content)) => Wanted::Locked(version, digest(content)),
                None => Wanted::Requested(&wanted),
            };
            let (version, package) = match name {
                "" => wanted.of_registry(session, &Reference::parse(place)?).await?,
                name => {
                    let index = Repository::parse(place)?.index(session).await?;
                    wanted.of_repository(session, &index, name).await?
                }
            };
            Ok(format!("{version} with {:?}", package.text().unwrap()))
        }
        // Twice in one session: the second time with the token of the first.
        "pull-twice" => {
            registry::pull(session, &Reference::parse(place)?).await?;
            registry::pull(session, &Reference::parse(place)?).await?;
            Ok("twice".to_owned())
        }
        verb => panic!("{verb:?} is no question"),
    }
}

struct Servers<'c> {
    case: &'c Case,
    asked: RefCell<Vec<String>>,
}

impl Fetch for Servers<'_> {
    async fn fetch(&self, request: http::Request<Body>) -> Result<http::Response<Body>, FetchError> {
        let authorization = request.headers().get(AUTHORIZATION).map(|value| value.to_str().unwrap());
        let asked = match authorization {
            Some(authorization) => format!("GET {} with {authorization}", request.uri()),
            None => format!("GET {}", request.uri()),
        };
        self.asked.borrow_mut().push(asked.clone());
        let plain = format!("GET {}", request.uri());
        let answers = &self.case.answers;
        let scripted = answers.iter().find(|answer| answer.head == asked);
        let scripted = scripted.or_else(|| answers.iter().find(|answer| answer.head == plain));
        let Some(scripted) = scripted else {
            let origin = Address::parse(&request.uri().to_string()).unwrap().origin().clone();
            return Err(FetchError::Unreached { origin, why: "nobody answers".to_owned() });
        };
        let text = expand(&scripted.text);
        let (head, body) = text.split_once("\n\n").unwrap_or((text.trim_end_matches('\n'), ""));
        let mut lines = head.lines();
        let mut response = http::Response::builder().status(lines.next().unwrap());
        let mut whole = true;
        for line in lines {
            match line.split_once(": ").unwrap() {
                ("connection", "breaks") => whole = false,
                (name, value) => response = response.header(name, value),
            }
        }
        let body = body.strip_suffix('\n').unwrap_or(body).as_bytes().to_vec();
        let broken = (!whole).then(|| Err(BodyError::Broken("the connection was reset".to_owned())));
        let chunks = [Ok(body)].into_iter().chain(broken);
        Ok(response.body(Body::stream(futures_util::stream::iter(chunks.collect::<Vec<_>>()))).unwrap())
    }
}

/// Replaces what stands for something longer.
fn expand(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (inner, after) = after.split_once('}').unwrap();
        out.push_str(before);
        match inner.split_once(':').unwrap() {
            ("sha256", text) => out.push_str(&Digest::of(text.as_bytes()).to_string()),
            ("size", text) => out.push_str(&text.len().to_string()),
            ("repeat", rest) => {
                let (count, text) = rest.split_once(':').unwrap();
                out.push_str(&text.repeat(count.parse().unwrap()));
            }
            other => panic!("{other:?} stands for nothing"),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for block in text.split("=== ").skip(1) {
        let mut parts = block.split("\n--- ");
        let mut case = Case {
            name: parts.next().unwrap().trim().to_owned(),
            ask: Vec::new(),
            answers: Vec::new(),
            expected: String::new(),
        };
        for part in parts {
            let (head, text) = part.split_once('\n').unwrap_or((part, ""));
            let text = format!("{}\n", text.trim_end_matches('\n'));
            match head {
                "ask" => case.ask = text.lines().map(str::to_owned).collect(),
                "answer" => case.expected = text,
                head => case.answers.push(Scripted { head: expand(head), text }),
            }
        }
        cases.push(case);
    }
    cases
}

fn print(cases: &[Case]) -> String {
    let print = |case: &Case| {
        let mut text = format!("=== {}\n--- ask\n{}\n", case.name, case.ask.join("\n"));
        for Scripted { head, text: answer } in &case.answers {
            text.push_str(&format!("--- {head}\n{answer}"));
        }
        text.push_str(&format!("--- answer\n{}", case.expected));
        text
    };
    cases.iter().map(print).collect::<Vec<_>>().join("\n")
}
