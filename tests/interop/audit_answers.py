"""The conformance harness's audit operations over `audit.py`: the other side of a comparison.

    python3 audit_answers.py < REQUESTS        # one JSON object a line in, one out, as the harness does

`audit.export` makes its files by this implementation's reading; only the rules that are specified are compared.
"""
from __future__ import annotations

import base64
import csv
import io
import json
import sys
from collections.abc import Callable
from typing import Any

sys.dont_write_bytecode = True
import audit as a  # noqa: E402
from audit_json import Json, Refused  # noqa: E402


class Answer(Exception):
    """An `ok:false` answer."""

    def __init__(self, error: str, **fields: Any) -> None:
        super().__init__(error)
        self.answer = {"ok": False, "error": error, **fields}


def key_of(r: Json) -> bytes | None:
    return bytes.fromhex(r["root_key_hex"]) if r.get("root_key_hex") is not None else None

def epoch_of(r: Json) -> int:
    return int(r.get("epoch_s", 3600) * 10**6)

def hexes(values: list[str]) -> list[bytes]:
    return [bytes.fromhex(v) for v in values]

def report_of(r: Json) -> a.Report:
    expect = r.get("expect")
    silence = r.get("max_silence_s")
    return a.verify(
        r["log"], base64.b64decode(r["lines_b64"]), key_of(r), epoch_of(r), start=r.get("start"),
        expect=(expect["size"], bytes.fromhex(expect["root_hex"])) if expect else None, checkpoint=r.get("checkpoint"),
        max_silence_us=None if silence is None else silence * 10**6, now_us=r.get("now_us", 0),
        disclosures=r.get("disclosures", ()))

def verify(r: Json) -> Json:
    try:
        report = report_of(r)
    except a.Fault as fault:
        raise Answer("fault", fault=fault.code, line=fault.line) from None
    fields = {"fields": report.fields} if "disclosures" in r else {}
    return {"size": report.size, "root_hex": report.root.hex(), "keyed": report.keyed, "anchor": report.anchor,
            **fields}

def append(r: Json) -> Json:
    chain = a.Chain(r["log"], key_of(r), epoch_of(r))
    if head := r.get("head"):
        chain.tree = a.Tree(head["size"], hexes(head["frontier"]))
        chain.last, chain.time, chain.epoch, chain.genesis = (head[k] for k in ("last", "time", "epoch", "genesis"))
    salts = iter(hexes(r["salts_hex"])) if "salts_hex" in r else None
    lines: list[bytes] = []
    shown: list[Json] = []
    try:
        for event in r["events"]:
            got = chain.append(event, salts.__next__) if salts else chain.append(event)
            lines, shown = lines + got[0], shown + got[1]
    except (ValueError, LookupError, StopIteration) as error:
        raise Answer("bad_event", message=str(error)) from None
    return {"lines": texts(lines), "head": head_of(chain), "disclosures": shown}

def head_of(chain: a.Chain) -> Json:
    return {"log": chain.log, "size": chain.tree.size, "last": chain.last, "time": chain.time, "epoch": chain.epoch,
            "genesis": chain.genesis, "frontier": [h.hex() for h in chain.tree.frontier]}

def texts(lines: list[bytes]) -> list[str]:
    return [line.decode() for line in lines]

def raws(r: Json) -> list[bytes]:
    return base64.b64decode(r["lines_b64"]).split(b"\n")[:-1]

def export(r: Json) -> Json:
    report = report_of(r)
    inside = [(line, raw) for line, raw in zip(report.lines, raws(r), strict=True)
              if r["from_us"] <= line.time < r["to_us"]]
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(["seq", "time", "action", "actor", "h"])
    for line, _ in inside:
        if r.get("action") in (None, line.body["action"]):
            row = [str(line.body["seq"]), line.body["time"], line.body["action"], line.body["actor"]["id"], line.h]
            writer.writerow([a.csv_guard(x) if isinstance(x, str) else "" for x in row])
    files = out.getvalue().encode(), b"".join(raw + b"\n" for _, raw in inside)
    return {"csv_b64": base64.b64encode(files[0]).decode(), "jsonl_b64": base64.b64encode(files[1]).decode(),
            "manifest": {"csv_sha256": a.sha256(files[0]).hex(), "jsonl_sha256": a.sha256(files[1]).hex()}}

def erase(r: Json) -> Json:
    lines = raws(r) + a.erase(report_of(r), r["now_us"], r["line"], r["pointers"])
    kept = [d for d in r["disclosures"] if d["line"] != r["line"] or d["pointer"] not in r["pointers"]]
    return {"lines": texts(lines), "disclosures": kept}

def prune(r: Json) -> Json:
    lines, anchor = a.prune(base64.b64decode(r["lines_b64"]), report_of(r), r["now_us"], r["keep_from_seq"])
    return {"lines": texts(lines), "anchor": anchor}

def checkpoint(r: Json) -> Json:
    head, seed = r["head"], bytes.fromhex(r["ed25519_seed_hex"])
    root = a.Tree(head["size"], hexes(head["frontier"])).root()
    return {"note": a.sign_note(head["log"], head["size"], root, r["name"], seed), "vkey": a.vkey(r["name"], seed)}

def open_checkpoint(r: Json) -> Json:
    opened = a.open_note(r["note"], r["keys"])
    return {"origin": opened.origin, "size": opened.size, "root_hex": opened.root.hex()}

def canonical(r: Json) -> Json:
    try:
        return {"canonical_hex": a.canonicalise(r["json"]).hex()}
    except Refused as error:
        raise Answer("not_canonicalisable", message=str(error)) from None

def leaves(r: Json) -> list[bytes]:
    return [a.leaf_hash(data) for data in hexes(r["leaves_hex"])]

def proof(path: list[bytes]) -> Json:
    return {"proof_hex": [h.hex() for h in path]}

OPS: dict[str, Callable[[Json], Json]] = {
    "audit.append": append, "audit.verify": verify, "audit.export": export, "audit.erase": erase, "audit.prune": prune,
    "audit.checkpoint": checkpoint, "audit.open_checkpoint": open_checkpoint, "audit.canonical": canonical,
    "audit.csv_cell": lambda r: {"text": a.csv_guard(r["cell"])},
    "audit.csv_undo": lambda r: {"cell": a.csv_undo(r["text"])},
    "audit.root": lambda r: {"root_hex": a.root_of(leaves(r)).hex()},
    "audit.prove_inclusion": lambda r: proof(a.prove_inclusion(leaves(r), r["index"])),
    "audit.prove_consistency": lambda r: proof(a.prove_consistency(leaves(r), r["size1"])),
    "audit.inclusion": lambda r: {"valid": a.check_inclusion(
        r["index"], r["size"], a.leaf_hash(bytes.fromhex(r["leaf_hex"])), hexes(r["proof_hex"]),
        bytes.fromhex(r["root_hex"]))},
    "audit.consistency": lambda r: {"valid": a.check_consistency(
        r["size1"], bytes.fromhex(r["root1_hex"]), r["size2"], bytes.fromhex(r["root2_hex"]), hexes(r["proof_hex"]))},
}


def answer(request: Json) -> Json:
    """Without the `id`."""
    try:
        return {"ok": True, **OPS[request["op"]](request)}
    except Answer as refused:
        return refused.answer
    except a.Fault as fault:
        return {"ok": False, "error": "fault", "fault": fault.code, "line": fault.line}
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        return {"ok": False, "error": "refused", "message": f"{type(error).__name__}: {error}"}


def main() -> None:
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps({"id": request.get("id"), **answer(request)}), flush=True)


if __name__ == "__main__":
    main()
