//! From what went wrong at a node to the errors that Go would print.

use super::code::Code;
use crate::error::{ExecError, Place};
use crate::function::FnError;
use crate::go::quote::quote;
use crate::limits::LimitError;
use crate::parse::{NodeId, node_text};

/// What went wrong, at which node of the code being executed.
pub(super) struct Fault {
    pub(super) node: NodeId,
    pub(super) message: String,
    pub(super) cause: Option<Box<ExecError>>,
    pub(super) limit: Option<LimitError>,
}

impl Fault {
    /// Makes a fault of the language itself.
    pub(super) fn new(node: NodeId, message: impl Into<String>) -> Box<Fault> {
        Box::new(Fault { node, message: message.into(), cause: None, limit: None })
    }

    /// Makes the fault of a function or method that failed.
    pub(super) fn calling(name: &str, node: NodeId, error: FnError) -> Box<Fault> {
        let limit = match &error {
            FnError::Limit(limit) => Some(*limit),
            FnError::Nested(_, inner) => inner.limit,
            FnError::Message(_) => None,
        };
        let text = error.to_string();
        let inner = match error {
            FnError::Nested(lead, inner) if lead.is_empty() => *inner,
            FnError::Nested(_, inner) => plain(text.clone(), Some(inner)),
            _ => plain(text.clone(), None),
        };
        Box::new(Fault {
            node,
            message: format!("error calling {name}: {text}"),
            cause: Some(Box::new(inner)),
            limit,
        })
    }

    /// Makes the fault of a bound that was reached.
    pub(super) fn limit(node: NodeId, limit: LimitError) -> Box<Fault> {
        Box::new(Fault { node, message: limit.to_string(), cause: None, limit: Some(limit) })
    }
}

/// Makes an error that is not one of the template language.
pub(super) fn plain(text: String, cause: Option<Box<ExecError>>) -> ExecError {
    let limit = cause.as_ref().and_then(|cause| cause.limit);
    ExecError { text, place: None, exec: false, cause, limit }
}

/// Writes a fault as Go does, with its place and the node that it is about.
pub(super) fn locate(code: &Code, fault: Fault) -> ExecError {
    let (line, column) = code.ast.position(code.ast.node(fault.node).at);
    let text = format!(
        "template: {}:{line}:{column}: executing {} at <{}>: {}",
        code.ast.name,
        quote(&code.name),
        node_text(&code.ast, fault.node),
        fault.message
    );
    let place = Place { template: code.ast.name.clone(), line, column };
    ExecError { text, place: Some(place), exec: true, cause: fault.cause, limit: fault.limit }
}
