//! What Kubernetes' OpenAPI says of kinds: whether they live in a namespace, and which of their lists merge by which
//! keys.
//!
//! The kinds that Kubernetes brings come from a table that `data/main.go` makes; a kustomization's `openapi` field
//! brings its own.

mod custom;
mod table;

use std::cell::{Cell, OnceCell};

pub(crate) use table::{At, Table};

/// The schemas of one build.
#[derive(Debug, Default)]
pub(crate) struct Schemas {
    custom: OnceCell<Table>,
    /// Whether a built-in schema was looked at before a nested kustomization brought its own.
    builtin_used: Cell<bool>,
    version_set: Cell<bool>,
}

/// The version of the built-in schema, the only one there is.
const BUILTIN_VERSION: &str = "v1.21.2";

impl Schemas {
    /// Takes a kustomization's `openapi` field. The first one that says something holds for the whole build.
    ///
    /// # Errors
    /// An unknown version, and a schema that is none.
    pub(crate) fn set(&self, version: Option<&str>, schema: Option<&str>) -> Result<(), String> {
        if self.custom.get().is_some() || self.version_set.get() {
            return Ok(());
        }
        if let Some(text) = schema {
            if version.is_some() {
                return Err("builtin version and custom schema provided, cannot use both".to_owned());
            }
            let mut table = custom::table(text)?;
            if self.builtin_used.get() {
                table.add(table::builtin());
            }
            let _ = self.custom.set(table);
            return Ok(());
        }
        match version {
            None | Some("") => Ok(()),
            Some(BUILTIN_VERSION) => {
                self.version_set.set(true);
                Ok(())
            }
            Some(_) => Err("the specified OpenAPI version is not built in".to_owned()),
        }
    }

    /// The schema of a kind.
    pub(crate) fn of(&self, api_version: &str, kind: &str) -> Option<At<'_>> {
        self.table().of(api_version, kind)
    }

    /// Whether a kind is known to live outside of namespaces.
    pub(crate) fn is_cluster_scoped(&self, api_version: &str, kind: &str) -> bool {
        let known = table::builtin().is_namespaced(api_version, kind);
        let known =
            known.or_else(|| self.custom.get().and_then(|table| table.is_namespaced(api_version, kind)));
        known == Some(false)
    }

    fn table(&self) -> &Table {
        self.custom.get().unwrap_or_else(|| {
            self.builtin_used.set(true);
            table::builtin()
        })
    }
}
