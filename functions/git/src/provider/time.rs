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

/// The seconds since 1970 and the minutes east of Greenwich of a time that is written so, with fractions of a second or
/// without.
pub(super) fn read(text: &str) -> Option<(i64, i16)> {
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let zone = text.get(19..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let offset = match zone.split_at_checked(1)? {
        ("Z", "") => 0,
        (sign @ ("+" | "-"), digits) => {
            let (hours, minutes) = digits.split_once(':').or_else(|| digits.split_at_checked(2))?;
            let (hours, minutes): (i16, i16) = (hours.parse().ok()?, minutes.parse().ok()?);
            let east = (0..24).contains(&hours).then_some(hours * 60)?
                + (0..60).contains(&minutes).then_some(minutes)?;
            if sign == "-" { -east } else { east }
        }
        _ => return None,
    };
    let local = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some((local - i64::from(offset) * 60, offset))
}

/// How many days after 1970-01-01 a date is, in years that begin in March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let shifted = (month + 9) % 12;
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
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
            assert_eq!(read(expected), Some((seconds, offset)), "{expected}");
        }
    }
    #[test]
    fn times_come_with_fractions_and_zones_of_all_kinds() {
        let expected = Some((1_700_000_000, 120));
        for text in [
            "2023-11-15T00:13:20+02:00",
            "2023-11-15T00:13:20.000+02:00",
            "2023-11-15 00:13:20 +0200".replacen(' ', "T", 1).replace(' ', "").as_str(),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(read("2023-11-14T22:13:20Z"), Some((1_700_000_000, 0)));
        for text in [
            "",
            "2023-11-15",
            "2023-11-15T00:13:20",
            "2023-11-15T00:13:20+99:00",
            "2023-11-15T00:13:20+ü",
            "x",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
