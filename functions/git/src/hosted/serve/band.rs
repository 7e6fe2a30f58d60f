//! Side bands: a pack, progress and errors in one stream.

use crate::wire::line;

/// How an answer carries its pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Band {
    /// By itself; there is no place for anything else.
    #[default]
    None,
    /// In lines of at most 1,000 bytes.
    Small,
    /// In lines of at most 65,520 bytes.
    Large,
}

/// What a band carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Channel {
    /// The pack, or a report.
    Data = 1,
    /// What people are shown.
    Progress = 2,
    /// Why it ends here.
    Error = 3,
}

impl Band {
    /// Adds bytes of one channel to an answer.
    pub(super) fn put(self, answer: &mut Vec<u8>, channel: Channel, bytes: &[u8]) {
        let most = match self {
            Band::None if channel == Channel::Data => return answer.extend_from_slice(bytes),
            Band::None => return,
            Band::Small => 995,
            Band::Large => 65515,
        };
        for part in bytes.chunks(most) {
            let mut line = Vec::with_capacity(part.len() + 1);
            line.push(channel as u8);
            line.extend_from_slice(part);
            line::put(answer, &line);
        }
    }

    /// Ends the answer.
    pub(super) fn end(self, answer: &mut Vec<u8>) {
        if self != Band::None {
            answer.extend_from_slice(b"0000");
        }
    }
}
