//! What gzip made small, in its own size again: all members of a file, one after the other, into one buffer.

use zlib_rs::{Inflate, InflateError, InflateFlush, Status};

use super::archive::ArchiveError;

/// What the least of a member takes: a header without anything optional.
const HEADER: usize = 10;

/// The window of a gzip member, and the sign that its header is read, too.
const GZIP_WINDOW: u8 = 16 + 15;

/// How many times smaller gzip can make anything: nothing beyond it need be taken seriously.
const BEST_RATIO: usize = 1032;

/// Inflates a file to at most `most` bytes; `None` where it has more.
///
/// # Errors
/// Those of Go's `compress/gzip`.
pub(super) fn inflate(file: &[u8], most: usize) -> Result<Option<Vec<u8>>, ArchiveError> {
    if file.is_empty() {
        return Err(ArchiveError::Gzip("EOF".into()));
    }
    let mut out = Vec::new();
    let (mut rest, mut length) = (file, 0);
    while !rest.is_empty() {
        if rest.len() >= 3 && !rest.starts_with(&[0x1f, 0x8b, 8]) {
            return Err(ArchiveError::NotGzip);
        }
        if rest.len() < HEADER {
            return Err(unexpected_end());
        }
        let mut member = Inflate::new(true, GZIP_WINDOW);
        loop {
            if length == out.len() {
                if length > most {
                    return Ok(None);
                }
                let size = wanted(file, length).min(most + 1);
                if out.is_empty() {
                    // Memory that the system has cleared already needs no clearing.
                    out = vec![0; size];
                } else {
                    out.resize(size, 0);
                }
            }
            let input = rest.get(member.total_in() as usize..).unwrap_or_default();
            let before = (member.total_in(), member.total_out());
            let status = member
                .decompress(input, out.get_mut(length..).unwrap_or_default(), InflateFlush::NoFlush)
                .map_err(|error| failure(error, member.error_message()))?;
            length += (member.total_out() - before.1) as usize;
            match status {
                Status::StreamEnd => break,
                _ if (member.total_in(), member.total_out()) == before && length < out.len() => {
                    return Err(unexpected_end());
                }
                _ => {}
            }
        }
        rest = rest.get(member.total_in() as usize..).unwrap_or_default();
    }
    out.truncate(length);
    Ok((length <= most).then_some(out))
}

/// How large the buffer should be that is full with `length` bytes: at first what the file's last bytes say.
fn wanted(file: &[u8], length: usize) -> usize {
    let said = file.last_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize);
    // One more byte, so that the end shows without another turn.
    let said = said.min(file.len().saturating_mul(BEST_RATIO)).saturating_add(1);
    if said > length { said } else { length.saturating_mul(2).max(64 << 10) }
}

fn failure(error: InflateError, message: Option<&str>) -> ArchiveError {
    match (error, message) {
        (InflateError::DataError, Some("incorrect data check" | "incorrect length check")) => {
            ArchiveError::Gzip("gzip: invalid checksum".into())
        }
        (InflateError::DataError, Some(text)) if text.contains("header") || text.contains("method") => {
            ArchiveError::NotGzip
        }
        _ => ArchiveError::Gzip("flate: corrupt input".into()),
    }
}

fn unexpected_end() -> ArchiveError {
    ArchiveError::Gzip("unexpected EOF".into())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn deflated(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn members_follow_each_other() {
        let file = [deflated(b"one, "), deflated(b""), deflated(&[b'x'; 100_000])].concat();
        let text = inflate(&file, 1 << 20).unwrap().unwrap();
        assert_eq!(text.len(), 100_005);
        assert!(text.starts_with(b"one, xxx"));
    }

    #[test]
    fn more_than_is_allowed_is_not_inflated() {
        let file = deflated(&[b'x'; 100_000]);
        assert_eq!(inflate(&file, 99_999), Ok(None));
        assert_eq!(inflate(&file, 100_000).unwrap().map(|text| text.len()), Some(100_000));
        // The size that the end of the file claims is not believed blindly.
        let mut lying = file;
        let end = lying.len();
        lying[end - 4..].copy_from_slice(&u32::MAX.to_le_bytes());
        assert_eq!(inflate(&lying, 1 << 20), Err(ArchiveError::Gzip("gzip: invalid checksum".into())));
    }

    #[test]
    fn damage_has_gos_names() {
        let file = deflated(b"some text that is long enough to be worth it, some text that is long enough");
        let gzip = |text: &str| Err(ArchiveError::Gzip(text.into()));
        for end in 3..file.len() {
            assert_eq!(inflate(&file[..end], 1 << 20), gzip("unexpected EOF"), "{end}");
        }
        let mut damaged = file.clone();
        let check = damaged.len() - 8;
        damaged[check] ^= 1;
        assert_eq!(inflate(&damaged, 1 << 20), gzip("gzip: invalid checksum"));
        damaged = file.clone();
        damaged[10] = 0xff;
        assert_eq!(inflate(&damaged, 1 << 20), gzip("flate: corrupt input"));
        assert_eq!(inflate(b"apiVersion: v2", 1 << 20), Err(ArchiveError::NotGzip));
        assert_eq!(inflate(&[&file[..], b"apiVersion: v2"].concat(), 1 << 20), Err(ArchiveError::NotGzip));
        assert_eq!(inflate(b"", 1 << 20), gzip("EOF"));
    }
}
