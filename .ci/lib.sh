# shellcheck shell=bash
# What the steps share: the environment, tools, and small questions about the checkout.

ROOT=$PWD
# The exit status by which a step says that it could not be done here.
STATUS_SKIPPED=77

# One target directory for the root crate, fuzz/ and benches/peers, so that nothing is built twice.
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$ROOT/target}
[[ $CARGO_TARGET_DIR == /* ]] || CARGO_TARGET_DIR=$ROOT/$CARGO_TARGET_DIR
# Nothing here is built a second time after an edit, and nobody debugs these binaries.
CARGO_INCREMENTAL=0
CARGO_PROFILE_DEV_DEBUG=0
CARGO_TERM_PROGRESS_WHEN=never
# A missing toolchain is reported, not fetched.
RUSTUP_AUTO_INSTALL=0
PATH=$CARGO_TARGET_DIR/ci-tools/bin:$PATH
export CARGO_TARGET_DIR CARGO_INCREMENTAL CARGO_PROFILE_DEV_DEBUG CARGO_TERM_PROGRESS_WHEN \
  RUSTUP_AUTO_INSTALL PATH

in_ci() { [[ ${CI:-} == true ]]; }

# On CI a database that does not answer is a failure; elsewhere its tests say that they skip.
if in_ci; then
  export RINGFENCE_REQUIRE_SERVICES=1
fi

say() { printf '  %s\n' "$*"; }

fail() {
  printf '  ERROR: %s\n' "$*"
  exit 1
}

skip() {
  printf '  SKIPPED: %s\n' "$*"
  exit "$STATUS_SKIPPED"
}

# Installs a cargo subcommand that is not there yet. CI keeps it beside cargo for the next run;
# elsewhere it goes below the target directory and changes nothing of the user's.
need_cargo_tool() {
  local tool=$1
  shift
  if command -v "$tool" >/dev/null; then
    return
  fi
  say "$tool is missing: installing it"
  local where=()
  in_ci || where=(--root "$CARGO_TARGET_DIR/ci-tools")
  local build=$CARGO_TARGET_DIR/ci-tools/build
  cargo install --quiet --locked --debug --target-dir "$build" "${where[@]}" "$tool" "$@" ||
    fail "$tool cannot be installed"
  rm -rf "$build"
  command -v "$tool" >/dev/null || fail "$tool was installed, but is not on the PATH"
}

need_nightly() {
  cargo +nightly --version >/dev/null 2>&1 || skip "no nightly toolchain here: $1"
}

# The manifests of all crates in the checkout that have something to build.
manifests() {
  echo Cargo.toml
  if has_fuzz_targets; then echo fuzz/Cargo.toml; fi
  if [[ -f benches/peers/Cargo.toml ]]; then echo benches/peers/Cargo.toml; fi
}

# A package without targets is an error to cargo, so fuzz/ is looked at only once it has some.
has_fuzz_targets() { compgen -G 'fuzz/fuzz_targets/*.rs' >/dev/null; }

# The files that git knows or would add, below the given paths and patterns, without deleted ones.
sources() {
  git ls-files -z --cached --others --exclude-standard -- "$@" |
    while IFS= read -r -d '' file; do
      [[ ! -f $file ]] || printf '%s\0' "$file"
    done
}
