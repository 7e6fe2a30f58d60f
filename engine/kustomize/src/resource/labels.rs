//! Label selectors: `app=web,tier in (a, b),!canary`.

use std::collections::{BTreeMap, BTreeSet};

use fairlead_yaml::Str;

/// A selector that has been read. An empty one matches everything.
#[derive(Debug, Clone, Default)]
pub(crate) struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Debug, Clone)]
struct Requirement {
    key: String,
    operator: Operator,
    values: BTreeSet<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    GreaterThan,
    LessThan,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    End,
    Close,
    Open,
    Comma,
    Not,
    Equals,
    NotEquals,
    Greater,
    Less,
    In,
    NotIn,
    Word,
    Wrong,
}

impl LabelSelector {
    /// Reads a selector.
    ///
    /// # Errors
    /// What Kubernetes refuses, in its words.
    pub(crate) fn parse(text: &str) -> Result<LabelSelector, String> {
        let mut parser = Parser { tokens: scan(text), at: 0 };
        let mut requirements = Vec::new();
        loop {
            let (token, literal) = parser.peek(true);
            match token {
                Token::End => break,
                Token::Word | Token::Not => {
                    let one = parser.requirement();
                    requirements.push(one.map_err(|error| format!("unable to parse requirement: {error}"))?);
                    let (token, literal) = parser.next(true);
                    match token {
                        Token::End => break,
                        Token::Comma => {
                            let (next, literal) = parser.peek(true);
                            if !matches!(next, Token::Word | Token::Not) {
                                return Err(format!("found '{literal}', expected: identifier after ','"));
                            }
                        }
                        _ => return Err(format!("found '{literal}', expected: ',' or 'end of string'")),
                    }
                }
                _ => return Err(format!("found '{literal}', expected: !, identifier, or 'end of string'")),
            }
        }
        Ok(LabelSelector { requirements })
    }

    /// Whether the labels meet every requirement.
    pub(crate) fn matches(&self, labels: &BTreeMap<Str, Str>) -> bool {
        self.requirements.iter().all(|requirement| requirement.matches(labels))
    }

    /// Whether it asks for nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }
}

impl Requirement {
    fn matches(&self, labels: &BTreeMap<Str, Str>) -> bool {
        let value = labels.get(&*self.key);
        match self.operator {
            Operator::In => value.is_some_and(|value| self.values.contains(&**value)),
            Operator::NotIn => value.is_none_or(|value| !self.values.contains(&**value)),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::GreaterThan | Operator::LessThan => {
                let number = |text: &str| text.parse::<i64>().ok();
                let (Some(mine), Some(bound)) = (
                    value.and_then(|value| number(value)),
                    self.values.first().and_then(|value| number(value)),
                ) else {
                    return false;
                };
                if self.operator == Operator::GreaterThan { mine > bound } else { mine < bound }
            }
        }
    }
}

struct Parser {
    tokens: Vec<(Token, String)>,
    at: usize,
}

impl Parser {
    /// The token ahead; where a value stands, `in` and `notin` are words.
    fn peek(&self, values: bool) -> (Token, String) {
        let end = (Token::End, String::new());
        let (token, literal) = self.tokens.get(self.at).cloned().unwrap_or(end);
        if values && matches!(token, Token::In | Token::NotIn) {
            (Token::Word, literal)
        } else {
            (token, literal)
        }
    }

    fn next(&mut self, values: bool) -> (Token, String) {
        let token = self.peek(values);
        self.at += 1;
        token
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let (mut token, mut key) = self.next(true);
        let absent = token == Token::Not;
        if absent {
            (token, key) = self.next(true);
        }
        if token != Token::Word {
            return Err(format!("found '{key}', expected: identifier"));
        }
        check_key(&key)?;
        let ends = matches!(self.peek(true).0, Token::End | Token::Comma);
        if absent || ends {
            let operator = if absent { Operator::DoesNotExist } else { Operator::Exists };
            return Ok(Requirement { key, operator, values: BTreeSet::new() });
        }
        let (token, literal) = self.next(false);
        let (operator, values) = match token {
            Token::In => (Operator::In, self.list()?),
            Token::NotIn => (Operator::NotIn, self.list()?),
            Token::Equals => (Operator::In, self.exact()?),
            Token::NotEquals => (Operator::NotIn, self.exact()?),
            Token::Greater => (Operator::GreaterThan, self.exact()?),
            Token::Less => (Operator::LessThan, self.exact()?),
            _ => return Err(format!("found '{literal}', expected: '=', '!=', '==', 'in', notin'")),
        };
        if matches!(operator, Operator::GreaterThan | Operator::LessThan)
            && values.iter().any(|value| value.parse::<i64>().is_err())
        {
            return Err("for 'Gt', 'Lt' operators, the value must be an integer".to_owned());
        }
        values.iter().try_for_each(|value| check_value(&key, value))?;
        Ok(Requirement { key, operator, values })
    }

    fn exact(&mut self) -> Result<BTreeSet<String>, String> {
        if matches!(self.peek(true).0, Token::End | Token::Comma) {
            return Ok(BTreeSet::from([String::new()]));
        }
        match self.next(true) {
            (Token::Word, value) => Ok(BTreeSet::from([value])),
            (_, literal) => Err(format!("found '{literal}', expected: identifier")),
        }
    }

    fn list(&mut self) -> Result<BTreeSet<String>, String> {
        let (token, literal) = self.next(true);
        if token != Token::Open {
            return Err(format!("found '{literal}' expected: '('"));
        }
        let mut values = BTreeSet::new();
        loop {
            match self.next(true) {
                (Token::Word, value) => {
                    values.insert(value);
                    match self.peek(true) {
                        (Token::Comma | Token::Close, _) => {}
                        (_, literal) => return Err(format!("found '{literal}', expected: ',' or ')'")),
                    }
                }
                (Token::Comma, _) => {
                    if values.is_empty() || matches!(self.peek(true).0, Token::Comma | Token::Close) {
                        values.insert(String::new());
                    }
                }
                (Token::Close, _) => {
                    if values.is_empty() {
                        values.insert(String::new());
                    }
                    return Ok(values);
                }
                (_, literal) => return Err(format!("found '{literal}', expected: ',', or identifier")),
            }
        }
    }
}

fn scan(text: &str) -> Vec<(Token, String)> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        if rest.is_empty() || rest.starts_with('\0') {
            tokens.push((Token::End, String::new()));
            return tokens;
        }
        const SYMBOLS: [(&str, Token); 9] = [
            ("==", Token::Equals),
            ("!=", Token::NotEquals),
            ("=", Token::Equals),
            ("!", Token::Not),
            (">", Token::Greater),
            ("<", Token::Less),
            ("(", Token::Open),
            (")", Token::Close),
            (",", Token::Comma),
        ];
        if let Some((symbol, token)) = SYMBOLS.iter().find(|(symbol, _)| rest.starts_with(symbol)) {
            tokens.push((token.clone(), (*symbol).to_owned()));
            rest = &rest[symbol.len()..];
            continue;
        }
        let end =
            rest.find(['=', '!', '(', ')', ',', '>', '<', ' ', '\t', '\r', '\n', '\0']).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        let token = match word {
            "in" => Token::In,
            "notin" => Token::NotIn,
            "" => Token::Wrong,
            _ => Token::Word,
        };
        tokens.push((token, word.to_owned()));
        rest = tail;
    }
}

fn alphanumeric_ends(text: &str) -> bool {
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    ends(text.chars().next()) && ends(text.chars().next_back())
}

fn is_name(text: &str) -> bool {
    alphanumeric_ends(text) && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

const NAME_RULE: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
                         alphanumeric character";

fn check_key(key: &str) -> Result<(), String> {
    let wrong = |why: String| Err(format!("invalid label key {key:?}: {why}"));
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    if let Some(prefix) = prefix {
        let part = |part: &str| {
            alphanumeric_ends(part)
                && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        if prefix.is_empty() {
            return wrong("prefix part must be non-empty".to_owned());
        }
        if prefix.len() > 253 || !prefix.split('.').all(part) {
            return wrong(
                "prefix part a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, \
                 '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used \
                 for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
                    .to_owned(),
            );
        }
    }
    if name.is_empty() {
        return wrong("name part must be non-empty".to_owned());
    }
    if name.len() > 63 {
        return wrong("name part must be no more than 63 characters".to_owned());
    }
    if !is_name(name) {
        return wrong(format!(
            "name part {NAME_RULE} (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
             '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
        ));
    }
    Ok(())
}

fn check_value(key: &str, value: &str) -> Result<(), String> {
    if value.len() > 63 {
        return Err(format!(
            "invalid label value: {value:?}: at key: {key:?}: must be no more than 63 characters"
        ));
    }
    if !value.is_empty() && !is_name(value) {
        return Err(format!(
            "invalid label value: {value:?}: at key: {key:?}: a valid label must be an empty string or consist of \
             alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. \
             'MyValue',  or 'my_value',  or '12345', regex used for validation is \
             '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(selector: &str, labels: &[(&str, &str)]) -> bool {
        let labels = labels.iter().map(|(key, value)| (Str::from(*key), Str::from(*value))).collect();
        LabelSelector::parse(selector).unwrap().matches(&labels)
    }

    #[test]
    fn requirements_all_hold() {
        assert!(matches("", &[]));
        assert!(matches("a=1,b!=2,c in (x, y),!d", &[("a", "1"), ("c", "y")]));
        assert!(!matches("a=1,!d", &[("a", "1"), ("d", "")]));
        assert!(matches("n>3", &[("n", "10")]));
    }

    #[test]
    fn mistakes_are_named() {
        assert_eq!(
            LabelSelector::parse("a b").unwrap_err().split(": ").next(),
            Some("unable to parse requirement")
        );
        assert!(LabelSelector::parse("a=1,").is_err());
    }
}
