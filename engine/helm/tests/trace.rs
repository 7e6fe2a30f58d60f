//! What renders say of the values that they read: where these are set, which lines they went into, and whether other
//! values would give the same.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first thing that goes wrong")]

use fairlead_helm::trace::{Line, PathRead, Reads, Recorded, render_recorded, render_watched, renders_alike};
use fairlead_helm::{Capabilities, Chart, Dialect, File, Rendered, Request, load_folder};
use fairlead_template::{Limits, Sealed};
use fairlead_yaml::{Map, Value};

const CHART: &[(&str, &str)] = &[
    (
        "Chart.yaml",
        "apiVersion: v2\nname: top\nversion: 1.0.0\ndependencies:\n- {name: sub, version: 1.0.0, alias: store, condition: store.enabled}\n",
    ),
    ("values.yaml", "image: {tag: v1}\nglobal: {region: eu, nested: {a: 1}}\nlist: [{x: 1}]\n"),
    (
        "templates/all.yaml",
        "# {{ .Values.none }}\nkind: B\ntag: {{ .Values.image.tag }}\n---\n\n---\nkind: A\n{{- range .Values.list }}\nx: {{ .x }}\n{{- end }}\nend: 1\n",
    ),
    ("charts/sub/Chart.yaml", "apiVersion: v2\nname: sub\nversion: 1.0.0\n"),
    ("charts/sub/values.yaml", "size: big\nglobal: {own: 2}\n"),
    (
        "charts/sub/templates/c.yaml",
        "kind: C\nsize: {{ .Values.size }}\nregion: {{ .Values.global.region }}\nnested: {{ .Values.global.nested.a }}\nown: {{ .Values.global.own }}\nabsent: {{ .Values.global.absent | quote }}\n",
    ),
];

fn chart(dialect: Dialect) -> Chart {
    let files = CHART.iter().map(|(path, text)| File::new(*path, text.as_bytes()));
    load_folder(files.collect(), dialect).unwrap()
}

fn given(text: &str) -> Map {
    match fairlead_yaml::value::from_str(text).unwrap() {
        Value::Map(map) => map,
        _ => Map::new(),
    }
}

fn with_request<T>(dialect: Dialect, run: impl FnOnce(&Request<'_>) -> T) -> T {
    let environment = Sealed(match dialect {
        Dialect::Helm3 => fairlead_template::Dialect::Helm3,
        Dialect::Helm4 => fairlead_template::Dialect::Helm4,
    });
    run(&Request {
        name: "rel",
        namespace: "ns",
        is_upgrade: false,
        capabilities: &Capabilities::new(),
        skip_schema: false,
        environment: &environment,
        limits: Limits::default(),
    })
}

fn shown(read: &PathRead) -> String {
    let path = read.path.join(".");
    if read.whole { format!("{path}.*") } else { path }
}

/// What is known of the line of a document that begins with some text.
fn line(rendered: &Rendered, recorded: &Recorded, kind: &str, start: &str) -> Line {
    let manifest = rendered.manifests.iter().find(|manifest| &*manifest.kind == kind).unwrap();
    let at = manifest.content.find(start).unwrap();
    let end = at + manifest.content[at..].find('\n').unwrap_or(manifest.content.len() - at);
    recorded.line(&manifest.source, manifest.offset + at..manifest.offset + end).unwrap()
}

#[test]
fn lines_are_found_behind_splitting_and_sorting() {
    for dialect in [Dialect::Helm3, Dialect::Helm4] {
        let chart = chart(dialect);
        let (rendered, recorded) =
            with_request(dialect, |request| render_recorded(&chart, &Map::new(), request)).unwrap();
        assert_eq!(
            rendered,
            with_request(dialect, |r| fairlead_helm::render(&chart, &Map::new(), r)).unwrap()
        );
        for (kind, start, wanted) in [
            ("B", "tag:", ["image.tag"].as_slice()),
            ("A", "x:", &["list.0.x"]),
            ("A", "end:", &[]),
            ("C", "size:", &["store.size"]),
            ("C", "region:", &["global.region"]),
            ("C", "nested:", &["global.nested.a"]),
            ("C", "own:", &["store.global.own"]),
            ("C", "absent:", &["global.absent"]),
        ] {
            let line = line(&rendered, &recorded, kind, start);
            let reads: Vec<String> =
                line.writes.iter().flat_map(|write| write.reads.iter().map(shown)).collect();
            assert_eq!(reads, wanted, "{kind} {start}");
        }
        let x = line(&rendered, &recorded, "A", "x:");
        assert_eq!((x.writes[1].line, x.writes[1].column), (9, 7));
        assert_eq!(&*x.conditions[0].action, "{{range .Values.list}}");
    }
}

#[test]
fn everything_that_is_read_is_listed() {
    let chart = chart(Dialect::Helm4);
    let (_, recorded) =
        with_request(Dialect::Helm4, |request| render_recorded(&chart, &Map::new(), request)).unwrap();
    let read: Vec<String> = recorded.read.iter().map(shown).collect();
    let wanted = [
        "global.absent",
        "global.nested.a",
        "global.region",
        "image.tag",
        "list.0.x",
        "none",
        "store.enabled",
        "store.global.own",
        "store.size",
    ];
    assert_eq!(read, wanted);
}

#[test]
fn other_values_are_told_apart_by_what_was_read() {
    let chart = chart(Dialect::Helm4);
    let before = given("list: [{x: 1}]");
    with_request(Dialect::Helm4, |request| {
        let mut reads = Reads::everything();
        render_watched(&chart, &before, request, &mut reads).unwrap();
        for (after, alike) in [
            ("list: [{x: 1}]\nunread: {a: 1}", true),
            ("list: [{x: 1, y: 2}]", false),
            ("{list: [{x: 1}], global: {unread: 1}}", true),
            ("{list: [{x: 1}], global: {absent: 1}}", false),
            ("{list: [{x: 1}], store: {size: big}}", true),
            ("{list: [{x: 1}], store: {size: small}}", false),
            ("{list: [{x: 1}], store: {enabled: true}}", true),
            ("{list: [{x: 1}], store: {enabled: false}}", false),
            ("{list: [{x: 1}], image: {tag: v1, name: x}}", true),
            ("{list: [{x: 1}], image: null}", false),
            ("{list: [{x: 1}], image: none}", false),
        ] {
            let after_values = given(after);
            let found = renders_alike((&chart, &before), (&chart, &after_values), request, &reads);
            assert_eq!(found, alike, "{after}");
        }
    });
}
