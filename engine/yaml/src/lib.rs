//! YAML as the Kubernetes tools read, print and edit it.
//!
//! Helm and Kustomize are written in Go, and what people see of YAML through them are the habits of a few Go
//! libraries. This crate has those habits:
//!
//! - [`value`] reads what `sigs.k8s.io/yaml` reads: YAML 1.1 scalars, merge keys, everything through JSON.
//! - [`node`] reads what yaml v3 and kyaml read: ordered nodes with tag and style.
//! - [`emit`] prints what go-yaml prints, [`json`] what `encoding/json` prints.
//! - [`edit`] changes a text and leaves alone what does not have to change.
//! - The printers print anything that implements [`Tree`], and [`value::read`] builds anything through a [`Builder`],
//!   so that no caller converts between its own values and ours.
//!
//! ```
//! let value = fairlead_yaml::value::from_str("on: yes\nport: 0x50\n").unwrap();
//! assert_eq!(fairlead_yaml::emit::to_string(&value, fairlead_yaml::Style::V2).unwrap(), "port: 80\n\"true\": true\n");
//! ```

mod document;
pub mod edit;
pub mod emit;
pub mod json;
pub mod node;
pub mod number;
mod order;
mod parse;
mod position;
pub mod resolve;
mod scan;
mod source;
mod syntax;
mod tree;
pub mod value;

pub use emit::Style;
pub use position::Position;
pub use syntax::SyntaxError;
pub use tree::{Target, Tree, View};
pub use value::{Builder, Map, Str, Value};

/// The deepest nesting that is read or printed. Deeper input is an error: no real manifest comes near it, and a
/// value that deep could not be dropped or compared without risk to a small stack.
pub const MAX_DEPTH: usize = 1000;
