//! `.Capabilities`: the cluster's version, its API versions, and which Helm this is.

use std::any::Any;
use std::rc::Rc;

use fairlead_template::value::{Encoder, Method, Object};
use fairlead_template::{FnError, Kind, Str, Type, Value};

use crate::capabilities::{Capabilities, KubeVersion};
use crate::dialect::{Dialect, HelmVersion};
use crate::objects::named;

/// `.Capabilities` of a render.
pub(crate) fn capabilities(capabilities: &Capabilities, dialect: Dialect) -> Value {
    let versions = VersionSet { dialect, versions: Rc::from(&*capabilities.api_versions) };
    Value::object(Root {
        dialect,
        kube: Value::object(Kube { dialect, version: capabilities.kube_version.clone() }),
        versions: Value::object(versions),
        helm: Value::object(Helm(dialect.helm_version())),
    })
}

struct Root {
    dialect: Dialect,
    kube: Value,
    versions: Value,
    helm: Value,
}

impl Object for Root {
    fn type_name(&self) -> &'static str {
        self.dialect.capabilities_type()
    }

    fn kind(&self) -> Kind {
        Kind::Ptr
    }

    fn field(&self, name: &str) -> Option<Value> {
        Some(match name {
            "KubeVersion" => self.kube.clone(),
            "APIVersions" => self.versions.clone(),
            "HelmVersion" => self.helm.clone(),
            _ => return None,
        })
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("KubeVersion", self.kube.clone()),
            ("APIVersions", self.versions.clone()),
            ("HelmVersion", self.helm.clone()),
        ]
    }

    fn record(&self, encoder: Encoder) -> Option<Vec<(Str, Value)>> {
        Some(named(self.fields(), encoder))
    }
}

struct Kube {
    dialect: Dialect,
    version: KubeVersion,
}

impl Kube {
    /// What constraints are held against, which is also how the version prints.
    fn text(&self) -> Value {
        Value::str(&*self.version.comparable)
    }
}

impl Object for Kube {
    fn type_name(&self) -> &'static str {
        self.dialect.kube_version_type()
    }

    fn kind(&self) -> Kind {
        Kind::Struct
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.fields()
            .into_iter()
            .find(|(field, _)| *field == name && name != "normalizedVersion")
            .map(|(_, value)| value)
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        let mut fields = vec![("Version", Value::str(&*self.version.version))];
        if self.dialect.keeps_kube_suffix() {
            fields.push(("normalizedVersion", self.text()));
        }
        fields.extend([
            ("Major", Value::str(&*self.version.major)),
            ("Minor", Value::str(&*self.version.minor)),
        ]);
        fields
    }

    fn method(&self, name: &str) -> Option<Method> {
        let method = |call| Some(Method { params: &[], variadic: false, call });
        match name {
            "String" => method(|kube, _, _| Ok(this::<Kube>(kube)?.text())),
            "GitVersion" => method(|kube, _, _| Ok(Value::str(&*this::<Kube>(kube)?.version.version))),
            _ => None,
        }
    }

    fn addressed_text(&self) -> Option<String> {
        Some(self.version.comparable.to_string())
    }

    fn record(&self, encoder: Encoder) -> Option<Vec<(Str, Value)>> {
        let mut fields = self.fields();
        fields.retain(|(name, _)| *name != "normalizedVersion");
        Some(named(fields, encoder))
    }
}

struct VersionSet {
    dialect: Dialect,
    versions: Rc<[Str]>,
}

impl Object for VersionSet {
    fn type_name(&self) -> &'static str {
        self.dialect.version_set_type()
    }

    fn kind(&self) -> Kind {
        Kind::Slice
    }

    fn items(&self) -> Option<Vec<Value>> {
        Some(self.versions.iter().cloned().map(Value::Str).collect())
    }

    fn method(&self, name: &str) -> Option<Method> {
        (name == "Has").then_some(Method {
            params: &[Type::String],
            variadic: false,
            call: |set, context, args| {
                let set = this::<VersionSet>(set)?;
                context.burn(set.versions.len() as u64 / 16)?;
                let wanted = args.first().and_then(Value::as_str).unwrap_or_default();
                Ok(Value::Bool(set.versions.iter().any(|version| **version == *wanted)))
            },
        })
    }

    fn data(&self) -> Option<Value> {
        Some(Value::list(self.items()?))
    }
}

struct Helm(HelmVersion);

impl Object for Helm {
    fn type_name(&self) -> &'static str {
        "version.BuildInfo"
    }

    fn kind(&self) -> Kind {
        Kind::Struct
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.fields().into_iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        let mut fields = vec![
            ("Version", Value::from(self.0.version)),
            ("GitCommit", Value::from("")),
            ("GitTreeState", Value::from("")),
            ("GoVersion", Value::from(self.0.go)),
        ];
        fields.extend(self.0.kube_client.map(|version| ("KubeClientVersion", Value::from(version))));
        fields
    }

    fn record(&self, encoder: Encoder) -> Option<Vec<(Str, Value)>> {
        if encoder != Encoder::Json {
            return Some(named(self.fields(), encoder));
        }
        let tag = |name| match name {
            "Version" => "version",
            "GitCommit" => "git_commit",
            "GitTreeState" => "git_tree_state",
            "GoVersion" => "go_version",
            _ => "kube_client_version",
        };
        let filled = self.fields().into_iter().filter(|(_, value)| value.truth());
        Some(filled.map(|(name, value)| (tag(name).into(), value)).collect())
    }
}

fn this<T: Object>(object: &dyn Object) -> Result<&T, FnError> {
    (object as &dyn Any)
        .downcast_ref()
        .ok_or_else(|| FnError::new("a method was called on another type's value"))
}
