# Asking a running hub.

# http_cases LABEL ORIGIN: every case of functions/hub/tests/cases counts as one check; fails where any failed.
http_cases() {
    local label=$1 before=$failed verdict name
    while read -r verdict name; do
        if [ "$verdict" = ok ]; then pass "$label: $name"; else fail "$label: $name"; fi
    done < <(node tests/http/cases.mjs "$2" functions/hub/tests/cases || echo "FAILED the server answers")
    [ "$failed" -eq "$before" ]
}

# answers URL: whether anything at all is answered there.
answers() {
    node -e 'fetch(process.argv[1]).then(() => process.exit(0), () => process.exit(1))' "$1"
}
