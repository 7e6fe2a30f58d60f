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
    gitea_pull_requests "$folder"
    check "a wrong token is told" told 'refuses the credentials' env FAIRLEAD_TOKEN=wrong "$target/debug/fairlead" \
        generate --remote "$gitea_url/ann/shop.git" shop
    check "a repository that is not there is told" told 'is not there, or the token may not see it' \
        env FAIRLEAD_TOKEN="$gitea_token" "$target/debug/fairlead" generate --remote "$gitea_url/ann/nothing.git" shop
    gitea_api PATCH /repos/ann/shop '{"name":"moved"}' >/dev/null
    check "a repository that was renamed is found" elsewhere diff
    gitea_api POST /repos/ann/moved/branch_protections \
        '{"rule_name":"deploy/*","enable_push":false,"block_admin_merge_override":true}' >/dev/null
    check "a change of the project lands on its branch" change_project "$folder" 8
    check "a protected branch is told in Gitea's words" told 'rotected branch' elsewhere generate
    check "and that a pull request would do" grep -q -- '--pull-request would open' "$scratch/elsewhere.log"
    gitea_blocked "$folder"
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

# gitea_blocked FOLDER: Gitea behind a proxy that lets nobody push.
gitea_blocked() {
    local direct=$gitea_url
    gitea_api DELETE /repos/ann/moved/branch_protections/deploy%2F%2A >/dev/null
    # Redirects to the new name would lead past the proxy.
    gitea_api PATCH /repos/ann/moved '{"name":"shop"}' >/dev/null
    go build -o "$scratch/block" tests/gitea/block.go || { fail "the proxy builds"; return; }
    gitea_proxy blocked pushes || return
    check "a push that is blocked is told" told '(403)' elsewhere generate --via push
    check "the API is the way then" succeeds_saying "by Gitea's ChangeFiles" elsewhere generate
    check "why it was not pushed is told" grep -q 'passed over: push: .*(403)' "$scratch/elsewhere.log"
    gitea_url=$direct
    check "what landed so is what a clone makes" same_as_clone "$1"
    gitea_packs_blocked "$1"
    gitea_api_alone "$1"
}

# gitea_proxy NAME WHAT: from now on Gitea is behind a proxy that blocks that.
gitea_proxy() {
    local port direct=$gitea_url
    port=$(free_port)
    start "$1" "$scratch/block" "$port" "$direct" "$2"
    gitea_url=http://127.0.0.1:$port
    await 60 gitea_api GET /version && return
    tail -n 5 "$scratch/$1.log"
    fail "the proxy starts"
    gitea_url=$direct
    return 1
}

# gitea_packs_blocked FOLDER: Gitea behind a proxy that refuses a push when its pack is sent.
gitea_packs_blocked() {
    local direct=$gitea_url
    check "a change of the project lands on its branch" change_project "$1" 9
    gitea_proxy packs packs || return
    check "a push that was sent and refused is in doubt" told 'it is not known whether' elsewhere generate --via push
    check "what is in doubt lands through the API" succeeds_saying "by Gitea's ChangeFiles" elsewhere generate
    check "that it was in doubt is told" grep -q 'passed over: push: it is not known whether' "$scratch/elsewhere.log"
    gitea_url=$direct
    check "what landed then is what a clone makes" same_as_clone "$1"
}

# gitea_api_alone FOLDER: Gitea behind a proxy that lets its API through and nothing of git's protocol.
gitea_api_alone() {
    local direct=$gitea_url
    check "a change of the project lands on its branch" change_project "$1" 10
    gitea_proxy api_alone all || return
    check "what cannot be read by git is told" told '(403)' elsewhere preview --via push
    check "a preview reads through the API then" succeeds_saying "git's own protocol does not get through" elsewhere preview
    check "a difference is found so" finds_a_difference
    check "a generation lands where only the API gets through" succeeds_saying "read through Gitea's API, by Gitea's ChangeFiles" elsewhere generate
    grep -o "read through Gitea's API.*" "$scratch/elsewhere.log"
    check "why it was not pushed is told then" grep -q 'passed over: push: .*(403)' "$scratch/elsewhere.log"
    check "the second generation finds nothing to commit" makes_no_commit
    check "programs are told what reads" reads_by_json
    check "a pull request is updated so" succeeds_saying 'pull request #3' elsewhere generate --pull-request
    gitea_url=$direct
    check "what landed through the API alone is what a clone makes" same_as_clone "$1"
}

finds_a_difference() {
    ! elsewhere diff >/dev/null && grep -q 'replicas: 10' "$scratch/elsewhere.log"
}

reads_by_json() {
    elsewhere generate -o json && grep -qF '"readBy": "Gitea'"'"'s API"' "$scratch/elsewhere.log" ||
        { cat "$scratch/elsewhere.log"; return 1; }
}

# succeeds_saying WORDS COMMAND...: the command does well and says so.
succeeds_saying() {
    local words=$1
    shift
    "$@" && grep -qF "$words" "$scratch/elsewhere.log" || { cat "$scratch/elsewhere.log"; return 1; }
}

# no_bench: no branch is left that commits were only made on.
no_bench() {
    ! gitea_api GET /repos/ann/shop/branches | grep -q fairlead-landing
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

# change_project FOLDER REPLICAS: a commit of the project's on its branch.
change_project() {
    (
        cd "$1" && mkdir -p shop/values/services/initech/development &&
            echo "replicas: $2" >shop/values/services/initech/development/storefront.yaml &&
            git add -A && git commit -q -m "$2 replicas" && git push -q origin main
    )
}

# gitea_pull_requests FOLDER: one pull request, which is opened, left alone, updated, merged and never doubled.
gitea_pull_requests() {
    local before
    before=$(gitea_branch deploy/shop)
    change_project "$1" 3
    check "a pull request is opened" proposes 'pull request #1 towards deploy/shop was opened'
    check "its text has the rendered difference" gitea_says /repos/ann/shop/pulls/1 'replicas: 3'
    check "the output's branch stays where it is" [ "$before" = "$(gitea_branch deploy/shop)" ]
    check "nothing differs: nothing is done" proposes 'nothing was committed' 'pull request #1 towards deploy/shop is up to date'
    change_project "$1" 4
    check "another generation updates it" proposes 'pull request #1 towards deploy/shop was updated'
    check "its text is the new one" gitea_says /repos/ann/shop/pulls/1 'replicas: 4'
    gitea_api PATCH /repos/ann/shop/pulls/1 '{"title":"mine"}' >/dev/null
    check "a title that was changed is brought back" proposes 'nothing was committed' 'pull request #1 towards deploy/shop was updated'
    check "its branch has one commit" one_commit
    check "there is one pull request" [ "$(gitea_api GET '/repos/ann/shop/pulls?state=all' | grep -o '"merged":' | wc -l)" = 1 ]
    check "programs are told" proposes_json
    check "it is merged" gitea_merges 1 merge
    check "what was merged is the generation" proposes 'deploy/shop is up to date, nothing was committed'
    change_project "$1" 5
    check "the next generation is a new pull request" proposes 'pull request #2 towards deploy/shop was opened'
    check "it is squashed" gitea_merges 2 squash
    change_project "$1" 6
    check "what was squashed is a generation too" proposes 'pull request #3 towards deploy/shop was opened'
    change_project "$1" 9
    check "a pull request's branch is replaced through the API" \
        succeeds_saying 'pull request #3 towards deploy/shop was updated' elsewhere generate --pull-request --via api
    check "its branch still has one commit" one_commit
    check "nothing differs from what the API wrote" proposes 'nothing was committed' 'pull request #3 towards deploy/shop is up to date'
    gitea_api POST /repos/ann/shop/contents/mine.txt '{"branch":"fairlead/shop","content":"bWluZQ==","message":"mine"}' >/dev/null
    change_project "$1" 7
    check "what somebody else commits there is not replaced" told "has commits that are not Fairlead's" elsewhere generate --pull-request
    check "a generation lands through the API" succeeds_saying "by Gitea's ChangeFiles" elsewhere generate --via api
    check "what landed so is what a clone makes" same_as_clone "$1"
    check "nothing is left of how it was made" no_bench
    check "a push has nothing to add" makes_no_commit
    check "a pull request with nothing left to bring is told" proposes 'pull request #3 is open and has nothing left to bring'
    cargo_tests gitea env FAIRLEAD_GITEA_URL="$gitea_url/ann/shop.git" FAIRLEAD_GITEA_TOKEN="$gitea_token" \
        cargo test --locked -p fairlead-git --test provider -- --ignored gitea
}

# proposes WORDS...: a generation as a pull request, whose output has all of the words.
proposes() {
    local words
    elsewhere generate --pull-request || return 1
    for words in "$@"; do
        grep -qF "$words" "$scratch/elsewhere.log" || { cat "$scratch/elsewhere.log"; return 1; }
    done
}

proposes_json() {
    elsewhere generate --pull-request -o json &&
        grep -q '"state": "unchanged"' "$scratch/elsewhere.log" && grep -q '"number": 1' "$scratch/elsewhere.log" &&
        grep -qF "\"url\": \"$gitea_url/ann/shop/pulls/1\"" "$scratch/elsewhere.log" ||
        { cat "$scratch/elsewhere.log"; return 1; }
}

gitea_branch() {
    gitea_api GET "/repos/ann/shop/branches/$1" | sed -E 's/.*"commit":\{"id":"([0-9a-f]+)".*/\1/'
}

gitea_says() {
    gitea_api GET "$1" | grep -qF "$2"
}

one_commit() {
    [ "$(gitea_api GET '/repos/ann/shop/compare/deploy%2Fshop...fairlead%2Fshop' | sed -E 's/.*"total_commits":([0-9]+).*/\1/')" = 1 ]
}

# gitea_merges NUMBER HOW: with its text as the message, as Gitea's form suggests. Gitea may still be finding out whether
# it can.
gitea_merges() {
    local try text
    text=$(gitea_api GET "/repos/ann/shop/pulls/$1" | sed -E 's/.*"body":"(([^"\\]|\\.)*)".*/\1/')
    for try in 1 2 3 4 5 6 7 8 9 10; do
        gitea_api POST "/repos/ann/shop/pulls/$1/merge" "{\"Do\":\"$2\",\"MergeMessageField\":\"$text\"}" >"$scratch/merge.log" 2>&1 && return
        sleep 1
    done
    cat "$scratch/merge.log"
    return 1
}
