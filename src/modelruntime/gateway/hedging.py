"""A second attempt beside one that takes long: the first answer wins, the other call is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from modelruntime.gateway.attempts_seen import AttemptsSeen
from modelruntime.routing.hedge_allowance import HedgeAllowance

Work = Callable[[AttemptsSeen], Coroutine[Any, Any, Any]]


class Hedging:
    """Counts the hedges of one process, so that they stay few."""

    def __init__(self) -> None:
        self._allowance = HedgeAllowance()
        self.started = 0
        self.won = 0

    async def run(self, first: Work, second: Work, after: float, own: AttemptsSeen, seen: Callable[[], AttemptsSeen]) -> Any:
        """The result of whichever ends well first. `own` gets the attempts of both, the winner's last. Raises what the first
        raises, when both fail, or when it fails before the second began."""
        self._allowance = self._allowance.called()
        running: dict[asyncio.Task[Any], AttemptsSeen] = {}
        failures: list[BaseException] = []
        winner: asyncio.Task[Any] | None = None
        try:
            pending = {_start(first, seen(), running)}
            wait: float | None = after
            while pending and winner is None:
                done, pending = await asyncio.wait(pending, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
                wait = None
                if not done:
                    pending |= self._hedge(second, seen(), running)
                for task in done:
                    error = task.exception()
                    if error is None:
                        winner = task
                    else:
                        failures.append(error)
        finally:
            await _end(running, winner, own)
        if winner is None:
            raise failures[0]
        if winner is not next(iter(running)):
            self.won += 1
        return winner.result()

    def _hedge(self, work: Work, seen: AttemptsSeen, running: dict[asyncio.Task[Any], AttemptsSeen]) -> set[asyncio.Task[Any]]:
        after = self._allowance.hedged()
        if after is None:
            return set()
        self._allowance = after
        self.started += 1
        return {_start(work, seen, running)}


def _start(work: Work, seen: AttemptsSeen, running: dict[asyncio.Task[Any], AttemptsSeen]) -> asyncio.Task[Any]:
    task = asyncio.create_task(work(seen))
    running[task] = seen
    return task


async def _end(running: dict[asyncio.Task[Any], AttemptsSeen], winner: asyncio.Task[Any] | None, own: AttemptsSeen) -> None:
    """Nothing of it is left; all that was tried stands in the record."""
    left = [task for task in running if not task.done()]
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left)
    for task in sorted(running, key=lambda task: task is winner):
        if task is not winner and not task.cancelled():
            task.exception()
        own.join(running[task])
