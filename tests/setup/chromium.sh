# A Chromium of the system's.
setup_chromium() {
    local name
    for name in chromium chromium-browser google-chrome; do
        if has "$name"; then chromium=$(command -v "$name"); return 0; fi
    done
    apt_install chromium || return 1
    chromium=$(command -v chromium)
}
