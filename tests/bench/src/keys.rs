//! What making keys and certificates takes, which is mostly the search for primes.

use std::sync::Arc;

use fairlead_template::{Environment, Execution, Limits, Set, Template, Value};

use crate::Failure;
use crate::clock::processor_time;
use crate::subject::Fixed;

/// The functions that are measured.
pub const SOURCES: [(&str, &str); 6] = [
    ("genCA", "{{ (genCA \"ca\" 365).Cert }}"),
    ("genSelfSignedCert", "{{ (genSelfSignedCert \"a\" nil nil 365).Key }}"),
    ("genPrivateKey rsa", "{{ genPrivateKey \"rsa\" }}"),
    ("genPrivateKey dsa", "{{ genPrivateKey \"dsa\" }}"),
    ("genPrivateKey ecdsa", "{{ genPrivateKey \"ecdsa\" }}"),
    ("genPrivateKey ed25519", "{{ genPrivateKey \"ed25519\" }}"),
];

/// Executes a source so many times, each time with other random bytes: milliseconds of each, in ascending order.
///
/// # Errors
/// Those of the template.
pub fn measure(source: &str, times: usize) -> Result<Vec<f64>, Failure> {
    let environment = Fixed(fairlead_template::Dialect::Helm4);
    let set = Set::link([Arc::new(Template::parse("t", source, environment.dialect())?)]);
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        let began = processor_time();
        let mut execution = Execution::new(&set, &environment, Limits::default());
        let text = execution.execute("t", &Value::map()).map_err(|error| error.text)?;
        std::hint::black_box(text);
        took.push((processor_time() - began) / 1e3);
    }
    took.sort_by(f64::total_cmp);
    Ok(took)
}
