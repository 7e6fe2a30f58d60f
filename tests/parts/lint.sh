# Formatting, lints and the rules about the source itself.
part_lint() {
    check "cargo fmt" cargo fmt --all --check
    check "cargo clippy" cargo clippy --workspace --all-targets --locked -- -D warnings
    # These are empty natively.
    check "cargo clippy of the edge hosts and the page" cargo clippy --locked --target wasm32-unknown-unknown \
        -p fairlead-workers -- -D warnings
    check "cargo clippy of the Spin component" cargo clippy --locked --target wasm32-wasip2 \
        -p fairlead-spin -- -D warnings
    need cargo_deny || { not_run "cargo deny" "$why"; return; }
    # It looks at the crates of every target, and cargo has fetched those of some.
    check "every crate is fetched" cargo fetch --locked &&
        check "cargo deny" "$cargo_deny" --offline check bans licenses sources
}
