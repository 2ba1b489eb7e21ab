# shellcheck shell=bash
# What would be published, and that it builds without the rest of the checkout.

step_package() {
  cargo package --quiet --locked --allow-dirty --list | python3 .ci/package_files.py .ci/package-files.txt
  cargo package --quiet --locked --allow-dirty
}
