//! A chart, with the operations that are measured: the same as those of Helm's own engine in `tests/bench/helm`.

use std::cell::Cell;

use fairlead_helm::{Capabilities, Chart, Dialect, File, PrintOptions, Request, load_folder, load_package};
use fairlead_template::{Environment, FnError, Limits, Site};
use fairlead_yaml::{Map, Str};

/// An operation failed.
pub type Failure = Box<dyn std::error::Error>;

/// A chart as files, as a package, loaded, and what it renders to.
pub struct Subject {
    dialect: Dialect,
    files: Vec<File>,
    package: Vec<u8>,
    chart: Chart,
    written: Vec<(Str, String)>,
    capabilities: Capabilities,
}

impl Subject {
    /// Loads and renders a chart once.
    ///
    /// # Errors
    /// Those of loading and rendering.
    pub fn new(files: Vec<File>, package: Vec<u8>, dialect: Dialect) -> Result<Subject, Failure> {
        let chart = load_folder(files.clone(), dialect)?;
        let capabilities = Capabilities::new();
        let mut subject = Subject { dialect, files, package, chart, written: Vec::new(), capabilities };
        let rendered = fairlead_helm::render(&subject.chart, &Map::new(), &subject.request())?;
        let hooks = rendered.hooks.into_iter().map(|hook| hook.manifest);
        let mut written: std::collections::BTreeMap<Str, String> = std::collections::BTreeMap::new();
        for manifest in rendered.manifests.into_iter().chain(hooks) {
            let file = written.entry(manifest.source).or_default();
            file.push_str("---\n");
            file.push_str(&manifest.content);
            file.push('\n');
        }
        subject.written = written.into_iter().collect();
        Ok(subject)
    }

    /// The files in memory, to be loaded: what [`Subject::load_files`] consumes.
    pub fn files(&self) -> Vec<File> {
        self.files.clone()
    }

    /// Loads the chart from files in memory.
    ///
    /// # Errors
    /// Those of loading.
    pub fn load_files(&self, files: Vec<File>) -> Result<Chart, Failure> {
        Ok(load_folder(files, self.dialect)?)
    }

    /// Loads the chart from its package.
    ///
    /// # Errors
    /// Those of loading.
    pub fn load_package(&self) -> Result<Chart, Failure> {
        Ok(load_package(&self.package, self.dialect)?)
    }

    /// Merges values, executes every template, and splits, checks and sorts what they wrote.
    ///
    /// # Errors
    /// Those of rendering.
    pub fn render_and_sort(&self) -> Result<usize, Failure> {
        let rendered = fairlead_helm::render(&self.chart, &Map::new(), &self.request())?;
        Ok(rendered.manifests.len() + rendered.hooks.len())
    }

    /// Splits, checks and sorts what the templates wrote; says how many documents there are.
    ///
    /// # Errors
    /// Those of documents that are no manifests.
    pub fn sort(&self) -> Result<usize, Failure> {
        let files = self.written.iter().map(|(path, text)| (path, text.as_str()));
        let sorted = fairlead_helm::manifest::sort(files, self.dialect, &mut Vec::new())?;
        Ok(sorted.manifests.len() + sorted.hooks.len())
    }

    fn request(&self) -> Request<'_> {
        Request {
            name: "rel",
            namespace: "ns",
            is_upgrade: false,
            capabilities: &self.capabilities,
            skip_schema: true,
            environment: match self.dialect {
                Dialect::Helm3 => &Fixed(fairlead_template::Dialect::Helm3),
                Dialect::Helm4 => &Fixed(fairlead_template::Dialect::Helm4),
            },
            limits: Limits::default(),
        }
    }
}

/// Renders a package and prints it as `helm template` does, schemas included.
///
/// # Errors
/// Those of loading, rendering and printing.
pub fn template(package: &[u8]) -> Result<String, Failure> {
    let chart = load_package(package, Dialect::Helm4)?;
    let request = Request {
        name: "rel",
        namespace: "ns",
        is_upgrade: false,
        capabilities: &Capabilities::new(),
        skip_schema: false,
        environment: &Fixed(fairlead_template::Dialect::Helm4),
        limits: Limits::default(),
    };
    let rendered = fairlead_helm::render(&chart, &Map::new(), &request)?;
    Ok(rendered.print(&PrintOptions::default(), Dialect::Helm4)?)
}

/// A clock that stands, and randomness that is always new, as Helm's is, and yet the same in each run.
pub(crate) struct Fixed(pub(crate) fairlead_template::Dialect);

thread_local! {
    static RANDOM: Cell<u64> = const { Cell::new(1) };
}

impl Environment for Fixed {
    fn dialect(&self) -> fairlead_template::Dialect {
        self.0
    }

    fn now(&self, _: &Site) -> Result<(i64, u32), FnError> {
        Ok((1_700_000_000, 0))
    }

    fn random(&self, _: &Site, bytes: &mut [u8]) -> Result<(), FnError> {
        for byte in bytes {
            let next =
                RANDOM.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            RANDOM.set(next);
            *byte = next.to_be_bytes()[0];
        }
        Ok(())
    }
}
