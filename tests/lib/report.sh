# What passed, what failed and what did not run.

passed=0
failed=0
failures=()
missing=()

# pass LABEL: counts one check that held.
pass() {
    passed=$((passed + 1))
    echo "ok      $1"
}

# fail LABEL: counts one check that did not hold.
fail() {
    failed=$((failed + 1))
    failures+=("$1")
    echo "FAILED  $1"
}

# not_run LABEL REASON: something that this machine does not allow.
not_run() {
    missing+=("$1: $2")
    echo "not run: $1: $2"
}

# check LABEL COMMAND...: one check, which holds where the command succeeds.
check() {
    local label=$1
    shift
    if "$@"; then pass "$label"; else fail "$label"; fi
}

# Far more than any of them takes, with everything that has to be built first.
longest=40m

# cargo_tests LABEL COMMAND...: a `cargo test` whose own counts are added; a build that fails is one failure, and so is
# a test that does not come to its end, which cargo names after its first minute.
cargo_tests() {
    local label=$1 log=$scratch/cargo.log status ok bad
    shift
    timeout --kill-after=10 "$longest" "$@" 2>&1 | tee "$log"
    status=$?
    [ "$status" -ne 124 ] || failures+=("$label: not done after $longest, see the tests that ran for over a minute")
    ok=$(sed -nE 's/^test result: .* ([0-9]+) passed; .*/\1/p' "$log" | paste -sd+ | bc_or_zero)
    bad=$(sed -nE 's/^test result: .* ([0-9]+) failed; .*/\1/p' "$log" | paste -sd+ | bc_or_zero)
    [ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
    passed=$((passed + ok))
    failed=$((failed + bad))
    [ "$bad" -eq 0 ] || failures+=("$label: $bad")
}

# Adds up what stands between plus signs; nothing is zero.
bc_or_zero() {
    local sum
    read -r sum || sum=0
    echo $((${sum:-0}))
}

# Says how it went and ends the run.
report() {
    local line
    echo
    for line in "${failures[@]}"; do echo "failed: $line"; done
    for line in "${missing[@]}"; do echo "not run: $line"; done
    if [ "${CI:-}" = true ]; then failed=$((failed + ${#missing[@]})); fi
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}
