# The CNCF's registry, which most others are made of.

registry_version=3.1.2

setup_registry() {
    has go || { why="Go is not installed"; return 1; }
    registry=$cache/registry-$registry_version/registry
    go_install "$registry" "github.com/distribution/distribution/v3/cmd/registry@v$registry_version" ""
}
