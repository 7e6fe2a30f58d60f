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
    Assign(String, Expr),
    Template(&'static str, Expr),
    Block { head: &'static str, expr: Expr, body: Vec<Piece>, otherwise: Otherwise },
}

/// What follows the body of a block.
#[derive(Clone, Debug)]
pub(crate) enum Otherwise {
    Nothing,
    Else(Vec<Piece>),
    /// `else if` and `else with`.
    Chain(&'static str, Expr, Vec<Piece>, Box<Otherwise>),
}

impl Otherwise {
    fn print(&self, out: &mut String) {
        match self {
            Otherwise::Nothing => {}
            Otherwise::Else(body) => *out += &format!("{{{{ else }}}}{}", print(body)),
            Otherwise::Chain(head, expr, body, rest) => {
                *out += &format!("{{{{ else {head} {} }}}}{}", expr.print(false), print(body));
                rest.print(out);
            }
        }
    }

    fn smaller(&self) -> Vec<Otherwise> {
        match self {
            Otherwise::Nothing => Vec::new(),
            Otherwise::Else(body) => {
                let less = smaller(body).into_iter().map(Otherwise::Else);
                std::iter::once(Otherwise::Nothing).chain(less).collect()
            }
            Otherwise::Chain(head, expr, body, rest) => {
                let mut all = vec![Otherwise::Nothing, (**rest).clone()];
                let chain = |expr: Expr, body: Vec<Piece>, rest: Otherwise| {
                    Otherwise::Chain(head, expr, body, Box::new(rest))
                };
                all.extend(smaller(body).into_iter().map(|body| chain(expr.clone(), body, (**rest).clone())));
                all.extend(
                    expr.smaller().into_iter().map(|expr| chain(expr, body.clone(), (**rest).clone())),
                );
                all.extend(rest.smaller().into_iter().map(|rest| chain(expr.clone(), body.clone(), rest)));
                all
            }
        }
    }
}

#[derive(Clone, Debug)]
pub(crate) enum Expr {
    Leaf(String),
    Call(String, Vec<Expr>),
    Pipe(Vec<Expr>),
    Field(Box<Expr>, String),
}

pub(crate) fn print(pieces: &[Piece]) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => out += text,
            Piece::Action(expr) => out += &format!("{{{{ {} }}}}", expr.print(false)),
            Piece::Declare(name, expr) => out += &format!("{{{{ {name} := {} }}}}", expr.print(false)),
            Piece::Assign(name, expr) => out += &format!("{{{{ {name} = {} }}}}", expr.print(false)),
            Piece::Template(name, expr) => {
                out += &format!("{{{{- template \"{name}\" {} -}}}}", expr.print(false));
            }
            Piece::Block { head, expr, body, otherwise } => {
                out += &format!("{{{{ {head} {} }}}}{}", expr.print(false), print(body));
                otherwise.print(&mut out);
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
            Expr::Field(inner, name) => format!("({}).{name}", inner.print(false)),
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
            Expr::Field(inner, name) => {
                let less = inner.smaller().into_iter().map(|less| Expr::Field(Box::new(less), name.clone()));
                std::iter::once((**inner).clone()).chain(less).collect()
            }
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
            Piece::Assign(name, expr) => {
                all.extend(expr.smaller().into_iter().map(|e| with(vec![Piece::Assign(name.clone(), e)])));
            }
            Piece::Template(name, expr) => {
                all.extend(expr.smaller().into_iter().map(|e| with(vec![Piece::Template(name, e)])));
            }
            Piece::Block { head, expr, body, otherwise } => {
                all.push(with(body.clone()));
                let block = |expr: Expr, body: Vec<Piece>, otherwise: Otherwise| {
                    with(vec![Piece::Block { head, expr, body, otherwise }])
                };
                for less in otherwise.smaller() {
                    all.push(block(expr.clone(), body.clone(), less));
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
    looping: usize,
}

impl Generator {
    pub(crate) fn new(seed: u64) -> Generator {
        Generator { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1, variables: 0, inside: 0, looping: 0 }
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
        match self.below(if depth == 0 { 8 } else { 12 }) {
            0 => {
                let mut texts = vec![
                    "a",
                    "\n",
                    "  x: ",
                    "\n  ",
                    "é",
                    "{{/* c */}}",
                    "{{- /* c */ -}}",
                    " {{- \"\" }} ",
                    "{{ -3 }}",
                ];
                if self.looping > 0 {
                    texts.extend(["{{ break }}", "{{ continue }}", "{{- break -}}"]);
                }
                Piece::Text(self.pick(&texts).to_owned())
            }
            1..=4 => Piece::Action(self.expr(3)),
            5 => {
                let expr = self.expr(2);
                self.variables += 1;
                Piece::Declare(format!("$v{}", self.variables), expr)
            }
            6 if self.variables > 0 => {
                let name = format!("$v{}", 1 + self.below(self.variables));
                Piece::Assign(name, self.expr(2))
            }
            6 | 7 => {
                let name = ["plain", "name", "bad", "m", "none"][self.below(5)];
                Piece::Template(name, self.expr(1))
            }
            kind => {
                let expr = self.expr(2);
                let mut head = ["if", "with", "range", "range $k, $e :="][kind - 8];
                match self.below(24) {
                    0 | 1 => head = "range $e :=",
                    2 => head = "with $w :=",
                    3 => head = "if $w :=",
                    4 if self.variables > 0 => head = "range $v1 =",
                    5 if self.variables > 1 => head = "range $v1, $v2 =",
                    _ => {}
                }
                let known = self.variables;
                let (dot, looping) = (!head.starts_with("if"), head.starts_with("range"));
                self.inside += usize::from(dot);
                self.looping += usize::from(looping);
                let body = self.pieces(depth - 1);
                self.inside -= usize::from(dot);
                self.looping -= usize::from(looping);
                self.variables = known;
                let otherwise = self.otherwise(head, depth);
                self.variables = known;
                Piece::Block { head, expr, body, otherwise }
            }
        }
    }

    fn otherwise(&mut self, head: &'static str, depth: usize) -> Otherwise {
        let known = self.variables;
        match self.below(6) {
            0 | 1 => Otherwise::Else(self.pieces(depth - 1)),
            2 if !head.starts_with("range") => {
                let head = if head.starts_with("if") { "if" } else { "with" };
                let expr = self.expr(2);
                let body = self.pieces(depth - 1);
                self.variables = known;
                Otherwise::Chain(head, expr, body, Box::new(self.otherwise(head, depth)))
            }
            _ => Otherwise::Nothing,
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
        match self.below(11) {
            10 => {
                let inner = self.expr(depth - 1);
                let name = self.pick(&["a", "k", "x", "deep.er", "_0", "_1.x", "name", "Name"]);
                Expr::Field(Box::new(inner), name.to_owned())
            }
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
            ("printf \"%q %x\"", 2),
            ("printf \"%+v|%#v\"", 2),
            ("printf \"%T %t\"", 2),
            ("printf \"%05d|%-6s|\"", 2),
            ("printf \"%e %g\"", 2),
            ("printf \"%6.2f|%c\"", 2),
            ("printf \"%U %o %b\"", 3),
            ("printf \"%[2]v %[1]d\"", 2),
            ("printf \"%*d\"", 2),
            ("printf \"%s %s\"", 1),
            ("printf \"%#x % x\"", 2),
            ("printf \"%.3s|%8.3v\"", 2),
            ("toYamlPretty", 1),
            ("toToml", 1),
            ("toRawJson", 1),
            ("toPrettyJson", 1),
            ("fromYamlArray", 1),
            ("fromJsonArray", 1),
            ("mustToJson", 1),
            ("mustFromJson", 1),
            ("fromToml", 1),
            ("trimPrefix", 2),
            ("trimAll", 2),
            ("trunc -3", 1),
            ("splitn", 3),
            ("untitle", 1),
            ("initials", 1),
            ("swapcase", 1),
            ("wrapWith", 3),
            ("abbrevboth", 3),
            ("hasSuffix", 2),
            ("toDecimal", 1),
            ("seq", 2),
            ("untilStep", 3),
            ("add1", 1),
            ("mulf", 2),
            ("addf", 2),
            ("divf", 2),
            ("subf", 2),
            ("maxf", 2),
            ("minf", 2),
            ("ceil", 1),
            ("all", 2),
            ("any", 2),
            ("mustCompact", 1),
            ("typeIs", 2),
            ("typeIsLike", 2),
            ("base", 1),
            ("dir", 1),
            ("clean", 1),
            ("ext", 1),
            ("isAbs", 1),
            ("b32enc", 1),
            ("b32dec", 1),
            ("unset", 2),
            ("pluck", 2),
            ("mergeOverwrite", 2),
            ("mustMerge", 2),
            ("prepend", 2),
            ("initial", 1),
            ("chunk", 2),
            ("mustHas", 2),
            ("semverCompare", 2),
            ("regexFindAll", 3),
            ("regexFind", 2),
            ("regexReplaceAll", 3),
            ("regexReplaceAllLiteral", 3),
            ("regexSplit", 3),
            ("regexQuoteMeta", 1),
            ("urlParse", 1),
            ("urlJoin", 1),
            ("duration", 1),
            ("durationRound", 1),
            ("adler32sum", 1),
            ("sha1sum", 1),
            ("sha512sum", 1),
            ("toDate \"2006-01-02\"", 1),
            ("tuple", 2),
            ("mustFirst", 1),
            ("mustRest", 1),
            ("mustLast", 1),
            ("mustInitial", 1),
            ("mustReverse", 1),
            ("mustUniq", 1),
            ("mustWithout", 2),
            ("mustSlice", 2),
            ("mustAppend", 2),
            ("mustPrepend", 2),
            ("mustChunk", 2),
            ("mustRegexMatch", 2),
            ("mustRegexReplaceAll", 3),
            ("mustToDate", 2),
            ("mustMergeOverwrite", 2),
            ("mustDeepCopy", 1),
            ("osBase", 1),
            ("lookup \"v1\" \"Pod\"", 2),
            ("camelcase", 1),
            ("trim", 1),
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
