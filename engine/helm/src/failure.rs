//! Errors of templates in the words that Helm makes of Go's.

use fairlead_template::{ExecError, ParseError};

use crate::dialect::Dialect;

/// What a template's `fail` and `required` put around their message, so that Helm finds it again.
const MARK_START: &str = "HELM_ERR_START";
const MARK_END: &str = "HELM_ERR_END";

/// The text of a template that can't be parsed.
pub(crate) fn parse_text(file: &str, error: &ParseError) -> String {
    let text = error.to_string();
    let mut parts = text.split(": ");
    let (_, location) = (parts.next(), parts.next());
    match (location, text.rsplit(": ").next()) {
        (Some(location), Some(message)) => format!("parse error at ({location}): {message}"),
        _ => format!("parse error in ({file}): {text}"),
    }
}

/// The text of a template that failed.
pub(crate) fn exec_text(file: &str, error: &ExecError, dialect: Dialect) -> String {
    if !error.exec {
        return error.text.clone();
    }
    let mut parts = error.text.splitn(3, ": ");
    let (Some(_), Some(location), Some(message)) = (parts.next(), parts.next(), parts.next()) else {
        return format!("execution error in ({file}): {}", error.text);
    };
    if let Some(message) = marked(message) {
        return format!("execution error at ({location}): {message}");
    }
    match dialect.traces_errors().then(|| trace(error)).flatten() {
        Some(trace) => trace,
        None => error.text.clone(),
    }
}

/// What stands between the first start mark and the last end mark.
fn marked(message: &str) -> Option<&str> {
    let start = message.find(MARK_START)? + MARK_START.len();
    let end = message.rfind(MARK_END)?;
    message.get(start..end)
}

/// Helm 4's trace: every error of the chain with its place on a line of its own.
///
/// `None` where any of them has another shape, in which case Helm shows the error as it is.
fn trace(error: &ExecError) -> Option<String> {
    let mut steps: Vec<Step> = Vec::new();
    let mut current = Some(error);
    while let Some(error) = current {
        let step = Step::read(&error.text)?;
        if steps.last() != Some(&step) {
            steps.push(step);
        }
        current = error.cause.as_deref();
    }
    let text: String = steps.iter().map(Step::show).collect();
    Some(text.trim().to_owned())
}

#[derive(Debug, Default, PartialEq)]
struct Step {
    location: String,
    executing: String,
    message: String,
}

impl Step {
    /// Takes the text of an error of `text/template` apart.
    fn read(text: &str) -> Option<Step> {
        let rest = text.strip_prefix("template: ")?;
        if rest.starts_with("no template ") {
            return Some(Step { message: text.to_owned(), ..Step::default() });
        }
        Step::executing(rest).or_else(|| Step::plain(rest))
    }

    /// `LOCATION: executing "NAME" at <NODE>: MESSAGE`
    fn executing(rest: &str) -> Option<Step> {
        let (location, after) = rest.split_once(": executing ")?;
        let (name, after) = after.strip_prefix('"')?.split_once('"')?;
        let (node, message) = after.strip_prefix(" at <")?.split_once(">: ")?;
        Some(Step {
            location: location.to_owned(),
            executing: format!("executing \"{name}\" at <{node}>:"),
            message: own(message).to_owned(),
        })
    }

    /// `LOCATION: MESSAGE`
    fn plain(rest: &str) -> Option<Step> {
        let (location, message) = rest.rsplit_once(": ")?;
        Some(Step { location: location.to_owned(), message: own(message).to_owned(), ..Step::default() })
    }

    fn show(&self) -> String {
        let mut text = String::new();
        if !self.location.is_empty() {
            text.push_str(&self.location);
            text.push_str("\n  ");
        }
        if !self.executing.is_empty() {
            text.push_str(&self.executing);
            text.push_str("\n    ");
        }
        if !self.message.is_empty() {
            text.push_str(&self.message);
            text.push('\n');
        }
        text
    }
}

/// A message without the error that it was made of.
fn own(message: &str) -> &str {
    message.split(" template:").next().unwrap_or(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str, cause: Option<ExecError>) -> ExecError {
        ExecError { text: text.into(), place: None, exec: true, cause: cause.map(Box::new), limit: None }
    }

    #[test]
    fn marks_win() {
        let failed = error(
            "template: c/t.yaml:3:4: executing \"c/t.yaml\" at <fail>: error calling fail: HELM_ERR_STARTno: wayHELM_ERR_END",
            None,
        );
        assert_eq!(
            exec_text("c/t.yaml", &failed, Dialect::Helm4),
            "execution error at (c/t.yaml:3:4): no: way"
        );
    }

    #[test]
    fn helm_4_traces_chains_of_templates() {
        let inner =
            "template: c/_h.tpl:1:9: executing \"h\" at <.x.y>: nil pointer evaluating interface {}.y";
        let outer = format!(
            "template: c/t.yaml:2:3: executing \"c/t.yaml\" at <include \"h\" .>: error calling include: {inner}"
        );
        let failed = error(&outer, Some(error(inner, None)));
        assert_eq!(exec_text("c/t.yaml", &failed, Dialect::Helm3), outer);
        assert_eq!(
            exec_text("c/t.yaml", &failed, Dialect::Helm4),
            "c/t.yaml:2:3\n  executing \"c/t.yaml\" at <include \"h\" .>:\n    error calling include:\n\
             c/_h.tpl:1:9\n  executing \"h\" at <.x.y>:\n    nil pointer evaluating interface {}.y"
        );
        let other = error(&outer, Some(error("something else", None)));
        assert_eq!(exec_text("c/t.yaml", &other, Dialect::Helm4), outer);
    }
}
