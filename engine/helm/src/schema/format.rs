//! `format`: what texts must look like, for the formats that charts use. Unknown formats accept everything.

use fairlead_template::go::regexp::Regexp;
use fairlead_template::go::url::Url;

/// Holds a text against a format; the error says what is wrong with it.
pub(crate) fn check(format: &str, text: &str) -> Result<(), String> {
    match format {
        "regex" => Regexp::compile(text).map(drop).map_err(|error| error.to_string()),
        "ipv4" => ipv4(text),
        "ipv6" => ipv6(text),
        "hostname" => hostname(text),
        "email" => email(text),
        "uuid" => uuid(text),
        "date" => date(text),
        "time" => time(text),
        "date-time" => date_time(text),
        "uri" | "iri" => uri(text),
        "uri-reference" | "iri-reference" => uri_reference(text),
        "json-pointer" => json_pointer(text),
        _ => Ok(()),
    }
}

fn refuse(reason: &str) -> Result<(), String> {
    Err(reason.to_owned())
}

fn ipv4(text: &str) -> Result<(), String> {
    let parts: Vec<&str> = text.split('.').collect();
    if parts.len() != 4 {
        return refuse("expected four decimals");
    }
    for part in parts {
        if part.len() > 1 && part.starts_with('0') {
            return refuse("leading zeros");
        }
        let number: i64 = part.parse().map_err(|_| {
            format!("strconv.Atoi: parsing {}: invalid syntax", fairlead_template::go::quote::quote(part))
        })?;
        if !(0..=255).contains(&number) {
            return refuse("decimal must be between 0 and 255");
        }
    }
    Ok(())
}

fn ipv6(text: &str) -> Result<(), String> {
    if !text.contains(':') {
        return refuse("missing colon");
    }
    if text.contains('%') {
        return refuse("zone id is not a part of ipv6 address");
    }
    let quoted = fairlead_template::go::quote::quote(text);
    text.parse::<std::net::Ipv6Addr>()
        .map(drop)
        .map_err(|_| format!("ParseAddr({quoted}): unable to parse IP"))
}

fn hostname(text: &str) -> Result<(), String> {
    let text = text.strip_suffix('.').unwrap_or(text);
    if text.len() > 253 {
        return refuse("more than 253 characters long");
    }
    for label in text.split('.') {
        if label.is_empty() || label.len() > 63 {
            return refuse("label must be 1 to 63 characters long");
        }
        if label.starts_with('-') {
            return refuse("label starts with hyphen");
        }
        if label.ends_with('-') {
            return refuse("label ends with hyphen");
        }
        if let Some(c) = label.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
            return Err(format!("invalid character {}", quote_char(c)));
        }
    }
    Ok(())
}

fn email(text: &str) -> Result<(), String> {
    if text.len() > 254 {
        return refuse("more than 255 characters long");
    }
    let Some((local, domain)) = text.rsplit_once('@') else { return refuse("missing @") };
    if local.len() > 64 {
        return refuse("local part more than 64 characters long");
    }
    match local.strip_prefix('"').and_then(|local| local.strip_suffix('"')) {
        Some(quoted) if quoted.contains(['\\', '"']) => {
            return refuse("backslash and quote are not allowed within quoted local part");
        }
        Some(_) => {}
        None => plain_local(local)?,
    }
    match domain.strip_prefix('[').and_then(|domain| domain.strip_suffix(']')) {
        Some(address) => match address.strip_prefix("IPv6:") {
            Some(address) => ipv6(address).map_err(|reason| format!("invalid ipv6 address: {reason}")),
            None => ipv4(address).map_err(|reason| format!("invalid ipv4 address: {reason}")),
        },
        None => hostname(domain).map_err(|reason| format!("invalid domain: {reason}")),
    }
}

fn plain_local(local: &str) -> Result<(), String> {
    if local.starts_with('.') {
        return refuse("starts with dot");
    }
    if local.ends_with('.') {
        return refuse("ends with dot");
    }
    if local.contains("..") {
        return refuse("consecutive dots");
    }
    match local.chars().find(|c| !c.is_ascii_alphanumeric() && !".!#$%&'*+-/=?^_`{|}~".contains(*c)) {
        Some(c) => Err(format!("invalid character {}", quote_char(c))),
        None => Ok(()),
    }
}

fn uuid(text: &str) -> Result<(), String> {
    let groups: Vec<&str> = text.split('-').collect();
    if groups.len() != 5 {
        return refuse("must have 5 elements");
    }
    for (i, (group, length)) in groups.iter().zip([8, 4, 4, 4, 12]).enumerate() {
        if group.len() != length {
            return Err(format!("element {} must be {length} characters long", i + 1));
        }
        if let Some(c) = group.chars().find(|c| !c.is_ascii_hexdigit()) {
            return Err(format!("non-hex character {}", quote_char(c)));
        }
    }
    Ok(())
}

fn date(text: &str) -> Result<(), String> {
    let quoted = fairlead_template::go::quote::quote(text);
    let malformed = || format!("parsing time {quoted} as \"2006-01-02\": cannot parse {quoted} as \"2006\"");
    let mut parts = text.split('-');
    let mut number = |length: usize| {
        let part = parts
            .next()
            .filter(|part| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit()));
        part.and_then(|part| part.parse::<u32>().ok()).ok_or_else(malformed)
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    if parts.next().is_some() {
        return Err(malformed());
    }
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return Err(format!("parsing time {quoted}: month out of range")),
    };
    if day == 0 || day > days { Err(format!("parsing time {quoted}: day out of range")) } else { Ok(()) }
}

fn time(text: &str) -> Result<(), String> {
    if text.len() < 9 {
        return refuse("less than 9 characters long");
    }
    let bytes = text.as_bytes();
    if bytes[2] != b':' || bytes[5] != b':' {
        return refuse("missing colon in correct place");
    }
    let two = |at: usize| -> Option<u32> { text.get(at..at + 2)?.parse().ok() };
    let (Some(hour), Some(minute), Some(second)) = (two(0), two(3), two(6)) else {
        return refuse("invalid hour/min/sec");
    };
    if hour > 23 || minute > 59 || second > 60 {
        return refuse("hour/min/sec out of range");
    }
    let mut rest = text.get(8..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix('.') {
        let after = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if after.len() == fraction.len() {
            return refuse("no digits in second fraction");
        }
        rest = after;
    }
    if rest == "z" || rest == "Z" {
        return Ok(());
    }
    if rest.len() != 6 {
        return refuse("offset must be 6 characters long");
    }
    let Some(offset) = rest.strip_prefix(['+', '-']) else {
        return refuse("offset must begin with plus/minus");
    };
    match offset.split_once(':').map(|(hours, minutes)| (hours.parse::<u32>(), minutes.parse::<u32>())) {
        Some((Ok(0..=23), Ok(0..=59))) => Ok(()),
        Some((Ok(_), Ok(_))) => refuse("hour/min in offset out of range"),
        Some(_) => refuse("invalid hour/min in offset"),
        None => refuse("missing colon in offset in correct place"),
    }
}

fn date_time(text: &str) -> Result<(), String> {
    if text.len() < 20 {
        return refuse("less than 20 characters long");
    }
    let (Some(day), Some(clock)) = (text.get(..10), text.get(11..)) else {
        return refuse("11th character must be t or T");
    };
    if !matches!(text.as_bytes()[10], b't' | b'T') {
        return refuse("11th character must be t or T");
    }
    date(day).map_err(|reason| format!("invalid date element: {reason}"))?;
    time(clock).map_err(|reason| format!("invalid time element: {reason}"))
}

fn uri(text: &str) -> Result<(), String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if url.scheme.is_empty() { refuse("relative url") } else { Ok(()) }
}

fn uri_reference(text: &str) -> Result<(), String> {
    if text.contains('\\') {
        return refuse("contains \\");
    }
    Url::parse(text).map(drop).map_err(|error| error.to_string())
}

fn json_pointer(text: &str) -> Result<(), String> {
    if text.is_empty() {
        return Ok(());
    }
    if !text.starts_with('/') {
        return refuse("not starting with /");
    }
    let bad = text.split('~').skip(1).any(|rest| !rest.starts_with(['0', '1']));
    if bad { refuse("~ must be followed by 0 or 1") } else { Ok(()) }
}

fn quote_char(c: char) -> String {
    format!("'{}'", fairlead_template::go::quote::quote(&c.to_string()).trim_matches('"'))
}
