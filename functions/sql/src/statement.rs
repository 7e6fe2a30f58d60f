//! Statements, their parameters, and the rows that come back.

use std::borrow::Cow;

use crate::SqlError;

/// One statement with the values of its parameters, `?1` onwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The text, in SQLite's dialect.
    pub text: Cow<'static, str>,
    /// The parameters, in their order.
    pub values: Vec<Value>,
}

/// A value of a parameter or a column. There are no floating point numbers: nothing that is kept needs them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number, within what JavaScript has exactly: see [`Statement::MAX_INTEGER`]. Durable Objects bind it as
    /// JavaScript's kind, a floating point number, which only a column of the type INTEGER makes whole again: numbers are
    /// kept in no other, and no function that looks at their digits is asked about a parameter.
    Integer(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// One row of an answer. Columns are taken out by place, so that bytes are not copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row(Vec<Value>);

impl Statement {
    /// The most parameters of one statement (Durable Objects).
    pub const MAX_VALUES: usize = 100;
    /// The longest text, in bytes (Durable Objects).
    pub const MAX_TEXT: usize = 100_000;
    /// The longest value, and the most bytes of all values together: a row holds 2 MB (Durable Objects).
    pub const MAX_BYTES: usize = 2_000_000;
    /// The largest whole number that JavaScript has exactly; the smallest is its negative.
    pub const MAX_INTEGER: i64 = (1 << 53) - 1;

    /// A statement without parameters so far.
    pub fn new(text: impl Into<Cow<'static, str>>) -> Statement {
        Statement { text: text.into(), values: Vec::new() }
    }

    /// The same with the next parameter's value.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Statement {
        self.values.push(value.into());
        self
    }

    /// Holds the statement to the limits of all hosts. Every implementation of [`crate::Sql`] calls it first.
    ///
    /// # Errors
    /// [`SqlError::Limit`].
    pub fn check(&self) -> Result<(), SqlError> {
        let limit = |what: &str| Err(SqlError::Limit(what.to_owned()));
        if self.text.len() > Self::MAX_TEXT {
            return limit("its text is longer than 100,000 bytes");
        }
        if self.values.len() > Self::MAX_VALUES {
            return limit("it has more than 100 parameters");
        }
        let length = |value: &Value| match value {
            Value::Text(text) => text.len(),
            Value::Bytes(bytes) => bytes.len(),
            Value::Null | Value::Integer(_) => 8,
        };
        if self.values.iter().map(length).sum::<usize>() > Self::MAX_BYTES {
            return limit("its values are longer than 2,000,000 bytes");
        }
        let beyond = |value: &Value| matches!(value, Value::Integer(number) if number.unsigned_abs() > Self::MAX_INTEGER.unsigned_abs());
        if self.values.iter().any(beyond) { limit("a number is beyond 2^53") } else { Ok(()) }
    }
}

impl Value {
    /// A whole number as a database has it.
    ///
    /// # Errors
    /// [`SqlError::Row`] where it is beyond what every host can read.
    pub fn read(number: i64) -> Result<Value, SqlError> {
        if number.unsigned_abs() > Statement::MAX_INTEGER.unsigned_abs() {
            return Err(SqlError::Row("a number is beyond 2^53".to_owned()));
        }
        Ok(Value::Integer(number))
    }
}

impl Row {
    /// A row of these columns.
    pub fn new(columns: Vec<Value>) -> Row {
        Row(columns)
    }

    /// Takes a column that holds a whole number.
    ///
    /// # Errors
    /// [`SqlError::Row`], as for the other kinds.
    pub fn integer(&self, place: usize) -> Result<i64, SqlError> {
        match self.0.get(place) {
            Some(Value::Integer(number)) => Ok(*number),
            other => Err(unexpected(place, "a whole number", other)),
        }
    }

    /// Takes a column that holds text, leaving nothing in its place.
    ///
    /// # Errors
    /// See [`Row::integer`].
    pub fn text(&mut self, place: usize) -> Result<String, SqlError> {
        match self.0.get_mut(place).map(|value| std::mem::replace(value, Value::Null)) {
            Some(Value::Text(text)) => Ok(text),
            other => Err(unexpected(place, "text", other.as_ref())),
        }
    }

    /// Takes a column that holds bytes, leaving nothing in its place.
    ///
    /// # Errors
    /// See [`Row::integer`].
    pub fn bytes(&mut self, place: usize) -> Result<Vec<u8>, SqlError> {
        match self.0.get_mut(place).map(|value| std::mem::replace(value, Value::Null)) {
            Some(Value::Bytes(bytes)) => Ok(bytes),
            other => Err(unexpected(place, "bytes", other.as_ref())),
        }
    }

    /// Whether a column holds nothing.
    pub fn is_null(&self, place: usize) -> bool {
        matches!(self.0.get(place), Some(Value::Null))
    }
}

/// Names the kind that was found and never the value: rows hold secrets.
fn unexpected(place: usize, wanted: &str, found: Option<&Value>) -> SqlError {
    let found = match found {
        None => "is not there",
        Some(Value::Null) => "is null",
        Some(Value::Integer(_)) => "is a whole number",
        Some(Value::Text(_)) => "is text",
        Some(Value::Bytes(_)) => "is bytes",
    };
    SqlError::Row(format!("column {place} should be {wanted} and {found}"))
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Integer(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Value {
        Value::Bytes(bytes)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Value {
        Value::Bytes(bytes.to_vec())
    }
}

impl<V: Into<Value>> From<Option<V>> for Value {
    fn from(value: Option<V>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_has_its_error() {
        let fine = (0..100).fold(Statement::new("SELECT ?1"), |statement, number| statement.bind(number));
        assert_eq!(fine.check(), Ok(()));
        for beyond in [
            fine.bind(1),
            Statement::new(" ".repeat(Statement::MAX_TEXT + 1)),
            Statement::new("SELECT ?1").bind(vec![0_u8; Statement::MAX_BYTES + 1]),
            Statement::new("SELECT ?1").bind(1_i64 << 53),
            Statement::new("SELECT ?1").bind(i64::MIN),
        ] {
            assert!(matches!(beyond.check(), Err(SqlError::Limit(_))));
        }
    }

    #[test]
    fn a_column_of_another_kind_is_an_error_that_keeps_its_value_secret() {
        let mut row = Row::new(vec![Value::Text("secret".into())]);
        assert_eq!(
            row.bytes(0),
            Err(SqlError::Row("column 0 should be bytes and is text".into())),
            "and not what the text is"
        );
        assert!(row.integer(1).is_err());
    }
}
