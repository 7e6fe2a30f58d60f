# cargo-deny, which holds what may join the dependency tree.
setup_cargo_deny() {
    cargo_install cargo-deny 0.20.2 || return 1
    cargo_deny=$bin/cargo-deny
}
