//! Layouts: the reference time `Mon Jan 2 15:04:05 MST 2006`, taken apart into its elements.

/// One element of a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    LongMonth,
    Month,
    NumMonth,
    ZeroMonth,
    LongWeekDay,
    WeekDay,
    Day,
    UnderDay,
    ZeroDay,
    UnderYearDay,
    ZeroYearDay,
    Hour,
    Hour12,
    ZeroHour12,
    Minute,
    ZeroMinute,
    Second,
    ZeroSecond,
    LongYear,
    Year,
    UpperPm,
    LowerPm,
    ZoneName,
    Offset(Offset),
    /// Fractional seconds with trailing zeros (`.000`).
    Fraction {
        digits: usize,
        separator: u8,
    },
    /// Fractional seconds without trailing zeros (`.999`).
    TrimmedFraction {
        digits: usize,
        separator: u8,
    },
}

/// How a numeric zone offset is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offset {
    /// `Z` stands for UTC.
    pub(super) iso: bool,
    pub(super) shape: OffsetShape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OffsetShape {
    /// `-07`
    Hours,
    /// `-0700`
    Minutes,
    /// `-07:00`
    ColonMinutes,
    /// `-070000`
    Seconds,
    /// `-07:00:00`
    ColonSeconds,
}

/// A layout split at its first element.
pub(super) struct Chunk<'a> {
    /// Literal text before the element.
    pub(super) prefix: &'a [u8],
    /// The element and the text that stands for it; `None` at the end of the layout.
    pub(super) element: Option<(Element, &'a [u8])>,
    /// What follows the element.
    pub(super) rest: &'a [u8],
}

/// Splits a layout at its first element.
pub(super) fn next_chunk(layout: &[u8]) -> Chunk<'_> {
    for at in 0..layout.len() {
        if let Some(found) = element_at(layout, at) {
            let (prefix, tail) = layout.split_at(at + found.skip);
            let (text, rest) = tail.split_at(found.length);
            return Chunk { prefix, element: Some((found.element, text)), rest };
        }
    }
    Chunk { prefix: layout, element: None, rest: &[] }
}

struct Found {
    element: Element,
    /// Literal bytes before the element: the underscore of `_2006`.
    skip: usize,
    length: usize,
}

fn element_at(layout: &[u8], at: usize) -> Option<Found> {
    let tail = &layout[at..];
    let found = |element, length| Some(Found { element, skip: 0, length });
    match tail[0] {
        b'J' if tail.starts_with(b"January") => found(Element::LongMonth, 7),
        b'J' if tail.starts_with(b"Jan") && !begins_lower(&tail[3..]) => found(Element::Month, 3),
        b'M' if tail.starts_with(b"Monday") => found(Element::LongWeekDay, 6),
        b'M' if tail.starts_with(b"Mon") && !begins_lower(&tail[3..]) => found(Element::WeekDay, 3),
        b'M' if tail.starts_with(b"MST") => found(Element::ZoneName, 3),
        b'0' => zero_element(tail),
        b'1' if tail.starts_with(b"15") => found(Element::Hour, 2),
        b'1' => found(Element::NumMonth, 1),
        b'2' if tail.starts_with(b"2006") => found(Element::LongYear, 4),
        b'2' => found(Element::Day, 1),
        b'_' if tail.starts_with(b"_2006") => Some(Found { element: Element::LongYear, skip: 1, length: 4 }),
        b'_' if tail.starts_with(b"_2") => found(Element::UnderDay, 2),
        b'_' if tail.starts_with(b"__2") => found(Element::UnderYearDay, 3),
        b'3' => found(Element::Hour12, 1),
        b'4' => found(Element::Minute, 1),
        b'5' => found(Element::Second, 1),
        b'P' if tail.starts_with(b"PM") => found(Element::UpperPm, 2),
        b'p' if tail.starts_with(b"pm") => found(Element::LowerPm, 2),
        b'-' | b'Z' => offset_element(tail),
        b'.' | b',' => fraction_element(tail),
        _ => None,
    }
}

fn zero_element(tail: &[u8]) -> Option<Found> {
    let element = match tail.get(1)? {
        b'1' => Element::ZeroMonth,
        b'2' => Element::ZeroDay,
        b'3' => Element::ZeroHour12,
        b'4' => Element::ZeroMinute,
        b'5' => Element::ZeroSecond,
        b'6' => Element::Year,
        b'0' if tail.get(2) == Some(&b'2') => {
            return Some(Found { element: Element::ZeroYearDay, skip: 0, length: 3 });
        }
        _ => return None,
    };
    Some(Found { element, skip: 0, length: 2 })
}

fn offset_element(tail: &[u8]) -> Option<Found> {
    const SHAPES: [(&[u8], OffsetShape); 5] = [
        (b"070000", OffsetShape::Seconds),
        (b"07:00:00", OffsetShape::ColonSeconds),
        (b"0700", OffsetShape::Minutes),
        (b"07:00", OffsetShape::ColonMinutes),
        (b"07", OffsetShape::Hours),
    ];
    let (text, shape) = SHAPES.iter().find(|(text, _)| tail[1..].starts_with(text))?;
    let element = Element::Offset(Offset { iso: tail[0] == b'Z', shape: *shape });
    Some(Found { element, skip: 0, length: text.len() + 1 })
}

/// Repeated 0s or 9s after a period or comma, unless more digits follow.
fn fraction_element(tail: &[u8]) -> Option<Found> {
    let digit = *tail.get(1).filter(|byte| matches!(byte, b'0' | b'9'))?;
    let digits = tail[1..].iter().take_while(|byte| **byte == digit).count();
    if tail.get(1 + digits).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    let separator = tail[0];
    let element = match digit {
        b'0' => Element::Fraction { digits, separator },
        _ => Element::TrimmedFraction { digits, separator },
    };
    Some(Found { element, skip: 0, length: 1 + digits })
}

fn begins_lower(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_lowercase)
}
