//! Printing an instant after a layout.

use std::fmt::{self, Write};

use super::civil::{month_name, weekday_name};
use super::instant::Time;
use super::layout::{Element, Offset, OffsetShape, next_chunk};

impl Time {
    /// Prints the instant after a layout such as `2006-01-02 15:04:05 -0700 MST`.
    pub fn format(&self, layout: &str) -> String {
        let mut out = String::with_capacity(layout.len() + 10);
        let mut rest = layout.as_bytes();
        loop {
            let chunk = next_chunk(rest);
            // Elements are ASCII, so a literal between two of them is whole characters.
            out.push_str(&String::from_utf8_lossy(chunk.prefix));
            let Some((element, _)) = chunk.element else { return out };
            // Writing to a string cannot fail.
            let _ = self.write_element(&mut out, element);
            rest = chunk.rest;
        }
    }

    fn write_element(&self, out: &mut String, element: Element) -> fmt::Result {
        let (year, month, day) = self.date();
        let (hour, minute, second) = self.clock();
        let hour12 = match hour % 12 {
            0 => 12,
            hour => hour,
        };
        match element {
            Element::Year => write!(out, "{:02}", year.unsigned_abs() % 100),
            Element::LongYear if year < 0 => write!(out, "-{:04}", year.unsigned_abs()),
            Element::LongYear => write!(out, "{year:04}"),
            Element::Month => out.write_str(&month_name(month)[..3]),
            Element::LongMonth => out.write_str(month_name(month)),
            Element::NumMonth => write!(out, "{month}"),
            Element::ZeroMonth => write!(out, "{month:02}"),
            Element::WeekDay => out.write_str(&weekday_name(self.weekday())[..3]),
            Element::LongWeekDay => out.write_str(weekday_name(self.weekday())),
            Element::Day => write!(out, "{day}"),
            Element::UnderDay => write!(out, "{day:2}"),
            Element::ZeroDay => write!(out, "{day:02}"),
            Element::UnderYearDay => write!(out, "{:3}", self.year_day()),
            Element::ZeroYearDay => write!(out, "{:03}", self.year_day()),
            Element::Hour => write!(out, "{hour:02}"),
            Element::Hour12 => write!(out, "{hour12}"),
            Element::ZeroHour12 => write!(out, "{hour12:02}"),
            Element::Minute => write!(out, "{minute}"),
            Element::ZeroMinute => write!(out, "{minute:02}"),
            Element::Second => write!(out, "{second}"),
            Element::ZeroSecond => write!(out, "{second:02}"),
            Element::UpperPm => out.write_str(if hour >= 12 { "PM" } else { "AM" }),
            Element::LowerPm => out.write_str(if hour >= 12 { "pm" } else { "am" }),
            Element::ZoneName => self.write_zone_name(out),
            Element::Offset(offset) => self.write_offset(out, offset),
            Element::Fraction { digits, separator } => self.write_fraction(out, digits, separator, false),
            Element::TrimmedFraction { digits, separator } => {
                self.write_fraction(out, digits, separator, true)
            }
        }
    }

    /// Zones without an abbreviation show their offset instead.
    fn write_zone_name(&self, out: &mut String) -> fmt::Result {
        let (offset, name) = self.offset();
        if !name.is_empty() {
            return out.write_str(name);
        }
        let minutes = (offset / 60).unsigned_abs();
        let sign = if offset / 60 < 0 { '-' } else { '+' };
        write!(out, "{sign}{:02}{:02}", minutes / 60, minutes % 60)
    }

    fn write_offset(&self, out: &mut String, how: Offset) -> fmt::Result {
        let (offset, _) = self.offset();
        if how.iso && offset == 0 {
            return out.write_char('Z');
        }
        let minutes = offset / 60;
        let (sign, minutes) = (if minutes < 0 { '-' } else { '+' }, minutes.unsigned_abs());
        let seconds = offset.unsigned_abs() % 60;
        write!(out, "{sign}{:02}", minutes / 60)?;
        match how.shape {
            OffsetShape::Hours => Ok(()),
            OffsetShape::Minutes => write!(out, "{:02}", minutes % 60),
            OffsetShape::ColonMinutes => write!(out, ":{:02}", minutes % 60),
            OffsetShape::Seconds => write!(out, "{:02}{seconds:02}", minutes % 60),
            OffsetShape::ColonSeconds => write!(out, ":{:02}:{seconds:02}", minutes % 60),
        }
    }

    fn write_fraction(&self, out: &mut String, digits: usize, separator: u8, trim: bool) -> fmt::Result {
        let nanos = self.nanosecond();
        if trim && nanos == 0 {
            return Ok(());
        }
        let text = format!("{nanos:09}");
        let text = &text[..digits.min(9)];
        let text = if trim { text.trim_end_matches('0') } else { text };
        if text.is_empty() {
            return Ok(());
        }
        write!(out, "{}{text}", char::from(separator))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.format("2006-01-02 15:04:05.999999999 -0700 MST"))
    }
}
