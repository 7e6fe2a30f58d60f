//! Which units would disappear from a cluster, and whether somebody has to say so first.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use fairlead_world::Oid;

use crate::adapt::mark::Mark;
use crate::change::stale::Stale;
use crate::change::{Committed, Delivery, Listed, Mode, Request, UnitPlace};

/// A unit that would disappear from its cluster, or be made anew.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Removal {
    /// `workload/tenant/environment`.
    pub unit: String,
    /// Whether its environment is protected, or was when the unit was written.
    pub protected: bool,
    /// Why.
    pub reason: RemovalReason,
}

/// Why a unit would disappear or be made anew.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum RemovalReason {
    /// Nothing generates it any more.
    Gone,
    /// Another kind of object delivers it.
    Kind {
        /// The kind until now.
        from: String,
        /// The kind from now on.
        to: String,
    },
    /// The object that delivers it has another name.
    Name {
        /// The name until now.
        from: String,
        /// The name from now on.
        to: String,
    },
    /// Its Helm release has another name.
    Release {
        /// The name until now.
        from: String,
        /// The name from now on.
        to: String,
    },
}

impl fmt::Display for Removal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.unit)?;
        if self.protected {
            f.write_str(" (protected)")?;
        }
        match &self.reason {
            RemovalReason::Gone => f.write_str(" is no longer generated"),
            RemovalReason::Kind { from, to } => write!(f, " changes from {from} to {to}"),
            RemovalReason::Name { from, to } => write!(f, " is delivered as {to} instead of {from}"),
            RemovalReason::Release { from, to } => {
                write!(f, " changes its release from `{from}` to `{to}`, which replaces what is deployed")
            }
        }
    }
}

/// Units would disappear, and the number that was confirmed is not theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unconfirmed {
    /// The units.
    pub removals: Vec<Removal>,
    /// The number of units that are delivered now.
    pub delivered: usize,
    /// The number that was confirmed, if any.
    pub confirmed: Option<usize>,
}

impl std::error::Error for Unconfirmed {}

impl fmt::Display for Unconfirmed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 20;
        let count = self.removals.len();
        let units = if count == 1 { "unit" } else { "units" };
        write!(f, "{count} {units} of {} would be removed or made anew", self.delivered)?;
        if let Some(confirmed) = self.confirmed {
            write!(f, ", and {confirmed} were confirmed")?;
        }
        writeln!(f, ":")?;
        for removal in self.removals.iter().take(SHOWN) {
            writeln!(f, "  {removal}")?;
        }
        if count > SHOWN {
            writeln!(f, "  and {} more", count - SHOWN)?;
        }
        write!(f, "if that is meant, say --confirm-delete={count}")
    }
}

/// Finds the units that would disappear: of those whose files change or go, never by the files' names.
pub(super) fn find(request: &Request<'_>, stale: &Stale, read: &Committed<'_>) -> Vec<Removal> {
    let now: BTreeMap<&str, &UnitPlace> = request.units.iter().map(|unit| (&*unit.id, unit)).collect();
    let mut removals = BTreeMap::new();
    let mut consider = |mark: &Mark| {
        let Some(unit) = mark.unit.as_deref() else { return };
        let place = now.get(unit).copied();
        let Some(reason) = reason(mark, place.map(|place| &place.delivery)) else { return };
        let protected = mark.protected || place.is_some_and(|place| place.protected);
        removals.entry(unit.to_owned()).or_insert(Removal { unit: unit.to_owned(), protected, reason });
    };
    stale.marks.values().for_each(&mut consider);
    for unit in request.units.iter().filter(|unit| unit.asked) {
        if changes(request, unit)
            && let Some(mark) = read.read(&unit.application).and_then(|blob| Mark::read(blob.bytes()))
        {
            consider(&mark);
        }
    }
    removals.into_values().collect()
}

/// Whether the file that delivers a unit is committed and would be written anew.
fn changes(request: &Request<'_>, unit: &UnitPlace) -> bool {
    let path = unit.application.as_str();
    let (Some(listed), Some(blob)) = (request.committed.at(path), request.files.get(path)) else {
        return false;
    };
    *listed != Listed { mode: Mode::File, oid: Oid::of_blob(request.format, blob.bytes()) }
}

fn reason(before: &Mark, now: Option<&Delivery>) -> Option<RemovalReason> {
    let Some(now) = now else { return Some(RemovalReason::Gone) };
    let differ = |from: &Arc<str>, to: &str| (**from != *to).then(|| (from.to_string(), to.to_owned()));
    if let Some((from, to)) = differ(&before.kind, &now.kind) {
        return Some(RemovalReason::Kind { from, to });
    }
    if let Some((from, to)) = differ(&before.name, &now.name) {
        return Some(RemovalReason::Name { from, to });
    }
    let (from, to) = differ(&before.release, &now.release)?;
    Some(RemovalReason::Release { from, to })
}

/// Refuses a change that removes a protected unit or more than a tenth of all, unless exactly that many are confirmed.
pub(super) fn check(request: &Request<'_>, removals: &[Removal]) -> Result<(), Unconfirmed> {
    let delivered = request
        .committed
        .inside(request.applications.as_str())
        .filter(|(path, _)| is_unit_file(path))
        .count();
    let many = removals.len().saturating_mul(10) > delivered;
    let protected = removals.iter().any(|removal| removal.protected);
    if removals.is_empty() || !(many || protected) || request.confirm_delete == Some(removals.len()) {
        return Ok(());
    }
    Err(Unconfirmed { removals: removals.to_vec(), delivered, confirmed: request.confirm_delete })
}

/// Units' files are named `<tenant>-<environment>-<workload>.yaml`; those of the project have a dot in their stem or
/// too few dashes.
fn is_unit_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    name.strip_suffix(".yaml").is_some_and(|stem| stem.matches('-').count() >= 2 && !stem.contains('.'))
}
