//! Digests and texts as map keys in project files.

use std::sync::Arc;

use fairlead_world::Digest;

use super::node::Node;
use super::reader::Reader;
use super::schema::Schema;
use super::shape::Shape;
use crate::diagnostic::Code;

impl Shape for Digest {
    fn read(node: &Node, reader: &mut Reader) -> Option<Self> {
        let text = <Arc<str>>::read(node, reader)?;
        match Digest::parse(&text) {
            Ok(digest) => Some(digest),
            Err(error) => {
                reader.error(Code::InvalidValue, &node.span, error.to_string(), "run `fairlead lock`");
                None
            }
        }
    }
    fn schema() -> Schema {
        Schema::Pattern("^sha256:[0-9a-f]{64}$")
    }
}
