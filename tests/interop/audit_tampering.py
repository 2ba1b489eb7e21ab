"""Tampered audit logs, each with the fault and the line that a verifier must give.

The expectations come from how a log was damaged, not from a verifier. `reading` names the cases whose class or line
the specification leaves open; they hold this implementation's reading. A case with no fault must verify.
"""
from __future__ import annotations

import base64
import copy
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

sys.dont_write_bytecode = True
import audit as a  # noqa: E402
from audit_json import Json  # noqa: E402

EPOCH_S = 60
EPOCH_US = EPOCH_S * 10**6
ROOT_KEY = bytes(range(0x20, 0x40))
SEED, OTHER_SEED, WITNESS_SEED = bytes([1] * 32), bytes([2] * 32), bytes([3] * 32)


class Case(NamedTuple):
    name: str
    data: bytes
    fault: str | None
    line: int
    options: Json  # over those of the base
    reading: bool = False


class Base:
    """A good log of at least ten lines: line 0, a run of four ordinary lines of one epoch from `run` on, and, if it
    is keyed, a second or later closing entry at `closing` with an ordinary line of the next epoch after it."""

    def __init__(self, log: str, root_key: bytes | None, events: Sequence[Json], salts: a.Salts) -> None:
        self.log, self.root_key = log, root_key
        self.chain = a.Chain(log, root_key, EPOCH_US)
        self.lines: list[bytes] = []
        self.disclosures: list[Json] = []
        for event in events:
            lines, shown = self.chain.append(event, salts)
            self.lines += lines
            self.disclosures += shown
        self.parsed = [a.parse_line(line) for line in self.lines]
        ordinary = ["epoch" not in x.body for x in self.parsed]
        self.closing = len(ordinary) - 1 - ordinary[::-1].index(False) if root_key else -1
        self.run = next(i for i in range(1, len(ordinary)) if len(ordinary[i:i + 4]) == 4 and all(ordinary[i:i + 4]))

    @property
    def size(self) -> int:
        return len(self.lines)

    def options(self) -> Json:
        return {"log": self.log, "root_key_hex": self.root_key.hex() if self.root_key else None, "epoch_s": EPOCH_S}

    def time(self, i: int) -> int:
        return self.parsed[i].time

    def epoch(self, i: int) -> int:
        body = self.parsed[i].body
        return int(body["epoch"]["from"]) if "epoch" in body else self.chain.epoch_at(self.time(i))

    def root(self, size: int) -> bytes:
        return a.root_of([bytes.fromhex(x.h) for x in self.parsed[:size]])

    def body(self, i: int) -> bytes:
        return self.lines[i][153:-1]

    def sealed(self, body: bytes, seq: int, epoch: int) -> bytes:
        """A line with the right `h` and `m`: what the holder of the key could write."""
        return a.make_line(body, self.chain.mac_of(epoch, seq, a.leaf_hash(body).hex()))

    def forged(self, i: int, edit: Callable[[Json], Any], epoch: int | None = None, seq: int | None = None) -> bytes:
        body = copy.deepcopy(self.parsed[i].body)
        edit(body)
        return self.sealed(a.canonical(body), i if seq is None else seq, self.epoch(i) if epoch is None else epoch)


def join(lines: Sequence[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)

def member(path: str, value: Any) -> Callable[[Json], None]:
    """An edit that sets a member; one of no name at the top is added."""
    *outer, last = path.split(".")

    def edit(body: Json) -> None:
        for name in outer:
            body = body.setdefault(name, {})
        body[last] = value
    return edit

def without(name: str) -> Callable[[Json], Any]:
    return lambda body: body.pop(name)

def flip(text: bytes, at: int) -> bytes:
    """Another hex digit."""
    return text[:at] + (b"1" if text[at:at + 1] == b"0" else b"0") + text[at + 1:]


def tamperings(b: Base, other: Base) -> Iterator[Case]:
    """`other` is another log under the same key."""
    yield from good(b)
    for section in (torn, malformed, altered, foreign, chained, clocks, commitments, ends):
        yield from section(b, other)
    if b.root_key:
        yield from keyed(b, other)
        yield from epochs(b)


def good(b: Base) -> Iterator[Case]:
    data, n = join(b.lines), b.size
    yield Case("untouched", data, None, 0, {})
    yield Case("expected, a prefix", data, None, 0, expect(b, n - 2))
    yield Case("expected, all", data, None, 0, expect(b, n))
    yield Case("checkpoint of a prefix", data, None, 0, checkpoint(b, 3))
    yield Case("silence, not too long", data, None, 0, {"max_silence_s": 5, "now_us": b.time(-1) + 5 * 10**6})
    yield Case("nothing at all", b"", None, 0, {})

def expect(b: Base, size: int) -> Json:
    return {"expect": {"size": size, "root_hex": b.root(size).hex()}}

def checkpoint(b: Base, size: int, origin: str | None = None, key: bytes = SEED) -> Json:
    note = a.sign_note(origin or b.log, size, b.root(size), "signer.example", SEED)
    return {"checkpoint": {"note": note, "keys": [a.vkey("signer.example", key)]}}


def torn(b: Base, _: Base) -> Iterator[Case]:
    data, n = join(b.lines), b.size
    yield Case("no final LF", data[:-1], "torn_tail", n - 1, {})
    yield Case("last line cut in half", data[:-len(b.lines[-1]) // 2], "torn_tail", n - 1, {})
    yield Case("one byte after the end", data + b"{", "torn_tail", n, {})
    yield Case("a whole line without its LF after the end", data + b.lines[1], "torn_tail", n, {})
    yield Case("torn, and altered before", data[:-3] + b"x", "torn_tail", n - 1, {})
    yield Case("torn, and shorter than expected", data[:-1], "torn_tail", n - 1, expect(b, n))
    yield Case("only a torn line", b.lines[0][:100], "torn_tail", 0, {})


def malformed(b: Base, _: Base) -> Iterator[Case]:
    i, n = b.run, b.size
    line, body, text = b.lines[i], b.body(i), b.parsed[i].body

    def at(name: str, new: bytes, reading: bool = False) -> Case:
        return Case(name, join([*b.lines[:i], new, *b.lines[i + 1:]]), "malformed", i, {}, reading)

    yield Case("empty line inside", join([*b.lines[:i], b"", *b.lines[i:]]), "malformed", i, {})
    yield Case("empty line at the end", join([*b.lines, b""]), "malformed", n, {})
    yield Case("CRLF", join([x + b"\r" for x in b.lines[:2]]), "malformed", 0, {})
    yield Case("byte order mark", b"\xef\xbb\xbf" + join(b.lines), "malformed", 0, {})
    yield at("version 2", line.replace(b'{"v":1', b'{"v":2', 1))
    yield at("space before", b" " + line)
    yield at("space after", line + b" ")
    yield at("space in the frame", line.replace(b',"e":', b', "e":', 1))
    yield at("upper case in h", line[:12] + line[12:76].upper() + line[76:])
    yield at("h too short", line[:75] + line[76:])
    yield at("m too long", line[:147] + b"0" + line[147:])
    yield at("member after e", line[:-1] + b',"x":1}')
    yield at("members in another order", b'{"v":1,"m":"%s","h":"%s","e":%s}' % (line[83:147], line[12:76], body))
    yield at("cut short, with LF", line[:-2])
    yield at("spoilt and altered at once", line.replace(b'"seq":', b'"seq": '))

    def sealed(name: str, new: bytes, reading: bool = False) -> Case:
        assert new != body, name
        return at(f"sealed again: {name}", b.sealed(new, i, b.epoch(i)), reading)

    def edited(name: str, edit: Callable[[Json], Any], reading: bool = False) -> Case:
        return at(f"sealed again: {name}", b.forged(i, edit), reading)

    def value(name: str, token: bytes, reading: bool = False) -> Case:
        probe = copy.deepcopy(text)
        probe.setdefault("changes", {})["probe"] = {"to": "TOKEN"}
        return sealed(f"value {name}", a.canonical(probe).replace(b'"TOKEN"', token), reading)

    reverse = json.dumps(dict(reversed(text.items())), ensure_ascii=False, separators=(",", ":"))
    yield sealed("keys unsorted", reverse.encode())
    yield sealed("space in the body", body.replace(b'"seq":', b'"seq": '))
    yield sealed("needless escape", body.replace(b'"action":"', b'"action":"\\u0061', 1))
    yield sealed("duplicate key", body[:-1] + b',"time":"%s"}' % text["time"].encode())
    yield sealed("an array", b"[" + body + b"]")
    yield sealed("null", b"null")
    yield sealed("no body", b"")
    yield sealed("two bodies", body + body)
    yield sealed("invalid UTF-8", body.replace(b'"action":"', b'"action":"\xff', 1))
    yield sealed("raw control character", body.replace(b'"action":"', b'"action":"\x01', 1))
    yield sealed("seq as a float", body.replace(b'"seq":%d' % i, b'"seq":%d.0' % i))
    for name in ("action", "actor", "log", "prev", "resource", "seq", "time"):
        yield edited(f"no {name}", without(name))
    for name, edit in {
        "unknown top-level key": member("note", "x"), "$c at the top": member("$c", "A" * 43),
        "seq as text": member("seq", str(i)), "seq negative": member("seq", -1),
        "action as a number": member("action", 1),
        "time of 26 characters": member("time", text["time"][:25] + "Z"),
        "time with an offset": member("time", text["time"][:-1] + "+00:00"),
        "30 February": member("time", "2026-02-30T00:00:00.000000Z"),
        "hour 24": member("time", "2026-02-03T24:00:00.000000Z"),
        "second 60": member("time", "2026-06-30T23:59:60.000000Z"),
        "time with a space": member("time", text["time"].replace("T", " ")),
        "prev in upper case": member("prev", "AB" * 32), "prev too short": member("prev", text["prev"][1:]),
        "actor as text": member("actor", "me"), "unknown key in actor": member("actor.name", "me"),
        "no kind in resource": member("resource", {"id": "1"}), "unknown key in source": member("source.port", "1"),
        "changes as an array": member("changes", []), "unknown key in a change": member("changes.a", {"was": 1}),
        "change that is no object": member("changes.a", 1), "outcome as a number": member("outcome", 1),
        "skew as a fraction": member("skew", 1.5), "skew as text": member("skew", "1"),
        "epoch in an ordinary entry": member("epoch", {"from": 0, "to": 0}),
        "audit.epoch without epoch": member("action", "audit.epoch"),
    }.items():
        yield edited(name, edit)
    yield edited("skew 0", member("skew", 0), True)
    yield edited("skew negative", member("skew", -1), True)
    for token in (b"1.0", b"1E2", b"-0", b"-0.0", b"01", b"9007199254740993", b"1e21", b"1e400", b"0.1e1", b"NaN",
                  b"+1", b'"\\ud800"', b'"\\u00e9"', b'"\\/"', b'"\\u001F"', b"0.30000000000000004440", b"[1,]",
                  b'{"a":1,"a":1}'):
        yield value(token.decode(), token)
    yield value("noncharacter", '"\uffff"'.encode(), True)


def altered(b: Base, _: Base) -> Iterator[Case]:
    i = b.run
    line = b.lines[i]

    def at(name: str, new: bytes) -> Case:
        return Case(name, join([*b.lines[:i], new, *b.lines[i + 1:]]), "altered", i, {})

    def edit(change: Callable[[Json], Any]) -> bytes:
        body = copy.deepcopy(b.parsed[i].body)
        change(body)
        return line[:153] + a.canonical(body) + b"}"

    yield at("digit of h", flip(line, 40))
    yield at("action changed", edit(member("action", "record.seen")))
    yield at("outcome changed", edit(member("outcome", "denied!")))
    yield at("seq changed", edit(member("seq", i + 1)))
    yield at("log changed", edit(member("log", "other/log")))
    yield at("body and m changed", flip(edit(member("action", "x")), 100))
    yield at("body of the next line", line[:153] + b.body(i + 1) + b"}")
    yield at("h without the leaf prefix", b'{"v":1,"h":"' + a.sha256(b.body(i)).hex().encode() + line[76:])
    yield at("broken commitment and h", edit(member("source.ip", {"$c": "x"})))
    yield Case("two altered lines", join([*b.lines[:i], flip(line, 12), b.lines[i + 1], flip(b.lines[i + 2], 12)]),
               "altered", i, {})
    yield Case("altered, then cut short", join([*b.lines[:i], flip(line, 12)]), "altered", i, expect(b, b.size))


def foreign(b: Base, other: Base) -> Iterator[Case]:
    i = b.run
    new = b.forged(i, member("log", b.log + "x"))
    yield Case("log renamed, sealed again", join([*b.lines[:i], new]), "foreign_log", i, {})
    yield Case("line of another log", join([*b.lines[:i], other.lines[i], *b.lines[i + 1:]]), "foreign_log", i, {})
    yield Case("another log", join(other.lines[:2]), "foreign_log", 0, {})
    yield Case("another log, without its start", join(other.lines[2:4]), "foreign_log", 0, {})
    yield Case("pinned to another id", join(b.lines), "foreign_log", 0, {"log": "acme"})
    yield Case("another log appended", join([*b.lines, *other.lines[:1]]), "foreign_log", b.size, {})


def chained(b: Base, _: Base) -> Iterator[Case]:
    i, n, lines = b.run, b.size, b.lines

    def at(name: str, data: list[bytes], fault: str, line: int, reading: bool = False) -> Case:
        return Case(name, join(data), fault, line, {}, reading)

    yield at("first line missing", lines[1:], "missing_start", 0)
    yield at("first three lines missing", lines[3:], "missing_start", 0)
    yield at("only the last line", lines[-1:], "missing_start", 0)
    yield at("reversed", lines[::-1], "missing_start", 0)
    yield at("first line moved to the end", [*lines[1:], lines[0]], "missing_start", 0)

    yield at("prev of nothing known", [*lines[:i], b.forged(i, member("prev", "ab" * 32)), *lines[i + 1:]], "fork", i)
    yield at("prev of the line before the last", [*lines[:i + 1], b.forged(
        i + 1, member("prev", b.parsed[i - 1].h))], "fork", i + 1)
    yield at("genesis with a prev", [b.forged(0, member("prev", "ab" * 32)), *lines[1:]], "fork", 0)
    yield at("line rewritten, the rest kept", [*lines[:i], b.forged(i, member("outcome", "x")), *lines[i + 1:]],
             "fork", i + 1)
    yield at("first line rewritten", [b.forged(0, member("outcome", "x")), *lines[1:]], "fork", 1)
    yield at("line taken out, the next one renumbered",
             [*lines[:i], b.forged(i + 1, member("seq", i), seq=i), *lines[i + 2:]], "fork", i)

    yield at("line twice", [*lines[:i + 1], *lines[i:]], "replay", i + 1)
    yield at("older line again", [*lines[:i + 2], lines[i], *lines[i + 2:]], "replay", i + 2)
    yield at("first line again at the end", [*lines, lines[0]], "replay", n)
    yield at("the whole log twice", [*lines, *lines], "replay", n)
    yield at("same seq, other content", [*lines[:i + 1], b.forged(i, member("outcome", "x")), *lines[i + 1:]],
             "replay", i + 1)
    yield at("same seq, following on", [*lines[:i + 1], b.forged(i, member("prev", b.parsed[i].h))], "replay", i + 1)

    yield at("two lines exchanged", [*lines[:i], lines[i + 1], lines[i], *lines[i + 2:]], "out_of_order", i, True)
    yield at("line moved to the end", [*lines[:i], *lines[i + 1:], lines[i]], "out_of_order", i, True)
    yield at("three lines rotated", [*lines[:i], *lines[i + 1:i + 3], lines[i], *lines[i + 3:]], "out_of_order", i,
             True)

    yield at("line missing", [*lines[:i], *lines[i + 1:]], "gap", i)
    yield at("two lines missing", [*lines[:i], *lines[i + 2:]], "gap", i)
    yield at("last line but one missing", [*lines[:-2], lines[-1]], "gap", n - 2)
    yield at("all but the first and the last missing", [lines[0], lines[-1]], "gap", 1)
    yield at("two gaps", [*lines[:i], lines[i + 1], lines[i + 3]], "gap", i)


def clocks(b: Base, _: Base) -> Iterator[Case]:
    i = b.run + 1  # the line before is of the same epoch
    back = b.time(i - 1) - 1

    def at(name: str, fault: str, *edits: Callable[[Json], Any]) -> Case:
        def edit(body: Json) -> None:
            for one in (member("time", a.time_text(back)), *edits):
                one(body)
        return Case(name, join([*b.lines[:i], b.forged(i, edit)]), fault, i, {})

    yield at("one microsecond back", "clock_back")
    yield at("back, and a broken commitment", "clock_back", member("source.ip", {"$c": "x"}))
    yield at("back, and another prev", "fork", member("prev", "ab" * 32))


def commitments(b: Base, _: Base) -> Iterator[Case]:
    i, text = b.run, "A" * 43
    last = b.size - 1
    cases: list[tuple[str, str, Any, bool]] = [
        ("too short", "source.ip", {"$c": text[1:]}, False), ("too long", "source.ip", {"$c": text + "A"}, False),
        ("padded", "source.ip", {"$c": text + "="}, False),
        ("spare bits set", "source.ip", {"$c": text[1:] + "B"}, False),
        ("standard base64", "source.ip", {"$c": "+/" + text[2:]}, False), ("a number", "source.ip", {"$c": 1}, False),
        ("null", "actor.id", {"$c": None}, False), ("beside another key", "actor.id", {"$c": text, "x": 1}, False),
        ("in another", "source.agent", {"$c": {"$c": text}}, False), ("empty", "resource.id", {"$c": ""}, False),
        ("in a change", "changes.a", {"to": {"$c": "x"}}, False),
        ("deep in a change", "changes.a", {"from": [1, {"b": {"$c": text, "d": 1}}]}, False),
        ("as the name of a field", "changes", {"$c": {"to": 1}}, True),
    ]
    for name, path, value, reading in cases:
        new = b.forged(i, member(path, value))
        yield Case(f"commitment {name}", join([*b.lines[:i], new]), "bad_commitment", i, {}, reading)
    new = b.forged(last, member("source.ip", {"$c": "x"}))
    yield Case("commitment broken in the last line", join([*b.lines[:-1], new]), "bad_commitment", last, {})
    yield Case("commitment where text belongs", join([*b.lines[:i], b.forged(i, member("action", {"$c": text}))]),
               "malformed", i, {})


def ends(b: Base, _: Base) -> Iterator[Case]:
    data, n = join(b.lines), b.size
    late = {"max_silence_s": 5, "now_us": b.time(-1) + 5 * 10**6 + 1}
    yield Case("last line missing", join(b.lines[:-1]), "truncated", n - 1, expect(b, n))
    yield Case("last three lines missing", join(b.lines[:-3]), "truncated", n - 3, expect(b, n))
    yield Case("all lines missing", b"", "truncated", 0, expect(b, n))
    yield Case("last line missing, by the checkpoint", join(b.lines[:-1]), "truncated", n - 1, checkpoint(b, n))
    yield Case("all lines missing, by the checkpoint", b"", "truncated", 0, checkpoint(b, n))
    yield Case("last line missing, and silence", join(b.lines[:-1]), "truncated", n - 1, {**expect(b, n), **late})
    yield Case("silence", data, "stale_checkpoint", n, late, True)
    yield Case("silence after a checkpoint", data, "stale_checkpoint", n, {**checkpoint(b, n), **late}, True)
    yield Case("silence of an empty log", b"", "stale_checkpoint", 0, late, True)
    yield Case("another root was expected", data, "fork", n, {"expect": {"size": n, "root_hex": "ab" * 32}}, True)
    yield Case("another root was expected of a prefix", data, "fork", n,
               {"expect": {"size": 3, "root_hex": "ab" * 32}}, True)
    yield Case("checkpoint of another root", data, "fork", n, {"checkpoint": {
        "note": a.sign_note(b.log, 3, b"\xab" * 32, "signer.example", SEED), "keys": [a.vkey("signer.example", SEED)]}},
        True)
    yield Case("checkpoint of an unknown key", data, "unknown_key", n, checkpoint(b, n, key=OTHER_SEED), True)
    yield Case("checkpoint of another log", data, "foreign_log", n, checkpoint(b, n, "other/log"), True)
    if not b.root_key:
        i = b.run
        key = a.Chain(b.log, ROOT_KEY, EPOCH_US)
        line = b.lines[i][:83] + key.mac_of(0, i, b.parsed[i].h).encode() + b.lines[i][147:]
        yield Case("MAC in an unkeyed log", join([*b.lines[:i], line, *b.lines[i + 1:]]), "unknown_key", i, {}, True)
        yield Case("unkeyed log, key given", data, "bad_mac", 0, {"root_key_hex": ROOT_KEY.hex()})
        closing = a.Chain(b.log, None, EPOCH_US)
        closing.last, closing.tree = b.parsed[-1].h, a.Tree(n, [bytes(32)] * n.bit_count())
        to = (b.time(-1) - b.time(0)) // EPOCH_US + 1
        body: Json = {"action": "audit.epoch", "actor": a.SYSTEM, "resource": {"kind": "log", "id": b.log},
                      "epoch": {"from": 0, "to": to}}
        new = closing.write(body, b.time(0) + (to + 1) * EPOCH_US - 1, 0)
        yield Case("epoch closed in an unkeyed log", join([*b.lines, new]), "epoch_gap", n, {}, True)


def keyed(b: Base, other: Base) -> Iterator[Case]:
    i, c, n, lines = b.run, b.closing, b.size, b.lines
    line = lines[i]

    def at(name: str, new: bytes, where: int = i, fault: str = "bad_mac", reading: bool = False) -> Case:
        return Case(name, join([*lines[:where], new, *lines[where + 1:]]), fault, where, {}, reading)

    zero = line[:83] + a.ZEROS.encode() + line[147:]
    yield at("digit of m", flip(line, 100))
    yield at("first digit of the first m", flip(lines[0], 83), 0)
    yield at("last digit of the last m", flip(lines[-1], 146), n - 1)
    yield at("digit of the closing entry's m", flip(lines[c], 100), c)
    yield at("m of zeros", zero)
    yield at("m of the next line", line[:83] + lines[i + 1][83:147] + line[147:])
    yield at("rewritten without the key", a.make_line(
        b.body(i).replace(b'"action":"', b'"action":"x'), line[83:147].decode()))
    yield at("m under the next epoch's key", b.forged(i, lambda _: None, b.epoch(i) + 1))
    yield at("m with another seq", b.forged(i, lambda _: None, seq=i + 1))
    others = other.chain.mac_of(b.epoch(i), i, b.parsed[i].h).encode()
    yield at("m under another log's key", line[:83] + others + line[147:])
    yield at("m of the closing entry under `to`", b.forged(c, lambda _: None, b.parsed[c].body["epoch"]["to"] + 1), c)
    yield at("m of the old kind of label", line[:83] + a.mac(b.chain.key(b.epoch(i)), b"audit-mac-v1" + a.u64(
        b.epoch(i)) + a.u64(i) + bytes.fromhex(b.parsed[i].h)).hex().encode() + line[147:])
    yield Case("wrong root key", join(lines), "bad_mac", 0, {"root_key_hex": "00" * 32})
    yield Case("wrong epoch length", join(lines), "bad_mac", 0, {"epoch_s": EPOCH_S + 1})
    yield Case("default epoch length", join(lines), "bad_mac", 0, {"epoch_s": 3600})
    zeros = [x[:83] + a.ZEROS.encode() + x[147:] for x in lines[:3]]
    yield Case("m of zeros throughout", join(zeros), "bad_mac", 0, {})
    yield Case("line missing, m of the next one false", join([*lines[:i], flip(lines[i + 1], 100)]), "bad_mac", i, {})
    yield Case("line twice, its m false", join([*lines[:i + 1], flip(line, 100)]), "bad_mac", i + 1, {})
    yield Case("false m, then an altered line", join([*lines[:i], flip(line, 100), flip(lines[i + 1], 20)]),
               "bad_mac", i, {})
    yield Case("without its start, m of zeros", join([zero, *lines[i + 1:]]), "bad_mac", 0, {}, True)
    far = b.chain.epoch_end(b.epoch(i) + 2 * a.MAX_AHEAD)
    yield at("far ahead, m made up", b.forged(i, member("time", a.time_text(far))))
    yield Case("keyed log, no key given", join(lines), "unknown_key", 0, {"root_key_hex": None}, True)
    before = b.time(0) - EPOCH_US
    yield at("before the genesis", b.forged(i, member("time", a.time_text(before)), 0), reading=True)


def epochs(b: Base) -> Iterator[Case]:
    c, lines = b.closing, b.lines
    closed = b.parsed[c].body["epoch"]
    first, to = closed["from"], closed["to"]

    def at(name: str, where: int, *new: bytes, fault: str = "epoch_gap", reading: bool = False) -> Case:
        return Case(name, join([*lines[:where], *new]), fault, where, {}, reading)

    def close(start: int, end: int, shift: int = 0) -> bytes:
        def edit(body: Json) -> None:
            body["epoch"] = {"from": start, "to": end}
            body["time"] = a.time_text(b.chain.epoch_end(end) + shift)
        return b.forged(c, edit, start)

    after, i = b.parsed[c + 1], b.run
    yield at("closing entry leaves the open epoch out", c, close(first + 1, max(to, first + 1)), lines[c + 1])
    yield at("closing entry a microsecond early", c, close(first, to, -1))
    yield at("closing entry a microsecond late", c, close(first, to, 1))
    yield at("closing entry timed for another epoch", c, b.forged(c, member("epoch.to", to + 1)))
    yield at("closing entry, backwards", c, b.forged(c, lambda body: body.update(
        epoch={"from": first, "to": first - 1})), reading=True)

    def skip(body: Json) -> None:
        body.update(seq=c, prev=b.parsed[c - 1].h)
    yield at("closing entry taken out, the next one chained again", c, b.forged(c + 1, skip, seq=c), *lines[c + 2:])

    def again(body: Json) -> None:
        body.update(seq=c + 1, prev=b.parsed[c].h)
    yield Case("closing entry twice", join([*lines[:c + 1], b.forged(c, again, seq=c + 1)]), "epoch_gap", c + 1, {})

    def stretch(body: Json) -> None:
        body["time"] = a.time_text(b.chain.epoch_end(to + 3))
    yield at("epoch skipped without a closing entry", c + 1, b.forged(c + 1, stretch, to + 4 - 1))
    yield at("ordinary entry ahead of its epoch", i, b.forged(i, lambda body: body.update(
        time=a.time_text(b.chain.epoch_end(b.epoch(i) + 1))), b.epoch(i) + 1))

    def late(body: Json) -> None:
        body["time"] = b.parsed[c].body["time"]
    yield at("ordinary entry in the closed epoch", c + 1, b.forged(c + 1, late, to))
    yield at("ahead, and a broken commitment", i, b.forged(i, lambda body: body.update(
        time=a.time_text(b.chain.epoch_end(b.epoch(i) + 1)), source={"ip": {"$c": "x"}}), b.epoch(i) + 1))

    def early(body: Json) -> None:
        body["time"] = a.time_text(b.chain.epoch_end(to) - 1)
    yield at("back into the closed epoch", c + 1, b.forged(c + 1, early, to), fault="clock_back", reading=True)
    assert after.time > b.chain.epoch_end(to)


def far_ahead(b: Base) -> Iterator[Case]:
    """Slow: about a million HMACs."""
    i = b.run
    for epochs_ahead, fault in ((a.MAX_AHEAD, "epoch_gap"), (a.MAX_AHEAD + 1, "bad_mac")):
        epoch = b.epoch(i) + epochs_ahead
        new = b.forged(i, member("time", a.time_text(b.chain.epoch_end(epoch))), epoch)
        yield Case(f"{epochs_ahead} epochs ahead, right m", join([*b.lines[:i], new]), fault, i, {})


def base64_of(lines: Sequence[bytes]) -> str:
    return base64.b64encode(join(lines)).decode()

def request(b: Base, case: Case) -> Json:
    return {"op": "audit.verify", **b.options(), **case.options, "lines_b64": base64.b64encode(case.data).decode()}
