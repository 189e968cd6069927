"""The key ring in a file of its own, sealed by a passphrase: for a safe, or for another machine."""

from __future__ import annotations

import os

import msgspec

from modelruntime.entities.errors import ParameterInvalid
from modelruntime.store.envelope import NONCE_BYTES
from modelruntime.store.errors import KeyRingInvalid
from modelruntime.store.key_ring import KeyRing

PASSPHRASE_FROM = 12
_FORMAT = "modelruntime key ring"
_MEMORY_AT_MOST = 2**20
"""KiB: a file that asks for more is not opened."""


class _Exported(msgspec.Struct, frozen=True, kw_only=True):
    format: str
    version: int
    salt: bytes
    time_cost: int
    memory_cost: int
    parallelism: int
    nonce: bytes
    content: bytes

    def bound(self) -> bytes:
        return msgspec.json.encode((self.format, self.version, self.salt, self.time_cost, self.memory_cost, self.parallelism))


def export_ring(ring: KeyRing, passphrase: str) -> bytes:
    """Sealed by AES-256-GCM under a key that argon2id makes of the passphrase (RFC 9106, second recommendation). Raises
    `ParameterInvalid` for a passphrase that is too short."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(passphrase) < PASSPHRASE_FROM:
        raise ParameterInvalid(f"the passphrase has at least {PASSPHRASE_FROM} letters", field="passphrase")
    head = _Exported(
        format=_FORMAT,
        version=1,
        salt=os.urandom(16),
        time_cost=3,
        memory_cost=65536,
        parallelism=4,
        nonce=os.urandom(NONCE_BYTES),
        content=b"",
    )
    content = AESGCM(_key(head, passphrase)).encrypt(head.nonce, ring.to_json(), head.bound())
    return msgspec.json.format(msgspec.json.encode(msgspec.structs.replace(head, content=content)), indent=2) + b"\n"


def import_ring(exported: bytes, passphrase: str) -> KeyRing:
    """Raises `KeyRingInvalid` for a file that is none, was changed, or has another passphrase."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        head = msgspec.json.decode(exported, type=_Exported)
    except (msgspec.DecodeError, ValueError) as cause:
        raise KeyRingInvalid("this is no exported key ring") from cause
    if head.format != _FORMAT or head.version != 1 or not 0 < head.memory_cost <= _MEMORY_AT_MOST or not 0 < head.time_cost <= 64:
        raise KeyRingInvalid("this is no exported key ring that this version can read")
    try:
        return KeyRing.from_json(AESGCM(_key(head, passphrase)).decrypt(head.nonce, head.content, head.bound()))
    except (InvalidTag, ValueError) as cause:
        raise KeyRingInvalid("the key ring does not open: the passphrase is another one, or the file was changed") from cause


def _key(head: _Exported, passphrase: str) -> bytes:
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    try:
        return hash_secret_raw(
            passphrase.encode("utf-8", "surrogatepass"),
            head.salt,
            time_cost=head.time_cost,
            memory_cost=head.memory_cost,
            parallelism=head.parallelism,
            hash_len=32,
            type=Type.ID,
        )
    except HashingError as cause:
        raise KeyRingInvalid("this is no exported key ring that this version can read") from cause
