//! The order of the output.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::Error;
use crate::kustomization::SortOptions;
use crate::resource::{FIRST, Gvk, LAST, ResId, ResList, Resource};
use crate::schema::Schemas;

/// Puts the resources in order: kinds that others need first, or as they came.
///
/// # Errors
/// An unknown order, and settings of another order than the one that is asked for.
pub(crate) fn sort(options: &SortOptions, list: &mut ResList, schemas: &Schemas) -> Result<(), Error> {
    match options.order.as_str() {
        "fifo" if options.legacy_sort_options.is_some() => Err(Error::Kustomization(
            "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'"
                .to_owned(),
        )),
        "fifo" => Ok(()),
        "legacy" => {
            let owned = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>();
            let (first, last) = match &options.legacy_sort_options {
                Some(kinds) => (kinds.order_first.clone(), kinds.order_last.clone()),
                None => (owned(&FIRST), owned(&LAST)),
            };
            sort_legacy(&first, &last, list, schemas);
            Ok(())
        }
        _ => Err(Error::Kustomization("the field 'sortOptions.order' must be one of [fifo, legacy]".to_owned())),
    }
}

fn sort_legacy(first: &[String], last: &[String], list: &mut ResList, schemas: &Schemas) {
    let mut orders: BTreeMap<&str, i64> = BTreeMap::new();
    let count = i64::try_from(first.len()).unwrap_or(i64::MAX);
    for (place, kind) in (0i64..).zip(first) {
        orders.insert(kind, place - count);
    }
    for (place, kind) in (1i64..).zip(last) {
        orders.insert(kind, place);
    }
    let key = |resource: &Resource| {
        let id = resource.id(schemas);
        let order = orders.get(&*id.gvk.kind).copied().unwrap_or(0);
        (order, kind_text(&id.gvk), id_text(&id))
    };
    let mut all = list.take();
    all.sort_by_cached_key(key);
    all.into_iter().for_each(|resource| list.push(resource));
}

/// The order of kinds with one rank. Among kinds that are called `Namespace` those without a group come first, and
/// backwards.
fn kind_text(gvk: &Gvk) -> (bool, Reverse<String>, String) {
    let text = gvk.sort_text();
    if &*gvk.kind == "Namespace" && gvk.group.is_empty() {
        return (false, Reverse(text), String::new());
    }
    (true, Reverse(String::new()), text)
}

fn id_text(id: &ResId) -> String {
    let part = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { text.to_owned() };
    format!("{}|{}|{}", id.gvk, part(&id.namespace, "~X"), part(&id.name, "~N"))
}
