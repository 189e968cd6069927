"""The database: SQLite or PostgreSQL, opened once a process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from modelruntime.store.actor import Actor
from modelruntime.store.async_connection import AsyncConnection, AsyncEngine
from modelruntime.store.change import Change
from modelruntime.store.errors import StoreUnavailable
from modelruntime.store.sqlite_connection import SqliteConnection

T = TypeVar("T")
POOL_SIZE = 5
CONNECT_SECONDS = 5
KEEP_ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
"""So that a server behind a cable that was cut is given up after seconds. Words of libpq."""


class Database:
    """One database. Making one touches nothing; `prepare` brings the schema up to date."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.engine = _engine(url)
        self._writing = self.engine.execution_options(begin="BEGIN IMMEDIATE")
        self._whole = _blocking_engine(url) if self.is_sqlite else None

    @classmethod
    async def open(cls, url: URL) -> Database:
        """A database whose schema is up to date. Raises `StoreUnavailable`, or `SchemaUnknown` for one that is newer."""
        database = cls(url)
        try:
            await database.prepare()
        except BaseException:
            await database.aclose()
            raise
        return database

    @property
    def is_sqlite(self) -> bool:
        """Is it a file of this machine?"""
        return self.url.get_backend_name() == "sqlite"

    async def prepare(self) -> None:
        """Bring the schema up to date, off the loop and under a lock: several processes may do so at once.

        Raises `StoreUnavailable`, or `SchemaUnknown` for a database that a newer version has made.
        """
        from modelruntime.store.migrating import migrate

        await asyncio.to_thread(migrate, self.url)

    @asynccontextmanager
    async def read(self) -> AsyncGenerator[AsyncConnection]:
        """A connection for queries; one transaction. Raises `StoreUnavailable`."""
        with unavailable():
            async with self.engine.connect() as connection:
                yield connection

    @asynccontextmanager
    async def write(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction for what is no change of an operator's: records of calls, sessions. Raises `StoreUnavailable`.

        It may read before it writes: SQLite's lock is taken at once, since a reader that becomes a writer is refused without
        any waiting when another one wrote meanwhile."""
        with unavailable():
            async with self._writing.begin() as connection:
                yield connection

    async def write_whole(self, work: Callable[[Connection], T]) -> T:
        """A transaction as `write`, for work that is there as a whole: SQLite then has it in one thread, in place of each statement
        by itself, at which two threads would wait for each other. Whoever is cancelled does not cancel it. Raises
        `StoreUnavailable`."""
        if self._whole is not None:
            return await asyncio.to_thread(_in_transaction, self._whole, work)
        async with self.write() as connection:
            return await connection.run(work)

    @asynccontextmanager
    async def change(self, actor: Actor) -> AsyncGenerator[Change]:
        """A transaction for changes of an operator's. They wait for each other, are written to the audit log, and those that
        the data plane must hear of raise the revision, all in one transaction. Raises `StoreUnavailable`."""
        with unavailable():
            async with self.engine.begin() as connection:
                change = await Change.begin(connection, actor, time.time())
                yield change
                await change.finish()

    async def aclose(self) -> None:
        """Close every connection."""
        await self.engine.dispose()
        if self._whole is not None:
            await asyncio.to_thread(self._whole.dispose)


@contextmanager
def unavailable() -> Generator[None]:
    """A database that does not answer becomes `StoreUnavailable`; its own words may hold an address and stay in the cause."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeout) as cause:
        raise StoreUnavailable("the database does not answer: try again, and see to it if it stays so") from cause
    except DBAPIError as cause:
        if cause.connection_invalidated:
            raise StoreUnavailable("the connection to the database was lost: try again") from cause
        raise


def _engine(url: URL) -> AsyncEngine:
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, pool_size=POOL_SIZE, connect_args={"factory": SqliteConnection})
        event.listen(engine, "begin", _begin)
        return AsyncEngine(engine)
    engine = create_engine(
        url.set(drivername="postgresql+psycopg_async"),
        pool_size=POOL_SIZE,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_SECONDS, "application_name": "modelruntime", **KEEP_ALIVE},
    )
    return AsyncEngine(engine)


def _blocking_engine(url: URL) -> Engine:
    engine = create_engine(
        url.set(drivername="sqlite"),
        poolclass=QueuePool,
        pool_size=1,
        connect_args={"factory": SqliteConnection, "check_same_thread": False},
        execution_options={"begin": "BEGIN IMMEDIATE"},
    )
    event.listen(engine, "begin", _begin)
    return engine


def _in_transaction(engine: Engine, work: Callable[[Connection], T]) -> T:
    with unavailable(), engine.begin() as connection:
        return work(connection)


def _begin(connection: Connection) -> None:
    """SQLite's driver begins no transaction by itself here, so that DDL and reads are in one as well."""
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
