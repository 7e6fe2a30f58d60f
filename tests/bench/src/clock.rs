//! Processor time: what other programs on the machine do changes it little.

/// Microseconds that this thread has run. On WASM the host gives it as the monotonic clock: see `tests/bench/node.mjs`.
#[cfg(unix)]
pub fn processor_time() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

/// Microseconds that this thread has run. On WASM the host gives it as the monotonic clock: see `tests/bench/node.mjs`.
#[cfg(not(unix))]
pub fn processor_time() -> f64 {
    use std::sync::OnceLock;
    use std::time::Instant;

    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1e6
}

/// How often each operation is measured.
const RUNS: usize = 11;

/// How often an operation is repeated between two looks at the clock at most.
const BATCH: usize = 64;

/// Microseconds that an operation takes: the least of eleven runs' means, each a part of `seconds` long. Whatever else
/// the machine does can only add to it.
///
/// `prepare` makes what the operation consumes, and is not measured.
///
/// # Errors
/// The operation's first.
pub fn measure<I, O, E>(
    seconds: f64,
    mut prepare: impl FnMut() -> I,
    mut run: impl FnMut(I) -> Result<O, E>,
) -> Result<f64, E> {
    run(prepare())?;
    let (mut least, mut batch) = (f64::INFINITY, 1);
    for _ in 0..RUNS {
        let (mut spent, mut count) = (0.0, 0);
        while count == 0 || spent < seconds * 1e6 / RUNS as f64 {
            let inputs: Vec<I> = (0..batch).map(|_| prepare()).collect();
            let began = processor_time();
            for input in inputs {
                drop(std::hint::black_box(run(input)?));
            }
            let took = processor_time() - began;
            spent += took;
            count += batch;
            if took * 20.0 < seconds * 1e6 {
                batch = (batch * 2).min(BATCH);
            }
        }
        least = least.min(spent / count as f64);
    }
    Ok(least)
}
