//! Base64, base32 and digests.

use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::args::bytes;
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::go::base64::{decode32, decode64, encode32, encode64};
use crate::value::{Type, Value};

const S: Type = Type::String;

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("b64enc", &[S], |context, args| {
        context.reserve(bytes(args, 0).len().saturating_mul(4) / 3)?;
        Ok(encode64(bytes(args, 0)).into())
    }),
    // What cannot be decoded comes out as the error's text.
    Function::new("b64dec", &[S], |_, args| {
        Ok(decode64(bytes(args, 0)).map_or_else(|error| error.to_string().into(), Value::bytes))
    }),
    Function::new("b32enc", &[S], |context, args| {
        context.reserve(bytes(args, 0).len().saturating_mul(8) / 5)?;
        Ok(encode32(bytes(args, 0)).into())
    }),
    Function::new("b32dec", &[S], |_, args| {
        Ok(decode32(bytes(args, 0)).map_or_else(|error| error.to_string().into(), Value::bytes))
    }),
    Function::new("sha1sum", &[S], digest::<Sha1>),
    Function::new("sha256sum", &[S], digest::<Sha256>),
    Function::new("sha512sum", &[S], digest::<Sha512>),
    Function::new("adler32sum", &[S], |_, args| Ok(adler32(bytes(args, 0)).to_string().into())),
];

fn digest<D: Digest>(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let input = bytes(args, 0);
    context.burn(input.len() as u64 / 16)?;
    Ok(hex(&D::digest(input)).into())
}

/// Writes bytes as lower case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

fn adler32(bytes: &[u8]) -> u32 {
    const MODULUS: u32 = 65_521;
    let (low, high) = bytes.iter().fold((1_u32, 0_u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % MODULUS;
        (low, (high + low) % MODULUS)
    });
    high << 16 | low
}
