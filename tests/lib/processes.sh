# Programs that run beside the tests. Each is ended by its own process id.

started=()

# start NAME COMMAND...: runs it in the background with its output in $scratch/NAME.log.
start() {
    local name=$1
    shift
    "$@" >"$scratch/$name.log" 2>&1 &
    started+=($!)
}

# Ends what was started, youngest first.
stop_started() {
    local i
    for ((i = ${#started[@]} - 1; i >= 0; i--)); do
        kill "${started[$i]}" 2>/dev/null && wait "${started[$i]}" 2>/dev/null
    done
    started=()
}

# await SECONDS COMMAND...: repeats it until it succeeds.
await() {
    local end=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.2
    done
}

# free_port: a TCP port of the loopback address that nobody listens on.
free_port() {
    local port
    while :; do
        port=$((20000 + RANDOM % 20000))
        (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
    done
}
