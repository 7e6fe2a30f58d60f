//! Random files and edits of them.

use super::dice::Dice;

/// An edit of a YAML file: what is asked of us, and of yq.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    /// `set`, `append` or `delete`.
    pub(crate) verb: &'static str,
    pub(crate) path: String,
    pub(crate) value: &'static str,
    pub(crate) text: String,
}

impl Edit {
    /// The expression that asks yq for the same.
    pub(crate) fn expression(&self) -> String {
        let literal = match self.value {
            "null" | "true" | "false" | "7" | "1.10" => self.value.to_owned(),
            text => serde_json::Value::from(text).to_string(),
        };
        let path = &self.path;
        match self.verb {
            "set" => format!("({path}) = {literal}"),
            "append" => format!("({path}) += [{literal}]"),
            _ => format!("del({path})"),
        }
    }
}

const KEYS: &[&str] = &["a", "b", "image", "tag", "\"dotted.key\"", "'q'", "name", "a-b", "\"x y\"", "on"];
const VALUES: &[&str] = &[
    "v1",
    "v2.0",
    "true",
    "null",
    "7",
    "1.10",
    "",
    "yes",
    "~",
    "a: b",
    "- x",
    "# no",
    "it's",
    "é",
    "two\nlines",
    "{a}",
    "&x",
    "*y",
    " lead",
    "trail ",
    "0x10",
    "1e3",
    "2024-01-01",
    "!t",
    "%",
    "@a",
    "`",
    "a #b",
    "[",
    "\"q\"",
];

/// A random edit of a random file.
pub(crate) fn yq(seed: u64) -> Edit {
    let mut dice = Dice::new(seed ^ 0x5eed);
    let mut file = File {
        out: String::new(),
        paths: Vec::new(),
        step: dice.pick(&[2, 2, 4]),
        dash: dice.pick(&[0, 0, 2]),
        anchor: false,
    };
    for number in 0..1 + dice.roll(8) / 7 {
        if number > 0 || dice.one_in(10) {
            file.out.push_str("---\n");
        }
        file.anchor = false;
        file.mapping(&mut dice, 0, 0, "");
    }
    let mut text = file.out;
    if dice.one_in(10) {
        text = text.replace('\n', "\r\n");
    }
    if dice.one_in(10) {
        text.truncate(text.trim_end().len());
    }
    if dice.one_in(25) {
        text.insert(0, '\u{feff}');
    }
    let mut path = dice.pick(&file.paths.iter().map(String::as_str).collect::<Vec<_>>()).to_owned();
    let verb = dice.pick(&["set", "set", "set", "set", "append", "delete"]);
    if dice.one_in(8) && verb != "delete" {
        path.push_str(dice.pick(&[".new", ".new.deep", "[0]", ".\"dotted.new\""]));
    }
    if verb == "append" && dice.one_in(3) {
        path = ".list".to_owned();
    }
    Edit { verb, path, value: dice.pick(VALUES), text }
}

struct File {
    out: String,
    paths: Vec<String>,
    step: usize,
    dash: usize,
    anchor: bool,
}

impl File {
    fn mapping(&mut self, dice: &mut Dice, column: usize, depth: usize, path: &str) {
        let mut used = Vec::new();
        let mut first = true;
        for _ in 0..1 + dice.roll(4) {
            let key = dice.pick(KEYS);
            if used.contains(&key) {
                continue;
            }
            used.push(key);
            // Behind a dash the first key is on its line already.
            if !(std::mem::take(&mut first) && self.out.ends_with("- ")) {
                match dice.roll(12) {
                    0 => self.line(column, "# comment"),
                    1 => self.out.push('\n'),
                    _ => {}
                }
                self.out.push_str(&" ".repeat(column));
            }
            let bare = key.trim_matches(['"', '\'']);
            let step = if bare.bytes().all(|b| b.is_ascii_lowercase()) {
                format!(".{bare}")
            } else {
                format!(".\"{bare}\"")
            };
            let path = format!("{path}{step}");
            self.paths.push(path.clone());
            self.out.push_str(key);
            self.out.push(':');
            self.value(dice, column, depth, &path, false);
        }
    }

    fn line(&mut self, column: usize, text: &str) {
        self.out.push_str(&format!("{}{text}\n", " ".repeat(column)));
    }

    fn value(&mut self, dice: &mut Dice, column: usize, depth: usize, path: &str, item: bool) {
        match dice.roll(if depth > 2 { 9 } else { 14 }) {
            0 => self.out.push_str(dice.pick(&["\n", " # empty\n", " ~\n", " null\n"])),
            1 => {
                let inner = column + self.step;
                let head = dice.pick(&["|", "|-", ">", "|+", ">-", "|2"]);
                let inner = if head == "|2" { column + 2 } else { inner };
                self.out.push_str(&format!(" {head}\n"));
                for text in ["one", "", "two"].iter().take(1 + dice.roll(3)) {
                    self.line(if text.is_empty() { 0 } else { inner }, text);
                }
            }
            2 => {
                self.out.push_str(dice.pick(&[
                    " [1, two, \"3\"]\n",
                    " []\n",
                    " [ a , b ] # c\n",
                    " [1, [2]]\n",
                ]));
                self.paths.push(format!("{path}[0]"));
            }
            3 => {
                self.out.push_str(dice.pick(&[
                    " {a: 1, b: two}\n",
                    " {}\n",
                    " { a: 1 , b: [2] } # c\n",
                    " {a: {b: c}}\n",
                ]));
                self.paths.push(format!("{path}.a"));
            }
            4 if !self.anchor && !item => {
                self.anchor = true;
                self.out.push_str(" &anchor text\n");
            }
            5 if self.anchor => self.out.push_str(" *anchor\n"),
            9 | 10 => self.sequence(dice, column, depth, path, item),
            11..=13 => self.nested(dice, column, depth, path, item),
            _ => {
                let text = dice.pick(&[
                    "plain",
                    "'single'",
                    "\"double\"",
                    "1",
                    "true",
                    "v1.0",
                    "\"1.10\"",
                    "a b",
                    "http://x/y",
                ]);
                let tail = dice.pick(&["", "", "", " # note", "  #  odd", "\t# tab", "  "]);
                self.out.push_str(&format!(" {text}{tail}\n"));
            }
        }
    }

    fn nested(&mut self, dice: &mut Dice, column: usize, depth: usize, path: &str, item: bool) {
        if item {
            self.out.push(' ');
            return self.mapping(dice, column + 2, depth + 1, path);
        }
        self.out.push_str(dice.pick(&["\n", "\n", " # head\n"]));
        self.mapping(dice, column + self.step, depth + 1, path);
    }

    fn sequence(&mut self, dice: &mut Dice, column: usize, depth: usize, path: &str, item: bool) {
        self.out.push_str(if item { " " } else { "\n" });
        let column = if item { column + 2 } else { column + self.dash };
        let mut first = item;
        for number in 0..1 + dice.roll(3) {
            if !std::mem::take(&mut first) {
                if dice.one_in(8) {
                    self.line(column, "# above");
                }
                self.out.push_str(&" ".repeat(column));
            }
            self.out.push('-');
            let path = format!("{path}[{number}]");
            self.paths.push(path.clone());
            self.value(dice, column, depth + 1, &path, true);
        }
        if dice.one_in(4) {
            self.paths.push(format!("{path}[]"));
        }
    }
}

/// Arguments of `kustomize edit set image` on the first line, and a kustomization file.
pub(crate) fn image(seed: u64) -> String {
    const NAMES: &[&str] = &["nginx", "app", "ghcr.io/org/app", "r:5000/x", "db", "zoo"];
    const ARGUMENTS: &[&str] = &[
        "{}:v2",
        "{}=new:v3",
        "{}=r:5000/new",
        "{}@sha256:abc",
        "{}=new@sha256:abc",
        "{}=*:v9",
        "{}=x:*",
        "{}=*:*",
        "{}:1.10",
        "{}",
        "{}=n:v1@sha256:abc",
        "{}=*@*",
        "{}:v1@sha256:d",
    ];
    let mut dice = Dice::new(seed ^ 0x1a6e);
    let mut arguments = Vec::new();
    for _ in 0..1 + dice.roll(5) / 3 {
        let name = dice.pick(NAMES);
        arguments.push(dice.pick(ARGUMENTS).replace("{}", name));
    }
    let mut text = String::new();
    for part in 0..4 {
        match dice.roll(7) {
            0 => text.push_str("# comment\n"),
            1 => text.push('\n'),
            _ => {}
        }
        match part {
            0 if dice.one_in(2) => {
                text.push_str("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n")
            }
            1 => text.push_str("resources:\n- a.yaml # first\n"),
            2 if !dice.one_in(4) => images(&mut dice, NAMES, &mut text),
            3 if dice.one_in(2) => text.push_str("namePrefix: x-\n"),
            _ => {}
        }
    }
    if dice.one_in(10) {
        text = text.replace('\n', "\r\n");
    }
    if dice.one_in(8) {
        text.truncate(text.trim_end().len());
    }
    format!("{}\n{text}", arguments.join(" "))
}

fn images(dice: &mut Dice, names: &[&str], text: &mut String) {
    if dice.one_in(6) {
        let (a, b) = (dice.pick(names), dice.pick(names));
        text.push_str(&match dice.roll(3) {
            0 => "images: []\n".to_owned(),
            1 => format!("images: [{{name: {a}, newTag: v1}}]\n"),
            _ => format!("images: [{{name: {a}, newTag: \"1\"}}, {{newName: q, name: {b}}}] # c\n"),
        });
        return;
    }
    text.push_str("images:\n");
    let indent = dice.pick(&["", "  "]);
    for _ in 0..1 + dice.roll(4) {
        let mut fields = vec![format!("name: {}", dice.pick(names))];
        if dice.one_in(2) {
            fields.push(format!("newName: {}", dice.pick(&["other", "'q'", "r:5000/y"])));
        }
        if dice.one_in(2) {
            fields.push(format!(
                "newTag: {}",
                dice.pick(&["v1 # {\"$imagepolicy\": \"a:b\"}", "\"1.0\"", "'x'", "abc"])
            ));
        }
        if dice.one_in(4) {
            fields.push("digest: sha256:old".to_owned());
        }
        if dice.one_in(5) {
            fields.reverse();
        }
        if dice.one_in(6) {
            text.push_str(&format!("{indent}# image\n"));
        }
        for (number, field) in fields.iter().enumerate() {
            let lead = if number == 0 { "- " } else { "  " };
            text.push_str(&format!("{indent}{lead}{field}\n"));
        }
        if dice.one_in(8) {
            text.push('\n');
        }
    }
}
