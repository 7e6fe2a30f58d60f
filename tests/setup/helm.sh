# Helm 3 and Helm 4, built from their modules with the dependencies that their releases have.

helm3_version=3.22.0
helm4_version=4.3.1

setup_helm() {
    has go || { why="Go is not installed"; return 1; }
    helm3=$cache/helm-$helm3_version/helm
    helm4=$cache/helm-$helm4_version/helm
    # A plain build reports another default version of Kubernetes than the releases do.
    local capabilities=helm.sh/helm/v3/pkg/chartutil
    go_install "$helm3" "helm.sh/helm/v3/cmd/helm@v$helm3_version" \
        "-X helm.sh/helm/v3/internal/version.version=v$helm3_version -X $capabilities.k8sVersionMajor=1 -X $capabilities.k8sVersionMinor=37" &&
        go_install "$helm4" "helm.sh/helm/v4/cmd/helm@v$helm4_version" \
            "-X helm.sh/helm/v4/internal/version.version=v$helm4_version"
}
