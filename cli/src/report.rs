//! Errors and warnings as people and programs read them.

use fairlead_delivery::diagnostic::{Diagnostic, Severity};
use serde::Serialize;

use crate::exit::Exit;
use crate::output::{BAD, BOLD, DIM, WARN, styled};

/// A diagnostic in JSON and YAML.
#[derive(Debug, Serialize)]
pub(crate) struct DiagnosticView {
    severity: String,
    code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    message: String,
    resolution: String,
}

impl From<&Diagnostic> for DiagnosticView {
    fn from(diagnostic: &Diagnostic) -> DiagnosticView {
        DiagnosticView {
            severity: diagnostic.severity.to_string(),
            code: diagnostic.code.slug(),
            title: diagnostic.code.title(),
            unit: diagnostic.unit.clone(),
            place: diagnostic.place.as_ref().map(ToString::to_string),
            message: diagnostic.message.clone(),
            resolution: diagnostic.resolution.clone(),
        }
    }
}

/// The diagnostics for people: what and where on the first line, what to do on the second.
pub(crate) fn lines(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(line).collect()
}

fn line(diagnostic: &Diagnostic) -> String {
    let severity = match diagnostic.severity {
        Severity::Error => styled(BAD, "error"),
        Severity::Warning => styled(WARN, "warning"),
    };
    let mut text = format!("{severity}: ");
    if let Some(title) = diagnostic.code.title() {
        text.push_str(&format!("{}: ", styled(BOLD, title)));
    }
    text.push_str(&diagnostic.message);
    if let Some(unit) = &diagnostic.unit {
        text.push_str(&styled(DIM, &format!(" [{unit}]")));
    }
    text.push('\n');
    if let Some(place) = &diagnostic.place {
        text.push_str(&format!("  {}\n", styled(DIM, &format!("at {place}"))));
    }
    if !diagnostic.resolution.is_empty() {
        text.push_str(&format!("  {}\n", diagnostic.resolution));
    }
    text
}

/// Shows diagnostics beside a command's own output.
pub(crate) fn warn(diagnostics: &[Diagnostic]) {
    anstream::eprint!("{}", lines(diagnostics));
}

/// The numbers of errors and warnings in words, such as `1 error, 2 warnings`.
pub(crate) fn counts(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    format!("{}, {}", counted(errors, "error"), counted(diagnostics.len() - errors, "warning"))
}

/// A number and its noun.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// Tells why a command could not do its work.
pub(crate) fn failed(error: &dyn std::error::Error) -> Exit {
    anstream::eprintln!("{}: {error}", styled(BAD, "error"));
    Exit::Failed
}
