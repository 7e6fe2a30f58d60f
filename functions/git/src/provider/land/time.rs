//! Times as JSON APIs write them.

use crate::object::Identity;

/// `2023-11-15T00:13:20+02:00`.
pub(super) fn written(identity: &Identity) -> String {
    let offset = i64::from(identity.offset);
    let local = identity.seconds + offset * 60;
    let (days, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let (year, month, day) = date(days);
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    let sign = if offset < 0 { '-' } else { '+' };
    let (east, past) = (offset.abs() / 60, offset.abs() % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{sign}{east:02}:{past:02}")
}

/// The date so many days after 1970-01-01. Years begin in March here, so that leap days come last.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_that_date_prints() {
        for (seconds, offset, expected) in [
            (0, 0, "1970-01-01T00:00:00+00:00"),
            (1_700_000_000, 120, "2023-11-15T00:13:20+02:00"),
            (951_782_400, 0, "2000-02-29T00:00:00+00:00"),
            (1_709_164_800, -210, "2024-02-28T20:30:00-03:30"),
            (4_102_444_799, 0, "2099-12-31T23:59:59+00:00"),
            (-1, 0, "1969-12-31T23:59:59+00:00"),
        ] {
            let identity = Identity { name: String::new(), email: String::new(), seconds, offset };
            assert_eq!(written(&identity), expected);
        }
    }
}
