//! The functions that templates can call: one family a file, one table for all of them.

mod args;
mod case;
mod copy;
mod data;
mod dates;
mod defaults;
mod dicts;
mod durations;
mod encoding;
mod equal;
mod instant;
mod json;
mod lists;
mod math;
mod merge;
mod paths;
mod reflection;
mod regex;
mod semver;
mod sequences;
mod show;
mod strings;
mod text;
mod urls;
mod wrap;
mod yaml;

use std::collections::BTreeMap;
use std::sync::OnceLock;

pub use data::ValueBuilder;

use crate::environment::Dialect;
use crate::function::Function;

/// Returns the function of that name, as far as the dialect has it.
pub fn lookup(name: &str, dialect: Dialect) -> Option<&'static Function> {
    static TABLE: OnceLock<BTreeMap<&'static str, &'static Function>> = OnceLock::new();
    static ADDED: OnceLock<BTreeMap<&'static str, &'static Function>> = OnceLock::new();
    let table = TABLE.get_or_init(|| families().map(|function| (function.name, function)).collect());
    let added = || {
        ADDED.get_or_init(|| {
            HELM4.iter().copied().flatten().map(|function| (function.name, function)).collect()
        })
    };
    let found = table.get(name).copied();
    if dialect == Dialect::Helm4 { found.or_else(|| added().get(name).copied()) } else { found }
}

/// Returns the functions that both dialects have.
pub fn families() -> impl Iterator<Item = &'static Function> {
    FAMILIES.iter().copied().flatten()
}

const FAMILIES: &[&[Function]] = &[
    case::FUNCTIONS,
    dates::FUNCTIONS,
    defaults::FUNCTIONS,
    dicts::FUNCTIONS,
    encoding::FUNCTIONS,
    json::FUNCTIONS,
    lists::FUNCTIONS,
    math::FUNCTIONS,
    merge::FUNCTIONS,
    paths::FUNCTIONS,
    reflection::FUNCTIONS,
    regex::FUNCTIONS,
    semver::FUNCTIONS,
    sequences::FUNCTIONS,
    strings::FUNCTIONS,
    text::FUNCTIONS,
    urls::FUNCTIONS,
    wrap::FUNCTIONS,
    yaml::FUNCTIONS,
];

/// What only Helm 4 has.
const HELM4: &[&[Function]] = &[durations::FUNCTIONS, yaml::HELM4];
