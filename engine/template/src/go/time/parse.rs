//! Reading an instant after a layout.

use super::civil::{Date, SECONDS_PER_DAY, days_before, days_in, is_leap, month_name, weekday_name};
use super::instant::Time;
use super::layout::{Element, Offset, OffsetShape, next_chunk};
use super::zone::Zone;

/// Says why a text does not fit a layout, in Go's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// An element of the layout does not match.
    #[error("parsing time {} as {}: cannot parse {} as {}",
        quote(.value.as_bytes()), quote(.layout.as_bytes()), quote(.at), quote(.element))]
    Mismatch {
        /// The whole text.
        value: String,
        /// The whole layout.
        layout: String,
        /// What is left of the text.
        at: Vec<u8>,
        /// The element of the layout.
        element: Vec<u8>,
    },
    /// The text fits but means nothing, or goes on after the layout ends.
    #[error("parsing time {}{why}", quote(.value.as_bytes()))]
    Meaning {
        /// The whole text.
        value: String,
        /// The reason, beginning with a colon.
        why: String,
    },
}

impl Time {
    /// Reads a text after a layout; a text that names no zone is taken to be in `zone`.
    pub fn parse(layout: &str, value: &str, zone: &Zone) -> Result<Self, TimeError> {
        let meaning = |why: &str| TimeError::Meaning { value: value.to_owned(), why: why.to_owned() };
        let mut fields = Fields::default();
        let (mut rest_layout, mut rest) = (layout.as_bytes(), value.as_bytes());
        loop {
            let chunk = next_chunk(rest_layout);
            let mismatch = |at: &[u8], element: &[u8]| TimeError::Mismatch {
                value: value.to_owned(),
                layout: layout.to_owned(),
                at: at.to_vec(),
                element: element.to_vec(),
            };
            rest = skip(rest, chunk.prefix).map_err(|at| mismatch(at, chunk.prefix))?;
            let Some((element, text)) = chunk.element else {
                if !rest.is_empty() {
                    return Err(meaning(&format!(": extra text: {}", quote(rest))));
                }
                break;
            };
            let held = rest;
            match fields.take(element, &mut rest, chunk.rest) {
                Ok(()) => {}
                Err(Bad::Shape) => return Err(mismatch(held, text)),
                Err(Bad::Range(what)) => return Err(meaning(&format!(": {what} out of range"))),
            }
            rest_layout = chunk.rest;
        }
        fields.finish(zone).map_err(meaning)
    }
}

enum Bad {
    Shape,
    Range(&'static str),
}

#[derive(Default)]
struct Fields {
    year: i64,
    month: Option<u32>,
    day: Option<u32>,
    year_day: Option<u32>,
    hour: u32,
    minute: u32,
    second: u32,
    nanos: u32,
    afternoon: Option<bool>,
    utc: bool,
    offset: Option<i32>,
    zone_name: Option<String>,
}

impl Fields {
    fn take(&mut self, element: Element, rest: &mut &[u8], layout: &[u8]) -> Result<(), Bad> {
        match element {
            Element::Year => {
                let year = i64::from(short_number(&take_bytes(rest, 2)?)?);
                self.year = year + if year >= 69 { 1900 } else { 2000 };
            }
            Element::LongYear => {
                if !rest.first().is_some_and(u8::is_ascii_digit) {
                    return Err(Bad::Shape);
                }
                self.year = i64::from(short_number(&take_bytes(rest, 4)?)?);
            }
            Element::Month => self.month = Some(take_name(rest, 12, |n| &month_name(n + 1)[..3])? + 1),
            Element::LongMonth => self.month = Some(take_name(rest, 12, |n| month_name(n + 1))? + 1),
            Element::NumMonth | Element::ZeroMonth => {
                let month = take_number(rest, element == Element::ZeroMonth)?;
                self.month = Some(month);
                in_range(1..=12, month, "month")?;
            }
            Element::WeekDay => drop(take_name(rest, 7, |n| &weekday_name(n)[..3])?),
            Element::LongWeekDay => drop(take_name(rest, 7, weekday_name)?),
            Element::Day | Element::UnderDay | Element::ZeroDay => {
                if element == Element::UnderDay {
                    *rest = rest.strip_prefix(b" ").unwrap_or(rest);
                }
                // Whether the day exists is known only when month and year are.
                self.day = Some(take_number(rest, element == Element::ZeroDay)?);
            }
            Element::UnderYearDay | Element::ZeroYearDay => {
                for _ in 0..2 {
                    if element == Element::UnderYearDay {
                        *rest = rest.strip_prefix(b" ").unwrap_or(rest);
                    }
                }
                self.year_day = Some(take_three_digits(rest, element == Element::ZeroYearDay)?);
            }
            Element::UpperPm => self.afternoon = Some(take_half(rest, b"AM", b"PM")?),
            Element::LowerPm => self.afternoon = Some(take_half(rest, b"am", b"pm")?),
            Element::ZoneName => self.take_zone_name(rest)?,
            Element::Offset(how) => self.take_offset(how, rest)?,
            Element::Fraction { digits, .. } => {
                if rest.len() < 1 + digits {
                    return Err(Bad::Shape);
                }
                self.nanos = take_nanos(rest, 1 + digits)?;
            }
            Element::TrimmedFraction { .. } => {
                // The fraction may be left out.
                if rest.len() >= 2 && is_separator(rest[0]) && rest[1].is_ascii_digit() {
                    let digits = rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
                    self.nanos = take_nanos(rest, 1 + digits)?;
                }
            }
            _ => self.take_clock(element, rest, layout)?,
        }
        Ok(())
    }

    fn take_clock(&mut self, element: Element, rest: &mut &[u8], layout: &[u8]) -> Result<(), Bad> {
        match element {
            Element::Hour => {
                self.hour = take_number(rest, false)?;
                in_range(0..=23, self.hour, "hour")
            }
            Element::Hour12 | Element::ZeroHour12 => {
                self.hour = take_number(rest, element == Element::ZeroHour12)?;
                in_range(0..=12, self.hour, "hour")
            }
            Element::Minute | Element::ZeroMinute => {
                self.minute = take_number(rest, element == Element::ZeroMinute)?;
                in_range(0..=59, self.minute, "minute")
            }
            _ => {
                self.second = take_number(rest, element == Element::ZeroSecond)?;
                in_range(0..=59, self.second, "second")?;
                self.take_unexpected_fraction(rest, layout)
            }
        }
    }

    /// Fractional seconds may follow the seconds even where the layout has none.
    fn take_unexpected_fraction(&mut self, rest: &mut &[u8], layout: &[u8]) -> Result<(), Bad> {
        if rest.len() < 2 || !is_separator(rest[0]) || !rest[1].is_ascii_digit() {
            return Ok(());
        }
        let next = next_chunk(layout).element.map(|(element, _)| element);
        if matches!(next, Some(Element::Fraction { .. } | Element::TrimmedFraction { .. })) {
            return Ok(());
        }
        let digits = rest[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.nanos = take_nanos(rest, 1 + digits)?;
        Ok(())
    }

    fn take_zone_name(&mut self, rest: &mut &[u8]) -> Result<(), Bad> {
        if let Some(after) = rest.strip_prefix(b"UTC") {
            self.utc = true;
            *rest = after;
            return Ok(());
        }
        let length = zone_name_length(rest).ok_or(Bad::Shape)?;
        let name = take_bytes(rest, length)?;
        self.zone_name = Some(String::from_utf8_lossy(&name).into_owned());
        Ok(())
    }

    fn take_offset(&mut self, how: Offset, rest: &mut &[u8]) -> Result<(), Bad> {
        if how.iso
            && let Some(after) = rest.strip_prefix(b"Z")
        {
            self.utc = true;
            *rest = after;
            return Ok(());
        }
        let template: &[u8] = match how.shape {
            OffsetShape::Hours => b"+hh",
            OffsetShape::Minutes => b"+hhmm",
            OffsetShape::ColonMinutes => b"+hh:mm",
            OffsetShape::Seconds => b"+hhmmss",
            OffsetShape::ColonSeconds => b"+hh:mm:ss",
        };
        let text = take_bytes(rest, template.len())?;
        let mut parts = [0_i32; 3];
        let mut bad = false;
        for (mark, byte) in template.iter().zip(&text) {
            let part = match mark {
                b'h' => 0,
                b'm' => 1,
                b's' => 2,
                b':' if *byte != b':' => return Err(Bad::Shape),
                _ => continue,
            };
            bad |= !byte.is_ascii_digit();
            parts[part] = parts[part] * 10 + i32::from(byte.wrapping_sub(b'0') % 10);
        }
        let [hours, minutes, seconds] = parts;
        if !bad {
            for (limit, value, what) in [
                (24, hours, "time zone offset hour"),
                (60, minutes, "time zone offset minute"),
                (60, seconds, "time zone offset second"),
            ] {
                if value > limit {
                    return Err(Bad::Range(what));
                }
            }
        }
        let offset = (hours * 60 + minutes) * 60 + seconds;
        self.offset = match text[0] {
            b'+' if !bad => Some(offset),
            b'-' if !bad => Some(-offset),
            _ => return Err(Bad::Shape),
        };
        Ok(())
    }

    fn finish(mut self, zone: &Zone) -> Result<Time, &'static str> {
        match self.afternoon {
            Some(true) if self.hour < 12 => self.hour += 12,
            Some(false) if self.hour == 12 => self.hour = 0,
            _ => {}
        }
        let (month, day) = self.month_and_day()?;
        if day < 1 || day > days_in(month, self.year) {
            return Err(": day out of range");
        }
        let days = Date::to_days(self.year, i64::from(month), i64::from(day));
        let clock = i64::from((self.hour * 60 + self.minute) * 60 + self.second);
        let local = days * SECONDS_PER_DAY + clock;
        let (unix, zone) = self.place(local, zone);
        Ok(Time::from_unix(unix, self.nanos, zone))
    }

    fn month_and_day(&self) -> Result<(u32, u32), &'static str> {
        let Some(mut year_day) = self.year_day else {
            return Ok((self.month.unwrap_or(1), self.day.unwrap_or(1)));
        };
        const LEAP_DAY: u32 = 31 + 29;
        let leap_day = is_leap(self.year) && year_day == LEAP_DAY;
        if is_leap(self.year) && year_day > LEAP_DAY {
            year_day -= 1;
        }
        if !(1..=365).contains(&year_day) {
            return Err(": day-of-year out of range");
        }
        let (month, day) = if leap_day {
            (2, 29)
        } else {
            let month = (1..=12).rev().find(|month| days_before(*month) < year_day).unwrap_or(1);
            (month, year_day - days_before(month))
        };
        if self.month.is_some_and(|given| given != month) {
            return Err(": day-of-year does not match month");
        }
        if self.day.is_some_and(|given| given != day) {
            return Err(": day-of-year does not match day");
        }
        Ok((month, day))
    }

    /// Turns a local time into an instant and the zone to show it in.
    fn place(&self, local: i64, zone: &Zone) -> (i64, Zone) {
        if self.utc {
            return (local, Zone::Utc);
        }
        if let Some(offset) = self.offset {
            let unix = local - i64::from(offset);
            let (zone_offset, zone_name) = zone.at(unix);
            let same_name = self.zone_name.as_deref().is_none_or(|name| name == zone_name);
            if zone_offset == offset && same_name {
                return (unix, zone.clone());
            }
            return (unix, Zone::fixed(self.zone_name.as_deref().unwrap_or_default(), offset));
        }
        let Some(name) = &self.zone_name else { return (zone.to_unix(local), zone.clone()) };
        if let Some(offset) = zone.offset_named(name, local) {
            return (local - i64::from(offset), zone.clone());
        }
        // An unknown abbreviation is kept for show; only GMT with hours says what it means.
        let hours: i32 = name.strip_prefix("GMT").and_then(|hours| hours.parse().ok()).unwrap_or(0);
        (local, Zone::fixed(name, hours * 3600))
    }
}

/// Quotes as Go's time package does: every byte outside of ASCII as `\x`.
pub(super) fn quote(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    for byte in bytes {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(*byte)]),
            b' '..=b'\x7f' => out.push(char::from(*byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('"');
    out
}

/// Skips literal text: a run of spaces matches any run of spaces. The error is what is left.
fn skip<'a>(mut value: &'a [u8], mut prefix: &[u8]) -> Result<&'a [u8], &'a [u8]> {
    let cut = |text: &[u8]| text.iter().take_while(|byte| **byte == b' ').count();
    while let Some(&first) = prefix.first() {
        if first == b' ' {
            if value.first().is_some_and(|byte| *byte != b' ') {
                return Err(value);
            }
            prefix = &prefix[cut(prefix)..];
            value = &value[cut(value)..];
            continue;
        }
        value = value.strip_prefix(&[first]).ok_or(value)?;
        prefix = &prefix[1..];
    }
    Ok(value)
}

fn take_bytes(rest: &mut &[u8], count: usize) -> Result<Vec<u8>, Bad> {
    let (taken, after) = rest.split_at_checked(count).ok_or(Bad::Shape)?;
    *rest = after;
    Ok(taken.to_vec())
}

/// A number of at most four places, which may have a sign.
fn short_number(text: &[u8]) -> Result<i32, Bad> {
    std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).ok_or(Bad::Shape)
}

/// One or two digits; exactly two where the layout has a leading zero.
fn take_number(rest: &mut &[u8], two: bool) -> Result<u32, Bad> {
    let digits = rest.iter().take(2).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || two && digits == 1 {
        return Err(Bad::Shape);
    }
    take_digits(rest, digits)
}

fn take_three_digits(rest: &mut &[u8], three: bool) -> Result<u32, Bad> {
    let digits = rest.iter().take(3).take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || three && digits != 3 {
        return Err(Bad::Shape);
    }
    take_digits(rest, digits)
}

fn take_digits(rest: &mut &[u8], count: usize) -> Result<u32, Bad> {
    Ok(take_bytes(rest, count)?.iter().fold(0, |sum, byte| sum * 10 + u32::from(byte - b'0')))
}

fn take_name(rest: &mut &[u8], count: u32, name: impl Fn(u32) -> &'static str) -> Result<u32, Bad> {
    let found = (0..count).find(|n| {
        let name = name(*n).as_bytes();
        rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
    });
    let number = found.ok_or(Bad::Shape)?;
    *rest = &rest[name(number).len()..];
    Ok(number)
}

fn take_half(rest: &mut &[u8], before: &[u8], after: &[u8]) -> Result<bool, Bad> {
    match take_bytes(rest, 2)? {
        half if half == after => Ok(true),
        half if half == before => Ok(false),
        _ => Err(Bad::Shape),
    }
}

/// The separator and the digits after it; digits beyond nanoseconds do not count.
fn take_nanos(rest: &mut &[u8], length: usize) -> Result<u32, Bad> {
    let text = take_bytes(rest, length)?;
    if !is_separator(text[0]) {
        return Err(Bad::Shape);
    }
    let digits = &text[1..text.len().min(10)];
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Bad::Shape);
    }
    let value = digits.iter().fold(0_u32, |sum, byte| sum * 10 + u32::from(byte - b'0'));
    Ok(value * 10_u32.pow(9 - digits.len() as u32))
}

fn in_range(range: std::ops::RangeInclusive<u32>, value: u32, what: &'static str) -> Result<(), Bad> {
    if range.contains(&value) { Ok(()) } else { Err(Bad::Range(what)) }
}

fn is_separator(byte: u8) -> bool {
    byte == b'.' || byte == b','
}

/// The length of the zone abbreviation at the front: three to five capitals, `GMT+3`, or a signed hour.
fn zone_name_length(value: &[u8]) -> Option<usize> {
    if value.len() < 3 {
        return None;
    }
    if value.starts_with(b"ChST") || value.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(after) = value.strip_prefix(b"GMT") {
        return Some(3 + signed_hours_length(after).unwrap_or(0));
    }
    if matches!(value[0], b'+' | b'-') {
        return signed_hours_length(value);
    }
    let capitals = value.iter().take(6).take_while(|byte| byte.is_ascii_uppercase()).count();
    match capitals {
        5 if value[4] == b'T' => Some(5),
        4 if value[3] == b'T' || value.starts_with(b"WITA") => Some(4),
        3 => Some(3),
        _ => None,
    }
}

fn signed_hours_length(value: &[u8]) -> Option<usize> {
    if !matches!(value.first(), Some(b'+' | b'-')) {
        return None;
    }
    let digits = value[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let hours: u64 = std::str::from_utf8(&value[1..=digits]).ok()?.parse().ok()?;
    (hours <= 23).then_some(1 + digits)
}
