# What the engines weigh by themselves, as programs for WASI that render a package: see tests/bench/src/bin.
part_sizes() {
    need npm || { not_run sizes "$why"; return; }
    local engine built=$target/wasm32-wasip1/wasm
    check "the engines build" cargo build --locked -p fairlead-bench --target wasm32-wasip1 --profile wasm --bins || return
    for engine in engine-helm engine-helm-kustomize; do
        check "wasm-opt of $engine" node "$npm/node_modules/binaryen/bin/wasm-opt" -Oz $wasm_features \
            "$built/$engine.wasm" -o "$scratch/$engine.wasm" || continue
        check_size "$engine" "$scratch/$engine.wasm"
    done
}
