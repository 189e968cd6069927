"""The caller's end of a streamed answer from an engine."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from functools import partial
from types import TracebackType
from typing import Any, Generic, TypeVar

from modelruntime.engines.handoff import Finished, Handoff
from modelruntime.engines.job import Job
from modelruntime.entities.errors import TimedOut
from modelruntime.schema.model import ModelSchema

T = TypeVar("T")


def connect(job: Job[Any], handoff: Handoff[Any]) -> None:
    """However the job ends, its reader hears of it."""

    def ended(future: Any) -> None:
        handoff.finish(None if future.cancelled() else future.exception())

    job.future.add_done_callback(ended)


class EngineStream(Iterator[T], Generic[T]):
    """Items as the engine makes them. Closing it, or letting it go, asks the engine to stop.

    Iterating raises the typed error that ended the stream early, and `TimedOut` when `timeout` seconds pass in all.
    """

    def __init__(self, job: Job[Any], handoff: Handoff[T], schema: ModelSchema, timeout: float | None) -> None:
        self._job = job
        self._handoff = handoff
        self._schema = schema
        self._deadline = None if timeout is None else time.monotonic() + timeout

    def __next__(self) -> T:
        try:
            return self._handoff.take(None if self._deadline is None else max(0.0, self._deadline - time.monotonic()))
        except Finished as end:
            if end.error is not None:
                raise end.error from end.error.__cause__
            raise StopIteration from None
        except TimeoutError:
            self.close()
            raise timed_out(self._schema) from None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Stop the engine. Safe to call twice and from any thread."""
        self._job.stop()
        self._handoff.abandon()

    def __enter__(self) -> EngineStream[T]:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()


class AsyncEngineStream(AsyncIterator[T], Generic[T]):
    """The same for a coroutine: the event loop never waits for the engine; cancelling the reader stops the engine."""

    def __init__(self, job: Job[Any], handoff: Handoff[T]) -> None:
        self._job = job
        self._handoff = handoff

    async def __anext__(self) -> T:
        import asyncio

        loop = asyncio.get_running_loop()
        while True:
            ready: asyncio.Future[None] = loop.create_future()
            try:
                return self._handoff.take_now(partial(_wake, loop, ready))
            except BlockingIOError:
                pass
            except Finished as end:
                if end.error is not None:
                    raise end.error from end.error.__cause__
                raise StopAsyncIteration from None
            try:
                await ready
            except BaseException:
                self._stop()
                raise

    async def aclose(self) -> None:
        """Stop the engine."""
        self._stop()

    def _stop(self) -> None:
        self._job.stop()
        self._handoff.abandon()

    async def __aenter__(self) -> AsyncEngineStream[T]:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.aclose()

    def __del__(self) -> None:
        self._stop()


def timed_out(schema: ModelSchema) -> TimedOut:
    """The call's time is over."""
    name = f"{schema.provider}/{schema.model}"
    return TimedOut(f"{name} did not finish in time: allow more time or ask for less", provider=schema.provider, model=schema.model)


def _wake(loop: Any, ready: Any) -> None:
    """Resolve `ready` on its loop; called from the engine's thread."""

    def resolve() -> None:
        if not ready.done():
            ready.set_result(None)

    try:
        loop.call_soon_threadsafe(resolve)
    except RuntimeError:  # the loop was closed: nobody waits any more
        return
