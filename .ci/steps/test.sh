# shellcheck shell=bash
# Tests: nextest for the three feature sets, then what nextest does not run.

nextest() {
  need_cargo_tool cargo-nextest
  local profile=default
  if in_ci; then profile=ci; fi
  cargo nextest run --locked --cargo-quiet --profile "$profile" "$@"
}

step_test_default() { nextest; }
# Without features only the vocabulary is left.
step_test_none() { nextest --no-default-features --no-tests=pass; }
step_test_all() { nextest --all-features; }

# What the README tells a newcomer to type, with nothing added.
step_test_readme() { cargo test; }

step_test_doc() { cargo test --quiet --locked --doc --all-features; }
