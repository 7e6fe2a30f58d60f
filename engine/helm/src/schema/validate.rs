//! Holding values against compiled keywords.

use std::borrow::Cow;
use std::collections::BTreeSet;

use fairlead_yaml::{Map, Value};

use super::compile::{Additional, Depends, Id, Keywords, TYPES};
use super::document::Json;
use super::message::{Kind, Problem, count, float, quote, quote_all};
use super::number::Decimal;
use crate::limits;

/// What is wrong with a value, or `None`.
pub(crate) fn validate(nodes: &[Keywords], value: &Value) -> Option<Problem> {
    let root =
        Frame { nodes, value, at: &mut String::new(), stack: &mut Vec::new() }.check(0, false).err()?;
    let causes = match root.kind {
        Kind::Group => root.causes,
        _ => vec![root],
    };
    Some(Problem { at: String::new(), kind: Kind::Root, causes })
}

/// What a subschema looked at, for `unevaluatedProperties` and `unevaluatedItems`.
#[derive(Debug, Default, Clone)]
struct Seen {
    properties: BTreeSet<String>,
    items: BTreeSet<usize>,
}

impl Seen {
    fn add(&mut self, other: Seen) {
        self.properties.extend(other.properties);
        self.items.extend(other.items);
    }
}

/// One value, where it is, and the subschemas that are being held against it.
struct Frame<'n, 'f> {
    nodes: &'n [Keywords],
    value: &'f Value,
    at: &'f mut String,
    /// The subschemas on the way here, with the depth of the value they were held against.
    stack: &'f mut Vec<(Id, *const Value)>,
}

/// The problems found so far, and what was looked at.
#[derive(Default)]
struct Findings {
    problems: Vec<Problem>,
    seen: Seen,
}

impl Findings {
    fn take<T: Into<Seen>>(&mut self, result: Result<T, Problem>) {
        match result {
            Ok(seen) => self.seen.add(seen.into()),
            Err(problem) => self.problems.push(problem),
        }
    }

    fn check(&mut self, result: Result<Seen, Problem>) {
        self.problems.extend(result.err());
    }
}

impl<'n> Frame<'n, '_> {
    /// Holds the value against a subschema. `quiet` callers want to know only whether it fits.
    fn check(&mut self, id: Id, quiet: bool) -> Result<Seen, Problem> {
        let Some(keywords) = self.nodes.get(id) else { return Ok(Seen::default()) };
        match keywords.always {
            Some(true) => return Ok(Seen::default()),
            Some(false) => return Err(self.says("false schema".into())),
            None => {}
        }
        let here = (id, std::ptr::from_ref(self.value));
        if self.stack.contains(&here) || self.stack.len() > limits::SCHEMA_DEPTH {
            return Err(self.says("the schema refers to itself without end".into()));
        }
        self.stack.push(here);
        let result = self.keywords(keywords, quiet);
        self.stack.pop();
        result
    }

    fn keywords(&mut self, keywords: &'n Keywords, quiet: bool) -> Result<Seen, Problem> {
        self.kind(keywords)?;
        let mut found = Findings::default();
        if let Some(target) = keywords.reference {
            let result = self.reference(target, quiet);
            if keywords.draft < 2019 {
                return result;
            }
            found.take(result);
        }
        match self.value {
            Value::Map(map) => self.object(keywords, map, quiet, &mut found),
            Value::List(items) => self.list(keywords, items, quiet, &mut found),
            Value::String(text) => self.text(keywords, text, &mut found),
            Value::Int(_) | Value::Uint(_) | Value::Float(_) => self.number(keywords, &mut found),
            Value::Null | Value::Bool(_) => {}
        }
        if found.problems.is_empty() || !quiet {
            for target in &keywords.dynamic_references {
                let result = self.reference(*target, quiet);
                found.take(result);
            }
            self.combinations(keywords, quiet, &mut found);
            self.unevaluated(keywords, quiet, &mut found);
        }
        match found.problems.len() {
            0 => Ok(found.seen),
            1 => Err(found.problems.swap_remove(0)),
            _ => Err(Problem { at: self.at.clone(), kind: Kind::Group, causes: found.problems }),
        }
    }

    /// Type, constant, choice and format: the first that fails is all that is said.
    fn kind(&self, keywords: &Keywords) -> Result<(), Problem> {
        let name = type_name(self.value);
        let bit = |name: &str| TYPES.iter().position(|known| *known == name).map_or(0, |at| 1u8 << at);
        let whole = number(self.value).is_some_and(Decimal::is_whole);
        let fits = keywords.types & bit(name) != 0 || (whole && keywords.types & bit("integer") != 0);
        if keywords.types != 0 && !fits {
            let wanted =
                TYPES.iter().filter(|name| keywords.types & bit(name) != 0).copied().collect::<Vec<_>>();
            return Err(self.says(format!("got {name}, want {}", wanted.join(" or "))));
        }
        if let Some(constant) = &keywords.constant
            && !equals(self.value, constant)
        {
            return Err(self.says(match constant {
                Json::List(_) | Json::Map(_) => "'const' failed".into(),
                plain => format!("value must be {}", show(plain)),
            }));
        }
        if let Some(choices) = &keywords.choices
            && !choices.iter().any(|choice| equals(self.value, choice))
        {
            return Err(self.says(refused_choice(choices)));
        }
        if let (Some(format), Value::String(text)) = (&keywords.format, self.value)
            && let Err(reason) = super::format::check(format, text)
        {
            return Err(self.says(format!("{} is not valid {format}: {reason}", quote(text))));
        }
        Ok(())
    }

    fn reference(&mut self, target: Id, quiet: bool) -> Result<Seen, Problem> {
        self.check(target, quiet).map_err(|problem| {
            let causes = match problem.kind {
                Kind::Group => problem.causes,
                _ => vec![problem],
            };
            Problem { at: self.at.clone(), kind: Kind::Reference, causes }
        })
    }

    fn object(&mut self, keywords: &'n Keywords, map: &Map, quiet: bool, found: &mut Findings) {
        if let Some(least) = keywords.min_properties.filter(|least| map.len() < *least) {
            found.problems.push(self.says(got_want("minProperties", map.len(), least)));
        }
        if let Some(most) = keywords.max_properties.filter(|most| map.len() > *most) {
            found.problems.push(self.says(got_want("maxProperties", map.len(), most)));
        }
        if let Some(names) = missing(map, &keywords.required) {
            let noun = if names.len() == 1 { "property" } else { "properties" };
            found.problems.push(self.says(format!("missing {noun} {}", quote_all(names))));
        }
        if quiet && !found.problems.is_empty() {
            return;
        }
        for (name, depends) in
            keywords.dependencies.iter().filter(|(name, _)| map.contains_key(name.as_str()))
        {
            match depends {
                Depends::Properties(wanted) => self.depends(map, name, wanted, found),
                Depends::Schema(id) => {
                    let result = self.check(*id, quiet);
                    found.take(result);
                }
            }
        }
        self.properties(keywords, map, quiet, found);
        if let Some(names) = keywords.property_names {
            for key in map.keys() {
                self.property_name(names, key, found);
            }
        }
        for (name, id) in
            keywords.dependent_schemas.iter().filter(|(name, _)| map.contains_key(name.as_str()))
        {
            let _ = name;
            let result = self.check(*id, quiet);
            found.take(result);
        }
        for (name, wanted) in
            keywords.dependent_required.iter().filter(|(name, _)| map.contains_key(name.as_str()))
        {
            self.depends(map, name, wanted, found);
        }
    }

    fn depends(&self, map: &Map, name: &str, wanted: &[String], found: &mut Findings) {
        if let Some(names) = missing(map, wanted) {
            let text = format!("properties {} required, if {} exists", quote_all(names), quote(name));
            found.problems.push(self.says(text));
        }
    }

    fn properties(&mut self, keywords: &'n Keywords, map: &Map, quiet: bool, found: &mut Findings) {
        let mut refused = Vec::new();
        for (key, value) in map {
            if quiet && !found.problems.is_empty() {
                return;
            }
            let mut seen = false;
            if let Some(id) = keywords.properties.get(&**key) {
                seen = true;
                found.check(self.below(key, value, *id, quiet));
            }
            for (_, id) in keywords.pattern_properties.iter().filter(|(pattern, _)| pattern.is_match(key)) {
                seen = true;
                found.check(self.below(key, value, *id, quiet));
            }
            if !seen {
                match keywords.additional_properties {
                    Additional::Unsaid => continue,
                    Additional::Allowed => {}
                    Additional::Refused => refused.push(&**key),
                    Additional::Schema(id) => found.check(self.below(key, value, id, quiet)),
                }
            }
            found.seen.properties.insert(key.to_string());
        }
        if !refused.is_empty() {
            let text = format!("additional properties {} not allowed", quote_all(refused));
            found.problems.push(self.says(text));
        }
    }

    fn property_name(&mut self, names: Id, key: &fairlead_yaml::Str, found: &mut Findings) {
        let value = Value::String(key.clone());
        let mut frame =
            Frame { nodes: self.nodes, value: &value, at: &mut String::new(), stack: &mut Vec::new() };
        if let Err(problem) = frame.check(names, false) {
            let causes = match problem.kind {
                Kind::Group => problem.causes,
                _ => vec![problem],
            };
            let says = Kind::Says(format!("invalid propertyName {}", quote(key)));
            found.problems.push(Problem { at: self.at.clone(), kind: says, causes });
        }
    }

    fn list(&mut self, keywords: &'n Keywords, items: &[Value], quiet: bool, found: &mut Findings) {
        if let Some(least) = keywords.min_items.filter(|least| items.len() < *least) {
            found.problems.push(self.says(got_want("minItems", items.len(), least)));
        }
        if let Some(most) = keywords.max_items.filter(|most| items.len() > *most) {
            found.problems.push(self.says(got_want("maxItems", items.len(), most)));
        }
        if keywords.unique_items
            && let Some((first, second)) = duplicates(items)
        {
            found.problems.push(self.says(format!(
                "items at {} and {} are equal",
                count(first),
                count(second)
            )));
        }
        let named = keywords.prefix_items.len().min(items.len());
        for (i, (item, id)) in items.iter().zip(&keywords.prefix_items).enumerate() {
            found.check(self.below(&i.to_string(), item, *id, quiet));
            found.seen.items.insert(i);
        }
        match keywords.items {
            Additional::Unsaid => {}
            Additional::Allowed => found.seen.items.extend(named..items.len()),
            Additional::Refused if named < items.len() => {
                let text = format!("last {} additionalItem(s) not allowed", count(items.len() - named));
                found.problems.push(self.says(text));
            }
            Additional::Refused => {}
            Additional::Schema(id) => {
                for (i, item) in items.iter().enumerate().skip(named) {
                    found.check(self.below(&i.to_string(), item, id, quiet));
                    found.seen.items.insert(i);
                }
            }
        }
        if let Some(contains) = keywords.contains {
            self.contains(keywords, contains, items, quiet, found);
        }
    }

    fn contains(&mut self, keywords: &Keywords, id: Id, items: &[Value], quiet: bool, found: &mut Findings) {
        let mut failed = Vec::new();
        let mut matched = Vec::new();
        for (i, item) in items.iter().enumerate() {
            match self.below(&i.to_string(), item, id, quiet) {
                Err(problem) => failed.push(problem),
                Ok(_) => {
                    matched.push(i.to_string());
                    if keywords.draft >= 2020 {
                        found.seen.items.insert(i);
                    }
                }
            }
        }
        let places = matched.join(" ");
        let enough = |want: usize, word: &str| {
            let tail = if matched.is_empty() {
                "none matched".to_owned()
            } else {
                format!("matched {} items at {places}", matched.len())
            };
            format!("{word} {} items required to match contains schema, but {tail}", count(want))
        };
        match keywords.min_contains {
            Some(least) if matched.len() < least => {
                found.problems.push(Problem { causes: failed, ..self.says(enough(least, "min")) });
            }
            None if matched.is_empty() => {
                let text = "no items match contains schema".into();
                found.problems.push(Problem { causes: failed, ..self.says(text) });
            }
            _ => {}
        }
        if let Some(most) = keywords.max_contains.filter(|most| matched.len() > *most) {
            found.problems.push(self.says(enough(most, "max")));
        }
    }

    fn text(&self, keywords: &Keywords, text: &str, found: &mut Findings) {
        if keywords.min_length.is_some() || keywords.max_length.is_some() {
            let length = text.chars().count();
            if let Some(least) = keywords.min_length.filter(|least| length < *least) {
                found.problems.push(self.says(got_want("minLength", length, least)));
            }
            if let Some(most) = keywords.max_length.filter(|most| length > *most) {
                found.problems.push(self.says(got_want("maxLength", length, most)));
            }
        }
        if let Some((pattern, written)) = &keywords.pattern
            && !pattern.is_match(text)
        {
            found.problems.push(self.says(format!(
                "{} does not match pattern {}",
                quote(text),
                quote(written)
            )));
        }
    }

    fn number(&self, keywords: &Keywords, found: &mut Findings) {
        let Some(got) = number(self.value) else { return };
        let bounds = [
            ("minimum", keywords.minimum, &[std::cmp::Ordering::Less][..]),
            ("maximum", keywords.maximum, &[std::cmp::Ordering::Greater]),
            (
                "exclusiveMinimum",
                keywords.exclusive_minimum,
                &[std::cmp::Ordering::Less, std::cmp::Ordering::Equal],
            ),
            (
                "exclusiveMaximum",
                keywords.exclusive_maximum,
                &[std::cmp::Ordering::Greater, std::cmp::Ordering::Equal],
            ),
        ];
        for (name, want, refused) in bounds {
            if let Some(want) = want.filter(|want| refused.contains(&got.compare(*want))) {
                found.problems.push(self.says(format!(
                    "{name}: got {}, want {}",
                    float(got.float),
                    float(want.float)
                )));
            }
        }
        if let Some(unit) = keywords.multiple_of.filter(|unit| !got.is_multiple_of(*unit)) {
            let text = format!("multipleOf: got {}, want {}", float(got.float), float(unit.float));
            found.problems.push(self.says(text));
        }
    }

    fn combinations(&mut self, keywords: &'n Keywords, quiet: bool, found: &mut Findings) {
        if let Some(not) = keywords.not
            && self.check(not, true).is_ok()
        {
            found.problems.push(self.says("'not' failed".into()));
        }
        let mut failed = Vec::new();
        for id in &keywords.all_of {
            match self.check(*id, quiet) {
                Ok(seen) => found.seen.add(seen),
                Err(problem) => failed.push(problem),
            }
        }
        if !failed.is_empty() {
            found.problems.push(Problem { causes: failed, ..self.says("'allOf' failed".into()) });
        }
        self.any_of(keywords, quiet, found);
        self.one_of(keywords, quiet, found);
        if let Some((test, then, otherwise)) = keywords.condition {
            let branch = match self.check(test, true) {
                Ok(seen) => {
                    found.seen.add(seen);
                    then
                }
                Err(_) => otherwise,
            };
            if let Some(branch) = branch {
                let result = self.check(branch, quiet);
                found.take(result);
            }
        }
    }

    fn any_of(&mut self, keywords: &'n Keywords, quiet: bool, found: &mut Findings) {
        let mut failed = Vec::new();
        let mut fits = keywords.any_of.is_empty();
        for id in &keywords.any_of {
            match self.check(*id, quiet) {
                Ok(seen) => {
                    found.seen.add(seen);
                    fits = true;
                }
                Err(problem) => failed.push(problem),
            }
        }
        if !fits {
            found.problems.push(Problem { causes: failed, ..self.says("'anyOf' failed".into()) });
        }
    }

    fn one_of(&mut self, keywords: &'n Keywords, quiet: bool, found: &mut Findings) {
        let mut failed = Vec::new();
        let mut fits = None;
        for (i, id) in keywords.one_of.iter().enumerate() {
            match (self.check(*id, quiet || fits.is_some()), fits) {
                (Err(problem), None) => failed.push(problem),
                (Err(_), Some(_)) => {}
                (Ok(seen), None) => {
                    found.seen.add(seen);
                    fits = Some(i);
                }
                (Ok(_), Some(first)) => {
                    let text = format!("'oneOf' failed, subschemas {}, {} matched", count(first), count(i));
                    found.problems.push(self.says(text));
                    return;
                }
            }
        }
        if fits.is_none() && !keywords.one_of.is_empty() {
            found
                .problems
                .push(Problem { causes: failed, ..self.says("'oneOf' failed, none matched".into()) });
        }
    }

    fn unevaluated(&mut self, keywords: &'n Keywords, quiet: bool, found: &mut Findings) {
        if let (Some(id), Value::Map(map)) = (keywords.unevaluated_properties, self.value) {
            for (key, value) in map {
                if !found.seen.properties.contains(&**key) {
                    found.check(self.below(key, value, id, quiet));
                    found.seen.properties.insert(key.to_string());
                }
            }
        }
        if let (Some(id), Value::List(items)) = (keywords.unevaluated_items, self.value) {
            for (i, item) in items.iter().enumerate() {
                if !found.seen.items.contains(&i) {
                    found.check(self.below(&i.to_string(), item, id, quiet));
                    found.seen.items.insert(i);
                }
            }
        }
    }

    /// Holds a value inside of this one against a subschema.
    fn below(&mut self, key: &str, value: &Value, id: Id, quiet: bool) -> Result<Seen, Problem> {
        let length = self.at.len();
        self.at.push('/');
        self.at.push_str(&escape(key));
        let result = Frame { nodes: self.nodes, value, at: self.at, stack: self.stack }.check(id, quiet);
        self.at.truncate(length);
        result
    }

    fn says(&self, text: String) -> Problem {
        Problem { at: self.at.clone(), kind: Kind::Says(text), causes: Vec::new() }
    }
}

fn escape(token: &str) -> Cow<'_, str> {
    if token.contains(['~', '/']) { token.replace('~', "~0").replace('/', "~1").into() } else { token.into() }
}

fn got_want(name: &str, got: usize, want: usize) -> String {
    format!("{name}: got {}, want {}", count(got), count(want))
}

fn missing<'w>(map: &Map, wanted: &'w [String]) -> Option<Vec<&'w str>> {
    let names: Vec<&str> =
        wanted.iter().map(String::as_str).filter(|name| !map.contains_key(*name)).collect();
    (!names.is_empty()).then_some(names)
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Int(_) | Value::Uint(_) | Value::Float(_) => "number",
        Value::String(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
    }
}

fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(number) => Decimal::parse(&number.to_string()),
        Value::Uint(number) => Decimal::parse(&number.to_string()),
        Value::Float(number) => Some(Decimal::from_float(*number)),
        _ => None,
    }
}

fn equals(value: &Value, json: &Json) -> bool {
    match (value, json) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(a), Json::Bool(b)) => a == b,
        (Value::String(a), Json::Text(b)) => **a == **b,
        (Value::List(a), Json::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equals(a, b)),
        (Value::Map(a), Json::Map(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(&**key).is_some_and(|b| equals(a, b)))
        }
        (value, Json::Number(text)) => match (number(value), Decimal::parse(text)) {
            (Some(a), Some(b)) => a.compare(b).is_eq(),
            _ => false,
        },
        _ => false,
    }
}

fn duplicates(items: &[Value]) -> Option<(usize, usize)> {
    (1..items.len()).find_map(|i| (0..i).find(|&j| same(&items[i], &items[j])).map(|j| (j, i)))
}

fn same(a: &Value, b: &Value) -> bool {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.compare(b).is_eq(),
        _ => a == b,
    }
}

fn refused_choice(choices: &[Json]) -> String {
    if choices.iter().any(|choice| matches!(choice, Json::List(_) | Json::Map(_))) {
        return "'enum' failed".into();
    }
    let shown: Vec<String> = choices.iter().map(show).collect();
    match &*shown {
        [only] => format!("value must be {only}"),
        all => format!("value must be one of {}", all.join(", ")),
    }
}

fn show(json: &Json) -> String {
    match json {
        Json::Null => "<nil>".into(),
        Json::Bool(flag) => flag.to_string(),
        Json::Number(text) => text.clone(),
        Json::Text(text) => quote(text),
        Json::List(_) | Json::Map(_) => "value".into(),
    }
}
