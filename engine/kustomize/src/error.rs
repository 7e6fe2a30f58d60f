//! What can go wrong in a build.

use fairlead_world::Need;

/// Why a kustomization could not be built.
///
/// Messages are those of `kustomize build`, with the same nesting of prefixes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Files or folders have to be fetched first; then the build can be entered again.
    #[error("{} have to be fetched first", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Needed(Vec<Need>),
    /// A base or resource in another repository or on the web, which is never fetched.
    #[error("{0}")]
    Remote(String),
    /// A plugin that is a program or a container, which is never run.
    #[error("{0}")]
    Plugin(String),
    /// A file or folder that is missing, outside of where it may be, or of the wrong kind.
    #[error("{0}")]
    Load(String),
    /// A kustomization file with a mistake.
    #[error("{0}")]
    Kustomization(String),
    /// A text that holds no resources, or resources of which two have one name.
    #[error("{0}")]
    Resource(String),
    /// A generator that is configured wrongly or cannot generate.
    #[error("{0}")]
    Generator(String),
    /// A transformer that is configured wrongly or cannot transform.
    #[error("{0}")]
    Transformer(String),
    /// A name or variable that refers to nothing or to several things.
    #[error("{0}")]
    Reference(String),
    /// A result that has no YAML.
    #[error("{0}")]
    Output(String),
}

impl Error {
    /// The same error behind a prefix. What is needed stays what it is.
    pub(crate) fn under(self, prefix: impl std::fmt::Display) -> Error {
        let join = |text: String| format!("{prefix}: {text}");
        match self {
            Error::Needed(needs) => Error::Needed(needs),
            Error::Remote(text) => Error::Remote(join(text)),
            Error::Plugin(text) => Error::Plugin(join(text)),
            Error::Load(text) => Error::Load(join(text)),
            Error::Kustomization(text) => Error::Kustomization(join(text)),
            Error::Resource(text) => Error::Resource(join(text)),
            Error::Generator(text) => Error::Generator(join(text)),
            Error::Transformer(text) => Error::Transformer(join(text)),
            Error::Reference(text) => Error::Reference(join(text)),
            Error::Output(text) => Error::Output(join(text)),
        }
    }

    /// The same error with its message changed.
    pub(crate) fn reworded(self, word: impl FnOnce(&str) -> String) -> Error {
        match self {
            Error::Needed(needs) => Error::Needed(needs),
            Error::Remote(text) => Error::Remote(word(&text)),
            Error::Plugin(text) => Error::Plugin(word(&text)),
            Error::Load(text) => Error::Load(word(&text)),
            Error::Kustomization(text) => Error::Kustomization(word(&text)),
            Error::Resource(text) => Error::Resource(word(&text)),
            Error::Generator(text) => Error::Generator(word(&text)),
            Error::Transformer(text) => Error::Transformer(word(&text)),
            Error::Reference(text) => Error::Reference(word(&text)),
            Error::Output(text) => Error::Output(word(&text)),
        }
    }
}
