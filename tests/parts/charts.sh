# Charts from where real ones come from: a chart repository and registries, packaged and pushed by real Helm, and the
# answers of both Helms beside ours.
part_charts() {
    need npm helm registry || { not_run charts "$why"; return; }
    check "the program builds" cargo build --locked -p fairlead || return
    charts=$scratch/charts
    mkdir -p "$charts/packages" "$charts/here"
    # Nothing of the user's: every tool keeps what it knows in the run's own folder.
    export HELM_CACHE_HOME=$charts/helm/cache HELM_CONFIG_HOME=$charts/helm/config HELM_DATA_HOME=$charts/helm/data
    export DOCKER_CONFIG=$charts/docker OTEL_TRACES_EXPORTER=none
    package_charts || { fail "charts: real Helm packages them"; return; }
    start_sources || { fail "charts: $why"; return; }
    push_charts || { fail "charts: real Helm pushes them"; return; }
    # Where no folder can be taken for a chart.
    pushd "$charts/here" >/dev/null || return
    templates_are_helms
    dependencies_are_helms
    credentials_stay
    project_is_locked
    popd >/dev/null || return
    unset HELM_CACHE_HOME HELM_CONFIG_HOME HELM_DATA_HOME DOCKER_CONFIG OTEL_TRACES_EXPORTER
}

# chart NAME VERSION [MORE]: a chart's folder in $charts/src, MORE at the end of its Chart.yaml.
chart() {
    local folder=$charts/src/$1
    mkdir -p "$folder/templates"
    printf 'apiVersion: v2\nname: %s\nversion: %s\n%b' "$1" "$2" "${3:-}" >"$folder/Chart.yaml"
    echo 'replicas: 1' >"$folder/values.yaml"
    cat >"$folder/templates/config.yaml" <<'T'
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-{{ .Chart.Name }}
  namespace: {{ .Release.Namespace }}
data:
  version: {{ .Chart.Version | quote }}
  replicas: {{ .Values.replicas | quote }}
T
}

# Versions of `web`, and `shop`, whose package carries `web` within.
package_charts() {
    local version
    for version in 1.0.0 1.1.0 1.2.0+b1 2.0.0-rc.1; do
        chart web "$version" && "$helm3" package "$charts/src/web" -d "$charts/packages" >/dev/null || return
    done
    chart shop 0.1.0 'dependencies:\n- name: web\n  version: 1.1.0\n  repository: file://../web\n'
    chart web 1.1.0 && "$helm4" package "$charts/src/shop" -u -d "$charts/packages" >/dev/null || return
    "$helm4" repo index "$charts/packages"
}

# The repository on $http, the same over TLS on $https, and three registries: open, by password, and by token.
start_sources() {
    start repository node "$root/tests/charts/serve.mjs" "$charts/packages" "$charts/requests"
    await 20 test -s "$scratch/repository.log" || { why="the chart repository did not start"; return 1; }
    http=http://127.0.0.1:$(cat "$scratch/repository.log")
    (cd "$charts" && go run "$(go env GOROOT)/src/crypto/tls/generate_cert.go" --host 127.0.0.1,localhost) \
        >"$scratch/certificate.log" 2>&1 || { why="no certificate could be made"; return 1; }
    start secure node "$root/tests/charts/serve.mjs" "$charts/packages" "$charts/requests" "$charts/cert.pem" "$charts/key.pem"
    await 20 test -s "$scratch/secure.log" || { why="the chart repository did not start over TLS"; return 1; }
    https=https://127.0.0.1:$(cat "$scratch/secure.log")
    # ann's password is `secret`.
    # shellcheck disable=SC2016
    echo 'ann:$2a$10$owxhsc/9dt7d8psm4TA9/eFuPDqG/ebv3VrgDEsKRsDpjOH3QW5jq' >"$charts/passwords"
    start_registry open ""
    start_registry closed "auth: {htpasswd: {realm: charts, path: $charts/passwords}}"
    start_registry tokens "auth: {token: {realm: $http/token, service: tests, issuer: tests, jwks: $charts/jwks.json}}"
    open=oci://127.0.0.1:$port_open/charts
    closed=oci://127.0.0.1:$port_closed/charts
    tokens=oci://127.0.0.1:$port_tokens/charts
    local port
    for port in "$port_open" "$port_closed" "$port_tokens"; do
        await 20 answers "http://127.0.0.1:$port/v2/" || { why="a registry did not start"; return 1; }
    done
}

# start_registry NAME AUTH: a registry over the storage that all share, on the port that $port_NAME then is.
start_registry() {
    local port file=$charts/$1.yml
    port=$(free_port)
    declare -g "port_$1=$port"
    cat >"$file" <<Y
version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $charts/storage}}
http: {addr: "127.0.0.1:$port"}
$2
Y
    start "registry-$1" "$registry" serve "$file"
}

push_charts() {
    local package
    for package in "$charts"/packages/*.tgz; do
        "$helm4" push "$package" "$open" --plain-http >"$scratch/push.log" 2>&1 || { cat "$scratch/push.log"; return 1; }
    done
}

# ours VERSION ARGUMENT...: our command as that Helm.
ours() {
    "$target/debug/fairlead" helm --helm-version "$@"
}

# same LABEL ARGUMENT...: whether both Helms print, say and return what ours does.
same() {
    local label=$1 real version
    shift
    for version in 3 4; do
        real=helm$version
        answer_of "$charts/theirs" "${!real}" "$@"
        answer_of "$charts/ours" ours "$version" "$@"
        if diff -u "$charts/theirs" "$charts/ours"; then
            pass "charts: $label, as Helm $version"
        else
            fail "charts: $label, as Helm $version"
        fi
    done
}

# answer_of FILE COMMAND...: output, messages and status in one file.
answer_of() {
    local file=$1
    shift
    "$@" >"$file" 2>"$file.messages"
    { echo "status $?"; cat "$file.messages"; } >>"$file"
}

templates_are_helms() {
    same "the highest release of a repository" template r web --repo "$http/open"
    same "a range" template r web --repo "$http/open" --version '~1.0'
    same "an exact version with a build" template r web --repo "$http/open/" --version 1.2.0+b1
    same "a version that is nearly there" template r web --repo "$http/open" --version 1.2
    same "development versions" template r web --repo "$http/open" --devel
    same "a package that carries its dependencies" template r shop --repo "$http/open"
    same "no version that fits" template r web --repo "$http/open" --version '>3'
    same "no such chart" template r nope --repo "$http/open"
    same "no index" template r web --repo "$http/none"
    same "no server" template r web --repo http://127.0.0.1:1
    same "no scheme that is known" template r web --repo ftp://127.0.0.1
    same "a package by its address" template r "$http/open/web-1.0.0.tgz"
    echo 'replicas: 7' >"$charts/packages/values.yaml"
    same "values at an address" template r web --repo "$http/open" -f "$http/open/values.yaml"
    same "no values at the address" template r web --repo "$http/open" -f "$http/open/nope.yaml"
    same "no package at the address" template r "$http/open/nope-1.0.0.tgz"
    same "a repository that nobody knows" template r corp/web
    same "a repository with a password" template r web --repo "$http/private" --username ann --password secret
    same "a repository with another password" template r web --repo "$http/private" --username ann --password guess
    same "a repository that moved" template r web --repo "$http/moved/open"
    same "a repository over TLS" template r web --repo "$https/open" --ca-file "$charts/cert.pem"
    same "a repository that nobody vouches for" template r web --repo "$https/open"
    same "a repository that everybody is to believe" template r web --repo "$https/open" --insecure-skip-tls-verify
    same "the highest release of a registry" template r "$open/web" --plain-http
    same "a range of a registry" template r "$open/web" --plain-http --version '~1.0'
    same "a version with a build of a registry" template r "$open/web" --plain-http --version 1.2.0+b1
    same "a tag" template r "$open/web:1.0.0" --plain-http
    same "a tag and another version" template r "$open/web:1.0.0" --plain-http --version 1.1.0
    same "no such tag" template r "$open/web" --plain-http --version 9.9.9
    same "no tag that fits" template r "$open/web" --plain-http --version '>9'
    same "no such repository of a registry" template r "$open/nope" --plain-http
    same "a registry that wants a password" template r "$closed/web" --plain-http --version 1.0.0
    same "a registry with its password" template r "$closed/web" --plain-http --username ann --password secret
    same "a registry with another password" template r "$closed/web" --plain-http --version 1.0.0 --username ann --password guess
    same "a registry with tokens for everybody" template r "$tokens/web" --plain-http
    same "a registry with tokens for a password" template r "$tokens/web" --plain-http --username ann --password secret
    same "a reference that is none" template r "oci://127.0.0.1:$port_open/charts/Web" --plain-http
    same "values of a chart of a repository" show values web --repo "$http/open"
    same "a chart of a registry" show chart "$open/web" --plain-http
}

# dependency LABEL DEPENDENCIES COMMAND ARGUMENT...: whether `helm dependency COMMAND` of a chart with these dependencies
# prints, says and returns the same, writes the same lock, and fills charts/ with the same bytes.
dependency() {
    local label=$1 asked=$2 real version
    shift 2
    for version in 3 4; do
        real=helm$version
        prepared parent "$asked"
        answer_of "$charts/theirs" "${!real}" dependency "$@"
        rm -rf theirs && mv parent theirs
        prepared parent "$asked"
        answer_of "$charts/ours" ours "$version" dependency "$@"
        if diff -u "$charts/theirs" "$charts/ours" && same_folders theirs parent; then
            pass "charts: dependency $label, as Helm $version"
        else
            fail "charts: dependency $label, as Helm $version"
        fi
        rm -rf parent theirs
    done
}

# prepared FOLDER DEPENDENCIES: a chart with an old package in its charts/, and what a test of `build` left as its lock.
prepared() {
    mkdir -p "$1/charts"
    printf 'apiVersion: v2\nname: parent\nversion: 0.1.0\ndependencies:\n%b' "$2" >"$1/Chart.yaml"
    cp "$charts/packages/web-2.0.0-rc.1.tgz" "$1/charts/"
    [ ! -f "$charts/Chart.lock" ] || cp "$charts/Chart.lock" "$1/"
}

# same_folders ONE OTHER: the same files with the same bytes, but for the lock's time and for packages of folders, which
# Helm packs with their times.
same_folders() {
    local folder
    for folder in "$@"; do
        [ ! -f "$folder/Chart.lock" ] || sed -i.before 's/^generated: ".*Z"$/generated: then/' "$folder/Chart.lock"
        rm -f "$folder/Chart.lock.before"
        find "$folder/charts" -name 'local-*.tgz' -exec sh -c 'for one; do tar -tzf "$one" | sort >"$one.listing" && rm "$one"; done' _ {} +
    done
    diff -r "$1" "$2"
}

dependencies_are_helms() {
    local of_http="- {name: web, version: ^1.0.0, repository: \"$http/open\"}\n" known
    local of_oci="- {name: web, version: ~1.1.0, repository: \"$open\"}\n"
    mkdir -p local && printf 'apiVersion: v2\nname: local\nversion: 0.3.0\n' >local/Chart.yaml
    dependency "of a repository" "$of_http" update parent
    dependency "of a registry" "$of_oci" update parent --plain-http
    dependency "with a build of a registry" "- {name: web, version: 1.2.0+b1, repository: \"$open\"}\n" update parent --plain-http
    dependency "of a folder" '- {name: local, version: "*", repository: "file://../local"}\n' update parent
    dependency "of all of them" "$of_http- {name: local, version: '*', repository: file://../local}\n- {name: shop, version: '*', repository: \"$open\"}\n" update parent --plain-http
    dependency "twice of one package" "$of_http- {name: web, alias: two, version: ^1.0.0, repository: \"$http/open/\"}\n" update parent
    dependency "that is not there" "- {name: nope, version: ^1.0.0, repository: \"$http/open\"}\n" update parent
    dependency "of no version that is there" "- {name: web, version: ^9.0.0, repository: \"$http/open\"}\n" update parent
    dependency "of no tag that is there" "- {name: web, version: ^9.0.0, repository: \"$open\"}\n" update parent --plain-http
    dependency "that a registry does not have" "- {name: nope, version: ^1.0.0, repository: \"$open\"}\n" update parent --plain-http
    dependency "of a range that is none" "- {name: web, version: 'a b', repository: \"$http/open\"}\n" update parent
    dependency "of a name that nobody knows" '- {name: web, version: ^1.0.0, repository: "@corp"}\n' update parent
    dependency "of a word" '- {name: web, version: ^1.0.0, repository: stable}\n' update parent
    dependency "built from a repository that nobody knows" "$of_http" build parent
    known=$HELM_CONFIG_HOME/repositories.yaml
    mkdir -p "$HELM_CONFIG_HOME"
    printf 'repositories:\n- {name: corp, url: "%s", username: ann, password: secret}\n' "$http/private" >"$known"
    dependency "of a repository by its name" '- {name: web, version: ^1.0.0, repository: "@corp"}\n' update parent
    dependency "of a repository by its alias" '- {name: web, version: ^1.0.0, repository: "alias:corp"}\n' update parent
    "$helm4" repo update >/dev/null
    same "a chart of a repository by its name" template r corp/web --version '^1.0.0'
    same "no such chart of a repository by its name" template r corp/nope
    locked_by_helm "- {name: web, version: ^1.0.0, repository: \"@corp\"}\n"
    dependency "built from a lock" '- {name: web, version: ^1.0.0, repository: "@corp"}\n' build parent
    dependency "built from a lock that is out of date" '- {name: web, version: ^1.1.0, repository: "@corp"}\n' build parent
    rm -f "$charts/Chart.lock" "$known"
    same "a table of dependencies" dependency list "$charts/src/shop"
}

# locked_by_helm DEPENDENCIES: the lock that real Helm writes, in $charts/Chart.lock.
locked_by_helm() {
    prepared parent "$1"
    "$helm4" dependency update parent >/dev/null && cp parent/Chart.lock "$charts/"
    rm -rf parent
}

credentials_stay() {
    : >"$charts/requests"
    ours 4 template r web --repo "$http/moved/open" --username ann --password secret >/dev/null
    check "charts: credentials go to the repository" grep -q "^GET 127.0.0.1.* /moved/open/index.yaml credentials" "$charts/requests"
    check "charts: credentials do not follow to another host" grep -q "^GET localhost.* /open/index.yaml anonymous" "$charts/requests"
    check "charts: and never do" lacks "^GET localhost.* credentials" "$charts/requests"
    ours 4 template r web --repo "$https/downgrade" --insecure-skip-tls-verify >"$charts/ours" 2>&1
    check "charts: TLS is not left for plain HTTP" grep -q "which is plain HTTP" "$charts/ours"
}

# lacks PATTERN FILE: whether no line of a file matches.
lacks() {
    ! grep -q "$1" "$2"
}

# A project with charts of every source: locked, generated to Helm's bytes, generated again without any server, and not
# with a package that was changed.
project_is_locked() {
    local folder=$charts/project
    git init -q -b main "$folder" && cd "$folder" || return
    git config user.name Tests && git config user.email tests@example.com
    fairlead init >/dev/null || return
    rm -rf workloads bindings bundles environments/production.yaml && mkdir workloads bindings
    workload ranged "repository: $http/open\n  name: web" "~1.0"
    workload latest "repository: $http/open\n  name: web" latest
    workload carried "repository: $http/open\n  name: shop" 0.1.0
    workload pulled "oci: $open/web" "^1.0.0"
    workload tagged "oci: $open/web" "1.1.0"
    # A chart of the repository, whose dependencies nobody has vendored: of all three kinds of source.
    chart common 0.3.0
    chart own 0.1.0 "dependencies:\n- {name: web, version: ~1.0, repository: \"$http/open\"}\n- {name: shop, alias: other, version: ^0.1.0, repository: \"$open\"}\n- {name: common, version: '*', repository: file://../common}\n"
    mkdir charts && cp -r "$charts/src/own" "$charts/src/common" charts/
    printf 'apiVersion: fairlead.dev/v1\nkind: Workload\nchart: {path: charts/own}\n' >workloads/own.yaml
    binding own
    check "charts: a project is locked" fairlead lock
    check "charts: the lock is up to date" fairlead lock --check
    check "charts: and stays as it is" unchanged_by fairlead.lock fairlead lock
    git add -A && git commit -q -m begin
    check "charts: it is generated" fairlead generate
    rendered ranged "$helm4" template ranged web --repo "$http/open" --version '~1.0'
    rendered latest "$helm4" template latest web --repo "$http/open"
    rendered carried "$helm4" template carried shop --repo "$http/open"
    rendered pulled "$helm4" template pulled "$open/web" --version '^1.0.0' --plain-http
    cp -r charts "$charts/vendored"
    "$helm4" dependency update "$charts/vendored/own" --plain-http >"$charts/said" 2>&1 || cat "$charts/said"
    rendered own "$helm4" template own "$charts/vendored/own"
    rendered tagged "$helm4" template tagged "$open/web" --version 1.1.0 --plain-http
    # Somebody packs another chart under a version that is locked.
    chart web 1.0.0 'description: changed\n' && "$helm3" package "$charts/src/web" -d "$charts/packages" >/dev/null
    git branch -q -D deploy && mv "$charts/contents" "$charts/kept"
    refused_package "as its index still lists it" "was promised"
    "$helm4" repo index "$charts/packages"
    refused_package "as its index lists it now" "the lock names"
    check "charts: the lock says that it is not up to date" differs fairlead lock --update --check
    # Everything that the lock names is at hand: no server is needed.
    stop_started
    rm -rf "$charts/contents" && mv "$charts/kept" "$charts/contents"
    check "charts: it is generated again without any server" fairlead generate
    rm -rf "$charts/contents" && git branch -q -D deploy
    check "charts: without server and content it says so" says "connection refused" fairlead generate
}

# fairlead ARGUMENT...: our command with a cache of the run's own.
fairlead() {
    FAIRLEAD_CACHE=$charts/contents "$target/debug/fairlead" "$@"
}

# workload NAME SOURCE VERSION: a workload of the project, for its one tenant and environment.
workload() {
    printf 'apiVersion: fairlead.dev/v1\nkind: Workload\nchart:\n  %b\nversion: "%s"\n' "$2" "$3" >"workloads/$1.yaml"
    binding "$1"
}

# binding WORKLOAD: the binding of a workload to every cell.
binding() {
    printf 'apiVersion: fairlead.dev/v1\nkind: Binding\nworkload: %s\ntenants: "*"\nenvironments: "*"\n' "$1" >"bindings/$1.yaml"
}

# rendered WORKLOAD COMMAND...: whether its manifest is what the command prints for the project's cluster.
rendered() {
    local workload=$1
    shift
    "$@" --namespace default --kube-version 1.36 >"$charts/theirs" 2>"$charts/messages" || cat "$charts/messages"
    git show "deploy:rendered/acme/development/$workload/manifest.yaml" >"$charts/ours"
    check "charts: $workload is rendered to Helm's bytes" diff -u "$charts/theirs" "$charts/ours"
}

# unchanged_by FILE COMMAND...: whether the file stays as it is, to the byte.
unchanged_by() {
    local file=$1 before
    shift
    before=$(sha256sum <"$file")
    "$@" >/dev/null && [ "$before" = "$(sha256sum <"$file")" ]
}

# refused_package LABEL TEXT: whether nothing is generated, for that reason.
refused_package() {
    check "charts: a changed package is refused, $1" says "$2" fairlead generate
    local digest
    digest=$(sha256sum <"$charts/packages/web-1.0.0.tgz" | cut -d' ' -f1)
    check "charts: and nothing is written then" test -z "$(git branch --list deploy)"
    check "charts: nor is the package kept" test ! -e "$charts/contents/contents/sha256-$digest"
}

# says TEXT COMMAND...: whether the command fails with a message that has the text.
says() {
    local text=$1
    shift
    ! "$@" >"$charts/said" 2>&1 && grep -q "$text" "$charts/said" || { cat "$charts/said"; return 1; }
}

# differs COMMAND...: whether it ends with 1.
differs() {
    "$@" >/dev/null
    [ $? -eq 1 ]
}
