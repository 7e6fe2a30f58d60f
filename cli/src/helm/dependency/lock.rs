//! `Chart.lock` on disk.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use fairlead_helm::Chart;
use fairlead_helm::chart::Dependency;
use fairlead_helm::source::lock_yaml;
use fairlead_template::go::time::{Time, Zone};

use super::super::Failure;
use super::super::value_options::reason;

/// Writes the lock of a chart; `requirements.lock` for charts of the first kind.
pub(super) fn write(
    folder: &Path,
    chart: &Chart,
    locked: &[Dependency],
    digest: &str,
) -> Result<(), Failure> {
    let name = if &*chart.metadata.api_version == "v1" { "requirements.lock" } else { "Chart.lock" };
    let path = folder.join(name);
    // A link would have the lock written to wherever it leads.
    if let Ok(target) = fs::read_link(&path) {
        return Err(format!("the {name} file is a symlink to {:?}", target.display().to_string()));
    }
    let generated = now().format("2006-01-02T15:04:05.999999999Z07:00");
    let text = lock_yaml(locked, digest, &generated).map_err(|error| error.to_string())?;
    fs::write(&path, text).map_err(|error| format!("open {}: {}", path.display(), reason(&error)))
}

/// This moment in UTC.
pub(super) fn now() -> Time {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time::from_unix(i64::try_from(now.as_secs()).unwrap_or_default(), now.subsec_nanos(), Zone::Utc)
}
