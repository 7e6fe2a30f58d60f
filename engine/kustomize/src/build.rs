//! A whole build, from a folder to resources.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use fairlead_world::{RepoPath, World};

use crate::Error;
use crate::fieldspec::FieldSpec;
use crate::generators::Charts;
use crate::kustomization::SortOptions;
use crate::load::Disk;
use crate::node::json;
use crate::resource::{ResId, ResList, drop_local};
use crate::schema::Schemas;
use crate::target::{Shared, Target};
use crate::transformers::{HashNames, Labels, Transformer, fix_references, resolve_variables, sort};

/// The settings of a build: the flags of `kustomize build`.
#[derive(Clone, Default)]
pub struct Options<'o> {
    /// What messages put before paths: the absolute path of the repository, or nothing.
    pub shown_root: String,
    /// The folder as the user wrote it, for messages; empty for its path.
    pub written: String,
    /// Which files a kustomization may load.
    pub load_restrictor: LoadRestrictor,
    /// The order of the output where the kustomization says nothing.
    pub reorder: Reorder,
    /// Whether resources are labelled as managed by Kustomize.
    pub managed_by_label: bool,
    /// How charts are rendered; without it they are refused.
    pub charts: Option<Charts<'o>>,
}

/// Which files a kustomization may load.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LoadRestrictor {
    /// Those in its folder and below.
    #[default]
    RootOnly,
    /// All of the repository.
    None,
}

/// The order of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reorder {
    /// Kinds that others need come first.
    #[default]
    Legacy,
    /// As it comes.
    None,
}

/// What came of a build.
#[derive(Debug)]
pub struct Built {
    /// The resources, or why there are none.
    pub result: Result<Resources, Error>,
    /// What there is to warn of, also where the build failed; Kustomize prints these lines to its error output.
    pub warnings: Vec<String>,
}

/// The version that the label of managed resources names.
const VERSION: &str = "kustomize-v5.8.1";

/// Builds the kustomization in a folder.
pub fn build(world: &dyn World, folder: &RepoPath, options: &Options<'_>) -> Built {
    let shared = Shared { schemas: Schemas::default(), options, warnings: RefCell::default() };
    let disk = Disk::new(world, &options.shown_root, options.load_restrictor);
    let result = run(&shared, &disk, folder).map(|list| Resources { list });
    Built { result, warnings: shared.warnings.into_inner() }
}

fn run(shared: &Shared<'_>, disk: &Disk<'_>, folder: &RepoPath) -> Result<ResList, Error> {
    let shown = format!("{}/{folder}", shared.options.shown_root);
    let written = if shared.options.written.is_empty() { &shown } else { &shared.options.written };
    let root = disk.root(folder, written)?;
    let target = Target::load(shared, root)?;
    target.set_schema()?;
    let mut all = target.accumulate()?;
    let schemas = &shared.schemas;
    HashNames.transform(&mut all.list, schemas)?;
    let config = all.config().clone();
    fix_references(&config.name_reference, &mut all.list, schemas)?;
    resolve_variables(&all.vars, &config, &mut all.list, &mut shared.warnings.borrow_mut())?;
    let mut list = all.list;
    let mut resources = list.take();
    drop_local(&mut resources).map_err(Error::Resource)?;
    resources.into_iter().for_each(|resource| list.push(resource));
    finish(&target, shared, &mut list)?;
    Ok(list)
}

/// Sorts, labels, and takes out what the build has noted in the resources.
fn finish(target: &Target<'_>, shared: &Shared<'_>, list: &mut ResList) -> Result<(), Error> {
    let kustomization = &target.kustomization;
    let legacy = SortOptions { order: "legacy".to_owned(), legacy_sort_options: None };
    match (&kustomization.sort_options, shared.options.reorder) {
        (Some(options), _) => sort(options, list, &shared.schemas)?,
        (None, Reorder::Legacy) => sort(&legacy, list, &shared.schemas)?,
        (None, Reorder::None) => {}
    }
    let asks = |option: &str| kustomization.build_metadata.iter().any(|asked| asked == option);
    if shared.options.managed_by_label || asks("managedByLabel") {
        let labels = BTreeMap::from([("app.kubernetes.io/managed-by".to_owned(), VERSION.to_owned())]);
        let specs = vec![FieldSpec::everywhere("metadata/labels")];
        Labels { labels, specs }.transform(list, &shared.schemas)?;
    }
    let (origins, transformations) = (asks("originAnnotations"), asks("transformerAnnotations"));
    for resource in list.all_mut() {
        resource.finish_annotations();
        resource.drop_notes(origins, transformations);
    }
    Ok(())
}

/// The resources that a build made.
#[derive(Debug)]
pub struct Resources {
    list: ResList,
}

impl Resources {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.len() == 0
    }

    /// All of them as YAML, as `kustomize build` prints it.
    ///
    /// # Errors
    /// [`Error::Output`] for a resource that has no JSON, or keys that come twice.
    pub fn print(&self) -> Result<String, Error> {
        let mut out = String::new();
        for (at, resource) in self.list.all().iter().enumerate() {
            if at > 0 {
                out.push_str("---\n");
            }
            let text = resource.node.print();
            out.push_str(
                &text.map_err(|error| Error::Output(format!("map[string]interface {{}}(nil): {error}")))?,
            );
        }
        Ok(out)
    }

    /// All of them as one JSON document, a `List`.
    ///
    /// # Errors
    /// As for [`Resources::print`].
    pub fn print_json(&self) -> Result<String, Error> {
        let items: Result<Vec<String>, String> = self.list.all().iter().map(|one| json(&one.node)).collect();
        let items = items.map_err(Error::Output)?.join(",");
        Ok(format!("{{\"apiVersion\":\"v1\",\"items\":[{items}],\"kind\":\"List\"}}"))
    }

    /// A file for each resource, under the names that `kustomize build -o FOLDER` gives them.
    ///
    /// # Errors
    /// As for [`Resources::print`].
    pub fn files(&self) -> Result<Vec<(String, String)>, Error> {
        let schemas = Schemas::default();
        let ids: Vec<_> = self.list.all().iter().map(|resource| resource.id(&schemas)).collect();
        let spaces: BTreeSet<&str> =
            ids.iter().filter(|id| !id.gvk.cluster_scoped).map(ResId::effective_namespace).collect();
        let mut files = Vec::with_capacity(ids.len());
        for (resource, id) in self.list.all().iter().zip(&ids) {
            let mut name = format!("{}_{}.yaml", id.gvk.file_stem(), id.name);
            if spaces.len() > 1 && !id.gvk.cluster_scoped {
                name = format!("{}_{name}", id.effective_namespace());
            }
            files.push((name.to_lowercase(), resource.node.print().map_err(Error::Output)?));
        }
        Ok(files)
    }
}
