# The hub as a Spin component, in a stand-in for Spin: see tests/spin-host.
part_spin() {
    need npm spin_host || { not_run spin "$why"; return; }
    local port component=$target/wasm32-wasip2/wasm/fairlead_spin.wasm
    check "the component builds" cargo build --locked -p fairlead-spin --target wasm32-wasip2 --profile wasm || return
    check_size spin "$component"
    port=$(free_port)
    # spin.toml names the component below `target`; another target folder may be set.
    sed "s|^source = .*|source = \"$component\"|" spin.toml >"$scratch/spin.toml"
    start spin-host "$spin_host" "$scratch/spin.toml" "127.0.0.1:$port"
    if ! await 60 answers "http://127.0.0.1:$port/"; then
        tail -n 20 "$scratch/spin-host.log"
        fail "the stand-in for Spin serves the component"
        return
    fi
    http_cases spin "http://127.0.0.1:$port" || tail -n 20 "$scratch/spin-host.log"
}
