//! What editors are told about the project files: JSON Schemas from the same descriptions that reading goes by.

mod json;

use fairlead_yaml::json::{Error, Options};

use self::json::Json;
use super::document::Kind;
use super::{
    API_VERSION, AgentBinding, Binding, Cluster, Delivery, Environment, Hold, Organization, Profile,
    ProjectFile, TargetFile, Tenant, Variables, Workload,
};
use crate::lock::Lock;

/// The shape of a value, from which its JSON Schema is made.
#[derive(Debug, Clone, PartialEq)]
pub enum Schema {
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// Text; numbers are taken as they are written.
    Text,
    /// Text of a form, as a regular expression.
    Pattern(&'static str),
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// Any of several shapes.
    Either(Vec<Schema>),
    /// A list.
    List(Box<Schema>),
    /// A map from names to values of one shape.
    Map(Box<Schema>),
    /// A map with known fields.
    Record {
        /// What it is, one sentence first.
        doc: &'static str,
        /// Its fields.
        fields: Vec<Field>,
    },
}

/// One field of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name in the file.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// The shape of its value.
    pub schema: Schema,
}

/// A kind of project file.
#[derive(Debug, Clone, PartialEq)]
pub struct FileKind {
    /// What its `kind` field says.
    pub kind: &'static str,
    /// The files that are of the kind, as editors match them: relative to the project's or organization's folder.
    pub files: &'static [&'static str],
    /// Its fields, without `apiVersion` and `kind`.
    pub schema: Schema,
}

/// Every kind of project file.
pub fn kinds() -> Vec<FileKind> {
    fn kind<T: Kind>(files: &'static [&'static str]) -> FileKind {
        FileKind { kind: T::KIND, files, schema: T::schema() }
    }
    vec![
        kind::<ProjectFile>(&["fairlead.yaml"]),
        kind::<Delivery>(&["delivery.yaml"]),
        kind::<Tenant>(&["tenants/*.yaml"]),
        kind::<Environment>(&["environments/*.yaml"]),
        kind::<Cluster>(&["clusters/*.yaml"]),
        kind::<Workload>(&["workloads/*.yaml"]),
        kind::<Binding>(&["bindings/*.yaml"]),
        kind::<TargetFile>(&["targets/*.yaml"]),
        kind::<AgentBinding>(&["agents/*.yaml"]),
        kind::<Profile>(&["profiles/*.yaml"]),
        kind::<Variables>(&["variables/**/*.yaml"]),
        kind::<Hold>(&["holds/*.yaml"]),
        kind::<Organization>(&["organization.yaml"]),
        kind::<Lock>(&["fairlead.lock"]),
    ]
}

impl FileKind {
    /// Its JSON Schema (draft 2020-12), indented by two spaces.
    ///
    /// # Errors
    /// None in practice: the schema holds nothing that JSON has no form for.
    pub fn json_schema(&self) -> Result<String, Error> {
        print(&self.object(true))
    }

    fn object(&self, whole: bool) -> Json {
        let Schema::Record { doc, fields } = &self.schema else { return self.schema.json() };
        let header = |value: &str, doc: &str| {
            Json::object([("description", Json::text(doc)), ("const", Json::text(value))])
        };
        let mut properties = vec![
            ("apiVersion".to_owned(), header(API_VERSION, "The version of the format.")),
            ("kind".to_owned(), header(self.kind, "The kind of file.")),
        ];
        properties.extend(fields.iter().map(Field::property));
        let required = ["apiVersion", "kind"].into_iter().chain(required(fields));
        let mut object = Vec::new();
        if whole {
            object.push(("$schema".to_owned(), Json::text("https://json-schema.org/draft/2020-12/schema")));
        }
        object.extend([
            ("title".to_owned(), Json::text(self.kind)),
            ("description".to_owned(), Json::Text(prose(doc))),
            ("type".to_owned(), Json::text("object")),
            ("properties".to_owned(), Json::Object(properties)),
            ("required".to_owned(), Json::list(required.map(Json::text))),
            ("additionalProperties".to_owned(), Json::Bool(false)),
        ]);
        Json::Object(object)
    }
}

/// One JSON Schema for all kinds, which tells them apart by their `kind` field: for editors that match by content.
///
/// # Errors
/// None in practice: the schema holds nothing that JSON has no form for.
pub fn json_schema() -> Result<String, Error> {
    print(&Json::object([
        ("$schema", Json::text("https://json-schema.org/draft/2020-12/schema")),
        ("title", Json::text("Fairlead project files")),
        ("oneOf", Json::list(kinds().iter().map(|kind| kind.object(false)))),
    ]))
}

fn print(json: &Json) -> Result<String, Error> {
    let options = Options { raw_html: true, indent: Some(("", "  ")) };
    Ok(fairlead_yaml::json::to_string(json, options)? + "\n")
}

impl Schema {
    fn json(&self) -> Json {
        let of_type = |name: &str| ("type", Json::text(name));
        match self {
            Schema::Bool => Json::object([of_type("boolean")]),
            Schema::Int => Json::object([of_type("integer")]),
            // What looks like a number is text all the same: `1.10` stays as it is written.
            Schema::Text => Json::object([(
                "type",
                Json::list(["string", "number", "boolean"].into_iter().map(Json::text)),
            )]),
            Schema::Pattern(pattern) => Json::object([of_type("string"), ("pattern", Json::text(pattern))]),
            Schema::Choice(words) => {
                // A word that is a number may be written as one.
                let numbers = words.iter().filter_map(|word| word.parse().ok()).map(Json::Int);
                let words = words.iter().copied().map(Json::text);
                Json::object([("enum", Json::list(words.chain(numbers)))])
            }
            Schema::Either(shapes) => Json::object([("anyOf", Json::list(shapes.iter().map(Schema::json)))]),
            Schema::List(item) => Json::object([of_type("array"), ("items", item.json())]),
            Schema::Map(value) => Json::object([of_type("object"), ("additionalProperties", value.json())]),
            Schema::Record { doc, fields } => Json::object([
                ("description", Json::Text(prose(doc))),
                of_type("object"),
                ("properties", Json::Object(fields.iter().map(Field::property).collect())),
                ("required", Json::list(required(fields).map(Json::text))),
                ("additionalProperties", Json::Bool(false)),
            ]),
        }
    }
}

impl Field {
    fn property(&self) -> (String, Json) {
        let mut members = vec![("description".to_owned(), Json::Text(prose(self.doc)))];
        match self.schema.json() {
            // The field's own description says more than its type's.
            Json::Object(object) => {
                members.extend(object.into_iter().filter(|(name, _)| name != "description"));
            }
            other => members.push(("const".to_owned(), other)),
        }
        (self.name.to_owned(), Json::Object(members))
    }
}

fn required(fields: &[Field]) -> impl Iterator<Item = &'static str> {
    fields.iter().filter(|field| field.required).map(|field| field.name)
}

/// A docstring as one paragraph.
fn prose(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_described() {
        fn check(schema: &Schema, at: &str) {
            match schema {
                Schema::Record { doc, fields } => {
                    assert!(!doc.trim().is_empty(), "{at}");
                    for field in fields {
                        assert!(!field.doc.trim().is_empty(), "{at}.{}", field.name);
                        check(&field.schema, &format!("{at}.{}", field.name));
                    }
                }
                Schema::List(inner) | Schema::Map(inner) => check(inner, at),
                Schema::Either(shapes) => shapes.iter().for_each(|shape| check(shape, at)),
                _ => {}
            }
        }
        kinds().iter().for_each(|kind| check(&kind.schema, kind.kind));
    }

    #[test]
    fn a_schema_says_what_reading_goes_by() {
        let kinds = kinds();
        let target = kinds.iter().find(|kind| kind.kind == "Target").unwrap().json_schema().unwrap();
        assert!(target.contains(r#""required": ["#) && target.contains(r#""tenant","#), "{target}");
        assert!(target.contains(r#""additionalProperties": false"#));
        assert!(target.contains("The namespace; the project's default where absent."));
    }
}
