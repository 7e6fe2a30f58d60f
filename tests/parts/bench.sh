# How fast charts are, as ratios to Helm's own engine in one run. Not among the parts that run by themselves: nothing
# passes or fails here, and a busy machine takes its time.
#
#   FAIRLEAD_CHARTS=DIR:DIR   these chart folders besides our own
#   FAIRLEAD_BENCH_SECONDS=N  how long each operation is repeated; 1 if not given
#   FAIRLEAD_BENCH_HELM=3     the dialect; 4 if not given
part_bench() {
    need go npm wasmtime chromium || { not_run bench "$why"; return; }
    local seconds=${FAIRLEAD_BENCH_SECONDS:-1} helm=${FAIRLEAD_BENCH_HELM:-4} wasm ours
    ours=$target/release/fairlead-bench wasm=$target/wasm32-wasip1/release/fairlead-bench.wasm
    check "Helm's side builds" go -C tests/bench/helm build -mod=readonly -o "$scratch/helm" . || return
    check "our side builds" cargo build --locked --release -p fairlead-bench || return
    check "our side builds for WASM" cargo build --locked --release -p fairlead-bench --target wasm32-wasip1 || return
    mkdir -p "$scratch/charts"
    "$ours" make "$scratch/charts" >/dev/null
    local chart charts=() package=$scratch/chart.tgz
    for chart in service controller platform network stack; do charts+=("$scratch/charts/$chart"); done
    IFS=: read -ra extra <<<"${FAIRLEAD_CHARTS:-}"
    charts+=("${extra[@]}")
    printf '%-26s%-14s%10s%10s%7s%10s%7s%10s%7s%10s%7s\n' chart operation 'helm µs' \
        native ratio wasmtime ratio node ratio chromium ratio
    for chart in "${charts[@]}"; do
        check "$(basename "$chart") is measured" measure_chart
    done
}

# Measures one chart five times and prints a line for each operation.
measure_chart() {
    local run
    "$ours" pack "$chart" "$package" &&
        "$scratch/helm" -helm "$helm" -seconds "$seconds" "$chart" "$package" >"$scratch/of-helm" &&
        "$ours" measure "$helm" "$seconds" "$chart" "$package" >"$scratch/of-native" &&
        "$wasmtime" tests/bench/wasmtime_run.py "$wasm" measure "$helm" "$seconds" "$chart" "$package" >"$scratch/of-wasmtime" &&
        node --no-warnings tests/bench/node.mjs "$wasm" measure "$helm" "$seconds" "$chart" "$package" >"$scratch/of-node" &&
        NODE_PATH=$npm/node_modules node tests/bench/chromium.cjs "$chromium" "$scratch/profile" "$wasm" \
            measure "$helm" "$seconds" "$chart" "$package" >"$scratch/of-chromium" ||
        return 1
    for run in native wasmtime node chromium; do
        [ "$(grep documents "$scratch/of-$run")" = "$(grep documents "$scratch/of-helm")" ] || { echo "$run has other documents than Helm"; return 1; }
    done
    paste "$scratch"/of-{helm,native,wasmtime,node,chromium} | awk -F'\t' -v chart="$(basename "$chart")" '
        $1 != "documents" {
            printf "%-26s%-14s%10.0f", chart, $1, $2
            for (i = 4; i <= NF; i += 2) printf "%10.0f%7.1f", $i, $2 / $i
            print ""
        }'
}
