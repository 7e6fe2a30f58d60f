# The program against a real Gitea: no clone, a token, branch protection.
part_gitea() {
    need gitea || { not_run gitea "$why"; return; }
    has curl || { not_run gitea "curl is not installed"; return; }
    check "the program builds" cargo build --locked -p fairlead || return
    start_gitea || { fail "gitea: $why"; return; }
    local folder=$scratch/gitea-shop
    if ! gitea_shop "$folder" >"$scratch/gitea-shop.log" 2>&1; then
        tail -n 20 "$scratch/gitea-shop.log"
        fail "the example is pushed to Gitea"
        return
    fi
    mkdir -p "$scratch/elsewhere"
    check "a preview reads the project" elsewhere preview
    check "a generation lands" elsewhere generate -m "first delivery"
    check "what landed is what a clone makes" same_as_clone "$folder"
    check "the second generation makes no commit" makes_no_commit
    check "a wrong token is told" told 'refuses the credentials' env FAIRLEAD_TOKEN=wrong "$target/debug/fairlead" \
        generate --remote "$gitea_url/ann/shop.git" shop
    check "a repository that is not there is told" told 'is not there, or the token may not see it' \
        env FAIRLEAD_TOKEN="$gitea_token" "$target/debug/fairlead" generate --remote "$gitea_url/ann/nothing.git" shop
    gitea_api PATCH /repos/ann/shop '{"name":"moved"}' >/dev/null
    check "a repository that was renamed is found" elsewhere diff
    gitea_api POST /repos/ann/moved/branch_protections \
        '{"rule_name":"deploy/*","enable_push":false,"block_admin_merge_override":true}' >/dev/null
    check "a change of the project lands on its branch" change_project "$folder"
    check "a protected branch is told in Gitea's words" told 'rotected branch' elsewhere generate
}

# elsewhere ARGUMENT...: the program on Gitea's repository, from an empty folder.
elsewhere() {
    (cd "$scratch/elsewhere" && FAIRLEAD_TOKEN=$gitea_token GIT_AUTHOR_NAME=Ann GIT_AUTHOR_EMAIL=ann@example.com \
        GIT_COMMITTER_NAME=Ann GIT_COMMITTER_EMAIL=ann@example.com \
        "$target/debug/fairlead" "$@" --remote "$gitea_url/ann/shop.git" shop) >"$scratch/elsewhere.log" 2>&1 ||
        { tail -n 20 "$scratch/elsewhere.log"; return 1; }
}

# told WORDS COMMAND...: the command fails and says so.
told() {
    local words=$1
    shift
    ! "$@" >"$scratch/told.log" 2>&1 && grep -q "$words" "$scratch/told.log" || { cat "$scratch/told.log"; return 1; }
}

makes_no_commit() {
    elsewhere generate && grep -q 'nothing was committed' "$scratch/elsewhere.log"
}

# gitea_shop FOLDER: the example in a clone, pushed to a new repository of Gitea's.
gitea_shop() {
    local fairlead=$target/debug/fairlead
    gitea_api POST /user/repos '{"name":"shop","private":true,"default_branch":"main"}' &&
        git init -q -b main "$1" && (
        cd "$1" || exit 1
        git config user.name Ann && git config user.email ann@example.com
        "$fairlead" init --example shop && "$fairlead" lock shop && git add -A && git commit -q -m begin &&
            git remote add origin "${gitea_url/:\/\//://ann:$gitea_token@}/ann/shop.git" && git push -q origin main
    )
}

# same_as_clone FOLDER: the tree that landed is the one that the program makes in the clone, and git finds it sound.
same_as_clone() {
    (
        cd "$1" && "$target/debug/fairlead" generate shop >/dev/null 2>&1 && git fetch -q origin deploy/shop &&
            git fsck --strict && [ "$(git rev-parse 'deploy/shop^{tree}')" = "$(git rev-parse 'FETCH_HEAD^{tree}')" ]
    )
}

change_project() {
    (
        cd "$1" && mkdir -p shop/values/services/initech/development &&
            echo 'replicas: 7' >shop/values/services/initech/development/storefront.yaml &&
            git add -A && git commit -q -m 'seven replicas' && git push -q origin main
    )
}
