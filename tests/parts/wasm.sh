# The tests of the engine, and of what asks for charts, again on WASM, with the same case files.
part_wasm() {
    need npm || { not_run wasm "$why"; return; }
    local crates=() manifest
    for manifest in engine/*/Cargo.toml functions/charts/Cargo.toml; do
        crates+=(-p "$(sed -nE 's/^name = "(.*)"/\1/p' "$manifest" | head -n 1)")
    done
    export FAIRLEAD_ROOT=$root
    export CARGO_TARGET_WASM32_WASIP1_RUNNER="node --no-warnings $root/tests/wasm/run.mjs"
    cargo_tests wasm cargo test --no-fail-fast --tests --target wasm32-wasip1 "${crates[@]}"
    # With the frames of what is loaded at the edge and in browsers: how deep values may be is bounded by these.
    cargo_tests wasm cargo test --locked --profile wasm --target wasm32-wasip1 -p fairlead-template --test limits
}
