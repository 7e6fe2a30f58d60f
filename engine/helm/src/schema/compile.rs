//! A schema document to its keywords, references resolved.

use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

use fairlead_template::go::quote::quote;
use fairlead_template::go::regexp::Regexp;

use super::document::Json;
use super::error::{SchemaError, elsewhere};
use super::number::Decimal;
use super::resource::{Resource, collect_resources, join, owner};

const ROOT: &str = "file:///values.schema.json";

/// The number of a subschema.
pub(crate) type Id = usize;

/// The types of JSON, in the order in which messages name them.
pub(crate) const TYPES: [&str; 7] = ["null", "boolean", "number", "integer", "string", "array", "object"];

/// What a subschema asks for.
#[derive(Debug, Default)]
pub(crate) struct Keywords {
    /// `true`, `false` or `{}`.
    pub(crate) always: Option<bool>,
    pub(crate) draft: u16,
    /// A set of [`TYPES`], as bits; empty where any will do.
    pub(crate) types: u8,
    pub(crate) constant: Option<Json>,
    pub(crate) choices: Option<Vec<Json>>,
    pub(crate) format: Option<String>,
    pub(crate) reference: Option<Id>,
    pub(crate) dynamic_references: Vec<Id>,
    pub(crate) min_properties: Option<usize>,
    pub(crate) max_properties: Option<usize>,
    pub(crate) required: Vec<String>,
    pub(crate) properties: BTreeMap<String, Id>,
    pub(crate) pattern_properties: Vec<(Regexp, Id)>,
    pub(crate) additional_properties: Additional,
    pub(crate) property_names: Option<Id>,
    pub(crate) dependencies: BTreeMap<String, Depends>,
    pub(crate) dependent_schemas: BTreeMap<String, Id>,
    pub(crate) dependent_required: BTreeMap<String, Vec<String>>,
    pub(crate) unevaluated_properties: Option<Id>,
    pub(crate) min_items: Option<usize>,
    pub(crate) max_items: Option<usize>,
    pub(crate) unique_items: bool,
    /// Schemas for the first items, and what holds for the others.
    pub(crate) prefix_items: Vec<Id>,
    pub(crate) items: Additional,
    pub(crate) contains: Option<Id>,
    pub(crate) min_contains: Option<usize>,
    pub(crate) max_contains: Option<usize>,
    pub(crate) unevaluated_items: Option<Id>,
    pub(crate) min_length: Option<usize>,
    pub(crate) max_length: Option<usize>,
    pub(crate) pattern: Option<(Regexp, String)>,
    pub(crate) minimum: Option<Decimal>,
    pub(crate) maximum: Option<Decimal>,
    pub(crate) exclusive_minimum: Option<Decimal>,
    pub(crate) exclusive_maximum: Option<Decimal>,
    pub(crate) multiple_of: Option<Decimal>,
    pub(crate) not: Option<Id>,
    pub(crate) all_of: Vec<Id>,
    pub(crate) any_of: Vec<Id>,
    pub(crate) one_of: Vec<Id>,
    pub(crate) condition: Option<(Id, Option<Id>, Option<Id>)>,
}

/// What holds for properties or items that nothing else names.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) enum Additional {
    /// Nothing is asked for, and they do not count as evaluated.
    #[default]
    Unsaid,
    Allowed,
    Refused,
    Schema(Id),
}

/// What a property's presence asks for.
#[derive(Debug)]
pub(crate) enum Depends {
    Properties(Vec<String>),
    Schema(Id),
}

/// Fetches the document at an address, or says why there is none.
pub type Fetched = Result<Vec<u8>, String>;

/// Who fetches what a schema refers to; where there is nobody, such a reference is an error.
pub(crate) type Fetcher<'f> = Option<&'f mut dyn FnMut(&str) -> Fetched>;

/// Compiles the document and everything it refers to.
pub(crate) fn compile(text: &[u8], fetcher: Fetcher<'_>) -> Result<Vec<Keywords>, SchemaError> {
    let mut compiler = Compiler {
        documents: Vec::new(),
        resources: Vec::new(),
        ids: BTreeMap::new(),
        queue: VecDeque::new(),
        fetcher,
    };
    compiler.add(ROOT, text)?;
    compiler.id(0, "");
    let mut nodes = Vec::new();
    while let Some((document, pointer)) = compiler.queue.pop_front() {
        let Some(Document { address, json }) = compiler.documents.get(document).cloned() else { continue };
        let Some(schema) = json.at(&pointer) else {
            return Err(SchemaError::NotFound(quote(&format!("{address}#{pointer}"))));
        };
        nodes.push(compiler.keywords(&Part { schema, document, address: &address, pointer: &pointer })?);
    }
    Ok(nodes)
}

/// A whole document.
#[derive(Clone)]
struct Document {
    /// Where it was read from.
    address: Rc<str>,
    json: Rc<Json>,
}

pub(super) fn text<'j>(schema: &'j Json, key: &str) -> Option<&'j str> {
    schema.get(key).and_then(Json::as_str)
}

struct Compiler<'f> {
    documents: Vec<Document>,
    resources: Vec<Resource>,
    ids: BTreeMap<(usize, String), Id>,
    queue: VecDeque<(usize, String)>,
    fetcher: Fetcher<'f>,
}

impl Compiler<'_> {
    /// Reads one more document, and what in it has an address of its own.
    fn add(&mut self, address: &str, text: &[u8]) -> Result<(), SchemaError> {
        let json = Json::read(text).map_err(SchemaError::Json)?;
        collect_resources(&json, self.documents.len(), "", address, &mut self.resources, 0)?;
        self.documents.push(Document { address: address.into(), json: Rc::new(json) });
        Ok(())
    }

    /// The number of the subschema at a pointer; it is compiled later where it is not yet.
    fn id(&mut self, document: usize, pointer: &str) -> Id {
        let place = (document, pointer.to_owned());
        if let Some(id) = self.ids.get(&place) {
            return *id;
        }
        let id = self.ids.len();
        self.ids.insert(place.clone(), id);
        self.queue.push_back(place);
        id
    }

    fn keywords(&mut self, part: &Part<'_>) -> Result<Keywords, SchemaError> {
        let Part { schema, document, pointer, .. } = *part;
        let draft = owner(&self.resources, document, pointer).map_or(2020, |resource| resource.draft);
        let mut keywords = Keywords { draft, ..Keywords::default() };
        match schema {
            Json::Bool(flag) => {
                keywords.always = Some(*flag);
                return Ok(keywords);
            }
            Json::Map(map) if map.is_empty() => {
                keywords.always = Some(true);
                return Ok(keywords);
            }
            Json::Map(_) => {}
            _ => return Ok(keywords),
        }
        if let Some(reference) = text(schema, "$ref") {
            keywords.reference = Some(self.resolve(part, reference)?);
            if draft < 2019 {
                return Ok(keywords);
            }
        }
        for name in ["$recursiveRef", "$dynamicRef"] {
            if let Some(reference) = text(schema, name).filter(|_| draft >= 2019) {
                let id = self.resolve(part, reference)?;
                keywords.dynamic_references.push(id);
            }
        }
        self.applicators(part, &mut keywords)?;
        self.objects_and_lists(part, &mut keywords);
        assertions(part, &mut keywords)?;
        Ok(keywords)
    }

    fn applicators(&mut self, part: &Part<'_>, keywords: &mut Keywords) -> Result<(), SchemaError> {
        keywords.all_of = self.list(part, "allOf");
        keywords.any_of = self.list(part, "anyOf");
        keywords.one_of = self.list(part, "oneOf");
        keywords.not = self.one(part, "not");
        keywords.properties = self.map(part, "properties");
        for (name, id) in self.map(part, "patternProperties") {
            keywords.pattern_properties.push((part.regex("patternProperties", &name)?, id));
        }
        keywords.additional_properties = self.additional(part, "additionalProperties");
        if keywords.draft >= 6 {
            keywords.contains = self.one(part, "contains");
            keywords.property_names = self.one(part, "propertyNames");
        }
        if keywords.draft >= 7
            && let Some(test) = self.one(part, "if")
        {
            keywords.condition = Some((test, self.one(part, "then"), self.one(part, "else")));
        }
        Ok(())
    }

    fn objects_and_lists(&mut self, part: &Part<'_>, keywords: &mut Keywords) {
        if let Some(Json::Map(map)) = part.schema.get("dependencies") {
            for (name, value) in map {
                let depends = match value {
                    Json::List(items) => Depends::Properties(texts(items)),
                    _ => Depends::Schema(self.id(part.document, &part.below("dependencies", Some(name)))),
                };
                keywords.dependencies.insert(name.clone(), depends);
            }
        }
        if keywords.draft >= 2020 {
            keywords.prefix_items = self.list(part, "prefixItems");
            keywords.items = self.one(part, "items").map_or(Additional::Unsaid, Additional::Schema);
        } else if let Some(Json::List(_)) = part.schema.get("items") {
            keywords.prefix_items = self.list(part, "items");
            keywords.items = self.additional(part, "additionalItems");
        } else {
            keywords.items = self.one(part, "items").map_or(Additional::Unsaid, Additional::Schema);
        }
        if keywords.draft >= 2019 {
            keywords.dependent_schemas = self.map(part, "dependentSchemas");
            if let Some(Json::Map(map)) = part.schema.get("dependentRequired") {
                let lists = map.iter().filter_map(|(name, value)| match value {
                    Json::List(items) => Some((name.clone(), texts(items))),
                    _ => None,
                });
                keywords.dependent_required = lists.collect();
            }
            keywords.unevaluated_items = self.one(part, "unevaluatedItems");
            keywords.unevaluated_properties = self.one(part, "unevaluatedProperties");
            keywords.min_contains = part.count("minContains");
            keywords.max_contains = part.count("maxContains");
        }
    }

    fn one(&mut self, part: &Part<'_>, name: &str) -> Option<Id> {
        part.schema.get(name).is_some().then(|| self.id(part.document, &part.below(name, None)))
    }

    fn list(&mut self, part: &Part<'_>, name: &str) -> Vec<Id> {
        match part.schema.get(name) {
            Some(Json::List(items)) => (0..items.len())
                .map(|i| self.id(part.document, &part.below(name, Some(&i.to_string()))))
                .collect(),
            _ => Vec::new(),
        }
    }

    fn map(&mut self, part: &Part<'_>, name: &str) -> BTreeMap<String, Id> {
        match part.schema.get(name) {
            Some(Json::Map(map)) => map
                .keys()
                .map(|key| (key.clone(), self.id(part.document, &part.below(name, Some(key)))))
                .collect(),
            _ => BTreeMap::new(),
        }
    }

    fn additional(&mut self, part: &Part<'_>, name: &str) -> Additional {
        match part.schema.get(name) {
            None => Additional::Unsaid,
            Some(Json::Bool(true)) => Additional::Allowed,
            Some(Json::Bool(false)) => Additional::Refused,
            Some(_) => Additional::Schema(self.id(part.document, &part.below(name, None))),
        }
    }

    /// The subschema that a reference leads to.
    fn resolve(&mut self, from: &Part<'_>, reference: &str) -> Result<Id, SchemaError> {
        let (address, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let fragment = percent_decode(fragment);
        let owner = owner(&self.resources, from.document, from.pointer);
        let address = join(owner.map_or(from.address, |resource| &resource.address), address);
        let resource = self.resource(&address)?;
        if !fragment.is_empty() && !fragment.starts_with('/') {
            let missing = || SchemaError::NoAnchor(quote(&format!("{address}#{fragment}")));
            let target = resource.anchors.get(&fragment).cloned().ok_or_else(missing)?;
            let document = resource.document;
            return Ok(self.id(document, &target));
        }
        let (document, target) = (resource.document, format!("{}{fragment}", resource.pointer));
        match self.documents.get(document) {
            Some(found) if found.json.at(&target).is_none() => {
                Err(SchemaError::NotFound(quote(&format!("{}#{target}", found.address))))
            }
            _ => Ok(self.id(document, &target)),
        }
    }

    /// The resource of an address, fetched where it is not in a document that is there.
    fn resource(&mut self, address: &str) -> Result<&Resource, SchemaError> {
        if !self.resources.iter().any(|resource| resource.address == address) && address != ROOT {
            self.fetch(address)?;
        }
        let known = self.resources.iter().find(|resource| resource.address == address);
        // A document may call itself otherwise than the address that it was read from.
        let read = || {
            let document = self.documents.iter().position(|document| &*document.address == address)?;
            self.resources
                .iter()
                .find(|resource| resource.document == document && resource.pointer.is_empty())
        };
        known.or_else(read).ok_or_else(|| SchemaError::Remote(quote(address)))
    }

    fn fetch(&mut self, address: &str) -> Result<(), SchemaError> {
        if self.documents.iter().any(|document| &*document.address == address) {
            return Ok(());
        }
        let is_remote = address.starts_with("https://") || address.starts_with("http://");
        let Some(fetcher) = self.fetcher.as_mut().filter(|_| is_remote) else {
            return Err(elsewhere(address));
        };
        if self.documents.len() > crate::limits::SCHEMA_DOCUMENTS {
            return Err(SchemaError::TooMany { address: quote(address) });
        }
        let failed = |why| SchemaError::NotFetched { address: quote(address), why };
        let text = fetcher(address).map_err(failed)?;
        self.add(address, &text).map_err(|error| match error {
            SchemaError::Json(why) => SchemaError::NotFetched { address: quote(address), why },
            other => other,
        })
    }
}

/// A subschema and where it stands.
struct Part<'s> {
    schema: &'s Json,
    /// The document's number and address.
    document: usize,
    address: &'s str,
    pointer: &'s str,
}

impl Part<'_> {
    fn below(&self, name: &str, key: Option<&str>) -> String {
        match key {
            Some(key) => format!("{}/{}/{}", self.pointer, escape(name), escape(key)),
            None => format!("{}/{}", self.pointer, escape(name)),
        }
    }

    fn regex(&self, name: &str, expression: &str) -> Result<Regexp, SchemaError> {
        Regexp::compile(expression).map_err(|error| SchemaError::Regex {
            regex: quote(expression),
            at: quote(&format!("{}#{}/{name}", self.address, self.pointer)),
            reason: error.to_string(),
        })
    }

    fn number(&self, name: &str) -> Option<Decimal> {
        match self.schema.get(name) {
            Some(Json::Number(text)) => Decimal::parse(text),
            _ => None,
        }
    }

    fn count(&self, name: &str) -> Option<usize> {
        self.number(name)
            .filter(|number| number.is_whole() && number.float >= 0.0)
            .map(|number| number.float as usize)
    }

    fn flag(&self, name: &str) -> bool {
        self.schema.get(name) == Some(&Json::Bool(true))
    }
}

fn assertions(part: &Part<'_>, keywords: &mut Keywords) -> Result<(), SchemaError> {
    keywords.types = match part.schema.get("type") {
        Some(Json::Text(name)) => type_bit(name),
        Some(Json::List(items)) => texts(items).iter().fold(0, |bits, name| bits | type_bit(name)),
        _ => 0,
    };
    if let Some(Json::List(choices)) = part.schema.get("enum") {
        keywords.choices = Some(choices.clone());
    }
    if keywords.draft >= 6 {
        keywords.constant = part.schema.get("const").cloned();
    }
    keywords.multiple_of = part.number("multipleOf");
    (keywords.maximum, keywords.exclusive_maximum) = bounds(part, "maximum", "exclusiveMaximum");
    (keywords.minimum, keywords.exclusive_minimum) = bounds(part, "minimum", "exclusiveMinimum");
    keywords.min_length = part.count("minLength");
    keywords.max_length = part.count("maxLength");
    if let Some(pattern) = text(part.schema, "pattern") {
        keywords.pattern = Some((part.regex("pattern", pattern)?, pattern.to_owned()));
    }
    keywords.min_items = part.count("minItems");
    keywords.max_items = part.count("maxItems");
    keywords.unique_items = part.flag("uniqueItems");
    keywords.min_properties = part.count("minProperties");
    keywords.max_properties = part.count("maxProperties");
    if let Some(Json::List(names)) = part.schema.get("required") {
        keywords.required = texts(names);
    }
    if keywords.draft < 2019 {
        keywords.format = text(part.schema, "format").map(str::to_owned);
    }
    Ok(())
}

/// The inclusive and the exclusive bound; in draft 4 the exclusive one is a flag.
fn bounds(part: &Part<'_>, inclusive: &str, exclusive: &str) -> (Option<Decimal>, Option<Decimal>) {
    if part.flag(exclusive) {
        (None, part.number(inclusive))
    } else {
        (part.number(inclusive), part.number(exclusive))
    }
}

fn type_bit(name: &str) -> u8 {
    TYPES.iter().position(|known| *known == name).map_or(0, |at| 1 << at)
}

fn texts(items: &[Json]) -> Vec<String> {
    items.iter().filter_map(Json::as_str).map(str::to_owned).collect()
}

pub(super) fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let hex = tail
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex.filter(|_| byte == b'%') {
            Some(decoded) => {
                bytes.push(decoded);
                rest = &tail[2..];
            }
            None => {
                bytes.push(byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
