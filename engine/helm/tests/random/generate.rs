//! Makes charts of a seed: subcharts with aliases, conditions, tags and imports, values with nulls and globals at every
//! level, values given in files and arguments, and templates that print what became of them.

use std::collections::BTreeMap;

use crate::support::Case;
use crate::tree::{Tree, less};

/// A chart, and what is given with it.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) root: Chart,
    given: Option<Tree>,
    arguments: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
pub(crate) struct Chart {
    name: String,
    values: Option<Tree>,
    /// The fields of an entry of `dependencies`.
    dependencies: Vec<Vec<(String, Tree)>>,
    templates: Vec<(String, String)>,
    children: Vec<Chart>,
}

impl Question {
    pub(crate) fn case(&self) -> Case {
        let mut files = BTreeMap::new();
        self.root.write("", &mut files);
        let arguments = self.arguments.iter().flat_map(|(name, value)| {
            std::iter::once(name.clone()).chain((!value.is_empty()).then(|| value.clone()))
        });
        Case {
            name: self.root.name.clone(),
            arguments: arguments.collect(),
            files,
            values: self.given.as_ref().map(Tree::document),
            ..Case::default()
        }
    }

    pub(crate) fn smaller(&self) -> Vec<Question> {
        let mut all: Vec<_> =
            self.root.smaller().into_iter().map(|root| Question { root, ..self.clone() }).collect();
        if let Some(given) = &self.given {
            all.push(Question { given: None, ..self.clone() });
            all.extend(
                given.smaller().into_iter().map(|given| Question { given: Some(given), ..self.clone() }),
            );
        }
        let arguments = less(&self.arguments, |_| Vec::new());
        all.extend(arguments.into_iter().map(|arguments| Question { arguments, ..self.clone() }));
        all
    }
}

impl Chart {
    fn write(&self, folder: &str, files: &mut BTreeMap<String, String>) {
        let mut head = format!("apiVersion: v2\nname: {}\nversion: 0.1.0\n", self.name);
        if !self.dependencies.is_empty() {
            head += "dependencies:\n";
            for fields in &self.dependencies {
                head += &format!("- {}\n", Tree::Map(fields.clone()).print());
            }
        }
        files.insert(format!("{folder}Chart.yaml"), head);
        if let Some(values) = &self.values {
            files.insert(format!("{folder}values.yaml"), values.document());
        }
        for (name, text) in &self.templates {
            files.insert(format!("{folder}templates/{name}"), text.clone());
        }
        for child in &self.children {
            child.write(&format!("{folder}charts/{}/", child.name), files);
        }
    }

    fn smaller(&self) -> Vec<Chart> {
        let mut all = Vec::new();
        let children = less(&self.children, Chart::smaller);
        all.extend(children.into_iter().map(|children| Chart { children, ..self.clone() }));
        if let Some(values) = &self.values {
            all.push(Chart { values: None, ..self.clone() });
            all.extend(
                values.smaller().into_iter().map(|values| Chart { values: Some(values), ..self.clone() }),
            );
        }
        // A dependency without a name is another matter.
        let fields = |fields: &Vec<(String, Tree)>| {
            let mut all = less(fields, |_| Vec::new());
            all.retain(|fields| fields.iter().any(|(name, _)| name == "name"));
            all
        };
        let dependencies = less(&self.dependencies, fields);
        all.extend(dependencies.into_iter().map(|dependencies| Chart { dependencies, ..self.clone() }));
        let templates = less(&self.templates, |_| Vec::new());
        all.extend(templates.into_iter().map(|templates| Chart { templates, ..self.clone() }));
        all
    }
}

pub(crate) struct Generator {
    state: u64,
}

const KEYS: [&str; 12] =
    ["a", "b", "k", "global", "s", "t", "two", "on", "tags", "exports", "data", "enabled"];

impl Generator {
    pub(crate) fn new(seed: u64) -> Generator {
        Generator { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 }
    }

    fn below(&mut self, bound: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) as usize % bound
    }

    fn pick<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len())]
    }

    pub(crate) fn question(&mut self) -> Question {
        let root = self.chart("c", 2);
        let given = (self.below(3) > 0).then(|| self.map(3));
        let arguments = (0..self.below(4)).map(|_| self.argument()).collect();
        Question { root, given, arguments }
    }

    fn chart(&mut self, name: &str, depth: usize) -> Chart {
        let mut children = Vec::new();
        if depth > 0 {
            for name in ["s", "t", "u"] {
                if self.below(if depth == 2 { 2 } else { 4 }) == 0 {
                    children.push(self.chart(name, depth - 1));
                }
            }
        }
        let mut dependencies = Vec::new();
        // Below the root either all subcharts are named or none: an alias of a chart that names only some of them shares
        // the others with its original, which we do not reproduce.
        let named = self.below(3) > 0;
        for child in &children {
            let count = if depth == 2 { self.below(5).min(3).saturating_sub(1) } else { usize::from(named) };
            for _ in 0..count {
                dependencies.push(self.dependency(&child.name));
            }
        }
        let values = (self.below(5) > 0).then(|| self.map(3));
        let templates =
            (0..1 + self.below(3)).map(|index| (format!("{index}.yaml"), self.template())).collect();
        Chart { name: name.to_owned(), values, dependencies, templates, children }
    }

    fn dependency(&mut self, name: &str) -> Vec<(String, Tree)> {
        let leaf = |text: &str| Tree::Leaf(text.to_owned());
        let mut fields = vec![("name".to_owned(), leaf(name))];
        let version = self.pick(&["0.1.0", "0.x.x", "\"*\"", "~0.1", "0.1.0", "9.9.9"]);
        fields.push(("version".to_owned(), leaf(version)));
        if self.below(3) == 0 {
            fields.push(("alias".to_owned(), leaf(self.pick(&["two", "k", "a", "s"]))));
        }
        if self.below(3) == 0 {
            let text =
                self.pick(&["s.enabled", "on", "two.enabled,on", "tags.a", "global.on", "a", "t.on", "\"\""]);
            fields.push(("condition".to_owned(), leaf(&format!("\"{}\"", text.trim_matches('"')))));
        }
        if self.below(4) == 0 {
            let tags = (0..1 + self.below(2)).map(|_| leaf(self.pick(&["a", "b", "k"]))).collect();
            fields.push(("tags".to_owned(), Tree::List(tags)));
        }
        if self.below(3) == 0 {
            let imports = (0..1 + self.below(2)).map(|_| self.import()).collect();
            fields.push(("import-values".to_owned(), Tree::List(imports)));
        }
        fields
    }

    fn import(&mut self) -> Tree {
        if self.below(2) == 0 {
            return Tree::Leaf(self.pick(&["data", "a", "k"]).to_owned());
        }
        let child = self.pick(&["a", "exports.data", "global", "data", "s", "k.a", "exports"]).to_owned();
        let parent = self.pick(&["a", "k", "b.k", "global", "s", "global.a", "data"]).to_owned();
        Tree::Map(vec![("child".to_owned(), Tree::Leaf(child)), ("parent".to_owned(), Tree::Leaf(parent))])
    }

    fn map(&mut self, depth: usize) -> Tree {
        let mut items: Vec<(String, Tree)> = Vec::new();
        for _ in 0..self.below(5) {
            let key = self.pick(&KEYS).to_owned();
            if items.iter().all(|(other, _)| *other != key) {
                let value = self.tree(&key, depth);
                items.push((key, value));
            }
        }
        Tree::Map(items)
    }

    fn tree(&mut self, key: &str, depth: usize) -> Tree {
        let likely = matches!(key, "global" | "s" | "t" | "two" | "tags" | "exports");
        if depth > 0 && (self.below(3) == 0 || likely && self.below(5) > 0) {
            return self.map(depth - 1);
        }
        if depth > 0 && self.below(8) == 0 {
            return Tree::List((0..self.below(3)).map(|_| self.tree("", depth - 1)).collect());
        }
        let text = self
            .pick(&["1", "null", "null", "true", "false", "x", "\"\"", "0", "2.5", "12345678", "{}", "[]"]);
        Tree::Leaf(text.to_owned())
    }

    fn argument(&mut self) -> (String, String) {
        let name = self.pick(&[
            "--set",
            "--set",
            "--set",
            "--set-string",
            "--skip-tests",
            "--no-hooks",
            "--include-crds",
        ]);
        let mut value = String::new();
        if name.starts_with("--set") {
            for index in 0..1 + self.below(2) {
                let path: Vec<_> = (0..1 + self.below(3)).map(|_| self.key()).collect();
                let comma = if index > 0 { "," } else { "" };
                let text = self.pick(&[
                    "1", "null", "true", "false", "x", "", "{1,x}", "0x1f", "1e3", "null", "{}", "010",
                ]);
                value += &format!("{comma}{}={text}", path.join("."));
            }
        }
        (name.to_owned(), value)
    }

    fn key(&mut self) -> String {
        let index = ["", "", "", "", "", "", "[0]", "[1]", "[0][1]"][self.below(9)];
        format!("{}{index}", self.pick(&KEYS))
    }

    fn template(&mut self) -> String {
        let body = self.pick(&[
            "v: {{ .Values | toJson | quote }}\n",
            "v: {{ .Values | toJson | quote }}\n",
            "v: {{ .Values | toJson | quote }}\n",
            "{{ toYaml .Values }}\n",
            "v: {{ .Values.global | toJson | quote }}\n",
            "{{- range $k, $v := .Values }}\n{{ $k }}: {{ kindOf $v }}\n{{- end }}\n",
            "{{- range $k, $v := .Subcharts }}\n{{ $k }}: {{ $v.Values | toJson | quote }}\n{{- end }}\n",
            "{{- $_ := set .Values \"set\" .Chart.Name }}\n",
            "{{- if .Values.global }}{{ $_ := set .Values.global \"set\" .Chart.Name }}{{ end }}\n",
            "{{- with .Values.s }}{{ $_ := unset . \"a\" }}{{ end }}\nv: {{ .Values | toJson | quote }}\n",
            "v: {{ merge (dict) .Values | toJson | quote }}\n",
            "v: {{ mergeOverwrite (dict \"a\" 1) .Values | toJson | quote }}\n",
            "name: {{ .Chart.Name }}\nroot: {{ .Chart.IsRoot }}\npath: {{ .Template.BasePath }}\n",
            "v: {{ .Values.a.b }}\n",
            "v: {{ .Values.k | default \"none\" | quote }}\n",
            "v: {{ tpl \"{{ .Values.a | toJson }}\" . | quote }}\n",
            "v: {{ required \"a is needed\" .Values.a | toJson | quote }}\n",
        ]);
        let mut text = String::new();
        for _ in 0..self.below(3) {
            text += self.pick(&[
                "---\n",
                "# a comment\n",
                "\n",
                "apiVersion: v1\n",
                "---\n# only a comment\n---\n",
                "  \n",
            ]);
        }
        if self.below(2) == 0 {
            let kind = self.pick(&[
                "ConfigMap",
                "Service",
                "Job",
                "Zed",
                "ValidatingWebhookConfiguration",
                "Namespace",
            ]);
            let name = self.pick(&["one", "two", "three"]);
            text += &format!("kind: {kind}\nmetadata:\n  name: {name}\n");
            if self.below(3) == 0 {
                let hook =
                    self.pick(&["test", "pre-install", "post-install,test", "crd-install", "none", "\"\""]);
                let weight = self.pick(&["1", "\"2\"", "-1", "x", "0"]);
                text +=
                    &format!("  annotations:\n    helm.sh/hook: {hook}\n    helm.sh/hook-weight: {weight}\n");
            }
        }
        text += body;
        for _ in 0..self.below(2) {
            text += self.pick(&["---\n", "\n", "---\nb: 1\n", "--- \nkind: A\n", "...\n", "---\r\nb: 2\r\n"]);
        }
        text
    }
}
