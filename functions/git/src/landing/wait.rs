//! How long to leave a server alone.

/// The longest wait between two tries, in seconds.
const MAX: u64 = 300;

/// The seconds to wait before try number `tries` (1 is the first repetition): what the server says where it says
/// something, else twice as long each time. `noise` is any number; up to a quarter is added by it, so that those who
/// failed together do not come back together.
pub fn wait(tries: u32, told: Option<u64>, noise: u64) -> u64 {
    let base = match told {
        Some(seconds) => seconds.clamp(1, 3600),
        None => 1_u64.checked_shl(tries.saturating_sub(1)).unwrap_or(MAX).clamp(1, MAX),
    };
    base + noise % (base / 4 + 1)
}

#[cfg(test)]
mod tests {
    use super::wait;

    #[test]
    fn waits_grow_and_end_at_a_bound() {
        assert_eq!([1, 2, 3, 9, 10, 80].map(|tries| wait(tries, None, 0)), [1, 2, 4, 256, 300, 300]);
    }

    #[test]
    fn a_server_that_says_how_long_is_obeyed() {
        for noise in 0..100 {
            assert!((60..=75).contains(&wait(1, Some(60), noise)));
        }
        assert_eq!(wait(1, Some(u64::MAX), 0), 3600);
    }
}
