# worker-build, with every helper that it would download itself named beforehand.
setup_worker_build() {
    need wasm_bindgen npm || return 1
    cargo_install worker-build 0.8.7 || return 1
    worker_build=$bin/worker-build
    export WASM_OPT_BIN=$npm/node_modules/binaryen/bin/wasm-opt
    export ESBUILD_BIN=$npm/node_modules/@esbuild/linux-x64/bin/esbuild
    [ -x "$ESBUILD_BIN" ] || ESBUILD_BIN=$npm/node_modules/.bin/esbuild
}
