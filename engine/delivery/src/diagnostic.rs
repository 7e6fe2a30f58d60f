//! Errors and warnings alike: what is wrong, where, and what to do about it.

use std::fmt;
use std::ops::Deref;

use fairlead_world::RepoPath;

/// One thing to say about a project: an error, or a warning that does not stop the work.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Where it is: a line of a project file, or `None` where no file is to blame.
    pub place: Option<Span>,
    /// The unit it concerns, as `workload/tenant/environment`, or `None` where it concerns the project.
    pub unit: Option<String>,
    /// Whether it stops the work.
    pub severity: Severity,
    /// What kind of thing it is.
    pub code: Code,
    /// What is wrong: one sentence without a final stop.
    pub message: String,
    /// What to do about it: one sentence without a final stop.
    pub resolution: String,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: Code, message: impl Into<String>, resolution: impl Into<String>) -> Diagnostic {
        Diagnostic {
            place: None,
            unit: None,
            severity: Severity::Error,
            code,
            message: message.into(),
            resolution: resolution.into(),
        }
    }

    /// A warning.
    pub fn warning(code: Code, message: impl Into<String>, resolution: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, message, resolution) }
    }

    /// The same at a place.
    #[must_use]
    pub fn at(mut self, place: &Span) -> Diagnostic {
        self.place = Some(place.clone());
        self
    }

    /// The same about a unit.
    #[must_use]
    pub fn about(mut self, unit: impl fmt::Display) -> Diagnostic {
        self.unit = Some(unit.to_string());
        self
    }

    /// Whether it stops the work.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        write!(f, "{}: ", self.severity)?;
        if let Some(unit) = &self.unit {
            write!(f, "{unit}: ")?;
        }
        match self.code.title() {
            Some(title) => write!(f, "{title}: {}", self.message)?,
            None => f.write_str(&self.message)?,
        }
        if self.resolution.is_empty() { Ok(()) } else { write!(f, "; {}", self.resolution) }
    }
}

/// How much a [`Diagnostic`] weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is written while it stands.
    Error,
    /// Shown, and kept in the commit message; stops the work under `--strict` alone.
    Warning,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        })
    }
}

/// What kind of thing a [`Diagnostic`] says. Its [`slug`](Code::slug) is stable: scripts may depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Code {
    /// A file is not YAML, or is empty, or is beyond the limits of depth, size and aliases.
    Yaml,
    /// A file's `apiVersion` or `kind` is missing or is not what its folder holds.
    Kind,
    /// A field that the kind does not have.
    UnknownField,
    /// A field that is not there and must be.
    MissingField,
    /// A value of the wrong type, or outside what the field allows.
    InvalidValue,
    /// A name that cannot be a path segment or a Kubernetes name.
    InvalidName,
    /// A path that leads out of the repository, or that some file system cannot hold.
    InvalidPath,
    /// A file that has to be there and is not, or something else in its place.
    MissingFile,
    /// A file in a folder of the project that nothing reads.
    StrayFile,
    /// A reference to something that does not exist.
    MissingReference,
    /// References that lead back to where they began.
    Cycle,
    /// Two things that would share a name.
    Collision,
    /// One cell bound twice.
    BoundTwice,
    /// Something that the lock does not name, or a lock that does not fit.
    NotLocked,
    /// The lock was made by another version of the engine.
    EngineVersion,
    /// The fallback cluster in a protected environment.
    ProtectedFallback,
    /// An unquoted variable reference, which YAML reads as a flow map.
    UnquotedReference,
    /// No cluster target for a tenant/environment pair.
    MissingTarget,
    /// A variable reference without a value.
    UnresolvedVariable,
    /// A wildcard version in a pinned environment.
    PinnedVersionConflict,
    /// A bound agent is offline.
    AgentDisconnected,
    /// A generated manifest uses a deprecated Kubernetes API.
    DeprecatedApi,
    /// A generated manifest fails schema validation.
    ValidationError,
    /// Auto-sync with prune in a protected environment.
    ProtectedPrune,
    /// A setting that has no effect where it stands.
    NoEffect,
    /// A rendered Secret that carries data.
    SecretData,
    /// A hook that the runtime does not run.
    HookNotRun,
    /// Seeded random values, which anyone who has the repository can predict.
    SeededRandom,
    /// A unit that a hold keeps as it is.
    Held,
    /// A generated file that somebody has edited.
    HandEdited,
    /// A unit that could not be rendered.
    Render,
    /// Something that cannot be written: a path taken, too many entries, a refused deletion.
    Layout,
}

impl Code {
    /// The stable name that scripts and commit messages use.
    pub fn slug(self) -> &'static str {
        match self {
            Code::Yaml => "yaml",
            Code::Kind => "kind",
            Code::UnknownField => "unknown-field",
            Code::MissingField => "missing-field",
            Code::InvalidValue => "invalid-value",
            Code::InvalidName => "invalid-name",
            Code::InvalidPath => "invalid-path",
            Code::MissingFile => "missing-file",
            Code::StrayFile => "stray-file",
            Code::MissingReference => "missing-reference",
            Code::Cycle => "cycle",
            Code::Collision => "collision",
            Code::BoundTwice => "bound-twice",
            Code::NotLocked => "not-locked",
            Code::EngineVersion => "engine-version",
            Code::ProtectedFallback => "protected-fallback",
            Code::UnquotedReference => "unquoted-reference",
            Code::MissingTarget => "missing-target",
            Code::UnresolvedVariable => "unresolved-variable",
            Code::PinnedVersionConflict => "pinned-version-conflict",
            Code::AgentDisconnected => "agent-disconnected",
            Code::DeprecatedApi => "deprecated-api",
            Code::ValidationError => "validation-error",
            Code::ProtectedPrune => "protected-prune",
            Code::NoEffect => "no-effect",
            Code::SecretData => "secret-data",
            Code::HookNotRun => "hook-not-run",
            Code::SeededRandom => "seeded-random",
            Code::Held => "held",
            Code::HandEdited => "hand-edited",
            Code::Render => "render",
            Code::Layout => "layout",
        }
    }

    /// The title of the six warning states that people know by name, and `None` for everything else.
    pub fn title(self) -> Option<&'static str> {
        Some(match self {
            Code::MissingTarget => "Missing Target",
            Code::UnresolvedVariable => "Unresolved Variable",
            Code::PinnedVersionConflict => "Pinned Version Conflict",
            Code::AgentDisconnected => "Agent Disconnected",
            Code::DeprecatedApi => "Deprecated API",
            Code::ValidationError => "Validation Error",
            _ => return None,
        })
    }
}

/// What the six named warning states say, word for word as people know it.
impl Code {
    /// The cause of a named warning state; empty for everything else.
    pub fn cause(self) -> &'static str {
        match self {
            Code::MissingTarget => "No cluster target for a tenant/environment pair",
            Code::UnresolvedVariable => "An HQ variable reference has no value",
            Code::PinnedVersionConflict => "Wildcard chart version in a pinned environment",
            Code::AgentDisconnected => "Bound agent is offline",
            Code::DeprecatedApi => "Generated manifest uses a deprecated Kubernetes API",
            Code::ValidationError => "Generated manifest fails schema validation",
            _ => "",
        }
    }

    /// What to do about a named warning state; empty for everything else.
    pub fn resolution(self) -> &'static str {
        match self {
            Code::MissingTarget => "Configure a target in the Cluster Targets panel",
            Code::UnresolvedVariable => "Set the variable in project or environment settings",
            Code::PinnedVersionConflict => "Pin a specific version for the environment",
            Code::AgentDisconnected => "Check agent connectivity and restart if needed",
            Code::DeprecatedApi => "Update the source chart or Kustomize overlay",
            Code::ValidationError => "Fix the source configuration",
            _ => "",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

/// A place in a project file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub path: RepoPath,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

impl Span {
    /// The first character of a file: where what is said concerns all of it.
    pub fn start(path: &RepoPath) -> Span {
        Span { path: path.clone(), line: 1, column: 1 }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.path, self.line, self.column)
    }
}

/// A value and where it is written. Two are equal where their values are: moving a line changes nothing.
#[derive(Debug, Clone)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it is written.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub fn new(value: T, span: Span) -> Spanned<T> {
        Spanned { value, span }
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Spanned<T>) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}
