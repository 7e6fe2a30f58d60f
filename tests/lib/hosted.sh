# Hosted repositories on a running host, held against the git client and go-git by the tests of the native host.

hosted_token=0123456789abcdef-test

# closed LABEL ORIGIN: a host without a token hosts nothing, and says so.
closed() {
    check "$1: without a token nothing is created" \
        status_is 503 -X POST "$2/api/v2/repositories" -H "Authorization: Bearer $hosted_token" \
        -H 'Content-Type: application/json' --data '{"name": "shop"}'
    check "$1: without a token nothing is read" status_is 503 "$2/git/r/shop/repo.git/info/refs?service=git-upload-pack"
}

# status_is STATUS CURL_ARGUMENT...
status_is() {
    local status=$1
    shift
    [ "$(curl --silent --noproxy '*' --max-time 60 --output /dev/null --write-out '%{http_code}' "$@")" = "$status" ]
}

# hosted LABEL ORIGIN: every test of the git client that does not concern the native server alone.
hosted() {
    # The tests are many at once by default, and the hosts have one thread.
    FAIRLEAD_GIT_URL=$2 cargo_tests "$1" cargo test --locked -p fairlead-native --test git -- --skip native_ \
        --include-ignored --test-threads 4 --nocapture
    need go_git || { not_run "$1 go-git" "$why"; return; }
    FAIRLEAD_GIT_URL=$2 FAIRLEAD_GO_GIT=$go_git cargo_tests "$1 go-git" \
        cargo test --locked -p fairlead-native --test go_git -- --ignored
}

# keeps LABEL ORIGIN RESTART...: what was pushed is there after the host has ended and begun again.
keeps() {
    local label=$1 url="${2/:\/\//:\/\/any:$hosted_token@}/git/r/kept/repo.git" work=$scratch/kept
    local git=(git -c user.name=Ann -c user.email=ann@example.com -C "$work")
    check "$label: a repository is created with one call" \
        status_is 201 -X POST "$2/api/v2/repositories" -H "Authorization: Bearer $hosted_token" \
        -H 'Content-Type: application/json' --data '{"name": "kept"}'
    git init -q -b main "$work" && "${git[@]}" commit -q --allow-empty -m kept
    check "$label: a push lands" "${git[@]}" push -q "$url" main
    shift 2
    "$@" || { fail "$label: the host begins again"; return; }
    check "$label: what was pushed is kept" test "$("${git[@]}" ls-remote "$url" refs/heads/main | cut -f1)" = \
        "$("${git[@]}" rev-parse main)"
    rm -rf "$work.clone"
    check "$label: and cloned" git clone -q "$url" "$work.clone"
}

# same_sql LABEL ORIGIN: what the host's database does is what the native one does.
same_sql() {
    FAIRLEAD_SQL_URL=$2 cargo_tests "$1 sql" cargo test --locked -p fairlead-sql-tests --test sql -- --ignored
}
