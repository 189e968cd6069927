"""Hearing of a new revision at once, where PostgreSQL says it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from sqlalchemy.engine import URL

from modelruntime.store.change import CHANNEL
from modelruntime.store.database import CONNECT_SECONDS, KEEP_ALIVE

log = logging.getLogger("modelruntime.store")
AGAIN_AFTER = (0.5, 1.0, 2.0, 5.0, 10.0)
"""Seconds before each new try; the last one for all that follow. Meanwhile polling serves."""


async def listen(url: URL, heard: Callable[[], None]) -> None:
    """Call `heard` after each new revision, and after each new connection, for what was said meanwhile. Runs until cancelled."""
    import psycopg
    import psycopg.conninfo

    options: dict[str, int | str] = {"connect_timeout": CONNECT_SECONDS, "application_name": "modelruntime", **KEEP_ALIVE}
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    plain = psycopg.conninfo.make_conninfo(address, **options)
    tries = 0
    while True:
        try:
            connection = await psycopg.AsyncConnection.connect(plain, autocommit=True)
            async with connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                tries = 0
                heard()
                async for _ in connection.notifies():
                    heard()
        except psycopg.Error as cause:
            log.debug("the listener lost the database: %s", type(cause).__name__)
        await asyncio.sleep(AGAIN_AFTER[min(tries, len(AGAIN_AFTER) - 1)])
        tries += 1
