"""Drives the conformance harness against `audit.py`: what one side writes the other one verifies, and each tampering
gives the same fault and line on both.

    python3 audit_interop.py PATH_OF_THE_CONFORMANCE_BINARY [--cases 60] [--seed 1]

Groups whose name begins with "reading:" check what the specification leaves open: a failure there asks which side's
reading is meant. One line per group; the last line is `N passed, N failed`. Details go to standard error.
"""
from __future__ import annotations

import argparse
import base64
import csv
import io
import json
import random
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.dont_write_bytecode = True
import audit as a  # noqa: E402
import audit_answers as own  # noqa: E402
import audit_tampering as t  # noqa: E402
import make_audit_vectors as vectors  # noqa: E402
from audit_json import FORMULA, Json, number  # noqa: E402

SECOND, HERE = 10**6, Path(__file__).resolve().parent


def same(given: Any, wanted: Any) -> bool:
    """As values of JSON: 1e20 and 100000000000000000000 are one number."""
    return given == wanted or json.loads(json.dumps(given), parse_int=float) == json.loads(
        json.dumps(wanted), parse_int=float)


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
        if self.group_failed <= 8:
            print(f"  failed: {(detail if isinstance(detail, str) else detail())[:500]}", file=sys.stderr)

    def group(self, name: str, body: Callable[[], None]) -> None:
        self.group_passed = self.group_failed = 0
        try:
            body()
        except (HarnessError, LookupError, ValueError, TypeError, AttributeError, a.Fault) as error:
            self.check(False, f"{name}: {type(error).__name__}: {error}")
        if self.group_passed + self.group_failed == 0:
            self.check(False, f"{name}: nothing was checked")
        print(f"{name}: {self.group_passed} passed, {self.group_failed} failed", flush=True)
        self.passed += self.group_passed
        self.failed += self.group_failed


class Harness:
    def __init__(self, binary: str) -> None:
        self.command = [sys.executable, binary] if binary.endswith(".py") else [binary]

    def ask(self, requests: list[Json]) -> list[Json]:
        """All of the requests in one run of the program, so its buffering does not matter."""
        text = "".join(json.dumps({"id": i, **request}) + "\n" for i, request in enumerate(requests))
        try:
            done = subprocess.run(self.command, input=text.encode(), capture_output=True, timeout=1800, check=False)
        except OSError as error:
            raise HarnessError(f"cannot run the harness: {error}") from None
        except subprocess.TimeoutExpired:
            raise HarnessError("the harness did not end") from None
        if done.returncode != 0:
            raise HarnessError(f"exit code {done.returncode}: {done.stderr[-300:].decode(errors='replace')}")
        answers: list[Json] = [json.loads(line) for line in done.stdout.decode().split("\n")[:-1]]
        if len(answers) != len(requests) or any(x.get("id") != i for i, x in enumerate(answers)):
            raise HarnessError(f"{len(requests)} requests gave {len(answers)} answers, or they are out of order")
        return answers

    def one(self, request: Json) -> Json:
        return self.ask([request])[0]


def outcome(answer: Json) -> tuple[str, Any]:
    if answer.get("ok") is True:
        return "ok", None
    return str(answer.get("fault") or answer.get("error")), answer.get("line")


def fields_in_order(answer: Json) -> list[Any]:
    return sorted((f["line"], f["pointer"], f["status"]) for f in answer.get("fields", []))


# ---- random inputs ----------------------------------------------------------------------------------------------


class Source:
    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)

    def text(self) -> str:
        alphabet = "abc xyz=+-@'\"\\/~,;\n\r\t\u0001\u007f\u00e9\u2028東🔑\u200b"
        return "".join(self.rng.choices(alphabet, k=self.rng.randint(0, 12)))

    def number(self) -> float | int:
        while True:
            value = self.rng.choice([
                self.rng.randint(-10**6, 10**6), self.rng.randint(1 - 2**53, 2**53 - 1), self.rng.uniform(-1, 1),
                self.rng.randint(1, 10**17) * 10.0 ** self.rng.randint(-25, 25),
                struct.unpack(">d", self.rng.randbytes(8))[0]])
            if value == value and abs(value) != float("inf"):
                return value

    def value(self, depth: int = 3) -> Any:
        kind = self.rng.randrange(7 if depth else 5)
        if kind < 5:
            return [None, True, self.text(), self.number(), self.rng.randint(-9, 9)][kind]
        if kind == 5:
            return [self.value(depth - 1) for _ in range(self.rng.randint(0, 3))]
        return {self.text(): self.value(depth - 1) for _ in range(self.rng.randint(0, 3))}

    def event(self, at: int) -> Json:
        """With its personal pointers, in the order of their places."""
        def maybe(name: str, value: Any) -> Json:
            return {name: value} if self.rng.random() < 0.5 else {}
        changes = {f"f{i}{self.text()}": {**maybe("from", self.value()), **maybe("to", self.value())}
                   for i in range(self.rng.randint(0, 3))}
        source = {**maybe("ip", "192.0.2.7"), **maybe("agent", self.text()), **maybe("request", "r-1")}
        event: Json = {
            "time_us": at, "action": self.rng.choice(["record.view", "settings.update", "=x", "é"]),
            "actor": {"kind": "user", "id": self.text()}, "resource": {"kind": "doc", "id": self.text()},
            **maybe("outcome", self.rng.choice(["success", "denied"]))}
        if source and self.rng.random() < 0.7:
            event["source"] = source
        if changes:
            event["changes"] = changes
        places = ["/actor/id", "/resource/id"] + [f"/source/{k}" for k in event.get("source", {})]
        for field, change in changes.items():
            name = field.replace("~", "~0").replace("/", "~1")
            places += [f"/changes/{name}/{k}" for k in change]
        chosen = sorted(p for p in places if self.rng.random() < 0.2)
        return {**event, "personal": chosen} if chosen else event

    def events(self) -> list[Json]:
        """For a base: a run in one epoch, then at least two epochs are closed; some readings go back."""
        at, made = self.rng.randint(10**14, 3 * 10**15), []
        for step in range(self.rng.randint(7, 9)):
            at += self.rng.randint(1, 3 * SECOND)
            made.append(self.event(at - (self.rng.randint(0, 2) * SECOND if step > 6 else 0)))
        for _ in range(self.rng.randint(2, 4)):
            at += self.rng.choice([60, 61, 400, 90_000]) * SECOND + self.rng.randint(0, SECOND)
            made += [self.event(at + i * self.rng.randint(-SECOND, SECOND)) for i in range(self.rng.randint(1, 3))]
        return made

    def salt(self) -> bytes:
        return self.rng.randbytes(32)

    def log(self) -> str:
        return "".join(self.rng.choices("abcxyz019._/-", k=self.rng.choice([1, 9, 128])))

    def key(self) -> bytes | None:
        return self.rng.choice([None, t.ROOT_KEY, self.rng.randbytes(32), self.rng.randbytes(32)])

    def base(self, key: bytes | None) -> t.Base:
        return t.Base(self.log(), key, self.events(), self.salt)


def salts_of(events: list[Json], shown: list[Json]) -> a.Salts:
    """The salts that the other side took, in the order in which this side asks for them."""
    left, order = sorted(shown, key=lambda d: d["line"]), []
    for event in events:
        for pointer in event.get("personal", []):
            found = next(d for d in left if d["pointer"] == pointer)
            left.remove(found)
            order.append(bytes.fromhex(found["salt_hex"]))
    return iter(order).__next__


class Interop:
    def __init__(self, harness: Harness, checks: Checks, cases: int, seed: int) -> None:
        self.harness, self.checks, self.cases, self.source = harness, checks, cases, Source(seed)
        self.frozen: Json = json.loads(vectors.PATH.read_text(encoding="utf-8"))
        self.bases = {x["name"]: x for x in self.frozen["logs"]}
        self.keyed, self.unkeyed = vectors.bases()["keyed"], vectors.bases()["unkeyed"]

    def run(self) -> None:
        groups: list[tuple[str, Callable[[], None]]] = [
            ("canonical JSON", self.canonical), ("numbers", self.numbers), ("CSV", self.csv), ("roots", self.roots),
            ("proofs", self.proofs), ("false proofs", self.false_proofs), ("harness appends", self.appends),
            ("appending from a head", self.from_head), ("small verifiers on the harness's lines", self.small),
            ("bad events", self.bad_events), ("Python writes", self.writes), ("frozen logs", self.frozen_logs),
            ("tampered, frozen", lambda: self.tampered_frozen(False)),
            ("tampered, random logs", lambda: self.tampered_random(False)), ("checkpoints", self.checkpoints),
            ("false checkpoints", self.false_checkpoints), ("erase", self.erase), ("prune", self.prune),
            ("false anchors", self.false_anchors), ("export", self.export),
            ("reading: tampered, frozen", lambda: self.tampered_frozen(True)),
            ("reading: tampered, random logs", lambda: self.tampered_random(True)),
            ("reading: canonical JSON", self.canonical_readings), ("reading: order of salts", self.salt_order),
            ("reading: further", self.readings),
        ]
        for name, body in groups:
            self.checks.group(name, body)

    def each(self, requests: list[Json], accept: Callable[[Json, Json], bool] | None = None) -> None:
        """Without `accept`: the answers must be this implementation's."""
        for request, answer in zip(requests, self.harness.ask(requests), strict=True):
            if accept:
                good = accept(request, answer)
            else:
                want = own.answer(request)
                loose = ("message", "error") if want.get("error") == "refused" else ("message",)  # no specified code
                good = all(same(answer.get(k), v) for k, v in want.items() if k not in loose)
            self.checks.check(good, lambda r=request, x=answer: f"{x} to {json.dumps(r)}")  # type: ignore[misc]

    # -- canonical JSON, CSV, trees

    def canonical(self) -> None:
        texts = [x["json"] for x in self.frozen["canonical"]] + self.frozen["not_canonicalisable"]
        rng = self.source.rng
        texts += [json.dumps(self.source.value(4), ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, 1]))
                  for _ in range(5 * self.cases)]
        self.each([{"op": "audit.canonical", "json": x} for x in texts])

    def canonical_readings(self) -> None:
        self.each([{"op": "audit.canonical", "json": x["json"]} for x in self.frozen["canonical_readings"]])

    def numbers(self) -> None:
        rows = [(x["json"], x["canonical"]) for x in self.frozen["numbers"]]
        for _ in range(20 * self.cases):
            value = float(self.source.number())
            rows.append((f"{value:.17e}", number(value)))
        made = [{"op": "audit.canonical", "json": x, "want": y.encode().hex()} for x, y in rows]
        self.each(made, lambda r, x: x.get("canonical_hex") == r["want"])

    def csv(self) -> None:
        self.each([{"op": "audit.csv_cell", "cell": x["cell"], "want": x["text"]} for x in self.frozen["csv"]],
                  lambda r, x: x.get("text") == r["want"])
        self.each([{"op": "audit.csv_undo", "text": x["text"], "want": x["cell"]} for x in self.frozen["csv_undo"]],
                  lambda r, x: x.get("cell") == r["want"])
        alphabet = "''' \u00a0\ufeff\u200b=+-@\t\r\n\uff1d\uff0b\uff0d\uff20ab\u2003"
        rng = self.source.rng
        cells = ["".join(rng.choices(alphabet, k=rng.randint(0, 7))) for _ in range(9 * self.cases)]
        self.each([{"op": "audit.csv_cell", "cell": x} for x in cells])
        self.each([{"op": "audit.csv_undo", "text": a.csv_guard(x), "want": x} for x in cells],
                  lambda r, x: x.get("cell") == r["want"])
        self.each([{"op": "audit.csv_undo", "text": x} for x in cells])

    def leaves(self) -> list[str]:
        rng = self.source.rng
        return [rng.randbytes(rng.randint(0, 40)).hex() for _ in range(rng.randint(1, 70))]

    def roots(self) -> None:
        frozen = self.frozen["leaves_hex"]
        self.each([{"op": "audit.root", "leaves_hex": frozen[:x["size"]], "want": x["root_hex"]}
                   for x in self.frozen["roots"]], lambda r, x: x.get("root_hex") == r["want"])
        self.each([{"op": "audit.root", "leaves_hex": self.leaves()} for _ in range(self.cases)])

    def proofs(self) -> None:
        frozen, requests = self.frozen["leaves_hex"], []
        sets = [(frozen[:n], i, i + 1) for n in range(1, 18) for i in range(n)]
        for _ in range(self.cases):
            made = self.leaves()
            sets.append((made, self.source.rng.randrange(len(made)), self.source.rng.randint(1, len(made))))
        checked: list[Json] = []
        for leaves, index, size1 in sets:
            requests += [{"op": "audit.prove_inclusion", "leaves_hex": leaves, "index": index},
                         {"op": "audit.prove_consistency", "leaves_hex": leaves, "size1": size1}]
            hashes = own.leaves({"leaves_hex": leaves})
            root = a.root_of(hashes).hex()
            checked += [
                {"op": "audit.inclusion", "index": index, "size": len(leaves), "leaf_hex": leaves[index],
                 "root_hex": root, **own.answer(requests[-2])},
                {"op": "audit.consistency", "size1": size1, "root1_hex": a.root_of(hashes[:size1]).hex(),
                 "root2_hex": root, "size2": len(leaves), **own.answer(requests[-1])}]
        self.each(requests)
        self.each(checked, lambda r, x: x.get("valid") is True)

    def false_proofs(self) -> None:
        requests: list[Json] = list(self.frozen["false_proofs"])
        for _ in range(self.cases):
            leaves, rng = self.leaves(), self.source.rng
            hashes, index = own.leaves({"leaves_hex": leaves}), rng.randrange(len(leaves))
            proof = [h.hex() for h in a.prove_inclusion(hashes, index)]
            requests.append({"op": "audit.inclusion", "index": rng.randrange(len(leaves) + 2),
                             "size": rng.randrange(90), "leaf_hex": leaves[index], "proof_hex": proof,
                             "root_hex": a.root_of(hashes).hex()})
            size1 = rng.randint(1, len(leaves))
            proof = [h.hex() for h in a.prove_consistency(hashes, size1)]
            requests.append({"op": "audit.consistency", "size1": rng.randrange(90), "size2": rng.randrange(90),
                             "root1_hex": a.root_of(hashes[:size1]).hex(), "root2_hex": a.root_of(hashes).hex(),
                             "proof_hex": proof})
        self.each(requests)

    # -- writing

    def options(self, log: str, key: bytes | None, epoch_s: int = t.EPOCH_S) -> Json:
        return {"log": log, "root_key_hex": key.hex() if key else None, "epoch_s": epoch_s}

    def appended(self, count: int) -> list[tuple[Json, Json]]:
        requests = []
        for _ in range(count):
            options = self.options(self.source.log(), self.source.key(), self.source.rng.choice([60, 61, 3600, 86400]))
            requests.append({"op": "audit.append", **options, "events": self.source.events()})
        default = {k: v for k, v in requests[0].items() if k != "epoch_s"}
        requests.append(default)
        return list(zip(requests, self.harness.ask(requests), strict=True))

    def appends(self) -> None:
        notes: list[Json] = []
        wants: list[a.Report] = []
        for request, answer in self.appended(self.cases):
            if not answer.get("ok"):
                self.checks.check(False, f"{answer} to {json.dumps(request)}")
                continue
            shown = answer["disclosures"]
            mine = own.answer({**request, "salts_hex": None} | {"salts_hex": [s.hex() for s in self.drain(
                salts_of(request["events"], shown))]})
            self.checks.check(mine["lines"] == answer["lines"], lambda x=answer, y=mine: next(  # type: ignore[misc]
                (f"{p}\n      not {q}" for p, q in zip(x["lines"], y["lines"]) if p != q), "number of lines"))
            both = [sorted(a.canonical({k: d[k] for k in ("line", "pointer", "salt_hex", "value")}) for d in some)
                    for some in (mine["disclosures"], shown)]
            self.checks.check(both[0] == both[1], f"disclosures: {shown}")
            data = "".join(line + "\n" for line in answer["lines"]).encode()
            report = a.verify(request["log"], data, own.key_of(request), own.epoch_of(request), disclosures=shown)
            self.checks.check({f["status"] for f in report.fields} <= {"disclosed"}, "a disclosure is false")
            wants.append(report)
            notes.append({"op": "audit.checkpoint", "head": answer["head"], "ed25519_seed_hex": t.SEED.hex(),
                          "name": "k"})
        for want, answer in zip(wants, self.harness.ask(notes), strict=True):
            opened = a.open_note(answer["note"], [answer["vkey"]])
            self.checks.check((opened.origin, opened.size, opened.root) == (want.chain.log, want.size, want.root),
                              f"head's checkpoint: {answer}")

    @staticmethod
    def drain(salts: a.Salts) -> list[bytes]:
        found = []
        while True:
            try:
                found.append(salts())
            except StopIteration:
                return found

    def from_head(self) -> None:
        """Cut into several calls, the lines are the same."""
        for _ in range(4):
            events = [{k: v for k, v in e.items() if k != "personal"} for e in self.source.events()]
            options = self.options("acme/cut", self.source.rng.choice([None, t.ROOT_KEY]))
            whole = self.harness.one({"op": "audit.append", **options, "events": events})
            lines, head = [], None
            while events:
                count = self.source.rng.randint(1, 4)
                answer = self.harness.one({"op": "audit.append", **options, "events": events[:count],
                                           **({"head": head} if head else {})})
                lines, head, events = lines + answer["lines"], answer["head"], events[count:]
            self.checks.check(lines == whole["lines"], "the lines differ")
            self.checks.check(head == whole["head"], "the heads differ")

    def small(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "log.jsonl"
            for request, answer in self.appended(4):
                data = "".join(line + "\n" for line in answer["lines"]).encode()
                path.write_bytes(data)
                key, epoch_s = request["root_key_hex"], str(request.get("epoch_s", 3600))
                want = a.verify(request["log"], data, own.key_of(request), own.epoch_of(request))
                runs = [[sys.executable, str(HERE / "audit_minimal.py"), str(path), request["log"]]]
                runs += [[*runs[0], key, epoch_s]] if key else []
                for command in runs:
                    done = subprocess.run(command, capture_output=True, text=True, check=False)
                    self.checks.check(done.stdout.strip() == f"{want.size} {want.root.hex()}", str(done))
                shell = ["sh", str(HERE / "audit_check.sh"), str(path)]
                done = subprocess.run(shell, capture_output=True, text=True, check=False)
                self.checks.check(done.returncode == 0 and not done.stdout, str(done))
                path.write_bytes(data.replace(b'"kind":"user"', b'"kind":"usex"', 1))
                done = subprocess.run(shell, capture_output=True, text=True, check=False)
                self.checks.check(done.stdout == "line 0\n", str(done))

    def bad_events(self) -> None:
        good = vectors.event(0, "x", changes={"a": {"to": [1]}}, source={"ip": "192.0.2.7"})
        options = self.options("acme/prod", t.ROOT_KEY)
        first: Json = {"op": "audit.append", **options}
        far = vectors.START + a.MAX_AHEAD * t.EPOCH_US
        bad: list[Json] = [{k: v for k, v in good.items() if k != name} for name in ("action", "actor", "resource")]
        bad += [{**good, **x} for x in (
            {"actor": {"kind": "user"}}, {"actor": "u"}, {"resource": {"id": "x"}}, {"action": 1}, {"changes": []},
            {"changes": {"a": {"was": 1}}}, {"changes": {"a": 1}}, {"changes": {"a": {"to": {"$c": "A" * 43}}}},
            {"changes": {"$c": {"to": 1}}}, {"changes": {"a": {"to": [{"b": {"$c": 1}}]}}},
            {"changes": {"a": {"to": 2**53 + 1}}},
            {"personal": ["/changes/b/to"]}, {"personal": ["/seq"]}, {"personal": ["/time"]}, {"personal": ["/action"]},
            {"personal": ["changes/a/to"]}, {"personal": ["/changes/a/to/1"]}, {"personal": ["/source/agent"]},
            {"personal": ["/changes/a/to/01"]}, {"personal": ["/changes/a/to", "/changes/a/to/0"]})]
        requests = [{**first, "events": [x]} for x in bad]
        requests.append({**first, "events": [good, {**good, "time_us": far + t.EPOCH_US}]})
        self.each(requests, lambda _, x: outcome(x)[0] in ("bad_event", "bad_request"))
        fine = [{**first, "events": [good, {**good, "time_us": far}]}, {**first, "events": [good]}]
        self.each(fine, lambda _, x: x.get("ok") is True)
        wrong = [{**first, "epoch_s": 59}, {**first, "log": ""}, {**first, "log": "A"}, {**first, "log": "a b"},
                 {**first, "log": "a" * 129}, {**first, "root_key_hex": "00" * 31}]
        self.each([{**x, "events": [good]} for x in wrong], lambda _, x: x.get("ok") is False)

    # -- verifying

    def writes(self) -> None:
        requests = []
        for _ in range(self.cases):
            base, rng = self.source.base(self.source.key()), self.source.rng
            ticked = base.chain.tick(base.time(-1) + rng.randint(0, 9) * t.EPOCH_US)
            lines, shown = base.lines + ticked, [d for d in base.disclosures if rng.random() < 0.7]
            for d in shown:
                if rng.random() < 0.2:
                    d.update(value="false")
            size = rng.randint(1, base.size)
            anchor = rng.choice([{}, t.expect(base, size), t.checkpoint(base, size)])
            requests.append({"op": "audit.verify", **base.options(), **anchor, "lines_b64": t.base64_of(lines),
                             "disclosures": shown})
        self.verified(requests)

    def verified(self, requests: list[Json]) -> None:
        def accept(request: Json, answer: Json) -> bool:
            want = own.answer(request)
            return answer.get("ok") is want["ok"] is True and all(
                answer.get(k) == want[k] for k in ("size", "root_hex", "keyed", "anchor")) \
                and ("disclosures" not in request or fields_in_order(answer) == fields_in_order(want))
        self.each(requests, accept)

    def frozen_logs(self) -> None:
        for name, x in self.bases.items():
            options = {k: x[k] for k in ("log", "root_key_hex", "epoch_s")}
            lines = t.base64_of([line.encode() for line in x["lines"]])
            for given in x["fields"]:
                answer = self.harness.one({"op": "audit.verify", **options, "lines_b64": lines,
                                           "disclosures": given["disclosures"]})
                good = answer.get("root_hex") == x["root_hex"] and fields_in_order(answer) == fields_in_order(given)
                self.checks.check(good, f"{name}: {answer}")

    def salt_order(self) -> None:
        """`salts_hex` are used up event by event, in the order in which `personal` lists the pointers."""
        for name, x in self.bases.items():
            options = {k: x[k] for k in ("log", "root_key_hex", "epoch_s")}
            answer = self.harness.one({"op": "audit.append", **options, "events": x["events"],
                                       "salts_hex": x["salts_hex"]})
            self.checks.check([d["pointer"] for d in answer.get("disclosures", [])] == [
                d["pointer"] for d in x["disclosures"]], f"{name}: {answer.get('disclosures')}")
            self.checks.check(answer.get("lines") == x["lines"], f"{name}: other lines from the same events and salts")

    def judged(self, requests: list[Json], wants: list[tuple[str, Any]], names: list[str]) -> None:
        for request, answer, want, name in zip(requests, self.harness.ask(requests), wants, names, strict=True):
            mine = outcome(own.answer(request))
            self.checks.check(outcome(answer) == want == mine, f"{name}: {outcome(answer)}, not {want} (here {mine})")

    def tampered_frozen(self, reading: bool) -> None:
        requests, wants, names = [], [], []
        for case in self.frozen["tampered"]:
            if case.get("reading", False) == reading:
                base = self.bases[case["base"]]
                data = base64.b64encode(vectors.decode(base["lines"], case)).decode()
                requests.append({"op": "audit.verify", **{k: base[k] for k in ("log", "root_key_hex", "epoch_s")},
                                 **case.get("options", {}), "lines_b64": data})
                wants.append((case["fault"], case["line"]) if case["fault"] else ("ok", None))
                names.append(f"{case['base']}, {case['name']}")
        self.judged(requests, wants, names)

    def tampered_random(self, reading: bool) -> None:
        for key in (t.ROOT_KEY, self.source.salt(), None):
            base, other = self.source.base(key), vectors.other(key)
            cases = [c for c in t.tamperings(base, other) if c.reading == reading]
            self.judged([t.request(base, c) for c in cases],
                        [(c.fault, c.line) if c.fault else ("ok", None) for c in cases],
                        [f"random, {'keyed' if key else 'unkeyed'}, {c.name}" for c in cases])

    # -- checkpoints

    def checkpoints(self) -> None:
        opened = [{"op": "audit.open_checkpoint", "note": x[note], "keys": [x["vkey"], x["witness_vkey"]], "want": x}
                  for x in self.frozen["checkpoints"] for note in ("note", "cosigned")]
        opened += [{**x, "keys": x["keys"][:1]} for x in opened]
        self.each(opened, lambda r, x: all(x.get(k) == r["want"][k] for k in ("origin", "size", "root_hex")))
        events = [{k: v for k, v in e.items() if k != "personal"} for e in vectors.EVENTS]
        for name, seed in (("signer.example", t.SEED), ("é", t.OTHER_SEED)):
            made = self.harness.one({"op": "audit.append", **self.keyed.options(), "events": events})
            parsed = [a.parse_line(line.encode()) for line in made["lines"]]
            root = a.root_of([bytes.fromhex(x.h) for x in parsed])
            answer = self.harness.one({"op": "audit.checkpoint", "head": made["head"], "ed25519_seed_hex": seed.hex(),
                                       "name": name})
            note = a.sign_note("acme/prod", len(parsed), root, name, seed)
            self.checks.check(answer.get("note") == note, str(answer))
            self.checks.check(answer.get("vkey") == a.vkey(name, seed), str(answer))
        names = self.harness.ask([{"op": "audit.checkpoint", "head": made["head"], "ed25519_seed_hex": t.SEED.hex(),
                                   "name": x} for x in ("", "a b", "a+b", "a\nb")])
        self.checks.check(all(x.get("ok") is False for x in names), f"names of keys: {names}")

    def false_checkpoints(self) -> None:
        bad: list[Json] = [{"op": "audit.open_checkpoint", **x} for x in self.frozen["false_checkpoints"]]
        good = self.frozen["checkpoints"][0]
        key = good["vkey"]
        bad += [{"op": "audit.open_checkpoint", "note": good["note"], "keys": keys} for keys in (
            [], [good["witness_vkey"]], [key[:-4] + "AAA="], [key.replace("+", "-")],
            [key.replace("signer", "Signer")])]
        self.each(bad, lambda _, x: x.get("ok") is False)

    # -- erasing, pruning, exporting

    def erase(self) -> None:
        frozen = self.frozen["erased"][0]
        base = self.bases["keyed"]
        request: Json = {
            "op": "audit.erase", **self.keyed.options(), "lines_b64": t.base64_of(self.keyed.lines),
            "disclosures": base["disclosures"], **{k: frozen[k] for k in ("now_us", "line", "pointers")}}
        answer = self.harness.one(request)
        self.checks.check(answer.get("lines") == [*base["lines"], *frozen["added"]], str(answer.get("lines"))[-900:])
        self.checks.check(answer.get("disclosures") == frozen["disclosures"], str(answer.get("disclosures")))
        lines = t.base64_of([x.encode() for x in [*base["lines"], *frozen["added"]]])
        after = self.harness.one({"op": "audit.verify", **self.keyed.options(), "lines_b64": lines,
                                  "disclosures": frozen["disclosures"]})
        self.checks.check(fields_in_order(after) == fields_in_order(frozen), str(after))
        requests = []
        for _ in range(self.cases):
            base_ = self.source.base(self.source.key())
            if base_.disclosures:
                field = self.source.rng.choice(base_.disclosures)
                now = base_.time(-1) + self.source.rng.randint(-5, 300) * SECOND
                requests.append({"op": "audit.erase", **base_.options(), "lines_b64": t.base64_of(base_.lines),
                                 "now_us": now, "line": field["line"], "pointers": [field["pointer"]],
                                 "disclosures": base_.disclosures})
        self.each(requests)
        wrong = [{**request, "pointers": ["/changes/none/to"]}, {**request, "line": 0}, {**request, "line": 999},
                 {**request, "lines_b64": t.base64_of(self.keyed.lines[1:])}]
        self.each(wrong, lambda _, x: x.get("ok") is False)

    def prune_request(self, base: t.Base, now: int, keep: int) -> Json:
        return {"op": "audit.prune", **base.options(), "lines_b64": t.base64_of(base.lines), "now_us": now,
                "keep_from_seq": keep}

    @staticmethod
    def covers(given: Any, wanted: Json) -> bool:
        return isinstance(given, dict) and all(given.get(k) == v for k, v in wanted.items())

    def prune(self) -> None:
        requests = [self.prune_request(self.keyed, x["now_us"], x["keep_from_seq"]) for x in self.frozen["pruned"]]
        for request, answer, want in zip(requests, self.harness.ask(requests), self.frozen["pruned"], strict=True):
            lines = [*self.bases["keyed"]["lines"][request["keep_from_seq"]:], *want["added"]]
            self.checks.check(answer.get("lines") == lines, f"lines: {answer}")
            self.checks.check(self.covers(answer.get("anchor"), want["anchor"]), f"anchor: {answer.get('anchor')}")
        for _ in range(self.cases):
            base = self.source.base(self.source.salt())
            now = base.time(-1) + self.source.rng.randint(-5, 300) * SECOND
            request = self.prune_request(base, now, self.source.rng.randint(1, base.size - 1))
            mine, answer = own.answer(request), self.harness.one(request)
            good = answer.get("lines") == mine["lines"] and self.covers(answer.get("anchor"), mine["anchor"])
            self.checks.check(good, f"{answer} to {json.dumps(request)}")
            lines = t.base64_of([x.encode() for x in mine["lines"]])
            after: Json = {"op": "audit.verify", **base.options(), "lines_b64": lines}
            self.verified([{**after, "start": x} for x in (mine["anchor"], answer.get("anchor"))])
            short = t.base64_of([x.encode() for x in mine["lines"][1:]])
            ends = {"size": base.size, "root_hex": base.root(base.size).hex()}
            cut = t.base64_of([x.encode() for x in mine["lines"][:base.size - request["keep_from_seq"] - 1]])
            self.judged(
                [after, {**after, "start": mine["anchor"], "lines_b64": short},
                 {**after, "start": mine["anchor"], "lines_b64": cut, "expect": ends}],
                [("missing_start", 0), ("gap", 0), ("truncated", base.size - request["keep_from_seq"] - 1)],
                ["no anchor", "first survivor missing", "cut"])

    def false_anchors(self) -> None:
        x = self.frozen["pruned"][1]
        survivors = [*self.bases["keyed"]["lines"][x["keep_from_seq"]:], *x["added"]]
        lines = t.base64_of([line.encode() for line in survivors])
        start: Json = {"op": "audit.verify", **self.keyed.options(), "lines_b64": lines}
        self.verified([{**start, "start": x["anchor"]}])
        self.each([{**start, "start": y["anchor"], "name": y["name"]} for y in self.frozen["false_anchors"]],
                  lambda _, y: y.get("ok") is False)

    def export(self) -> None:
        for key in (t.ROOT_KEY, None):
            base = self.source.base(key)
            whole: Json = {"op": "audit.export", **base.options(), "lines_b64": t.base64_of(base.lines)}
            times = [base.time(i) for i in range(base.size)]
            windows = [(times[0] - 9, times[-1] + 9), (times[2] + 1, times[6] - 1), (times[-1] + 5, times[-1] + 9)]
            for start, end in windows:
                for action in (None, "record.view", "é", "none"):
                    answer = self.harness.one({**whole, "from_us": start, "to_us": end, **(
                        {"action": action} if action else {})})
                    self.exported(base, start, end, action, answer)
            broken = t.base64_of([*base.lines[:2], *base.lines[3:]])
            bad = self.harness.one({**whole, "lines_b64": broken, "from_us": 0, "to_us": times[-1] + 9})
            self.checks.check(bad.get("ok") is False, "a broken log is exported")

    def exported(self, base: t.Base, start: int, end: int, action: str | None, answer: Json) -> None:
        name = f"{start}..{end}, {action}: {str(answer)[:200]}"
        if not answer.get("ok"):
            return self.checks.check(False, name)
        rows_raw, jsonl = (base64.b64decode(answer[k]) for k in ("csv_b64", "jsonl_b64"))
        inside = [i for i in range(base.size) if start <= base.time(i) <= end]
        matches = [i for i in inside if action in (None, base.parsed[i].body["action"])]
        self.checks.check(jsonl == t.join([base.lines[i] for i in inside]), f"JSONL: {name}")
        manifest = json.dumps(answer["manifest"])
        self.checks.check(a.sha256(rows_raw).hex() in manifest and a.sha256(jsonl).hex() in manifest, f"hashes: {name}")
        text = rows_raw.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
        self.checks.check(len(rows) == len(matches) + 1 and text.endswith("\r\n"), f"CSV rows: {name}")
        for i, row in zip(matches, rows[1:], strict=False):
            cells = [a.csv_undo(x) for x in row]
            self.checks.check(base.parsed[i].h in cells and str(i) in cells and base.parsed[i].body["action"] in cells,
                              f"CSV row {row}: {name}")
            self.checks.check(not any(FORMULA.match(x) and not x.startswith("'") for x in row), f"unguarded: {row}")

    # -- what is open

    def readings(self) -> None:
        base, n = self.keyed, self.keyed.size
        data: Json = {"op": "audit.verify", **base.options(), "lines_b64": t.base64_of(base.lines)}
        note = a.sign_note(base.log, n, base.root(n), "signer.example", t.SEED)
        text = a.note_text(base.log, n, base.root(n))
        cosigned = note + a.signature_line(text, "witness.example", t.WITNESS_SEED, 1_767_225_600)
        keys = [a.vkey("signer.example", t.SEED), a.vkey("witness.example", t.WITNESS_SEED, 4)]

        def anchored(checkpoint: Json) -> Any:
            answer = self.harness.one({**data, "checkpoint": checkpoint})
            return answer.get("anchor") if answer.get("ok") else outcome(answer)

        for checkpoint, want in (({"note": cosigned, "keys": keys, "quorum": 1}, "witnessed"),
                                 ({"note": cosigned, "keys": keys}, "witnessed"),
                                 ({"note": cosigned, "keys": keys[:1]}, "checkpoint"),
                                 ({"note": note, "keys": keys}, "checkpoint"),
                                 ({"note": note, "keys": keys, "quorum": 1}, ("unknown_key", n)),
                                 ({"note": cosigned, "keys": keys, "quorum": 2}, ("unknown_key", n))):
            got = anchored(checkpoint)
            self.checks.check(got == want, f"quorum {checkpoint.get('quorum')}, {len(checkpoint['keys'])} keys: {got}")
        # the weaker of the two anchors does not hide the stronger one
        both = self.harness.one({**data, **t.expect(base, 3), **t.checkpoint(base, n)})
        self.checks.check(both.get("anchor") == "checkpoint", f"expected and checkpoint: {both}")
        # inside of a CSV cell a quotation mark is the outer layer's matter
        self.each([{"op": "audit.csv_cell", "cell": x} for x in ('a"b', '"=1', '="1"')])
        # audit.epoch is not for callers
        event = vectors.event(0, "audit.epoch")
        answer = self.harness.one({"op": "audit.append", **base.options(), "events": [event]})
        self.checks.check(answer.get("error") == "bad_event", f"audit.epoch by a caller: {answer}")
        # the empty tree is consistent with nothing
        answer = self.harness.one({"op": "audit.prove_consistency", "leaves_hex": ["00"], "size1": 0})
        self.checks.check(answer.get("ok") is False, f"proof from the empty tree: {answer}")
        # a pruned log without a key rests on an expectation or a checkpoint
        plain = self.unkeyed
        pruned = self.harness.one(self.prune_request(plain, plain.time(-1) + 1, 4))
        zeros = pruned.get("ok") is True and pruned["anchor"]["mac_hex"] == a.ZEROS
        self.checks.check(zeros, f"unkeyed prune: {pruned}")
        after: Json = {"op": "audit.verify", **plain.options(), "start": pruned["anchor"],
                       "lines_b64": t.base64_of([x.encode() for x in pruned["lines"]])}
        self.judged([after], [("missing_start", 0)], ["unkeyed anchor alone"])
        self.verified([{**after, **t.expect(plain, plain.size)}, {**after, **t.checkpoint(plain, plain.size)}])
        # a disclosure of what is no commitment
        shown = {"line": 1, "pointer": "/actor/id", "salt_hex": "00" * 32, "value": "u1"}
        self.verified([{**data, "disclosures": [shown]}])
        # a clock that went back behind a closing entry: time is the start of the open epoch
        lines = base.lines + a.verify(base.log, t.join(base.lines), base.root_key, t.EPOCH_US).chain.tick(
            base.time(-1) + 3 * t.EPOCH_US)
        field = base.disclosures[0]
        self.each([{"op": "audit.erase", **base.options(), "lines_b64": t.base64_of(lines), "now_us": base.time(-1) + 1,
                    "line": field["line"], "pointers": [field["pointer"]], "disclosures": base.disclosures}])


def main() -> int:
    parser = argparse.ArgumentParser(description="interoperability of the audit-log formats")
    parser.add_argument("binary", help="the built conformance example")
    parser.add_argument("--cases", type=int, default=60, help="random cases per group")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    checks = Checks()
    Interop(Harness(options.binary), checks, options.cases, options.seed).run()
    print(f"{checks.passed} passed, {checks.failed} failed")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main())
