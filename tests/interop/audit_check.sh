#!/bin/sh
# Names each line (from 0) whose `h` is not the hash of its body: sh audit_check.sh FILE
# It covers `h` alone: not the chain, the MAC, the length of the log or the rest of the line.
export LC_ALL=C; n=0; bad=0; while IFS= read -r line || [ -n "$line" ]; do e=$(printf %s "$line" | cut -b 154-)
[ "$(printf '\000%s' "${e%?}" | sha256sum | cut -b 1-64)" = "$(printf %s "$line" | cut -b 13-76)" ] || { echo "line $n"; bad=1; }
n=$((n + 1)); done < "$1"; exit $bad
