# What Fairlead writes, given to a real API server: a server-side dry run, in both runtimes.
part_kubernetes() {
    need npm kubernetes wasmtime || { not_run kubernetes "$why"; return; }
    # The Python of an environment of ours has pip, which not every machine's has.
    check "the data is what Kubernetes publishes" env PATH="${wasmtime%/*}:$PATH" python data/kubernetes/make.py --check
    check "the program builds" cargo build --locked -p fairlead || return
    start_cluster || { fail "kubernetes: $why"; return; }
    # The harness must be able to refuse, or its silence would mean nothing.
    check "an Application with an unknown field is refused" refused tests/kubernetes/cases/unknown-field.yaml
    check "a Deployment of a removed API is refused" refused tests/kubernetes/cases/removed-api.yaml
    check "a GitRepository without its address is refused" refused tests/kubernetes/cases/missing-field.yaml
    check "a well-formed Application is accepted" accepted tests/kubernetes/cases/application.yaml
    local runtime
    for runtime in argocd flux; do
        if ! generate_shop "$runtime" >"$scratch/$runtime.log" 2>&1; then
            tail -n 20 "$scratch/$runtime.log"
            fail "the example is generated for $runtime"
            continue
        fi
        create_namespaces "$scratch/$runtime/output"
        check "everything generated for $runtime is accepted" accepted "$scratch/$runtime/output" --recursive
        check "what bootstrap prints for $runtime is accepted" accepted "$scratch/$runtime/bootstrap.yaml"
    done
}

# accepted FILE ARGUMENT...: whether the server would take every object of a file or folder.
accepted() {
    local file=$1
    shift
    kube apply --server-side --dry-run=server --validate=strict --filename "$file" "$@" >"$scratch/applied.log" 2>&1 ||
        { grep -v 'serverside-applied' "$scratch/applied.log" | head -n 20; return 1; }
}

# refused FILE: whether the server would not take it.
refused() {
    ! accepted "$1" >/dev/null
}

# generate_shop RUNTIME: the example in a repository of its own, its output in $scratch/RUNTIME.
generate_shop() {
    local folder=$scratch/$1 fairlead=$target/debug/fairlead
    mkdir -p "$folder/output" && git init -q -b main "$folder/source" || return 1
    (
        cd "$folder/source" || exit 1
        git config user.name Tests && git config user.email tests@example.com
        "$fairlead" init --example shop &&
            sed -i.before "s/^runtime: .*/runtime: $1/" shop/delivery.yaml && rm shop/delivery.yaml.before &&
            "$fairlead" lock shop && git add -A && git commit -q -m begin &&
            "$fairlead" generate shop && "$fairlead" bootstrap shop >"$folder/bootstrap.yaml" &&
            git archive deploy/shop | tar -x -C "$folder/output"
    )
}

# create_namespaces FOLDER: those that anything in the folder names. A dry run creates none, and needs them.
create_namespaces() {
    local name
    for name in $(grep -rhoE '^ +namespace: [a-z0-9-]+$' "$1" "$1/../bootstrap.yaml" | awk '{ print $2 }' | sort -u); do
        kube create namespace "$name" --dry-run=client -o yaml | kube apply --server-side -f - >/dev/null
    done
}
