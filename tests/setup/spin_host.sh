# The stand-in for Spin of tests/spin-host, kept by the checksum of its sources.
setup_spin_host() {
    local sum
    sum=$(cat tests/spin-host/Cargo.* tests/spin-host/src/*.rs tests/spin-host/wit/*.wit | sha256sum | cut -c1-16)
    spin_host=$cache/spin-host-$sum
    [ -x "$spin_host" ] && return 0
    logged "the stand-in for Spin" cargo build --locked --manifest-path tests/spin-host/Cargo.toml \
        --target-dir "$target/spin-host" || return 1
    cp "$target/spin-host/debug/fairlead-spin-host" "$scratch/spin-host" && mv "$scratch/spin-host" "$spin_host"
}
