//! `.Files`: the files of a chart that are neither templates nor known by name.

use std::any::Any;
use std::sync::Arc;

use fairlead_template::value::{Method, Object};
use fairlead_template::{Context, FnError, Kind, List, Str, Type, Value};
use fairlead_yaml::Style;

use super::glob::Glob;
use crate::chart::File;

/// `.Files` of a chart.
pub(crate) fn files(files: &Arc<[File]>) -> Value {
    Value::object(Files { files: files.clone(), chosen: None })
}

/// Go's `engine.files`: a map from names to bytes.
struct Files {
    files: Arc<[File]>,
    /// What a pattern chose; all of them otherwise.
    chosen: Option<Vec<usize>>,
}

impl Files {
    fn each(&self) -> Box<dyn Iterator<Item = &File> + '_> {
        match &self.chosen {
            None => Box::new(self.files.iter()),
            Some(chosen) => Box::new(chosen.iter().filter_map(|&at| self.files.get(at))),
        }
    }

    /// The bytes of a file; nothing where there is no such file.
    fn bytes(&self, name: &str) -> &[u8] {
        // Of files with one name the last one counts, as in the map that Go fills.
        self.each().filter(|file| file.name == name).last().map_or(&[], |file| file.data.bytes())
    }

    fn glob(&self, pattern: &str) -> Files {
        let glob = Glob::new(pattern);
        let all = 0..self.files.len();
        let of = |at: &usize| glob.matches(&self.files[*at].name);
        let chosen = match &self.chosen {
            None => all.filter(of).collect(),
            Some(chosen) => chosen.iter().copied().filter(of).collect(),
        };
        Files { files: self.files.clone(), chosen: Some(chosen) }
    }

    /// A YAML map from file names, without their folders, to texts.
    fn as_map(&self, text: impl Fn(&[u8]) -> String) -> String {
        let base = |file: &File| Str::from(file.name.rsplit('/').next().unwrap_or(&file.name));
        let entries = self
            .each()
            .map(|file| (base(file), fairlead_yaml::Value::String(text(file.data.bytes()).into())));
        let map = fairlead_yaml::Value::Map(entries.collect());
        let mut yaml = fairlead_yaml::emit::to_string(&map, Style::V2).unwrap_or_default();
        if yaml.ends_with('\n') {
            yaml.pop();
        }
        yaml
    }
}

impl Object for Files {
    fn type_name(&self) -> &'static str {
        "engine.files"
    }

    fn kind(&self) -> Kind {
        Kind::Map
    }

    fn entries(&self) -> Option<Vec<(Str, Value)>> {
        let mut entries: Vec<_> =
            self.each().map(|file| (Str::from(&*file.name), bytes(file.data.bytes()))).collect();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        Some(entries)
    }

    fn entry(&self, key: &str) -> Option<Value> {
        self.each().filter(|file| file.name == key).last().map(|file| bytes(file.data.bytes()))
    }

    fn data(&self) -> Option<Value> {
        Some(Value::Map(self.entries()?.into_iter().collect()))
    }

    fn truth(&self) -> bool {
        self.each().next().is_some()
    }

    fn method(&self, name: &str) -> Option<Method> {
        const NAME: &[Type] = &[Type::String];
        let method = |params, call| Some(Method { params, variadic: false, call });
        match name {
            "Get" => method(NAME, |files, context, args| {
                let bytes = this(files)?.bytes(text(args)?);
                context.reserve(bytes.len())?;
                Ok(Value::bytes(bytes.to_vec()))
            }),
            "GetBytes" => method(NAME, |files, context, args| {
                let found = this(files)?.bytes(text(args)?);
                context.reserve(found.len())?;
                Ok(bytes(found))
            }),
            "Glob" => method(NAME, |files, context, args| {
                let files = this(files)?;
                context.burn(files.files.len() as u64)?;
                Ok(Value::object(files.glob(text(args)?)))
            }),
            "Lines" => method(NAME, lines),
            "AsConfig" => method(&[], |files, context, _| {
                as_map(files, context, |bytes| String::from_utf8_lossy(bytes).into_owned())
            }),
            "AsSecrets" => method(&[], |files, context, _| as_map(files, context, encode_base64)),
            _ => None,
        }
    }
}

fn lines(files: &dyn Object, context: &mut Context<'_>, args: &[Value]) -> Result<Value, FnError> {
    let bytes = this(files)?.bytes(text(args)?);
    context.reserve(bytes.len())?;
    if bytes.is_empty() {
        return Ok(Value::strings(Vec::<Str>::new()));
    }
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let lines = bytes.split(|&byte| byte == b'\n').map(|line| Value::bytes(line.to_vec())).collect();
    Ok(Value::List(std::rc::Rc::new(List::of(Type::String, lines))))
}

fn as_map(
    files: &dyn Object,
    context: &mut Context<'_>,
    text: impl Fn(&[u8]) -> String,
) -> Result<Value, FnError> {
    let files = this(files)?;
    context.reserve(files.each().map(|file| file.data.bytes().len()).sum::<usize>().saturating_mul(2))?;
    Ok(Value::from(files.as_map(text)))
}

/// The object as the type that its methods belong to.
fn this(object: &dyn Object) -> Result<&Files, FnError> {
    (object as &dyn Any).downcast_ref().ok_or_else(|| FnError::new("not the files of a chart"))
}

fn text(args: &[Value]) -> Result<&str, FnError> {
    args.first().and_then(Value::as_str).ok_or_else(|| FnError::new("the name of a file must be text"))
}

fn bytes(bytes: &[u8]) -> Value {
    let items = bytes.iter().map(|&byte| Value::Uint8(byte)).collect();
    Value::List(std::rc::Rc::new(List::of(Type::Uint8, items)))
}

fn encode_base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group =
            chunk.iter().enumerate().fold(0u32, |sum, (i, &byte)| sum | u32::from(byte) << (16 - 8 * i));
        for i in 0..4 {
            let digit = DIGITS[(group >> (18 - 6 * i) & 63) as usize];
            text.push(if i <= chunk.len() { char::from(digit) } else { '=' });
        }
    }
    text
}
