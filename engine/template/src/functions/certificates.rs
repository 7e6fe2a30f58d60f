//! Private keys and certificates.

use std::cell::RefCell;
use std::net::IpAddr;

use super::args::{any, int, text};
use super::stream::Stream;
use crate::context::Context;
use crate::function::{Effect, FnError, Function};
use crate::go::base64::decode64;
use crate::go::time::{Duration, Time, Zone};
use crate::go::x509::{Authority, Kind, PrivateKey, Template, decode_pem, encode_pem, sign};
use crate::value::{Object, Type, Value};

const S: Type = Type::String;
const I: Type = Type::Int;
const L: Type = Type::List;

/// Go's type of a certificate with its key.
const PAIR: Type = Type::Object("sprig.certificate");

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("genPrivateKey", &[S], private_key).effect(Effect::Random),
    Function::new("genCA", &[S, I], |context, args| authority(context, args, None)).effect(Effect::Random),
    Function::new("genCAWithKey", &[S, I, S], |context, args| authority(context, args, Some(2)))
        .effect(Effect::Random),
    Function::new("genSelfSignedCert", &[S, L, L, I], |context, args| leaf(context, args, None, None))
        .effect(Effect::Random),
    Function::new("genSelfSignedCertWithKey", &[S, L, L, I, S], |context, args| {
        leaf(context, args, None, Some(4))
    })
    .effect(Effect::Random),
    Function::new("genSignedCert", &[S, L, L, I, PAIR], |context, args| leaf(context, args, Some(4), None))
        .effect(Effect::Random),
    Function::new("genSignedCertWithKey", &[S, L, L, I, PAIR, S], |context, args| {
        leaf(context, args, Some(4), Some(5))
    })
    .effect(Effect::Random),
    Function::new("buildCustomCert", &[S, S], build),
];

/// A certificate and its private key, both in their armour.
struct Pair {
    cert: String,
    key: String,
}

impl Object for Pair {
    fn type_name(&self) -> &'static str {
        PAIR.name()
    }

    fn kind(&self) -> crate::value::Kind {
        crate::value::Kind::Struct
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Cert" => Some(self.cert.as_str().into()),
            "Key" => Some(self.key.as_str().into()),
            _ => None,
        }
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![("Cert", self.cert.as_str().into()), ("Key", self.key.as_str().into())]
    }

    fn data(&self) -> Option<Value> {
        let fields = self.fields().into_iter().map(|(name, value)| (name.into(), value));
        Some(Value::Map(fields.collect()))
    }
}

/// How many generated keys are kept.
const KEPT: usize = 32;

thread_local! {
    /// Keys by kind and seed. Where seeds are fixed, every preview would otherwise search for the same primes again.
    static GENERATED: RefCell<Vec<(Kind, [u8; 32], PrivateKey)>> = const { RefCell::new(Vec::new()) };
}

/// Steps that finding primes takes.
const KEY_FUEL: u64 = 1 << 22;

fn generate(context: &mut Context<'_>, stream: &mut Stream, kind: Kind) -> Result<PrivateKey, FnError> {
    context.burn(KEY_FUEL)?;
    let mut seed = [0; 32];
    stream.fill(&mut seed);
    let known = GENERATED.with_borrow(|keys| {
        keys.iter().find(|(own, from, _)| *own == kind && *from == seed).map(|(_, _, key)| key.clone())
    });
    if let Some(key) = known {
        return Ok(key);
    }
    let mut stream = Stream::from_seed(seed);
    let key = PrivateKey::generate(kind, &mut |bytes| stream.fill(bytes));
    GENERATED.with_borrow_mut(|keys| {
        if keys.len() >= KEPT {
            keys.remove(0);
        }
        keys.push((kind, seed, key.clone()));
    });
    Ok(key)
}

fn private_key(context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let kind = match &*text(args, 0) {
        "" | "rsa" => Kind::Rsa(4096),
        "dsa" => Kind::Dsa,
        "ecdsa" => Kind::Ecdsa,
        "ed25519" => Kind::Ed25519,
        other => return Ok(format!("Unknown type {other}").into()),
    };
    let mut stream = Stream::new(context)?;
    Ok(generate(context, &mut stream, kind)?.to_pem().into())
}

/// Takes the key from an argument, or makes one.
fn key(
    context: &mut Context<'_>,
    stream: &mut Stream,
    args: &[Value],
    given: Option<usize>,
) -> Result<PrivateKey, FnError> {
    match given {
        Some(at) => PrivateKey::from_pem(&text(args, at))
            .map_err(|error| FnError::new(format!("parsing private key: {error}"))),
        None => generate(context, stream, Kind::Rsa(2048)),
    }
}

fn authority(context: &mut Context<'_>, args: &[Value], given: Option<usize>) -> Result<Value, FnError> {
    let mut stream = Stream::new(context)?;
    let key = key(context, &mut stream, args, given)?;
    let mut template = template(context, &mut stream, args, &Value::Nil, &Value::Nil, int(args, 1))?;
    template.authority = true;
    pair(&template, &key, None, &key)
}

fn leaf(
    context: &mut Context<'_>,
    args: &[Value],
    issuer: Option<usize>,
    given: Option<usize>,
) -> Result<Value, FnError> {
    let mut stream = Stream::new(context)?;
    let key = key(context, &mut stream, args, given)?;
    let issuer = issuer.and_then(|at| any(args, at).downcast::<Pair>()).map(read_issuer).transpose()?;
    let template = template(context, &mut stream, args, any(args, 1), any(args, 2), int(args, 3))?;
    match &issuer {
        Some((authority, signer)) => pair(&template, &key, Some(authority), signer),
        None => pair(&template, &key, None, &key),
    }
}

fn read_issuer(pair: &Pair) -> Result<(Authority, PrivateKey), FnError> {
    let block = decode_pem(&pair.cert).ok_or("unable to decode certificate")?;
    let authority = Authority::from_der(&block.bytes)
        .ok_or("error parsing certificate: decodedSignerCert.Bytes: x509: malformed certificate")?;
    let key = PrivateKey::from_pem(&pair.key)
        .map_err(|error| FnError::new(format!("error parsing private key: {error}")))?;
    Ok((authority, key))
}

fn template(
    context: &Context<'_>,
    stream: &mut Stream,
    args: &[Value],
    addresses: &Value,
    names: &Value,
    days: i64,
) -> Result<Template, FnError> {
    let shown = |value: &Value| -> Result<String, FnError> {
        let mut out = Vec::new();
        crate::fmt::write(&mut out, value, context.limits().string)?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    };
    let mut parsed = Vec::new();
    for address in addresses.as_list().into_iter().flat_map(|list| list.iter()) {
        let Value::Str(text) = address else {
            return Err(format!("error parsing ip: {} is not a string", shown(address)?).into());
        };
        parsed.push(text.parse::<IpAddr>().map_err(|_| FnError::new(format!("error parsing ip: {text}")))?);
    }
    let mut dns = Vec::new();
    for name in names.as_list().into_iter().flat_map(|list| list.iter()) {
        let Value::Str(text) = name else {
            return Err(
                format!("error processing alternate dns name: {} is not a string", shown(name)?).into()
            );
        };
        dns.push(text.to_string());
    }
    let (seconds, nanos) = context.now()?;
    let not_before = Time::from_unix(seconds, nanos, Zone::Utc);
    let not_after = not_before.add(Duration(days.wrapping_mul(86_400_000_000_000)));
    let mut serial = [0; 16];
    stream.fill(&mut serial);
    Ok(Template {
        common_name: text(args, 0).into_owned(),
        addresses: parsed,
        names: dns,
        not_before,
        not_after,
        authority: false,
        serial,
    })
}

fn pair(
    template: &Template,
    key: &PrivateKey,
    authority: Option<&Authority>,
    signer: &PrivateKey,
) -> Result<Value, FnError> {
    let der = sign(template, key, authority, signer)
        .map_err(|error| FnError::new(format!("error creating certificate: {error}")))?;
    Ok(Value::object(Pair { cert: encode_pem("CERTIFICATE", &der), key: key.to_pem() }))
}

/// Takes a certificate and a key that exist, both in base64, and checks that they can be read.
fn build(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let decoded = |at: usize| {
        decode64(super::args::bytes(args, at)).ok().and_then(|bytes| String::from_utf8(bytes).ok())
    };
    let cert = decoded(0).ok_or("unable to decode base64 certificate")?;
    let key = decoded(1).ok_or("unable to decode base64 private key")?;
    let block = decode_pem(&cert).ok_or("unable to decode certificate")?;
    Authority::from_der(&block.bytes)
        .ok_or("error parsing certificate: decodedCert.Bytes: x509: malformed certificate")?;
    PrivateKey::from_pem(&key)
        .map_err(|error| FnError::new(format!("error parsing private key: {error}")))?;
    Ok(Value::object(Pair { cert, key }))
}
