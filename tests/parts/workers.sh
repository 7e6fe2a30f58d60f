# The hub in workerd, the Workers runtime itself, under wrangler.
part_workers() {
    need npm worker_build || { not_run workers "$why"; return; }
    local port log=$scratch/wrangler.log
    # The build command of wrangler.toml finds worker-build on the PATH.
    check "worker-build" env PATH="$(dirname "$worker_build"):$PATH" worker-build --profile wasm functions/workers || return
    check_size workers functions/workers/build/index_bg.wasm
    port=$(free_port)
    # The build is done: wrangler serves what is there, with nothing to ask the network for.
    grep -v -e '^\[build\]' -e '^command = ' wrangler.toml >"$scratch/wrangler.toml"
    sed -i "s|^main = \"|main = \"$root/|" "$scratch/wrangler.toml"
    start wrangler env WRANGLER_SEND_METRICS=false CI=true HOME="$scratch" XDG_CONFIG_HOME="$scratch" NO_COLOR=1 \
        node "$npm/node_modules/wrangler/bin/wrangler.js" dev --local --config "$scratch/wrangler.toml" \
        --ip 127.0.0.1 --port "$port" --inspector-port "$(free_port)" --show-interactive-dev-session=false
    if ! await 90 answers "http://127.0.0.1:$port/"; then
        tail -n 20 "$log"
        fail "wrangler dev serves the worker"
        return
    fi
    http_cases workers "http://127.0.0.1:$port" || tail -n 20 "$log"
}
