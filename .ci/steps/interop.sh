# shellcheck shell=bash
# The conformance harness against second implementations: each tests/interop/*_interop.py is
# called with the path of the program, once for each backend. Before that, each make_*vectors.py
# compares the vectors in the repository with what it would write.

step_interop() {
  compgen -G 'tests/interop/*_interop.py' >/dev/null || skip "there is no tests/interop/*_interop.py"
  local scratch script backend
  scratch=$(mktemp -d)
  # shellcheck disable=SC2064 # the path of now is meant
  trap "rm -rf '$scratch'" EXIT
  python3 -m venv "$scratch/venv"
  "$scratch/venv/bin/pip" install --quiet --disable-pip-version-check \
    --requirement tests/interop/requirements.txt
  export PYTHONDONTWRITEBYTECODE=1
  for script in tests/interop/make_*vectors.py; do
    [[ -f $script ]] || continue
    say "$script --check"
    "$scratch/venv/bin/python" "$script" --check
  done
  # `audit` is not in `full` until it is complete.
  for backend in full,audit full,audit,aws-lc-rs; do
    say "building with features $backend"
    cargo build --quiet --locked --example conformance --features "$backend"
    for script in tests/interop/*_interop.py; do
      say "$script with features $backend"
      "$scratch/venv/bin/python" "$script" \
        "$CARGO_TARGET_DIR/debug/examples/conformance"
    done
  done
}
