//! Each bound has its own error, and nothing overflows the stack.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

use std::sync::Arc;

use fairlead_template::limits::LimitError;
use fairlead_template::{Dialect, ExecError, Execution, Limits, Map, Sealed, Set, Template, Value};

fn render(source: &str, limits: Limits) -> Result<String, ExecError> {
    let set = Set::link([Arc::new(
        Template::parse("t.yaml", source, Dialect::Helm4).expect("the test is well made"),
    )]);
    let environment = Sealed(Dialect::Helm4);
    let out = Execution::new(&set, &environment, limits).execute("t.yaml", &Map::new().into())?;
    Ok(out.into_text())
}

#[test]
fn fuel() {
    let limits = Limits { fuel: 1000, ..Limits::default() };
    let error = render("{{ range 1000000 }}{{ end }}", limits).unwrap_err();
    assert_eq!(error.limit, Some(LimitError::Fuel(1000)));
    assert!(error.text.contains("t.yaml:1:9"), "{}", error.text);
}

#[test]
fn output() {
    let limits = Limits { output: 1000, ..Limits::default() };
    let error = render("{{ range 1000 }}0123456789{{ end }}", limits).unwrap_err();
    assert_eq!(error.limit, Some(LimitError::Output(1000)));
}

#[test]
fn nesting() {
    let limits = Limits { nesting: 100, ..Limits::default() };
    let error =
        render("{{ define \"a\" }}{{ template \"a\" }}{{ end }}{{ template \"a\" }}", limits).unwrap_err();
    assert_eq!(error.limit, Some(LimitError::Nesting(100)));
}

#[test]
fn strings() {
    let limits = Limits { string: 1000, ..Limits::default() };
    let error = render("{{ printf \"%1001d\" 1 }}", limits).unwrap_err();
    assert_eq!(error.limit, Some(LimitError::String(1000)));
}

#[test]
fn values_that_contain_themselves() {
    let error = render("{{ $d := dict }}{{ $_ := set $d \"d\" $d }}{{ $d }}", Limits::default()).unwrap_err();
    assert!(matches!(error.limit, Some(LimitError::Depth(_))), "{}", error.text);
}

#[test]
fn values_that_contain_themselves_are_compared() {
    let own = |name: &str| format!("{{{{ ${name} := dict }}}}{{{{ $_ := set ${name} \"d\" ${name} }}}}");
    let source = format!("{}{}{{{{ deepEqual $a $b }}}}", own("a"), own("b"));
    assert_eq!(render(&source, Limits::default()).expect("the test is well made"), "true");
}

/// How deep values are nested: with the frames of a build that is not optimized, which nobody is given, less fits.
const DEPTHS: &[usize] = if cfg!(debug_assertions) { &[250] } else { &[250, 490, 990, 1100, 20_000] };

/// On WASM the stack is small, and what overflows it takes the whole host down: values as deep as the bounds allow, and
/// deeper, end in an answer or in an error.
#[test]
fn values_as_deep_as_they_may_be() {
    let calls = [
        "toYaml $v",
        "toYamlPretty $v",
        "toJson $v",
        "toPrettyJson $v",
        "toRawJson $v",
        "toToml (dict \"v\" $v)",
        "deepCopy $v | len",
        "printf \"%v\" $v",
        "printf \"%#v\" $v",
        "print $v",
        "toString $v",
        "quote $v",
        "deepEqual $v (deepCopy $v)",
        "merge (dict) $v (deepCopy $v) | len",
        "mergeOverwrite (deepCopy $v) $v | len",
        "toYaml $v | fromYaml | len",
        "toJson $v | fromJson | len",
        "toJson $v | fromYamlArray | len",
    ];
    for (step, calls) in [("dict \"k\" $v", &calls[..]), ("list $v", &calls[..12])] {
        for depth in DEPTHS {
            let value =
                format!("{{{{ $v := {step} }}}}{{{{ range {depth} }}}}{{{{ $v = {step} }}}}{{{{ end }}}}");
            let value = value.replacen("$v }}", "1 }}", 1);
            for call in calls {
                match render(&format!("{value}{{{{ {call} }}}}"), Limits::default()) {
                    Ok(text) => assert!(!text.is_empty() || *depth > 990, "{call} at {depth}"),
                    Err(error) => assert!(*depth > 490, "{call} at {depth}: {}", error.text),
                }
            }
        }
    }
    for (open, close) in [("{k: ", "}"), ("[", "]"), ("{\"k\":", "}")] {
        for depth in DEPTHS {
            let text = format!("{}1{}", open.repeat(*depth), close.repeat(*depth));
            for read in ["fromYaml", "fromYamlArray", "fromJson", "fromJsonArray"] {
                let read = render(&format!("{{{{ {text:?} | {read} | len }}}}"), Limits::default());
                assert_eq!(read.expect("errors of reading become values"), "1", "{open} {depth}");
            }
        }
    }
}

#[test]
fn includes_as_deep_as_helm_allows() {
    let source =
        "{{ define \"a\" }}{{ if gt . 0 }}{{ include \"a\" (sub . 1 | int) }}{{ else }}end{{ end }}{{ end }}";
    let deep = |depth: usize| render(&format!("{source}{{{{ include \"a\" {depth} }}}}"), Limits::default());
    assert_eq!(deep(1000).expect("the test is well made"), "end");
    let error = deep(1001).unwrap_err();
    assert!(
        error.text.ends_with("rendering template has a nested reference name: a: unable to execute template")
    );
}

#[test]
fn deep_sources() {
    let depth = 9000;
    let source = format!("{}x{}", "{{ if true }}".repeat(depth), "{{ end }}".repeat(depth));
    assert_eq!(render(&source, Limits::default()).expect("the test is well made"), "x");
    let chain = format!("{{{{ if false }}}}{}{{{{ end }}}}", "{{ else if false }}".repeat(depth));
    assert_eq!(render(&chain, Limits::default()).expect("the test is well made"), "");
    let parens = format!("{{{{ {}1{} }}}}", "(".repeat(100_000), ")".repeat(100_000));
    let error = Template::parse("t.yaml", &parens, Dialect::Helm4).map(|_| ()).unwrap_err();
    assert_eq!(error.message, "max expression depth exceeded");
}

#[test]
fn sets_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Template>();
    shared::<Set>();
    assert!(matches!(Value::default(), Value::Nil));
}
