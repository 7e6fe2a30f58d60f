//! Replacement templates: `$1`, `$name`, `${name}` and `$$`.

/// Appends a template with its references replaced by what the groups matched.
pub(super) fn expand<'t>(
    out: &mut String,
    template: &str,
    names: &[String],
    group: impl Fn(usize) -> Option<&'t str>,
) {
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let Some((name, after)) = take_name(after) else {
            // A dollar that begins no reference is text.
            out.push('$');
            rest = after;
            continue;
        };
        let text = match group_number(name) {
            Some(number) => group(number),
            None => {
                names.iter().enumerate().filter(|(_, own)| *own == name).find_map(|(number, _)| group(number))
            }
        };
        out.push_str(text.unwrap_or_default());
        rest = after;
    }
    out.push_str(rest);
}

/// Takes the longest name, in braces or not.
fn take_name(text: &str) -> Option<(&str, &str)> {
    let (braced, text) = text.strip_prefix('{').map_or((false, text), |text| (true, text));
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return None;
    }
    Some((name, if braced { rest.strip_prefix('}')? } else { rest }))
}

fn group_number(name: &str) -> Option<usize> {
    let plain = name == "0" || !name.starts_with('0');
    let number = name.bytes().all(|byte| byte.is_ascii_digit()) && name.len() <= 9;
    (plain && number).then(|| name.parse().ok()).flatten()
}
