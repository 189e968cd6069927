"""Equal calls that are under way at the same time are made once, and answered all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from modelruntime.gateway.attempts_seen import AttemptsSeen


class _Shared:
    """A call that several wait for."""

    __slots__ = ("seen", "task", "told", "waiting")

    def __init__(self, task: asyncio.Task[Any], seen: AttemptsSeen) -> None:
        self.task = task
        self.seen = seen
        self.waiting = 0
        self.told = False
        """Its attempts stand in somebody's record."""


class Coalescing:
    """Knows what is under way, by the key of the call."""

    def __init__(self) -> None:
        self._under_way: dict[bytes, _Shared] = {}
        self.joined = 0

    async def once(
        self,
        key: bytes,
        own: AttemptsSeen,
        seen: Callable[[], AttemptsSeen],
        work: Callable[[AttemptsSeen], Coroutine[Any, Any, Any]],
    ) -> tuple[Any, bool]:
        """The result, and whether this caller is the one whose record holds the attempts (`own` has them then). Raises what the
        work raises. The work goes on while anybody waits for it, and is cancelled when the last one leaves."""
        shared = self._under_way.get(key)
        if shared is None:
            watching = seen()
            shared = self._under_way[key] = _Shared(asyncio.create_task(work(watching)), watching)
            shared.task.add_done_callback(lambda task: self._over(key, task))
        else:
            self.joined += 1
        shared.waiting += 1
        try:
            result = await asyncio.shield(shared.task)
        finally:
            shared.waiting -= 1
            if not shared.task.done() and not shared.waiting:
                self._forget(key, shared.task)
                shared.task.cancel()
                await asyncio.wait([shared.task])
            first = shared.task.done() and not shared.told
            if first:
                shared.told = True
                own.join(shared.seen)
        return result, first

    def _over(self, key: bytes, task: asyncio.Task[Any]) -> None:
        self._forget(key, task)
        if not task.cancelled():
            task.exception()  # whoever waited was told; if nobody did, nobody need be

    def _forget(self, key: bytes, task: asyncio.Task[Any]) -> None:
        found = self._under_way.get(key)
        if found is not None and found.task is task:
            del self._under_way[key]
