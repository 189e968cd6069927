"""Transactions that read before they write, many at once."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from sqlalchemy import func, insert, select

from modelruntime.store.database import Database
from modelruntime.store.database_url import database_url
from modelruntime.store.tables import PREFERENCES


async def test_writers_that_read_first_wait_for_each_other(tmp_path: Path):
    database = await Database.open(database_url(None, tmp_path))

    async def count_and_add(number: int) -> int:
        async with database.write() as connection:
            seen = int(await connection.scalar(select(func.count()).select_from(PREFERENCES)) or 0)
            await asyncio.sleep(0)
            row = {"owner": "o", "name": str(number), "value": "1", "updated_at": time.time()}
            await connection.execute(insert(PREFERENCES).values(row))
            return seen

    try:
        seen = await asyncio.gather(*map(count_and_add, range(20)))
    finally:
        await database.aclose()
    assert sorted(seen) == list(range(20))
