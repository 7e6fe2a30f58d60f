//! The proleptic Gregorian calendar: days since 1970 to dates and back.

pub(super) const SECONDS_PER_DAY: i64 = 86_400;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Returns the English name of a month, 1 to 12; the number of another wraps around.
pub fn month_name(month: u32) -> &'static str {
    MONTHS[(month.wrapping_sub(1) % 12) as usize]
}

/// Returns the English name of a day of the week, 0 for Sunday.
pub fn weekday_name(day: u32) -> &'static str {
    WEEKDAYS[(day % 7) as usize]
}

/// A calendar date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: i64,
    /// 1 to 12.
    pub(super) month: u32,
    /// 1 to 31.
    pub(super) day: u32,
}

impl Date {
    /// The date that lies `days` after 1 January 1970.
    ///
    /// Years are counted from March within eras of 400 years, so that the leap day comes last.
    pub(super) fn from_days(days: i64) -> Self {
        let shifted = days.saturating_add(719_468);
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self { year, month: month as u32, day: day as u32 }
    }

    /// Days since 1 January 1970; days and months beyond their range carry over.
    pub(super) fn to_days(year: i64, month: i64, day: i64) -> i64 {
        let year = year.saturating_add((month - 1).div_euclid(12));
        let month = (month - 1).rem_euclid(12) + 1;
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted_month = if month > 2 { month - 3 } else { month + 9 };
        let day_of_year = (153 * shifted_month + 2) / 5;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era.saturating_mul(146_097).saturating_add(day_of_era - 719_468).saturating_add(day - 1)
    }
}

pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days in a month of a year; the month is 1 to 12.
pub(super) fn days_in(month: u32, year: i64) -> u32 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days of a year without leap day that come before a month; the month is 1 to 13.
pub(super) fn days_before(month: u32) -> u32 {
    (1..month).map(|month| days_in(month, 1)).sum()
}
