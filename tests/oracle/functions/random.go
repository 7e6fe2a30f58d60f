package main

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// generator makes random calls of the functions whose answers do not change from run to run.
type generator struct{ r *rand.Rand }

func newGenerator(seed uint64) *generator {
	return &generator{rand.New(rand.NewPCG(seed, 1))}
}

func pick[T any](g *generator, from []T) T { return from[g.r.IntN(len(from))] }

// The letters stand for kinds of arguments; an upper case letter repeats any number of times.
// s string, i int, f any number, n a small number, l list, d dict, b bool, a anything, r regexp, v version, c constraint,
// u url, p path, t layout, y yaml or json text, k key, m map of a url's parts, w time, x time as text, z zone, o duration.
var signatures = map[string]string{
	"trunc": "is", "trim": "s", "upper": "s", "lower": "s", "title": "s", "untitle": "s", "substr": "iis", "repeat": "is",
	"trimAll": "ss", "trimSuffix": "ss", "trimPrefix": "ss", "nospace": "s", "initials": "s", "swapcase": "s",
	"snakecase": "s", "camelcase": "s", "kebabcase": "s", "wrap": "is", "wrapWith": "iss", "abbrev": "is",
	"abbrevboth": "iis", "contains": "ss", "hasPrefix": "ss", "hasSuffix": "ss", "quote": "A", "squote": "A", "cat": "A",
	"indent": "is", "nindent": "is", "replace": "sss", "plural": "ssi", "sha1sum": "s", "sha256sum": "s",
	"sha512sum": "s", "adler32sum": "s", "toString": "a", "atoi": "s", "int64": "a", "int": "a", "float64": "a",
	"seq": "I", "toDecimal": "a", "split": "ss", "splitList": "ss", "splitn": "sis", "toStrings": "a", "until": "i",
	"untilStep": "iii", "add1": "f", "add": "F", "sub": "ff", "div": "ff", "mod": "ff", "mul": "fF", "add1f": "f",
	"addf": "F", "subf": "fF", "divf": "fF", "mulf": "fF", "max": "fF", "min": "fF", "maxf": "fF", "minf": "fF",
	"ceil": "f", "floor": "f", "round": "fi", "join": "sa", "sortAlpha": "a", "default": "aa", "empty": "a",
	"coalesce": "A", "all": "A", "any": "A", "compact": "a", "mustCompact": "a", "fromJson": "y", "toJson": "a",
	"toPrettyJson": "a", "toRawJson": "a", "mustFromJson": "y", "mustToJson": "a", "ternary": "aab", "deepCopy": "a",
	"typeOf": "a", "typeIs": "sa", "typeIsLike": "sa", "kindOf": "a", "kindIs": "sa", "deepEqual": "aa", "base": "p",
	"dir": "p", "clean": "p", "ext": "p", "isAbs": "p", "osBase": "p", "osClean": "p", "osDir": "p", "osExt": "p",
	"b64enc": "s", "b64dec": "s", "b32enc": "s", "b32dec": "s", "list": "A", "tuple": "A", "dict": "A", "get": "dk",
	"set": "dka", "unset": "dk", "hasKey": "dk", "pluck": "kD", "pick": "dK", "omit": "dK", "merge": "dD",
	"mergeOverwrite": "dD", "mustMerge": "dD", "mustMergeOverwrite": "dD", "append": "la", "prepend": "la", "first": "l",
	"rest": "l", "last": "l", "initial": "l", "reverse": "l", "uniq": "l", "without": "lA", "has": "al", "slice": "lI",
	"concat": "L", "dig": "kad", "chunk": "il", "mustFirst": "a", "mustLast": "a", "mustRest": "a", "mustHas": "aa",
	"semver": "v", "semverCompare": "cv", "fail": "s", "regexMatch": "rs", "mustRegexMatch": "rs", "regexFindAll": "rsi",
	"regexFind": "rs", "regexReplaceAll": "rss", "regexReplaceAllLiteral": "rss", "regexSplit": "rsi",
	"mustRegexFindAll": "rsi", "mustRegexReplaceAll": "rss", "mustRegexSplit": "rsi", "regexQuoteMeta": "s",
	"urlParse": "u", "urlquery": "s", "toYaml": "a", "fromYaml": "y", "fromYamlArray": "y", "fromJsonArray": "y",
	"mustUniq": "a", "mustReverse": "a", "mustSlice": "aI", "mustChunk": "ia", "mustAppend": "aa", "mustPrepend": "aa",
	"mustWithout": "aA", "mustInitial": "a", "mustToPrettyJson": "a", "mustToRawJson": "a", "mustDeepCopy": "a",
	"mustRegexFind": "rs", "mustRegexReplaceAllLiteral": "rss", "push": "la", "mustPush": "aa", "biggest": "fF",
	"urlJoin": "m", "date": "tw", "dateInZone": "twz", "date_in_zone": "twz", "toDate": "ts", "mustToDate": "tx",
	"dateModify": "ow", "date_modify": "ow", "mustDateModify": "ow", "unixEpoch": "w", "htmlDateInZone": "wz",
	"toToml": "a", "fromToml": "y", "duration": "a", "durationRound": "a", "required": "sa", "toYamlPretty": "a",
}

var names = func() []string {
	var all []string
	for name := range signatures {
		if signatures[name] != "" {
			all = append(all, name)
		}
	}
	// The order of a map changes from run to run; a seed must not.
	for i := range all {
		for j := i + 1; j < len(all); j++ {
			if all[j] < all[i] {
				all[i], all[j] = all[j], all[i]
			}
		}
	}
	return all
}()

// Functions whose output has the order of a map, or is large, are wrapped so that it does not show.
func (g *generator) expression() string {
	name := pick(g, names)
	call := g.call(name, 2)
	switch pick(g, []string{"", "", "", "json", "type", "printf"}) {
	case "json":
		return "{{ " + call + " | toJson }}"
	case "type":
		return "{{ " + call + " | typeOf }}"
	case "printf":
		return "{{ printf \"%v\" (" + call + ") }}"
	}
	return "{{ " + call + " }}"
}

func (g *generator) call(name string, depth int) string {
	var b strings.Builder
	b.WriteString(name)
	for _, kind := range signatures[name] {
		count := 1
		if kind >= 'A' && kind <= 'Z' {
			count = g.r.IntN(4)
			kind += 'a' - 'A'
		}
		// Now and then an argument is missing, or of any kind.
		if g.r.IntN(60) == 0 && kind != 'w' {
			count = 0
		}
		for range count {
			// What is no time is now.
			if g.r.IntN(12) == 0 && kind != 'w' {
				kind = 'a'
			}
			b.WriteString(" " + g.argument(kind, depth))
		}
	}
	return b.String()
}

var strs = []string{
	"", " ", "a", "hello", "Hello World", "  padded  ", "foo bar baz", "a,b,c", "a-b_c d", "camelCaseString", "HTTPServer2Go",
	"snake_case", "kebab-case", "12", "-7", "0x1f", "017", "3.7", "1e3", "true", "nil", "línea", "日本語", "tab\tnew\nline",
	"\"quoted\"", "it's", "$1-$2", "${1}x", "a$$b", "/etc/hosts", "aaa", "ababab", "%d %s", "<b>&</b>", "🙂", "x\u00a0y", "\\",
	"string", "int", "map", "slice", "[]interface {}", "YWJj", "YWJ", "MFRGG===", "1h2m", "90m", "~", "null", "{}", "a: b",
}

var pools = map[rune][]string{
	'i': {"0", "1", "2", "3", "-1", "5", "10", "-3", "7"},
	'f': {"0", "1", "2", "-3", "10", "3.5", "-0.25", "1e3", "\"4\"", "\"2.5\"", "\"x\"", "true", "nil", ".Values.float",
		".Values.half", ".Values.big", "\"0x10\"", "\"010\"", "9223372036854775807", "1.1", "0.1", "0.2"},
	'n': {"0", "1", "3.5", "-2", "1e3", "nil", ".Values.half"},
	'b': {"true", "false"},
	'k': {`"a"`, `"b"`, `"c"`, `"d"`, `"zz"`},
	'l': {"(list)", "(list 1 2 3)", `(list "b" "a" "b")`, "(list nil 1)", ".Values.list", "(until 4)", `(splitList "," "x,y,z")`,
		"(list (list 1) (list 2))", ".Values.numbers", `(list "" 0 false "x")`, `(list (dict "a" 1) (dict "a" 1))`},
	'd': {"(dict)", `(dict "a" 1)`, `(dict "a" "" "b" 2)`, `(dict "a" (dict "b" 1) "c" (list 1))`, ".Values.map",
		`(dict "a" (dict "b" 2 "d" 3) "b" nil)`, `(dict "c" (list 2 3) "d" false)`, `(dict "a" nil)`},
	'r': {"`a`", "`a+`", "`[a-c]*`", "`(\\w+) (\\w+)`", "`^$`", "``", "`\\d+`", "`(?i)HELLO`", "`[`", "`a**`", "`(`", "`x*`",
		"`b|ab`", "`(a)(b)?`", "`\\pL+`", "`[^a-z]`", "`\\bfoo\\b`", "`(?P<n>b+)`", "`a{2}`", "`a{2,1}`", "`\\s+`", "`,|-`",
		"`(?s).`", "`(a|ab)(c|bcd)`", "`[[:alpha:]]+`", "`\\Q.\\E`", "`(?x)a`", "`a{1001}`", "`\\8`", "`.`", "`$`", "`-?`"},
	'v': {`"1.2.3"`, `"v1.2"`, `"1"`, `"1.2.3-alpha.1"`, `"1.2.3+meta"`, `"01.2.3"`, `"x"`, `""`, `"1.2.3.4"`, `"2.0.0-rc.10"`,
		`"0.0.1"`, `"1.27.3-gke.100"`, `"v1.28.0+k3s1"`, `"0.2.5"`, `"1.2.3-01"`},
	'c': {`">=1.2"`, `"^1.2.3"`, `"~1.2"`, `"1.x"`, `"*"`, `">1.2.2-0 <2"`, `"1.2.3 || 2.0.0-0"`, `"1.0 - 2.0"`, `"!=1.2.3"`,
		`"=>1"`, `"^0.2"`, `"^0.0.1"`, `"<1.2.3-beta"`, `"> 1.x"`, `"!=1.x"`, `""`, `"abc"`, `"1.2,3"`, `"~>1"`, `">= 1.27-0"`},
	'u': {`"http://u:p@h:80/p?q=1#f"`, `"https://[::1]:8/x%20y"`, `"mailto:a@b"`, `"/a/b"`, `"//h"`, `"a:b:c"`, `"http://h/%zz"`,
		`""`, `"*"`, `"1http://x"`, `"http://a b"`, `"http://h:x"`, `"ftp://u@h"`, `"?q"`, `"#f%20g"`, `"h:80"`, `"http://h?"`},
	'p': {`"/a/b.txt"`, `"a/../b"`, `""`, `"/"`, `"a//b/"`, `"../x.tar.gz"`, `"."`, `"/.."`, `".hidden"`, `"a.b/c"`},
	't': {`"2006-01-02"`, `"2006-01-02T15:04:05Z07:00"`, `"Mon Jan _2 3:04PM 2006 MST"`, `"15:04:05.000"`, `""`, `"06/1/2 002"`,
		`"2006-01-02 15:04:05.999999 -0700"`, `"January Monday pm"`, `"20060102150405"`, `"x"`},
	'x': {`"2024-02-29"`, `"2023-12-31T23:59:59+05:30"`, `"2023-02-30"`, `"12/1/2"`, `"now"`, `""`, `"20240101000000"`,
		`"10:11:12.345"`},
	'w': {`(toDate "2006-01-02" "2024-02-29")`, `(toDate "2006-01-02T15:04:05Z07:00" "1969-12-31T23:59:59+05:30")`, "0", "1700000000",
		"-5", `(toDate "2006-01-02" "1970-01-01")`, `(toDate "2006-01-02 15:04:05.999" "2024-12-31 23:59:59.987")`},
	'z': {`"UTC"`, `"Europe/Berlin"`, `"America/New_York"`, `"Nowhere/X"`, `""`, `"Asia/Kolkata"`},
	'o': {`"1h"`, `"-1h30m"`, `"72h0.5s"`, `"x"`, `""`, `"1us"`},
	'm': {`(dict "scheme" "http" "host" "h:80" "path" "/a b" "query" "q=1" "fragment" "f")`, `(dict "host" "h")`, `(dict)`,
		`(dict "scheme" "x" "opaque" "o" "userinfo" "u:p" "host" "h")`, `(dict "scheme" 1 "host" "h")`, `(urlParse "//h/p?x#y")`},
	'y': {`"a: 1"`, `"{\"a\": [1, 2.5, null, \"x\"]}"`, `"[1, 2, 3]"`, `"- a\n- b: c"`, `"a: b: c"`, `""`, `"{"`, `"x"`, `"1"`,
		`"a = 1\n[b]\nc = \"d\""`, `"a: 010\nb: yes\nc: 1e3\nd: 0x1f"`, `"a: 9007199254740993"`, `"null"`, `"a:\n  b: [c]"`,
		`"[[a]]\nb = 1.5\n[[a]]\nc = true"`, `"a: <b>"`},
}

func (g *generator) argument(kind rune, depth int) string {
	switch kind {
	case 's':
		return strconv.Quote(pick(g, strs))
	case 'a':
		if depth > 0 && g.r.IntN(6) == 0 {
			return "(" + g.call(pick(g, names), depth-1) + ")"
		}
		return g.argument(pick(g, []rune("sinnbldy")), depth)
	}
	return pick(g, pools[kind])
}
