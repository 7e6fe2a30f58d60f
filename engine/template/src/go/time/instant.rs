//! Instants with the zone they are shown in.

use super::civil::{Date, SECONDS_PER_DAY};
use super::duration::Duration;
use super::zone::Zone;

/// An instant with nanoseconds, shown in a zone.
#[derive(Debug, Clone)]
pub struct Time {
    seconds: i64,
    nanos: u32,
    zone: Zone,
}

impl Time {
    /// Makes an instant from seconds since 1970 and the nanoseconds after these.
    pub fn from_unix(seconds: i64, nanos: u32, zone: Zone) -> Self {
        let carry = i64::from(nanos / 1_000_000_000);
        Self { seconds: seconds.wrapping_add(carry), nanos: nanos % 1_000_000_000, zone }
    }

    /// Returns the instant that Go has for a time that was never set: 1 January of the year 1, UTC.
    pub fn zero() -> Self {
        Self::from_unix(Date::to_days(1, 1, 1) * SECONDS_PER_DAY, 0, Zone::Utc)
    }

    /// Returns the seconds since 1970.
    pub fn unix(&self) -> i64 {
        self.seconds
    }

    /// Returns the nanoseconds since 1970, wrapping around outside of the years 1678 to 2262.
    pub fn unix_nanos(&self) -> i64 {
        self.seconds.wrapping_mul(1_000_000_000).wrapping_add(i64::from(self.nanos))
    }

    /// Returns the nanoseconds within the second.
    pub fn nanosecond(&self) -> u32 {
        self.nanos
    }

    /// Returns the zone that the instant is shown in.
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// Returns the same instant, shown in another zone.
    #[must_use]
    pub fn in_zone(&self, zone: Zone) -> Self {
        Self { zone, ..self.clone() }
    }

    /// Returns the instant that lies a duration later.
    #[must_use]
    pub fn add(&self, duration: Duration) -> Self {
        let total = i64::from(self.nanos) + duration.0 % 1_000_000_000;
        let carry = total.div_euclid(1_000_000_000);
        Self {
            seconds: self.seconds.wrapping_add(duration.0 / 1_000_000_000).wrapping_add(carry),
            nanos: total.rem_euclid(1_000_000_000) as u32,
            zone: self.zone.clone(),
        }
    }

    /// Returns the date that lies so many years, months and days later at the same time of day.
    #[must_use]
    pub fn add_date(&self, years: i64, months: i64, days: i64) -> Self {
        let shown = self.shown();
        let date = Date::from_days(shown.div_euclid(SECONDS_PER_DAY));
        let days = Date::to_days(
            date.year.saturating_add(years),
            i64::from(date.month).saturating_add(months),
            i64::from(date.day).saturating_add(days),
        );
        let local = days.saturating_mul(SECONDS_PER_DAY).saturating_add(shown.rem_euclid(SECONDS_PER_DAY));
        Self { seconds: self.zone.to_unix(local), nanos: self.nanos, zone: self.zone.clone() }
    }

    /// Returns how long after `earlier` this instant lies, at the limits of [`Duration`] when it does not fit.
    pub fn since(&self, earlier: &Self) -> Duration {
        let seconds = i128::from(self.seconds) - i128::from(earlier.seconds);
        let nanos = seconds * 1_000_000_000 + i128::from(self.nanos) - i128::from(earlier.nanos);
        Duration(nanos.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64)
    }

    /// Returns year, month (1 to 12) and day (1 to 31) in the instant's zone.
    pub fn date(&self) -> (i64, u32, u32) {
        let date = Date::from_days(self.shown().div_euclid(SECONDS_PER_DAY));
        (date.year, date.month, date.day)
    }

    /// Returns hour, minute and second in the instant's zone.
    pub fn clock(&self) -> (u32, u32, u32) {
        let second = self.shown().rem_euclid(SECONDS_PER_DAY) as u32;
        (second / 3600, second / 60 % 60, second % 60)
    }

    /// Returns the day of the week in the instant's zone, 0 for Sunday.
    pub fn weekday(&self) -> u32 {
        // 1 January 1970 was a Thursday.
        (self.shown().div_euclid(SECONDS_PER_DAY) + 4).rem_euclid(7) as u32
    }

    /// Returns the day of the year in the instant's zone, 1 to 366.
    pub fn year_day(&self) -> u32 {
        let days = self.shown().div_euclid(SECONDS_PER_DAY);
        let year = Date::from_days(days).year;
        (days - Date::to_days(year, 1, 1) + 1) as u32
    }

    /// Returns the zone's offset in seconds east of UTC and its abbreviation at this instant.
    pub fn offset(&self) -> (i32, &str) {
        self.zone.at(self.seconds)
    }

    /// Says whether two times are the same instant, in whatever zones.
    pub fn same_instant(&self, other: &Self) -> bool {
        (self.seconds, self.nanos) == (other.seconds, other.nanos)
    }

    /// Says whether this is the instant of [`Time::zero`].
    pub fn is_zero(&self) -> bool {
        self.same_instant(&Self::zero())
    }

    /// Seconds since 1970 as the zone's clocks show them.
    fn shown(&self) -> i64 {
        self.seconds.saturating_add(i64::from(self.offset().0))
    }
}
