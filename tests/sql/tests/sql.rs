//! The native implementation against a file, and the edge hosts against the native one.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test stops at the first thing that goes wrong"
)]

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use fairlead_sql_tests::{cases, transcript};
use fairlead_sqlite::Sqlite;
use futures_executor::block_on;

#[test]
fn the_native_implementation_does_what_is_promised() {
    let sql = Sqlite::in_memory().unwrap();
    let told = block_on(cases(&sql)).join("\n") + "\n";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases.txt");
    if std::env::var_os("FAIRLEAD_BLESS").is_some() {
        std::fs::write(&file, &told).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap();
    for (told, expected) in told.lines().zip(expected.lines()) {
        assert_eq!(told, expected);
    }
    assert_eq!(told, expected);
}

#[test]
#[ignore = "it needs a host that answers with its transcript, named by FAIRLEAD_SQL_URL: `tests/run workers spin` have one"]
fn a_host_does_as_the_native_implementation() {
    let url = std::env::var("FAIRLEAD_SQL_URL").expect("FAIRLEAD_SQL_URL names the host");
    let address = url.strip_prefix("http://").unwrap();
    for seed in 0..20_u64 {
        let told = ask(address, seed);
        let expected = block_on(transcript(&Sqlite::in_memory().unwrap(), seed));
        let both = told.lines().zip(expected.lines()).filter(|(told, expected)| told != expected);
        let other: Vec<String> =
            both.map(|(told, expected)| format!("told:     {told}\nexpected: {expected}")).collect();
        assert!(other.is_empty(), "seed {seed}:\n{}", other.join("\n"));
        assert_eq!(told.lines().count(), expected.lines().count(), "seed {seed}");
    }
}

fn ask(address: &str, seed: u64) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    // Version 1.0 has no chunks.
    write!(stream, "GET /{seed} HTTP/1.0\r\nhost: {address}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(" 200 "), "{answer}");
    body.to_owned()
}
