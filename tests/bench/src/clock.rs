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

/// How many microseconds a run lasts at least: short, so that some runs are not disturbed on a machine that does much
/// else, and long beside what the coarsest clock tells apart.
const RUN: f64 = 5_000.0;

/// Microseconds that an operation takes: the least of all runs' means, of as many runs as `seconds` allow. Whatever else
/// the machine does can only add to it, and a browser has no clock that leaves it out.
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
    let (mut least, mut total) = (f64::INFINITY, 0.0);
    while least.is_infinite() || total < seconds * 1e6 {
        let (mut spent, mut count) = (0.0, 0.0);
        while count == 0.0 || spent < RUN.min(seconds * 1e6) {
            let input = prepare();
            let began = processor_time();
            drop(std::hint::black_box(run(input)?));
            spent += processor_time() - began;
            count += 1.0;
        }
        total += spent;
        least = least.min(spent / count);
    }
    Ok(least)
}
