//! The functions that templates can call: one family a file, one table for all of them.

mod args;
mod case;
#[cfg(feature = "keys")]
mod certificates;
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
mod passwords;
mod paths;
mod random;
mod reflection;
mod regex;
mod semver;
mod sequences;
mod show;
mod stream;
mod strings;
mod text;
mod toml;
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
    #[cfg(feature = "keys")]
    certificates::FUNCTIONS,
    dates::FUNCTIONS,
    defaults::FUNCTIONS,
    dicts::FUNCTIONS,
    encoding::FUNCTIONS,
    json::FUNCTIONS,
    lists::FUNCTIONS,
    math::FUNCTIONS,
    merge::FUNCTIONS,
    passwords::FUNCTIONS,
    paths::FUNCTIONS,
    random::FUNCTIONS,
    reflection::FUNCTIONS,
    regex::FUNCTIONS,
    semver::FUNCTIONS,
    sequences::FUNCTIONS,
    strings::FUNCTIONS,
    text::FUNCTIONS,
    toml::FUNCTIONS,
    urls::FUNCTIONS,
    wrap::FUNCTIONS,
    yaml::FUNCTIONS,
];

/// What only Helm 4 has.
const HELM4: &[&[Function]] = &[durations::FUNCTIONS, toml::HELM4, yaml::HELM4];
