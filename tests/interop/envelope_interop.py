"""Drives the conformance harness against `envelope.py`: what one side seals the other one opens, and what is
damaged or out of place is refused by both with the same code.

    python3 envelope_interop.py PATH_OF_THE_CONFORMANCE_BINARY [--cases 300] [--seed 1]

One line per group; the last line is `N passed, N failed`. Details of failures go to standard error.
"""
from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from typing import Any

sys.dont_write_bytecode = True
import envelope as e  # noqa: E402
import make_vectors as vectors  # noqa: E402

Json = dict[str, Any]


class HarnessError(Exception):
    pass


class Checks:
    """Counts; prints one line per group."""

    def __init__(self) -> None:
        self.passed = self.failed = 0
        self.group_passed = self.group_failed = 0

    def check(self, good: bool, detail: Callable[[], str] | str) -> None:
        if good:
            self.group_passed += 1
            return
        self.group_failed += 1
        if self.group_failed <= 5:
            print(f"  failed: {(detail if isinstance(detail, str) else detail())[:600]}", file=sys.stderr)

    def group(self, name: str, body: Callable[[], None]) -> None:
        self.group_passed = self.group_failed = 0
        try:
            body()
        except (HarnessError, LookupError, ValueError, TypeError, AttributeError) as error:
            self.check(False, f"{name}: {type(error).__name__}: {error}")
        if self.group_passed + self.group_failed == 0:
            self.check(False, f"{name}: nothing was checked")
        print(f"{name}: {self.group_passed} passed, {self.group_failed} failed", flush=True)
        self.passed += self.group_passed
        self.failed += self.group_failed


class Harness:
    def __init__(self, binary: str) -> None:
        self.binary = binary

    def ask(self, requests: list[Json]) -> list[Json]:
        """All of the requests in one run of the program, so its buffering does not matter."""
        text = "".join(json.dumps({"id": i, **request}) + "\n" for i, request in enumerate(requests))
        try:
            done = subprocess.run([self.binary], input=text.encode(), capture_output=True, timeout=1800, check=False)
        except OSError as error:
            raise HarnessError(f"cannot run the harness: {error}") from None
        except subprocess.TimeoutExpired:
            raise HarnessError("the harness did not end") from None
        if done.returncode != 0:
            raise HarnessError(f"exit code {done.returncode}: {done.stderr[-300:].decode(errors='replace')}")
        answers: list[Json] = [json.loads(line) for line in done.stdout.decode().splitlines()]
        if len(answers) != len(requests) or any(a.get("id") != i for i, a in enumerate(answers)):
            raise HarnessError(f"{len(requests)} requests gave {len(answers)} answers, or they are out of order")
        return answers


def code_of(answer: Json) -> str:
    return "ok" if answer.get("ok") is True else str(answer.get("error"))


def outcome(answer: Json) -> tuple[str, str]:
    """(code, value in hex) of a reading operation of the harness."""
    if answer.get("ok") is not True:
        return code_of(answer), ""
    return "ok", str(next((answer[k] for k in ("pt_hex", "key_hex", "key_id") if k in answer), ""))


def own_outcome(request: Json) -> tuple[str, str]:
    """The same of this implementation."""
    try:
        return "ok", vectors.answer(request).hex()
    except e.Refused as refused:
        return refused.code, ""


# ---- random inputs ----------------------------------------------------------------------------------------------


class Source:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def key_ids(self, count: int) -> list[int]:
        ids: set[int] = set()
        while len(ids) < count:
            ids.add(self.rng.choice([0, 1, 2, 0xFFFFFFFF, self.rng.randrange(1 << 32), self.rng.randrange(1, 20)]))
        return list(ids)

    def ring(self, most: int = 4) -> dict[int, bytes]:
        return {i: self.rng.randbytes(32) for i in self.key_ids(self.rng.randint(1, most))}

    def ctx(self) -> list[bytes]:
        """Parts of any bytes; only the row may be empty."""
        def part(least: int) -> bytes:
            length = self.rng.choice([least, 1, 8, 36, self.rng.randint(1, 200)])
            return self.rng.choice([self.rng.randbytes(length), bytes(self.rng.choices(b"abcxyz_-09", k=length))])
        return [part(1), part(1), part(1), part(0)]

    def length(self) -> int:
        return self.rng.choice([0, 1, 15, 16, 17, 31, 32, 40, 64, self.rng.randint(0, 300), self.rng.randint(0, 5000)])

    def stream_length(self, log2: int) -> int:
        size = 1 << log2
        near = self.rng.randint(0, 4) * size + self.rng.randint(-2, 2)
        return max(0, self.rng.choice([0, 1, near, near, self.rng.randint(0, 3 * size)]))

    def other(self, part: bytes) -> bytes:
        choices = [part + b"\x00", part + b"x", b"x" + part, part[:-1], part[1:], part.upper(), self.rng.randbytes(8)]
        return self.rng.choice([c for c in choices if c != part])

    def flip(self, blob: bytes, start: int = 0, end: int | None = None) -> bytes:
        at = self.rng.randrange(start, len(blob) if end is None else end)
        return vectors.flip(blob, at, 1 << self.rng.randrange(8))

    def wrong_ctx(self, ctx: list[bytes]) -> list[bytes]:
        """One part changed, a boundary moved, two parts exchanged; always another context."""
        while True:
            wrong, i = list(ctx), self.rng.randrange(4)
            how = self.rng.randrange(4)
            if how < 2:
                wrong[i] = self.other(wrong[i])
            elif how == 2:
                a, b = sorted(self.rng.sample(range(4), 2))
                wrong[a], wrong[b] = wrong[b], wrong[a]
            elif i < 3:
                joined = wrong[i] + wrong[i + 1]
                cut = self.rng.randint(0, len(joined))
                wrong[i], wrong[i + 1] = joined[:cut], joined[cut:]
            if wrong != ctx and all(wrong[:3]):
                return wrong

    def unused_id(self, ring: dict[int, bytes]) -> int:
        while (found := self.rng.randrange(1 << 32)) in ring:
            pass
        return found


def base(ring: dict[int, bytes], ctx: list[bytes]) -> Json:
    return {"keys": vectors.hex_keys(ring), "ctx": vectors.hex_parts(ctx)}


# ---- the groups -------------------------------------------------------------------------------------------------


class Interop:
    def __init__(self, harness: Harness, checks: Checks, cases: int, seed: int) -> None:
        self.harness, self.checks, self.cases, self.seed = harness, checks, cases, seed

    def source(self, salt: int) -> Source:
        return Source(self.seed * 1000 + salt)

    def run(self) -> None:
        groups: list[tuple[str, Callable[[], None]]] = [
            ("vectors: Python makes the committed file", self.vectors_same),
            ("vectors: harness opens", self.vectors_open),
            ("vectors: harness refuses", self.vectors_refuse),
            ("columns: harness seals, Python opens", self.column_harness_seals),
            ("columns: Python seals, harness opens", self.column_python_seals),
            ("columns: damaged or out of place, same refusal", self.column_refusals),
            ("columns: key id without a key", self.column_key_id),
            ("wrapped keys: harness wraps, Python unwraps", self.wrap_harness),
            ("wrapped keys: Python wraps, harness unwraps", self.wrap_python),
            ("wrapped keys: harness rewraps, Python unwraps", self.rewrap_keys),
            ("wrapped keys: damaged or out of place, same refusal", self.wrap_refusals),
            ("streams: harness seals, Python opens", self.stream_harness_seals),
            ("streams: Python seals, harness opens", self.stream_python_seals),
            ("streams: random access, same answer", self.stream_reads),
            ("streams: harness rewraps, Python opens", self.stream_rewraps),
            ("streams: damaged or out of place, same refusal", self.stream_refusals),
            ("blind index: same candidates", self.blind),
            ("bad arguments are refused", self.bad_arguments),
        ]
        for name, body in groups:
            self.checks.group(name, body)

    def compare(self, requests: list[Json], also: list[Collection[str]] | None = None) -> None:
        """Each answer of the harness is that of this implementation, or one of the codes in `also`."""
        for i, (request, answer) in enumerate(zip(requests, self.harness.ask(requests), strict=True)):
            expected, got = own_outcome(request), outcome(answer)
            good = got == expected or (also is not None and expected[0] != "ok" and got[0] in also[i])
            self.checks.check(good, lambda r=request, x=expected, g=got: f"{g} instead of {x}: {r}")  # type: ignore[misc]

    def each(self, requests: list[Json], accept: Callable[[int, Json], bool]) -> None:
        """`accept` looks at an answer that is ok; what it raises on a wrong value is a failure of that case."""
        for i, (request, answer) in enumerate(zip(requests, self.harness.ask(requests), strict=True)):
            why = code_of(answer)
            good = False
            if why == "ok":
                try:
                    good = accept(i, answer)
                    why = "wrong value"
                except (e.Refused, LookupError, ValueError, TypeError, AttributeError) as error:
                    why = f"{type(error).__name__}: {error}"
            self.checks.check(good, lambda r=request, w=why: f"{w}: {r}")  # type: ignore[misc]

    # -- vectors

    def vectors_same(self) -> None:
        self.checks.check(vectors.PATH.exists(), "the committed vectors are missing")
        committed = vectors.PATH.read_text(encoding="utf-8") if vectors.PATH.exists() else ""
        same = committed == vectors.render(vectors.build())
        self.checks.check(same, "the committed vectors are not what Python makes")

    def vectors_open(self) -> None:
        made = vectors.build()
        requests: list[Json] = []
        expected: list[str] = []

        def add(op: str, want: str, **fields: Any) -> None:
            requests.append({"op": op, **fields})
            expected.append(want)

        for v in made["columns"]:
            both = {"keys": {v["key_id"]: v["key_hex"]}, "ctx": v["ctx"]}
            for field in ({"blob_hex": v["blob_hex"]}, {"text": v["text"]}):
                add("envelope.open", v["pt_hex"], **both, **field)
                add("envelope.key_id", v["key_id"], **field)
        for v in made["wrapped"]:
            subject = {k: v[k] for k in ("subject_hex",) if k in v}
            add("envelope.unwrap_key", v["key_hex"], keks={v["kek_id"]: v["kek_hex"]}, tenant_hex=v["tenant_hex"],
                generation=v["generation"], wrapped_hex=v["wrapped_hex"], **subject)
        for v in made["streams"]:
            for r in v["recipients"]:
                add("envelope.stream_open", v["pt_hex"], keys={r["key_id"]: r["key_hex"]}, ctx=v["ctx"],
                    blob_hex=v["blob_hex"])
            size = 2 << v["chunk_log2"]
            for chunk in range(v["chunks"]):
                add("envelope.stream_read", v["pt_hex"][chunk * size:(chunk + 1) * size], ctx=v["ctx"],
                    keys={r["key_id"]: r["key_hex"]}, blob_hex=v["blob_hex"], chunk=chunk)
        for v in made["rewraps"]:
            payload = v["blob_hex"][2 * len(e.parse_header(bytes.fromhex(v["blob_hex"])).raw):]
            add("envelope.stream_open", v["pt_hex"], keys={v["add"]["key_id"]: v["add"]["key_hex"]}, ctx=v["ctx"],
                blob_hex=v["header_hex"] + payload)
        for request, want, answer in zip(requests, expected, self.harness.ask(requests), strict=True):
            got = outcome(answer)
            self.checks.check(got == ("ok", want), lambda r=request, g=got: f"{g}: {r}")  # type: ignore[misc]
        requests = []
        for v in made["blind_index"]:
            names = {k: v[k] for k in ("table", "column", "index", "normaliser", "bits")}
            ring = {"keys": {"00000001": v["key_hex"]}, "primary": "00000001"}
            requests += [{"op": "envelope.blind_index", **ring, **names, "value": row["value"],
                          "want": [row["index_hex"]]} for row in v["values"] if row["specified"]]
        self.each(requests, lambda i, a: bool(a["candidates"] == requests[i]["want"]))

    def vectors_refuse(self) -> None:
        made = vectors.build()
        requests = [{**made[section]["defaults"], **case} for section in
                    ("columns_negative", "wrapped_negative", "streams_negative") for case in made[section]["cases"]]
        for request, answer in zip(requests, self.harness.ask(requests), strict=True):
            allowed, got = request.get("error_any") or [request["error"]], code_of(answer)
            self.checks.check(got in allowed, f"{request['name']} ({request['op']}): {got}, expected {allowed}")

    # -- columns

    def column_harness_seals(self) -> None:
        s, requests, cases = self.source(1), [], []
        for _ in range(self.cases):
            ring, ctx, plaintext = s.ring(), s.ctx(), s.rng.randbytes(s.length())
            primary = s.rng.choice(list(ring))
            cases.append((ring, primary, ctx, plaintext))
            requests.append({"op": "envelope.seal", "primary": vectors.hex_id(primary), **base(ring, ctx),
                             "pt_hex": plaintext.hex()})
        salts: set[bytes] = set()

        def accept(i: int, answer: Json) -> bool:
            ring, primary, ctx, plaintext = cases[i]
            blob = e.from_text(answer["text"])
            fresh = blob[5:21] not in salts
            salts.add(blob[5:21])
            return (blob.hex() == answer["blob_hex"] and len(blob) == e.OVERHEAD + len(plaintext) and fresh
                    and e.key_id(blob) == primary and e.open_column(ring, ctx, blob) == plaintext)

        self.each(requests, accept)

    def sealed_columns(self, s: Source) -> Iterator[tuple[dict[int, bytes], int, list[bytes], bytes]]:
        for _ in range(self.cases):
            ring, ctx = s.ring(), s.ctx()
            primary = s.rng.choice(list(ring))
            yield ring, primary, ctx, e.seal(ring, primary, ctx, s.rng.randbytes(s.length()), s.rng.randbytes(16))

    def column_python_seals(self) -> None:
        s, requests = self.source(2), []
        for ring, primary, ctx, blob in self.sealed_columns(s):
            form = s.rng.choice([{"blob_hex": blob.hex()}, {"text": e.to_text(blob)}])
            limits: list[Json] = [{}, {"min_generation": vectors.hex_id(primary)},
                                  {"destroyed": [vectors.hex_id(s.unused_id(ring))]}]
            requests.append({"op": "envelope.open", **base(ring, ctx), **form, **s.rng.choice(limits)})
        self.checks.check(all(own_outcome(r)[0] == "ok" for r in requests), "Python opens what it sealed")
        self.compare(requests)

    def column_refusals(self) -> None:
        s = self.source(3)
        requests: list[Json] = []
        also: list[Collection[str]] = []
        for n, (ring, primary, ctx, blob) in enumerate(self.sealed_columns(s)):
            request: Json = {"op": "envelope.open", **base(ring, ctx)}
            alternatives: Collection[str] = ()
            kind, bad = n % 12, blob
            if kind == 0:
                bad = s.flip(blob)
            elif kind == 1:
                bad = blob[:s.rng.randrange(len(blob))]
            elif kind == 2:
                bad = blob + s.rng.randbytes(s.rng.randint(1, 40))
            elif kind in (3, 4):
                request["ctx"] = vectors.hex_parts(s.wrong_ctx(ctx))
            elif kind == 5:
                request["keys"] = vectors.hex_keys({**ring, primary: s.rng.randbytes(32)})
            elif kind == 6:
                rest = {i: key for i, key in ring.items() if i != primary}
                request["keys"] = vectors.hex_keys(rest or {primary ^ 1: bytes(32)})
            elif kind == 7:
                bad = vectors.put(blob, 0, s.rng.choice([0, *range(2, 256)]))[:s.rng.choice([None, None, 40])]
                alternatives = ("malformed", "unsupported_suite") if len(bad) < e.OVERHEAD else ()
            elif kind == 8:
                bad = s.flip(blob, 1, 5)
            elif kind == 9:
                bad = e.seal(ring, primary, s.wrong_ctx(ctx), b"another row's value", s.rng.randbytes(16))
            elif kind == 10:  # several reasons at once: the order of refusals decides
                bad = s.rng.choice([blob, s.flip(blob, 5), blob[:60]])
                request["destroyed"] = [vectors.hex_id(primary)] * s.rng.randint(0, 1)
                request["min_generation"] = vectors.hex_id(min(primary + s.rng.randint(0, 1), 0xFFFFFFFF))
                request["keys"] = vectors.hex_keys(s.rng.choice([ring, {s.unused_id(ring): bytes(32)}]))
                if own_outcome({**request, "blob_hex": bad.hex()})[0] == "ok":
                    request["ctx"] = vectors.hex_parts(s.wrong_ctx(ctx))
            if kind == 11:
                request["text"] = self.bad_text(s, e.to_text(blob))
            else:
                request.update(s.rng.choice([{"blob_hex": bad.hex()}, {"text": e.to_text(bad)}]))
            requests.append(request)
            also.append(alternatives)
        self.checks.check(all(own_outcome(r)[0] != "ok" for r in requests), "Python refuses all of them")
        self.compare(requests, also)

    @staticmethod
    def bad_text(s: Source, text: str) -> str:
        at = s.rng.randrange(3, len(text))
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        inserted, replaced = s.rng.choice(" \t\r\n+/=.\u0000\u00e9\uff21"), s.rng.choice("+/=.*%\u00e9")
        choices = [text + "=", text + "==", " " + text, text + "\n", text[:at] + inserted + text[at:],
                   text[:at] + replaced + text[at + 1:], text[3:], "E1." + text[3:], "e1" + text[3:],
                   "e1:" + text[3:], "e1." + text, text[:s.rng.randrange(0, 90)], ""]
        if len(text) % 4 != 3:  # the last character has bits that must be zero
            choices += [text[:-1] + alphabet[alphabet.index(text[-1]) + s.rng.randint(1, 3)]] * 4
        return s.rng.choice(choices)

    def column_key_id(self) -> None:
        s, requests = self.source(4), []
        for n, (_, _, _, blob) in enumerate(self.sealed_columns(s)):
            damaged = [blob[:s.rng.randrange(69)], vectors.put(blob, 0, 2), s.flip(blob, 1)]
            bad = blob if n % 3 else s.rng.choice(damaged)
            form = s.rng.choice([{"blob_hex": bad.hex()}, {"text": e.to_text(bad)}])
            requests.append({"op": "envelope.key_id", **form})
        self.compare(requests)

    # -- wrapped keys

    def wrap_fields(self, s: Source) -> Json:
        subject = {"subject_hex": s.rng.randbytes(s.rng.randint(1, 40)).hex()} if s.rng.random() < 0.7 else {}
        generation = s.rng.choice([0, 1, 2, 0xFFFFFFFF, s.rng.randrange(1 << 32)])
        return {"tenant_hex": s.rng.randbytes(s.rng.randint(1, 40)).hex(), **subject, "generation": generation}

    @staticmethod
    def wrap(ring: dict[int, bytes], kek_id: int, fields: Json, key: bytes, s: Source) -> bytes:
        subject = bytes.fromhex(fields["subject_hex"]) if "subject_hex" in fields else None
        return e.wrap_key(ring[kek_id], kek_id, bytes.fromhex(fields["tenant_hex"]), subject, fields["generation"], key,
                          s.rng.randbytes(16))

    def wrap_harness(self) -> None:
        s = self.source(5)
        requests: list[Json] = []
        for _ in range(self.cases):
            (kek_id, kek), = s.ring(1).items()
            requests.append({"op": "envelope.wrap_key", "kek_hex": kek.hex(), "kek_id": vectors.hex_id(kek_id),
                             **self.wrap_fields(s), "key_hex": s.rng.randbytes(32).hex()})

        def accept(i: int, answer: Json) -> bool:
            r = requests[i]
            unwrap = {**r, "op": "envelope.unwrap_key", "keks": {r["kek_id"]: r["kek_hex"]},
                      "wrapped_hex": answer["wrapped_hex"]}
            return own_outcome(unwrap) == ("ok", r["key_hex"]) and len(answer["wrapped_hex"]) == 202

        self.each(requests, accept)

    def wrap_python(self) -> None:
        s, requests = self.source(6), []
        for _ in range(self.cases):
            ring, fields = s.ring(), self.wrap_fields(s)
            wrapped = self.wrap(ring, s.rng.choice(list(ring)), fields, s.rng.randbytes(32), s)
            requests.append({"op": "envelope.unwrap_key", "keks": vectors.hex_keys(ring), **fields,
                             "wrapped_hex": wrapped.hex()})
        self.checks.check(all(own_outcome(r)[0] == "ok" for r in requests), "Python unwraps what it wrapped")
        self.compare(requests)

    def rewrap_keys(self) -> None:
        s = self.source(7)
        requests: list[Json] = []
        keys: list[bytes] = []
        for _ in range(self.cases):
            ring, fields, key = s.ring(), self.wrap_fields(s), s.rng.randbytes(32)
            old, new = s.rng.choice(list(ring)), s.rng.choice(list(ring))
            wrapped = self.wrap(ring, old, fields, key, s)
            requests.append({"op": "envelope.rewrap_key", "keks": vectors.hex_keys(ring), **fields,
                             "new_kek_id": vectors.hex_id(new), "wrapped_hex": wrapped.hex()})
            keys.append(key)

        def accept(i: int, answer: Json) -> bool:
            r = requests[i]
            only = {r["new_kek_id"]: r["keks"][r["new_kek_id"]]}
            unwrap = {**r, "op": "envelope.unwrap_key", "keks": only, "wrapped_hex": answer["wrapped_hex"]}
            return own_outcome(unwrap) == ("ok", keys[i].hex())

        self.each(requests, accept)

    def wrap_refusals(self) -> None:
        s = self.source(8)
        requests: list[Json] = []
        for n in range(self.cases):
            ring, fields = s.ring(), self.wrap_fields(s)
            kek_id = s.rng.choice(list(ring))
            bad = self.wrap(ring, kek_id, fields, s.rng.randbytes(32), s)
            kind = n % 9
            if kind == 0:
                bad = s.flip(bad)
            elif kind == 1:
                bad = bad[:s.rng.randrange(101)]
            elif kind == 2:
                bad += s.rng.randbytes(s.rng.randint(1, 33))
            elif kind == 3:
                fields["tenant_hex"] = (s.other(bytes.fromhex(fields["tenant_hex"])) or b"another").hex()
            elif kind == 4:
                fields["subject_hex"] = (bytes.fromhex(fields.get("subject_hex", "")) + b"x").hex()
            elif kind == 5:
                fields["generation"] ^= 1 << s.rng.randrange(32)
            elif kind == 6:
                ring[kek_id] = s.rng.randbytes(32)
            elif kind == 7:
                ring = {s.unused_id(ring): bytes(32)}
            else:
                bad = e.seal({kek_id: ring[kek_id]}, kek_id, s.ctx(), bytes(32), s.rng.randbytes(16))
                bad = vectors.put(bad, 0, s.rng.choice([1, 2, 3]))
            requests.append({"op": "envelope.unwrap_key", "keks": vectors.hex_keys(ring), **fields,
                             "wrapped_hex": bad.hex()})
        self.checks.check(all(own_outcome(r)[0] != "ok" for r in requests), "Python refuses all of them")
        self.compare(requests)

    # -- streams

    def stream_harness_seals(self) -> None:
        s = self.source(9)
        requests: list[Json] = []
        cases: list[tuple[dict[int, bytes], int, list[bytes], bytes, int]] = []
        for n in range(self.cases):
            ring, ctx = s.ring(), s.ctx()
            primary = s.rng.choice(list(ring))
            log2 = s.rng.choice([10, 10, 11, 12, 13]) if n % 25 else 16
            plaintext = s.rng.randbytes(s.stream_length(log2))
            cases.append((ring, primary, ctx, plaintext, log2))
            requests.append({"op": "envelope.stream_seal", "primary": vectors.hex_id(primary), **base(ring, ctx),
                             "pt_hex": plaintext.hex(), **({} if log2 == 16 else {"chunk_log2": log2})})

        def accept(i: int, answer: Json) -> bool:
            ring, primary, ctx, plaintext, log2 = cases[i]
            blob = bytes.fromhex(answer["blob_hex"])
            header = e.parse_header(blob)
            ids = [e.key_id_at(r) for r in header.recipients]
            return header.log2 == log2 and ids == [primary] and e.stream_open(ring, ctx, blob) == plaintext

        self.each(requests, accept)

    def sealed_streams(self, s: Source, most: int = 4) -> Iterator[tuple[list[e.Recipient], list[bytes], bytes]]:
        """Recipients may share a key id, as generations of different scopes do."""
        for n in range(self.cases):
            ctx = s.ctx()
            count = s.rng.randint(1, most) if n % 20 else 16
            ids = [s.rng.choice(s.key_ids(1)) for _ in range(count)]
            recipients = [e.Recipient(i, s.rng.randbytes(32), s.rng.randbytes(16)) for i in ids]
            log2 = s.rng.choice([10, 10, 11, 12])
            plaintext = s.rng.randbytes(s.stream_length(log2))
            yield recipients, ctx, e.stream_seal(recipients, ctx, plaintext, log2, s.rng.randbytes(32))

    def stream_python_seals(self) -> None:
        s, requests = self.source(10), []
        for recipients, ctx, blob in self.sealed_streams(s):
            mine = s.rng.choice(recipients)
            ring = {**s.ring(2), mine.key_id: mine.key}
            gone = [vectors.hex_id(r.key_id) for r in recipients if r.key_id != mine.key_id and s.rng.random() < 0.3]
            requests.append({"op": "envelope.stream_open", **base(ring, ctx), "blob_hex": blob.hex(),
                             "destroyed": gone})
        self.checks.check(all(own_outcome(r)[0] == "ok" for r in requests), "Python opens what it sealed")
        self.compare(requests)

    def stream_reads(self) -> None:
        """Whole and damaged streams; a read does not see what is wrong with the other chunks but the last one."""
        s = self.source(11)
        requests: list[Json] = []
        also: list[Collection[str]] = []
        for n, (recipients, ctx, blob) in enumerate(self.sealed_streams(s, 2)):
            header = e.parse_header(blob)
            count = len(e.split_chunks(header, blob))
            bad, alternatives = self.damaged_payload(s, blob, n // 3) if n % 3 == 0 else (blob, ())
            chunk = s.rng.choice([0, count - 1, count - 1, s.rng.randrange(count), count, count + 1, 0xFFFFFFFF])
            request = base({recipients[0].key_id: recipients[0].key}, ctx)
            requests.append({"op": "envelope.stream_read", **request, "blob_hex": bad.hex(), "chunk": chunk})
            also.append(alternatives)
        self.compare(requests, also)

    def stream_rewraps(self) -> None:
        s = self.source(12)
        requests: list[Json] = []
        for recipients, ctx, blob in self.sealed_streams(s, 3):
            mine, (new_id, new_key) = s.rng.choice(recipients), s.ring(1).popitem()
            ring = {new_id: new_key, mine.key_id: mine.key}
            new = s.rng.choice(list(ring))
            requests.append({"op": "envelope.stream_rewrap", **base(ring, ctx), "new_primary": vectors.hex_id(new),
                             "blob_hex": blob.hex()})

        def accept(i: int, answer: Json) -> bool:
            r, new = requests[i], bytes.fromhex(answer["blob_hex"])
            header, old = e.parse_header(new), bytes.fromhex(r["blob_hex"])
            ids = [vectors.hex_id(e.key_id_at(recipient)) for recipient in header.recipients]
            only = {r["new_primary"]: r["keys"][r["new_primary"]]}
            return (ids == [r["new_primary"]] and answer["payload_bytes_touched"] == 0
                    and new[len(header.raw):] == old[len(e.parse_header(old).raw):]
                    and own_outcome({**r, "op": "envelope.stream_open", "keys": only, "blob_hex": new.hex()})
                    == own_outcome({**r, "op": "envelope.stream_open"}))

        self.each(requests, accept)

    @staticmethod
    def damaged_payload(s: Source, blob: bytes, kind: int) -> tuple[bytes, Collection[str]]:
        """A stream whose header is whole and whose payload is not, and what else than Python's code may be said."""
        header = e.parse_header(blob)
        chunks = e.split_chunks(header, blob)
        i = s.rng.randrange(len(chunks))
        kind %= 8
        if kind == 0:
            return s.flip(blob, len(header.raw)), ()
        if kind == 1:
            return blob + s.rng.randbytes(s.rng.choice([1, 15, 16, 17, s.rng.randint(1, 2000)])), ()
        if kind == 2:
            return header.raw + b"".join(chunks[:i]), ()  # ends after a chunk with flag 0, or is the header alone
        if kind == 3:
            return blob[:len(blob) - s.rng.randint(1, len(chunks[-1]) - 1)], ("rejected", "truncated")
        if kind == 4 and len(chunks) > 1:
            other = (i + 1) % len(chunks)
            chunks[i], chunks[other] = chunks[other], chunks[i]
        elif kind == 5 and len(chunks) > 1:
            del chunks[s.rng.randrange(len(chunks) - 1)]
        elif kind == 6:
            chunks.insert(i, chunks[i])
        else:
            chunks[-1] = s.rng.randbytes(len(chunks[-1]))
        return header.raw + b"".join(chunks), ()

    def stream_refusals(self) -> None:
        s = self.source(13)
        requests: list[Json] = []
        also: list[Collection[str]] = []
        for n, (recipients, ctx, blob) in enumerate(self.sealed_streams(s, 3)):
            mine = s.rng.choice(recipients)
            ring = {mine.key_id: mine.key}
            request: Json = {"op": "envelope.stream_open", **base(ring, ctx)}
            alternatives: Collection[str] = ()
            length = len(e.parse_header(blob).raw)
            bad, kind = blob, n % 14
            if kind < 5:
                bad, alternatives = self.damaged_payload(s, blob, s.rng.randrange(8))
            elif kind == 5:  # salts, commitments, ciphertexts and tags of the recipients
                at = e.PROLOGUE_LEN + s.rng.randrange(len(recipients)) * e.SEALED_KEY_LEN
                bad = s.flip(blob, at + 5, at + e.SEALED_KEY_LEN)
                alternatives = ("rejected", "unknown_key") if len(recipients) > 1 else ()
            elif kind == 6:
                bad = s.flip(blob, length - e.HEADER_MAC_LEN, length)
            elif kind == 7:
                bad = blob[:s.rng.randrange(length)]
            elif kind == 8:
                at = s.rng.randrange(e.PROLOGUE_LEN)
                bad = vectors.put(blob, at, s.rng.choice([i for i in range(256) if i != blob[at]]))
                if at == 6:  # what follows is then read as other recipients
                    alternatives = ("malformed", "truncated", "unsupported_suite", "unknown_key", "rejected")
            elif kind == 9:
                request["ctx"] = vectors.hex_parts(s.wrong_ctx(ctx))
            elif kind == 10:
                request["keys"] = vectors.hex_keys({mine.key_id: s.rng.randbytes(32)})
                alternatives = ("rejected", "unknown_key") if len(recipients) > 1 else ()
            elif kind == 11:
                request["keys"] = vectors.hex_keys({s.unused_id({r.key_id: r.key for r in recipients}): mine.key})
            elif kind == 12:
                every = sorted({r.key_id for r in recipients})
                request["destroyed"] = [vectors.hex_id(i) for i in every if i == mine.key_id or s.rng.random() < 0.7]
            else:  # the payload of another stream under this header
                plaintext = s.rng.randbytes(s.rng.randint(1, 3000))
                other = e.stream_seal(recipients, ctx, plaintext, blob[5], s.rng.randbytes(32))
                bad = blob[:length] + other[length:]
            requests.append({**request, "blob_hex": bad.hex()})
            also.append(alternatives)
        self.checks.check(all(own_outcome(r)[0] != "ok" for r in requests), "Python refuses all of them")
        self.compare(requests, also)

    # -- blind index

    def blind(self) -> None:
        """Values on which every reading of a normaliser's name agrees, in all versions of Unicode."""
        s = self.source(14)
        requests: list[Json] = []
        plain = "abcxyzABCXYZ0123456789.-_+"
        letters = plain + "\u00e4\u00f6\u00e9\u00c4\u00d6\u00c9\u00d1жшяЖШЯ東京字"
        alphabets = {"exact": letters + "ßİſΣςe\u0301\u00ad\u0000🔑 ", "lowercase": letters, "email": letters,
                     "digits": plain + "()/# ", "nfkc_casefold": letters + "ß\ufb01Σ\u212b№ＡＢ１"}
        for n in range(self.cases):
            normaliser = list(alphabets)[n % len(alphabets)]
            value = "".join(s.rng.choices(alphabets[normaliser], k=s.rng.randint(1, 40)))
            value += {"email": "@Example.COM", "digits": str(s.rng.randrange(1000))}.get(normaliser, "")
            ring = s.ring(3)
            table, column, index = (s.rng.choice(["users", "e", "tabelle_\u00fc", "a_b" * 7]) for _ in range(3))
            bits = s.rng.choice([1, 7, 8, 9, 12, 31, 32, 64, 255, 256, s.rng.randint(1, 256)])
            requests.append({"op": "envelope.blind_index", "keys": vectors.hex_keys(ring),
                             "primary": vectors.hex_id(max(ring)), "table": table, "column": column, "index": index,
                             "normaliser": normaliser, "bits": bits, "value": value})

        def accept(i: int, answer: Json) -> bool:
            r = requests[i]
            ring = {int(k, 16): bytes.fromhex(v) for k, v in r["keys"].items()}
            names = (r["table"], r["column"], r["index"], r["normaliser"])
            own = [c.hex() for c in e.candidates(ring, *names, r["bits"], r["value"])]
            return answer["candidates"] in (own, list(dict.fromkeys(own)))  # equal ones may be given once

        self.each(requests, accept)

    # -- arguments that no caller may give; the code is not specified

    def bad_arguments(self) -> None:
        key, ctx = bytes(32).hex(), ["61", "62", "63", "64"]
        seal: Json = {"op": "envelope.seal", "keys": {"00000001": key}, "primary": "00000001", "ctx": ctx,
                      "pt_hex": "00"}
        stream: Json = {**seal, "op": "envelope.stream_seal"}
        wrap: Json = {"op": "envelope.wrap_key", "kek_hex": key, "kek_id": "00000001", "tenant_hex": "61",
                      "generation": 1, "key_hex": key}
        blind: Json = {"op": "envelope.blind_index", "keys": {"00000001": key}, "primary": "00000001", "table": "t",
                       "column": "c", "index": "i", "normaliser": "exact", "bits": 8, "value": "v"}
        requests: list[Json] = [
            *({**seal, "keys": {"00000001": "00" * n}} for n in (0, 16, 31, 33)), {**seal, "primary": "00000002"},
            {**seal, "ctx": ctx[:3]}, *({**stream, "chunk_log2": n} for n in (0, 9, 25, 255)),
            *({**wrap, "kek_hex": "00" * n} for n in (31, 33)), *({**wrap, "key_hex": "00" * n} for n in (31, 33)),
            *({**blind, "bits": n} for n in (0, 257)), {**blind, "normaliser": "none"},
        ]
        for request, answer in zip(requests, self.harness.ask(requests), strict=True):
            self.checks.check(answer.get("ok") is False, f"{code_of(answer)}: {request}")
        for request, answer in zip(good := [seal, stream, wrap, blind], self.harness.ask(good), strict=True):
            self.checks.check(answer.get("ok") is True, f"{code_of(answer)}: {request}")


def main() -> int:
    parser = argparse.ArgumentParser(description="interoperability of the envelope formats")
    parser.add_argument("binary", help="the built conformance example")
    parser.add_argument("--cases", type=int, default=300, help="random cases per group")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    checks = Checks()
    Interop(Harness(options.binary), checks, options.cases, options.seed).run()
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
