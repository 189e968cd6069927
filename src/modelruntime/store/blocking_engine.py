"""A database for work off the loop: migrations, backups."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from modelruntime.store.database import CONNECT_SECONDS, KEEP_ALIVE
from modelruntime.store.private_file import touch_private
from modelruntime.store.sqlite_connection import SqliteConnection

LONGER = 60.0
"""Seconds that SQLite waits for another process: migrations and restores hold the lock longer than a change does."""


def blocking_engine(url: URL, begin: str = "BEGIN") -> Engine:
    """`begin` is how SQLite begins its transactions; PostgreSQL has its own way."""
    if url.get_backend_name() != "sqlite":
        return create_engine(url, poolclass=NullPool, connect_args={"connect_timeout": CONNECT_SECONDS, **KEEP_ALIVE})
    touch_private(Path(url.database or "").absolute())
    plain = url.set(drivername="sqlite")
    engine = create_engine(plain, poolclass=NullPool, connect_args={"factory": SqliteConnection, "timeout": LONGER})

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "begin", begun)
    return engine
