# Go, for what is compared with Go's own libraries.
setup_go() {
    has go || { why="Go is not installed"; return 1; }
}
