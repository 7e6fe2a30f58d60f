# wasm-bindgen's command line, exactly as old as the crate.
setup_wasm_bindgen() {
    cargo_install wasm-bindgen-cli 0.2.129 || return 1
    export WASM_BINDGEN_BIN=$bin/wasm-bindgen
}
