# shellcheck shell=bash
# Benchmarks are compiled; nobody measures on a machine that does other things.

step_benches() {
  [[ -n $(python3 .ci/manifest.py benches) ]] || skip "there is no benchmark"
  # In the profile of the tests, whose artefacts are there already: an optimised build of all
  # dependencies would take minutes and find nothing more.
  cargo bench --quiet --locked --no-run --all-features --profile dev
}

step_peers() {
  [[ -f benches/peers/Cargo.toml ]] || skip "there is no benches/peers yet"
  cargo check --quiet --locked --all-targets --manifest-path benches/peers/Cargo.toml
}
