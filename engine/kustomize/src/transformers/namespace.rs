//! Namespaces, and those of the subjects of role bindings.

use std::sync::OnceLock;

use super::Transformer;
use crate::Error;
use crate::fieldspec::{Create, FieldSpec, apply, apply_all};
use crate::node::{Fault, Kind, Node, Scalar, Tag, set_field, write_scalar};
use crate::resource::{Census, ResList, Resource};
use crate::schema::Schemas;

/// Moves resources into a namespace.
#[derive(Debug)]
pub(crate) struct Namespace {
    /// The namespace.
    pub(crate) namespace: String,
    /// Further fields that hold namespaces.
    pub(crate) specs: Vec<FieldSpec>,
    /// Whether namespaces that are set stay.
    pub(crate) unset_only: bool,
    /// Which subjects of role bindings move along.
    pub(crate) subjects: Subjects,
}

/// Which subjects of role bindings move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Subjects {
    /// Those with the name `default`.
    #[default]
    Default,
    /// Every service account.
    AllServiceAccounts,
    /// None.
    Nobody,
}

impl Subjects {
    /// Reads the setting.
    ///
    /// # Errors
    /// An unknown word.
    pub(crate) fn parse(word: &str) -> Result<Subjects, String> {
        match word {
            "" | "defaultOnly" => Ok(Subjects::Default),
            "allServiceAccounts" => Ok(Subjects::AllServiceAccounts),
            "none" => Ok(Subjects::Nobody),
            _ => Err(format!(
                "invalid value {word:?} for setRoleBindingSubjects: must be one of \"defaultOnly\", \"none\" or \
                 \"allServiceAccounts\""
            )),
        }
    }
}

impl Transformer for Namespace {
    fn transform(&self, list: &mut ResList, schemas: &Schemas) -> Result<(), Error> {
        if self.namespace.is_empty() {
            return Ok(());
        }
        let mut census = Census::of(list.all(), schemas);
        for at in 0..list.len() {
            let resource = &mut list.all_mut()[at];
            if resource.is_empty() || resource.from_chart {
                continue;
            }
            let old = resource.id(schemas);
            resource.store_previous_id(schemas);
            self.write_all(resource, schemas)?;
            let new = resource.id(schemas);
            if census.rename(&old, &new) > 1 {
                let same = |other: &usize| list.all()[*other].id(schemas).same(&new);
                let places: Vec<usize> = (0..list.len()).filter(same).collect();
                let texts = list.texts(&places);
                return Err(Error::Transformer(format!(
                    "namespace transformation produces ID conflict: {texts}"
                )));
            }
        }
        Ok(())
    }
}

/// Where every resource has its namespace.
fn own_field() -> &'static FieldSpec {
    static FIELD: OnceLock<FieldSpec> = OnceLock::new();
    FIELD.get_or_init(|| FieldSpec::everywhere("metadata/namespace"))
}

impl Namespace {
    /// Writes the namespace into one resource.
    pub(super) fn write_all(&self, resource: &mut Resource, schemas: &Schemas) -> Result<(), Fault> {
        let gvk = resource.gvk(schemas);
        if !gvk.cluster_scoped {
            apply(own_field(), resource, Create::Scalar(Tag::Open), &mut |node| self.write(node))?;
        }
        let binding = matches!(&*gvk.kind, "RoleBinding" | "ClusterRoleBinding");
        if binding {
            self.write_subjects(&mut resource.node)?;
        }
        let core = &*resource.api_version() == "v1";
        let applies = |spec: &&FieldSpec| match &*spec.path {
            "metadata/namespace" => false,
            "metadata/name" => core,
            "subjects/namespace" => {
                !(binding && matches!(&*spec.gvk.kind, "RoleBinding" | "ClusterRoleBinding"))
            }
            _ => true,
        };
        for spec in self.specs.iter().filter(applies) {
            let mut not_scalar = false;
            let result =
                apply_all(std::slice::from_ref(spec), resource, Create::Scalar(Tag::Str), &mut |node| {
                    not_scalar |= node.kind() != Kind::Scalar;
                    self.write(node)
                });
            result.map_err(|fault| {
                fault.under(if not_scalar {
                    "namespace field specs must target scalar nodes"
                } else {
                    "namespace transformation failed"
                })
            })?;
        }
        Ok(())
    }

    fn write(&self, node: &mut Node) -> Result<(), Fault> {
        if self.unset_only && node.kind() == Kind::Scalar && !node.is_null() && !node.text().is_empty() {
            return Ok(());
        }
        write_scalar(node, Scalar::string(self.namespace.as_str()))
    }

    fn write_subjects(&self, node: &mut Node) -> Result<(), Fault> {
        if self.subjects == Subjects::Nobody {
            return Ok(());
        }
        let Some(subjects) = node.field_mut("subjects") else { return Ok(()) };
        if subjects.is_null() {
            return Ok(());
        }
        let within = |fault: Fault| fault.under("setting namespace on (cluster)role binding subjects");
        let Node::Seq(items) = subjects else { return Err(within(Fault::kind(subjects, Kind::Seq))) };
        items.iter_mut().try_for_each(|subject| self.write_subject(subject)).map_err(within)
    }

    fn write_subject(&self, subject: &mut Node) -> Result<(), Fault> {
        if subject.is_null() {
            return Ok(());
        }
        let (field, wanted) = match self.subjects {
            Subjects::AllServiceAccounts => ("kind", "ServiceAccount"),
            _ => ("name", "default"),
        };
        let Node::Map(map) = subject else {
            let fault = Fault::kind(subject, Kind::Map);
            return Err(fault.under(format!("looking up {field} on (cluster)role binding subject")));
        };
        if !map.field(field).is_some_and(|value| !value.is_null() && value.has_text(wanted)) {
            return Ok(());
        }
        if map.field("namespace").is_none() {
            set_field(map, "namespace", Node::open(""));
        }
        match map.field_mut("namespace") {
            Some(namespace) => self.write(namespace),
            None => Ok(()),
        }
    }
}
