# The hub in workerd, the Workers runtime itself, under wrangler.
part_workers() {
    need npm worker_build || { not_run workers "$why"; return; }
    local port origin
    # The build command of wrangler.toml finds worker-build on the PATH.
    check "worker-build" env PATH="$(dirname "$worker_build"):$PATH" worker-build --profile wasm functions/workers || return
    check_size workers functions/workers/build/index_bg.wasm
    port=$(free_port) origin=http://127.0.0.1:$port
    # The build is done: wrangler serves what is there, with nothing to ask the network for.
    grep -v -e '^\[build\]' -e '^command = ' wrangler.toml | sed "s|^main = \"|&$root/|" >"$scratch/wrangler.toml"
    start_wrangler wrangler.toml || return
    http_cases workers "$origin" || tail -n 20 "$scratch/wrangler.log"
    closed workers "$origin"
    restart_wrangler || return
    hosted workers "$origin"
    keeps workers "$origin" restart_wrangler
    stop_started
    check "worker-build of the worker for SQL" \
        env PATH="$(dirname "$worker_build"):$PATH" worker-build --profile wasm tests/sql/workers || return
    sed "s|^main = \"|&$root/tests/sql/workers/|" tests/sql/workers/wrangler.toml >"$scratch/sql.toml"
    start_wrangler sql.toml && same_sql workers "$origin"
}

restart_wrangler() {
    stop_started
    start_wrangler wrangler.toml --var "FAIRLEAD_TOKEN:$hosted_token"
}

# start_wrangler CONFIGURATION ARGUMENT...: serves on $port, with what earlier runs of this part kept.
start_wrangler() {
    local config=$1
    shift
    start wrangler env WRANGLER_SEND_METRICS=false CI=true HOME="$scratch" XDG_CONFIG_HOME="$scratch" NO_COLOR=1 \
        node "$npm/node_modules/wrangler/bin/wrangler.js" dev --local --config "$scratch/$config" \
        --ip 127.0.0.1 --port "$port" --inspector-port "$(free_port)" --show-interactive-dev-session=false \
        --persist-to "$scratch/objects-$config" "$@"
    await 90 answers "$origin/" && return
    tail -n 20 "$scratch/wrangler.log"
    fail "wrangler dev serves the worker"
    return 1
}
