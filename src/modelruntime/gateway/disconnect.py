"""A client that leaves takes its call with it: no ASGI server cancels the handler by itself while it waits for a model."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

from modelruntime.gateway.asgi import Receive
from modelruntime.gateway.body import ClientGone


class UntilGone:
    """`async with UntilGone(receive):` the block is cancelled, and `ClientGone` raised in its place, when the client closes its
    connection. To be entered once the body was read."""

    __slots__ = ("_gone", "_receive", "_task", "_watcher")

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._gone = False
        self._task: asyncio.Task[object] | None = None
        self._watcher: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.current_task()
        self._watcher = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._watcher is not None
        self._watcher.cancel()
        if self._gone and self._task is not None:
            self._task.uncancel()
            if isinstance(error, asyncio.CancelledError):
                raise ClientGone from error

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        assert self._task is not None
        self._task.cancel()
