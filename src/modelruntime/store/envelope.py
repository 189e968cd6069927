"""Sealing values: a random key for each row, wrapped by a key that is derived from a root key.

AES-256-GCM throughout. What is sealed is bound to its place (workspace, row, field): moved to another one it does not open.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import msgspec

from modelruntime.store.derived_key import Purpose, derived_key
from modelruntime.store.errors import SealBroken
from modelruntime.store.root_keys import RootKeys

NONCE_BYTES = 12
"""NIST SP 800-38D, 5.2.1.1. Each data key seals a few fields once, each wrapping key far fewer than 2^32 rows."""


class Place(msgspec.Struct, frozen=True):
    """Where something sealed belongs."""

    workspace: str
    row: str
    purpose: Purpose = "credentials"

    def bound(self, field: str) -> bytes:
        """What is authenticated beside a field; lengths keep the parts apart."""
        return msgspec.msgpack.encode(("modelruntime/1", self.purpose, self.workspace, self.row, field))


class Envelope(msgspec.Struct, frozen=True):
    """As it is kept. `kid` names the root key, `key` is the wrapped key of the row, `fields` are the sealed values."""

    kid: str
    key: bytes
    fields: dict[str, bytes] = {}


_KEY_FIELD = "\x00key"
"""No form has a field of that name."""


def seal(roots: RootKeys, place: Place, values: Mapping[str, str]) -> Envelope:
    """Seal values under the active root key, with a new key of the row."""
    key = os.urandom(32)
    fields = {name: _encrypt(key, value.encode("utf-8", "surrogatepass"), place.bound(name)) for name, value in values.items()}
    return Envelope(roots.active, _wrapped(roots, roots.active, place, key), fields)


def unseal(roots: RootKeys, place: Place, envelope: Envelope) -> dict[str, str]:
    """The values. Raises `KeyMissing`, or `SealBroken` where anything was changed or stands elsewhere."""
    key = _unwrapped(roots, place, envelope)
    return {
        name: _decrypt(key, sealed, place.bound(name)).decode("utf-8", "surrogatepass") for name, sealed in envelope.fields.items()
    }


def rewrap(roots: RootKeys, place: Place, envelope: Envelope) -> Envelope:
    """The same fields, their key wrapped by the active root key. Raises as `unseal` does."""
    return Envelope(roots.active, _wrapped(roots, roots.active, place, _unwrapped(roots, place, envelope)), envelope.fields)


def to_text(envelope: Envelope) -> str:
    """For a column."""
    return msgspec.json.encode(envelope).decode()


def from_text(text: str) -> Envelope:
    """Raises `SealBroken` for what is no envelope."""
    try:
        return msgspec.json.decode(text, type=Envelope)
    except (msgspec.DecodeError, ValueError) as cause:
        raise SealBroken("what was sealed is damaged: enter the secrets again") from cause


def _wrapped(roots: RootKeys, kid: str, place: Place, key: bytes) -> bytes:
    return _encrypt(derived_key(roots, kid, place.purpose), key, place.bound(_KEY_FIELD) + kid.encode())


def _unwrapped(roots: RootKeys, place: Place, envelope: Envelope) -> bytes:
    wrapping = derived_key(roots, envelope.kid, place.purpose)
    return _decrypt(wrapping, envelope.key, place.bound(_KEY_FIELD) + envelope.kid.encode())


def _encrypt(key: bytes, plain: bytes, bound: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def _decrypt(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except (InvalidTag, ValueError) as cause:
        raise SealBroken(
            "what was sealed does not open: it was changed or moved, or its root key is another one of that name"
        ) from cause
