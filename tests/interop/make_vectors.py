"""Writes ../vectors/envelope.json: frozen vectors of the envelope formats, made by `envelope.py`.

    python3 make_vectors.py            # write the file
    python3 make_vectors.py --check    # compare it with what would be written

Positive vectors hold every intermediate value. A negative section has `defaults` and `cases`; a case over its
defaults is a harness request (`op` says which) with the `error` that is expected, or `error_any` where the
specification leaves a choice. Blind indexes with `specified: false` rest on a reading of the normaliser's name
that the specification does not settle. Nothing here is random.
"""
from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.dont_write_bytecode = True
import envelope as e  # noqa: E402

Json = dict[str, Any]
PATH = Path(__file__).resolve().parent.parent / "vectors" / "envelope.json"


def pattern(start: int, length: int, step: int = 1) -> bytes:
    return bytes((start + step * i) & 0xFF for i in range(length))


KEY_A, KEY_B, KEY_C = pattern(0x00, 32), pattern(0x40, 32), pattern(0x80, 32)
KEK_A, KEK_B = pattern(0xA0, 32), pattern(0xC0, 32)
FILE_KEY = pattern(0xE0, 32)
SALT_A, SALT_B, SALT_C = pattern(0x10, 16), pattern(0x30, 16), pattern(0x50, 16)
CTX = [b"acme", b"integrations", b"api_key", b"row-42"]
CTX_UNICODE = ["café-東京".encode(), b"tableau", "clé".encode(), "🔑".encode()]
CTX_BYTES = [b"\x00\xff", b"t\x00", b"c|d", b"\xfe\x00\x80"]


def hex_id(key_id: int) -> str:
    return f"{key_id:08x}"


def hex_keys(keys: e.Keys) -> Json:
    return {hex_id(i): key.hex() for i, key in keys.items()}


def hex_parts(parts: e.Parts) -> list[str]:
    return [part.hex() for part in parts]


def flip(blob: bytes, at: int, mask: int = 0x01) -> bytes:
    at %= len(blob)
    return blob[:at] + bytes([blob[at] ^ mask]) + blob[at + 1:]


def put(blob: bytes, at: int, value: int) -> bytes:
    return blob[:at] + bytes([value]) + blob[at + 1:]


# ---- positive ---------------------------------------------------------------------------------------------------


def columns() -> list[Json]:
    cases: list[tuple[str, int, bytes, e.Parts, bytes, bytes]] = [
        ("worked example", 1, KEY_A, CTX, SALT_A, b"hello, column"),
        ("empty plaintext", 1, KEY_A, CTX, SALT_B, b""),
        ("1 byte", 1, KEY_A, CTX, SALT_B, b"\x00"),
        ("40 bytes", 2, KEY_B, CTX, SALT_C, pattern(3, 40, 7)),
        ("64 bytes", 2, KEY_B, CTX, SALT_A, pattern(3, 64, 7)),
        ("1000 bytes", 3, KEY_C, CTX, SALT_B, pattern(3, 1000, 7)),
        ("non-ASCII context", 1, KEY_A, CTX_UNICODE, SALT_C, "schlüssel".encode()),
        ("context that is not UTF-8", 1, KEY_A, CTX_BYTES, SALT_C, b"bytes"),
        ("empty row part", 1, KEY_A, [*CTX[:3], b""], SALT_A, b"no row"),
        ("key id 0", 0, KEY_A, CTX, SALT_A, b"key id"),
        ("key id 0xffffffff", 0xFFFFFFFF, KEY_A, CTX, SALT_A, b"key id"),
        ("all bits set", 0xFFFFFFFF, b"\xff" * 32, CTX, b"\xff" * 16, b"\xff" * 16),
        ("all bits clear", 0, bytes(32), [b""] * 4, bytes(16), bytes(16)),
    ]
    return [column(*case) for case in cases]


def column(name: str, key_id: int, key: bytes, parts: e.Parts, salt: bytes, plaintext: bytes) -> Json:
    derived = e.derive(e.COLUMN, key, key_id, salt, e.column_context(parts))
    blob = e.seal({key_id: key}, key_id, parts, plaintext, salt)
    return {
        "name": name, "key_id": hex_id(key_id), "key_hex": key.hex(), "ctx": hex_parts(parts), "salt_hex": salt.hex(),
        "pt_hex": plaintext.hex(), "ctx_hex": e.column_context(parts).hex(), "info_hex": derived.info.hex(),
        "t1_hex": derived.t1.hex(), "t2_hex": derived.t2.hex(), "blob_hex": blob.hex(), "text": e.to_text(blob),
    }


def wrapped() -> list[Json]:
    cases: list[tuple[str, int, bytes, bytes, bytes | None, int, bytes, bytes]] = [
        ("worked example", 7, KEK_A, b"acme", b"user-9", 1, SALT_A, KEY_A),
        ("no subject", 7, KEK_A, b"acme", None, 1, SALT_B, KEY_A),
        ("generation 0", 7, KEK_A, b"acme", b"user-9", 0, SALT_C, KEY_B),
        ("generation 0xffffffff", 7, KEK_A, b"acme", b"user-9", 0xFFFFFFFF, SALT_C, KEY_B),
        ("key-encryption key id 0, no subject", 0, KEK_B, b"acme", None, 2, SALT_A, KEY_C),
        ("key-encryption key id 0xffffffff", 0xFFFFFFFF, KEK_B, "東京".encode(), "🔑".encode(), 2, SALT_A, KEY_C),
    ]
    return [wrapped_key(*case) for case in cases]


def wrapped_key(name: str, kek_id: int, kek: bytes, tenant: bytes, subject: bytes | None, generation: int, salt: bytes,
                key: bytes) -> Json:
    ctx = e.wrap_context(tenant, subject, generation)
    derived = e.derive(e.WRAPPED, kek, kek_id, salt, ctx)
    blob = e.wrap_key(kek, kek_id, tenant, subject, generation, key, salt)
    return {
        "name": name, "kek_id": hex_id(kek_id), "kek_hex": kek.hex(), "tenant_hex": tenant.hex(),
        **({} if subject is None else {"subject_hex": subject.hex()}), "generation": generation, "salt_hex": salt.hex(),
        "key_hex": key.hex(), "ctx_hex": ctx.hex(), "info_hex": derived.info.hex(), "t1_hex": derived.t1.hex(),
        "t2_hex": derived.t2.hex(), "wrapped_hex": blob.hex(),
    }


ONE = [e.Recipient(1, KEY_A, SALT_A)]
TWO = [*ONE, e.Recipient(5, KEY_B, SALT_B)]
THREE = [*TWO, e.Recipient(0xFFFFFFFF, KEY_C, SALT_C)]
SAME_ID = [*ONE, e.Recipient(1, KEY_B, SALT_B)]


def streams() -> list[Json]:
    cases: list[tuple[str, list[e.Recipient], int, bytes]] = [
        ("worked example", ONE, 10, b"hello, stream"),
        ("0 bytes", ONE, 10, b""),
        ("1 byte", TWO, 10, b"\x01"),
        ("1023 bytes", ONE, 10, pattern(3, 1023, 7)),
        ("1024 bytes: one full chunk", ONE, 10, pattern(3, 1024, 7)),
        ("1025 bytes", THREE, 10, pattern(3, 1025, 7)),
        ("3000 bytes", ONE, 10, pattern(3, 3000, 7)),
        ("chunks of 64 KiB (the default)", ONE, 16, pattern(3, 100, 7)),
        ("chunks of 16 MiB (the largest)", ONE, 24, pattern(3, 100, 7)),
        ("two recipients with one key id", SAME_ID, 10, b"every match is tried"),
    ]
    return [stream(*case) for case in cases]


def stream(name: str, recipients: list[e.Recipient], log2: int, plaintext: bytes, parts: e.Parts = CTX) -> Json:
    ctx = e.column_context(parts)
    keys = e.stream_keys(FILE_KEY, log2, parts)
    blob = e.stream_seal(recipients, parts, plaintext, log2, FILE_KEY)
    header = e.parse_header(blob)
    rows = []
    for recipient, sealed in zip(recipients, header.recipients, strict=True):
        salt = recipient.salt or b""
        derived = e.derive(e.RECIPIENT, recipient.key, recipient.key_id, salt, ctx)
        rows.append({
            "key_id": hex_id(recipient.key_id), "key_hex": recipient.key.hex(), "salt_hex": salt.hex(),
            "info_hex": derived.info.hex(), "t1_hex": derived.t1.hex(), "t2_hex": derived.t2.hex(),
            "recipient_hex": sealed.hex(),
        })
    chunks = len(e.split_chunks(header, blob))
    return {
        "name": name, "chunk_log2": log2, "ctx": hex_parts(parts), "file_key_hex": FILE_KEY.hex(),
        "pt_hex": plaintext.hex(), "ctx_hex": ctx.hex(), "recipients": rows, "info_hex": keys.info.hex(),
        "payload_key_hex": keys.payload_key.hex(), "mac_key_hex": keys.mac_key.hex(),
        "nonce_prefix_hex": keys.prefix.hex(),
        "header_mac_hex": header.raw[-32:].hex(), "header_len": len(header.raw), "chunks": chunks,
        "first_nonce_hex": keys.nonce(0, chunks == 1).hex(), "last_nonce_hex": keys.nonce(chunks - 1, True).hex(),
        "blob_hex": blob.hex(),
    }


def rewraps() -> list[Json]:
    """`keep` are indices of old recipients that stay as they are, before the new ones in `add`."""
    plaintext, rows = pattern(3, 30, 7), []
    new = e.Recipient(9, KEY_C, SALT_C)
    for name, old, keep in [("one for one", ONE, []), ("two for one", TWO, []), ("one added", ONE, [0]),
                            ("the first of two replaced", TWO, [1])]:
        blob = e.stream_seal(old, CTX, plaintext, 10, FILE_KEY)
        keys = {r.key_id: r.key for r in old}
        rows.append({
            "name": name, "keys": hex_keys(keys), "ctx": hex_parts(CTX), "blob_hex": blob.hex(),
            "keep": keep, "add": {"key_id": hex_id(new.key_id), "key_hex": new.key.hex(), "salt_hex": SALT_C.hex()},
            "header_hex": e.stream_rewrap(keys, CTX, blob, [new], keep).hex(),
            "pt_hex": plaintext.hex(),
        })
    return rows


# Values on which every sensible reading of the normaliser's name agrees, then those that rest on this reading.
BLIND_VALUES: dict[str, tuple[list[str], list[str]]] = {
    "exact": (["Alice@Example.COM", "", " spaced ", "東京", "\u00e9", "e\u0301", "\u0000", "🔑"], []),
    "lowercase": (["ALICE", "", "\u00c5NGSTRÖM", "МОСКВА", "東京", "Mixed 123"], ["Straße", "ΟΔΟΣ", " Edge "]),
    "email": (["Alice@Example.COM", "alice@example.com", "JOS\u00c9@example.com"],
              [" alice@example.com\n", "straße@example.com"]),
    "digits": (["+49 (30) 123-456", "0049", "a1b2c3"], ["no digits", "٣٤٥ 12", "１２３"]),
    "nfkc_casefold": (["Straße", "Alice", "\ufb01le №", "ＡＬＩＣＥ", "\u212b", "e\u0301", "ΟΔΟΣ", "\uff76\uff9e"],
                      ["soft\u00adhyphen", "a\u200db"]),
}


def blind() -> list[Json]:
    rows = [blind_group("exact", 12, [("worked example", True)])]
    for normaliser, (agreed, own) in BLIND_VALUES.items():
        rows += [blind_group(normaliser, bits, [(agreed[0], True)]) for bits in (1, 7, 8, 12, 32)]
        rows.append(blind_group(normaliser, 256, [(v, True) for v in agreed] + [(v, False) for v in own]))
    return rows


def blind_group(normaliser: str, bits: int, values: list[tuple[str, bool]]) -> Json:
    names = ("customers", "email", "by_email")
    info = e.blind_index_info(*names, normaliser, bits)
    mac_key = e.expand(KEY_A, info, 32)
    rows = []
    for value, specified in values:
        normal = e.NORMALISERS[normaliser](value).encode()
        rows.append({
            "value": value, "specified": specified, "normal_hex": normal.hex(),
            "mac_hex": e.hmac_sha256(mac_key, normal).hex(),
            "index_hex": e.blind_index(KEY_A, *names, normaliser, bits, value).hex(),
        })
    return {
        "normaliser": normaliser, "bits": bits, "key_hex": KEY_A.hex(), "table": names[0], "column": names[1],
        "index": names[2], "info_hex": info.hex(), "mac_key_hex": mac_key.hex(), "values": rows,
    }


# ---- negative ---------------------------------------------------------------------------------------------------


class Negative:
    """A section of refusals; each is checked against this implementation while it is made."""
    def __init__(self, **defaults: Any) -> None:
        self.defaults, self.cases = defaults, list[Json]()

    def add(self, name: str, error: str | list[str], **request: Any) -> None:
        expected = {"error_any": error} if isinstance(error, list) else {"error": error}
        changed = {key: value for key, value in request.items() if self.defaults.get(key) != value}
        got = refusal({**self.defaults, **request})
        if got not in (error if isinstance(error, list) else [error]):
            raise AssertionError(f"{name}: expected {error}, got {got}")
        self.cases.append({"name": name, **expected, **changed})

    def section(self) -> Json:
        return {"defaults": self.defaults, "cases": self.cases}


def refusal(row: Json) -> str | None:
    """What this implementation says to a request of the harness that should be refused."""
    try:
        answer(row)
    except e.Refused as refused:
        return refused.code
    return None


def answer(row: Json) -> bytes:
    """The value that a reading request of the harness gives, by this implementation."""
    keys = {int(i, 16): bytes.fromhex(key) for i, key in (row.get("keys") or row.get("keks") or {}).items()}
    parts = [bytes.fromhex(part) for part in row.get("ctx", [])]
    destroyed = {int(i, 16) for i in row.get("destroyed", [])}
    if row["op"] == "envelope.unwrap_key":
        subject = bytes.fromhex(row["subject_hex"]) if "subject_hex" in row else None
        wrapped_key = bytes.fromhex(row["wrapped_hex"])
        return e.unwrap_key(keys, bytes.fromhex(row["tenant_hex"]), subject, row["generation"], wrapped_key)
    blob = e.from_text(row["text"]) if "text" in row else bytes.fromhex(row["blob_hex"])
    if row["op"] == "envelope.key_id":
        return e.u32(e.key_id(blob))
    if row["op"] == "envelope.open":
        return e.open_column(keys, parts, blob, int(row.get("min_generation", "0"), 16), destroyed)
    if row["op"] == "envelope.stream_open":
        return e.stream_open(keys, parts, blob, destroyed)
    if row["op"] == "envelope.stream_read":
        return e.stream_read(keys, parts, blob, row["chunk"])
    raise ValueError(row["op"])


def columns_negative() -> Json:
    keys = {1: KEY_A, 2: KEY_B}
    plaintext = pattern(3, 13, 7)  # 82 bytes: a final group of one byte, so that the text has stray bits to set
    blob = e.seal(keys, 1, CTX, plaintext, SALT_A)
    text = e.to_text(blob)
    rows = Negative(op="envelope.open", keys=hex_keys(keys), ctx=hex_parts(CTX))

    def case(name: str, error: str | list[str], value: bytes | str, parts: e.Parts = CTX, ring: e.Keys = keys,
             **more: Any) -> None:
        field = {"text": value} if isinstance(value, str) else {"blob_hex": value.hex()}
        rows.add(name, error, keys=hex_keys(ring), ctx=hex_parts(parts), **field, **more)

    case("nothing", "malformed", b"")
    case("the suite byte alone", "malformed", blob[:1])
    for length in (5, 21, 53, 68):
        case(f"cut to {length} bytes", "malformed", blob[:length])
    case("an unknown suite, too short for suite 1", ["malformed", "unsupported_suite"], put(blob, 0, 9)[:68])
    for length in (69, 72, 81):
        case(f"cut to {length} bytes", "rejected", blob[:length])
    case("a trailing zero byte", "rejected", blob + b"\x00")
    case("16 trailing bytes", "rejected", blob + bytes(16))
    for suite in (0x00, 0x02, 0x03, 0xFF):
        case(f"suite {suite:#04x}", "unsupported_suite", put(blob, 0, suite))
    wrapped_blob = e.wrap_key(KEK_A, 1, b"acme", None, 1, KEY_A, SALT_A)
    case("a wrapped key in a column", "unsupported_suite", wrapped_blob)
    sealed_recipient = e.seal_recipient(ONE[0], CTX, FILE_KEY)
    case("a recipient of a stream in a column", "rejected", sealed_recipient)
    case("key id flipped to an unknown one", "unknown_key", flip(blob, 1))
    case("key id changed to another known one", "rejected", put(blob, 4, 2))
    for where, at in [("salt, first byte", 5), ("salt, last byte", 20), ("commitment, first byte", 21),
                      ("commitment, last byte", 52), ("ciphertext, first byte", 53), ("ciphertext, last byte", 65),
                      ("tag, first byte", 66), ("tag, last byte", 81)]:
        case(f"bit flipped: {where}", "rejected", flip(blob, at, 0x80 if at % 2 else 0x01))
    for i, part in enumerate(("tenant", "table", "column", "row")):
        case(f"another {part}", "rejected", blob, [*CTX[:i], CTX[i] + b"2", *CTX[i + 1:]])
        case(f"{part} in upper case", "rejected", blob, [*CTX[:i], CTX[i].upper(), *CTX[i + 1:]])
        case(f"{part} empty", "rejected", blob, [*CTX[:i], b"", *CTX[i + 1:]])
    for i, between in enumerate(("tenant and table", "table and column", "column and row")):
        moved = [*CTX[:i], CTX[i] + CTX[i + 1][:1], CTX[i + 1][1:], *CTX[i + 2:]]
        case(f"boundary moved between {between}", "rejected", blob, moved)
        case(f"{between} exchanged", "rejected", blob, [*CTX[:i], CTX[i + 1], CTX[i], *CTX[i + 2:]])
    case("another key under the id", "rejected", blob, ring={1: KEY_B})
    case("no key", "unknown_key", blob, ring={2: KEY_B})
    case("key destroyed", "key_destroyed", blob, ring={2: KEY_B}, destroyed=["00000001"])
    case("key destroyed, and still in the ring", "key_destroyed", blob, destroyed=["00000001"])
    case("key too old", "key_too_old", blob, min_generation="00000002")
    case("destroyed before too old", "key_destroyed", blob, ring={2: KEY_B}, destroyed=["00000001"],
         min_generation="00000002")
    case("too old before unknown", "key_too_old", blob, ring={2: KEY_B}, min_generation="00000002")
    case("unknown before rejected", "unknown_key", flip(blob, -1), ring={2: KEY_B})
    case("malformed before destroyed", "malformed", blob[:68], ring={2: KEY_B}, destroyed=["00000001"])
    case("unsupported before destroyed", "unsupported_suite", put(blob, 0, 9), ring={2: KEY_B}, destroyed=["00000001"])
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    stray = alphabet[alphabet.index(text[-1]) ^ 1]
    standard = e.to_text(e.seal(keys, 1, CTX, plaintext, SALT_B)).replace("-", "+").replace("_", "/")
    for name, bad in {
        "empty text": "", "prefix alone": "e1.", "padding": text + "==", "one padding sign": text + "=",
        "stray final bits": text[:-1] + stray, "standard alphabet": standard, "leading space": " " + text,
        "trailing newline": text + "\n", "space inside": text[:20] + " " + text[20:],
        "newline inside": text[:67] + "\n" + text[67:], "missing prefix": text[3:],
        "prefix in upper case": "E1." + text[3:], "prefix e2.": "e2." + text[3:],
        "prefix without its dot": "e1" + text[3:], "prefix twice": "e1." + text,
        "one character short": text[:-1], "not ASCII": text[:-1] + "\u00e9",
        "full-width letter": text[:10] + "\uff21" + text[11:],
        "NUL at the end": text + "\u0000",
    }.items():
        case(f"text: {name}", ["malformed", "unsupported_suite"] if name == "prefix e2." else "malformed", bad)
    case("text: two zero bytes more", "rejected", text + "AA")
    case("text of an unknown suite", "unsupported_suite", e.to_text(put(blob, 0, 9)))
    case("text of a blob that is too short", "malformed", e.to_text(blob[:60]))
    op = "envelope.key_id"
    rows.add("key id of nothing", "malformed", op=op, blob_hex="")
    rows.add("key id of a short value", "malformed", op=op, blob_hex=blob[:68].hex())
    rows.add("key id of suite 0x02", "unsupported_suite", op=op, blob_hex=put(blob, 0, 2).hex())
    rows.add("key id of padded text", "malformed", op=op, text=text + "==")
    return rows.section()


def wrapped_negative() -> Json:
    keks = {7: KEK_A, 8: KEK_B}
    blob = e.wrap_key(KEK_A, 7, b"acme", b"user-9", 1, KEY_A, SALT_A)
    rows = Negative(op="envelope.unwrap_key", keks=hex_keys(keks), tenant_hex=b"acme".hex(), generation=1)

    def case(name: str, error: str | list[str], value: bytes = blob, tenant: bytes = b"acme",
             subject: bytes | None = b"user-9", generation: int = 1, ring: e.Keys = keks) -> None:
        with_subject = {} if subject is None else {"subject_hex": subject.hex()}
        rows.add(name, error, keks=hex_keys(ring), tenant_hex=tenant.hex(), **with_subject, generation=generation,
                 wrapped_hex=value.hex())

    for length in (0, 1, 53, 100):
        case(f"cut to {length} bytes", "malformed", blob[:length])
    case("a trailing byte", "malformed", blob + b"\x00")
    for suite in (0x00, 0x01, 0x03, 0xFF):
        case(f"suite {suite:#04x}", "unsupported_suite", put(blob, 0, suite))
    case("an unknown suite and 102 bytes", ["malformed", "unsupported_suite"], put(blob, 0, 9) + b"\x00")
    column_blob = e.seal({7: KEK_A}, 7, CTX, KEY_A, SALT_A)
    case("a column value of 101 bytes", "unsupported_suite", column_blob)
    case("a column value relabelled as a wrapped key", "rejected", put(column_blob, 0, 2))
    case("key id flipped to an unknown one", "unknown_key", flip(blob, 1))
    case("key id changed to another known one", "rejected", put(blob, 4, 8))
    for where, at in [("salt", 5), ("commitment", 52), ("ciphertext", 53), ("tag", 100)]:
        case(f"bit flipped: {where}", "rejected", flip(blob, at))
    case("another tenant", "rejected", tenant=b"acmf")
    case("another subject", "rejected", subject=b"user-8")
    case("no subject", "rejected", subject=None)
    case("another generation", "rejected", generation=2)
    case("boundary moved between tenant and subject", "rejected", tenant=b"acmeu", subject=b"ser-9")
    case("tenant and subject exchanged", "rejected", tenant=b"user-9", subject=b"acme")
    case("another key-encryption key under the id", "rejected", ring={7: KEK_B})
    case("no key-encryption key", "unknown_key", ring={8: KEK_B})
    return rows.section()


def streams_negative() -> Json:
    keys = {1: KEY_A}
    small = e.stream_seal(ONE, CTX, b"hello", 10, FILE_KEY)
    two = e.stream_seal(TWO, CTX, b"hello", 10, FILE_KEY)
    header_len, step = 7 + 101 + 32, 1024 + 16
    long = e.stream_seal(ONE, CTX, pattern(3, 2 * 1024 + 10, 7), 10, FILE_KEY)  # three chunks
    header, payload = long[:header_len], long[header_len:]
    first, second, third = payload[:step], payload[step:2 * step], payload[2 * step:]
    derived = e.stream_keys(FILE_KEY, 10, CTX)
    last = derived.seal(1, True, b"the end")  # with `header` and `first`: a whole stream of two chunks
    both = header + first + last
    full = e.stream_seal(ONE, CTX, pattern(3, 1024, 7), 10, FILE_KEY)  # one full chunk
    empty_last = header + first + derived.seal(1, True, b"")
    rows = Negative(op="envelope.stream_open", keys=hex_keys(keys), ctx=hex_parts(CTX))

    def case(name: str, error: str | list[str], blob: bytes, parts: e.Parts = CTX, ring: e.Keys = keys,
             **more: Any) -> None:
        op = "envelope.stream_read" if "chunk" in more else "envelope.stream_open"
        rows.add(name, error, op=op, keys=hex_keys(ring), ctx=hex_parts(parts), blob_hex=blob.hex(), **more)

    for length in (0, 4, 6):
        case(f"cut to {length} bytes", "malformed", small[:length])
    for length in (7, 8, 107, 108, 139):
        case(f"header cut to {length} bytes", "truncated", small[:length])
    case("header alone", "truncated", small[:header_len])
    case("header alone, chunk 0 read", "truncated", small[:header_len], chunk=0)
    case("another magic", "malformed", flip(small, 3))
    case("suite 0x04", "unsupported_suite", put(small, 4, 4))
    case("suite 0x01", "unsupported_suite", put(small, 4, 1))
    case("a column value", "malformed", e.seal(keys, 1, CTX, pattern(0, 100), SALT_A))
    case("log2 chunk 9", "malformed", put(small, 5, 9))
    case("log2 chunk 25", "malformed", put(small, 5, 25))
    case("log2 chunk 11", "rejected", put(small, 5, 11))
    case("recipient count 0", "malformed", put(small, 6, 0))
    case("recipient count 17", "malformed", put(small, 6, 17))
    case("recipient count 17, long enough", "malformed", put(small, 6, 17) + bytes(1600))
    case("recipient count 2, too short for it", "truncated", put(small, 6, 2))
    case("recipient count 1 of 2", "rejected", put(two, 6, 1))
    case("a recipient's suite 0x02", ["unsupported_suite", "unknown_key", "rejected"], put(small, 7, 2))
    case("a recipient's key id flipped to an unknown one", "unknown_key", flip(small, 11, 0x04))
    case("a recipient's key id changed to another known one", "rejected", put(small, 11, 5), ring={1: KEY_A, 5: KEY_B})
    for where, at in [("salt", 12), ("commitment", 28), ("ciphertext", 60), ("tag", 107)]:
        case(f"bit flipped in a recipient: {where}", "rejected", flip(small, at))
    case("bit flipped in a recipient that is not ours", "rejected", flip(two, 108 + 30))
    case("recipients exchanged", "rejected", two[:7] + two[108:209] + two[7:108] + two[209:])
    case("a recipient removed", "rejected", put(two, 6, 1)[:108] + two[209:])
    as_column = e.seal(keys, 1, CTX, FILE_KEY, SALT_A)
    case("a column value in place of a recipient", "rejected", small[:7] + as_column + small[108:])
    case("header MAC, first bit flipped", "rejected", flip(small, 108, 0x80))
    case("header MAC, last bit flipped", "rejected", flip(small, 139))
    case("header MAC of zeros", "rejected", small[:108] + bytes(32) + small[140:])
    case("header MAC flipped, chunk 0 read", "rejected", flip(small, 139), chunk=0)
    for i, part in enumerate(("tenant", "table", "column", "row")):
        case(f"another {part}", "rejected", small, [*CTX[:i], CTX[i] + b"2", *CTX[i + 1:]])
    case("boundary moved between column and row", "rejected", small, [*CTX[:2], CTX[2] + CTX[3][:1], CTX[3][1:]])
    case("another key under the id", "rejected", small, ring={1: KEY_B})
    case("no key", "unknown_key", small, ring={2: KEY_B})
    case("key destroyed", "key_destroyed", small, ring={2: KEY_B}, destroyed=["00000001"])
    case("key destroyed, and still in the ring", "key_destroyed", small, destroyed=["00000001"])
    case("both keys destroyed", "key_destroyed", two, ring={}, destroyed=["00000001", "00000005"])
    case("one key destroyed, the other one unknown", "unknown_key", two, ring={2: KEY_C}, destroyed=["00000001"])
    case("one key destroyed, the other one wrong", "rejected", two, ring={5: KEY_C}, destroyed=["00000001"])
    case("one key wrong, the other one unknown", ["rejected", "unknown_key"], two, ring={5: KEY_C})
    case("chunk cut inside its tag", ["rejected", "truncated"], small[:-1])
    case("chunk cut to 15 bytes", ["rejected", "truncated"], small[:header_len + 15])
    case("chunk cut to 1 byte", ["rejected", "truncated"], small[:header_len + 1])
    case("a trailing byte", "rejected", small + b"\x00")
    case("a trailing byte after one full chunk", "rejected", full + b"\x00")
    case("a trailing byte after one full chunk, chunk 0 read", "rejected", full + b"\x00", chunk=0)
    case("another last chunk after the last one", "rejected", full + derived.seal(1, True, b"more"))
    case("an empty last chunk after a full chunk", ["rejected", "malformed"], empty_last)
    case("an empty last chunk after a full chunk, chunk 0 read", ["rejected", "malformed"], empty_last, chunk=0)
    case("an empty last chunk with another counter", "rejected", header + derived.seal(1, True, b""))
    case("bit flipped in a chunk", "rejected", flip(small, header_len))
    case("bit flipped in a chunk's tag", "rejected", flip(small, -1))
    case("last of two chunks removed", "truncated", header + first)
    case("last of two chunks removed, chunk 0 read", "truncated", header + first, chunk=0)
    case("first chunk removed", "rejected", header + last)
    case("middle chunk removed", "rejected", header + first + third)
    case("chunks swapped", "rejected", header + second + first + third)
    case("chunk duplicated", "rejected", header + first + first + last)
    case("last chunk duplicated", "rejected", both + last)
    case("last chunk tampered with, chunk 0 read", "rejected", flip(both, -1), chunk=0)
    case("first chunk tampered with, that chunk read", "rejected", flip(both, header_len), chunk=0)
    case("first chunk sealed as the last one", "rejected", full + last)
    case("chunk beyond the end", "out_of_range", small, chunk=1)
    case("chunk 1 of an empty stream", "out_of_range", e.stream_seal(ONE, CTX, b"", 10, FILE_KEY), chunk=1)
    case("chunk 0xffffffff", "out_of_range", small, chunk=0xFFFFFFFF)
    foreign = e.stream_seal(ONE, CTX, b"hello", 10, KEY_C)
    case("payload of another stream", "rejected", header + foreign[header_len:])
    return rows.section()


def build() -> Json:
    return {
        "source": "Made by tests/interop/make_vectors.py, an independent Python implementation over PyCA cryptography "
                  "written from the format specification, not by the Rust crate. Compare; never regenerate to fit.",
        "version": 1,
        "columns": columns(), "wrapped": wrapped(), "streams": streams(), "rewraps": rewraps(), "blind_index": blind(),
        "columns_negative": columns_negative(), "wrapped_negative": wrapped_negative(),
        "streams_negative": streams_negative(),
    }


def dump(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def render(vectors: Json) -> str:
    """One vector a line, so that a difference is readable."""
    def lines(rows: list[Json]) -> str:
        return "[\n" + ",\n".join(dump(row) for row in rows) + "\n]"
    fields = []
    for name, value in vectors.items():
        if isinstance(value, dict):
            text = f'{{"defaults": {dump(value["defaults"])}, "cases": {lines(value["cases"])}}}'
        else:
            text = lines(value) if isinstance(value, list) else dump(value)
        fields.append(f"{dump(name)}: {text}")
    return "{\n" + ",\n".join(fields) + "\n}\n"


def main() -> int:
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
