# The size of what is loaded at the edge and in the browser, against the ceilings of tests/wasm-sizes.tsv.

# check_size NAME FILE: one check; the measured size joins $target/wasm-sizes.tsv.
check_size() {
    local name=$1 raw zipped most_raw most_zipped report=$target/wasm-sizes.tsv
    raw=$(wc -c <"$2")
    zipped=$(gzip -9 -c "$2" | wc -c)
    touch "$report"
    { grep -v "^$name	" "$report"; printf '%s\t%s\t%s\n' "$name" "$raw" "$zipped"; } | sort >"$scratch/sizes"
    cp "$scratch/sizes" "$report"
    read -r most_raw most_zipped < <(awk -v name="$name" '$1 == name { print $2, $3 }' tests/wasm-sizes.tsv)
    echo "size    $name: $raw bytes, $zipped with gzip (ceilings ${most_raw:-none}, ${most_zipped:-none})"
    check "$name stays below its size ceiling" \
        test "$raw" -le "${most_raw:-0}" -a "$zipped" -le "${most_zipped:-0}"
}
