# wasmtime as a Python package, in an environment of its own; sets `wasmtime`, the Python that has it.
setup_wasmtime() {
    local version=48.0.0 folder
    has python3 || apt_install python3 python3-venv || return 1
    folder=$cache/wasmtime-$version
    wasmtime=$folder/bin/python
    [ -x "$wasmtime" ] && return 0
    # Programs of an environment name its folder, so it can't be made elsewhere and moved.
    logged "python3 -m venv" python3 -m venv "$folder" || { rm -rf "$folder"; return 1; }
    logged "pip install wasmtime" "$folder/bin/pip" install --quiet "wasmtime==$version" || { rm -rf "$folder"; return 1; }
}
