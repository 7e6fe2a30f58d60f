//! What a client is told about its push.

use super::band::{Band, Channel};
use crate::said;
use crate::wire::line;

/// What became of a push.
#[derive(Debug, Default)]
pub(super) struct Report {
    /// Why the pack was not taken, where it was not.
    pub(super) unpack: Option<String>,
    /// Each ref with why it did not move, in the order in which they came.
    pub(super) refs: Vec<(String, Option<String>)>,
}

/// What the client understands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Understood {
    pub(super) report: bool,
    pub(super) band: Band,
}

impl Report {
    pub(super) fn encode(&self, understood: Understood) -> Vec<u8> {
        if !understood.report {
            return Vec::new();
        }
        let mut report = Vec::new();
        let unpack = self.unpack.as_deref().map_or("ok".to_owned(), said::line);
        line::put(&mut report, format!("unpack {unpack}\n").as_bytes());
        for (name, refused) in &self.refs {
            let text = match refused {
                None => format!("ok {name}\n"),
                Some(why) => format!("ng {name} {}\n", said::line(why)),
            };
            line::put(&mut report, text.as_bytes());
        }
        report.extend_from_slice(b"0000");
        let mut answer = Vec::new();
        understood.band.put(&mut answer, Channel::Data, &report);
        understood.band.end(&mut answer);
        answer
    }
}
