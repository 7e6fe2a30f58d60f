# A Kubernetes API server with the CRDs of Argo CD and Flux. No controllers run: it checks, stores and answers.

# start_cluster: starts etcd and the API server on free ports; afterwards `kube` is kubectl against them.
start_cluster() {
    local data=$scratch/cluster client peer
    client=$(free_port) peer=$(free_port) api=$(free_port)
    mkdir -p "$data"
    token=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
    echo "$token,tests,tests,system:masters" >"$data/tokens"
    signing_key >"$data/service-account.key" || { why="no key could be made"; return 1; }
    start etcd "$kubernetes/etcd" --data-dir "$data/etcd" --unsafe-no-fsync --log-level error \
        --listen-client-urls "http://127.0.0.1:$client" --advertise-client-urls "http://127.0.0.1:$client" \
        --listen-peer-urls "http://127.0.0.1:$peer" --initial-advertise-peer-urls "http://127.0.0.1:$peer" \
        --initial-cluster "default=http://127.0.0.1:$peer"
    start kube-apiserver "$kubernetes/kube-apiserver" --etcd-servers "http://127.0.0.1:$client" \
        --secure-port "$api" --bind-address 127.0.0.1 --cert-dir "$data/certificates" \
        --token-auth-file "$data/tokens" --authorization-mode RBAC --disable-admission-plugins ServiceAccount \
        --endpoint-reconciler-type none --service-cluster-ip-range 10.0.0.0/24 \
        --service-account-issuer https://tests.invalid --service-account-key-file "$data/service-account.key" \
        --service-account-signing-key-file "$data/service-account.key"
    await 60 kube get --raw /readyz || { why="the API server did not become ready: $(tail -n 1 "$scratch/kube-apiserver.log")"; return 1; }
    kube apply --server-side -f "$kubernetes_crds" >"$scratch/crds.log" 2>&1 || { why="the CRDs were refused: $(tail -n 1 "$scratch/crds.log")"; return 1; }
    kube wait --for condition=Established --timeout 60s -f "$kubernetes_crds" >"$scratch/crds.log" 2>&1 || { why="the CRDs were not established: $(tail -n 1 "$scratch/crds.log")"; return 1; }
}

# kube ARGUMENT...: kubectl against the server of start_cluster, without anything of the user's.
kube() {
    kubectl --kubeconfig /dev/null --cache-dir "$scratch/kubectl" --server "https://127.0.0.1:$api" \
        --insecure-skip-tls-verify --token "$token" "$@"
}

# A private key for service account tokens, which nothing here uses.
signing_key() {
    node -e 'process.stdout.write(require("crypto").generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ type: "sec1", format: "pem" }))'
}
