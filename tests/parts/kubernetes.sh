# What Fairlead writes, given to a real API server: a server-side dry run, in both runtimes.
part_kubernetes() {
    need npm kubernetes || { not_run kubernetes "$why"; return; }
    start_cluster || { fail "kubernetes: $why"; return; }
    # The harness must be able to refuse, or its silence would mean nothing.
    check "an Application with an unknown field is refused" refused tests/kubernetes/cases/unknown-field.yaml
    check "a Deployment of a removed API is refused" refused tests/kubernetes/cases/removed-api.yaml
    check "a GitRepository without its address is refused" refused tests/kubernetes/cases/missing-field.yaml
    check "a well-formed Application is accepted" accepted tests/kubernetes/cases/application.yaml
}

# accepted FILE...: whether the server would take every object of the files.
accepted() {
    kube apply --server-side --dry-run=server --validate=strict "${@/#/--filename=}"
}

# refused FILE: whether the server would not take it.
refused() {
    ! accepted "$1"
}
