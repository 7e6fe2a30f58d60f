//! Times as JSON APIs write them.

use jiff::Timestamp;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;

use crate::object::Identity;

/// The seconds of the years that have four digits wherever one is.
const SECONDS: std::ops::Range<i64> = -62_135_510_400..253_370_764_800;

/// `2023-11-15T00:13:20+02:00`; what no API could read is told as the beginning of 1970.
pub(super) fn written(identity: &Identity) -> String {
    let seconds = if SECONDS.contains(&identity.seconds) { identity.seconds } else { 0 };
    let time = Timestamp::from_second(seconds).unwrap_or_default();
    let offset = Offset::from_seconds(i32::from(identity.offset) * 60).unwrap_or(Offset::UTC);
    time.display_with_offset(offset).to_string()
}

/// The seconds since 1970 and the minutes east of Greenwich of a time that is written so, with fractions of a second or
/// without.
pub(super) fn read(text: &str) -> Option<(i64, i16)> {
    let time: Timestamp = text.parse().ok()?;
    let offset = Pieces::parse(text).ok()?.to_numeric_offset()?;
    // The second that a fraction belongs to, on either side of 1970.
    let second = time.as_nanosecond().div_euclid(1_000_000_000);
    Some((i64::try_from(second).ok()?, i16::try_from(offset.seconds() / 60).ok()?))
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
            (8_210_266_876_799, 1439, "1970-01-01T23:59:00+23:59"),
            (i64::MAX, 0, "1970-01-01T00:00:00+00:00"),
            (0, i16::MAX, "1970-01-01T00:00:00+00:00"),
        ] {
            let identity = Identity { name: String::new(), email: String::new(), seconds, offset };
            assert_eq!(written(&identity), expected);
        }
    }

    #[test]
    fn times_are_read_with_fractions_and_zones() {
        let expected = Some((1_700_000_000, 120));
        for text in
            ["2023-11-15T00:13:20+02:00", "2023-11-15T00:13:20.000+02:00", "2023-11-15T00:13:20.9+02:00"]
        {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(read("2023-11-14T22:13:20Z"), Some((1_700_000_000, 0)));
        assert_eq!(read("1969-12-31T20:29:59-03:30"), Some((-1, -210)));
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
