//! The few fields of a manifest that decide where it goes.
//!
//! Every document of a render is read as YAML, so that what is malformed is told as Helm tells it, but next to nothing
//! of it is kept: the builder here drops whatever a head does not need while the document is read.

use fairlead_yaml::number::{Number, format_g32};
use fairlead_yaml::value::{self, Builder, Options, Pair, ValueBuilder};
use fairlead_yaml::{Str, Value};

use crate::dialect::Dialect;

/// What Helm reads of every manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) api_version: Str,
    pub(crate) kind: Str,
    pub(crate) name: Str,
    /// The annotations that say something to Helm.
    pub(crate) annotations: Vec<(&'static str, Str)>,
}

/// Go's name of the anonymous struct that `metadata` is read into.
const METADATA: &str = "struct { Name string \"json:\\\"name\\\"\"; Annotations map[string]string \"json:\\\"annotations\\\"\" }";

impl Head {
    /// Reads the head; the whole document has to be YAML. Errors have Helm's text.
    pub(crate) fn read(document: &str, dialect: Dialect) -> Result<Head, String> {
        let top = value::read(document, &mut HeadBuilder::default(), &Options::default())
            .map_err(|error| error.to_string())?;
        Head::of(top, dialect)
    }

    /// Reads the head and with it the whole document; nothing for one that line breaks behind it would change.
    pub(crate) fn read_whole(document: &str, dialect: Dialect) -> Result<(Head, Option<Value>), String> {
        let mut builder = Pair(HeadBuilder::default(), ValueBuilder);
        let ((top, value), is_closed) = value::read_part(document, &mut builder, &Options::default())
            .map_err(|error| error.to_string())?;
        Ok((Head::of(top, dialect)?, is_closed.then_some(value)))
    }

    fn of(top: Part, dialect: Dialect) -> Result<Head, String> {
        let mut head = Head::default();
        head.fill(top, dialect).map_err(|error| {
            format!("error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {error}")
        })?;
        Ok(head)
    }

    pub(crate) fn annotation(&self, name: &str) -> Option<&Str> {
        self.annotations.iter().rev().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    fn fill(&mut self, top: Part, dialect: Dialect) -> Result<(), String> {
        let fields = match top {
            Part::Null => return Ok(()),
            Part::Map(fields) => fields,
            other => {
                let package = dialect.release_package();
                return Err(format!("{} into Go value of type {package}.SimpleHead", other.json_kind()));
            }
        };
        let mut fields = fields.kept;
        fields.sort_by_key(|(key, _)| *key);
        for (key, value) in fields {
            let into = |name: &str, kind: &str| format!("Go struct field SimpleHead.{name} of type {kind}");
            match key.name {
                Name::ApiVersion => {
                    value.text_into(&mut self.api_version, || into("apiVersion", "string"))?
                }
                Name::Kind => value.text_into(&mut self.kind, || into("kind", "string"))?,
                Name::Metadata => match value {
                    Part::Null => {}
                    Part::Map(metadata) => self.fill_metadata(metadata)?,
                    other => {
                        return Err(format!("{} into {}", other.json_kind(), into("metadata", METADATA)));
                    }
                },
                _ => {}
            }
        }
        Ok(())
    }

    fn fill_metadata(&mut self, metadata: Fields) -> Result<(), String> {
        let mut fields = metadata.kept;
        fields.sort_by_key(|(key, _)| *key);
        for (key, value) in fields {
            let into = |name: &str, kind: &str| format!("Go struct field .metadata.{name} of type {kind}");
            match key.name {
                Name::Name => value.text_into(&mut self.name, || into("name", "string"))?,
                Name::Annotations => match value {
                    Part::Null => {}
                    Part::Map(annotations) => {
                        if let Some(kind) = annotations.not_text {
                            return Err(format!("{kind} into {}", into("annotations", "string")));
                        }
                        for (key, value) in annotations.kept {
                            if let (Some(name), Part::Scalar(_, text)) = (key.name.annotation(), value) {
                                self.annotations.push((name, text.unwrap_or_default()));
                            }
                        }
                    }
                    other => {
                        return Err(format!(
                            "{} into {}",
                            other.json_kind(),
                            into("annotations", "map[string]string")
                        ));
                    }
                },
                _ => {}
            }
        }
        Ok(())
    }
}

/// The keys that a head needs, in the order in which Go decodes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Annotations,
    ApiVersion,
    Kind,
    Metadata,
    Name,
    Hook,
    HookWeight,
    HookDeletePolicy,
    Other,
}

impl Name {
    fn of(key: &str) -> Name {
        match key {
            "helm.sh/hook" => Name::Hook,
            "helm.sh/hook-weight" => Name::HookWeight,
            "helm.sh/hook-delete-policy" => Name::HookDeletePolicy,
            key if key.eq_ignore_ascii_case("apiVersion") => Name::ApiVersion,
            key if key.eq_ignore_ascii_case("kind") => Name::Kind,
            key if key.eq_ignore_ascii_case("metadata") => Name::Metadata,
            key if key.eq_ignore_ascii_case("name") => Name::Name,
            key if key.eq_ignore_ascii_case("annotations") => Name::Annotations,
            _ => Name::Other,
        }
    }

    fn annotation(self) -> Option<&'static str> {
        match self {
            Name::Hook => Some("helm.sh/hook"),
            Name::HookWeight => Some("helm.sh/hook-weight"),
            Name::HookDeletePolicy => Some("helm.sh/hook-delete-policy"),
            _ => None,
        }
    }
}

/// A key; one that is spelled as the field comes last and so wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    name: Name,
    lowercase_first: bool,
}

/// A part of a document, as far as heads go.
#[derive(Debug)]
enum Part {
    Null,
    /// A scalar: what Go calls it, and its text where it may be needed.
    Scalar(&'static str, Option<Str>),
    List,
    Map(Fields),
}

/// The entries of a mapping that may belong to a head.
#[derive(Debug)]
struct Fields {
    kept: Vec<(Key, Part)>,
    /// What the first value is that would be no annotation's.
    not_text: Option<&'static str>,
}

impl Part {
    fn json_kind(&self) -> &'static str {
        match self {
            Part::Null => "null",
            Part::Scalar(kind, _) => kind,
            Part::List => "array",
            Part::Map(_) => "object",
        }
    }

    fn text_into(self, into: &mut Str, place: impl Fn() -> String) -> Result<(), String> {
        match self {
            Part::Null => Ok(()),
            Part::Scalar(_, text) => {
                *into = text.unwrap_or_default();
                Ok(())
            }
            other => Err(format!("{} into {}", other.json_kind(), place())),
        }
    }
}

#[derive(Default)]
struct HeadBuilder {
    /// Whether the next scalar stands under a key that a head needs.
    keep: bool,
}

impl HeadBuilder {
    fn scalar(&mut self, kind: &'static str, text: impl FnOnce() -> Str) -> Part {
        Part::Scalar(kind, std::mem::take(&mut self.keep).then(text))
    }
}

impl Builder for HeadBuilder {
    type Value = Part;
    type Key = Key;

    fn null(&mut self) -> Part {
        Part::Null
    }

    fn bool(&mut self, value: bool) -> Part {
        self.scalar("bool", || value.to_string().into())
    }

    fn number(&mut self, number: Number) -> Part {
        self.scalar("number", || match number {
            Number::Int(number) => number.to_string().into(),
            Number::Uint(number) => number.to_string().into(),
            Number::Float(number) => format_g32(number).into(),
        })
    }

    fn text(&mut self, text: &str) -> Part {
        self.scalar("string", || text.into())
    }

    fn key(&mut self, key: &str) -> Key {
        let name = Name::of(key);
        self.keep = name != Name::Other;
        Key { name, lowercase_first: key.starts_with(|c: char| c.is_ascii_lowercase()) }
    }

    fn list(&mut self, _: Vec<Part>) -> Part {
        Part::List
    }

    fn map(&mut self, entries: Vec<(Key, Part)>) -> Part {
        let not_text =
            entries.iter().map(|(_, value)| value).find(|value| matches!(value, Part::List | Part::Map(_)));
        let not_text = not_text.map(Part::json_kind);
        let mut kept = entries;
        kept.retain(|(key, _)| key.name != Name::Other);
        Part::Map(Fields { kept, not_text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(document: &str) -> Result<Head, String> {
        Head::read(document, Dialect::Helm4)
    }

    #[test]
    fn heads_are_read_whatever_else_there_is() {
        let head = read("kind: Job\napiVersion: batch/v1\nmetadata:\n  labels: {name: x}\n  name: 12\n  annotations:\n    a: b\n    helm.sh/hook-weight: -5\nspec: {kind: [1], name: {a: b}}\n").unwrap();
        assert_eq!((&*head.api_version, &*head.kind, &*head.name), ("batch/v1", "Job", "12"));
        assert_eq!(head.annotation("helm.sh/hook-weight").map(|weight| &**weight), Some("-5"));
    }

    #[test]
    fn errors_are_helms() {
        for (document, error) in [
            ("text", "string into Go value of type util.SimpleHead"),
            ("- a", "array into Go value of type util.SimpleHead"),
            ("kind: [a]", "array into Go struct field SimpleHead.kind of type string"),
            (
                "metadata: {annotations: {a: {b: c}}}",
                "object into Go struct field .metadata.annotations of type string",
            ),
            (
                "metadata: {annotations: x}",
                "string into Go struct field .metadata.annotations of type map[string]string",
            ),
        ] {
            let wanted =
                format!("error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {error}");
            assert_eq!(read(document).unwrap_err(), wanted);
        }
        assert_eq!(read("null").unwrap(), Head::default());
    }
}
