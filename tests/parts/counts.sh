# How many instructions each operation takes, in thousands, on WASM in wasmtime: the same on every machine, so that a
# regression shows where a clock would not be believed. FAIRLEAD_BLESS=1 writes the ceilings anew, with a little room.
part_counts() {
    need wasmtime || { not_run counts "$why"; return; }
    local wasm=$target/wasm32-wasip1/release/fairlead-bench.wasm counted=$scratch/instructions.tsv chart operation count most
    check "the measuring program builds" cargo build --locked --release -p fairlead-bench --bin fairlead-bench --target wasm32-wasip1 || return
    mkdir -p "$scratch/models"
    "$wasmtime" tests/bench/wasmtime_run.py "$wasm" make "$scratch/models" >"$scratch/models.txt"
    while read -r chart; do
        "$wasmtime" tests/bench/wasmtime_run.py "$wasm" pack "$scratch/models/$chart" "$scratch/model.tgz" &&
            "$wasmtime" tests/bench/wasmtime_run.py --fuel "$wasm" measure 4 0 "$scratch/models/$chart" "$scratch/model.tgz" |
            awk -F'\t' -v OFS='\t' -v chart="$chart" '$1 != "documents" { print chart, $1, int($2) }'
    done <"$scratch/models.txt" >"$counted"
    check "something is counted" test -s "$counted"
    if [ -n "${FAIRLEAD_BLESS:-}" ]; then
        { grep '^#' tests/bench/instructions.tsv; awk -F'\t' -v OFS='\t' '{ print $1, $2, int($3 * 1.02) + 1 }' "$counted"; } >"$scratch/ceilings" &&
            cp "$scratch/ceilings" tests/bench/instructions.tsv
    fi
    while IFS=$'\t' read -r chart operation count; do
        most=$(awk -F'\t' -v chart="$chart" -v operation="$operation" '$1 == chart && $2 == operation { print $3 }' tests/bench/instructions.tsv)
        echo "count   $chart: $operation: $count (ceiling ${most:-none})"
        check "$chart: $operation takes no more instructions than it did" test "$count" -le "${most:-0}"
    done <"$counted"
}
