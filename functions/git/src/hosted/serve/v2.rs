//! Version 2 of the protocol: `ls-refs` and `fetch`.

use fairlead_fetch::Body;
use fairlead_sql::Sql;

use super::super::Hosted;
use super::super::source::{Packet, Source, SourceError};
use super::band::Band;
use super::fetch::Fetch;
use super::send::send;
use super::{LONGEST_NAME, ServeError, negotiate};
use crate::wire::line;

/// How many prefixes are looked at; more are as good as none, which lists everything.
const MAX_PREFIXES: usize = 1000;

pub(super) async fn answer<S: Sql + 'static>(
    hosted: &Hosted<S>,
    source: &mut Source,
) -> Result<Body, ServeError> {
    let (mut command, mut arguments) = (String::new(), false);
    loop {
        match source.packet().await? {
            Some(Packet::Data(line)) => {
                let line = String::from_utf8_lossy(&line);
                match line.split_once('=') {
                    Some(("command", name)) => command = name.to_owned(),
                    Some(("object-format", format)) if format != "sha1" => {
                        return Err(ServeError::Refused(format!(
                            "object format {format}: this repository has sha1"
                        )));
                    }
                    _ => {}
                }
            }
            Some(Packet::Delimiter) => {
                arguments = true;
                break;
            }
            // An empty request is how a client says goodbye.
            None if command.is_empty() => return Ok(Body::default()),
            Some(Packet::Flush | Packet::End) | None => break,
        }
    }
    match command.as_str() {
        "ls-refs" => ls_refs(hosted, source, arguments).await.map(Body::from),
        "fetch" => fetch(hosted, source, arguments).await,
        "" => Err(ServeError::Refused("no command is given".into())),
        other => Err(ServeError::Refused(format!(
            "unknown command `{}`",
            other.chars().take(40).collect::<String>()
        ))),
    }
}

/// The next argument, or `None` after the last.
async fn argument(source: &mut Source) -> Result<Option<String>, ServeError> {
    match source.packet().await? {
        Some(Packet::Data(line)) => Ok(Some(String::from_utf8_lossy(&line).into_owned())),
        Some(Packet::Flush) => Ok(None),
        Some(Packet::Delimiter | Packet::End) => {
            Err(SourceError::Protocol("a part begins where there is none").into())
        }
        None => Err(SourceError::Short(source.taken()).into()),
    }
}

async fn ls_refs<S: Sql + 'static>(
    hosted: &Hosted<S>,
    source: &mut Source,
    arguments: bool,
) -> Result<Vec<u8>, ServeError> {
    let (mut symrefs, mut peel, mut unborn) = (false, false, false);
    let mut prefixes: Vec<String> = Vec::new();
    while let Some(line) = if arguments { argument(source).await? } else { None } {
        match line.as_str() {
            "symrefs" => symrefs = true,
            "peel" => peel = true,
            "unborn" => unborn = true,
            _ => match line.strip_prefix("ref-prefix ") {
                Some(prefix) if prefixes.len() <= MAX_PREFIXES => {
                    prefixes.push(prefix.chars().take(LONGEST_NAME).collect());
                }
                Some(_) => {}
                None => return Err(ServeError::Refused("unexpected argument of ls-refs".into())),
            },
        }
    }
    let wanted = |name: &str| {
        prefixes.is_empty()
            || prefixes.len() > MAX_PREFIXES
            || prefixes.iter().any(|prefix| name.starts_with(prefix))
    };
    let refs = hosted.refs().await?;
    let mut answer = Vec::new();
    if wanted("HEAD") {
        let target = if symrefs { format!(" symref-target:{}", refs.head) } else { String::new() };
        match refs.head() {
            Some(oid) => line::put(&mut answer, format!("{oid} HEAD{target}\n").as_bytes()),
            None if unborn => line::put(&mut answer, format!("unborn HEAD{target}\n").as_bytes()),
            None => {}
        }
    }
    for (name, at) in refs.all.iter().filter(|(name, _)| wanted(name)) {
        let peeled = match at.peeled {
            Some(oid) if peel => format!(" peeled:{oid}"),
            _ => String::new(),
        };
        line::put(&mut answer, format!("{} {name}{peeled}\n", at.oid).as_bytes());
    }
    answer.extend_from_slice(b"0000");
    Ok(answer)
}

async fn fetch<S: Sql + 'static>(
    hosted: &Hosted<S>,
    source: &mut Source,
    arguments: bool,
) -> Result<Body, ServeError> {
    let mut fetch = Fetch::default();
    while let Some(line) = if arguments { argument(source).await? } else { None } {
        match line.as_str() {
            "include-tag" => fetch.include_tag = true,
            "no-progress" => fetch.no_progress = true,
            "deepen-relative" => fetch.deepen.relative = true,
            // What may be used where it is; packs from here need neither.
            "thin-pack" | "ofs-delta" => {}
            _ if fetch.take(&line)? => {}
            _ => {
                let shown: String = line.chars().take(40).collect();
                return Err(ServeError::Refused(format!("unexpected argument of fetch: `{shown}`")));
            }
        }
    }
    fetch.check(hosted).await?;
    let common = negotiate::common(hosted, &fetch).await?;
    let mut answer = Vec::new();
    if !fetch.done {
        line::put(&mut answer, b"acknowledgments\n");
        for oid in &common.acknowledged {
            line::put(&mut answer, format!("ACK {oid}\n").as_bytes());
        }
        if common.acknowledged.is_empty() {
            line::put(&mut answer, b"NAK\n");
        }
        if !negotiate::is_enough(hosted, &fetch, &common).await? {
            answer.extend_from_slice(b"0000");
            return Ok(Body::from(answer));
        }
        line::put(&mut answer, b"ready\n");
        answer.extend_from_slice(b"0001");
    }
    let found = fetch.answer(hosted, &common.commits).await?;
    if fetch.deepen.is_asked() {
        line::put(&mut answer, b"shallow-info\n");
        for oid in &found.shallow.shallow {
            line::put(&mut answer, format!("shallow {oid}\n").as_bytes());
        }
        for oid in &found.shallow.unshallow {
            line::put(&mut answer, format!("unshallow {oid}\n").as_bytes());
        }
        answer.extend_from_slice(b"0001");
    }
    line::put(&mut answer, b"packfile\n");
    Ok(send(&hosted.store, answer, found.objects, Band::Large, !fetch.no_progress))
}
