"""Merkle trees and proofs (RFC 6962) and signed checkpoints (C2SP tlog-checkpoint, signed-note, tlog-cosignature);
part of the second implementation of the audit-log formats in `audit.py`.
"""
from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple

from audit_json import Refused

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
except ImportError as missing:
    raise SystemExit(f"this needs the Python package `cryptography` (pip install cryptography): {missing}") from None


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


# ---- Merkle tree (RFC 6962) -------------------------------------------------------------------------------------

def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data)

def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)

class Tree:
    """The roots of the perfect subtrees, left to right."""

    def __init__(self, size: int = 0, frontier: Sequence[bytes] = ()) -> None:
        self.size, self.frontier = size, list(frontier)

    def push(self, leaf: bytes) -> None:
        carry = self.size
        while carry & 1:
            leaf, carry = node_hash(self.frontier.pop(), leaf), carry >> 1
        self.frontier.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self.frontier:
            return sha256(b"")
        acc = self.frontier[-1]
        for left in reversed(self.frontier[:-1]):
            acc = node_hash(left, acc)
        return acc

def split(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1

def root_of(leaves: Sequence[bytes]) -> bytes:
    """Over leaf hashes, as the recursion of RFC 6962 says it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    k = split(len(leaves))
    return node_hash(root_of(leaves[:k]), root_of(leaves[k:]))

def prove_inclusion(leaves: Sequence[bytes], index: int) -> list[bytes]:
    if not 0 <= index < len(leaves):
        raise Refused("no such leaf")
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*prove_inclusion(leaves[:k], index), root_of(leaves[k:])]
    return [*prove_inclusion(leaves[k:], index - k), root_of(leaves[:k])]

def prove_consistency(leaves: Sequence[bytes], size1: int, whole: bool = True) -> list[bytes]:
    if not 0 < size1 <= len(leaves):
        raise Refused("no such size")
    if size1 == len(leaves):
        return [] if whole else [root_of(leaves)]
    k = split(len(leaves))
    if size1 <= k:
        return [*prove_consistency(leaves[:k], size1, whole), root_of(leaves[k:])]
    return [*prove_consistency(leaves[k:], size1 - k, False), root_of(leaves[:k])]

def check_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162, 2.1.3.2; nothing missing and nothing left over."""
    if not 0 <= index < size:
        return False
    at, last, acc = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            acc = node_hash(sibling, acc)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            acc = node_hash(acc, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and acc == root

def check_consistency(size1: int, root1: bytes, size2: int, root2: bytes, proof: Sequence[bytes]) -> bool:
    """RFC 9162, 2.1.4.2; the empty tree is refused."""
    if not 0 < size1 <= size2:
        return False
    if size1 == size2:
        return not proof and root1 == root2
    path = list(proof) if size1 & (size1 - 1) else [root1, *proof]
    if not proof:
        return False
    at, last = size1 - 1, size2 - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and old == root1 and new == root2


# ---- checkpoints (C2SP tlog-checkpoint, signed-note, tlog-cosignature) ------------------------------------------

LOG_KEY, WITNESS_KEY = 1, 4

class Opened(NamedTuple):
    origin: str
    size: int
    root: bytes
    witnesses: int

def key_id(name: str, kind: int, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + bytes([kind]) + public)[:4]

def vkey(name: str, seed: bytes, kind: int = LOG_KEY) -> str:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    return f"{name}+{key_id(name, kind, public).hex()}+{base64.b64encode(bytes([kind]) + public).decode()}"

def note_text(origin: str, size: int, root: bytes) -> str:
    return f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n"

def signature_line(text: str, name: str, seed: bytes, cosigned_at_s: int | None = None) -> str:
    """By the log, or by a witness at a time."""
    if not re.fullmatch(r"[^\s+]+", name):
        raise Refused("bad name of a key")
    private = Ed25519PrivateKey.from_private_bytes(seed)
    kind = LOG_KEY if cosigned_at_s is None else WITNESS_KEY
    identity = key_id(name, kind, private.public_key().public_bytes_raw())
    head, stamp = "", b""
    if cosigned_at_s is not None:
        head, stamp = f"cosignature/v1\ntime {cosigned_at_s}\n", cosigned_at_s.to_bytes(8, "big")
    signed = identity + stamp + private.sign((head + text).encode())
    return f"\u2014 {name} {base64.b64encode(signed).decode()}\n"

def sign_note(origin: str, size: int, root: bytes, name: str, seed: bytes) -> str:
    text = note_text(origin, size, root)
    return f"{text}\n{signature_line(text, name, seed)}"

def unbase64(text: str) -> bytes:
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text:
        raise Refused("base64 that is not canonical")
    return data

def open_note(note: str, vkeys: Sequence[str]) -> Opened:
    """At least one known log key must have signed, and no known key may have signed falsely."""
    body, gap, signatures = note.rpartition("\n\n")
    text = body + "\n"
    fields = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n", text)
    if not gap or not fields or not signatures.endswith("\n") or any(ord(c) < 0x20 and c != "\n" for c in note):
        raise Refused("malformed note")
    known: dict[tuple[str, bytes], tuple[int, bytes]] = {}
    for key in vkeys:
        name, identity, encoded = key.split("+", 2)
        kind, public = (raw := unbase64(encoded))[0], raw[1:]
        if kind not in (LOG_KEY, WITNESS_KEY) or len(public) != 32 or key_id(name, kind, public).hex() != identity:
            raise Refused("bad verifier key")
        known[name, bytes.fromhex(identity)] = (kind, public)
    seen: dict[tuple[str, bytes], int] = {}
    for line in signatures[:-1].split("\n"):
        shape = re.fullmatch("\u2014 ([^ +]+) ([A-Za-z0-9+/=]+)", line)
        if not shape or len(raw := unbase64(shape[2])) < 5:
            raise Refused("malformed signature line")
        who = (shape[1], raw[:4])
        if who not in known or who in seen:
            continue
        (kind, public), signature, message = known[who], raw[4:], text
        if kind == WITNESS_KEY:
            message = f"cosignature/v1\ntime {int.from_bytes(signature[:8], 'big')}\n{text}"
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, message.encode())
        except InvalidSignature:
            raise Refused("a false signature") from None
        seen[who] = kind
    if LOG_KEY not in seen.values():
        raise LookupError("signed by no known key")
    return Opened(fields[1], int(fields[2]), unbase64(fields[3]), list(seen.values()).count(WITNESS_KEY))
