//! Random projects: a chart with a subchart under two names, whose templates read values in every way that there is, and
//! files of values that change at random places.

use std::collections::BTreeMap;

use fairlead_yaml::{Map, Value, json};

/// A generator of random numbers that is the same everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % bound.max(1)
    }

    pub(crate) fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    /// Changes one place of a value: a scalar becomes another, a map loses or gets a key.
    pub(crate) fn change(&mut self, value: &mut Value) {
        match value {
            Value::Map(map) if !map.is_empty() => {
                let keys: Vec<_> = map.keys().cloned().collect();
                let key = self.pick(&keys).clone();
                match self.below(8) {
                    0 => {
                        map.remove(&key);
                    }
                    1 => {
                        map.insert("added".into(), Value::Bool(true));
                    }
                    _ => {
                        if let Some(inner) = map.get_mut(&key) {
                            self.change(inner);
                        }
                    }
                }
            }
            Value::List(items) if !items.is_empty() => {
                let index = self.below(items.len());
                self.change(&mut items[index]);
            }
            other => {
                let text = *self.pick(SCALARS);
                *other = fairlead_yaml::value::from_str(text).unwrap();
            }
        }
    }

    pub(crate) fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}

/// The files that hold values, and whether each holds them from the top (or those under `global`).
const FILES: &[(&str, bool)] = &[
    ("values/api.yaml", true),
    ("values/global.yaml", false),
    ("values/tenants/acme/api.yaml", true),
    ("values/tenants/acme/global.yaml", false),
    ("values/environments/prod/api.yaml", true),
    ("values/services/acme/dev/api.yaml", true),
    ("charts/api/values.yaml", true),
    ("charts/api/charts/sub/values.yaml", true),
];

const TOP: &[&str] = &["a", "b", "m", "n", "l", "global", "sub", "other", "data", "enabled"];
const KEYS: &[&str] = &["x", "y", "z", "m", "enabled"];
const SCALARS: &[&str] = &["1", "\"s\"", "\"t\"", "true", "false", "\"\"", "null", "1.5", "\"{{hq.var.v}}\""];

pub(crate) struct Project {
    random: Random,
    values: BTreeMap<&'static str, Value>,
    /// Files as they are now.
    pub(crate) files: BTreeMap<String, String>,
}

impl Project {
    pub(crate) fn new(seed: u64) -> Project {
        let mut project =
            Project { random: Random::new(seed), values: BTreeMap::new(), files: BTreeMap::new() };
        project.charts();
        for (path, top) in FILES {
            if path.starts_with("charts") || !project.random.one_in(3) {
                let value = project.table(*top);
                project.values.insert(path, value);
                project.write(path);
            }
        }
        project.variables("variables/project.yaml");
        project
    }

    /// Changes one file, and gives back its path.
    pub(crate) fn edit(&mut self) -> String {
        if self.random.one_in(10) {
            let path = *self.random.pick(&["variables/project.yaml", "variables/tenants/acme.yaml"]);
            self.variables(path);
            return path.to_owned();
        }
        let (path, top) = *self.random.pick(FILES);
        if self.random.one_in(15) && !path.starts_with("charts") {
            self.values.remove(path);
            self.files.remove(path);
            return path.to_owned();
        }
        let new = self.table(top);
        let mut value = self.values.remove(path).unwrap_or(new);
        if !self.random.one_in(8) {
            self.change(&mut value, top);
        }
        self.values.insert(path, value);
        self.write(path);
        path.to_owned()
    }

    /// Changes one place of a value.
    fn change(&mut self, value: &mut Value, top: bool) {
        let keys = if top { TOP } else { KEYS };
        let key = *self.random.pick(keys);
        let fresh = self.value_of(key, 2);
        let Value::Map(map) = value else { return *value = fresh };
        match map.get_mut(key) {
            Some(inner @ Value::Map(_)) if !self.random.one_in(4) => self.change(inner, false),
            Some(_) if self.random.one_in(3) => {
                map.remove(key);
            }
            _ => {
                map.insert(key.into(), fresh);
            }
        }
    }

    fn variables(&mut self, path: &str) {
        let text = format!(
            "apiVersion: fairlead.dev/v1\nkind: Variables\nvariables:\n  v: {}\n",
            self.random.pick(&["one", "two", "three"])
        );
        self.files.insert(path.to_owned(), text);
    }

    fn write(&mut self, path: &str) {
        let text = json::to_string(&self.values[path], json::Options::default()).unwrap();
        let comment = "# a comment\n".repeat(self.random.below(3));
        self.files.insert(path.to_owned(), format!("{comment}{text}\n"));
    }

    fn table(&mut self, top: bool) -> Value {
        let keys = if top { TOP } else { KEYS };
        let mut map = Map::new();
        for key in keys {
            if !self.random.one_in(3) {
                let value = self.value_of(key, 2);
                map.insert((*key).into(), value);
            }
        }
        Value::Map(map)
    }

    /// A value of the kind that the templates expect under a key, most of the time.
    fn value_of(&mut self, key: &str, depth: usize) -> Value {
        let is_map = matches!(key, "m" | "n" | "global" | "sub" | "other" | "data");
        match key {
            "enabled" => Value::Bool(!self.random.one_in(3)),
            "l" => {
                let items = (0..self.random.below(4)).map(|_| match self.random.one_in(3) {
                    true => self.map(1),
                    false => self.scalar(),
                });
                Value::List(items.collect())
            }
            _ if self.random.one_in(25) => self.scalar(),
            _ if is_map && depth > 0 => self.map(depth),
            _ => self.scalar(),
        }
    }

    fn map(&mut self, depth: usize) -> Value {
        let mut map = Map::new();
        for _ in 0..self.random.below(4) {
            let key = *self.random.pick(KEYS);
            let value = self.value_of(key, depth - 1);
            map.insert(key.into(), value);
        }
        Value::Map(map)
    }

    fn scalar(&mut self) -> Value {
        let text = if self.random.one_in(60) { "\"{{hq.var.none}}\"" } else { *self.random.pick(SCALARS) };
        fairlead_yaml::value::from_str(text).unwrap()
    }

    fn charts(&mut self) {
        let mut put = |path: &str, text: String| {
            self.files.insert(format!("charts/api/{path}"), text);
        };
        put(
            "Chart.yaml",
            "apiVersion: v2\nname: api\nversion: 1.0.0\ndependencies:\n- {name: sub, version: 1.0.0, condition: sub.enabled, import-values: [data]}\n- {name: sub, version: 1.0.0, alias: other, tags: [t], import-values: [{child: m, parent: data}]}\n".to_owned(),
        );
        put("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n".to_owned());
        put("templates/_helpers.tpl", HELPERS.to_owned());
        if self.random.one_in(8) {
            let schema = r#"{"properties": {"a": {"type": ["string", "number", "null"]}}}"#;
            self.files.insert("charts/api/values.schema.json".to_owned(), schema.to_owned());
        }
        for (path, count) in
            [("templates/a.yaml", 2), ("charts/sub/templates/b.yaml", 1), ("templates/c.yaml", 1)]
        {
            let mut text =
                "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Chart.Name }}\ndata:\n".to_owned();
            for index in 0..=count {
                text += &self.statement(index);
            }
            self.files.insert(format!("charts/api/{path}"), text);
        }
    }

    /// A line of a template that reads some values in some way.
    fn statement(&mut self, index: usize) -> String {
        let expression = self.expression(2);
        let other = self.expression(1);
        let key = format!("k{index}");
        match self.random.below(10) {
            0 => format!(
                "{{{{- if {other} }}}}\n  {key}: {{{{ {expression} | quote }}}}\n{{{{- else }}}}\n  e{key}: \"\"\n{{{{- end }}}}\n"
            ),
            1 => format!("{{{{- with {other} }}}}\n  {key}: {{{{ toJson . | quote }}}}\n{{{{- end }}}}\n"),
            2 => format!(
                "{{{{- range $k, $v := {} }}}}\n  {key}{{{{ $k }}}}: {{{{ kindOf $v }}}}\n{{{{- end }}}}\n",
                self.a_map()
            ),
            3 => format!(
                "{{{{- range $k, $v := {} }}}}\n  {key}{{{{ $k }}}}: {{{{ $v | quote }}}}\n  {{{{- break }}}}\n{{{{- end }}}}\n",
                self.a_map()
            ),
            4 => {
                // Maps that come to contain themselves would only show how deep encoders go.
                let (into, from) = *self.random.pick(&[
                    ("$.Values.m", "$.Values.global.m"),
                    ("$.Values.sub", "$.Values.global.m"),
                    ("$.Values.n", "$.Values.m"),
                    ("$.Values.global", "$.Values.a"),
                    ("$.Values.data", "$.Values.n"),
                ]);
                let into = Project::guarded(into);
                let shown = if self.random.one_in(3) { self.a_map() } else { into.clone() };
                format!(
                    "{{{{- $_ := set {into} \"w\" {from} }}}}\n  {key}: {{{{ toJson {shown} | quote }}}}\n"
                )
            }
            5 => format!(
                "{{{{- $x := {other} }}}}{{{{- if {expression} }}}}{{{{ $x = 1 }}}}{{{{ end }}}}\n  {key}: {{{{ $x | quote }}}}\n"
            ),
            6 => format!("  {key}: {{{{ include \"h\" (dict \"v\" ({other}) \"ctx\" $) | quote }}}}\n"),
            7 => format!(
                "{{{{- range .Values.l }}}}\n  {key}{{{{ . | toJson | sha256sum | trunc 4 }}}}: \"\"\n{{{{- end }}}}\n"
            ),
            8 => format!(
                "  {key}: {{{{ tpl \"{{{{ .Values.a }}}}{{{{ toJson .Values.m }}}}\" $ | quote }}}}\n"
            ),
            _ => format!("  {key}: {{{{ {expression} | quote }}}}\n"),
        }
    }

    fn expression(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.scalar_path();
        }
        let (a, b) = (self.a_map(), self.a_map());
        let inner = self.expression(depth - 1);
        let path = self.path();
        let key = *self.random.pick(KEYS);
        match self.random.below(30) {
            0 => format!("({inner} | default {path})"),
            1 => format!("(get {a} \"{key}\")"),
            2 => format!("(index {a} \"{key}\")"),
            3 => format!("(hasKey {a} \"{key}\")"),
            4 => format!("(dig \"{key}\" \"none\" {a})"),
            5 => format!("(pluck \"{key}\" {a} {b} | first | toJson)"),
            6 => format!("(keys {a} | sortAlpha | join \",\")"),
            7 => format!("(values {a} | toJson)"),
            8 => format!("(len {a})"),
            9 => format!("(empty {path})"),
            10 => format!("(coalesce {path} {inner} | toJson)"),
            11 => format!("(ternary {inner} {path} (empty {a}) | toJson)"),
            12 => format!("(toYaml {path})"),
            13 => format!("(toJson (merge (dict \"x\" 1) {a}))"),
            14 => format!("(toJson (mergeOverwrite (deepCopy {a}) {b}))"),
            15 => format!("(toJson (merge (pick {a} \"x\" \"{key}\") {b}))"),
            16 => format!("(get (merge (dict \"x\" (dict)) (deepCopy {a}) {b}) \"{key}\" | toJson)"),
            17 => format!("(toJson (pick {a} \"{key}\" \"y\"))"),
            18 => format!("(toJson (omit {a} \"{key}\"))"),
            19 => format!("(kindOf {path})"),
            20 => format!("(eq (toString {inner}) (toString {path}))"),
            21 => format!("(deepEqual {path} {inner})"),
            22 => format!("(printf \"%v-%v\" {path} {inner})"),
            23 => format!("(and {path} {inner} | toJson)"),
            24 => format!("(or {path} {inner} | toJson)"),
            25 => format!("(not {path})"),
            26 => format!("(first (list {path} {inner}) | toJson)"),
            27 => format!("(get (set (deepCopy {a}) \"w\" {inner}) \"{key}\" | toJson)"),
            28 => format!("(toJson (unset (deepCopy {a}) \"{key}\"))"),
            _ => format!("(toString $.Values.AsMap.{})", self.random.pick(TOP)),
        }
    }

    /// A map of the values, or an empty one where there is none.
    fn a_map(&mut self) -> String {
        let path = match self.random.below(4) {
            0 => "$.Values.global".to_owned(),
            1 => format!("$.Values.{}", self.random.pick(&["m", "n", "sub", "data", "other"])),
            2 => "(default dict $.Values.m).m".to_owned(),
            _ => "$.Values.global.m".to_owned(),
        };
        Project::guarded(&path)
    }

    fn guarded(path: &str) -> String {
        format!("(include \"kind\" {path} | eq \"map\" | ternary {path} dict)")
    }

    fn path(&mut self) -> String {
        match self.random.below(12) {
            0 => "$.Values".to_owned(),
            1 => "$.Values.m.x".to_owned(),
            2 => "$.Values.global.x".to_owned(),
            3 => "$.Values.global.m".to_owned(),
            4 => "$.Values.l".to_owned(),
            _ => format!("$.Values.{}", self.random.pick(TOP)),
        }
    }

    fn scalar_path(&mut self) -> String {
        format!("$.Values.{}", self.random.pick(&["a", "b", "a", "b", "enabled", "global.x", "m.y"]))
    }
}

const HELPERS: &str = r#"{{- define "kind" }}{{ kindOf . }}{{ end }}
{{- define "h" }}{{ if .ctx.Values.a }}{{ toJson .v }}{{ else }}{{ kindOf .v }}{{ end }}{{ end }}
"#;
