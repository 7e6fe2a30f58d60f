//! Random templates as trees, so that they can be made smaller.

pub(crate) const VALUES: &str = r#"
s: text
e: ""
u: "héllo wörld"
ml: "line one\nline two\n"
i: 7
f: 2.5
big: 12345678
neg: -3
t: true
n: null
l: [1, two, 3.5, null, true]
ls: [b, a, c]
el: []
m: {z: 1, a: x, k: {deep: {er: v}}}
em: {}
lm: [{name: p, v: 1}, {name: q}]
tpl: "{{ .Values.s }}-{{ .Values.i }}"
"#;

pub(crate) const HELPERS: &str = r#"
{{- define "plain" }}plain {{ . }}{{ end -}}
{{- define "name" -}}
{{ .Values.s | upper }}
  x: {{ .Values.m.a }}
{{- end }}
{{- define "bad" }}{{ .Values.s.t }}{{ end }}
{{- define "m" }}{{ .a }}{{ .b | default "none" }}{{ end }}
"#;

#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Text(String),
    Action(Expr),
    Declare(String, Expr),
    Block { head: &'static str, expr: Expr, body: Vec<Piece>, otherwise: Option<Vec<Piece>> },
}

#[derive(Clone, Debug)]
pub(crate) enum Expr {
    Leaf(String),
    Call(String, Vec<Expr>),
    Pipe(Vec<Expr>),
}

pub(crate) fn print(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out += text,
            Piece::Action(expr) => out += &format!("{{{{ {} }}}}", expr.print(false)),
            Piece::Declare(name, expr) => out += &format!("{{{{ {name} := {} }}}}", expr.print(false)),
            Piece::Block { head, expr, body, otherwise } => {
                out += &format!("{{{{ {head} {} }}}}{}", expr.print(false), print(body));
                if let Some(otherwise) = otherwise {
                    out += &format!("{{{{ else }}}}{}", print(otherwise));
                }
                out += "{{ end }}";
            }
        }
    }
    out
}

impl Expr {
    fn print(&self, nested: bool) -> String {
        match self {
            Expr::Leaf(text) => text.clone(),
            Expr::Call(name, args) => {
                let args: Vec<_> = args.iter().map(|arg| arg.print(true)).collect();
                let text = format!("{name} {}", args.join(" "));
                if nested { format!("({text})") } else { text }
            }
            Expr::Pipe(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| part.print(false)).collect();
                let text = parts.join(" | ");
                if nested { format!("({text})") } else { text }
            }
        }
    }

    fn smaller(&self) -> Vec<Expr> {
        match self {
            Expr::Leaf(_) => Vec::new(),
            Expr::Call(name, args) => {
                let mut all: Vec<Expr> = args.clone();
                for (index, arg) in args.iter().enumerate() {
                    for less in arg.smaller() {
                        let mut args = args.clone();
                        args[index] = less;
                        all.push(Expr::Call(name.clone(), args));
                    }
                }
                all
            }
            Expr::Pipe(parts) => {
                let mut all: Vec<Expr> = parts.clone();
                for index in 0..parts.len() {
                    let mut fewer = parts.clone();
                    fewer.remove(index);
                    if !fewer.is_empty() {
                        all.push(Expr::Pipe(fewer));
                    }
                    for less in parts[index].smaller() {
                        let mut parts = parts.clone();
                        parts[index] = less;
                        all.push(Expr::Pipe(parts));
                    }
                }
                all
            }
        }
    }
}

/// Returns the templates that have a little less.
pub(crate) fn smaller(pieces: &[Piece]) -> Vec<Vec<Piece>> {
    let mut all = Vec::new();
    for index in 0..pieces.len() {
        let with = |new: Vec<Piece>| {
            let mut pieces = pieces.to_vec();
            pieces.splice(index..=index, new);
            pieces
        };
        all.push(with(Vec::new()));
        match &pieces[index] {
            Piece::Text(_) => {}
            Piece::Action(expr) => {
                all.extend(expr.smaller().into_iter().map(|expr| with(vec![Piece::Action(expr)])));
            }
            Piece::Declare(name, expr) => {
                all.extend(expr.smaller().into_iter().map(|e| with(vec![Piece::Declare(name.clone(), e)])));
            }
            Piece::Block { head, expr, body, otherwise } => {
                all.push(with(body.clone()));
                let block = |expr: Expr, body: Vec<Piece>, otherwise: Option<Vec<Piece>>| {
                    with(vec![Piece::Block { head, expr, body, otherwise }])
                };
                if otherwise.is_some() {
                    all.push(block(expr.clone(), body.clone(), None));
                }
                for less in smaller(body) {
                    all.push(block(expr.clone(), less, otherwise.clone()));
                }
                for less in expr.smaller() {
                    all.push(block(less, body.clone(), otherwise.clone()));
                }
            }
        }
    }
    all
}

/// Makes templates of a seed.
pub(crate) struct Generator {
    state: u64,
    variables: usize,
    inside: usize,
}

impl Generator {
    pub(crate) fn new(seed: u64) -> Generator {
        Generator { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, variables: 0, inside: 0 }
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

    pub(crate) fn template(&mut self) -> Vec<Piece> {
        self.pieces(3)
    }

    fn pieces(&mut self, depth: usize) -> Vec<Piece> {
        let count = 1 + self.below(4);
        (0..count).map(|_| self.piece(depth)).collect()
    }

    fn piece(&mut self, depth: usize) -> Piece {
        match self.below(if depth == 0 { 6 } else { 10 }) {
            0 => Piece::Text(self.pick(&["a", "\n", "  x: ", "\n  ", "é"]).to_owned()),
            1..=4 => Piece::Action(self.expr(3)),
            5 => {
                let expr = self.expr(2);
                self.variables += 1;
                Piece::Declare(format!("$v{}", self.variables), expr)
            }
            kind => {
                let expr = self.expr(2);
                let mut head = ["if", "with", "range", "range $k, $e :="][kind - 6];
                if self.below(9) == 0 {
                    head = "range $e :=";
                }
                let known = self.variables;
                self.inside += usize::from(head != "if");
                let body = self.pieces(depth - 1);
                self.inside -= usize::from(head != "if");
                self.variables = known;
                let otherwise = if self.below(3) == 0 { Some(self.pieces(depth - 1)) } else { None };
                self.variables = known;
                Piece::Block { head, expr, body, otherwise }
            }
        }
    }

    fn leaf(&mut self) -> Expr {
        let leaf = match self.below(12) {
            0..=4 => self.pick(&[
                ".Values.s",
                ".Values.e",
                ".Values.u",
                ".Values.ml",
                ".Values.i",
                ".Values.f",
                ".Values.big",
                ".Values.neg",
                ".Values.t",
                ".Values.n",
                ".Values.l",
                ".Values.ls",
                ".Values.el",
                ".Values.m",
                ".Values.em",
                ".Values.lm",
                ".Values.m.k",
                ".Values.m.k.deep.er",
                ".Values.none",
                ".Values.m.a",
                ".Release.Name",
                ".Values.none.x",
                ".Values.s.x",
                ".Values.l.x",
                "$.Values.s",
                ".name",
                ".k",
                ".Values.tpl",
            ]),
            5 | 6 => {
                self.pick(&["1", "0", "-2", "2.5", "3", "10", "1e3", "0x1f", "'a'", "true", "false", "nil"])
            }
            7 | 8 => self.pick(&[
                "\"\"",
                "\"a\"",
                "\"text\"",
                "\"a,b,c\"",
                "\"%s\"",
                "\"%d-%v\"",
                "\"1\"",
                "\"2.5\"",
                "\"k\"",
                "\"x y\"",
                "\"plain\"",
                "\"name\"",
                "\"{{ . }}\"",
                "\"a: 1\\nb: [x]\"",
                "`{\"j\": 1}`",
            ]),
            9 if self.inside > 0 => ".",
            10 => "$.Values.m",
            _ if self.variables > 0 => {
                let index = 1 + self.below(self.variables);
                return Expr::Leaf(format!("$v{index}"));
            }
            _ => ".Values",
        };
        Expr::Leaf(leaf.to_owned())
    }

    fn expr(&mut self, depth: usize) -> Expr {
        if depth == 0 {
            return self.leaf();
        }
        match self.below(10) {
            0..=2 => self.leaf(),
            3..=6 => self.call(depth, 0),
            _ => {
                let mut parts = vec![self.expr(depth - 1)];
                for _ in 0..=self.below(2) {
                    let call = self.call(depth, 1);
                    parts.push(call);
                }
                // A constant cannot be fed anything, which is no news after a thousand times.
                Expr::Pipe(parts)
            }
        }
    }

    fn call(&mut self, depth: usize, piped: usize) -> Expr {
        let functions: &[(&str, usize)] = &[
            ("and", 2),
            ("or", 2),
            ("not", 1),
            ("eq", 2),
            ("ne", 2),
            ("lt", 2),
            ("le", 2),
            ("gt", 2),
            ("ge", 2),
            ("len", 1),
            ("index", 2),
            ("index", 3),
            ("slice", 3),
            ("print", 2),
            ("print", 3),
            ("println", 2),
            ("printf \"%v|%d\"", 2),
            ("printf \"%s\"", 1),
            ("printf \"%5.1f\"", 1),
            ("printf", 2),
            ("html", 1),
            ("js", 1),
            ("urlquery", 1),
            ("include \"plain\"", 1),
            ("include \"name\"", 1),
            ("include \"bad\"", 1),
            ("include \"m\"", 1),
            ("include", 2),
            ("tpl", 2),
            ("required \"need\"", 1),
            ("default", 2),
            ("quote", 1),
            ("squote", 1),
            ("upper", 1),
            ("lower", 1),
            ("title", 1),
            ("trim", 1),
            ("trunc", 2),
            ("replace", 3),
            ("indent 2", 1),
            ("nindent 4", 1),
            ("indent", 2),
            ("nindent", 2),
            ("toYaml", 1),
            ("toJson", 1),
            ("fromYaml", 1),
            ("fromJson", 1),
            ("list", 2),
            ("dict \"a\"", 1),
            ("dict", 2),
            ("get", 2),
            ("set", 3),
            ("hasKey", 2),
            ("keys", 1),
            ("values", 1),
            ("pick", 2),
            ("omit", 2),
            ("merge", 2),
            ("add", 2),
            ("sub", 2),
            ("mul", 2),
            ("div", 2),
            ("mod", 2),
            ("int", 1),
            ("int64", 1),
            ("float64", 1),
            ("toString", 1),
            ("kindOf", 1),
            ("typeOf", 1),
            ("ternary", 3),
            ("empty", 1),
            ("coalesce", 2),
            ("first", 1),
            ("last", 1),
            ("rest", 1),
            ("join", 2),
            ("splitList", 2),
            ("split", 2),
            ("contains", 2),
            ("hasPrefix", 2),
            ("has", 2),
            ("append", 2),
            ("concat", 2),
            ("uniq", 1),
            ("without", 2),
            ("sortAlpha", 1),
            ("reverse", 1),
            ("until", 1),
            ("b64enc", 1),
            ("b64dec", 1),
            ("sha256sum", 1),
            ("cat", 2),
            ("repeat", 2),
            ("trimSuffix", 2),
            ("regexMatch", 2),
            ("kindIs", 2),
            ("deepEqual", 2),
            ("atoi", 1),
            ("max", 2),
            ("min", 2),
            ("floor", 1),
            ("round", 2),
            ("snakecase", 1),
            ("camelcase", 1),
            ("kebabcase", 1),
            ("substr", 3),
            ("semver", 1),
            ("toStrings", 1),
            ("dig", 3),
            ("compact", 1),
            ("deepCopy", 1),
            ("plural", 3),
            ("wrap", 2),
            ("nospace", 1),
            ("abbrev", 2),
        ];
        let (name, arity) = functions[self.below(functions.len())];
        let mut count = arity.saturating_sub(piped);
        if self.below(25) == 0 {
            count += 1;
        }
        let args = (0..count).map(|_| self.expr(depth - 1)).collect();
        Expr::Call(name.to_owned(), args)
    }
}
