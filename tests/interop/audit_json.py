"""Canonical JSON (RFC 8785) over strict I-JSON (RFC 7493), commitments to personal fields, the rule for CSV cells;
part of the second implementation of the audit-log formats in `audit.py`.
"""
from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

Json = dict[str, Any]
PERSONAL = re.compile(r"/(actor/id|resource/id|source/(agent|ip|request)|changes/.*)", re.DOTALL)


class Refused(ValueError):
    """An input that cannot be written, or an argument that cannot be used."""


# ---- canonical JSON (RFC 8785) over strict I-JSON (RFC 7493) ----------------------------------------------------

ESCAPES = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 34: '\\"', 92: "\\\\"}

def parse(text: str) -> Any:
    def pairs(members: list[tuple[str, Any]]) -> Json:
        made = dict(members)
        if len(made) != len(members):
            raise Refused("duplicate name")
        return made

    def integer(token: str) -> int:
        if len(token) > 25 or number(float(token)) != token:
            raise Refused(f"not the form of a double: {token[:30]}")
        return int(token)

    def no_constant(token: str) -> None:
        raise Refused(token)

    try:
        return json.loads(text, object_pairs_hook=pairs, parse_int=integer, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(str(error)) from None

def number(value: float) -> str:
    """ECMAScript's Number::toString: the shortest digits that read back as the same double."""
    if value != value or value in (float("inf"), float("-inf")):
        raise Refused("not a finite number")
    if value == 0:
        return "0"
    sign, digit_tuple, exponent = Decimal(repr(value)).as_tuple()
    digits = "".join(map(str, digit_tuple))
    point = len(digits) + int(exponent)  # the decimal point stands after this many digits
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        text = digits.ljust(point, "0")
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        text = digits[0] + ("." + digits[1:] if digits[1:] else "") + f"e{point - 1:+d}"
    return "-" * sign + text

def string(value: str) -> str:
    out = []
    for char in value:
        code = ord(char)
        if 0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE:
            raise Refused("lone surrogate or noncharacter")
        out.append(ESCAPES.get(code) or (f"\\u{code:04x}" if code < 0x20 else char))
    return '"' + "".join(out) + '"'

def render(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return string(value)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, int):
        if number(float(value)) != str(value):
            raise Refused("an integer that no double shows as written")
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(map(render, value)) + "]"
    if isinstance(value, dict) and all(isinstance(name, str) for name in value):
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{string(name)}:{render(value[name])}" for name in names) + "}"
    raise Refused(f"not JSON: {type(value).__name__}")

def canonical(value: Any) -> bytes:
    return render(value).encode()

def canonicalise(text: str) -> bytes:
    return canonical(parse(text))


# ---- personal fields --------------------------------------------------------------------------------------------

def lp(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data

def commitment(pointer: str, salt: bytes, value: Any) -> str:
    if len(salt) != 32:
        raise Refused("a salt is 32 bytes")
    hashed = hashlib.sha256(b"audit-field-v1" + lp(pointer.encode()) + salt + lp(canonical(value))).digest()
    return base64.urlsafe_b64encode(hashed).decode().rstrip("=")

def is_commitment(value: Any) -> bool:
    if not isinstance(value, dict) or set(value) != {"$c"} or not isinstance(value["$c"], str):
        return False
    return bool(re.fullmatch(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]", value["$c"]))

def committed(value: Any, pointer: str = "") -> Iterator[tuple[str, Json]]:
    """Every object with a `$c`, well formed or not, and its JSON pointer."""
    if isinstance(value, dict) and "$c" in value:
        yield pointer, value
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in members:
        yield from committed(inner, f"{pointer}/" + str(name).replace("~", "~0").replace("/", "~1"))

def commit(body: Json, pointer: str, salt: bytes) -> Any:
    """Puts a commitment in the place of the value, which is returned."""
    if not PERSONAL.fullmatch(pointer):
        raise Refused(f"{pointer} cannot be personal")
    place, *path = body, *(t.replace("~1", "/").replace("~0", "~") for t in pointer[1:].split("/"))
    steps: list[Any] = list(path)
    for depth, step in enumerate(steps):
        if isinstance(place, list) and re.fullmatch("0|[1-9][0-9]*", step) and int(step) < len(place):
            steps[depth] = int(step)
        elif not isinstance(place, dict) or step not in place:
            raise Refused(f"nothing at {pointer}")
        if depth + 1 < len(steps):
            place = place[steps[depth]]
    value = place[steps[-1]]
    if any(committed(value)):
        raise Refused(f"{pointer} holds a commitment already")
    place[steps[-1]] = {"$c": commitment(pointer, salt, value)}
    return value


# ---- CSV --------------------------------------------------------------------------------------------------------

FORMULA = re.compile("'*[ \u00a0\ufeff\u200b]*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")

def csv_guard(cell: str) -> str:
    return "'" + cell if FORMULA.match(cell) else cell

def csv_undo(text: str) -> str:
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text
