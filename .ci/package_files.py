"""Compares the output of `cargo package --list` on standard input with the list named as argument."""
import re
import sys


def pattern(glob):
    regex = re.escape(glob).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
    return re.compile(regex + r"\Z")


with open(sys.argv[1], encoding="utf-8") as lines:
    rules = [line.split() for line in lines if line.strip() and not line.startswith("#")]
files = sys.stdin.read().splitlines()

required = [glob for sign, glob in rules if sign == "+"]
allowed = [pattern(glob) for _, glob in rules]
problems = [f"missing from the package: {name}" for name in required if name not in files]
problems += [
    f"not meant for the package: {name}" for name in files if not any(rule.match(name) for rule in allowed)
]
print(*(f"  {problem}" for problem in problems), f"  {len(files)} files in the package", sep="\n")
sys.exit(1 if problems else 0)
