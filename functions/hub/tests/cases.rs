//! Every file in `tests/cases` is one request and its response. The same files are asked of the hub in workerd and in
//! a Spin host by `tests/run`, so that the same bytes come out of each. `FAIRLEAD_BLESS=1` writes the responses anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

use std::fmt::Write as _;
use std::path::Path;

use fairlead_hub::{Examples, respond};
use http::{Method, Response, Uri};

#[test]
fn every_case_is_answered_as_written() {
    let host = Examples::open().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut cases: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(!cases.is_empty(), "no cases in {}", folder.display());
    let bless = std::env::var_os("FAIRLEAD_BLESS").is_some();
    let mut wrong = Vec::new();
    for case in cases {
        let text = std::fs::read_to_string(&case).unwrap();
        let (request, expected) = text.split_once("\n\n").expect("an empty line ends the request");
        let actual = answer(&host, request);
        if bless {
            std::fs::write(&case, format!("{request}\n\n{actual}")).unwrap();
        } else if actual != expected {
            wrong.push(format!("{}: expected\n{expected}\ngot\n{actual}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The response to a request line, written as the case files write it.
fn answer(host: &Examples, request: &str) -> String {
    let (method, uri) = request.split_once(' ').expect("a request is a method and a path");
    let method: Method = method.parse().unwrap();
    let uri: Uri = uri.parse().unwrap();
    written(&futures_executor::block_on(respond(host, &method, &uri)))
}

fn written(response: &Response<String>) -> String {
    let mut text = format!("{}\n", response.status().as_u16());
    let mut headers: Vec<_> = response.headers().iter().collect();
    headers.sort_by_key(|(name, _)| name.as_str().to_owned());
    for (name, value) in headers {
        writeln!(text, "{name}: {}", value.to_str().unwrap()).unwrap();
    }
    format!("{text}\n{}", response.body())
}
