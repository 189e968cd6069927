"""A client that leaves takes its call with it: no ASGI server cancels the handler by itself while it waits for a model."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

from modelruntime.gateway.asgi import Receive, Scope
from modelruntime.gateway.body import ClientGone

WHEN_GONE = "modelruntime.when_gone"
"""Key of a scope: a function that takes what is to be called once when the client closes its connection, or None to take that
back. Our own protocol puts it there; under another server a task waits for the message."""


class UntilGone:
    """`with UntilGone(scope, receive):` the block is cancelled, and `ClientGone` raised in its place, when the client closes
    its connection. To be entered once the body was read."""

    __slots__ = ("_gone", "_hook", "_receive", "_task", "_watcher")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._receive = receive
        self._hook: Callable[[Callable[[], None] | None], None] | None = scope.get(WHEN_GONE)
        self._gone = False
        self._task: asyncio.Task[object] | None = None
        self._watcher: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        self._task = asyncio.current_task()
        if self._hook is not None:
            self._hook(self._leave)
        else:
            self._watcher = asyncio.create_task(self._watch())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._hook is not None:
            self._hook(None)
        elif self._watcher is not None:
            self._watcher.cancel()
        task, self._task = self._task, None
        if self._gone and task is not None:
            task.uncancel()
            if isinstance(error, asyncio.CancelledError):
                raise ClientGone from error

    def _leave(self) -> None:
        if self._task is not None:  # else the block is over, and what goes on is not to be cancelled
            self._gone = True
            self._task.cancel()

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._leave()
