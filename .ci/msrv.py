"""Reads `cargo metadata` on standard input and checks every package against our own rust-version.

Dev-dependencies count as well: whoever builds with the oldest compiler also wants to run the tests.
"""
import json
import sys


def version(text):
    numbers = [int(part) for part in text.split("-")[0].split(".")]
    return tuple(numbers + [0] * (3 - len(numbers)))


metadata = json.load(sys.stdin)
root = metadata["resolve"]["root"]
packages = {package["id"]: package for package in metadata["packages"]}
ours = packages[root]["rust_version"]
if not ours:
    sys.exit("Cargo.toml has no rust-version")

declared = [package for package in packages.values() if package["rust_version"]]
newer = [package for package in declared if version(package["rust_version"]) > version(ours)]
for package in sorted(newer, key=lambda package: package["name"]):
    print(f"  {package['name']} {package['version']} needs Rust {package['rust_version']}, ours is {ours}")
print(f"  {len(packages)} packages, {len(declared)} with a rust-version, {len(newer)} above {ours}")
sys.exit(1 if newer else 0)
