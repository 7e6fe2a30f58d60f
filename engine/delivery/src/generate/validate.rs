//! What Kubernetes' own publications say about rendered manifests.

use fairlead_world::RepoPath;

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::kubernetes::{Finding, Minor, Problem, Validator};
use crate::render::manifest::{Document, Manifest};
use crate::resolve::{Target, UnitId};

/// Deprecated APIs and schema errors of one rendered file, at their lines.
pub(super) fn check(
    validator: &Validator,
    target: &Target,
    unit: &UnitId,
    file: &RepoPath,
    manifest: &Manifest,
) -> Vec<Diagnostic> {
    let version = target.cluster.as_ref().and_then(|cluster| cluster.kubernetes_version.as_ref());
    let minor = version.and_then(|version| Minor::parse(&version.value));
    let mut found = Vec::new();
    let mut line = 1 + newlines(&manifest.preamble);
    for document in &manifest.documents {
        for finding in validator.check(minor, &document.value) {
            let at = Span { path: file.clone(), line: line + place(document, &finding), column: 1 };
            found.push(say(document, &finding).at(&at).about(unit));
        }
        line += newlines(&document.text);
    }
    found
}

fn say(document: &Document, finding: &Finding) -> Diagnostic {
    let title = document.title();
    let (code, detail) = match finding {
        Finding::Deprecated { lifecycle, gone } => {
            let word = if *gone { "is gone: " } else { "is " };
            (Code::DeprecatedApi, format!("{title} of {} {word}{lifecycle}", document.api_version()))
        }
        Finding::Invalid(problem) => (Code::ValidationError, format!("{title}: {problem}")),
    };
    Diagnostic::warning(code, format!("{}: {detail}", code.cause()), code.resolution())
}

/// The line within the document that a finding is about, from 0.
fn place(document: &Document, finding: &Finding) -> u32 {
    let path: Vec<&str> = match finding {
        Finding::Deprecated { .. } => vec!["apiVersion"],
        Finding::Invalid(Problem { path, .. }) => path.iter().map(|step| &**step).collect(),
    };
    let places = fairlead_yaml::value::with_places(&document.text, &fairlead_yaml::value::Options::default());
    let Ok((_, places)) = places else { return 0 };
    let Some((last, folder)) = path.split_last() else { return places.at.line.saturating_sub(1) };
    let folder = places.find(folder.iter().copied());
    let at = folder.key(last).unwrap_or_else(|| folder.find([*last]).at);
    at.line.saturating_sub(1)
}

pub(super) fn newlines(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(u32::MAX)
}
