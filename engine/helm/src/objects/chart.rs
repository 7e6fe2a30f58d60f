//! `.Chart`: a struct in Helm 3, a map in Helm 4.

use std::rc::Rc;

use fairlead_template::value::{Encoder, MapType, Object};
use fairlead_template::{Kind, List, Map, Str, Type, Value};

use crate::chart::{Dependency, Maintainer};
use crate::dialect::Dialect;
use crate::objects::named;
use crate::tree::Node;

/// `.Chart` of a chart of the tree.
pub(crate) fn chart(node: &Node<'_>, is_root: bool, dialect: Dialect) -> Value {
    let metadata = Record::metadata(node);
    if dialect.chart_is_map() {
        let map = metadata.into_map();
        map.insert("IsRoot", Value::Bool(is_root));
        return Value::Map(map);
    }
    let metadata = Rc::new(metadata);
    Value::object(ChartStruct { metadata, is_root })
}

/// A field: its Go name, its JSON name, and its value.
type Field = (&'static str, &'static str, Value);

/// A Go struct of plain fields, or a pointer to one.
struct Record {
    type_name: &'static str,
    pointer: bool,
    fields: Vec<Field>,
}

impl Record {
    fn metadata(node: &Node<'_>) -> Record {
        let metadata = &node.chart.metadata;
        let text = |text: &Str| Value::Str(text.clone());
        let maintainers =
            metadata.maintainers.as_ref().map(|list| list.iter().flatten().map(Record::maintainer).collect());
        let dependencies =
            node.dependencies.as_ref().map(|list| list.iter().map(Record::dependency).collect());
        Record {
            type_name: "chart.Metadata",
            pointer: false,
            fields: vec![
                ("Name", "name", text(&node.name)),
                ("Home", "home", text(&metadata.home)),
                ("Sources", "sources", strings(metadata.sources.as_deref())),
                ("Version", "version", text(&metadata.version)),
                ("Description", "description", text(&metadata.description)),
                ("Keywords", "keywords", strings(metadata.keywords.as_deref())),
                ("Maintainers", "maintainers", pointers("*chart.Maintainer", maintainers)),
                ("Icon", "icon", text(&metadata.icon)),
                ("APIVersion", "apiVersion", text(&metadata.api_version)),
                ("Condition", "condition", text(&metadata.condition)),
                ("Tags", "tags", text(&metadata.tags)),
                ("AppVersion", "appVersion", text(&metadata.app_version)),
                ("Deprecated", "deprecated", Value::Bool(metadata.deprecated)),
                ("Annotations", "annotations", annotations(metadata.annotations.as_deref())),
                ("KubeVersion", "kubeVersion", text(&metadata.kube_version)),
                ("Dependencies", "dependencies", pointers("*chart.Dependency", dependencies)),
                ("Type", "type", text(&metadata.kind)),
            ],
        }
    }

    fn maintainer(maintainer: &Maintainer) -> Record {
        let text = |text: &Str| Value::Str(text.clone());
        Record {
            type_name: "*chart.Maintainer",
            pointer: true,
            fields: vec![
                ("Name", "name", text(&maintainer.name)),
                ("Email", "email", text(&maintainer.email)),
                ("URL", "url", text(&maintainer.url)),
            ],
        }
    }

    fn dependency(dependency: &Dependency) -> Record {
        let text = |text: &Str| Value::Str(text.clone());
        let imports = dependency.import_values.as_ref().map(|list| list.iter().map(import).collect());
        Record {
            type_name: "*chart.Dependency",
            pointer: true,
            fields: vec![
                ("Name", "name", text(&dependency.name)),
                ("Version", "version", text(&dependency.version)),
                ("Repository", "repository", text(&dependency.repository)),
                ("Condition", "condition", text(&dependency.condition)),
                ("Tags", "tags", strings(dependency.tags.as_deref())),
                ("Enabled", "enabled", Value::Bool(dependency.enabled)),
                ("ImportValues", "import-values", list(Type::Any, imports)),
                ("Alias", "alias", text(&dependency.alias)),
            ],
        }
    }

    /// The fields as Helm 4 turns structs into maps: nested structs become maps, and lists of any kind plain lists.
    fn into_map(self) -> Map {
        let entries = self.fields.into_iter().map(|(name, _, value)| (Str::from(name), loosen(value)));
        entries.collect()
    }

    fn get(&self, name: &str) -> Option<Value> {
        self.fields.iter().find(|(field, _, _)| *field == name).map(|(_, _, value)| value.clone())
    }

    /// The fields under the names of their tags: empty ones are left out, except for those that never are.
    fn tagged(&self) -> Vec<(Str, Value)> {
        let kept = self.fields.iter().filter(|(name, _, value)| {
            value.truth()
                || (self.pointer
                    && self.type_name == "*chart.Dependency"
                    && matches!(*name, "Name" | "Repository"))
        });
        kept.map(|(_, json, value)| (Str::from(*json), value.clone())).collect()
    }
}

impl Object for Record {
    fn type_name(&self) -> &'static str {
        self.type_name
    }

    fn kind(&self) -> Kind {
        if self.pointer { Kind::Ptr } else { Kind::Struct }
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.get(name)
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        self.fields.iter().map(|(name, _, value)| (*name, value.clone())).collect()
    }

    fn record(&self, encoder: Encoder) -> Option<Vec<(Str, Value)>> {
        // Of these structs only dependencies have tags for YAML, the same as for JSON.
        let has_tags = match encoder {
            Encoder::Json => true,
            Encoder::Yaml => self.type_name == "*chart.Dependency",
            Encoder::Toml => false,
        };
        Some(if has_tags { self.tagged() } else { named(self.fields(), encoder) })
    }
}

/// Helm 3's `.Chart`: the metadata's fields and `IsRoot`.
struct ChartStruct {
    metadata: Rc<Record>,
    is_root: bool,
}

impl Object for ChartStruct {
    fn type_name(&self) -> &'static str {
        "struct { chart.Metadata; IsRoot bool }"
    }

    fn kind(&self) -> Kind {
        Kind::Struct
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "IsRoot" => Some(Value::Bool(self.is_root)),
            "Metadata" => Some(Value::Object(self.metadata.clone())),
            name => self.metadata.get(name),
        }
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![("Metadata", Value::Object(self.metadata.clone())), ("IsRoot", Value::Bool(self.is_root))]
    }

    fn record(&self, encoder: Encoder) -> Option<Vec<(Str, Value)>> {
        if encoder == Encoder::Yaml {
            return Some(named(self.fields(), encoder));
        }
        let mut fields = self.metadata.record(encoder)?;
        fields.push(("IsRoot".into(), Value::Bool(self.is_root)));
        Some(fields)
    }
}

fn strings(texts: Option<&[Str]>) -> Value {
    list(Type::String, texts.map(|texts| texts.iter().cloned().map(Value::Str).collect()))
}

fn pointers(elem: &'static str, records: Option<Vec<Record>>) -> Value {
    list(Type::Object(elem), records.map(|records| records.into_iter().map(Value::object).collect()))
}

fn list(elem: Type, items: Option<Vec<Value>>) -> Value {
    Value::List(Rc::new(match items {
        Some(items) => List::of(elem, items),
        None => List::nil(elem),
    }))
}

fn annotations(entries: Option<&[(Str, Str)]>) -> Value {
    match entries {
        Some(entries) => {
            let entries =
                entries.iter().map(|(key, value)| (key.clone(), Value::Str(value.clone()))).collect();
            Value::Map(Map::from_sorted(MapType::String, entries))
        }
        None => Value::Map(Map::nil(MapType::String)),
    }
}

/// What processing makes of an entry of `import-values`: where from and where to, both as text.
fn import(value: &fairlead_yaml::Value) -> Value {
    let text =
        |key: &str| crate::values::print::go_value(value.field(key).unwrap_or(&fairlead_yaml::Value::Null));
    let (child, parent) = match value {
        fairlead_yaml::Value::String(name) => (format!("exports.{name}"), ".".to_owned()),
        _ => (text("child"), text("parent")),
    };
    let entries = vec![("child".into(), Value::from(child)), ("parent".into(), Value::from(parent))];
    Value::Map(Map::from_sorted(MapType::String, entries))
}

/// A field's value as Helm 4 keeps it.
fn loosen(value: Value) -> Value {
    match value {
        Value::List(list) => Value::list(list.iter().cloned().map(loosen).collect()),
        Value::Object(object) => {
            let fields = object.fields().into_iter().map(|(name, value)| (Str::from(name), loosen(value)));
            Value::Map(fields.collect())
        }
        other => other,
    }
}
