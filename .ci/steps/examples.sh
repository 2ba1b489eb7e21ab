# shellcheck shell=bash
# Examples are run, not only built. Their names come from cargo, so a new one is picked up.

# example LOG NAME ARGUMENT...: the output goes to LOG and is shown if the example fails.
example() {
  local log=$1 name=$2
  shift 2
  cargo run --quiet --locked --all-features --example "$name" -- "$@" >"$log" 2>&1 || {
    tail -n 40 "$log"
    fail "example $name failed"
  }
}

step_examples() {
  local names name scratch
  names=$(python3 .ci/manifest.py examples)
  [[ -n $names ]] || skip "there is no example"
  scratch=$(mktemp -d)
  # shellcheck disable=SC2064 # the path of now is meant
  trap "rm -rf '$scratch'" EXIT
  # One build for all, so that the runs below only run.
  cargo build --quiet --locked --all-features --examples
  for name in $names; do
    say "$name"
    case $name in
      # The second run finds what the first one stored.
      helpdesk)
        example "$scratch/log" helpdesk "$scratch/helpdesk.db" </dev/null
        example "$scratch/log" helpdesk "$scratch/helpdesk.db" </dev/null
        ;;
      # Reads requests until its input ends; step interop asks it more.
      conformance)
        example "$scratch/log" conformance <<<'{"op":"no_such_op","id":7}'
        grep -q unknown_op "$scratch/log" || fail "conformance answered: $(<"$scratch/log")"
        ;;
      *) example "$scratch/log" "$name" </dev/null ;;
    esac
  done
}
