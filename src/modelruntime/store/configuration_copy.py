"""The last configuration that compiled, sealed in a file: a gateway starts with it while the database is gone."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

from modelruntime.entities.secret import Secret
from modelruntime.store.compiler import Compiled
from modelruntime.store.derived_key import derived_key
from modelruntime.store.envelope import NONCE_BYTES
from modelruntime.store.errors import KeyMissing, SealBroken
from modelruntime.store.private_file import replace_private
from modelruntime.store.root_keys import RootKeys

FILE_NAME = "configuration.sealed"
_SECRET = 1
"""The MessagePack extension that stands for a `Secret`."""


class _Sealed(msgspec.Struct, frozen=True, array_like=True):
    version: int
    kid: str
    nonce: bytes
    content: bytes

    def bound(self) -> bytes:
        return msgspec.msgpack.encode(("modelruntime/configuration", self.version, self.kid))


def write_copy(directory: Path, roots: RootKeys, compiled: Compiled) -> None:
    """Replace the copy, whole or not at all. Raises `OSError` where the disk takes nothing."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    plain = msgspec.msgpack.encode(compiled, enc_hook=_from_secret)
    head = _Sealed(1, roots.active, os.urandom(NONCE_BYTES), b"")
    content = AESGCM(derived_key(roots, roots.active, "configuration")).encrypt(head.nonce, plain, head.bound())
    replace_private(directory / FILE_NAME, msgspec.msgpack.encode(msgspec.structs.replace(head, content=content)))


def read_copy(directory: Path, roots: RootKeys) -> Compiled | None:
    """The copy; None where there is none. Raises `KeyMissing`, or `SealBroken` for one that was changed or that another version
    of this program wrote."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        content = (directory / FILE_NAME).read_bytes()
    except FileNotFoundError:
        return None
    try:
        sealed = msgspec.msgpack.decode(content, type=_Sealed)
        key = derived_key(roots, sealed.kid, "configuration")
        plain = AESGCM(key).decrypt(sealed.nonce, sealed.content, sealed.bound())
        return msgspec.msgpack.decode(plain, type=Compiled, ext_hook=_to_secret)
    except KeyMissing:
        raise
    except (msgspec.DecodeError, InvalidTag, ValueError) as cause:
        raise SealBroken(f"{directory / FILE_NAME} cannot be used: it was changed, or another version wrote it") from cause


def _from_secret(value: object) -> Any:
    if isinstance(value, Secret):
        return msgspec.msgpack.Ext(_SECRET, value.reveal().encode("utf-8", "surrogatepass"))
    raise NotImplementedError(f"{type(value).__name__} is no part of a configuration")


def _to_secret(code: int, data: memoryview) -> Secret:
    if code != _SECRET:
        raise ValueError("an extension that nobody wrote")
    return Secret(bytes(data).decode("utf-8", "surrogatepass"))
