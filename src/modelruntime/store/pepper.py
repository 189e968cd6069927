"""What is mixed into the digests of gateway keys: made once, kept sealed, the same for the life of the keys."""

from __future__ import annotations

import secrets

from modelruntime.store.database import Database
from modelruntime.store.errors import KeyMissing, SealBroken
from modelruntime.store.root_keys import RootKeys
from modelruntime.store.sealed_values import PEPPER, sealed_value


class Pepper:
    """`value` is what to mix in. While it is `locked` that is a random one that fits no key of the database."""

    def __init__(self, value: bytes, locked: KeyMissing | SealBroken | None = None) -> None:
        self.value = value
        self.locked = locked

    def required(self) -> bytes:
        """For whoever keeps something that is made with it. Raises `KeyMissing` or `SealBroken` while it is locked."""
        if self.locked is not None:
            raise self.locked
        return self.value

    def __repr__(self) -> str:
        return "Pepper()" if self.locked is None else "Pepper(locked)"


async def load_pepper(database: Database, roots: RootKeys, now: float) -> Pepper:
    """Raises `StoreUnavailable`."""
    try:
        return Pepper(bytes.fromhex(await sealed_value(database, roots, PEPPER, now)))
    except (KeyMissing, SealBroken) as cause:
        return Pepper(secrets.token_bytes(32), cause)
