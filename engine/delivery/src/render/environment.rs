//! What a chart's templates may learn from outside: the lock's time, and randomness only where a workload asks for it.

use std::cell::Cell;

use fairlead_template::{Dialect, Environment, FnError, Site};
use sha2::{Digest as _, Sha256};

use crate::config::{HelmVersion, Project, Random};
use crate::diagnostic::{Code, Diagnostic};
use crate::resolve::Unit;

/// The environment of one unit.
pub(super) struct Sealed<'a> {
    pub(super) dialect: Dialect,
    /// Seconds since 1970, as the lock has them.
    pub(super) now: Option<i64>,
    /// What seeded values follow from: `None` where randomness is refused.
    pub(super) seed: Option<&'a str>,
    /// Whether any seeded value was made.
    pub(super) drawn: Cell<bool>,
}

impl<'a> Sealed<'a> {
    /// What the charts of a unit may learn; `id` is the unit's.
    pub(super) fn of(project: &Project, unit: &Unit, id: &'a str) -> Sealed<'a> {
        let now = project.lock.as_ref().and_then(|lock| lock.now.as_ref());
        Sealed {
            dialect: match project.file.value.helm_version {
                HelmVersion::V3 => Dialect::Helm3,
                HelmVersion::V4 => Dialect::Helm4,
            },
            now: now.and_then(|now| seconds(&now.value)),
            seed: (unit.workload.random == Random::Seeded).then_some(id),
            drawn: Cell::new(false),
        }
    }
}

/// The warning of values that were seeded.
pub(super) fn seeded(unit: &Unit) -> Diagnostic {
    let message = "the chart's random values are seeded: everyone who reads the repository can compute them";
    let hint = "use an existing Secret for what has to stay secret";
    Diagnostic::warning(Code::SeededRandom, message, hint).about(&unit.id)
}

impl Environment for Sealed<'_> {
    fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn now(&self, _: &Site) -> Result<(i64, u32), FnError> {
        match self.now {
            Some(seconds) => Ok((seconds, 0)),
            None => Err(FnError::new(
                "the time has to come from fairlead.lock, which names none; run `fairlead lock`",
            )),
        }
    }

    /// Fills `bytes` with what follows from the seed and the place of the call: the same in every run, different for
    /// every call.
    fn random(&self, site: &Site, bytes: &mut [u8]) -> Result<(), FnError> {
        let Some(seed) = self.seed else {
            return Err(FnError::new(
                "random values would change with every generation: name an existing Secret in the chart's values, \
                 or set `random: seeded` in the workload, whose values everyone who reads the repository can compute",
            ));
        };
        self.drawn.set(true);
        for (block, chunk) in bytes.chunks_mut(32).enumerate() {
            let hash = Sha256::new()
                .chain_update("fairlead random values\0")
                .chain_update(seed)
                .chain_update([0])
                .chain_update(site.template.as_bytes())
                .chain_update([0])
                .chain_update(site.line.to_be_bytes())
                .chain_update(site.column.to_be_bytes())
                .chain_update(site.ordinal.to_be_bytes())
                .chain_update((block as u64).to_be_bytes())
                .finalize();
            chunk.copy_from_slice(&hash[..chunk.len()]);
        }
        Ok(())
    }
}

/// Reads a time as RFC 3339 has it, `2026-01-31T12:00:00Z` or with an offset, as seconds since 1970. `None` for
/// anything else.
pub(super) fn seconds(text: &str) -> Option<i64> {
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let digits = text.get(range)?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
    };
    let mark = |at: usize, wanted: &[u8]| text.as_bytes().get(at).is_some_and(|byte| wanted.contains(byte));
    if !(mark(4, b"-") && mark(7, b"-") && mark(10, b"Tt ") && mark(13, b":") && mark(16, b":")) {
        return None;
    }
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let in_range =
        (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    if !in_range {
        return None;
    }
    let rest = text.get(19..)?;
    let rest =
        rest.strip_prefix('.').map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    let offset = match rest {
        "Z" | "z" => 0,
        _ => {
            let sign = match rest.get(..1)? {
                "+" => 1,
                "-" => -1,
                _ => return None,
            };
            let (hours, minutes) = rest.get(1..)?.split_once(':')?;
            sign * (hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60)
        }
    };
    Some(days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset)
}

/// The days from 1970-01-01 to a date of the Gregorian calendar, counted in years that begin in March so that the leap
/// day comes last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_seconds() {
        assert_eq!(seconds("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(seconds("2024-02-29T12:34:56Z"), Some(1_709_210_096));
        assert_eq!(seconds("2024-02-29T12:34:56.789+02:30"), Some(1_709_210_096 - 9000));
        for text in
            ["", "now", "2024-02-29", "2024-13-01T00:00:00Z", "2024-02-29T12:34:56", "2024-02-29T12:34:56é"]
        {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn seeded_values_differ_by_place_and_stay_the_same() {
        let environment = |seed| Sealed { dialect: Dialect::Helm4, now: None, seed, drawn: Cell::new(false) };
        let draw = |seed, ordinal| {
            let site = Site { template: "t".into(), line: 1, column: 0, ordinal };
            let mut bytes = [0; 40];
            environment(seed).random(&site, &mut bytes).map(|()| bytes)
        };
        assert_eq!(draw(Some("a"), 0).unwrap(), draw(Some("a"), 0).unwrap());
        assert_ne!(draw(Some("a"), 0).unwrap(), draw(Some("a"), 1).unwrap());
        assert_ne!(draw(Some("a"), 0).unwrap(), draw(Some("b"), 0).unwrap());
        assert!(draw(None, 0).is_err());
    }
}
