//! Tar archives: the entries of a chart package, with the long names of GNU and PAX.

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    pub(crate) name: String,
    pub(crate) kind: EntryKind,
    /// Where the data begins in the archive.
    pub(crate) start: usize,
    pub(crate) data: &'a [u8],
}

/// What an entry is, as far as charts care.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryKind {
    File,
    Folder,
    /// A symbolic or hard link, a device, or anything else without content of its own.
    Other,
    /// A header for the entries that follow.
    GlobalHeader,
}

/// Why an archive can't be read; displays as Go's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TarError {
    /// A header is malformed.
    #[error("archive/tar: invalid tar header")]
    Header,
    /// The archive ends within an entry.
    #[error("unexpected EOF")]
    UnexpectedEnd,
}

const BLOCK: usize = 512;

/// The entries of an archive, in order.
pub(crate) struct Entries<'a> {
    archive: &'a [u8],
    at: usize,
}

impl<'a> Entries<'a> {
    pub(crate) fn new(archive: &'a [u8]) -> Entries<'a> {
        Entries { archive, at: 0 }
    }

    /// The next entry, or `None` at the archive's end.
    pub(crate) fn next_entry(&mut self) -> Result<Option<Entry<'a>>, TarError> {
        let mut long_name = None;
        let mut long_size = None;
        loop {
            let Some(header) = self.header()? else { return Ok(None) };
            let size = long_size
                .take()
                .filter(|_| !matches!(header.flag, b'x' | b'L' | b'K'))
                .unwrap_or(header.size);
            let size = if header.kind() == EntryKind::Other { 0 } else { size };
            let start = self.at;
            let data = self.content(size)?;
            match header.flag {
                b'L' => long_name = Some(text(data)),
                b'K' => {}
                b'x' => {
                    for (key, value) in PaxRecords(data) {
                        match key {
                            "path" => long_name = Some(value.to_owned()),
                            "size" => long_size = Some(value.parse().map_err(|_| TarError::Header)?),
                            _ => {}
                        }
                    }
                }
                _ => {
                    let kind = header.kind_of();
                    let name = long_name.unwrap_or(header.name);
                    let kind =
                        if name.ends_with('/') && kind == EntryKind::File { EntryKind::Folder } else { kind };
                    return Ok(Some(Entry { name, kind, start, data }));
                }
            }
        }
    }

    fn header(&mut self) -> Result<Option<Header>, TarError> {
        let rest = self.archive.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(None);
        }
        let block = rest.get(..BLOCK).ok_or(TarError::UnexpectedEnd)?;
        self.at += BLOCK;
        if block.iter().all(|&byte| byte == 0) {
            // Two empty blocks end the archive; a single one at the very end does too.
            return match rest.get(BLOCK..2 * BLOCK) {
                Some(next) if next.iter().any(|&byte| byte != 0) => Err(TarError::Header),
                _ => Ok(None),
            };
        }
        Header::read(block).map(Some)
    }

    fn content(&mut self, size: u64) -> Result<&'a [u8], TarError> {
        let size = usize::try_from(size).map_err(|_| TarError::UnexpectedEnd)?;
        let end = self.at.checked_add(size).ok_or(TarError::UnexpectedEnd)?;
        let data = self.archive.get(self.at..end).ok_or(TarError::UnexpectedEnd)?;
        self.at = end.div_ceil(BLOCK).saturating_mul(BLOCK);
        Ok(data)
    }
}

struct Header {
    name: String,
    size: u64,
    flag: u8,
}

impl Header {
    fn read(block: &[u8]) -> Result<Header, TarError> {
        // The sum counts its own eight bytes as blanks.
        let sum = |bytes: &[u8]| bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>();
        let sum = sum(&block[..148]) + 8 * 32 + sum(&block[156..]);
        if number(&block[148..156]) != Some(sum) {
            return Err(TarError::Header);
        }
        let mut name = text(&block[..100]);
        if &block[257..262] == b"ustar" && block[345] != 0 && block[262] == 0 {
            name = format!("{}/{name}", text(&block[345..500]));
        }
        let size = number(&block[124..136]).ok_or(TarError::Header)?;
        Ok(Header { name, size, flag: block[156] })
    }

    /// Whether the entry has content behind its header.
    fn kind(&self) -> EntryKind {
        match self.flag {
            b'1'..=b'6' => EntryKind::Other,
            _ => EntryKind::File,
        }
    }

    fn kind_of(&self) -> EntryKind {
        match self.flag {
            0 | b'0' | b'7' => EntryKind::File,
            b'5' => EntryKind::Folder,
            b'g' => EntryKind::GlobalHeader,
            _ => EntryKind::Other,
        }
    }
}

/// A number in a header: octal digits, or big-endian bytes behind a set high bit.
fn number(field: &[u8]) -> Option<u64> {
    if field.first()? & 0x80 != 0 {
        if field[0] != 0x80 || field[1..].len() > 8 && field[1..field.len() - 8].iter().any(|&byte| byte != 0)
        {
            return None;
        }
        return Some(field.iter().rev().take(8).rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte)));
    }
    let digits = text(field);
    let digits = digits.trim_matches([' ', '\0']);
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok() }
}

/// Text up to the first zero byte.
fn text(field: &[u8]) -> String {
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).into_owned()
}

/// The `length key=value` records of a PAX header; reading stops at a malformed one.
struct PaxRecords<'a>(&'a [u8]);

impl<'a> Iterator for PaxRecords<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let space = self.0.iter().position(|&byte| byte == b' ')?;
        let length: usize = std::str::from_utf8(&self.0[..space]).ok()?.parse().ok()?;
        let record = self.0.get(space + 1..length)?;
        self.0 = self.0.get(length..)?;
        std::str::from_utf8(record).ok()?.strip_suffix('\n')?.split_once('=')
    }
}
