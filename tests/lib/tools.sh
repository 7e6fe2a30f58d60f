# Setting up tools: each has a function `setup_<tool>` in tests/setup, which runs once, when a part first needs it.
# It succeeds quickly where the tool is already there, and says in `why` what stands in the way where it fails.

declare -A setups=()
declare -A reasons=()
why=

# need TOOL...: sets the tools up; fails with the reason in `why`.
need() {
    local tool
    for tool in "$@"; do
        if [ -z "${setups[$tool]:-}" ]; then
            why=
            if "setup_$tool"; then
                setups[$tool]=ready
            else
                setups[$tool]=absent
                reasons[$tool]=${why:-$tool could not be set up}
            fi
        fi
        if [ "${setups[$tool]}" = absent ]; then
            why=${reasons[$tool]}
            return 1
        fi
    done
}

# logged LABEL COMMAND...: runs quietly, and shows the end of the output where it fails.
logged() {
    local label=$1 log=$scratch/setup.log
    shift
    echo "set-up: $label"
    if ! "$@" >"$log" 2>&1; then
        tail -n 20 "$log"
        why="$label failed: $(grep -v '^[[:space:]]*$' "$log" | tail -n 1)"
        return 1
    fi
}

# has PROGRAM: whether it is on the PATH.
has() {
    command -v "$1" >/dev/null 2>&1
}

# apt_install PACKAGE...: Debian packages, where this user may install them.
apt_install() {
    has apt-get || { why="$* must be installed by hand: there is no apt-get here"; return 1; }
    [ "$(id -u)" -eq 0 ] || { why="$* must be installed by hand: only root may use apt-get"; return 1; }
    logged "apt-get update" apt-get update -qq || return 1
    logged "apt-get install $*" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

# cargo_install CRATE VERSION: a program from its crate, into a folder of its own; prints nothing, sets `bin`.
cargo_install() {
    local crate=$1 version=$2
    bin=$cache/$crate-$version/bin
    [ -d "$bin" ] && return 0
    logged "cargo install $crate@$version" \
        env CARGO_TARGET_DIR="$scratch/$crate" cargo install --locked --root "$scratch/$crate-root" "$crate@$version" ||
        return 1
    mkdir -p "$cache/$crate-$version"
    mv "$scratch/$crate-root/bin" "$cache/$crate-$version/"
}

# go_install FILE PACKAGE@VERSION LDFLAGS: a program of a module, with the versions that its own go.mod names, whose
# checksums Go asks of the checksum database.
go_install() {
    local file=$1 package=$2 flags=$3 name
    [ -x "$file" ] && return 0
    name=${package%@*}
    logged "go install $package" env GOBIN="$scratch/go-bin" CGO_ENABLED=0 go install -trimpath -ldflags "-s -w $flags" "$package" ||
        return 1
    mkdir -p "$(dirname "$file")" && mv "$scratch/go-bin/${name##*/}" "$file"
}
