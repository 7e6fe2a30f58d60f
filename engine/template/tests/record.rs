//! What recordings say of what was written: each write with its place, what it was made from, and the conditions
//! around it, from the innermost to the outermost.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test stops at the first thing that goes wrong"
)]

use std::sync::Arc;

use fairlead_template::{
    Dialect, Execution, Limits, Look, Map, Read, Recording, Sealed, Set, Template, Value, Write,
};

/// The values: `on`, `image.tag`, `image.name`, `hosts`, `env.a.x`, `env.b.x`. Their maps have the origins 1 (the top),
/// 2 (`image`), 3 (`env`), 4 (`env.a`) and 5 (`env.b`).
fn values() -> Value {
    let map = |origin: u32, entries: Vec<(&str, Value)>| {
        let map = Map::new();
        map.set_origin(origin);
        entries.into_iter().for_each(|(key, value)| map.insert(key, value));
        Value::Map(map)
    };
    let image = map(2, vec![("tag", "v1".into()), ("name", "api".into())]);
    let (a, b) = (map(4, vec![("x", "1".into())]), map(5, vec![("x", "2".into())]));
    let env = map(3, vec![("a", a), ("b", b)]);
    let hosts = Value::strings(["h1", "h2"]);
    let values = map(1, vec![("on", Value::Bool(true)), ("image", image), ("hosts", hosts), ("env", env)]);
    let top = Map::new();
    top.insert("Values", values);
    top.into()
}

fn record(source: &str) -> (String, Recording) {
    let set = Set::link([Arc::new(
        Template::parse("t.yaml", source, Dialect::Helm4).expect("the test is well made"),
    )]);
    let environment = Sealed(Dialect::Helm4);
    let plain = Execution::new(&set, &environment, Limits::default()).execute("t.yaml", &values());
    let mut execution = Execution::new(&set, &environment, Limits::default());
    let (out, recording) = execution.record("t.yaml", &values()).expect("the test is well made");
    let (out, plain) = (out.into_text(), plain.expect("the test is well made").into_text());
    assert_eq!(out, plain, "recording changes nothing");
    (out, recording)
}

fn reads(reads: &[Read]) -> String {
    const NAMES: [&str; 6] = ["", "", "image", "env", "env.a", "env.b"];
    let shown = reads.iter().map(|read| {
        let map = NAMES[read.origin as usize];
        let look = match &read.look {
            Look::Entry(key) => key.to_string(),
            Look::Keys => "(keys)".to_owned(),
            Look::Any => "(any)".to_owned(),
            Look::All => "*".to_owned(),
        };
        [map, &look].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(".")
    });
    shown.collect::<Vec<_>>().join(" ")
}

fn show(out: &str, recording: &Recording, write: &Write) -> String {
    let mut text = format!("{:?} [{}]", &out[write.range.clone()], reads(&write.reads));
    let mut around = write.condition;
    while let Some(condition) = around.and_then(|index| recording.conditions.get(index)) {
        let held = if condition.held { "" } else { "not " };
        text += &format!(" {held}{} [{}]", condition.source, reads(&condition.reads));
        around = condition.outer;
    }
    text
}

/// Checks everything that is written but text.
#[track_caller]
fn check(source: &str, wanted: &[&str]) {
    let (out, recording) = record(source);
    let actions = recording.writes.iter().filter(|write| write.source.is_some());
    let shown: Vec<_> = actions.map(|write| show(&out, &recording, write)).collect();
    assert_eq!(shown, wanted, "{source}");
}

#[test]
fn actions_and_text_have_their_places() {
    let (out, recording) = record("tag: {{ .Values.image.tag | quote }}\n");
    let places: Vec<_> = recording.writes.iter().map(|write| &write.place).collect();
    let places: Vec<_> = places.iter().map(|place| (&*place.template, place.line, place.column)).collect();
    assert_eq!(places, [("t.yaml", 1, 0), ("t.yaml", 1, 8), ("t.yaml", 1, 36)]);
    assert_eq!(show(&out, &recording, &recording.writes[1]), "\"\\\"v1\\\"\" [image image.tag]");
    assert_eq!(recording.writes[0].source, None);
    assert_eq!(recording.writes[1].source.as_deref(), Some("{{.Values.image.tag | quote}}"));
}

#[test]
fn conditions_stand_apart() {
    let (out, recording) = record("{{ if .Values.on }}a{{ if .Values.off }}b{{ else }}c{{ end }}{{ end }}d");
    let shown: Vec<_> = recording.writes.iter().map(|write| show(&out, &recording, write)).collect();
    let wanted = [
        "\"a\" [] {{if .Values.on}} [on]",
        "\"c\" [] not {{if .Values.off}} [off] {{if .Values.on}} [on]",
        "\"d\" []",
    ];
    assert_eq!(shown, wanted);
    check(
        "{{ with .Values.image }}{{ .tag }}{{ end }}",
        &["\"v1\" [image image.(any) image.tag] {{with .Values.image}} [image image.(any)]"],
    );
}

#[test]
fn operators_follow_from_what_they_looked_at() {
    check("{{ and .Values.on .Values.image.tag }}", &["\"v1\" [on image image.tag]"]);
    check("{{ or .Values.on .Values.image.tag }}", &["\"true\" [on]"]);
    check("{{ .Values.none | default .Values.image.tag }}", &["\"v1\" [none image image.tag]"]);
    check("{{ ternary 1 2 .Values.on }}", &["\"1\" [on]"]);
}

#[test]
fn variables_keep_what_they_were_made_from() {
    check(
        "{{ $x := .Values.image.tag }}{{ $y := \"-\" }}{{ $x }}{{ $y }}",
        &["\"v1\" [image image.tag]", "\"-\" []"],
    );
    // Which value is assigned follows from the condition, too.
    check("{{ $x := 1 }}{{ if .Values.on }}{{ $x = 2 }}{{ end }}{{ $x }}", &["\"2\" [on]"]);
    check("{{ $image := .Values.image }}{{ $image.tag }}", &["\"v1\" [image image.tag]"]);
}

#[test]
fn loops() {
    check(
        "{{ range .Values.hosts }}{{ . }}{{ end }}",
        &["\"h1\" [hosts] {{range .Values.hosts}} [hosts]", "\"h2\" [hosts] {{range .Values.hosts}} [hosts]"],
    );
    check(
        "{{ range $k, $v := .Values.env }}{{ $k }}{{ $v.x }}{{ end }}",
        &[
            "\"a\" [env env.(keys)] {{range $k, $v := .Values.env}} [env env.(keys)]",
            "\"1\" [env env.(keys) env.a env.a.x] {{range $k, $v := .Values.env}} [env env.(keys)]",
            "\"b\" [env env.(keys)] {{range $k, $v := .Values.env}} [env env.(keys)]",
            "\"2\" [env env.(keys) env.b env.b.x] {{range $k, $v := .Values.env}} [env env.(keys)]",
        ],
    );
}

#[test]
fn included_text_keeps_its_places() {
    let source =
        "{{ define \"x\" }}a: {{ .Values.image.tag }}\nb: 1{{ end }}t:{{ include \"x\" . | nindent 2 }}";
    let (out, recording) = record(source);
    assert_eq!(out, "t:\n  a: v1\n  b: 1");
    let places: Vec<_> =
        recording.writes.iter().map(|write| (&out[write.range.clone()], write.place.column)).collect();
    assert_eq!(places[2], ("v1", 22));
    assert_eq!(places.len(), 4);
    let call = &recording.calls[recording.writes[2].call.unwrap()];
    assert_eq!((&*call.source, call.outer), ("{{include \"x\" . | nindent 2}}", None));
    assert_eq!(recording.writes[0].call, None);
}

#[test]
fn text_that_becomes_a_value_keeps_what_it_was_made_from() {
    let define = "{{ define \"x\" }}{{ if .Values.on }}{{ .Values.image.tag }}{{ end }}{{ end }}";
    check(&format!("{define}{{{{ include \"x\" . | quote }}}}"), &["\"\\\"v1\\\"\" [on image image.tag]"]);
    check(&format!("{define}{{{{ $x := include \"x\" . }}}}{{{{ $x }}}}"), &["\"v1\" [on image image.tag]"]);
    check(
        &format!("{define}{{{{ if eq (include \"x\" .) \"v1\" }}}}{{{{ 1 }}}}{{{{ end }}}}"),
        &["\"1\" [] {{if eq (include \"x\" .) \"v1\"}} [on image image.tag]"],
    );
    check(
        "{{ tpl (printf \"{{ .Values.image.tag }}%s\" .Values.image.name) . }}",
        &["\"v1api\" [image image.name image.tag]"],
    );
}

#[test]
fn dictionaries_pass_on_each_entry() {
    check(
        "{{ define \"x\" }}{{ .tag }} {{ .ctx.Values.on }} {{ .one }}{{ end }}\
         {{ include \"x\" (dict \"tag\" .Values.image.tag \"ctx\" . \"one\" 1) }}",
        &["\"v1\" [image image.tag]", "\"true\" [on]", "\"1\" []"],
    );
    check(
        "{{ $d := dict }}{{ $_ := set $d \"x\" .Values.image.tag }}{{ $d.x }}{{ $d.y }}",
        &["\"v1\" [image image.tag]", "\"<no value>\" []"],
    );
    check(
        "{{ $d := merge (dict \"a\" 1) .Values.image }}{{ $d.tag }} {{ $d.a }}",
        &["\"v1\" [image image.tag]", "\"1\" []"],
    );
    check("{{ get (.Values.env.a) \"x\" }}", &["\"1\" [env env.a env.a.x]"]);
    check("{{ index .Values.env \"b\" \"x\" }}", &["\"2\" [env env.b env.b.x]"]);
    check(
        "{{ pluck \"x\" .Values.env.a .Values.env.b | first }}",
        &["\"1\" [env env.a env.b env.a.x env.b.x]"],
    );
    check("{{ dig \"a\" \"y\" 5 .Values.env }}", &["\"5\" [env env.a env.a.y]"]);
    check("{{ (deepCopy .Values.image).tag }}", &["\"v1\" [image image.tag]"]);
}

#[test]
fn subtrees() {
    check("{{ toYaml .Values.image }}", &["\"name: api\\ntag: v1\" [image image.*]"]);
    check(
        "{{ toJson (dict \"a\" .Values.env.a) }}",
        &["\"{\\\"a\\\":{\\\"x\\\":\\\"1\\\"}}\" [env env.a env.a.*]"],
    );
}

#[test]
fn there_is_a_bound_to_what_is_noted() {
    let values = Map::new();
    values.set_origin(1);
    (0..2200).for_each(|index| values.insert(format!("k{index}"), Value::Int(index)));
    let source = "{{ $all := \"\" }}{{ range $key, $value := . }}{{ $all = print $all $value }}{{ end }}";
    let template = Template::parse("t", source, Dialect::Helm4).expect("the test is well made");
    let set = Set::link([Arc::new(template)]);
    let environment = Sealed(Dialect::Helm4);
    let mut execution = Execution::new(&set, &environment, Limits::default());
    let error = execution.record("t", &values.clone().into()).expect_err("each text is made from one more");
    assert!(error.text.contains("more to note of where values come from than allowed"), "{}", error.text);
    assert!(Execution::new(&set, &environment, Limits::default()).execute("t", &values.into()).is_ok());
}
