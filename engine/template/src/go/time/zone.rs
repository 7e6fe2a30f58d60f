//! Time zones: UTC, fixed offsets, and the named zones with the rule that is in force today.
//!
//! `zones.txt` holds one line a rule: the rule in POSIX notation, then the names that follow it. The full history of
//! every zone would be a quarter of the engine's size; dates from before a zone's latest change of law are shown as if
//! its present rule had always held.

use std::sync::Arc;

use super::civil::{Date, SECONDS_PER_DAY, days_in};

const RULES: &str = include_str!("zones.txt");

/// A time zone.
#[derive(Debug, Clone)]
pub enum Zone {
    /// Coordinated universal time.
    Utc,
    /// One offset for all times; the name may be empty.
    Fixed {
        /// The abbreviation.
        name: Arc<str>,
        /// Seconds east of UTC.
        offset: i32,
    },
    /// A zone of the database.
    Named(Rule),
}

impl Zone {
    /// Finds a zone by the name the database gives it, such as `Europe/Berlin`.
    ///
    /// The empty name and `Local` are UTC: there is no machine whose time could be local.
    pub fn load(name: &str) -> Option<Self> {
        if matches!(name, "" | "UTC" | "Local") {
            return Some(Self::Utc);
        }
        if name.contains(' ') {
            return None;
        }
        RULES.lines().find_map(|line| {
            let (rule, names) = line.split_once(' ')?;
            names.split(' ').any(|other| other == name).then(|| Rule::parse(rule)).flatten().map(Self::Named)
        })
    }

    /// Makes a zone of one offset, in seconds east of UTC.
    pub fn fixed(name: &str, offset: i32) -> Self {
        Self::Fixed { name: name.into(), offset }
    }

    /// Returns the offset in seconds east of UTC and the abbreviation at an instant.
    pub fn at(&self, unix: i64) -> (i32, &str) {
        match self {
            Self::Utc => (0, "UTC"),
            Self::Fixed { name, offset } => (*offset, name),
            Self::Named(rule) => {
                let period = rule.at(unix);
                (period.offset, period.name)
            }
        }
    }

    /// Returns the instant at which the zone's clocks show a time, given as seconds since 1970.
    pub fn to_unix(&self, local: i64) -> i64 {
        // Around a change the guess from one side may land on the other: then the second guess decides.
        let first = local.saturating_sub(i64::from(self.at(local).0));
        local.saturating_sub(i64::from(self.at(first).0))
    }

    /// Returns the offset that an abbreviation stands for in this zone, if it uses it.
    pub fn offset_named(&self, name: &str, local: i64) -> Option<i32> {
        match self {
            Self::Utc => (name == "UTC").then_some(0),
            Self::Fixed { name: own, offset } => (**own == *name).then_some(*offset),
            Self::Named(rule) => [Some(rule.standard), rule.saving.as_ref().map(|saving| saving.period)]
                .into_iter()
                .flatten()
                .filter(|period| period.name == name)
                .map(|period| period.offset)
                .min_by_key(|offset| self.at(local - i64::from(*offset)).0 != *offset),
        }
    }
}

/// A standard time and, where the zone has one, a saving time with its dates.
#[derive(Debug, Clone)]
pub struct Rule {
    standard: Period,
    saving: Option<Saving>,
}

#[derive(Debug, Clone, Copy)]
struct Period {
    name: &'static str,
    offset: i32,
}

#[derive(Debug, Clone)]
struct Saving {
    period: Period,
    start: Change,
    end: Change,
}

/// When the clocks change.
#[derive(Debug, Clone, Copy)]
struct Change {
    /// 1 to 12.
    month: u32,
    /// Which of the weekday's occurrences in the month; 5 is the last.
    week: u32,
    /// 0 for Sunday.
    weekday: u32,
    /// Seconds of local time; may be negative or beyond a day.
    time: i32,
}

impl Rule {
    fn parse(text: &'static str) -> Option<Self> {
        let (standard, rest) = Period::take(text)?;
        if rest.is_empty() {
            return Some(Self { standard, saving: None });
        }
        let (times, changes) = rest.split_once(',')?;
        let (name, after) = take_name(times)?;
        let offset = if after.is_empty() { standard.offset + 3600 } else { -take_seconds(after)?.0 };
        let (start, end) = changes.split_once(',')?;
        let period = Period { name, offset };
        Some(Self {
            standard,
            saving: Some(Saving { period, start: Change::parse(start)?, end: Change::parse(end)? }),
        })
    }

    fn at(&self, unix: i64) -> Period {
        let Some(saving) = &self.saving else { return self.standard };
        let local = unix.saturating_add(i64::from(self.standard.offset));
        let year = Date::from_days(local.div_euclid(SECONDS_PER_DAY)).year;
        let start = saving.start.local(year).saturating_sub(i64::from(self.standard.offset));
        let end = saving.end.local(year).saturating_sub(i64::from(saving.period.offset));
        // In the south the saving time spans the turn of the year.
        let saves = if start <= end { (start..end).contains(&unix) } else { !(end..start).contains(&unix) };
        if saves { saving.period } else { self.standard }
    }
}

impl Period {
    fn take(text: &'static str) -> Option<(Self, &'static str)> {
        let (name, rest) = take_name(text)?;
        let (seconds, rest) = take_seconds(rest)?;
        Some((Self { name, offset: -seconds }, rest))
    }
}

impl Change {
    fn parse(text: &str) -> Option<Self> {
        let (day, time) = text.split_once('/').map_or((text, None), |(day, time)| (day, Some(time)));
        let time = match time {
            Some(time) => take_seconds(time)?.0,
            None => 2 * 3600,
        };
        let mut numbers = day.strip_prefix('M')?.split('.').map(str::parse::<u32>);
        let mut next = || numbers.next()?.ok();
        Some(Self { month: next()?, week: next()?, weekday: next()?, time })
    }

    /// The change in a year, in seconds of local time since 1970.
    fn local(&self, year: i64) -> i64 {
        let first = Date::to_days(year, i64::from(self.month), 1);
        let first_weekday = (first + 4).rem_euclid(7);
        let mut day =
            (i64::from(self.weekday) - first_weekday).rem_euclid(7) + i64::from(self.week.max(1) - 1) * 7;
        if day >= i64::from(days_in(self.month, year)) {
            day -= 7;
        }
        (first + day).saturating_mul(SECONDS_PER_DAY).saturating_add(i64::from(self.time))
    }
}

/// An abbreviation: letters, or anything between angle brackets.
fn take_name(text: &'static str) -> Option<(&'static str, &'static str)> {
    if let Some(rest) = text.strip_prefix('<') {
        return rest.split_once('>');
    }
    let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    (end >= 3).then(|| text.split_at(end))
}

/// Takes `[+-]hh[:mm[:ss]]` as seconds.
fn take_seconds(text: &str) -> Option<(i32, &str)> {
    let end = text.find(|c: char| !matches!(c, '+' | '-' | ':' | '0'..='9')).unwrap_or(text.len());
    let (time, rest) = text.split_at(end);
    let negative = time.starts_with('-');
    let mut unit = 3600;
    let mut seconds = 0;
    for part in time.trim_start_matches(['+', '-']).split(':') {
        seconds += part.parse::<i32>().ok().filter(|part| *part <= 200)? * unit;
        unit /= 60;
    }
    Some((if negative { -seconds } else { seconds }, rest))
}
