"""Who wants to know of a call as soon as it is over: the playground of its own, the live log of all."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

from modelruntime.runtime.call_record import CallRecord

WAITING_AT_MOST = 256
"""Records that a slow reader of the live log may be behind; then it misses some."""

Place = tuple[float, float]
"""When a call began and how long it took: its id may be a client's, and another call's too."""


def place_of(record: CallRecord) -> Place:
    """By which a call is known again."""
    return record.started_at, record.seconds


class Ledger(Protocol):
    """Where records go."""

    def settle(self, record: CallRecord) -> None:
        """Take the record of a call that is over."""
        ...


class CallWatch:
    """A ledger that passes on to another, and tells those who listen. Of other processes' calls it knows what `tell` is given."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._queues: set[asyncio.Queue[CallRecord]] = set()
        self._awaited: dict[str, asyncio.Future[CallRecord]] = {}
        self._told: dict[Place, None] = {}

    def settle(self, record: CallRecord) -> None:
        """Take the record of a call that is over. Never waits."""
        self._ledger.settle(record)
        awaited = self._awaited.get(record.id)
        if awaited is not None and not awaited.done():
            awaited.set_result(record)
        if self._queues:
            self.tell(record)

    def tell(self, record: CallRecord) -> None:
        """Let those who listen hear of a call, unless they did."""
        place = place_of(record)
        if place in self._told:
            return
        self._told[place] = None
        for queue in self._queues:
            if not queue.full():
                queue.put_nowait(record)

    def was_told(self, place: Place) -> bool:
        """Have those who listen heard of it?"""
        return place in self._told

    def forget_before(self, ended: float) -> None:
        """Keep no longer in mind what was told of calls that ended before."""
        self._told = {place: None for place in self._told if place[0] + place[1] >= ended}

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
            if not self._queues:
                self._told.clear()
