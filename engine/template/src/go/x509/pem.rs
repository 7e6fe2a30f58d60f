//! The armour around keys and certificates.

use crate::go::base64::{decode64, encode64};

/// What stands between `BEGIN` and `END`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Such as `CERTIFICATE`.
    pub label: String,
    /// The content, decoded.
    pub bytes: Vec<u8>,
}

/// Writes a block, 64 characters a line.
pub fn encode(label: &str, bytes: &[u8]) -> String {
    let body = encode64(bytes);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = &*body;
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

/// Reads the first block of a text; headers inside of it are skipped.
pub fn decode(text: &str) -> Option<Block> {
    let mut rest = text;
    loop {
        let start = rest.find("-----BEGIN ")?;
        // The armour begins a line.
        let begins_line = start == 0 || rest[..start].ends_with('\n');
        let after = &rest[start + "-----BEGIN ".len()..];
        if let Some(block) = begins_line.then(|| decode_block(after)).flatten() {
            return Some(block);
        }
        rest = after;
    }
}

fn decode_block(after: &str) -> Option<Block> {
    let (label, body) = after.split_once("-----")?;
    let body = body.trim_start_matches([' ', '\t']).trim_start_matches('\r').strip_prefix('\n')?;
    let (body, _) = body.split_once(&format!("-----END {label}-----"))?;
    let lines = body.lines().filter(|line| !line.contains(':'));
    let joined: String = lines.flat_map(|line| line.chars()).filter(|c| !c.is_ascii_whitespace()).collect();
    Some(Block { label: label.to_owned(), bytes: decode64(joined.as_bytes()).ok()? })
}
