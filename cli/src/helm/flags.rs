//! Command-line flags as Helm's parser reads them: `--name value`, `--name=value`, `-nvalue`, `-abc`.

use std::collections::BTreeMap;

use fairlead_template::go::time::Duration;

/// A flag of a command.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flag {
    pub(super) name: &'static str,
    pub(super) short: Option<char>,
    pub(super) kind: Kind,
    /// The value of a flag that stands alone.
    pub(super) alone: Option<&'static str>,
    help: &'static str,
}

/// What a flag takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing, or `=true` and `=false`.
    Bool,
    /// One value; the last one counts.
    Value,
    /// A span of time.
    Duration,
    /// One value each time; all of them count.
    Array,
    /// Several values separated by commas, each time.
    List,
    /// Several keys with their values, separated by commas, each time.
    Pairs,
}

impl Flag {
    pub(super) const fn switch(name: &'static str, help: &'static str) -> Flag {
        Flag { name, short: None, kind: Kind::Bool, alone: Some("true"), help }
    }

    pub(super) const fn value(name: &'static str, help: &'static str) -> Flag {
        Flag { name, short: None, kind: Kind::Value, alone: None, help }
    }

    pub(super) const fn array(name: &'static str, help: &'static str) -> Flag {
        Flag { name, short: None, kind: Kind::Array, alone: None, help }
    }

    pub(super) const fn list(name: &'static str, help: &'static str) -> Flag {
        Flag { name, short: None, kind: Kind::List, alone: None, help }
    }

    pub(super) const fn duration(name: &'static str, help: &'static str) -> Flag {
        Flag { name, short: None, kind: Kind::Duration, alone: None, help }
    }

    pub(super) const fn pairs(name: &'static str, help: &'static str) -> Flag {
        Flag { name, short: None, kind: Kind::Pairs, alone: None, help }
    }

    pub(super) const fn short(mut self, short: char) -> Flag {
        self.short = Some(short);
        self
    }

    pub(super) const fn alone(mut self, value: &'static str) -> Flag {
        self.alone = Some(value);
        self
    }
}

/// Parsed arguments.
#[derive(Debug, Default)]
pub(super) struct Flags {
    values: BTreeMap<&'static str, Vec<String>>,
    /// What is no flag, in order.
    pub(super) positional: Vec<String>,
    /// Whether help is asked for.
    pub(super) help: bool,
}

impl Flags {
    /// Parses arguments; flags and other arguments may stand in any order.
    pub(super) fn parse(arguments: &[String], known: &[&[Flag]]) -> Result<Flags, String> {
        let mut flags = Flags::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.strip_prefix("--") {
                Some("") => {
                    flags.positional.extend(rest.by_ref().cloned());
                }
                Some(long) => flags.long(long, &mut rest, known)?,
                None if argument.starts_with('-') && argument.len() > 1 => {
                    flags.shorts(&argument[1..], &mut rest, known)?
                }
                None => flags.positional.push(argument.clone()),
            }
        }
        Ok(flags)
    }

    fn long<'a>(
        &mut self,
        argument: &str,
        rest: &mut impl Iterator<Item = &'a String>,
        known: &[&[Flag]],
    ) -> Result<(), String> {
        let (name, value) =
            argument.split_once('=').map_or((argument, None), |(name, value)| (name, Some(value)));
        if name == "help" {
            self.help = true;
            return Ok(());
        }
        let flag = known.iter().flat_map(|flags| flags.iter()).find(|flag| flag.name == name);
        let flag = flag.ok_or_else(|| format!("unknown flag: --{name}"))?;
        let value = match (value, flag.alone) {
            (Some(value), _) => value.to_owned(),
            (None, Some(alone)) => alone.to_owned(),
            (None, None) => {
                rest.next().cloned().ok_or_else(|| format!("flag needs an argument: --{name}"))?
            }
        };
        self.set(flag, value)
    }

    fn shorts<'a>(
        &mut self,
        cluster: &str,
        rest: &mut impl Iterator<Item = &'a String>,
        known: &[&[Flag]],
    ) -> Result<(), String> {
        let mut characters = cluster.chars();
        while let Some(c) = characters.next() {
            if c == 'h' {
                self.help = true;
                continue;
            }
            let flag = known.iter().flat_map(|flags| flags.iter()).find(|flag| flag.short == Some(c));
            let flag = flag.ok_or_else(|| format!("unknown shorthand flag: '{c}' in -{cluster}"))?;
            let tail = characters.as_str();
            let value = match (tail.strip_prefix('='), flag.alone) {
                (Some(value), _) => value.to_owned(),
                (None, Some(alone)) => {
                    self.set(flag, alone.to_owned())?;
                    continue;
                }
                (None, None) if !tail.is_empty() => tail.to_owned(),
                (None, None) => rest
                    .next()
                    .cloned()
                    .ok_or_else(|| format!("flag needs an argument: '{c}' in -{cluster}"))?,
            };
            return self.set(flag, value);
        }
        Ok(())
    }

    fn set(&mut self, flag: &Flag, value: String) -> Result<(), String> {
        let invalid = |reason: String| {
            let short = flag.short.map_or_else(String::new, |c| format!("-{c}, "));
            format!("invalid argument {value:?} for \"{short}--{}\" flag: {reason}", flag.name)
        };
        let values = self.values.entry(flag.name).or_default();
        match flag.kind {
            Kind::Bool => {
                let flag = boolean(&value).ok_or_else(|| {
                    invalid(format!("strconv.ParseBool: parsing {value:?}: invalid syntax"))
                })?;
                *values = vec![flag.to_string()];
            }
            Kind::Duration => {
                Duration::parse(&value).map_err(|error| invalid(error.to_string()))?;
                *values = vec![value];
            }
            Kind::Value => *values = vec![value],
            Kind::Array => values.push(value),
            Kind::List => values.extend(fields(&value)),
            Kind::Pairs => {
                let pairs = fields(&value);
                if let Some(key) = pairs.iter().find(|pair| !pair.contains('=')) {
                    return Err(invalid(format!("{key} must be formatted as key=value")));
                }
                values.extend(pairs);
            }
        }
        Ok(())
    }

    /// The value of a flag, or nothing.
    pub(super) fn text(&self, name: &str) -> &str {
        self.values.get(name).and_then(|values| values.last()).map_or("", String::as_str)
    }

    /// Whether a switch is on.
    pub(super) fn on(&self, name: &str) -> bool {
        self.text(name) == "true"
    }

    /// Whether a flag is given at all.
    pub(super) fn is_given(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// All values of a flag.
    pub(super) fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }
}

/// The list of flags for `--help`.
pub(super) fn help(known: &[&[Flag]]) -> String {
    let mut flags: Vec<&Flag> = known.iter().flat_map(|flags| flags.iter()).collect();
    flags.sort_by_key(|flag| flag.name);
    let mut text = String::from("\nFlags:\n");
    for flag in flags {
        let short = flag.short.map_or("    ".to_owned(), |c| format!("-{c}, "));
        text.push_str(&format!("  {short}--{:<28} {}\n", flag.name, flag.help));
    }
    text
}

/// The words that Go takes for booleans.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// The fields of one line of comma-separated values, in which quotes hold commas.
fn fields(line: &str) -> Vec<String> {
    let mut fields = Vec::new();
    if line.is_empty() {
        return fields;
    }
    let mut field = String::new();
    let mut characters = line.chars().peekable();
    let mut quoted = false;
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if quoted || field.is_empty() => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    fields.push(field);
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[Flag] = &[
        Flag::switch("generate-name", "").short('g'),
        Flag::list("values", "").short('f'),
        Flag::array("set", ""),
        Flag::value("namespace", "").short('n'),
        Flag::value("dry-run", "").alone("client"),
        Flag::duration("timeout", ""),
        Flag::pairs("labels", "").short('l'),
    ];

    fn parse(arguments: &[&str]) -> Result<Flags, String> {
        Flags::parse(&arguments.iter().map(|argument| (*argument).to_owned()).collect::<Vec<_>>(), &[KNOWN])
    }

    #[test]
    fn flags_and_arguments_mix() {
        let flags = parse(&[
            "r",
            "-f",
            "a,b",
            "--set=x=1",
            "c",
            "--set",
            "y=1,z=2",
            "-gnprod",
            "--dry-run",
            "--",
            "-f",
        ]);
        let flags = flags.unwrap();
        assert_eq!(flags.positional, ["r", "c", "-f"]);
        assert_eq!(flags.all("values"), ["a", "b"]);
        assert_eq!(flags.all("set"), ["x=1", "y=1,z=2"]);
        assert_eq!((flags.text("namespace"), flags.on("generate-name")), ("prod", true));
        assert_eq!(flags.text("dry-run"), "client");
    }

    #[test]
    fn errors_are_helms() {
        for (arguments, error) in [
            (&["--bogus"][..], "unknown flag: --bogus"),
            (&["-z"], "unknown shorthand flag: 'z' in -z"),
            (&["--set"], "flag needs an argument: --set"),
            (&["-gn"], "flag needs an argument: 'n' in -gn"),
            (
                &["--generate-name=maybe"],
                "invalid argument \"maybe\" for \"-g, --generate-name\" flag: strconv.ParseBool: parsing \"maybe\": \
                 invalid syntax",
            ),
            (
                &["--timeout", "5"],
                "invalid argument \"5\" for \"--timeout\" flag: time: missing unit in duration \"5\"",
            ),
            (
                &["--labels", "a=b,c"],
                "invalid argument \"a=b,c\" for \"-l, --labels\" flag: c must be formatted as key=value",
            ),
        ] {
            assert_eq!(parse(arguments).unwrap_err(), error);
        }
    }
}
