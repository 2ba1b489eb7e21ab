# shellcheck shell=bash
# A short libFuzzer run of each target. On stable, a test in the root crate runs the same
# corpus through the same code, so this step may be skipped where nightly is missing.

FUZZ_SECONDS=${FUZZ_SECONDS:-8}

step_fuzz() {
  has_fuzz_targets || skip "there is no fuzz target yet"
  need_nightly "the fuzz targets are not run"
  need_cargo_tool cargo-fuzz
  local targets target file scratch
  targets=$(cargo +nightly fuzz list)
  for file in fuzz/fuzz_targets/*.rs; do
    grep -qxF "$(basename "$file" .rs)" <<<"$targets" || fail "$file is no [[bin]] of fuzz/Cargo.toml"
  done
  scratch=$(mktemp -d)
  # shellcheck disable=SC2064 # the path of now is meant
  trap "rm -rf '$scratch'" EXIT
  # No sanitizer: the crate forbids unsafe code, and without one a target runs several times as often.
  cargo +nightly fuzz build --sanitizer none >"$scratch/log" 2>&1 || {
    tail -n 60 "$scratch/log"
    fail "the fuzz targets do not build"
  }
  for target in $targets; do
    [[ -n $(ls -A "fuzz/corpus/$target" 2>/dev/null) ]] || fail "$target has no corpus: fuzz/corpus/$target"
    # What libFuzzer finds goes into a copy, so that the checkout stays clean.
    cp -r "fuzz/corpus/$target" "$scratch/$target"
    say "$target for $FUZZ_SECONDS s"
    cargo +nightly fuzz run --sanitizer none "$target" "$scratch/$target" -- \
      -max_total_time="$FUZZ_SECONDS" -rss_limit_mb=2048 -timeout=10 -artifact_prefix="$scratch/" \
      -print_final_stats=1 >"$scratch/log" 2>&1 || {
      tail -n 60 "$scratch/log"
      fail "$target failed; keep the input above in fuzz/corpus/$target once the cause is fixed"
    }
    grep -E 'stat::(number_of_executed_units|peak_rss_mb)' "$scratch/log" | sed 's/^/    /'
  done
}
