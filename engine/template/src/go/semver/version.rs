//! Versions: reading, printing and ordering.

use std::cmp::Ordering;
use std::fmt;

/// Longest version text that is read, in bytes.
pub const MAX_VERSION_BYTES: usize = 256;

/// Says why a text is not a version, in the words that Helm prints.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// The text does not have the shape of a version.
    #[error("invalid semantic version")]
    Invalid,
    /// The text is empty (strict reading only).
    #[error("version string empty")]
    Empty,
    /// The text is longer than [`MAX_VERSION_BYTES`].
    #[error("version string is too long (max {MAX_VERSION_BYTES} bytes)")]
    TooLong,
    /// A number has other characters than digits (strict reading only).
    #[error("invalid characters in version")]
    InvalidCharacters,
    /// A number has a leading zero.
    #[error("version segment starts with 0")]
    SegmentStartsZero,
    /// The part after `-` is malformed.
    #[error("invalid prerelease string")]
    InvalidPrerelease,
    /// The part after `+` is malformed.
    #[error("invalid metadata string")]
    InvalidMetadata,
    /// A number does not fit 64 bits.
    #[error("error parsing version segment: strconv.ParseUint: parsing \"{0}\": value out of range")]
    SegmentOutOfRange(String),
    /// A number does not fit 64 bits (strict reading only, which adds no prefix).
    #[error("strconv.ParseUint: parsing \"{0}\": {1}")]
    StrictSegment(String, &'static str),
}

/// A semantic version together with the text it was read from.
///
/// Ordering and equality follow precedence: build metadata and the original text do not take part.
#[derive(Debug, Clone)]
pub struct Version {
    major: u64,
    minor: u64,
    patch: u64,
    prerelease: String,
    metadata: String,
    original: String,
}

impl Version {
    /// Reads a version leniently: a leading `v`, missing minor or patch numbers and leading zeros are accepted.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        if text.len() > MAX_VERSION_BYTES {
            return Err(VersionError::TooLong);
        }
        let parts = Loose::split(text).ok_or(VersionError::Invalid)?;
        let number = |digits: &str| match digits {
            "" => Ok(0),
            digits => digits.parse::<u64>().map_err(|_| VersionError::SegmentOutOfRange(digits.to_owned())),
        };
        let version = Self {
            major: number(parts.major)?,
            minor: number(parts.minor)?,
            patch: number(parts.patch)?,
            prerelease: parts.prerelease.to_owned(),
            metadata: parts.metadata.to_owned(),
            original: text.to_owned(),
        };
        if !version.prerelease.is_empty() {
            check_prerelease(&version.prerelease)?;
        }
        if !version.metadata.is_empty() {
            check_metadata(&version.metadata)?;
        }
        Ok(version)
    }

    /// Reads a version strictly: exactly three numbers without leading zeros, and no leading `v`.
    pub fn parse_strict(text: &str) -> Result<Self, VersionError> {
        if text.is_empty() {
            return Err(VersionError::Empty);
        }
        if text.len() > MAX_VERSION_BYTES {
            return Err(VersionError::TooLong);
        }
        let mut parts = text.splitn(3, '.');
        let (Some(major), Some(minor), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(VersionError::Invalid);
        };
        let (rest, metadata) = rest.split_once('+').map_or((rest, None), |(rest, text)| (rest, Some(text)));
        metadata.map_or(Ok(()), check_metadata)?;
        let (patch, prerelease) =
            rest.split_once('-').map_or((rest, None), |(rest, text)| (rest, Some(text)));
        prerelease.map_or(Ok(()), check_prerelease)?;
        for number in [major, minor, patch] {
            if !number.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(VersionError::InvalidCharacters);
            }
            if number.len() > 1 && number.starts_with('0') {
                return Err(VersionError::SegmentStartsZero);
            }
        }
        Ok(Self {
            major: strict_number(major)?,
            minor: strict_number(minor)?,
            patch: strict_number(patch)?,
            prerelease: prerelease.unwrap_or_default().to_owned(),
            metadata: metadata.unwrap_or_default().to_owned(),
            original: text.to_owned(),
        })
    }

    /// Makes a version from its parts; the prerelease and metadata are taken as they are.
    pub fn new(major: u64, minor: u64, patch: u64, prerelease: &str, metadata: &str) -> Self {
        let mut version = Self {
            major,
            minor,
            patch,
            prerelease: prerelease.to_owned(),
            metadata: metadata.to_owned(),
            original: String::new(),
        };
        version.original = version.to_string();
        version
    }

    /// Returns the first number.
    pub fn major(&self) -> u64 {
        self.major
    }

    /// Returns the second number, 0 when it was left out.
    pub fn minor(&self) -> u64 {
        self.minor
    }

    /// Returns the third number, 0 when it was left out.
    pub fn patch(&self) -> u64 {
        self.patch
    }

    /// Returns the text after `-`, without the dash; empty when there is none.
    pub fn prerelease(&self) -> &str {
        &self.prerelease
    }

    /// Returns the text after `+`, without the plus; empty when there is none.
    pub fn metadata(&self) -> &str {
        &self.metadata
    }

    /// Returns the text that was read.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// Returns the next patch version; a prerelease becomes its own release.
    pub fn next_patch(&self) -> Option<Self> {
        let patch = if self.prerelease.is_empty() { self.patch.checked_add(1)? } else { self.patch };
        Some(self.derived(self.major, self.minor, patch, "", ""))
    }

    /// Returns the next minor version, with patch 0.
    pub fn next_minor(&self) -> Option<Self> {
        Some(self.derived(self.major, self.minor.checked_add(1)?, 0, "", ""))
    }

    /// Returns the next major version, with minor and patch 0.
    pub fn next_major(&self) -> Option<Self> {
        Some(self.derived(self.major.checked_add(1)?, 0, 0, "", ""))
    }

    /// Returns this version with another prerelease, which must be well formed or empty.
    pub fn with_prerelease(&self, prerelease: &str) -> Result<Self, VersionError> {
        if !prerelease.is_empty() {
            check_prerelease(prerelease)?;
        }
        Ok(self.derived(self.major, self.minor, self.patch, prerelease, &self.metadata))
    }

    /// Returns this version with other build metadata, which must be well formed or empty.
    pub fn with_metadata(&self, metadata: &str) -> Result<Self, VersionError> {
        if !metadata.is_empty() {
            check_metadata(metadata)?;
        }
        Ok(self.derived(self.major, self.minor, self.patch, &self.prerelease, metadata))
    }

    /// A changed copy keeps the leading `v` of the text it came from.
    fn derived(&self, major: u64, minor: u64, patch: u64, prerelease: &str, metadata: &str) -> Self {
        let mut version = Self::new(major, minor, patch, prerelease, metadata);
        if self.original.starts_with('v') {
            version.original.insert(0, 'v');
        }
        version
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(f, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.major, self.minor, self.patch).cmp(&(other.major, other.minor, other.patch)).then_with(
            || match (self.prerelease.is_empty(), other.prerelease.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => compare_prereleases(&self.prerelease, &other.prerelease),
            },
        )
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

/// Orders two prereleases part by part: numbers below words, a missing part below any other.
pub(super) fn compare_prereleases(left: &str, right: &str) -> Ordering {
    let mut left = left.split('.');
    let mut right = right.split('.');
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (l, r) => compare_prerelease_parts(l.unwrap_or_default(), r.unwrap_or_default()),
        };
        if order.is_ne() {
            return order;
        }
    }
}

fn compare_prerelease_parts(left: &str, right: &str) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    if left.is_empty() || right.is_empty() {
        return left.len().cmp(&right.len());
    }
    match (left.parse::<u64>(), right.parse::<u64>()) {
        (Err(_), Err(_)) => left.cmp(right),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        // Numbers that are equal but written differently ("1" and "01") count as less, as in the library.
        (Ok(l), Ok(r)) if l > r => Ordering::Greater,
        (Ok(_), Ok(_)) => Ordering::Less,
    }
}

fn strict_number(digits: &str) -> Result<u64, VersionError> {
    digits.parse().map_err(|_| {
        let why = if digits.is_empty() { "invalid syntax" } else { "value out of range" };
        VersionError::StrictSegment(digits.to_owned(), why)
    })
}

fn check_prerelease(text: &str) -> Result<(), VersionError> {
    for part in text.split('.') {
        if part.is_empty() || !part.bytes().all(is_identifier) {
            return Err(VersionError::InvalidPrerelease);
        }
        if part.len() > 1 && part.starts_with('0') && part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(VersionError::SegmentStartsZero);
        }
    }
    Ok(())
}

fn check_metadata(text: &str) -> Result<(), VersionError> {
    if text.split('.').all(|part| !part.is_empty() && part.bytes().all(is_identifier)) {
        Ok(())
    } else {
        Err(VersionError::InvalidMetadata)
    }
}

pub(super) fn is_identifier(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-'
}

/// Takes a dotted list of identifiers from the front of `text`; `None` when it does not begin with one.
pub(super) fn take_identifiers(text: &str) -> Option<(&str, &str)> {
    let run = |text: &str| text.bytes().take_while(|byte| is_identifier(*byte)).count();
    let mut end = run(text);
    if end == 0 {
        return None;
    }
    while text[end..].starts_with('.') {
        match run(&text[end + 1..]) {
            0 => break,
            length => end += 1 + length,
        }
    }
    Some(text.split_at(end))
}

/// The pieces of a loosely written version; what is left out is empty.
struct Loose<'a> {
    major: &'a str,
    minor: &'a str,
    patch: &'a str,
    prerelease: &'a str,
    metadata: &'a str,
}

impl<'a> Loose<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let rest = text.strip_prefix('v').unwrap_or(text);
        let (major, rest) = digits(rest)?;
        let dotted = |text: &'a str| text.strip_prefix('.').and_then(digits).unwrap_or(("", text));
        let (minor, rest) = dotted(rest);
        let (patch, rest) = if minor.is_empty() { ("", rest) } else { dotted(rest) };
        let tail =
            |text: &'a str, mark| text.strip_prefix(mark).and_then(take_identifiers).unwrap_or(("", text));
        let (prerelease, rest) = tail(rest, '-');
        let (metadata, rest) = tail(rest, '+');
        rest.is_empty().then_some(Self { major, minor, patch, prerelease, metadata })
    }
}

fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    (end > 0).then(|| text.split_at(end))
}
