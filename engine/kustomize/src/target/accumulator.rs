//! What a kustomization has gathered: resources, the fields in which names and labels stand, and variables.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::Error;
use crate::fieldspec::Config;
use crate::kustomization::Var;
use crate::resource::{Gvk, ResId, ResList};
use crate::schema::Schemas;
use crate::transformers::shown_variable;

/// What has been gathered so far.
#[derive(Debug, Default)]
pub(crate) struct Accumulator {
    /// The resources.
    pub(crate) list: ResList,
    /// The fields; `None` as long as only the built-in ones are known.
    config: Option<Rc<Config>>,
    /// Whether any kustomization has said which fields there are.
    started: bool,
    /// The variables by name.
    pub(crate) vars: BTreeMap<String, Var>,
}

impl Accumulator {
    /// The fields in which names, labels and so on stand.
    pub(crate) fn config(&self) -> &Config {
        self.config.as_deref().unwrap_or_else(|| Config::builtin())
    }

    /// Adds a kustomization's configuration: the built-in one and its own.
    ///
    /// # Errors
    /// Fields of which two configurations say different things.
    pub(crate) fn merge_config(&mut self, own: Option<&Config>) -> Result<(), Error> {
        match own {
            None if self.config.is_none() => {
                self.started = true;
                Ok(())
            }
            None => self.add_config(Config::plain_builtin()),
            Some(own) => {
                let mut config = Config::plain_builtin().clone();
                config.merge(own).map_err(Error::Kustomization)?;
                self.add_config(&config)
            }
        }
    }

    /// Adds fields to those that are known. The first configuration is merged into nothing, which drops the fields that
    /// others of it cover.
    ///
    /// # Errors
    /// Fields of which two configurations say different things.
    pub(crate) fn add_config(&mut self, added: &Config) -> Result<(), Error> {
        let mut config = if self.started { self.config().clone() } else { Config::default() };
        config.merge(added).map_err(Error::Kustomization)?;
        self.config = Some(Rc::new(config));
        self.started = true;
        Ok(())
    }

    /// Adds all that a base has gathered.
    ///
    /// # Errors
    /// Resources and variables whose names are taken.
    pub(crate) fn merge(&mut self, mut other: Accumulator, schemas: &Schemas) -> Result<(), Error> {
        if self.list.len() == 0 {
            self.list = std::mem::take(&mut other.list);
        } else {
            let resources = other.list.take();
            self.list.append_all(resources, schemas).map_err(|error| Error::Resource(error.to_string()))?;
        }
        match (&self.config, &other.config) {
            (None, None) => self.started = true,
            (Some(mine), Some(config)) if Rc::ptr_eq(mine, config) => {}
            _ => self.add_config(other.config())?,
        }
        other.vars.into_values().try_for_each(|var| self.add_var(var))
    }

    /// Adds a kustomization's variables, and notes in the resources which take their values from them.
    ///
    /// # Errors
    /// Variables whose names are taken, or that could take their values from several resources.
    pub(crate) fn merge_vars(&mut self, vars: &[Var], schemas: &Schemas) -> Result<(), Error> {
        for var in vars {
            let mut var = var.clone();
            var.objref.settle();
            let target = &var.objref;
            let api_version = if target.group.is_empty() {
                target.version.clone()
            } else {
                format!("{}/{}", target.group, target.version)
            };
            // Where the kind lives is not asked: a variable's target is written without that knowledge.
            let id = ResId {
                gvk: Gvk::unknown(&api_version.into(), target.kind.as_str().into()),
                name: target.name.as_str().into(),
                namespace: target.namespace.as_str().into(),
            };
            let whole = !id.namespace.is_empty();
            let matches = self
                .list
                .with_any_id(schemas, |other| if whole { id.same(other) } else { id.same_name(other) });
            match *matches {
                [] => {}
                [at] => self.list.note_var(at, var.name.as_str()),
                _ => {
                    return Err(Error::Reference(format!(
                        "found {} resId matches for var {} (unable to disambiguate)",
                        matches.len(),
                        shown_variable(&var)
                    )));
                }
            }
        }
        vars.iter().try_for_each(|var| self.add_var(var.clone()))
    }

    fn add_var(&mut self, mut var: Var) -> Result<(), Error> {
        if self.vars.contains_key(&var.name) {
            return Err(Error::Reference(format!("var '{}' already encountered", var.name)));
        }
        if var.fieldref.field_path.is_empty() {
            "metadata.name".clone_into(&mut var.fieldref.field_path);
        }
        var.objref.settle();
        self.vars.insert(var.name.clone(), var);
        Ok(())
    }
}
