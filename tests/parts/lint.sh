# Formatting, lints and the rules about the source itself.
part_lint() {
    check "cargo fmt" cargo fmt --all --check
    check "cargo clippy" cargo clippy --workspace --all-targets --locked -- -D warnings
    if has cargo-deny; then
        check "cargo deny" cargo deny --offline check bans licenses sources
    fi
}
