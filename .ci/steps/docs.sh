# shellcheck shell=bash
# Documentation, with warnings denied.

step_docs() {
  RUSTDOCFLAGS=-Dwarnings cargo doc --quiet --locked --no-deps --all-features
}

# The features and the cfg are those of [package.metadata.docs.rs], so that the page that
# docs.rs will build is the page that was checked.
step_docs_nightly() {
  need_nightly "the page as docs.rs builds it is not checked"
  local flags args
  flags=$(python3 .ci/manifest.py docs-rs-features)
  args=$(python3 .ci/manifest.py docs-rs-rustdoc-args)
  say "features: ${flags:-default}; rustdoc: $args"
  RUSTDOCFLAGS="$args -Dwarnings" cargo +nightly doc --quiet --locked --no-deps \
    --target-dir "$CARGO_TARGET_DIR/nightly" --features "$flags"
}
