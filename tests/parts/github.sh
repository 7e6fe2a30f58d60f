# Pull requests and webhooks against an emulation of GitHub's REST API.
part_github() {
    need npm || { not_run github "$why"; return; }
    has curl || { not_run github "curl is not installed"; return; }
    local port
    port=$(free_port)
    start emulate node "$npm/node_modules/emulate/dist/index.js" --service github --port "$port"
    if ! await 30 github_shop "http://127.0.0.1:$port"; then
        tail -n 20 "$scratch/emulate.log"
        fail "the emulation of GitHub starts"
        return
    fi
    cargo_tests github env FAIRLEAD_GITHUB_URL="http://127.0.0.1:$port/admin/shop.git" \
        cargo test --locked -p fairlead-git --test provider -- --ignored github
}

# github_shop URL: a new repository with a first commit.
github_shop() {
    curl --silent --fail -X POST "$1/user/repos" -H 'Authorization: Bearer t0ken' -H 'Content-Type: application/json' \
        --data '{"name":"shop","auto_init":true}'
}
