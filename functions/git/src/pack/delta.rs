//! Deltas: an object as copies from another and insertions.

/// Applies a delta, or returns `None` where it is malformed or its result would be longer than `limit`.
pub(crate) fn apply(base: &[u8], delta: &[u8], limit: usize) -> Option<Vec<u8>> {
    let mut rest = delta;
    if size(&mut rest)? != base.len() {
        return None;
    }
    let length = size(&mut rest)?;
    if length > limit {
        return None;
    }
    let mut result = Vec::with_capacity(length);
    while let Some((code, after)) = rest.split_first() {
        rest = after;
        if code & 0x80 != 0 {
            let (start, count) = copy(*code, &mut rest)?;
            result.extend_from_slice(base.get(start..start.checked_add(count)?)?);
        } else {
            let count = usize::from(*code);
            // Zero is reserved.
            if count == 0 {
                return None;
            }
            let (insert, after) = rest.split_at_checked(count)?;
            result.extend_from_slice(insert);
            rest = after;
        }
        if result.len() > length {
            return None;
        }
    }
    (result.len() == length).then_some(result)
}

/// The length of what a delta makes, as it says itself.
pub(crate) fn result_length(delta: &[u8]) -> Option<u64> {
    let mut rest = delta;
    size(&mut rest)?;
    size(&mut rest).map(|length| length as u64)
}

/// A size: seven bits a byte, the lowest first.
fn size(rest: &mut &[u8]) -> Option<usize> {
    let mut size = 0_usize;
    for shift in (0..).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        size |= usize::from(byte & 0x7f).checked_shl(shift).filter(|_| shift < 56)?;
        if byte & 0x80 == 0 {
            return Some(size);
        }
    }
    None
}

/// A copy's start and length; the code's bits tell which of their bytes follow.
fn copy(code: u8, rest: &mut &[u8]) -> Option<(usize, usize)> {
    let mut field = |bits: std::ops::Range<u8>| {
        let mut value = 0_usize;
        for (place, bit) in bits.enumerate() {
            if code & (1 << bit) != 0 {
                let (byte, after) = rest.split_first()?;
                *rest = after;
                value |= usize::from(*byte) << (8 * place);
            }
        }
        Some(value)
    };
    let start = field(0..4)?;
    let count = field(4..7)?;
    Some((start, if count == 0 { 0x10000 } else { count }))
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn copies_and_insertions() {
        let delta = [5, 7, 0x90, 3, 2, b'x', b'y', 0x91, 3, 2];
        assert_eq!(apply(b"hello", &delta, 100).as_deref(), Some(&b"helxylo"[..]));
    }

    #[test]
    fn malformed_deltas_are_refused() {
        let good = [5, 7, 0x90, 3, 2, b'x', b'y', 0x91, 3, 2];
        for cut in 0..good.len() {
            assert_eq!(apply(b"hello", &good[..cut], 100), None, "{cut}");
        }
        assert_eq!(apply(b"hell", &good, 100), None, "another base");
        assert_eq!(apply(b"hello", &good, 6), None, "beyond the limit");
        assert_eq!(apply(b"hello", &[5, 1, 0], 100), None, "the reserved code");
        assert_eq!(apply(b"hello", &[5, 9, 0x91, 3, 9], 100), None, "a copy beyond the base");
    }
}
