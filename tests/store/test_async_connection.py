"""Transactions from the event loop: whole or not at all, and connections that come back whoever leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, literal, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import await_only

from modelruntime.store import async_connection
from modelruntime.store.async_connection import AsyncConnection, AsyncEngine

SIZE = 2
SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT max(i) FROM n"


class World:
    """An engine with few connections, and what became of them."""

    def __init__(self, file: Path) -> None:
        blocking = create_engine(f"sqlite+aiosqlite:///{file}", pool_size=SIZE, max_overflow=0, pool_timeout=5)
        assert isinstance(blocking.pool, AsyncAdaptedQueuePool)
        self.pool = blocking.pool
        self.engine = AsyncEngine(blocking)
        self.made: list[object] = []
        """Connections that the driver opened."""
        event.listen(blocking, "connect", lambda made, _: self.made.append(made))

    async def rows(self) -> list[int]:
        async with self.engine.connect() as connection:
            return [row[0] for row in await connection.execute(text("SELECT n FROM t ORDER BY n"))]


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path / "file")
    async with made.engine.begin() as connection:
        await connection.exec_driver_sql("CREATE TABLE t (n INTEGER PRIMARY KEY)")
    yield made
    await made.engine.dispose()


async def put(connection: AsyncConnection, *numbers: int) -> None:
    await connection.execute(text("INSERT INTO t VALUES (:n)"), [{"n": number} for number in numbers])


async def test_what_a_block_did_is_kept_when_it_ends(world: World):
    async with world.engine.begin() as connection:
        await put(connection, 1, 2)
        assert await connection.scalar(select(literal(3))) == 3
        assert connection.dialect.name == "sqlite"
    assert await world.rows() == [1, 2]
    assert world.pool.checkedout() == 0


async def break_off(world: World) -> None:
    async with world.engine.begin() as connection:
        await put(connection, 1)
        raise ZeroDivisionError


async def test_a_block_that_raises_leaves_nothing(world: World):
    with pytest.raises(ZeroDivisionError):
        await break_off(world)
    assert await world.rows() == []
    assert world.pool.checkedout() == 0


async def test_what_is_read_alone_is_not_kept(world: World):
    async with world.engine.connect() as connection:
        await put(connection, 1)
    assert await world.rows() == []


async def test_an_error_of_the_database_is_sqlalchemys_own(world: World):
    with pytest.raises(IntegrityError):
        async with world.engine.begin() as connection:
            await put(connection, 1, 1)
    assert await world.rows() == []


@pytest.mark.parametrize("how", ["begin", "connect"])
async def test_who_is_cancelled_gives_the_connection_back(world: World, how: str):
    begun = asyncio.Event()

    async def slow() -> None:
        async with getattr(world.engine, how)() as connection:
            await put(connection, 1)
            begun.set()
            await connection.exec_driver_sql(SLOW)

    for _ in range(2 * SIZE):
        begun.clear()
        task = asyncio.create_task(slow())
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert world.pool.checkedout() == 0
    assert await world.rows() == []


async def test_a_cancelled_end_is_waited_for(world: World):
    """Cancelled while the connection goes back: it is back, and of use, before the caller hears of it."""
    left = asyncio.Event()

    async def short() -> None:
        async with world.engine.connect() as connection:
            await put(connection, 1)
            left.set()

    for _ in range(2 * SIZE):
        left.clear()
        task = asyncio.create_task(short())
        await left.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert world.pool.checkedout() == 0
    assert len(world.made) == 1
    assert await world.rows() == []


@pytest.mark.parametrize("cancellations", [1, 3])
async def test_an_end_that_never_comes_is_given_up(monkeypatch: pytest.MonkeyPatch, cancellations: int):
    monkeypatch.setattr(async_connection, "CLOSE_SECONDS", 0.05)
    begun, ended = asyncio.Event(), asyncio.Event()

    async def never() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    task = asyncio.create_task(async_connection._to_its_end(lambda: await_only(never())))
    await begun.wait()
    for _ in range(cancellations):
        task.cancel()
        await asyncio.sleep(0)
    assert not task.done()
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(5):
            await task
    async with asyncio.timeout(5):
        await ended.wait()
