"""Root keys from the environment or from a file of the data directory."""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

import msgspec

from modelruntime.store.errors import KeyMissing, KeyRingInvalid
from modelruntime.store.private_file import create_private, replace_private

KEYS_VARIABLE = "MODELRUNTIME_KEYS"
FILE_NAME = "keys.json"
KEY_BYTES = 32
_KID = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    active: str
    keys: dict[str, bytes]


class KeyRing:
    """Root keys by id, one of them active. Immutable; `repr` shows ids alone."""

    __slots__ = ("_active", "_keys")

    def __init__(self, active: str, keys: Mapping[str, bytes]) -> None:
        for kid, key in keys.items():
            if not _KID.fullmatch(kid) or len(key) != KEY_BYTES:
                raise KeyRingInvalid(f"the root key {kid[:64]!r} must have an id of letters and digits, and 32 bytes")
        if active not in keys:
            raise KeyRingInvalid(f"the active root key {active[:64]!r} is not in the key ring")
        self._active = active
        self._keys = dict(keys)

    @classmethod
    def fresh(cls) -> KeyRing:
        """A ring of one new key."""
        kid = new_kid()
        return cls(kid, {kid: secrets.token_bytes(KEY_BYTES)})

    @property
    def active(self) -> str:
        """The id of the key that new things are sealed with."""
        return self._active

    def ids(self) -> tuple[str, ...]:
        """Every id, the active one first."""
        return (self._active, *(kid for kid in self._keys if kid != self._active))

    def root(self, kid: str) -> bytes:
        """The key. Raises `KeyMissing`."""
        try:
            return self._keys[kid]
        except KeyError:
            raise KeyMissing(
                f"the root key {kid!r} is not in the key ring: import the ring that has it (modelruntime keys import), "
                "enter the secrets that it sealed again, or where it is lost for good begin anew (modelruntime keys abandon)",
                kid=kid,
            ) from None

    def with_new(self) -> KeyRing:
        """This ring with a new key in front, active from now on."""
        kid = new_kid()
        return KeyRing(kid, {kid: secrets.token_bytes(KEY_BYTES), **self._keys})

    def without(self, kid: str) -> KeyRing:
        """This ring without one key. Raises `KeyRingInvalid` for the active one."""
        if kid == self._active:
            raise KeyRingInvalid(f"{kid!r} is the active root key: rotate first")
        return KeyRing(self._active, {name: key for name, key in self._keys.items() if name != kid})

    def joined(self, other: KeyRing) -> KeyRing:
        """The keys of both, this one's active. Raises `KeyRingInvalid` where one id stands for two keys."""
        for kid in self._keys.keys() & other._keys.keys():
            if self._keys[kid] != other._keys[kid]:
                raise KeyRingInvalid(f"both rings have a root key {kid!r}, and they are not the same: nothing was changed")
        return KeyRing(self._active, {**self._keys, **other._keys})

    def to_json(self) -> bytes:
        """The ring in clear: for its file, and for what is sealed by a passphrase."""
        return msgspec.json.encode(_File(self._active, self._keys))

    @classmethod
    def from_json(cls, content: bytes) -> KeyRing:
        """Raises `KeyRingInvalid`."""
        try:
            file = msgspec.json.decode(content, type=_File)
        except (msgspec.DecodeError, ValueError) as cause:
            raise KeyRingInvalid("this is no key ring, or a damaged one") from cause
        return cls(file.active, file.keys)

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(self.ids())})"


def load_key_ring(directory: Path, environ: Mapping[str, str]) -> KeyRing:
    """The ring of `MODELRUNTIME_KEYS` (`id:base64` separated by commas, the first one active), else of the directory's file,
    else a new one that is written there (readable by this user alone). Two processes that begin at once get the same one.

    Raises `KeyRingInvalid`, which names the place and never shows a key.
    """
    if told := environ.get(KEYS_VARIABLE):
        return ring_of_environment(told)
    path = directory / FILE_NAME
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        create_private(path, KeyRing.fresh().to_json())
        content = path.read_bytes()
    except OSError as cause:
        raise KeyRingInvalid(f"the key ring {path} cannot be read: {cause.strerror}") from cause
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise KeyRingInvalid(f"the key ring {path} can be read by others: chmod 600 it")
    return KeyRing.from_json(content)


def save_key_ring(directory: Path, ring: KeyRing) -> None:
    """Replace the directory's file, whole or not at all."""
    replace_private(directory / FILE_NAME, ring.to_json())


def ring_of_environment(text: str) -> KeyRing:
    """Raises `KeyRingInvalid`."""
    keys: dict[str, bytes] = {}
    for part in text.split(","):
        kid, colon, encoded = part.strip().partition(":")
        try:
            keys[kid] = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            colon = ""
        if not colon:
            raise KeyRingInvalid(f"{KEYS_VARIABLE} holds root keys as id:base64, separated by commas")
    return KeyRing(next(iter(keys)), keys)


def new_kid() -> str:
    """An id for a new key."""
    return f"k{secrets.token_hex(4)}"
