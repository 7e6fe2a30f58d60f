# The toolchain, components and targets that rust-toolchain.toml names; rustup may have been told not to install
# them by itself.
setup_rust() {
    has cargo || { why="cargo is not on the PATH"; return 1; }
    has rustup || return 0
    local log=$scratch/rustup.log
    if ! rustup toolchain install >"$log" 2>&1; then
        why="rustup could not install what rust-toolchain.toml names: $(tail -n 1 "$log")"
        return 1
    fi
}
