//! Any bytes as a chart's package, as its content and as a tar archive within: it loads and renders, or says why not.

#![no_main]

use std::io::Write;

use fairlead_helm::{Capabilities, Chart, Dialect, File, PrintOptions, Request, load_folder, load_package, render};
use fairlead_template::{Limits, Sealed};
use flate2::Compression;
use flate2::write::GzEncoder;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&[u8], &[u8])| {
    let (package, manifest) = input;
    for dialect in [Dialect::Helm3, Dialect::Helm4] {
        use_it(load_package(package, dialect).ok(), dialect);
        // A checksum that fits is beyond a fuzzer.
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        if packed.write_all(package).is_ok()
            && let Ok(packed) = packed.finish()
        {
            use_it(load_package(&packed, dialect).ok(), dialect);
        }
        let files = vec![File::new("Chart.yaml", manifest), File::new("charts/sub.tgz", package)];
        use_it(load_folder(files, dialect).ok(), dialect);
    }
});

fn use_it(chart: Option<Chart>, dialect: Dialect) {
    let Some(chart) = chart else { return };
    let capabilities = Capabilities::new();
    let request = Request {
        name: "r",
        namespace: "ns",
        is_upgrade: false,
        capabilities: &capabilities,
        skip_schema: false,
        environment: &Sealed(dialect.into()),
        limits: Limits { fuel: 1_000_000, output: 1 << 20, string: 1 << 20, ..Limits::default() },
    };
    if let Ok(rendered) = render(&chart, &Default::default(), &request) {
        let _ = rendered.print(&PrintOptions::default(), dialect);
    }
}
