//! Random texts and numbers.

use super::args::{int, text};
use super::stream::Stream;
use crate::context::Context;
use crate::function::{Effect, FnError, Function};
use crate::go::base64::encode64;
use crate::value::{Type, Value};

const I: Type = Type::Int;

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("randAlphaNum", &[I], |context, args| {
        letters(context, args, |c| c.is_ascii_alphanumeric())
    })
    .effect(Effect::Random),
    Function::new("randAlpha", &[I], |context, args| letters(context, args, |c| c.is_ascii_alphabetic()))
        .effect(Effect::Random),
    Function::new("randNumeric", &[I], |context, args| letters(context, args, |c| c.is_ascii_digit()))
        .effect(Effect::Random),
    Function::new("randAscii", &[I], |context, args| letters(context, args, |_| true)).effect(Effect::Random),
    Function::new("randInt", &[I, I], integer).effect(Effect::Random),
    Function::new("randBytes", &[I], bytes).effect(Effect::Random),
    Function::new("shuffle", &[Type::String], shuffle).effect(Effect::Random),
    Function::new("uuidv4", &[], uuid).effect(Effect::Random),
];

/// Draws printable characters of a kind; less than none are none.
fn letters(context: &mut Context<'_>, args: &[Value], kind: fn(char) -> bool) -> Result<Value, FnError> {
    let count = usize::try_from(int(args, 0)).unwrap_or(0);
    context.reserve(count)?;
    let alphabet: Vec<char> = (' '..='~').filter(|c| kind(*c)).collect();
    let mut stream = Stream::new(context)?;
    let text: String = (0..count).map(|_| alphabet[stream.below(alphabet.len() as u64) as usize]).collect();
    Ok(text.into())
}

fn integer(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let (min, max) = (int(args, 0), int(args, 1));
    let span = u64::try_from(max.wrapping_sub(min)).ok().filter(|span| *span > 0);
    let span = span.ok_or("invalid argument to Intn")?;
    Ok(Value::Int(min.wrapping_add(Stream::new(context)?.below(span) as i64)))
}

fn bytes(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let count = usize::try_from(int(args, 0)).map_err(|_| "runtime error: makeslice: len out of range")?;
    context.reserve(count.saturating_mul(2))?;
    let mut bytes = vec![0; count];
    Stream::new(context)?.fill(&mut bytes);
    Ok(encode64(&bytes).into())
}

fn shuffle(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let mut chars: Vec<char> = text(args, 0).chars().collect();
    if chars.len() > 1 {
        let mut stream = Stream::new(context)?;
        for last in (1..chars.len()).rev() {
            chars.swap(last, stream.below(last as u64 + 1) as usize);
        }
    }
    Ok(chars.into_iter().collect::<String>().into())
}

fn uuid(context: &mut Context<'_>, _: &[Value]) -> Result<Value, FnError> {
    let mut bytes = [0; 16];
    Stream::new(context)?.fill(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = super::encoding::hex(&bytes);
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    Ok(parts.join("-").into())
}
