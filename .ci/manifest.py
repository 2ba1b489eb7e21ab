"""Answers one question about the root crate, from `cargo metadata`.

    manifest.py examples               names of the examples, one a line
    manifest.py benches                names of the benchmarks, one a line
    manifest.py docs-rs-features       features that docs.rs builds with, comma separated
    manifest.py docs-rs-rustdoc-args   arguments that docs.rs gives to rustdoc
"""
import json
import subprocess
import sys

COMMAND = ["cargo", "metadata", "--locked", "--no-deps", "--format-version", "1"]


def main(question):
    package = json.loads(subprocess.check_output(COMMAND))["packages"][0]
    docs_rs = ((package["metadata"] or {}).get("docs") or {}).get("rs") or {}

    def targets(kind):
        return [target["name"] for target in package["targets"] if kind in target["kind"]]

    match question:
        case "examples":
            print(*targets("example"), sep="\n")
        case "benches":
            print(*targets("bench"), sep="\n")
        case "docs-rs-features":
            print(*docs_rs.get("features", []), sep=",")
        case "docs-rs-rustdoc-args":
            print(*docs_rs.get("rustdoc-args", []))
        case _:
            sys.exit(__doc__)


main(sys.argv[1] if len(sys.argv) == 2 else "")
