//! The forms of time that go-yaml takes for a timestamp, as Go's `time.Parse` reads them.

/// Whether a text is one of `2006-1-2T15:4:5.9Z07:00`, the same with `t`, `2006-1-2 15:4:5.9` or `2006-1-2`.
pub(super) fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    let year = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    if year != 4 || bytes.get(4) != Some(&b'-') {
        return false;
    }
    let mut rest = Cursor(bytes.get(5..).unwrap_or(&[]));
    let Some((month, day)) = rest.month_and_day() else { return false };
    let year = bytes.iter().take(4).fold(0u32, |n, b| n * 10 + u32::from(b - b'0'));
    if day < 1 || day > days_in(month, year) {
        return false;
    }
    match rest.0.first() {
        None => true,
        Some(b'T' | b't') => {
            rest.skip(1);
            rest.clock() && rest.zone() && rest.0.is_empty()
        }
        Some(b' ') => {
            while rest.0.first() == Some(&b' ') {
                rest.skip(1);
            }
            rest.clock() && rest.0.is_empty()
        }
        Some(_) => false,
    }
}

fn days_in(month: u32, year: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn skip(&mut self, n: usize) {
        self.0 = self.0.get(n..).unwrap_or(&[]);
    }

    fn expect(&mut self, byte: u8) -> bool {
        let found = self.0.first() == Some(&byte);
        if found {
            self.skip(1);
        }
        found
    }

    /// One or two digits.
    fn short(&mut self) -> Option<u32> {
        let first = self.0.first().filter(|b| b.is_ascii_digit())?;
        let mut n = u32::from(first - b'0');
        self.skip(1);
        if let Some(second) = self.0.first().filter(|b| b.is_ascii_digit()) {
            n = n * 10 + u32::from(second - b'0');
            self.skip(1);
        }
        Some(n)
    }

    fn month_and_day(&mut self) -> Option<(u32, u32)> {
        let month = self.short().filter(|m| (1..=12).contains(m))?;
        if !self.expect(b'-') {
            return None;
        }
        Some((month, self.short()?))
    }

    /// `15:4:5.999999999`, the fraction optional.
    fn clock(&mut self) -> bool {
        let good = self.short().is_some_and(|h| h < 24)
            && self.expect(b':')
            && self.short().is_some_and(|m| m < 60)
            && self.expect(b':')
            && self.short().is_some_and(|s| s < 60);
        if good && matches!(self.0, [b'.' | b',', digit, ..] if digit.is_ascii_digit()) {
            self.skip(1);
            while self.0.first().is_some_and(u8::is_ascii_digit) {
                self.skip(1);
            }
        }
        good
    }

    /// `Z` or `+07:00`.
    fn zone(&mut self) -> bool {
        if self.expect(b'Z') {
            return true;
        }
        let &[b'+' | b'-', h1, h2, b':', m1, m2, ..] = self.0 else { return false };
        if ![h1, h2, m1, m2].iter().all(u8::is_ascii_digit) {
            return false;
        }
        self.skip(6);
        (h1 - b'0') * 10 + (h2 - b'0') <= 24 && (m1 - b'0') * 10 + (m2 - b'0') <= 60
    }
}

#[cfg(test)]
mod tests {
    use super::is_timestamp;

    #[test]
    fn forms() {
        for text in [
            "2001-12-14",
            "2001-1-2",
            "2001-12-14T21:59:43.10-05:00",
            "2001-12-14t1:2:3Z",
            "2001-12-14  21:59:43.1",
        ] {
            assert!(is_timestamp(text), "{text}");
        }
        for text in
            ["2001-13-01", "2001-02-30", "2001-12-14T21:59", "2001-12-14 21:59:43Z", "200-1-1", "2001-12-14x"]
        {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
