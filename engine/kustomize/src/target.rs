//! One kustomization in the course of a build: what it loads, generates and transforms, in Kustomize's order.

mod accumulate;
mod accumulator;
mod charts;
mod generate;
mod plugins;
mod transform;

use std::cell::RefCell;

use crate::kustomization::{Encode, Kustomization};
use crate::load::Root;
use crate::resource::Origin;
use crate::schema::Schemas;
use crate::{Error, Options};

pub(crate) use accumulator::Accumulator;

/// The names a kustomization file may have.
pub(crate) const FILES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// How deep bases and components may be nested.
const MAX_NESTING: usize = 100;

/// What the kustomizations of one build share.
pub(crate) struct Shared<'o> {
    /// The schemas.
    pub(crate) schemas: Schemas,
    /// The caller's options.
    pub(crate) options: &'o Options<'o>,
    /// What is to be warned of.
    pub(crate) warnings: RefCell<Vec<String>>,
}

/// A kustomization that has been read.
pub(crate) struct Target<'t> {
    shared: &'t Shared<'t>,
    root: Root<'t>,
    /// The fields of the file.
    pub(crate) kustomization: Kustomization,
    file: &'static str,
    origin: Option<Origin>,
    helm_namespace: String,
    depth: usize,
}

impl<'t> Target<'t> {
    /// Reads the kustomization of a root.
    ///
    /// # Errors
    /// A root without a kustomization file or with several, and a file with mistakes.
    pub(crate) fn load(shared: &'t Shared<'t>, root: Root<'t>) -> Result<Target<'t>, Error> {
        let mut found = None;
        for file in FILES {
            if let Some(text) = root.find(file)?
                && found.replace((file, text)).is_some()
            {
                return Err(Error::Kustomization(format!(
                    "Found multiple kustomization files under: {}\n",
                    root.shown()
                )));
            }
        }
        let Some((file, text)) = found else {
            let [first, second, third] = FILES;
            return Err(Error::Load(format!(
                "unable to find one of '{first}', '{second}' or '{third}' in directory '{}'",
                root.shown()
            )));
        };
        Target::of_text(shared, root, file, &text)
    }

    /// Reads a kustomization that stands in a text.
    ///
    /// # Errors
    /// A text with mistakes.
    pub(crate) fn of_text(
        shared: &'t Shared<'t>,
        root: Root<'t>,
        file: &'static str,
        text: &str,
    ) -> Result<Target<'t>, Error> {
        let kustomization = Kustomization::read(text, &mut shared.warnings.borrow_mut());
        let kustomization = kustomization.map_err(Error::Kustomization)?;
        let mistakes = kustomization.mistakes();
        if !mistakes.is_empty() {
            return Err(Error::Kustomization(format!(
                "Failed to read kustomization file under {}:\n{}",
                root.shown(),
                mistakes.join("\n")
            )));
        }
        let origin = (!kustomization.build_metadata.is_empty()).then(Origin::default);
        Ok(Target { shared, root, kustomization, file, origin, helm_namespace: String::new(), depth: 0 })
    }

    /// Takes the kustomization's `openapi` field.
    ///
    /// # Errors
    /// A file that is missing, and a schema that is none.
    pub(crate) fn set_schema(&self) -> Result<(), Error> {
        let openapi = &self.kustomization.openapi;
        let text = openapi.get("path").map(|path| self.root.load(path)).transpose()?;
        let version = openapi.get("version").map(String::as_str);
        self.shared.schemas.set(version, text.as_deref()).map_err(Error::Kustomization)
    }

    fn schemas(&self) -> &'t Schemas {
        &self.shared.schemas
    }
}

/// A built-in's configuration as messages show it.
fn config_text(config: &impl Encode) -> String {
    let value = config.encode().unwrap_or_default();
    fairlead_yaml::emit::to_string(&value, fairlead_yaml::Style::V2).unwrap_or_default()
}

/// The error of a built-in that cannot be configured.
fn trouble(kind: &str, config: &str) -> impl FnOnce(Error) -> Error {
    let prefix = format!("trouble configuring builtin {kind} with config: `\n{config}`");
    move |error| error.under(prefix)
}
