"""SQLAlchemy's connections from the event loop.

`sqlalchemy.ext.asyncio` does the same, and loads the ORM for it, which nobody here uses: 6 MB and 50 ms of every process. Below
it is one function, `greenlet_spawn`: it runs what blocks on a stack of its own, and waits on the loop where an asynchronous
driver has to wait.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple, overload

from sqlalchemy import Connection, Engine
from sqlalchemy.util import greenlet_spawn

if TYPE_CHECKING:
    from sqlalchemy import CursorResult, Dialect, Executable
    from sqlalchemy.sql.selectable import TypedReturnsRows

T = TypeVar("T")
Ts = TypeVarTuple("Ts")
Parameters = Mapping[str, Any] | Sequence[Mapping[str, Any]]
CLOSE_SECONDS = 5.0
"""How long somebody who was cancelled waits for a connection to go back: a database that says nothing more must not hold up the
end of a process."""


class AsyncConnection:
    """A connection whose statements are awaited. Results are whole: reading them waits for nothing."""

    def __init__(self, blocking: Connection) -> None:
        self._blocking = blocking

    @property
    def dialect(self) -> Dialect:
        """That of the database."""
        return self._blocking.dialect

    @overload
    async def execute(self, statement: TypedReturnsRows[*Ts], parameters: Parameters | None = None) -> CursorResult[*Ts]: ...
    @overload
    async def execute(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[*tuple[Any, ...]]: ...
    async def execute(self, statement: Executable, parameters: Parameters | None = None) -> CursorResult[*tuple[Any, ...]]:
        """Run a statement."""
        return await greenlet_spawn(self._blocking.execute, statement, parameters)

    async def scalar(self, statement: TypedReturnsRows[T]) -> T | None:
        """The first column of the first row; None where there is no row."""
        return await greenlet_spawn(self._blocking.scalar, statement)

    async def exec_driver_sql(self, statement: str, parameters: Any = None) -> CursorResult[*tuple[Any, ...]]:
        """Run a text as the driver takes it."""
        return await greenlet_spawn(self._blocking.exec_driver_sql, statement, parameters)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Work that is written as if it blocked."""
        return await greenlet_spawn(work, self._blocking)

    async def execution_options(self, **options: Any) -> None:
        """Options of all further statements."""
        await greenlet_spawn(lambda: self._blocking.execution_options(**options))


class AsyncEngine:
    """An engine of an asynchronous driver. Its pool is of one event loop."""

    def __init__(self, blocking: Engine) -> None:
        self._blocking = blocking

    def execution_options(self, **options: Any) -> AsyncEngine:
        """The same pool with other options."""
        return AsyncEngine(self._blocking.execution_options(**options))

    @asynccontextmanager
    async def connect(self) -> AsyncGenerator[AsyncConnection]:
        """A connection; what it began and nobody committed is rolled back."""
        async with self._connected() as blocking:
            yield AsyncConnection(blocking)

    @asynccontextmanager
    async def begin(self) -> AsyncGenerator[AsyncConnection]:
        """A transaction: committed at the end of the block, rolled back when the block raises."""
        async with self._connected() as blocking:
            transaction = await greenlet_spawn(blocking.begin)
            try:
                yield AsyncConnection(blocking)
            except BaseException:
                await greenlet_spawn(transaction.__exit__, *sys.exc_info())
                raise
            await greenlet_spawn(transaction.__exit__, None, None, None)

    async def dispose(self) -> None:
        """Close every connection that is in the pool."""
        await greenlet_spawn(self._blocking.dispose)

    @asynccontextmanager
    async def _connected(self) -> AsyncGenerator[Connection]:
        blocking = await greenlet_spawn(self._blocking.connect)
        try:
            yield blocking
        finally:
            await _to_its_end(blocking.close)


async def _to_its_end(close: Callable[[], None]) -> None:
    """Whoever waits may be cancelled; a connection that is half given back would be the pool's loss. One that is not back
    `CLOSE_SECONDS` later is given up."""
    task = asyncio.create_task(greenlet_spawn(close))
    cancelled: asyncio.CancelledError | None = None
    until = float("inf")
    while not task.done() and (left := until - monotonic()) > 0:
        try:
            await (asyncio.shield(task) if cancelled is None else asyncio.wait({task}, timeout=left))
        except asyncio.CancelledError as cause:
            if cancelled is None:
                until = monotonic() + CLOSE_SECONDS
            cancelled = cause
    if task.done():
        task.result()
    else:
        task.cancel()
    if cancelled is not None:
        raise cancelled
