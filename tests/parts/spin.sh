# The hub as a Spin component, in a stand-in for Spin: see tests/spin-host.
part_spin() {
    need npm spin_host || { not_run spin "$why"; return; }
    local port origin component=$target/wasm32-wasip2/wasm/fairlead_spin.wasm
    check "the component builds" cargo build --locked -p fairlead-spin --target wasm32-wasip2 --profile wasm || return
    check_size spin "$component"
    port=$(free_port) origin=http://127.0.0.1:$port
    # spin.toml names the component below `target`; another target folder may be set.
    sed "s|^source = .*|source = \"$component\"|" spin.toml >"$scratch/spin.toml"
    start_spin spin.toml || return
    http_cases spin "$origin" || tail -n 20 "$scratch/spin-host.log"
    closed spin "$origin"
    restart_spin || return
    hosted spin "$origin"
    keeps spin "$origin" restart_spin
    stop_started
    check "the component for SQL builds" \
        cargo build --locked -p fairlead-sql-tests-spin --target wasm32-wasip2 --profile wasm || return
    component=$target/wasm32-wasip2/wasm/fairlead_sql_tests_spin.wasm
    sed "s|^source = .*|source = \"$component\"|" tests/sql/spin/spin.toml >"$scratch/sql.toml"
    start_spin sql.toml && same_sql spin "$origin"
}

restart_spin() {
    stop_started
    start_spin spin.toml SPIN_VARIABLE_FAIRLEAD_TOKEN="$hosted_token"
}

# start_spin MANIFEST VARIABLE=VALUE...: serves on $port, with what earlier runs of this part kept.
start_spin() {
    local manifest=$1
    shift
    start spin-host env "$@" "$spin_host" "$scratch/$manifest" "127.0.0.1:$port" "$scratch/data-$manifest"
    await 60 answers "$origin/" && return
    tail -n 20 "$scratch/spin-host.log"
    fail "the stand-in for Spin serves the component"
    return 1
}
