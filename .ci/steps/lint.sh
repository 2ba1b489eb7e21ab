# shellcheck shell=bash
# Clippy on every target, for the three feature sets that CONTRIBUTING.md names.

clippy() { cargo clippy --quiet --locked --all-targets "$@" -- -D warnings; }

step_clippy_default() { clippy; }
step_clippy_none() { clippy --no-default-features; }
step_clippy_all() { clippy --all-features; }
