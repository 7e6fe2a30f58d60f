//! Secrets.

use super::{base, data, finish};
use crate::Error;
use crate::base64::encode_lines;
use crate::kustomization::GeneratorArgs;
use crate::load::Root;
use crate::node::{Node, set_field};
use crate::resource::Resource;

/// Makes a Secret: all its data is encoded, text or not.
///
/// # Errors
/// A generator without a name, sources that cannot be read, and keys that come twice.
pub(crate) fn secret(args: &GeneratorArgs, root: &Root<'_>) -> Result<Resource, Error> {
    let mut resource = base("Secret", args)?;
    let kind = if args.secret_type.is_empty() { "Opaque" } else { &args.secret_type };
    let map = resource.node.make_map();
    set_field(map, "type", Node::string(kind));
    let mut encoded = Node::map();
    for (key, bytes) in data(args, root)? {
        set_field(encoded.make_map(), &key, Node::string(encode_lines(&bytes)));
    }
    map.push("data", encoded);
    finish(&mut resource, args);
    Ok(resource)
}
