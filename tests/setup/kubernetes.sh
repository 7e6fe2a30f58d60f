# etcd and the Kubernetes API server, built from their modules, with the CRDs of Argo CD and Flux and of what the example
# uses besides.

kubernetes_version=1.36.1

# Where each project keeps its CRDs, and the checksum that the module must have.
crd_modules=(
    "github.com/argoproj/argo-cd/v3@v3.5.7 h1:Xm1BF+I5OgDKUG3SDK49vn2/Y5AMyaNVko+/JT08gj0= manifests/crds"
    "github.com/fluxcd/kustomize-controller@v1.9.6 h1:XB+G3A0mky0j5uVHZWv4oSlS2RvZBoNIUhstIvY0JKE= config/crd/bases"
    "github.com/fluxcd/source-controller@v1.9.6 h1:nG534/bI6nVpyHra7ONAk6xDB3xPsVT+EOLHZHXPrrc= config/crd/bases"
    "github.com/prometheus-operator/prometheus-operator@v0.85.0 h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s= example/prometheus-operator-crd"
)

setup_kubernetes() {
    has go || { why="Go is not installed"; return 1; }
    has kubectl || { why="kubectl is not installed"; return 1; }
    kubernetes=$cache/kubernetes-$kubernetes_version
    mkdir -p "$kubernetes"
    build_from_module etcd go.etcd.io/etcd/server/v3 &&
        build_from_module kube-apiserver k8s.io/kubernetes/cmd/kube-apiserver &&
        collect_crds
}

# build_from_module NAME PACKAGE: a program with the versions that tests/kubernetes/go.mod pins.
build_from_module() {
    [ -x "$kubernetes/$1" ] && return 0
    logged "go build $2" env CGO_ENABLED=0 go -C tests/kubernetes build -mod=readonly -trimpath -ldflags '-s -w' \
        -o "$scratch/$1" "$2" && mv "$scratch/$1" "$kubernetes/$1"
}

# The CRDs in $kubernetes_crds: published ones as they are, HelmRelease's from its Go types.
collect_crds() {
    kubernetes_crds=$kubernetes/crds-$(sha256sum <tests/setup/kubernetes.sh | cut -c1-16)
    [ -d "$kubernetes_crds" ] && return 0
    local crds=$scratch/crds line module sum folder answer
    mkdir -p "$crds"
    for line in "${crd_modules[@]}"; do
        read -r module sum folder <<<"$line"
        echo "set-up: the CRDs of $module"
        answer=$(go mod download -json "$module") || { why="go mod download $module failed"; return 1; }
        if [ "$(json_field Sum "$answer")" != "$sum" ]; then
            why="$module has another checksum than $sum"
            return 1
        fi
        cp "$(json_field Dir "$answer")/$folder/"*.yaml "$crds/"
    done
    rm -f "$crds/kustomization.yaml"
    chmod -R u+w "$crds"
    logged "the CRD of HelmRelease" go -C tests/kubernetes/helmrelease tool controller-gen crd \
        paths=github.com/fluxcd/helm-controller/api/v2 output:crd:dir="$crds" || return 1
    mv "$crds" "$kubernetes_crds"
}

# json_field NAME TEXT: a string field of the object that `go mod download -json` prints, one field a line.
json_field() {
    sed -nE "s/^\t\"$1\": \"(.*)\",?\$/\1/p" <<<"$2"
}
