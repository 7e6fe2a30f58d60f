//! What editors are told about the project files: the same descriptions that reading goes by.

/// The shape of a value, from which its JSON Schema is made.
#[derive(Debug, Clone, PartialEq)]
pub enum Schema {
    /// Anything at all.
    Any,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Int,
    /// Text; numbers are taken as they are written.
    Text,
    /// Text of a form, as a regular expression.
    Pattern(&'static str),
    /// One of a few words.
    Choice(&'static [&'static str]),
    /// Any of several shapes.
    Either(Vec<Schema>),
    /// A list.
    List(Box<Schema>),
    /// A map from names to values of one shape.
    Map(Box<Schema>),
    /// A map with known fields.
    Record {
        /// What it is, one sentence first.
        doc: &'static str,
        /// Its fields.
        fields: Vec<Field>,
    },
}

/// One field of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name in the file.
    pub name: &'static str,
    /// What it is for.
    pub doc: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// The shape of its value.
    pub schema: Schema,
}
