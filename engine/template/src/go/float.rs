//! Floating-point numbers as `strconv` writes them.

/// Writes the shortest text that reads back as the number, as `%v` does: with an exponent below 1e-4 and from 1e6 on
/// (more precisely, from 1e21 on where [`shortest_plain`] is used instead).
pub fn shortest(number: f64) -> String {
    with_exponent_from(number, 6)
}

/// Writes the shortest text that reads back as the number, with an exponent only below 1e-4 and from 1e21 on.
pub fn shortest_plain(number: f64) -> String {
    with_exponent_from(number, 21)
}

fn with_exponent_from(number: f64, limit: i32) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..limit).contains(&exponent) {
        return format!("{number}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_percent_v_does() {
        for (number, expected) in [
            (8_080_000.0, "8.08e+06"),
            (123_456.0, "123456"),
            (0.0001, "0.0001"),
            (0.00001, "1e-05"),
            (-0.0, "-0"),
            (1e100, "1e+100"),
            (2.5, "2.5"),
            (100_000.0, "100000"),
            (1_000_000.0, "1e+06"),
        ] {
            assert_eq!(shortest(number), expected);
        }
        assert_eq!(shortest_plain(1e20), "100000000000000000000");
        assert_eq!(shortest_plain(1e21), "1e+21");
    }
}
