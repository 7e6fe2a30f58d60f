# Gitea, built from its module with the versions that tests/gitea/go.mod pins.

gitea_version=1.26.0

setup_gitea() {
    has go || { why="Go is not installed"; return 1; }
    has cc || { why="a C compiler is not installed, which Gitea's SQLite needs"; return 1; }
    gitea=$cache/gitea-$gitea_version/gitea
    mkdir -p "${gitea%/*}"
    if [ ! -x "$gitea" ]; then
        logged "go build gitea $gitea_version" env CGO_ENABLED=1 go -C tests/gitea build -mod=readonly -trimpath \
            -tags 'sqlite sqlite_unlock_notify' -ldflags '-s -w' -o "$scratch/gitea" code.gitea.io/gitea &&
            mv "$scratch/gitea" "$gitea" || return 1
    fi
    # Templates and the rest of what it reads stand in the module's own folder.
    gitea_files=$(go -C tests/gitea list -mod=readonly -m -f '{{.Dir}}' code.gitea.io/gitea) ||
        { why="Gitea's module is not there"; return 1; }
}
