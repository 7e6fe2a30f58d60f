//! Certificates as templates make them, from fixed randomness at a fixed time.
//!
//! The expected file was checked once with Go's `x509` and `tls` packages, by `go run . verify FILE` in
//! `tests/oracle/functions`; `FAIRLEAD_BLESS=1` writes it anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test reads its cases from disk and stops at the first thing that goes wrong"
)]

use std::fs;
use std::sync::Arc;

use fairlead_template::{Environment, Execution, FnError, Limits, Set, Site, Template, Value};

const SOURCE: &str = r#"
{{- $ec := genPrivateKey "ecdsa" }}
{{- $ca := genCAWithKey "Example CA" 3650 $ec }}
{{- $leaf := genSignedCertWithKey "*.example.com" (list "10.0.0.1" "::1") (list "example.com" "*.example.com") 365 $ca (genPrivateKey "ed25519") }}
{{- $self := genSelfSignedCertWithKey "" nil (list "localhost") 36500 (genPrivateKey "ed25519") }}
{{- $rsa := genCA "rsa" 10 }}
{{- range list $ca $leaf $self $rsa (buildCustomCert (b64enc $ca.Cert) (b64enc $ca.Key)) }}
{{- .Cert }}{{ .Key }}
{{- end }}"#;

#[test]
fn certificates_stay_as_go_accepted_them() {
    let set = Set::link([Arc::new(Template::parse("t", SOURCE, Fixed.dialect()).unwrap())]);
    let mut execution = Execution::new(&set, &Fixed, Limits::default());
    let output = execution.execute("t", &Value::map()).unwrap().into_text();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/certificates.pem");
    if std::env::var_os("FAIRLEAD_BLESS").is_some() {
        fs::write(path, &output).unwrap();
    }
    assert_eq!(output, fs::read_to_string(path).unwrap());
}

struct Fixed;

impl Environment for Fixed {
    fn now(&self, _: &Site) -> Result<(i64, u32), FnError> {
        Ok((1_700_000_000, 0))
    }

    /// Each call of the template has bytes of its own.
    fn random(&self, site: &Site, bytes: &mut [u8]) -> Result<(), FnError> {
        bytes.fill(site.ordinal as u8 + 1);
        Ok(())
    }
}
