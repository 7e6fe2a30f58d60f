# A reader of repositories made of go-git, with which Argo CD and Flux read theirs.

setup_go_git() {
    has go || { why="Go is not installed"; return 1; }
    go_git=$cache/go-git-$(cat tests/go-git/* | sha256sum | cut -c1-16)
    [ -x "$go_git" ] && return 0
    logged "go build tests/go-git" env CGO_ENABLED=0 go -C tests/go-git build -mod=readonly -trimpath -ldflags '-s -w' \
        -o "$scratch/go-git" . && mv "$scratch/go-git" "$go_git"
}
