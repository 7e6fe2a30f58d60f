//! What a render read of its values, where somebody asks.
//!
//! [`render_watched`] notes which values the templates looked at, so that [`renders_alike`] can say of other values
//! whether they would give the same without rendering. [`render_recorded`] notes for everything written what it was
//! made from. Both know values by where Helm's own merging has put them: what a chart imports, what it hands down as
//! globals and which subcharts are enabled is decided anew for other values, and then compared.

mod alike;
mod origins;
mod paths;
mod reads;
mod record;

use fairlead_template::{Execution, Seen};
use fairlead_yaml::Map;

pub use alike::{Given, renders_alike};
pub(crate) use origins::Origins;
pub use reads::Reads;
pub(crate) use record::Files;
pub use record::{Call, Condition, Line, PathRead, Recorded, Written};

use self::paths::Paths;
use crate::chart::Chart;
use crate::render::{Keep, RenderError, Rendered, Request, Stages};

/// What is noted while templates execute.
#[derive(Default)]
pub(crate) enum Watch {
    /// Nothing, at no cost.
    #[default]
    Nothing,
    /// What is looked at.
    Reads(Seen),
    /// What is looked at, and what everything written is made from.
    Everything(Box<Files>),
}

impl Watch {
    /// Begins with the templates of a release.
    pub(crate) fn begin(&self, execution: &mut Execution<'_>) {
        if !matches!(self, Watch::Nothing) {
            execution.watch();
        }
    }

    /// Ends, also where a template failed.
    pub(crate) fn end(&mut self, execution: &Execution<'_>) {
        let Some(seen) = execution.seen() else { return };
        match self {
            Watch::Nothing => {}
            Watch::Reads(reads) => reads.clone_from(seen),
            Watch::Everything(files) => files.seen.clone_from(seen),
        }
    }

    /// Executes one template of the release.
    pub(crate) fn execute(
        &mut self,
        execution: &mut Execution<'_>,
        path: &fairlead_yaml::Str,
        top: &fairlead_template::Value,
    ) -> Result<fairlead_template::Output, fairlead_template::ExecError> {
        match self {
            Watch::Nothing | Watch::Reads(_) => execution.execute(path, top),
            Watch::Everything(files) => {
                let (out, recording) = execution.record(path, top)?;
                files.add(path, out.as_bytes(), recording);
                Ok(out)
            }
        }
    }
}

/// Renders as [`render`](crate::render) does, and notes into `reads` what was looked at; also where rendering fails.
pub fn render_watched(
    chart: &Chart,
    values: &Map,
    request: &Request<'_>,
    reads: &mut Reads,
) -> Result<Rendered, RenderError> {
    let mut rendered = Rendered::default();
    *reads = Reads::everything();
    let stages = Stages::new(chart, values, request, &mut rendered.warnings)?;
    let (scopes, origins) = stages.traced_scopes(request, false);
    let mut watch = Watch::Reads(Seen::default());
    let files = crate::engine::render(&stages.root, &scopes, request, stages.dialect, &mut watch);
    if let Watch::Reads(seen) = &watch {
        *reads = Reads::new(&origins, &scopes, seen);
    }
    stages.finish(files?, Keep::Objects, &mut rendered)?;
    Ok(rendered)
}

/// Renders as [`render`](crate::render) does, and notes what everything written is made from.
pub fn render_recorded(
    chart: &Chart,
    values: &Map,
    request: &Request<'_>,
) -> Result<(Rendered, Recorded), RenderError> {
    let mut rendered = Rendered::default();
    let stages = Stages::new(chart, values, request, &mut rendered.warnings)?;
    let (scopes, origins) = stages.traced_scopes(request, true);
    let mut watch = Watch::Everything(Box::default());
    let files = crate::engine::render(&stages.root, &scopes, request, stages.dialect, &mut watch)?;
    let paths = Paths::new(&origins, &stages.root, &stages.given);
    let recorded = match watch {
        Watch::Everything(files) => files.finish(&paths),
        Watch::Nothing | Watch::Reads(_) => Recorded::default(),
    };
    stages.finish(files, Keep::Heads, &mut rendered)?;
    Ok((rendered, recorded))
}
