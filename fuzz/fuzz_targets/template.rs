//! Any template and any values, in both dialects: it renders, or says why not, within its limits.

#![no_main]

use std::sync::Arc;

use fairlead_template::functions::ValueBuilder;
use fairlead_template::{Dialect, Execution, Limits, Map, Sealed, Set, Template};
use libfuzzer_sys::fuzz_target;

/// Small enough that a run of the fuzzer is never a matter of seconds.
fn limits() -> Limits {
    Limits { fuel: 1_000_000, output: 1 << 20, string: 1 << 20, ..Limits::default() }
}

fuzz_target!(|input: (&str, &str)| {
    let (source, values) = input;
    let Ok(values) = fairlead_yaml::value::read(values, &mut ValueBuilder, &Default::default()) else { return };
    for dialect in [Dialect::Helm3, Dialect::Helm4] {
        let Ok(template) = Template::parse("c/templates/t.yaml", source, dialect) else { return };
        let set = Set::link([Arc::new(template)]);
        let top = Map::new();
        top.insert("Values", values.clone());
        let environment = Sealed(dialect);
        let _ = Execution::new(&set, &environment, limits()).execute("c/templates/t.yaml", &top.into());
    }
});
