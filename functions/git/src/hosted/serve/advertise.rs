//! What the repository has and the server can do.

use super::super::refs::Refs;
use super::{AGENT, Protocol};
use crate::object::Oid;
use crate::wire::{Service, line};

/// What reading offers in the old protocol.
const UPLOAD: &str = "multi_ack multi_ack_detailed no-done side-band side-band-64k thin-pack ofs-delta shallow \
    deepen-since deepen-not deepen-relative no-progress include-tag allow-tip-sha1-in-want \
    allow-reachable-sha1-in-want filter object-format=sha1";

/// What writing offers.
const RECEIVE: &str = "report-status report-status-v2 side-band-64k atomic delete-refs ofs-delta push-options quiet \
    object-format=sha1";

/// The capabilities of version 2, each on a line.
const V2: [&str; 4] = ["ls-refs=unborn", "fetch=shallow filter", "server-option", "object-format=sha1"];

pub(super) fn v2() -> Vec<u8> {
    let mut answer = Vec::new();
    line::put(&mut answer, b"version 2\n");
    line::put(&mut answer, format!("agent={AGENT}\n").as_bytes());
    for capability in V2 {
        line::put(&mut answer, format!("{capability}\n").as_bytes());
    }
    answer.extend_from_slice(b"0000");
    answer
}

pub(super) fn upload_pack(refs: &Refs, protocol: Protocol) -> Vec<u8> {
    let head = match refs.head() {
        Some(_) => format!(" symref=HEAD:{}", refs.head),
        None => String::new(),
    };
    let mut lines: Vec<(Oid, String)> = refs.head().map(|oid| (oid, "HEAD".to_owned())).into_iter().collect();
    for (name, at) in &refs.all {
        lines.push((at.oid, name.clone()));
        lines.extend(at.peeled.map(|peeled| (peeled, format!("{name}^{{}}"))));
    }
    listed(Service::UploadPack, protocol, lines, &format!("{UPLOAD}{head} agent={AGENT}"))
}

pub(super) fn receive_pack(refs: &Refs, protocol: Protocol) -> Vec<u8> {
    let lines = refs.all.iter().map(|(name, at)| (at.oid, name.clone())).collect();
    listed(Service::ReceivePack, protocol, lines, &format!("{RECEIVE} agent={AGENT}"))
}

fn listed(
    service: Service,
    protocol: Protocol,
    mut lines: Vec<(Oid, String)>,
    capabilities: &str,
) -> Vec<u8> {
    let mut answer = Vec::new();
    line::put(&mut answer, format!("# service={}\n", service.name()).as_bytes());
    answer.extend_from_slice(b"0000");
    if protocol == Protocol::V1 {
        line::put(&mut answer, b"version 1\n");
    }
    // An empty repository has one line that is no ref, to carry its capabilities.
    if lines.is_empty() {
        lines.push((Oid::ZERO, "capabilities^{}".to_owned()));
    }
    for (place, (oid, name)) in lines.iter().enumerate() {
        let capabilities = if place == 0 { format!("\0{capabilities}") } else { String::new() };
        line::put(&mut answer, format!("{oid} {name}{capabilities}\n").as_bytes());
    }
    answer.extend_from_slice(b"0000");
    answer
}
