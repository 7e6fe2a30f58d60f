# The page in headless Chromium, served as plain files: the engine renders the example project there.

# What browsers have had for years; without the list wasm-opt would use what only the newest have.
wasm_features="--enable-bulk-memory --enable-multivalue --enable-mutable-globals --enable-nontrapping-float-to-int
    --enable-reference-types --enable-sign-ext"

part_page() {
    need npm wasm_bindgen chromium || { not_run page "$why"; return; }
    local site=$scratch/site wasm=$target/wasm32-unknown-unknown/wasm/fairlead_page.wasm
    check "the page builds" cargo build --locked -p fairlead-page --target wasm32-unknown-unknown --profile wasm || return
    mkdir -p "$site"
    cp web/*.html web/*.css web/*.js "$site/"
    check "wasm-bindgen" "$WASM_BINDGEN_BIN" --target web --out-dir "$site/pkg" "$wasm" || return
    check "wasm-opt" node "$npm/node_modules/binaryen/bin/wasm-opt" -Oz $wasm_features \
        "$site/pkg/fairlead_page_bg.wasm" -o "$site/pkg/fairlead_page_bg.wasm" || return
    check_size page "$site/pkg/fairlead_page_bg.wasm"
    local verdict name
    while read -r verdict name; do
        if [ "$verdict" = ok ]; then pass "page: $name"; else fail "page: $name"; fi
    done < <(NODE_PATH=$npm/node_modules node tests/page/exercise.cjs "$site" "$chromium" "$scratch/profile" \
        functions/hub/tests/cases/preview-shop.http || echo "FAILED the page is exercised to the end")
}
