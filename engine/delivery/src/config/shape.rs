//! How a node becomes a typed value, and the one description of fields that reading and schemas share.

use std::collections::BTreeMap;
use std::sync::Arc;

use fairlead_world::RepoPath;

use super::name::{Key, Name};
use super::node::{Content, Node, ScalarKind};
use super::reader::Reader;
use super::schema::Schema;
use crate::diagnostic::{Code, Spanned};

/// A type that a value of a project file can be read as.
pub(crate) trait Shape: Sized {
    /// Reads a node. `None` means that the errors have been reported.
    fn read(node: &Node, reader: &mut Reader) -> Option<Self>;

    /// What an editor is told about such a value.
    fn schema() -> Schema;

    /// The value of a field that is not there, or `None` where the field must be there.
    fn absent() -> Option<Self> {
        None
    }
}

impl<T: Shape> Shape for Option<T> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        if node.is_null() { Some(None) } else { T::read(node, reader).map(Some) }
    }
    fn schema() -> Schema {
        T::schema()
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Shape> Shape for Spanned<T> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        T::read(node, reader).map(|value| Spanned::new(value, node.span.clone()))
    }
    fn schema() -> Schema {
        T::schema()
    }
}

impl<T: Shape> Shape for Box<T> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        T::read(node, reader).map(Box::new)
    }
    fn schema() -> Schema {
        T::schema()
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        match &node.content {
            Content::List(items) => {
                // Every item is read before any of them fails the list, so that all errors are told at once.
                let items: Vec<Option<T>> = items.iter().map(|item| T::read(item, reader)).collect();
                items.into_iter().collect()
            }
            _ if node.is_null() => Some(Vec::new()),
            _ => reader.mismatch(node, "a list"),
        }
    }
    fn schema() -> Schema {
        Schema::List(Box::new(T::schema()))
    }
    fn absent() -> Option<Self> {
        Some(Vec::new())
    }
}

impl<K: MapKey, T: Shape> Shape for BTreeMap<K, T> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        match &node.content {
            Content::Map(fields) => {
                let mut whole = true;
                let mut map = BTreeMap::new();
                for (key, value) in fields {
                    match (K::read_key(key, reader), T::read(value, reader)) {
                        (Some(key), Some(value)) => {
                            map.insert(key, value);
                        }
                        _ => whole = false,
                    }
                }
                whole.then_some(map)
            }
            _ if node.is_null() => Some(BTreeMap::new()),
            _ => reader.mismatch(node, "a map"),
        }
    }
    fn schema() -> Schema {
        Schema::Map(Box::new(T::schema()))
    }
    fn absent() -> Option<Self> {
        Some(BTreeMap::new())
    }
}

/// A type that a map's keys can be read as.
pub(crate) trait MapKey: Sized + Ord {
    /// Reads a key. `None` means that the error has been reported.
    fn read_key(key: &Spanned<Arc<str>>, reader: &mut Reader) -> Option<Self>;
}

impl MapKey for Arc<str> {
    fn read_key(key: &Spanned<Arc<str>>, _: &mut Reader) -> Option<Self> {
        Some(key.value.clone())
    }
}

impl MapKey for Name {
    fn read_key(key: &Spanned<Arc<str>>, reader: &mut Reader) -> Option<Self> {
        reader.name(&key.value, &key.span)
    }
}

impl MapKey for Key {
    fn read_key(key: &Spanned<Arc<str>>, reader: &mut Reader) -> Option<Self> {
        Key::parse(&key.value)
            .map_err(|reason| {
                let message = format!("`{}` is no variable name: {reason}", key.value);
                reader.error(Code::InvalidName, &key.span, message, "rename the variable");
            })
            .ok()
    }
}

impl Shape for bool {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        match &node.content {
            Content::Scalar(scalar) => match scalar.kind {
                ScalarKind::Bool(value) => Some(value),
                _ => reader.mismatch(node, "true or false"),
            },
            _ => reader.mismatch(node, "true or false"),
        }
    }
    fn schema() -> Schema {
        Schema::Bool
    }
}

impl Shape for i64 {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        match &node.content {
            Content::Scalar(scalar) => match scalar.kind {
                ScalarKind::Int(value) => Some(value),
                _ => reader.mismatch(node, "a whole number"),
            },
            _ => reader.mismatch(node, "a whole number"),
        }
    }
    fn schema() -> Schema {
        Schema::Int
    }
}

impl Shape for u32 {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let number = i64::read(node, reader)?;
        match u32::try_from(number) {
            Ok(number) => Some(number),
            Err(_) => reader.mismatch(node, "a whole number from 0 to 4294967295"),
        }
    }
    fn schema() -> Schema {
        Schema::Int
    }
}

/// Text as it is written: a version such as `1.10` is text even without quotes.
impl Shape for Arc<str> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        match &node.content {
            Content::Scalar(scalar) if scalar.kind != ScalarKind::Null => Some(scalar.text.clone()),
            _ => reader.mismatch(node, "text"),
        }
    }
    fn schema() -> Schema {
        Schema::Text
    }
}

impl Shape for Name {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let text = <Arc<str>>::read(node, reader)?;
        reader.name(&text, &node.span)
    }
    fn schema() -> Schema {
        Schema::Pattern("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
    }
}

/// A path written in a project file, relative to the project's folder; resolved and checked while reading.
impl Shape for RepoPath {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let text = <Arc<str>>::read(node, reader)?;
        match reader.folder().join(&text) {
            Ok(path) => Some(path),
            Err(error) => {
                let hint = "write a path within the repository, relative to the project's folder";
                reader.error(Code::InvalidPath, &node.span, error.to_string(), hint);
                None
            }
        }
    }
    fn schema() -> Schema {
        Schema::Text
    }
}

/// Declares a record of a project file: the struct, how it is read, and its schema, from one list of fields.
///
/// A field is written `"nameInTheFile" => rust_name: Type`, with `= default` where an absent field has a value that
/// its type does not give. The docstrings become the schema's descriptions. `struct Name: Default` also makes the
/// record that a file without any field gives.
macro_rules! record {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident: Default {
            $( $(#[doc = $field_doc:literal])* $key:literal => $field:ident : $type:ty $(= $default:expr)? ),* $(,)?
        }
    ) => {
        $crate::config::shape::record! {
            $(#[doc = $doc])*
            pub struct $name {
                $( $(#[doc = $field_doc])* $key => $field : $type $(= $default)?, )*
            }
        }

        impl Default for $name {
            fn default() -> $name {
                $name { $( $field: $crate::config::shape::record!(@default $($default)?), )* }
            }
        }
    };
    (@default) => { Default::default() };
    (@default $default:expr) => { $default };
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident {
            $( $(#[doc = $field_doc:literal])* $key:literal => $field:ident : $type:ty $(= $default:expr)? ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, PartialEq)]
        #[allow(unreachable_pub, reason = "some records are read on the way to a public type")]
        pub struct $name {
            $( $(#[doc = $field_doc])* pub $field: $type, )*
        }

        impl $crate::config::shape::Shape for $name {
            fn read(
                node: &$crate::config::node::Node,
                reader: &mut $crate::config::reader::Reader,
            ) -> Option<Self> {
                const FIELDS: &[&str] = &[$($key),*];
                reader.enter_record(node, FIELDS)?;
                $(
                    #[allow(unused_mut, unused_assignments)]
                    let mut default: Option<fn() -> $type> = None;
                    $( default = Some(|| $default); )?
                    let $field = reader.field::<$type>(node, $key, default);
                )*
                // Every field has been read before the first missing one fails the record.
                Some($name { $( $field: $field?, )* })
            }

            fn schema() -> $crate::config::schema::Schema {
                #[allow(unused_mut)]
                let mut fields = Vec::new();
                $(
                    #[allow(unused_mut, unused_assignments)]
                    let mut has_default = false;
                    $( let _ = stringify!($default); has_default = true; )?
                    fields.push($crate::config::schema::Field {
                        name: $key,
                        doc: concat!("" $(, $field_doc, "\n")*),
                        required: !has_default && <$type as $crate::config::shape::Shape>::absent().is_none(),
                        schema: <$type as $crate::config::shape::Shape>::schema(),
                    });
                )*
                $crate::config::schema::Schema::Record {
                    doc: concat!("" $(, $doc, "\n")*),
                    fields,
                }
            }
        }
    };
}

/// Declares a field that takes one of a few words: the enum, how it is read, and its schema.
macro_rules! choice {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident {
            $( $(#[doc = $variant_doc:literal])* $word:literal => $variant:ident ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $( $(#[doc = $variant_doc])* $variant, )*
        }

        impl $name {
            /// The word that stands for it in project files.
            pub fn word(self) -> &'static str {
                match self { $( $name::$variant => $word, )* }
            }
        }

        impl $crate::config::shape::Shape for $name {
            fn read(
                node: &$crate::config::node::Node,
                reader: &mut $crate::config::reader::Reader,
            ) -> Option<Self> {
                const WORDS: &[(&str, $name)] = &[$(($word, $name::$variant)),*];
                reader.choice(node, WORDS)
            }
            fn schema() -> $crate::config::schema::Schema {
                $crate::config::schema::Schema::Choice(&[$($word),*])
            }
        }
    };
}

pub(crate) use {choice, record};
