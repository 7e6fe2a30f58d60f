//! What recordings say of what was written.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

use std::sync::Arc;

use fairlead_template::{Dialect, Execution, Limits, Map, Recording, Sealed, Set, Template, Value};

/// Renders a template over `.Values` with origin 1 and `.Values.image` with origin 2.
fn record(source: &str) -> (String, Recording) {
    let image = Map::new();
    image.set_origin(2);
    image.insert("tag", "v1".into());
    let values = Map::new();
    values.set_origin(1);
    values.insert("image", image.into());
    values.insert("on", Value::Bool(true));
    let top = Map::new();
    top.insert("Values", values.into());
    let set = Set::link([Arc::new(
        Template::parse("t.yaml", source, Dialect::Helm4).expect("the test is well made"),
    )]);
    let environment = Sealed(Dialect::Helm4);
    let mut execution = Execution::new(&set, &environment, Limits::default());
    let plain = execution.execute("t.yaml", &top.clone().into()).expect("the test is well made");
    let (out, recording) = execution.record("t.yaml", &top.into()).expect("the test is well made");
    assert_eq!(out, plain, "recording changes nothing");
    (String::from_utf8(out).expect("the test is well made"), recording)
}

/// Shows each write with its place, reads and conditions.
fn show(out: &str, recording: &Recording) -> Vec<String> {
    let reads = |reads: &[fairlead_template::Read]| {
        let all: Vec<_> = reads
            .iter()
            .map(|read| format!("{}.{}", read.origin, read.key.as_deref().unwrap_or("*")))
            .collect();
        all.join(" ")
    };
    let line = |write: &fairlead_template::Write| {
        let mut text = format!(
            "{:?} {}:{} [{}]",
            &out[write.range.clone()],
            write.place.line,
            write.place.column,
            reads(&write.reads)
        );
        let mut around = write.condition;
        while let Some(condition) = around.and_then(|index| recording.conditions.get(index)) {
            let (place, held) = (&condition.place, condition.held);
            text += &format!(
                " {}{}:{} [{}]",
                if held { "" } else { "not " },
                place.line,
                place.column,
                reads(&condition.reads)
            );
            around = condition.outer;
        }
        text
    };
    recording.writes.iter().map(line).collect()
}

#[test]
fn actions_and_reads() {
    let (out, recording) = record("tag: {{ .Values.image.tag | quote }}\n");
    assert_eq!(
        show(&out, &recording),
        ["\"tag: \" 1:0 []", "\"\\\"v1\\\"\" 1:8 [1.image 2.tag]", "\"\\n\" 1:36 []"]
    );
}

#[test]
fn conditions() {
    let (out, recording) = record("{{ if .Values.on }}a{{ if .Values.off }}b{{ else }}c{{ end }}{{ end }}d");
    assert_eq!(
        show(&out, &recording),
        ["\"a\" 1:19 [] 1:6 [1.on]", "\"c\" 1:51 [] not 1:26 [1.off] 1:6 [1.on]", "\"d\" 1:70 []",]
    );
}

#[test]
fn included_text_keeps_its_places() {
    let (out, recording) = record(
        "{{ define \"x\" }}a: {{ .Values.image.tag }}\nb: 1{{ end }}t:{{ include \"x\" . | nindent 2 }}",
    );
    assert_eq!(out, "t:\n  a: v1\n  b: 1");
    let places: Vec<_> =
        recording.writes.iter().map(|write| (&out[write.range.clone()], write.place.column)).collect();
    assert_eq!(places[2], ("v1", 22));
    assert_eq!(places.len(), 4);
}

#[test]
fn subtrees() {
    let (_, recording) = record("{{ toYaml .Values.image }}");
    let reads: Vec<_> =
        recording.writes[0].reads.iter().map(|read| (read.origin, read.key.as_deref())).collect();
    assert_eq!(reads, [(1, Some("image")), (2, None)]);
}
