"""A second implementation of the envelope byte formats, over PyCA `cryptography`.

It was written from the format specification alone, without the Rust sources, so that an agreement of the two
says something. It is a reference for tests: no zeroisation, no key cache, everything in memory.

Conventions: integers are big-endian, `len` is a u32, `|` is concatenation, and "Expand" is HKDF-Expand with
SHA-256 whose key is the pseudo-random key. Every source of randomness can be given, for fixed vectors.
"""
from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

try:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
except ImportError as missing:
    raise SystemExit(f"this needs the Python package `cryptography` (pip install cryptography): {missing}") from None

SUITE_COLUMN, SUITE_WRAPPED, SUITE_STREAM = 0x01, 0x02, 0x03
KEY_LEN, SALT_LEN, COMMITMENT_LEN, TAG_LEN = 32, 16, 32, 16
OVERHEAD = 1 + 4 + SALT_LEN + COMMITMENT_LEN + TAG_LEN  # 69
SEALED_KEY_LEN = OVERHEAD + KEY_LEN  # 101: a wrapped data key, and a recipient of a stream
MAX_PLAINTEXT = 16 << 20
TEXT_PREFIX = "e1."
MAGIC, PROLOGUE_LEN, HEADER_MAC_LEN = b"RFS1", 7, 32
MIN_LOG2, MAX_LOG2, DEFAULT_LOG2 = 10, 24, 16
MAX_RECIPIENTS = 16
ZERO_NONCE = bytes(12)

Keys = Mapping[int, bytes]  # key id -> 32 bytes
Parts = Sequence[bytes]  # tenant, table, column, row

class Refused(Exception):
    """A stored value that is not opened; `code` is one of the specified refusal codes."""
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

def u32(value: int) -> bytes:
    return value.to_bytes(4, "big")

def lp(data: bytes) -> bytes:
    """`len | bytes`."""
    return u32(len(data)) + data

def context(parts: Parts) -> bytes:
    return b"".join(lp(part) for part in parts)

def column_context(parts: Parts) -> bytes:
    if len(parts) != 4:
        raise ValueError("a context is tenant, table, column, row")
    return context(parts)

def wrap_context(tenant: bytes, subject: bytes | None, generation: int) -> bytes:
    return context([tenant, subject or b"", u32(generation)])

def expand(key: bytes, info: bytes, length: int) -> bytes:
    if len(key) != KEY_LEN:
        raise ValueError("every key is exactly 32 bytes")
    return HKDFExpand(algorithm=SHA256(), length=length, info=info).derive(key)

def hmac_sha256(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, hashlib.sha256).digest()


# ---- the construction that columns, wrapped keys and recipients share -------------------------------------------

class Kind(NamedTuple):
    label: bytes
    suite: int

COLUMN = Kind(b"env/1", SUITE_COLUMN)
WRAPPED = Kind(b"wrap/1", SUITE_WRAPPED)
RECIPIENT = Kind(b"file/1", SUITE_COLUMN)  # the suite byte stays 0x01

class Derived(NamedTuple):
    info: bytes
    t1: bytes  # the AES-256 key
    t2: bytes  # the commitment

def derive(kind: Kind, key: bytes, key_id: int, salt: bytes, ctx: bytes) -> Derived:
    info = kind.label + bytes([kind.suite]) + u32(key_id) + salt + lp(ctx)
    block = expand(key, info, 64)
    return Derived(info, block[:32], block[32:])

def seal_value(kind: Kind, key: bytes, key_id: int, ctx: bytes, plaintext: bytes, salt: bytes | None) -> bytes:
    salt = os.urandom(SALT_LEN) if salt is None else salt
    if len(salt) != SALT_LEN:
        raise ValueError("a salt is 16 bytes")
    derived = derive(kind, key, key_id, salt, ctx)
    body = AESGCM(derived.t1).encrypt(ZERO_NONCE, plaintext, None)
    return bytes([kind.suite]) + u32(key_id) + salt + derived.t2 + body

def open_value(kind: Kind, key: bytes, ctx: bytes, blob: bytes) -> bytes:
    """`blob` has the right shape and suite; wrong key, wrong context and tampering are one refusal."""
    salt, commitment, body = blob[5:21], blob[21:53], blob[53:]
    derived = derive(kind, key, key_id_at(blob), salt, ctx)
    if not hmac.compare_digest(derived.t2, commitment):
        raise Refused("rejected")
    return aes_open(derived.t1, ZERO_NONCE, body)

def aes_open(key: bytes, nonce: bytes, body: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(nonce, body, None)
    except InvalidTag:
        raise Refused("rejected") from None

def key_id_at(blob: bytes) -> int:
    return int.from_bytes(blob[1:5], "big")


# ---- suite 1: a column value ------------------------------------------------------------------------------------

def seal(keys: Keys, primary: int, parts: Parts, plaintext: bytes, salt: bytes | None = None) -> bytes:
    if len(plaintext) > MAX_PLAINTEXT:
        raise ValueError("a column value is at most 16 MiB")
    return seal_value(COLUMN, keys[primary], primary, column_context(parts), plaintext, salt)

def key_id(blob: bytes) -> int:
    if not OVERHEAD <= len(blob) <= OVERHEAD + MAX_PLAINTEXT:
        raise Refused("malformed")
    if blob[0] != SUITE_COLUMN:
        raise Refused("unsupported_suite")
    return key_id_at(blob)

def open_column(keys: Keys, parts: Parts, blob: bytes, min_generation: int = 0,
                destroyed: Collection[int] = ()) -> bytes:
    identifier = key_id(blob)
    if identifier in destroyed:
        raise Refused("key_destroyed")
    if identifier < min_generation:
        raise Refused("key_too_old")
    if identifier not in keys:
        raise Refused("unknown_key")
    return open_value(COLUMN, keys[identifier], column_context(parts), blob)

def to_text(blob: bytes) -> str:
    return TEXT_PREFIX + base64.urlsafe_b64encode(blob).rstrip(b"=").decode("ascii")

def from_text(text: str) -> bytes:
    """The one canonical form only: exact prefix, no padding, no stray final bits, nothing else around it."""
    match = re.fullmatch(r"e1\.([A-Za-z0-9_-]*)", text)
    if match is None or len(match[1]) % 4 == 1:
        raise Refused("malformed")
    blob = base64.urlsafe_b64decode(match[1] + "=" * (-len(match[1]) % 4))
    if to_text(blob) != text:
        raise Refused("malformed")
    return blob


# ---- 0x02: a wrapped data key -----------------------------------------------------------------------------------

def wrap_key(kek: bytes, kek_id: int, tenant: bytes, subject: bytes | None, generation: int, key: bytes,
             salt: bytes | None = None) -> bytes:
    if len(key) != KEY_LEN:
        raise ValueError("every key is exactly 32 bytes")
    return seal_value(WRAPPED, kek, kek_id, wrap_context(tenant, subject, generation), key, salt)

def unwrap_key(keks: Keys, tenant: bytes, subject: bytes | None, generation: int, wrapped: bytes) -> bytes:
    if len(wrapped) != SEALED_KEY_LEN:
        raise Refused("malformed")
    if wrapped[0] != SUITE_WRAPPED:
        raise Refused("unsupported_suite")
    if key_id_at(wrapped) not in keks:
        raise Refused("unknown_key")
    return open_value(WRAPPED, keks[key_id_at(wrapped)], wrap_context(tenant, subject, generation), wrapped)


# ---- 0x03: a stream ---------------------------------------------------------------------------------------------

class Recipient(NamedTuple):
    key_id: int
    key: bytes  # a scope data key
    salt: bytes | None = None

class StreamKeys(NamedTuple):
    info: bytes
    payload_key: bytes
    mac_key: bytes
    prefix: bytes

    def nonce(self, counter: int, last: bool) -> bytes:
        return self.prefix + u32(counter) + bytes([last])  # the counter never wraps: `u32` raises

    def seal(self, counter: int, last: bool, chunk: bytes) -> bytes:
        return AESGCM(self.payload_key).encrypt(self.nonce(counter, last), chunk, None)

    def open(self, counter: int, last: bool, body: bytes) -> bytes:
        return aes_open(self.payload_key, self.nonce(counter, last), body)

class Header(NamedTuple):
    log2: int
    recipients: list[bytes]
    raw: bytes  # all of it, with the MAC

def stream_keys(file_key: bytes, log2: int, parts: Parts) -> StreamKeys:
    info = b"stream/1" + bytes([SUITE_STREAM, log2]) + lp(column_context(parts))
    block = expand(file_key, info, 71)
    return StreamKeys(info, block[:32], block[32:64], block[64:])

def seal_recipient(recipient: Recipient, parts: Parts, file_key: bytes) -> bytes:
    return seal_value(RECIPIENT, recipient.key, recipient.key_id, column_context(parts), file_key, recipient.salt)

def stream_header(sealed_recipients: Sequence[bytes], log2: int, mac_key: bytes) -> bytes:
    if not 1 <= len(sealed_recipients) <= MAX_RECIPIENTS:
        raise ValueError("a stream has 1 to 16 recipients")
    covered = MAGIC + bytes([SUITE_STREAM, log2, len(sealed_recipients)]) + b"".join(sealed_recipients)
    return covered + hmac_sha256(mac_key, covered)

def stream_seal(recipients: Sequence[Recipient], parts: Parts, plaintext: bytes, log2: int = DEFAULT_LOG2,
                file_key: bytes | None = None) -> bytes:
    if not MIN_LOG2 <= log2 <= MAX_LOG2:
        raise ValueError("log2 of the chunk size is 10 to 24")
    file_key = os.urandom(KEY_LEN) if file_key is None else file_key
    keys = stream_keys(file_key, log2, parts)
    size = 1 << log2
    chunks = [plaintext[i:i + size] for i in range(0, len(plaintext), size)] or [b""]
    header = stream_header([seal_recipient(r, parts, file_key) for r in recipients], log2, keys.mac_key)
    return header + b"".join(keys.seal(i, i == len(chunks) - 1, chunk) for i, chunk in enumerate(chunks))

def parse_header(blob: bytes) -> Header:
    """Shape and suites only; nothing here is authentic yet."""
    if len(blob) < PROLOGUE_LEN or blob[:4] != MAGIC:
        raise Refused("malformed")
    suite, log2, count = blob[4], blob[5], blob[6]
    if suite != SUITE_STREAM:
        raise Refused("unsupported_suite")
    if not MIN_LOG2 <= log2 <= MAX_LOG2 or not 1 <= count <= MAX_RECIPIENTS:
        raise Refused("malformed")
    length = PROLOGUE_LEN + count * SEALED_KEY_LEN + HEADER_MAC_LEN
    if len(blob) < length:
        raise Refused("truncated")
    recipients = [blob[i:i + SEALED_KEY_LEN] for i in range(PROLOGUE_LEN, length - HEADER_MAC_LEN, SEALED_KEY_LEN)]
    if any(recipient[0] != RECIPIENT.suite for recipient in recipients):
        raise Refused("unsupported_suite")
    return Header(log2, recipients, blob[:length])

def find_file_key(keys: Keys, parts: Parts, header: Header, destroyed: Collection[int] = ()) -> bytes:
    """Every recipient whose key id we hold is tried; several may carry the same id."""
    left = [r for r in header.recipients if key_id_at(r) not in destroyed]
    if not left:
        raise Refused("key_destroyed")
    known = [r for r in left if key_id_at(r) in keys]
    if not known:
        raise Refused("unknown_key")
    for recipient in known:
        try:
            return open_value(RECIPIENT, keys[key_id_at(recipient)], column_context(parts), recipient)
        except Refused:
            continue
    raise Refused("rejected")

def open_header(keys: Keys, parts: Parts, blob: bytes,
                destroyed: Collection[int] = ()) -> tuple[Header, bytes, StreamKeys]:
    header = parse_header(blob)
    file_key = find_file_key(keys, parts, header, destroyed)
    derived = stream_keys(file_key, header.log2, parts)
    covered, mac = header.raw[:-HEADER_MAC_LEN], header.raw[-HEADER_MAC_LEN:]
    if not hmac.compare_digest(hmac_sha256(derived.mac_key, covered), mac):
        raise Refused("rejected")
    return header, file_key, derived

def split_chunks(header: Header, blob: bytes) -> list[bytes]:
    step = (1 << header.log2) + TAG_LEN
    return [blob[i:i + step] for i in range(len(header.raw), len(blob), step)]

def open_last(keys: StreamKeys, header: Header, chunks: Sequence[bytes]) -> bytes:
    """The input's last piece must be the flagged chunk; a whole unflagged one means that the rest is missing."""
    if not chunks:
        raise Refused("truncated")
    counter, body = len(chunks) - 1, chunks[-1]
    if len(body) < TAG_LEN or (counter > 0 and len(body) == TAG_LEN):
        raise Refused("rejected")
    try:
        return keys.open(counter, True, body)
    except Refused:
        keys.open(counter, False, body)  # refuses with `rejected`
        raise Refused("truncated" if len(body) == (1 << header.log2) + TAG_LEN else "rejected") from None

def stream_open(keys: Keys, parts: Parts, blob: bytes, destroyed: Collection[int] = ()) -> bytes:
    header, _, derived = open_header(keys, parts, blob, destroyed)
    chunks = split_chunks(header, blob)
    plain = [derived.open(i, False, body) for i, body in enumerate(chunks[:-1])]
    return b"".join(plain) + open_last(derived, header, chunks)

def stream_read(keys: Keys, parts: Parts, blob: bytes, chunk: int) -> bytes:
    """Random access: the last chunk is authenticated first, because it fixes the number of chunks."""
    header, _, derived = open_header(keys, parts, blob)
    chunks = split_chunks(header, blob)
    last = open_last(derived, header, chunks)
    if chunk >= len(chunks):
        raise Refused("out_of_range")
    return last if chunk == len(chunks) - 1 else derived.open(chunk, False, chunks[chunk])

def stream_rewrap(keys: Keys, parts: Parts, blob: bytes, add: Sequence[Recipient], keep: Sequence[int] = ()) -> bytes:
    """A whole new header: the recipients at the indices `keep` as they are, then `add`. The payload is not read."""
    header, file_key, derived = open_header(keys, parts, blob)
    recipients = [header.recipients[i] for i in keep] + [seal_recipient(r, parts, file_key) for r in add]
    return stream_header(recipients, header.log2, derived.mac_key)


# ---- blind index ------------------------------------------------------------------------------------------------

_IGNORABLE = re.compile(  # Default_Ignorable_Code_Point
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]")

def _nfkc_casefold_char(char: str) -> str:
    before = None
    while before != char:
        before = char
        char = _IGNORABLE.sub("", unicodedata.normalize("NFKC", char)).casefold()
    return char

def nfkc_casefold(value: str) -> str:
    """Unicode's toNFKC_Casefold: each character's NFKC_Casefold mapping, then NFC."""
    return unicodedata.normalize("NFC", "".join(map(_nfkc_casefold_char, value)))

NORMALISERS: dict[str, Callable[[str], str]] = {
    "exact": lambda value: value,
    "lowercase": str.lower,
    "email": lambda value: value.strip().lower(),  # the local part too
    "digits": lambda value: re.sub(r"[^0-9]", "", value),  # ASCII digits alone
    "nfkc_casefold": nfkc_casefold,
}

def blind_index_info(table: str, column: str, index: str, normaliser: str, bits: int) -> bytes:
    return b"bidx/1" + b"".join(lp(name.encode()) for name in (table, column, index, normaliser)) + u32(bits)

def blind_index(key: bytes, table: str, column: str, index: str, normaliser: str, bits: int, value: str) -> bytes:
    if not 1 <= bits <= 256:
        raise ValueError("a blind index has 1 to 256 bits")
    mac_key = expand(key, blind_index_info(table, column, index, normaliser, bits), KEY_LEN)
    mac = hmac_sha256(mac_key, NORMALISERS[normaliser](value).encode())
    shift = 256 - bits
    return (int.from_bytes(mac, "big") >> shift << shift).to_bytes(32, "big")[:(bits + 7) // 8]

def candidates(keys: Keys, table: str, column: str, index: str, normaliser: str, bits: int, value: str) -> list[bytes]:
    """One value for each live generation, the newest first."""
    return [blind_index(keys[i], table, column, index, normaliser, bits, value) for i in sorted(keys, reverse=True)]
