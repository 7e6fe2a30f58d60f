//! Addresses.

use super::args::{map, text};
use crate::context::Context;
use crate::function::{FnError, Function};
use crate::go::url::Url;
use crate::value::{Kind, Map, Type, Value};

/// The functions of this family.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("urlParse", &[Type::String], parse),
    Function::new("urlJoin", &[Type::Map], join),
    // Helm asks no name server unless it is told to: no template finds an address.
    Function::new("getHostByName", &[Type::String], |_, _| Ok("".into())),
];

fn parse(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let url =
        Url::parse(&text(args, 0)).map_err(|error| FnError::new(format!("unable to parse url: {error}")))?;
    let hostname = url.hostname().to_owned();
    let userinfo = url.user.as_ref().map(ToString::to_string).unwrap_or_default();
    let parts = [
        ("scheme", url.scheme),
        ("host", url.host),
        ("hostname", hostname),
        ("path", url.path),
        ("query", url.query),
        ("opaque", url.opaque),
        ("fragment", url.fragment),
        ("userinfo", userinfo),
    ];
    Ok(Value::Map(parts.into_iter().map(|(key, part)| (key.into(), part.into())).collect()))
}

fn join(_: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let parts = map(args, 0);
    let mut url = Url {
        scheme: part(&parts, "scheme")?,
        host: part(&parts, "host")?,
        path: part(&parts, "path")?,
        query: part(&parts, "query")?,
        opaque: part(&parts, "opaque")?,
        fragment: part(&parts, "fragment")?,
        ..Url::default()
    };
    let userinfo = part(&parts, "userinfo")?;
    if !userinfo.is_empty() {
        let parsed = Url::parse(&format!("proto://{userinfo}@host"))
            .map_err(|error| FnError::new(format!("unable to parse userinfo in dict: {error}")))?;
        url.user = parsed.user;
    }
    Ok(url.to_string().into())
}

fn part(parts: &Map, key: &str) -> Result<String, FnError> {
    match parts.get(key) {
        None => Ok(String::new()),
        Some(value) if value.is_nil() => Err(super::lists::NIL_DEREFERENCE.into()),
        Some(value) if value.kind() == Kind::String => {
            Ok(String::from_utf8_lossy(value.as_bytes().unwrap_or_default()).into_owned())
        }
        Some(value) => {
            let kind = value.kind().name();
            Err(format!("unable to parse {key} key, must be of type string, but {kind} found").into())
        }
    }
}
