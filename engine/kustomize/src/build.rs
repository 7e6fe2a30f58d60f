//! A whole build, from a folder to resources.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use fairlead_world::{MemoryWorld, RepoPath, World};
use fairlead_yaml::{Map, Value};

use crate::Error;
use crate::fieldspec::FieldSpec;
use crate::generators::{Charts, RemoteChart};
use crate::kustomization::SortOptions;
use crate::load::Disk;
use crate::node::{json, yaml_to_value};
use crate::resource::{ResId, ResList, drop_local, from_text};
use crate::schema::Schemas;
use crate::target::{Accumulator, FILES, Shared, Target};
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
    with_shared(options, |shared| {
        let disk = Disk::new(world, &options.shown_root, options.load_restrictor);
        let shown = format!("{}/{folder}", options.shown_root);
        let written = if options.written.is_empty() { &shown } else { &options.written };
        let target = Target::load(shared, disk.root(folder, written)?)?;
        run(shared, &target, Accumulator::default())
    })
}

/// The charts that a kustomization and what it is built on have from elsewhere: what a build asks its
/// [`Packages`](crate::Packages) for.
///
/// Mistakes in the kustomizations are left to the build to tell.
///
/// # Errors
/// [`Error::Needed`] where files have to be fetched first.
pub fn remote_charts(
    world: &dyn World,
    folder: &RepoPath,
    options: &Options<'_>,
) -> Result<BTreeSet<RemoteChart>, Error> {
    let shared = Shared { schemas: Schemas::default(), options, warnings: RefCell::default() };
    let disk = Disk::new(world, &options.shown_root, options.load_restrictor);
    let mut found = BTreeSet::new();
    let root = disk.root(folder, folder.as_str());
    match root.and_then(|root| Target::load(&shared, root)).map(|target| target.charts(&mut found)) {
        Err(Error::Needed(needs)) | Ok(Err(Error::Needed(needs))) => Err(Error::Needed(needs)),
        Err(_) | Ok(_) => Ok(found),
    }
}

/// Runs the fields of a kustomization over resources that are there already: `documents` is YAML, a chart's output for
/// example, and comes before the resources that the fields add.
///
/// `kustomization` is the text of the fields; the files it names are looked for from `folder`, which need not hold a
/// kustomization file itself.
///
/// ```
/// use fairlead_kustomize::{Options, Reorder, overlay};
/// use fairlead_world::{MemoryWorld, RepoPath};
///
/// let documents = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n";
/// let fields = "patches:\n- target: {kind: Service}\n  patch: '- {op: add, path: /spec, value: {type: NodePort}}'\n";
/// let options = Options { reorder: Reorder::None, ..Options::default() };
/// let built = overlay(&MemoryWorld::new(), &RepoPath::root(), fields, documents, &options);
/// assert!(built.result.unwrap().print().unwrap().ends_with("spec:\n  type: NodePort\n"));
/// ```
pub fn overlay(
    world: &dyn World,
    folder: &RepoPath,
    kustomization: &str,
    documents: &str,
    options: &Options<'_>,
) -> Built {
    with_shared(options, |shared| {
        let disk = Disk::new(world, &options.shown_root, options.load_restrictor);
        let resources = from_text(documents).map_err(|error| Error::Resource(error.to_string()))?;
        let mut all = Accumulator::default();
        all.list
            .append_all(resources, &shared.schemas)
            .map_err(|error| Error::Resource(error.to_string()))?;
        let target = Target::of_text(shared, disk.root_of_text(folder), FILES[0], kustomization)?;
        run(shared, &target, all)
    })
}

/// Lays patches over resources: `patches` is the YAML of a `patches` field, of which no entry names a file.
///
/// # Errors
/// Resources and patches with mistakes, and patches that match nothing.
pub fn patch(documents: &str, patches: &str) -> Result<Resources, Error> {
    let entries = yaml_to_value(patches).map_err(Error::Kustomization)?;
    let fields = Value::Map(Map::from([("patches".into(), entries)]));
    let fields = fairlead_yaml::emit::to_string(&fields, fairlead_yaml::Style::V2)
        .map_err(|error| Error::Kustomization(error.to_string()))?;
    let options = Options { reorder: Reorder::None, ..Options::default() };
    overlay(&MemoryWorld::new(), &RepoPath::root(), &fields, documents, &options).result
}

fn with_shared<'o>(
    options: &'o Options<'o>,
    work: impl FnOnce(&Shared<'o>) -> Result<ResList, Error>,
) -> Built {
    let shared = Shared { schemas: Schemas::default(), options, warnings: RefCell::default() };
    let result = work(&shared).map(|list| Resources { list });
    Built { result, warnings: shared.warnings.into_inner() }
}

fn run(shared: &Shared<'_>, target: &Target<'_>, start: Accumulator) -> Result<ResList, Error> {
    target.set_schema()?;
    let mut all = target.accumulate_into(start)?;
    let schemas = &shared.schemas;
    HashNames.transform(&mut all.list, schemas)?;
    let config = all.config().clone();
    fix_references(&config.name_reference, &mut all.list, schemas)?;
    resolve_variables(&all.vars, &config, &mut all.list, &mut shared.warnings.borrow_mut())?;
    let mut list = all.list;
    let mut resources = list.take();
    drop_local(&mut resources).map_err(Error::Resource)?;
    resources.into_iter().for_each(|resource| list.push(resource));
    finish(target, shared, &mut list)?;
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
    /// As for [`Resources::print`]; also for names that are no file's, and for two files of one name, of which only one
    /// would be left.
    pub fn files(&self) -> Result<Vec<(String, String)>, Error> {
        let schemas = Schemas::default();
        let ids: Vec<_> = self.list.all().iter().map(|resource| resource.id(&schemas)).collect();
        let spaces: BTreeSet<&str> =
            ids.iter().filter(|id| !id.gvk.cluster_scoped).map(ResId::effective_namespace).collect();
        let mut files = BTreeMap::new();
        for (resource, id) in self.list.all().iter().zip(&ids) {
            let mut name = format!("{}_{}.yaml", id.gvk.file_stem(), id.name);
            if spaces.len() > 1 && !id.gvk.cluster_scoped {
                name = format!("{}_{name}", id.effective_namespace());
            }
            let name = name.to_lowercase();
            if name.contains(['/', '\\', '\0']) {
                return Err(Error::Output(format!("{id}: its file cannot be called '{name}'")));
            }
            let text = resource.node.print().map_err(Error::Output)?;
            if files.insert(name.clone(), text).is_some() {
                return Err(Error::Output(format!(
                    "{id}: its file '{name}' is that of another resource too"
                )));
            }
        }
        Ok(files.into_iter().collect())
    }
}
