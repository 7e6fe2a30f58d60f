//! Gathering the resources of a kustomization, of its bases and of its components.

use super::{Accumulator, MAX_NESTING, Target};
use crate::Error;
use crate::fieldspec::Config;
use crate::load::Root;
use crate::resource::{ReadError, Resource, from_text};

impl<'t> Target<'t> {
    /// Gathers all that the kustomization has to offer.
    ///
    /// # Errors
    /// Whatever is wrong in it or below it.
    pub(crate) fn accumulate(&self) -> Result<Accumulator, Error> {
        self.accumulate_into(Accumulator::default())
    }

    /// Gathers into what is there already, as a component does into what its parent has gathered.
    ///
    /// # Errors
    /// Whatever is wrong in it or below it.
    pub(crate) fn accumulate_into(&self, mut all: Accumulator) -> Result<Accumulator, Error> {
        let kustomization = &self.kustomization;
        self.resources(&mut all, &kustomization.resources)
            .map_err(|error| error.under("accumulating resources"))?;
        let own = self.configurations()?;
        all.merge_config(own.as_ref())?;
        if let Some(definitions) = self.definitions()? {
            all.add_config(&definitions)?;
        }
        self.generate(&mut all)?;
        for path in &kustomization.components {
            let root =
                self.root.open(path).map_err(|error| error.reworded(|text| format!("loader.New {text:?}")));
            let root = root.map_err(|error| error.under("accumulating components"))?;
            all = self.component(all, root, path).map_err(|error| {
                error.reworded(|text| format!("accumulating components: accumulateDirectory: {text:?}"))
            })?;
        }
        self.transform(&mut all)?;
        self.validate(&mut all)?;
        all.merge_vars(&kustomization.vars, self.schemas()).map_err(|error| {
            let vars: Vec<String> =
                kustomization.vars.iter().map(crate::transformers::shown_variable).collect();
            error.under(format!("merging vars [{}]", vars.join(" ")))
        })?;
        Ok(all)
    }

    fn configurations(&self) -> Result<Option<Config>, Error> {
        let mut own: Option<Config> = None;
        for path in &self.kustomization.configurations {
            let read = Config::read(&self.root.load(path)?).map_err(Error::Kustomization)?;
            match &mut own {
                Some(own) => own.merge(&read).map_err(Error::Kustomization)?,
                None => own = Some(read),
            }
        }
        Ok(own)
    }

    fn definitions(&self) -> Result<Option<Config>, Error> {
        let mut all: Option<Config> = None;
        let crds = &self.kustomization.crds;
        let within = |error: Error| error.under(format!("loading CRDs [{}]", crds.join(" ")));
        for path in crds {
            let text = self.root.load(path).map_err(within)?;
            let read = Config::of_definitions(&text).map_err(|error| {
                let why = format!("unable to parse open API definition from '{path}': {error}");
                within(Error::Kustomization(why))
            })?;
            all.get_or_insert_with(Config::default).merge(&read).map_err(Error::Kustomization)?;
        }
        Ok(all)
    }

    /// Adds files and bases. Files that have to be fetched do not keep the others from being asked for.
    pub(super) fn resources(&self, all: &mut Accumulator, paths: &[String]) -> Result<(), Error> {
        let mut needed = None;
        for path in paths {
            match self.resource(all, path) {
                Err(Error::Needed(needs)) => needed = Some(needs),
                result => result?,
            }
        }
        needed.map_or(Ok(()), |needs| Err(Error::Needed(needs)))
    }

    fn resource(&self, all: &mut Accumulator, path: &str) -> Result<(), Error> {
        let error = match self.file(all, path) {
            Ok(()) => return Ok(()),
            Err(error @ (Error::Needed(_) | Error::Remote(_))) => return Err(error),
            Err(error) => error,
        };
        let text = error.to_string();
        let root = match self.root.open(path) {
            Ok(root) => root,
            // What is no base either, and no YAML, is a file with a mistake.
            Err(Error::Needed(needs)) => return Err(Error::Needed(needs)),
            Err(_) if text.contains("MalformedYAMLError") => return Err(error),
            Err(error) => return Err(error.under(format!("accumulation err='{text}'"))),
        };
        let base =
            self.base(root, path).map_err(|error| error.under(format!("accumulation err='{text}'")))?;
        let shown = base.1;
        all.merge(base.0, self.schemas()).map_err(|error| {
            error.under(format!("accumulation err='{text}': recursed merging from path '{shown}'"))
        })
    }

    fn file(&self, all: &mut Accumulator, path: &str) -> Result<(), Error> {
        let within = |error: Error| error.under(format!("accumulating resources from '{path}'"));
        let text = self.root.load(path).map_err(within)?;
        let mut resources = read(&text, path).map_err(within)?;
        check_unique(&resources, self).map_err(within)?;
        if let Some(origin) = &self.origin {
            let origin = origin.append(path);
            resources.iter_mut().for_each(|resource| resource.set_origin(&origin));
        }
        let added = all.list.append_all(resources, self.schemas());
        added.map_err(|error| {
            Error::Resource(error.to_string()).under(format!("merging resources from '{path}'"))
        })
    }

    /// A kustomization below this one.
    pub(super) fn nested(&self, root: Root<'t>, path: &str) -> Result<Target<'t>, Error> {
        if self.depth >= MAX_NESTING {
            return Err(Error::Load(format!("bases are nested deeper than {MAX_NESTING}")));
        }
        let shown = root.shown();
        let mut target = Target::load(self.shared, root)
            .map_err(|error| error.under(format!("couldn't make target for path '{shown}'")))?;
        target.kustomization.build_metadata.clone_from(&self.kustomization.build_metadata);
        target.origin = self.origin.as_ref().map(|origin| origin.append(path));
        let namespace = &self.kustomization.namespace;
        let namespace = if namespace.is_empty() { &self.helm_namespace } else { namespace };
        target.helm_namespace.clone_from(namespace);
        target.depth = self.depth + 1;
        target.set_schema()?;
        Ok(target)
    }

    fn base(&self, root: Root<'t>, path: &str) -> Result<(Accumulator, String), Error> {
        let target = self.nested(root, path)?;
        let shown = target.root.shown();
        if target.kustomization.is_component() {
            return Err(Error::Kustomization(format!("expected kind != 'Component' for path '{shown}'")));
        }
        let base = target
            .accumulate()
            .map_err(|error| error.under(format!("recursed accumulation of path '{shown}'")))?;
        Ok((base, shown))
    }

    fn component(&self, all: Accumulator, root: Root<'t>, path: &str) -> Result<Accumulator, Error> {
        let target = self.nested(root, path)?;
        let shown = target.root.shown();
        if !target.kustomization.is_component() {
            return Err(Error::Kustomization(format!(
                "expected kind 'Component' for path '{shown}' but got '{}'",
                target.kustomization.kind
            )));
        }
        target
            .accumulate_into(all)
            .map_err(|error| error.under(format!("recursed accumulation of path '{shown}'")))
    }
}

/// Reads the resources of a file.
pub(super) fn read(text: &str, path: &str) -> Result<Vec<Resource>, Error> {
    from_text(text).map_err(|error| Error::Resource(ReadError::in_file(error, path).to_string()))
}

/// Refuses a file in which two resources have one identity.
fn check_unique(resources: &[Resource], target: &Target<'_>) -> Result<(), Error> {
    if resources.len() < 2 {
        return Ok(());
    }
    let mut seen = std::collections::BTreeSet::new();
    for resource in resources {
        let id = resource.id(target.schemas());
        let key = (id.gvk.clone(), id.name.clone(), id.effective_namespace().to_owned());
        if !seen.insert(key) {
            return Err(Error::Resource(format!("may not add resource with an already registered id: {id}")));
        }
    }
    Ok(())
}
