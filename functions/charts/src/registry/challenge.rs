//! `WWW-Authenticate`: what a registry asks for.

use http::HeaderMap;
use http::header::WWW_AUTHENTICATE;

/// What a registry asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Challenge {
    /// Name and password with every request.
    Basic,
    /// A token of a token service.
    Bearer { realm: String, service: Option<String>, scope: Option<String> },
}

/// Reads the challenges of an answer; a token is preferred to the password itself.
pub(super) fn challenge(headers: &HeaderMap) -> Option<Challenge> {
    let texts = headers.get_all(WWW_AUTHENTICATE).into_iter().filter_map(|value| value.to_str().ok());
    let all: Vec<Challenge> = texts.flat_map(parse).collect();
    let bearer = all.iter().find(|challenge| matches!(challenge, Challenge::Bearer { .. }));
    bearer.or_else(|| all.first()).cloned()
}

/// The challenges of one header that are understood.
fn parse(header: &str) -> Vec<Challenge> {
    let mut challenges = Vec::new();
    let mut open: Option<(String, Vec<(String, String)>)> = None;
    let mut rest = header;
    while let Some((item, after)) = item(rest) {
        rest = after;
        match item {
            Item::Scheme(scheme) => {
                challenges.extend(open.replace((scheme, Vec::new())).and_then(understood));
            }
            Item::Parameter(name, value) => {
                if let Some((_, parameters)) = &mut open {
                    parameters.push((name, value));
                }
            }
        }
    }
    challenges.extend(open.and_then(understood));
    challenges
}

fn understood((scheme, parameters): (String, Vec<(String, String)>)) -> Option<Challenge> {
    let value = |wanted: &str| {
        let found = parameters.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.clone())
    };
    match scheme.as_str() {
        "basic" => Some(Challenge::Basic),
        "bearer" => Some(Challenge::Bearer {
            realm: value("realm")?,
            service: value("service"),
            scope: value("scope"),
        }),
        _ => None,
    }
}

enum Item {
    Scheme(String),
    Parameter(String, String),
}

/// The next scheme or parameter, and what follows it.
fn item(text: &str) -> Option<(Item, &str)> {
    let text = text.trim_start_matches([' ', '\t', ',']);
    let end = text.find([' ', '\t', ',', '=']).unwrap_or(text.len());
    let (token, rest) = text.split_at(end);
    if token.is_empty() {
        return None;
    }
    let token = token.to_ascii_lowercase();
    match rest.trim_start_matches([' ', '\t']).strip_prefix('=') {
        Some(rest) => {
            let (value, rest) = value(rest.trim_start_matches([' ', '\t']));
            Some((Item::Parameter(token, value), rest))
        }
        None => Some((Item::Scheme(token), rest)),
    }
}

/// A value, quoted or not, and what follows it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(characters.next().map(|(_, c)| c)),
            c => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &'static str) -> Option<Challenge> {
        let mut headers = HeaderMap::new();
        headers.insert(WWW_AUTHENTICATE, http::HeaderValue::from_static(header));
        challenge(&headers)
    }

    #[test]
    fn challenges_are_read() {
        let bearer = |realm: &str, service: Option<&str>, scope: Option<&str>| {
            let (service, scope) = (service.map(str::to_owned), scope.map(str::to_owned));
            Some(Challenge::Bearer { realm: realm.to_owned(), service, scope })
        };
        let all = "Bearer realm=\"https://a.example/t\",service=\"reg\",scope=\"repository:a/b:pull,push\"";
        assert_eq!(read(all), bearer("https://a.example/t", Some("reg"), Some("repository:a/b:pull,push")));
        assert_eq!(read("bearer  REALM = \"x\\\"y\" , x=1"), bearer("x\"y", None, None));
        assert_eq!(
            read("Basic realm=\"Bearer realm=\\\"evil\\\"\", Bearer realm=t"),
            bearer("t", None, None)
        );
        assert_eq!(read("Basic realm=\"Registry\""), Some(Challenge::Basic));
        assert_eq!(read("Basic"), Some(Challenge::Basic));
        assert_eq!(read("Bearer service=\"x\""), None);
        assert_eq!(read("Negotiate, NTLM x"), None);
        assert_eq!(read("Bearer realm=\"unclosed"), bearer("unclosed", None, None));
    }
}
