//! Variables: `$(NAME)` in a few fields, replaced by a field of a resource.

use std::collections::{BTreeMap, BTreeSet};

use fairlead_yaml::Str;

use crate::Error;
use crate::fieldspec::{Config, Create, apply_all, split_bracketed};
use crate::kustomization::Var;
use crate::node::{Fault, Kind, Node, Scalar, Style, Tag, lookup, steps};
use crate::resource::{Gvk, ResList};

/// Replaces every variable. Variables that nothing uses are added to the warnings.
///
/// # Errors
/// Variables that no resource has a value for, and fields that cannot hold them.
pub(crate) fn resolve_variables(
    vars: &BTreeMap<String, Var>,
    config: &Config,
    list: &mut ResList,
    warnings: &mut Vec<String>,
) -> Result<(), Error> {
    let mut values = BTreeMap::new();
    for var in vars.values() {
        values.insert(var.name.as_str(), value_of(var, list).map_err(Error::Reference)?);
    }
    if values.is_empty() {
        return Ok(());
    }
    let mut used = BTreeSet::new();
    for resource in list.all_mut() {
        apply_all(&config.var_reference, resource, Create::Never, &mut |node| {
            replace(node, &values, &mut used)
        })?;
    }
    let unused: Vec<&str> = values.keys().filter(|name| !used.contains(**name)).copied().collect();
    if !unused.is_empty() {
        warnings.push(format!("well-defined vars that were never replaced: {}", unused.join(",")));
    }
    Ok(())
}

/// A variable as messages show it.
pub(crate) fn shown(var: &Var) -> String {
    let target = &var.objref;
    let gvk = Gvk {
        group: target.group.as_str().into(),
        version: target.version.as_str().into(),
        kind: target.kind.as_str().into(),
        cluster_scoped: false,
    };
    format!("{{{} {gvk} {{{}}}}}", var.name, var.fieldref.field_path)
}

/// The value of a variable: a scalar, or `None` for a mapping or a sequence, which cannot be put anywhere.
fn value_of(var: &Var, list: &ResList) -> Result<Option<Scalar>, String> {
    let Some(resource) =
        list.all().iter().find(|resource| resource.vars.iter().any(|name| **name == *var.name))
    else {
        return Err(format!(
            "var '{}' cannot be mapped to a field in the set of known resources",
            shown(var)
        ));
    };
    let missing = || format!("field specified in var '{}' not found in corresponding resource", shown(var));
    let path = steps(&with_indexes(&split_bracketed(&var.fieldref.field_path))).map_err(|_| missing())?;
    let found = lookup(&resource.node, &path).ok().flatten().ok_or_else(missing)?;
    let Some(scalar) = found.scalar() else { return Ok(None) };
    match scalar.tag {
        Tag::Int if scalar.text.parse::<i64>().is_err() => Err(missing()),
        Tag::Int | Tag::Float | Tag::Bool => Ok(Some(scalar)),
        _ => Ok(Some(Scalar::string(scalar.text))),
    }
}

/// Splits `name[0]` into a field and an index.
fn with_indexes(parts: &[String]) -> Vec<String> {
    let mut all = Vec::with_capacity(parts.len());
    for part in parts {
        let inner = part.strip_suffix(']').and_then(|part| part.rsplit_once('['));
        match inner.filter(|(_, index)| !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit()))
        {
            Some((name, index)) => {
                if !name.is_empty() {
                    all.push(name.to_owned());
                }
                all.push(index.to_owned());
            }
            None => all.push(part.clone()),
        }
    }
    all
}

type Values<'a> = BTreeMap<&'a str, Option<Scalar>>;

fn replace(node: &mut Node, values: &Values<'_>, used: &mut BTreeSet<String>) -> Result<(), Fault> {
    if node.is_null() {
        return Ok(());
    }
    match node {
        Node::Scalar(_) | Node::Shared(_) => {
            if node.is_string() {
                replace_text(node, values, used);
            }
            Ok(())
        }
        Node::Map(map) => {
            for (key, value) in &mut map.0 {
                if !matches!(key.tag, Tag::Str | Tag::Open) {
                    return Err(Fault::said(format!("invalid map key: value='{}'", key.text)));
                }
                if value.is_string() {
                    replace_text(value, values, used);
                }
            }
            Ok(())
        }
        Node::Seq(items) => {
            for item in items {
                if item.kind() != Kind::Scalar || !item.is_string() {
                    return Err(Fault::said("invalid value type expect a string"));
                }
                replace_text(item, values, used);
            }
            Ok(())
        }
    }
}

fn replace_text(node: &mut Node, values: &Values<'_>, used: &mut BTreeSet<String>) {
    let text = node.text();
    node.replace_scalar(expand(&text, values, used));
}

/// Expands the variables of a text. A text that is one variable takes its type.
fn expand(text: &Str, values: &Values<'_>, used: &mut BTreeSet<String>) -> Scalar {
    let mut out = String::with_capacity(text.len());
    let mut rest: &str = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        if let Some(tail) = behind.strip_prefix('$') {
            out.push('$');
            rest = tail;
            continue;
        }
        let Some(inner) = behind.strip_prefix('(') else {
            out.push('$');
            rest = behind;
            continue;
        };
        let Some((name, tail)) = inner.split_once(')') else {
            out.push_str("$(");
            rest = inner;
            continue;
        };
        match values.get(name).and_then(Option::as_ref) {
            Some(value) => {
                used.insert(name.to_owned());
                if text.len() == name.len() + 3 {
                    return typed(value);
                }
                out.push_str(&value.text);
            }
            None => {
                out.push_str("$(");
                out.push_str(name);
                out.push(')');
            }
        }
        rest = tail;
    }
    out.push_str(rest);
    Scalar::string(out)
}

fn typed(value: &Scalar) -> Scalar {
    Scalar { text: value.text.clone(), tag: value.tag, style: Style::Plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_expand_and_double_dollars_do_not() {
        let values = BTreeMap::from([("A", Some(Scalar::string("x")))]);
        let expand = |text: &str| expand(&text.into(), &values, &mut BTreeSet::new()).text.to_string();
        assert_eq!(expand("$(A)-$$(A) $(B) $ $(A"), "x-$(A) $(B) $ $(A");
    }

    #[test]
    fn indexes_are_split_off() {
        assert_eq!(with_indexes(&["a[0]".into(), "[name=x]".into()]), ["a", "0", "[name=x]"]);
    }
}
