//! JSON whose members stay in the order that they are given in.

use fairlead_yaml::{Target, Tree, View};

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    pub(super) fn text(text: &str) -> Json {
        Json::Text(text.to_owned())
    }

    pub(super) fn list(items: impl IntoIterator<Item = Json>) -> Json {
        Json::List(items.into_iter().collect())
    }

    pub(super) fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
        Json::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

impl Tree for Json {
    fn view<R>(&self, _: Target, look: impl FnOnce(View<'_, Self>) -> R) -> R {
        look(match self {
            Json::Bool(value) => View::Bool(*value),
            Json::Int(value) => View::Int(*value),
            Json::Text(text) => View::Text(text),
            Json::List(items) => View::List(items),
            Json::Object(members) => {
                View::Fields(members.iter().map(|(name, value)| (name.as_str(), value)).collect())
            }
        })
    }
}
