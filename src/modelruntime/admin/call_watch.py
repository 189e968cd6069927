"""Who wants to know of a call as soon as it is over: the playground of its own, the live log of all."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

from modelruntime.runtime.call_record import CallRecord

WAITING_AT_MOST = 256
"""Records that a slow reader of the live log may be behind; then it misses some."""


class Ledger(Protocol):
    """Where records go."""

    def settle(self, record: CallRecord) -> None:
        """Take the record of a call that is over."""
        ...


class CallWatch:
    """A ledger that passes on to another, and tells those who listen. Knows the calls of this process only."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._queues: set[asyncio.Queue[CallRecord]] = set()
        self._awaited: dict[str, asyncio.Future[CallRecord]] = {}

    def settle(self, record: CallRecord) -> None:
        """Take the record of a call that is over. Never waits."""
        self._ledger.settle(record)
        awaited = self._awaited.get(record.id)
        if awaited is not None and not awaited.done():
            awaited.set_result(record)
        for queue in self._queues:
            if not queue.full():
                queue.put_nowait(record)

    @contextmanager
    def call(self, request_id: str) -> Generator[asyncio.Future[CallRecord]]:
        """The record of one call that is about to be made."""
        future = asyncio.get_running_loop().create_future()
        self._awaited[request_id] = future
        try:
            yield future
        finally:
            del self._awaited[request_id]
            future.cancel()

    @contextmanager
    def calls(self) -> Generator[asyncio.Queue[CallRecord]]:
        """All that end from now on."""
        queue = asyncio.Queue[CallRecord](WAITING_AT_MOST)
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)
