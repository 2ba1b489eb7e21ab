"""Writes ../vectors/audit.json: frozen vectors of the audit-log formats, made by `audit.py`.

    python3 make_audit_vectors.py            # write the file
    python3 make_audit_vectors.py --check    # compare it with what would be written

A log has `lines`; a tampered log has `lines` where a number stands for that line of its `base` and an object {"hex"}
for bytes that are not UTF-8, each followed by LF, and `tail` without one. `options` go over those of the base and are
members of the harness's `audit.verify`. `fault` null: it must verify. `reading` true: the specification leaves the
class or the line open, and this is one reading. Nothing here is random.
"""
from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

sys.dont_write_bytecode = True
import audit as a  # noqa: E402
import audit_answers as answers  # noqa: E402
import audit_tampering as t  # noqa: E402
from audit_json import Json  # noqa: E402

PATH = Path(__file__).resolve().parent.parent / "vectors" / "audit.json"
START = 1_767_225_600_000_000  # 2026-01-01T00:00:00Z
SECOND = 10**6


def salts(label: str) -> a.Salts:
    count = iter(range(1 << 30))
    return lambda: hashlib.sha256(f"{label} {next(count)}".encode()).digest()


def event(at_us: int, action: str, **more: Any) -> Json:
    return {"time_us": START + at_us, "action": action, "actor": {"kind": "user", "id": "u1"},
            "resource": {"kind": "doc", "id": "d1"}, **more}


EVENTS: list[Json] = [
    event(0, "log.start"),
    event(3 * SECOND, "record.view", outcome="success"),
    event(3 * SECOND, "settings.update", changes={"name": {"from": None, "to": "Zoë 東京 🔑"},
                                                  "a\u007f\"\\\n\u0001": {"to": [True, {}, []]}}),
    event(5 * SECOND + 7, "user.invite", actor={"kind": "user", "id": "carol@example.com"}, changes={
        "email": {"to": "dan@example.com"}, "a/b~c": {"to": [{"x y": "deep"}]}}, source={"ip": "2001:db8::1"},
        personal=["/actor/id", "/changes/email/to", "/source/ip", "/changes/a~1b~0c/to/0/x y"]),
    event(4 * SECOND, "plan.change", outcome="denied", changes={"price": {"from": 1e21, "to": 1e-7}, "rate": {
        "from": 333333333.33333329, "to": 0.1}, "n": {"from": -1, "to": 4503599627370497.5}, "seats": {"to": 2**53}}),
    event(9 * SECOND, "role.change", changes={"role": {"from": "viewer", "to": "admin"}}),
    event(65 * SECOND, "record.view", source={"ip": "192.0.2.7", "agent": "curl/8", "request": "r-1"}),
    event(66 * SECOND, "record.view"),
    event(400 * SECOND + 123_456, "record.view", actor={"kind": "api key", "id": "ключ-1"}),
    event(30 * SECOND, "record.view", personal=["/resource/id"]),
    event(401 * SECOND, "record.view"),
]


def bases() -> dict[str, t.Base]:
    return {"keyed": t.Base("acme/prod", t.ROOT_KEY, EVENTS, salts("keyed")),
            "unkeyed": t.Base("acme/dev", None, EVENTS, salts("unkeyed"))}


def other(root_key: bytes | None) -> t.Base:
    return t.Base("umbrella/prod", root_key, [event(i * SECOND, "x") for i in range(10)] + [
        event(i * 70 * SECOND, "x") for i in range(1, 4)], salts("other"))


# ---- positive ---------------------------------------------------------------------------------------------------


def ratchet() -> list[Json]:
    made = []
    for log, epoch_s, root in (("acme/prod", 60, t.ROOT_KEY), ("acme/prod", 3600, t.ROOT_KEY),
                               ("a" * 128, 86400, bytes(32))):
        keys = [a.first_key(root, log, epoch_s * SECOND)]
        for _ in range(5):
            keys.append(a.next_key(keys[-1]))
        h = a.leaf_hash(b"{}")
        made.append({"log": log, "epoch_s": epoch_s, "root_key_hex": root.hex(),
                     "k0_message_hex": (b"audit-key-v1" + a.lp(log.encode()) + a.u64(epoch_s * SECOND)).hex(),
                     "keys_hex": [k.hex() for k in keys],
                     "mac": {"epoch": 5, "seq": 258, "h_hex": h.hex(), "message_hex": (
                         b"mac-v1|" + a.u64(5) + a.u64(258) + h).hex(), "m_hex": a.line_mac(keys[5], 5, 258, h)}})
    return made


def log(name: str, b: t.Base) -> Json:
    first, shown = b.disclosures[:2], b.disclosures
    false = [{**shown[0], "value": "nobody"}]
    return {
        "name": name, **b.options(), "events": EVENTS, "salts_hex": [d["salt_hex"] for d in shown],
        "lines": [line.decode() for line in b.lines],
        "epochs": [b.epoch(i) for i in range(b.size)] if b.root_key else [], "disclosures": shown,
        "size": b.size, "root_hex": b.root(b.size).hex(),
        "roots_hex": [b.root(n).hex() for n in range(b.size + 1)],
        "fields": [{"disclosures": given, "fields": a.fields_of(b.parsed, given)}
                   for given in ([], first, shown, false)],
    }


def commitments() -> list[Json]:
    made = []
    for pointer, value in (("/source/ip", "192.0.2.7"), ("/changes/email/to", "dan@example.com"), ("/actor/id", "é🔑"),
                           ("/changes/a~1b~0c/to/0", 1e21), ("/changes/x/from", {"b": [1, None], "a": ""})):
        salt = hashlib.sha256(pointer.encode()).digest()
        preimage = b"audit-field-v1" + a.lp(pointer.encode()) + salt + a.lp(a.canonical(value))
        made.append({"pointer": pointer, "salt_hex": salt.hex(), "value": value, "preimage_hex": preimage.hex(),
                     "commitment": a.commitment(pointer, salt, value)})
    return made


# The leaves of the usual RFC 6962 test tree.
RFC_LEAVES = [bytes.fromhex(x) for x in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                         "606162636465666768696a6b6c6d6e6f")]
RFC_ROOT = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def leaves(count: int) -> list[bytes]:
    return [RFC_LEAVES[i] if i < 8 else bytes([i]) * i for i in range(count)]


def roots() -> list[Json]:
    made = [{"size": n, "root_hex": a.root_of([a.leaf_hash(x) for x in leaves(n)]).hex()} for n in range(18)]
    assert made[8]["root_hex"] == RFC_ROOT
    return made


def proofs() -> Json:
    hashes = [a.leaf_hash(x) for x in leaves(17)]
    cut = [(1, 0), (2, 1), (3, 2), (5, 4), (6, 3), (7, 0), (8, 5), (11, 10), (13, 12), (16, 7), (17, 0), (17, 16)]
    inclusion = [{"size": n, "index": i, "proof_hex": [h.hex() for h in a.prove_inclusion(hashes[:n], i)]}
                 for n, i in cut]
    pairs = [(1, 1), (1, 2), (2, 3), (1, 8), (2, 8), (3, 7), (4, 7), (4, 8), (6, 8), (7, 8), (8, 8), (8, 17), (11, 17),
             (16, 17)]
    consistency = [{"size1": m, "size2": n, "proof_hex": [h.hex() for h in a.prove_consistency(hashes[:n], m)]}
                   for m, n in pairs]
    return {"inclusion": inclusion, "consistency": consistency}


def false_proofs() -> list[Json]:
    """Harness requests whose answer is `valid: false`."""
    hashes = [a.leaf_hash(x) for x in leaves(13)]
    made: list[Json] = []
    for size, index in ((1, 0), (7, 3), (13, 12)):
        proof = [h.hex() for h in a.prove_inclusion(hashes[:size], index)]
        right: Json = {"op": "audit.inclusion", "index": index, "size": size, "leaf_hex": leaves(size)[index].hex(),
                       "proof_hex": proof, "root_hex": a.root_of(hashes[:size]).hex()}
        made += [{**right, "proof_hex": [*proof, "00" * 32]}, {**right, "size": 0}, {**right, "index": size},
                 {**right, "leaf_hex": "ff"}, {**right, "root_hex": "00" * 32}, {**right, "index": size + 1}]
        made += [{**right, "proof_hex": proof[:-1]}, {**right, "proof_hex": proof[::-1]}, {**right, "size": 4 * size}] \
            if len(proof) > 1 else []
    node = a.node_hash(hashes[0], hashes[1])  # a node passed off as a leaf
    made.append({"op": "audit.inclusion", "index": 0, "size": 2, "leaf_hex": (hashes[0] + hashes[1]).hex(),
                 "proof_hex": [a.root_of(hashes[2:4]).hex()],
                 "root_hex": a.node_hash(node, a.root_of(hashes[2:4])).hex()})
    for size1, size2 in ((3, 7), (4, 8), (5, 5)):
        proof = [h.hex() for h in a.prove_consistency(hashes[:size2], size1)]
        right = {"op": "audit.consistency", "size1": size1, "root1_hex": a.root_of(hashes[:size1]).hex(),
                 "size2": size2, "root2_hex": a.root_of(hashes[:size2]).hex(), "proof_hex": proof}
        made += [{**right, "proof_hex": [*proof, "00" * 32]}, {**right, "size1": 0, "proof_hex": []},
                 {**right, "root1_hex": "00" * 32}, {**right, "root2_hex": "00" * 32}, {**right, "size1": size2 + 1}]
        made += [{**right, "proof_hex": proof[:-1]}, {**right, "proof_hex": []}] if proof else []
    return made


def checkpoints() -> list[Json]:
    made = []
    for origin, size, name, seed in (("acme/prod", 8, "signer.example/audit", t.SEED), ("a", 0, "Zoë", t.OTHER_SEED),
                                     ("x" * 128, 17, "k", bytes(range(32)))):
        root = a.root_of([a.leaf_hash(x) for x in leaves(size)])
        note = a.sign_note(origin, size, root, name, seed)
        stamp = a.signature_line(a.note_text(origin, size, root), "witness.example", t.WITNESS_SEED, 1_767_225_600)
        made.append({"origin": origin, "size": size, "root_hex": root.hex(), "name": name, "seed_hex": seed.hex(),
                     "vkey": a.vkey(name, seed), "note": note, "cosigned": note + stamp, "witness_seed_hex":
                     t.WITNESS_SEED.hex(), "witness_vkey": a.vkey("witness.example", t.WITNESS_SEED, 4)})
    return made


def false_checkpoints() -> list[Json]:
    root = a.root_of([a.leaf_hash(x) for x in leaves(8)])
    text, name, key = a.note_text("acme/prod", 8, root), "signer.example", a.vkey("signer.example", t.SEED)
    note = a.sign_note("acme/prod", 8, root, name, t.SEED)
    line = note[len(text) + 1:]

    def signed(text: str) -> str:
        return f"{text}\n{a.signature_line(text, name, t.SEED)}"

    other = a.signature_line(text, "other.example", t.OTHER_SEED)
    cases = {
        "size changed": note.replace("\n8\n", "\n9\n"), "origin changed": note.replace("acme", "acmf", 1),
        "no signature": text + "\n", "no gap": text + line, "no final LF": note[:-1], "empty": "",
        "signed by another key": f"{text}\n{other}", "a hyphen for the dash": note.replace("\u2014", "-"),
        "name of the key changed": note.replace(" signer", " Signer"), "CRLF": note.replace("\n", "\r\n"),
        "signature cut": f"{text}\n{line[:-6]}\n", "root of 31 bytes": signed(a.note_text("acme/prod", 8, root[1:])),
        "size with a zero before": signed(text.replace("\n8\n", "\n08\n")), "size with a sign": signed(
            text.replace("\n8\n", "\n+8\n")), "size negative": signed(text.replace("\n8\n", "\n-8\n")),
        "no root": signed("acme/prod\n8\n"), "empty origin": signed(text.replace("acme/prod", "")),
        "false signature beside a right one of another key": note.replace("\n8\n", "\n9\n") + a.signature_line(
            text.replace("\n8\n", "\n9\n"), "other.example", t.OTHER_SEED),
    }
    both = [key, a.vkey("other.example", t.OTHER_SEED)]
    return [{"name": n, "note": x, "keys": both if "beside" in n else [key]} for n, x in cases.items()]


# ---- canonical JSON and CSV -------------------------------------------------------------------------------------

# RFC 8785, appendix B: the bits of a double and its form.
NUMBERS = [
    ("0000000000000000", "0"), ("8000000000000000", "0"), ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"), ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"), ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"), ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"), ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"), ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"), ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"), ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"), ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"), ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"), ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]


def numbers() -> list[Json]:
    """`json` is a float token with 17 digits, which reads back as the double."""
    made = []
    for bits, form in NUMBERS:
        value = float.fromhex(bits_to_hex(bits))
        assert a.canonical(value).decode() == form, (bits, form, a.canonical(value))
        made.append({"bits": bits, "json": f"{value:.17e}", "canonical": form})
    return made


def bits_to_hex(bits: str) -> str:
    import struct
    return struct.unpack(">d", bytes.fromhex(bits))[0].hex()


CANONICAL = [
    "null", "true", "false", '""', "[]", "{}", "0", "-1", "9007199254740991", "9007199254740992", "-9007199254740992",
    "9007199254740994", "100000000000000000000", "1.0", "1E30", "4.50", "2e-3", "0.000000000000000000000000001", "-0.0",
    "0e5", "123456789012345680000", "1e21", "1e20", "1e-6", "1e-7", "0.1", "5e-324", " [ 1 , 2 ] ", '{"b":1,"a":2}',
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\''
    '\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
    '{"\\u20ac":"Euro Sign","\\r":"Carriage Return","\\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",'
    '"\\ud83d\\ude00":"Emoji: Grinning Face","\\u0080":"Control","\\u00f6":"Latin Small Letter O With Diaeresis"}',
    '"\\u0000\\u0008\\u0009\\u000a\\u000b\\u000c\\u000d\\u001f\\u007f\\u0080\\u2028\\/"', '{"":{"":[{}]}}',
    '"\\ud83d\\udd11"',
    '{"aa":1,"a":2,"A":3,"\uffee":4,"\U00010000":5}', "[[[[[[[[]]]]]]]]", '"é e\u0301"', "\t\r\n 1 \n", "[1e2,1.5e3]",
]
NOT_CANONICAL = [
    "", " ", "nul", "NaN", "Infinity", "-Infinity", "1e400", "-1e400", "9007199254740993", "-9007199254740993",
    "1000000000000000000000", "12345678901234567890", "-0", "01", "1.", ".5", "+1", "0x1", "1e", "--1", '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}', '[{"x":{"b":1,"b":1}}]', '"\\ud800"', '"\\udc00"', '"\\ud800\\u0041"', '"\\udc00\\ud800"',
    '{"\\ud800":1}', '"\t"', '"\n"', '"\\x41"', '"\\u12"', "'a'", '"a', "[1,]", "[1 2]", '{"a":1,}', '{"a"}', "{a:1}",
    "[", "{", "1 2", "null null", "\ufeff1", "/**/1", "1//", "True", "\u00a01", '{"a":-0}', "[18446744073709551616]",
    "\u0661",
]
READINGS: list[tuple[str, str | None]] = [
    ('"\\ufffe"', None), ('"\\ufdd0"', None), ('"\U0001ffff"', None), ('{"\\uffff":1}', None), ("1e-400", "0"),
    ("-0e0", "0"),
]

GUARDED = [  # the cell, its text
    ("", ""), ("a", "a"), ("=1", "'=1"), (" =1", "' =1"), ("'=1", "''=1"), ("''=1", "'''=1"),
    ("+1", "'+1"), ("-1", "'-1"),
    ("@x", "'@x"), ("\tx", "'\tx"), ("\rx", "'\rx"), ("\nx", "'\nx"), ("\uff1d1", "'\uff1d1"), ("\uff0b1", "'\uff0b1"),
    ("\uff0d1", "'\uff0d1"), ("\uff201", "'\uff201"), ("\u00a0=1", "'\u00a0=1"), ("\ufeff=1", "'\ufeff=1"),
    ("\u200b=1", "'\u200b=1"), (" \u00a0\ufeff\u200b =", "' \u00a0\ufeff\u200b ="), ("' =1", "'' =1"),
    ("'t Hooft", "'t Hooft"), ("'", "'"), ("''", "''"), (" ", " "), (" a", " a"), ("' '=1", "' '=1"), ("a=1", "a=1"),
    ("1+1", "1+1"), ("\u2003=1", "\u2003=1"), ("\u2212" + "1", "\u2212" + "1"), ("\ufe63" + "1", "\ufe63" + "1"),
    ("\u2028=1", "\u2028=1"), ("é@", "é@"), ("=", "'="),
    ("''' \t", "'''' \t"), ("\x0b=1", "\x0b=1"), ("\x00=1", "\x00=1"), ("1;=1", "1;=1"),
]
UNDONE = [("'=1", "=1"), ("'a", "'a"), ("'", "'"), ("=1", "=1"), ("''t", "''t"), ("' '=1", "' '=1"), ("", "")]


# ---- erasing, pruning -------------------------------------------------------------------------------------------


def erased(b: t.Base) -> Json:
    field = b.disclosures[1]
    now = b.time(-1) + 200 * SECOND
    request: Json = {"op": "audit.erase", **b.options(), "lines_b64": t.base64_of(b.lines), "now_us": now,
                     "line": field["line"], "pointers": ["/source/ip", "/changes/email/to"],
                     "disclosures": b.disclosures}
    made = answers.answer(request)
    parsed = [a.parse_line(x.encode()) for x in made["lines"]]
    return {"base": "keyed", "now_us": now, "line": field["line"], "pointers": request["pointers"],
            "added": made["lines"][b.size:], "disclosures": made["disclosures"],
            "fields": a.fields_of(parsed, made["disclosures"])}


def pruned(b: t.Base) -> list[Json]:
    made = []
    for keep in (1, 3, b.closing, b.closing + 1):
        data, now = t.join(b.lines), b.time(-1) + SECOND
        report = a.verify(b.log, data, b.root_key, t.EPOCH_US)
        lines, anchor = a.prune(data, report, now, keep)
        after = a.verify(b.log, t.join(lines), b.root_key, t.EPOCH_US, start=anchor)
        made.append({"base": "keyed", "now_us": now, "keep_from_seq": keep,
                     "added": [x.decode() for x in lines[b.size - keep:]], "anchor": anchor, "size": after.size,
                     "root_hex": after.root.hex()})
    return made


def false_anchors(b: t.Base) -> list[Json]:
    """Over the first anchor of three entries; `verify` must not say ok."""
    anchor = pruned(b)[1]["anchor"]
    changes: dict[str, Json] = {
        "size": {"size": 4}, "last": {"last_hex": "ab" * 32}, "root": {"root_hex": "ab" * 32}, "frontier": {
            "frontier_hex": anchor["frontier_hex"][::-1]},
        "frontier too short": {"frontier_hex": anchor["frontier_hex"][:1]},
        "genesis": {"genesis_us": anchor["genesis_us"] - 1}, "open epoch": {"open_epoch": anchor["open_epoch"] + 1},
        "last time": {"last_time_us": anchor["last_time_us"] - 1}, "mac": {"mac_hex": "00" * 32},
        "log": {"log": "acme/dev"}, "epoch length": {"epoch_us": 2 * t.EPOCH_US},
    }
    return [{"name": name, "anchor": {**anchor, **change}} for name, change in changes.items()]


# ---- tampered ---------------------------------------------------------------------------------------------------


def encode(b: t.Base, case: t.Case, base: str) -> Json:
    *whole, tail = case.data.split(b"\n")

    def line(raw: bytes) -> Any:
        if raw in b.lines:
            return b.lines.index(raw)
        try:
            return raw.decode()
        except UnicodeDecodeError:
            return {"hex": raw.hex()}
    return {"name": case.name, "base": base, "lines": [line(x) for x in whole],
            **({"tail": line(tail)} if tail else {}), **({"options": case.options} if case.options else {}),
            "fault": case.fault, "line": case.line, **({"reading": True} if case.reading else {})}


def decode(base_lines: list[str], case: Json) -> bytes:
    def raw(x: Any) -> bytes:
        if isinstance(x, int):
            return base_lines[x].encode()
        return bytes.fromhex(x["hex"]) if isinstance(x, dict) else str(x).encode()
    return b"".join(raw(x) + b"\n" for x in case["lines"]) + raw(case.get("tail", ""))


def cases(all_bases: dict[str, t.Base]) -> list[tuple[str, t.Base, t.Case]]:
    found = []
    for name, b in all_bases.items():
        made = list(t.tamperings(b, other(b.root_key)))
        if name == "unkeyed":  # the shapes are those of the keyed log
            shapes = ("malformed", "altered", "bad_commitment")
            made = [c for n, c in enumerate(made) if c.fault not in shapes or n % 16 == 0]
        else:
            made += t.far_ahead(b)
        found += [(name, b, c) for c in made]
    return found


def tampered(all_bases: dict[str, t.Base]) -> list[Json]:
    made = []
    for name, b, case in cases(all_bases):
        got = answers.answer(t.request(b, case))
        want = (None, 0) if case.fault is None else (case.fault, case.line)
        have = (got.get("fault"), got.get("line", 0))
        assert have == want and (case.fault is None) == got["ok"], f"{name}, {case.name}: {want}, {got}"
        made.append(encode(b, case, name))
    assert {c["fault"] for c in made} == {None, *a.FAULTS}
    return made


def build() -> Json:
    all_bases = bases()
    return {
        "source": "Made by tests/interop/make_audit_vectors.py, an independent Python implementation written from the "
                  "format specification, not by the Rust crate. Compare; never regenerate to fit.",
        "version": 1,
        "ratchet": ratchet(), "logs": [log(name, b) for name, b in all_bases.items()], "commitments": commitments(),
        "leaves_hex": [x.hex() for x in leaves(17)], "roots": roots(), "inclusion": proofs()["inclusion"],
        "consistency": proofs()["consistency"], "false_proofs": false_proofs(), "checkpoints": checkpoints(),
        "false_checkpoints": false_checkpoints(), "numbers": numbers(),
        "canonical": [{"json": x, "canonical_hex": a.canonicalise(x).hex()} for x in CANONICAL],
        "not_canonicalisable": NOT_CANONICAL,
        "canonical_readings": [{"json": x, "canonical": y} for x, y in READINGS],
        "csv": [{"cell": x, "text": y} for x, y in GUARDED], "csv_undo": [{"text": x, "cell": y} for x, y in UNDONE],
        "erased": [erased(all_bases["keyed"])], "pruned": pruned(all_bases["keyed"]),
        "false_anchors": false_anchors(all_bases["keyed"]), "tampered": tampered(all_bases),
    }


def check_own_lists() -> None:
    for text in NOT_CANONICAL:
        got = answers.answer({"op": "audit.canonical", "json": text})
        assert got.get("error") == "not_canonicalisable", (text, got)
    for text, want in READINGS:
        got = answers.answer({"op": "audit.canonical", "json": text})
        assert got.get("canonical_hex") == (want.encode().hex() if want else None), (text, got)
    assert all(a.csv_guard(x) == y and a.csv_undo(y) == x for x, y in GUARDED)
    assert all(a.csv_undo(x) == y for x, y in UNDONE)
    assert all(answers.answer(x) == {"ok": True, "valid": False} for x in false_proofs())
    for case in false_checkpoints():
        assert not answers.answer({"op": "audit.open_checkpoint", **case})["ok"], case
    for case in checkpoints():
        keys = [case["vkey"], case["witness_vkey"]]
        assert a.open_note(case["note"], keys).witnesses == 0 and a.open_note(case["cosigned"], keys).witnesses == 1


def dump(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def render(vectors: Json) -> str:
    """One vector a line, so that a difference is readable."""
    fields = []
    for name, value in vectors.items():
        rows = "[\n" + ",\n".join(map(dump, value)) + "\n]" if isinstance(value, list) else dump(value)
        fields.append(f"{dump(name)}: {rows}")
    return "{\n" + ",\n".join(fields) + "\n}\n"


def main() -> int:
    check_own_lists()
    text = render(build())
    if "--check" in sys.argv[1:]:
        same = PATH.exists() and PATH.read_text(encoding="utf-8") == text
        print("vectors are up to date" if same else "vectors differ from what this implementation makes")
        return 0 if same else 1
    PATH.parent.mkdir(parents=True, exist_ok=True)
    PATH.write_text(text, encoding="utf-8", newline="\n")
    print(f"{PATH.name}: {len(text)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
