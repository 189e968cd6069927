"""Every call of the gateway as it ends: those of this process at once, those of other workers and replicas out of the database.

The database is asked only while somebody listens, once for all who do. No row tells when it was written, so what is asked is what
ended lately, without what was told already. Records come late from a process that is busy, hence the overlap. Two looks: a narrow
one often, for calls that did not take long, and a wide one now and then.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress

import msgspec

from modelruntime.admin.call_watch import CallWatch
from modelruntime.runtime.call_record import CallRecord
from modelruntime.store.call_log import CallLog
from modelruntime.store.database import Database
from modelruntime.store.errors import StoreError

LOOK_SECONDS = 1.0
TOLD_AT_ONCE = 500


class Look(msgspec.Struct, frozen=True):
    """How far back is asked, in seconds."""

    late: float
    """How long after its end a record may come."""
    longest: float
    """How long the call may have taken."""


class CallFeed:
    """`longest` says how long a call may take."""

    def __init__(self, watch: CallWatch, database: Database, log: CallLog, longest: Callable[[], float]) -> None:
        self._watch = watch
        self._database = database
        self._log = log
        self._longest = longest
        self._readers = 0
        self._following: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def calls(self) -> AsyncGenerator[asyncio.Queue[CallRecord]]:
        """All that end from now on, each once. A record that comes more than a minute after its call ended is missed."""
        with self._watch.calls() as queue:
            self._readers += 1
            if self._following is None:
                self._following = asyncio.create_task(self._follow(time.time()))
            try:
                yield queue
            finally:
                self._readers -= 1
                if self._readers == 0:
                    following, self._following = self._following, None
                    following.cancel()
                    with suppress(asyncio.CancelledError):
                        await following

    async def _follow(self, opened_at: float) -> None:
        number = 0
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            number += 1
            wide = number % 15 == 0
            look = Look(60.0, self._longest()) if wide else Look(15.0, 45.0)
            with suppress(StoreError):
                await self._look(look, opened_at)
            if wide:
                self._watch.forget_before(time.time() - 2 * look.late)

    async def _look(self, look: Look, opened_at: float) -> None:
        since = max(opened_at, time.time() - look.late)
        async with self._database.read() as connection:
            ended = await self._log.ended(connection, since, since - look.longest)
            new = [identifier for identifier, place in ended.items() if not self._watch.was_told(place)]
            for record in await self._log.several(connection, new[:TOLD_AT_ONCE]):
                self._watch.tell(record)
