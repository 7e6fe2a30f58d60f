# A Gitea with one user and one token, gone at the end of the part.

# start_gitea: afterwards $gitea_url is its address and $gitea_token may do everything.
start_gitea() {
    local folder=$scratch/gitea-data port
    port=$(free_port)
    gitea_url=http://127.0.0.1:$port
    mkdir -p "$folder/custom/conf"
    cat >"$folder/custom/conf/app.ini" <<INI
I_AM_BEING_UNSAFE_RUNNING_AS_ROOT = true
RUN_USER = $(id -un)
[server]
PROTOCOL = http
HTTP_ADDR = 127.0.0.1
HTTP_PORT = $port
ROOT_URL = $gitea_url/
STATIC_ROOT_PATH = $gitea_files
DISABLE_SSH = true
OFFLINE_MODE = true
[database]
DB_TYPE = sqlite3
PATH = $folder/gitea.db
[repository]
ROOT = $folder/repositories
[security]
INSTALL_LOCK = true
[log]
LEVEL = Warn
INI
    export GITEA_WORK_DIR=$folder HOME_OF_GITEA=$folder
    run_gitea migrate >"$scratch/gitea-migrate.log" 2>&1 || { why="its database could not be made: $(tail -n 1 "$scratch/gitea-migrate.log")"; return 1; }
    run_gitea admin user create --username ann --password "$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')" \
        --email ann@example.com --must-change-password=false --admin >"$scratch/gitea-user.log" 2>&1 ||
        { why="no user could be made: $(tail -n 1 "$scratch/gitea-user.log")"; return 1; }
    gitea_token=$(run_gitea admin user generate-access-token --username ann --scopes all --raw 2>/dev/null | tail -n 1)
    start gitea env HOME="$folder" "$gitea" web --config "$folder/custom/conf/app.ini"
    await 60 gitea_api GET /version || { why="it did not become ready: $(tail -n 1 "$scratch/gitea.log")"; return 1; }
}

run_gitea() {
    HOME=$HOME_OF_GITEA "$gitea" --config "$GITEA_WORK_DIR/custom/conf/app.ini" "$@"
}

# gitea_api METHOD PATH [JSON]: prints the answer; fails where Gitea refuses.
gitea_api() {
    curl --silent --show-error --fail -X "$1" "$gitea_url/api/v1$2" -H "Authorization: token $gitea_token" \
        -H 'Content-Type: application/json' ${3:+--data "$3"}
}
