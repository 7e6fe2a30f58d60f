//! What is said of references that stay.

use super::index::Scopes;
use super::substitute::{Unresolved, UnresolvedKind};
use crate::config::reader::nearest;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::resolve::UnitId;

/// The warning for a reference that stays; `place` is where the value that has it is written.
pub fn warning(unresolved: &Unresolved, scopes: &Scopes, unit: &UnitId, place: Option<&Span>) -> Diagnostic {
    let at = match unresolved.path.steps().is_empty() {
        true => String::new(),
        false => format!(" at `{}`", unresolved.path),
    };
    let (message, hint) = match unresolved.kind {
        UnresolvedKind::NoValue => {
            let message = format!("{}: `{}`{at}", Code::UnresolvedVariable.cause(), unresolved.reference);
            let inside = unresolved.reference.trim_matches(['{', '}', ' ']);
            let key = inside.rsplit('.').next().unwrap_or(inside);
            let known: Vec<&str> = scopes.keys().map(|key| &**key).collect();
            let near =
                nearest(key, &known).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            (message, format!("{}{near}", Code::UnresolvedVariable.resolution()))
        }
        UnresolvedKind::Malformed => (
            format!("`{}`{at} is no reference to a variable", unresolved.reference),
            "write `{{hq.var.KEY}}` or `{{hq.var.SCOPE.KEY}}` with one of org, project, env, tenant, service"
                .to_owned(),
        ),
    };
    let warning = Diagnostic::warning(Code::UnresolvedVariable, message, hint).about(unit);
    match place {
        Some(place) => warning.at(place),
        None => warning,
    }
}
