# Everything that cargo runs by itself.
part_native() {
    cargo_tests native cargo test --no-fail-fast --locked
}
