//! Quantities: `500m`, `2Gi`, `1e3`.

/// Whether text is a quantity as Kubernetes reads one: a decimal number, then a suffix or an exponent.
pub(super) fn is_quantity(text: &str) -> bool {
    let rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let whole = digits(rest);
    let rest = &rest[whole..];
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => (digits(rest), &rest[digits(rest)..]),
        None => (0, rest),
    };
    if whole + fraction == 0 {
        return false;
    }
    match rest {
        "" | "n" | "u" | "m" | "k" | "M" | "G" | "T" | "P" | "E" => true,
        "Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "Ei" => true,
        _ => {
            let exponent = rest.strip_prefix(['e', 'E']).unwrap_or_default();
            let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent) == exponent.len()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_quantity;

    #[test]
    fn quantities() {
        for text in ["0", "500m", "2Gi", "1.5", ".5", "1.", "-1k", "+1", "1e3", "1E-3", "1E", "100Ei"] {
            assert!(is_quantity(text), "{text}");
        }
        for text in ["", "Gi", "1 Gi", "1gb", "2GB", "1e", "1e3m", "--1", "0x10", "1.2.3", "."] {
            assert!(!is_quantity(text), "{text}");
        }
    }
}
