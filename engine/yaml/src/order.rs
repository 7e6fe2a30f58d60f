//! go-yaml's order of map keys: text before text as people sort it, with runs of digits compared as numbers.

use std::cmp::Ordering;

use crate::emit::Dialect;

/// Compares two text keys as go-yaml's sorter does.
///
/// The comparison is not a total order for every set of keys (Go's isn't either); sorts must accept that.
pub(crate) fn natural(a: &str, b: &str, dialect: Dialect) -> Ordering {
    if less(a, b, dialect) {
        Ordering::Less
    } else if less(b, a, dialect) {
        Ordering::Greater
    } else {
        Ordering::Equal
    }
}

/// Sorts entries by their keys in go-yaml's order.
///
/// This is a merge sort of our own because the standard library's may panic where an order is not total.
pub(crate) fn sort<T: Copy>(entries: &mut [(&str, T)], dialect: Dialect) {
    if entries.len() <= 12 {
        for i in 1..entries.len() {
            let mut j = i;
            while j > 0 && less(entries[j].0, entries[j - 1].0, dialect) {
                entries.swap(j, j - 1);
                j -= 1;
            }
        }
        return;
    }
    let middle = entries.len() / 2;
    let (left, right) = entries.split_at_mut(middle);
    sort(left, dialect);
    sort(right, dialect);
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut l, mut r) = (left.iter().peekable(), right.iter().peekable());
    while let (Some(a), Some(b)) = (l.peek(), r.peek()) {
        let next = if less(b.0, a.0, dialect) { r.next() } else { l.next() };
        merged.extend(next.copied());
    }
    merged.extend(l.copied());
    merged.extend(r.copied());
    entries.copy_from_slice(&merged);
}

fn less(a: &str, b: &str, dialect: Dialect) -> bool {
    let mut rest_a = a.chars();
    let mut rest_b = b.chars();
    let mut digits = false;
    // Whether the run of digits that both keys share so far has one that is not zero.
    let mut nonzero = false;
    loop {
        let (at_a, at_b) = (rest_a.clone(), rest_b.clone());
        let (Some(x), Some(y)) = (rest_a.next(), rest_b.next()) else {
            return rest_a_len(&at_a) < rest_a_len(&at_b);
        };
        if x == y {
            digits = x.numeric_digit();
            nonzero = digits && (nonzero || x != '0');
            continue;
        }
        let (x_letter, y_letter) = (x.alphabetic_in_go(), y.alphabetic_in_go());
        if x_letter && y_letter {
            return x < y;
        }
        if x_letter || y_letter {
            return if digits && dialect == Dialect::V3 { x_letter } else { y_letter };
        }
        let lead = i64::from((x == '0' || y == '0') && nonzero);
        let (x_number, x_len) = run(at_a, lead);
        let (y_number, y_len) = run(at_b, lead);
        if x_number != y_number {
            return x_number < y_number;
        }
        if x_len != y_len {
            return x_len < y_len;
        }
        return x < y;
    }
}

fn rest_a_len(rest: &std::str::Chars<'_>) -> usize {
    rest.clone().count()
}

/// The number that a run of digits makes behind a leading one, wrapping as Go's int64 does, and its length.
fn run(chars: std::str::Chars<'_>, lead: i64) -> (i64, usize) {
    let mut number = lead;
    let mut length = 0;
    for c in chars.take_while(|c| c.numeric_digit()) {
        number = number.wrapping_mul(10).wrapping_add(i64::from(u32::from(c)) - i64::from(u32::from('0')));
        length += 1;
    }
    (number, length)
}

/// Unicode classes under Go's names.
trait GoClass {
    fn alphabetic_in_go(self) -> bool;
    fn numeric_digit(self) -> bool;
}

impl GoClass for char {
    fn alphabetic_in_go(self) -> bool {
        if self.is_ascii() { self.is_ascii_alphabetic() } else { self.is_alphabetic() }
    }

    fn numeric_digit(self) -> bool {
        self.is_ascii_digit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_compare_as_numbers() {
        let mut keys = vec!["a10", "a9", "a", "b1", "A", "_x", "1", "a-b", "ab"];
        keys.sort_by(|a, b| natural(a, b, Dialect::V2));
        assert_eq!(keys, ["_x", "1", "A", "a", "a-b", "a9", "a10", "ab", "b1"]);
    }
}
