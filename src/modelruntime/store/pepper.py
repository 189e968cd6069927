"""What is mixed into the digests of gateway keys: made once, kept sealed, the same for the life of the keys."""

from __future__ import annotations

import secrets

from sqlalchemy import delete, update

from modelruntime.store.change import Change
from modelruntime.store.database import Database
from modelruntime.store.errors import KeyMissing, NotAllowed, SealBroken
from modelruntime.store.root_keys import RootKeys
from modelruntime.store.sealed_values import PEPPER, sealed_value
from modelruntime.store.tables import API_KEYS, SEALED_VALUES


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


async def abandon_pepper(change: Change, pepper: Pepper) -> int:
    """Where the root key that sealed it is lost for good: forget it, so that the next start makes a new one, and revoke every
    key of clients, for none of them can be recognised again; returns how many. Raises `NotAllowed` while it is not locked."""
    if pepper.locked is None:
        raise NotAllowed("the key ring opens what the keys of clients need: there is nothing to abandon")
    await change.connection.execute(delete(SEALED_VALUES).where(SEALED_VALUES.c.name == PEPPER))
    revoked = await change.connection.execute(update(API_KEYS).where(API_KEYS.c.disabled.is_(False)).values(disabled=True))
    await change.record("ring.abandoned", "gateway", None, {"revoked": revoked.rowcount})
    return int(revoked.rowcount)
