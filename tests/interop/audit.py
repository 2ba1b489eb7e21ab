"""A second implementation of the audit-log formats: lines, keys, the verifier, erasure, pruning.
Canonical JSON, commitments and CSV are in `audit_json.py`, Merkle trees and checkpoints in `audit_proofs.py`.

It was written from the format specification alone, without the Rust sources, so that an agreement of the two
says something. It is a reference for tests: no zeroisation, whole logs in memory, clarity before speed.

Conventions: integers are big-endian, `|` is concatenation, `len` is a u32, times are whole microseconds since
1970 (UTC), a line is `{"v":1,"h":"<64 hex>","m":"<64 hex>","e":BODY}` and LF.
"""
from __future__ import annotations

import hashlib
import hmac
import os
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from audit_json import (PERSONAL, Json, Refused, canonical, canonicalise, commit, commitment, committed, csv_guard,
                        csv_undo, is_commitment, lp, parse, render)
from audit_proofs import (Opened, Tree, check_consistency, check_inclusion, leaf_hash, node_hash, note_text, open_note,
                          prove_consistency, prove_inclusion, root_of, sha256, sign_note, signature_line, vkey)

__all__ = ["canonicalise", "check_consistency", "check_inclusion", "csv_guard", "csv_undo", "node_hash", "note_text",
           "prove_consistency", "prove_inclusion", "root_of", "sign_note", "signature_line", "vkey"]

FAULTS = ("torn_tail malformed altered foreign_log unknown_key bad_mac missing_start fork replay out_of_order gap "
          "clock_back epoch_gap bad_commitment truncated stale_checkpoint").split()
ZEROS = "0" * 64
MAX_AHEAD, DEFAULT_EPOCH_US, SAFE = 1 << 20, 3600 * 10**6, 1 << 53
LINE = re.compile(rb'\{"v":1,"h":"([0-9a-f]{64})","m":"([0-9a-f]{64})","e":(.*)\}', re.DOTALL)
TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
LOG_ID = re.compile(r"[a-z0-9._/-]{1,128}")
REQUIRED = {"action", "actor", "log", "prev", "resource", "seq", "time"}
OPTIONAL = {"changes", "epoch", "outcome", "skew", "source"}
EVENT = {"action", "actor", "changes", "outcome", "resource", "source"}
SYSTEM = {"kind": "system", "id": "ringfence"}
Salts = Callable[[], bytes]
EPOCH_START = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Fault(Exception):
    """Evidence: the class and the line (0-based) of the first fault."""

    def __init__(self, code: str, line: int) -> None:
        super().__init__(f"{code} at line {line}")
        self.code, self.line = code, line


def mac(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, hashlib.sha256).digest()

def u64(value: int) -> bytes:
    return value.to_bytes(8, "big")

def i64(value: int) -> bytes:
    return value.to_bytes(8, "big", signed=True)


# ---- time -------------------------------------------------------------------------------------------------------

def time_text(us: int) -> str:
    try:
        return (EPOCH_START + timedelta(microseconds=us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ").zfill(27)
    except OverflowError:
        raise Refused("a time outside of the years 1 to 9999") from None

def time_us(text: Any) -> int:
    if not isinstance(text, str) or not TIME.fullmatch(text):
        raise Refused("not a time")
    return (datetime.fromisoformat(text) - EPOCH_START) // timedelta(microseconds=1)


# ---- lines and keys ---------------------------------------------------------------------------------------------

class Line(NamedTuple):
    h: str
    m: str
    body: Json
    time: int  # microseconds

def make_line(body: bytes, m: str) -> bytes:
    return b'{"v":1,"h":"%s","m":"%s","e":%s}' % (leaf_hash(body).hex().encode(), m.encode(), body)

def parse_line(raw: bytes) -> Line:
    """Refuses what is `malformed`; `h` is not compared yet."""
    shape = LINE.fullmatch(raw)
    if not shape:
        raise Refused("not a line")
    body = parse(shape[3].decode("utf-8"))
    if canonical(body) != shape[3] or not isinstance(body, dict) or not well_formed(body):
        raise Refused("not the body of an entry")
    return Line(shape[1].decode(), shape[2].decode(), body, time_us(body["time"]))

def well_formed(body: Json) -> bool:
    def whole(value: Any, least: int = 0) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and least <= value < SAFE

    def text(value: Any) -> bool:
        return isinstance(value, str) or isinstance(value, dict) and "$c" in value

    def thing(value: Any) -> bool:
        return isinstance(value, dict) and set(value) == {"id", "kind"} and isinstance(value["kind"], str) \
            and text(value["id"])

    def closed(value: Any) -> bool:
        return isinstance(value, dict) and set(value) == {"from", "to"} and all(map(whole, value.values()))

    source, changes = body.get("source", {}), body.get("changes", {})
    return REQUIRED <= set(body) <= REQUIRED | OPTIONAL \
        and all(isinstance(body.get(k, ""), str) for k in ("action", "log", "outcome", "prev")) \
        and re.fullmatch("[0-9a-f]{64}", body["prev"]) is not None \
        and whole(body["seq"]) and whole(body.get("skew", 1), 1) and thing(body["actor"]) and thing(body["resource"]) \
        and isinstance(source, dict) and set(source) <= {"agent", "ip", "request"} and all(map(text, source.values())) \
        and isinstance(changes, dict) and ("$c" in changes or all(
            isinstance(c, dict) and (set(c) <= {"from", "to"} or "$c" in c) for c in changes.values())) \
        and (closed(body.get("epoch")) if body["action"] == "audit.epoch" else "epoch" not in body)

def first_key(root_key: bytes, log: str, epoch_us: int) -> bytes:
    return mac(root_key, b"audit-key-v1" + lp(log.encode()) + u64(epoch_us))

def next_key(key: bytes) -> bytes:
    return mac(key, b"next")

def line_mac(key: bytes, epoch: int, seq: int, h: bytes) -> str:
    return mac(key, b"mac-v1|" + u64(epoch) + u64(seq) + h).hex()

def anchor_mac(root_key: bytes, a: Json) -> str:
    return mac(root_key, b"audit-prune-v1" + lp(a["log"].encode()) + u64(a["epoch_us"]) + u64(a["size"])
               + bytes.fromhex(a["last_hex"]) + bytes.fromhex(a["root_hex"]) + i64(a["genesis_us"])
               + u64(a["open_epoch"]) + i64(a["last_time_us"])).hex()


class Chain:
    """The state after a line: of a writer, and of the verifier."""

    def __init__(self, log: str, root_key: bytes | None, epoch_us: int = DEFAULT_EPOCH_US) -> None:
        if not LOG_ID.fullmatch(log) or epoch_us < 60 * 10**6 or root_key is not None and len(root_key) != 32:
            raise Refused("bad log id, epoch length or key")
        self.log, self.root_key, self.epoch_us = log, root_key, epoch_us
        self.last, self.tree = ZEROS, Tree()
        self.genesis: int | None = None
        self.time, self.epoch = 0, 0  # of the last entry; the open one
        self.ratchet = (0, first_key(root_key, log, epoch_us)) if root_key else (0, b"")

    def key(self, epoch: int) -> bytes:
        at, key = self.ratchet
        if epoch < at:
            at, key = 0, first_key(self.root_key or b"", self.log, self.epoch_us)
        for _ in range(at, epoch):
            key = next_key(key)
        self.ratchet = (epoch, key)
        return key

    def mac_of(self, epoch: int, seq: int, h: str) -> str:
        return line_mac(self.key(epoch), epoch, seq, bytes.fromhex(h)) if self.root_key else ZEROS

    def epoch_at(self, time: int) -> int:
        return (time - (time if self.genesis is None else self.genesis)) // self.epoch_us

    def epoch_end(self, epoch: int) -> int:
        return (self.genesis or 0) + (epoch + 1) * self.epoch_us - 1

    def take(self, line: Line) -> None:
        self.genesis = line.time if self.genesis is None else self.genesis
        self.last, self.time = line.h, line.time
        if "epoch" in line.body:
            self.epoch = line.body["epoch"]["to"] + 1
        self.tree.push(bytes.fromhex(line.h))

    # -- writing

    def write(self, body: Json, time: int, epoch: int) -> bytes:
        body = {**body, "log": self.log, "prev": self.last, "seq": self.tree.size, "time": time_text(time)}
        data = canonical(body)
        raw = make_line(data, self.mac_of(epoch, self.tree.size, leaf_hash(data).hex()))
        self.take(parse_line(raw))
        return raw

    def tick(self, now: int) -> list[bytes]:
        """Closes the epochs that have passed."""
        to = self.epoch_at(now) - 1
        if self.root_key is None or to < self.epoch:
            return []
        if to + 1 - self.epoch > MAX_AHEAD:
            raise Refused("the clock is too far ahead")
        body = {"action": "audit.epoch", "actor": SYSTEM, "resource": {"kind": "log", "id": self.log},
                "epoch": {"from": self.epoch, "to": to}}
        return [self.write(body, self.epoch_end(to), self.epoch)]

    def append(self, event: Json, salts: Salts = lambda: os.urandom(32)) -> tuple[list[bytes], list[Json]]:
        """The lines and the disclosures; `event` as in the harness."""
        body = {k: v for k, v in parse(render(event)).items() if k in EVENT}
        if any(committed(body)) or body.get("action") == "audit.epoch":
            raise Refused("$c and audit.epoch are reserved")
        least = self.epoch_end(self.epoch - 1) + 1 if self.root_key and self.epoch else self.time
        now = event["time_us"]
        time = now if self.genesis is None else max(now, self.time, least)
        if time > now:
            body["skew"] = time - now
        lines, shown = self.tick(time), []
        for pointer in event.get("personal", []):
            salt = salts()
            shown.append({"line": self.tree.size, "pointer": pointer, "salt_hex": salt.hex(),
                          "value": commit(body, pointer, salt)})
        return [*lines, self.write(body, time, self.epoch)], shown


# ---- verifying --------------------------------------------------------------------------------------------------

class Report(NamedTuple):
    size: int
    root: bytes
    keyed: bool
    anchor: str
    fields: list[Json]
    chain: Chain
    lines: list[Line]


def line_fault(chain: Chain, raw: bytes, first: bool, later: Callable[[], Iterator[int]]) -> str | Line:
    """The first fault of a line in the order of the list, or the line."""
    try:
        line = parse_line(raw)
    except ValueError:
        return "malformed"
    body, seq, keyed = line.body, line.body["seq"], chain.root_key is not None
    closing = body.get("epoch")
    lost = first and chain.genesis is None and seq != 0  # no anchor, so no genesis time and no epoch either
    epoch = closing["from"] if closing else chain.epoch_at(line.time)
    if line.h != leaf_hash(raw[153:-1]).hex():
        return "altered"
    if body["log"] != chain.log:
        return "foreign_log"
    if not keyed and line.m != ZEROS:
        return "unknown_key"
    if keyed and (line.m == ZEROS or not lost and not (
            0 <= epoch and max(epoch, closing["to"] + 1 if closing else 0) <= chain.epoch + MAX_AHEAD
            and hmac.compare_digest(line.m, chain.mac_of(epoch, seq, line.h)))):
        return "bad_mac"
    if lost:
        return "missing_start"
    if seq == chain.tree.size and body["prev"] != chain.last:
        return "fork"
    if seq < chain.tree.size:
        return "replay"
    if seq > chain.tree.size:
        return "out_of_order" if chain.tree.size in later() else "gap"
    if chain.genesis is not None and line.time < chain.time:
        return "clock_back"
    if closing and (not keyed or chain.genesis is None or not chain.epoch == closing["from"] <= closing["to"]
                    or line.time != chain.epoch_end(closing["to"])) or keyed and epoch != chain.epoch:
        return "epoch_gap"
    if not all(is_commitment(value) and PERSONAL.fullmatch(pointer) for pointer, value in committed(body)):
        return "bad_commitment"
    return line


def verify(log: str, data: bytes, root_key: bytes | None = None, epoch_us: int = DEFAULT_EPOCH_US, *,
           start: Json | None = None, expect: tuple[int, bytes] | None = None, checkpoint: Json | None = None,
           max_silence_us: int | None = None, now_us: int = 0, disclosures: Sequence[Json] = ()) -> Report:
    """Raises the first `Fault`. What concerns the end or an anchor is at the line after the last one."""
    chain = from_anchor(log, root_key, epoch_us, start, anchored=bool(expect or checkpoint))
    *raws, tail = data.split(b"\n")
    roots, lines = {chain.tree.size: chain.tree.root()}, list[Line]()

    def seqs(raw_lines: list[bytes]) -> Iterator[int]:
        for raw in raw_lines:
            try:
                body = parse_line(raw).body
            except ValueError:
                continue
            if body["log"] == log:
                yield body["seq"]

    for i, raw in enumerate(raws):
        found = line_fault(chain, raw, i == 0, lambda rest=raws[i + 1:]: seqs(rest))  # type: ignore[misc]
        if isinstance(found, str):
            raise Fault(found, i)
        chain.take(found)
        lines.append(found)
        roots[chain.tree.size] = chain.tree.root()
    if tail:
        raise Fault("torn_tail", len(raws))
    anchors, faults, level = [], [], "none"
    if expect:
        anchors, level = [expect], "expected"
    if checkpoint:
        opened, fault = judge_note(log, checkpoint)
        level = "witnessed" if opened and opened.witnesses else "checkpoint"
        faults += [fault] if fault else []
        anchors += [(opened.size, opened.root)] if opened else []
    for size, root in anchors:
        if start and size < start["size"]:
            raise Refused("the anchor lies in the pruned part")
        if size > chain.tree.size:
            faults.append("truncated")
        elif roots[size] != root:
            faults.append("fork")
    if max_silence_us is not None and (chain.genesis is None or now_us - chain.time > max_silence_us):
        faults.append("stale_checkpoint")
    if faults:
        raise Fault(min(faults, key=FAULTS.index), len(raws))
    return Report(chain.tree.size, chain.tree.root(), root_key is not None, level, fields_of(lines, disclosures), chain,
                  lines)


def judge_note(log: str, checkpoint: Json) -> tuple[Opened | None, str | None]:
    try:
        opened = open_note(checkpoint["note"], checkpoint["keys"])
    except LookupError:
        return None, "unknown_key"
    except ValueError:
        return None, "malformed"
    if opened.origin != log:
        return None, "foreign_log"
    return (opened, None) if opened.witnesses >= checkpoint.get("quorum", 0) else (None, "unknown_key")


def from_anchor(log: str, root_key: bytes | None, epoch_us: int, a: Json | None, anchored: bool) -> Chain:
    chain = Chain(log, root_key, epoch_us)
    if a is None:
        return chain
    if a["log"] != log:
        raise Fault("foreign_log", 0)
    if root_key is None and not anchored:
        raise Fault("missing_start", 0)
    chain.tree = Tree(a["size"], [bytes.fromhex(h) for h in a["frontier_hex"]])
    good = root_key is None or hmac.compare_digest(anchor_mac(root_key, a), a["mac_hex"])
    if not good or root_key is not None and a["epoch_us"] != epoch_us or len(chain.tree.frontier) != a["size"].bit_count() \
            or chain.tree.root().hex() != a["root_hex"]:
        raise Fault("bad_mac", 0)
    chain.last, chain.genesis, chain.epoch, chain.time = (
        a["last_hex"], a["genesis_us"], a["open_epoch"], a["last_time_us"])
    return chain


def fields_of(lines: Sequence[Line], disclosures: Sequence[Json]) -> list[Json]:
    """Of each commitment, and of each disclosure of what is none: by line (its seq) and pointer."""
    found = {(x.body["seq"], pointer): value["$c"] for x in lines for pointer, value in committed(x.body)}
    status = dict.fromkeys(found, "withheld")
    for x in lines:
        if x.body["action"] == "audit.erase" and x.body["actor"] == SYSTEM:
            erased = x.body["changes"]["erased"]["to"]
            status |= {key: "erased" for p in erased["pointers"] if (key := (erased["seq"], p)) in found}
    for d in disclosures:
        key = (d["line"], d["pointer"])
        same = found.get(key) == commitment(d["pointer"], bytes.fromhex(d["salt_hex"]), d["value"])
        status[key] = "disclosed" if same else "mismatch"
    return [{"line": line, "pointer": pointer, "status": status[line, pointer]} for line, pointer in sorted(status)]


def erase(report: Report, now: int, seq: int, pointers: Sequence[str]) -> list[bytes]:
    """The lines to add; the caller deletes the disclosures."""
    there = {p for x in report.lines if x.body["seq"] == seq for p, _ in committed(x.body)}
    if not pointers or not set(pointers) <= there:
        raise Refused("no such commitment")
    erased = {"pointers": sorted(pointers), "seq": seq}
    return system_entry(report.chain, now, "audit.erase", {"erased": {"to": erased}})


def prune(data: bytes, whole: Report, now: int, keep_from: int) -> tuple[list[bytes], Json]:
    """The survivors with the prune entry, and the anchor; for a log that begins at its genesis."""
    if not 0 < keep_from < whole.size:
        raise Refused("nothing to prune, or nothing kept")
    chain = whole.chain
    cut = Chain(chain.log, chain.root_key, chain.epoch_us)
    for line in whole.lines[:keep_from]:
        cut.take(line)
    anchor: Json = {
        "log": chain.log, "epoch_us": chain.epoch_us, "size": keep_from, "last_hex": cut.last,
        "root_hex": cut.tree.root().hex(), "genesis_us": cut.genesis, "open_epoch": cut.epoch, "last_time_us": cut.time,
        "frontier_hex": [h.hex() for h in cut.tree.frontier]}
    anchor["mac_hex"] = anchor_mac(chain.root_key, anchor) if chain.root_key else ZEROS
    pruned = {"count": keep_from, "last": anchor["last_hex"], "root": anchor["root_hex"]}
    added = system_entry(chain, now, "audit.prune", {"pruned": {"to": pruned}})
    return [*data.split(b"\n")[keep_from:-1], *added], anchor


def system_entry(chain: Chain, now: int, action: str, changes: Json) -> list[bytes]:
    return chain.append({"time_us": now, "action": action, "actor": SYSTEM, "changes": changes,
                         "resource": {"kind": "log", "id": chain.log}})[0]
