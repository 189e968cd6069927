"""What keys have spent, as the limits ask it of the ledger."""

from __future__ import annotations

from collections.abc import Sequence

from modelruntime.store.limits_contract import Spent, SpentSource
from modelruntime.store.store import Store


def spent_by_key(store: Store) -> SpentSource:
    """Reads the database. Raises `StoreUnavailable` where it is gone."""

    async def read(key: str, currency: str, since: float) -> Sequence[Spent]:
        async with store.database.read() as connection:
            return await store.usage.spent_by_hour(connection, key, currency, since)

    return read
