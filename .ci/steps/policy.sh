# shellcheck shell=bash
# Steps about dependencies. None of them compiles anything of ours.

step_locked() {
  local manifest
  for manifest in $(manifests); do
    say "$manifest"
    cargo fetch --quiet --locked --manifest-path "$manifest" ||
      fail "the lock file beside $manifest is missing or not current"
  done
}

# Advisories are left out: their database is a git repository, which this step must do without.
step_deny() {
  need_cargo_tool cargo-deny --no-default-features
  local manifest config
  for manifest in $(manifests); do
    config=${manifest%Cargo.toml}deny.toml
    [[ -f $config ]] || config=deny.toml
    say "$manifest by $config"
    cargo fetch --quiet --locked --manifest-path "$manifest"
    cargo deny --offline --manifest-path "$manifest" --config "$config" check \
      --show-stats --allow license-exception-not-encountered bans licenses sources
  done
}

# From the metadata alone, so that no old compiler is needed.
step_msrv() {
  local metadata
  metadata=$(cargo metadata --locked --format-version 1 --all-features)
  python3 .ci/msrv.py <<<"$metadata"
}
