"""Where records of calls go: into the outbox at once, into the database soon."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

import msgspec
from sqlalchemy.exc import SQLAlchemyError

from modelruntime.runtime.call_record import CallRecord
from modelruntime.store.database import Database
from modelruntime.store.errors import StoreUnavailable
from modelruntime.store.ledger_entry import LedgerEntry, decode_entries, encode_entry, encode_records, mended
from modelruntime.store.ledger_writer import write_entries
from modelruntime.store.outbox import Batch, Outbox
from modelruntime.store.outbox_record import LARGEST
from modelruntime.store.private_file import create_private

log = logging.getLogger("modelruntime.store")
UsageLoss = Literal["refuse", "drop"]
"""When the outbox is full: `refuse` calls whose cost must be counted, or serve them and `drop` their records."""
BATCH_BYTES = 2**20
"""About so much of the outbox is written in one transaction."""
GATHER_SECONDS = 0.5
"""How long records gather before they are written."""
SYNC_SECONDS = 1.0
"""How often the outbox is put on the disk: a machine that loses power loses the records of so long."""
LONGEST_WAIT = 30.0
_NO_USE = (msgspec.DecodeError, OverflowError, UnicodeError)


class LedgerState(msgspec.Struct, frozen=True, kw_only=True):
    """For health pages and metrics."""

    bytes_waiting: int
    behind_seconds: float
    """How long the oldest record waits; 0 with nothing to write."""
    full: bool
    lost: int
    """Records that found no place since the start."""
    rejected: int
    """Records that the database does not take; they are kept in files beside the outbox."""
    damaged: int
    reason: str | None = None
    """Why nothing is written just now."""


class Ledger:
    """A `Ledger` of the data plane. `run` writes until it is cancelled."""

    def __init__(self, database: Database, outbox: Outbox, directory: Path, usage_loss: UsageLoss = "refuse") -> None:
        self._database = database
        self._outbox = outbox
        self._directory = directory
        self._usage_loss = usage_loss
        self._arrived = asyncio.Event()
        self._behind_since: float | None = None if outbox.empty else time.monotonic()
        self._rejected = 0
        self._reason: str | None = None
        self._lost_told = 0
        if not outbox.empty:
            self._arrived.set()

    def settle(self, record: CallRecord) -> None:
        """Take the record of a call that is over. Never waits, never raises; a process that is killed right after loses nothing."""
        self.settle_all((record,))

    def settle_all(self, records: Sequence[CallRecord]) -> None:
        """The same of several: they are handed to the system together."""
        content = encode_records(records)
        if len(content) > LARGEST and len(records) > 1:
            half = len(records) // 2
            self.settle_all(records[:half])
            self.settle_all(records[half:])
            return
        self._outbox.append(content, len(records))
        if self._behind_since is None:
            self._behind_since = time.monotonic()
        self._arrived.set()

    @property
    def full(self) -> bool:
        """The outbox has no room to spare."""
        return self._outbox.full

    @property
    def refusing(self) -> bool:
        """Calls whose cost must be counted should be refused now."""
        return self._usage_loss == "refuse" and self._outbox.full

    @property
    def state(self) -> LedgerState:
        """How it goes."""
        return LedgerState(
            bytes_waiting=self._outbox.size,
            behind_seconds=0.0 if self._behind_since is None else time.monotonic() - self._behind_since,
            full=self._outbox.full,
            lost=self._outbox.lost,
            rejected=self._rejected,
            damaged=self._outbox.damaged,
            reason=self._reason,
        )

    async def run(self) -> None:
        """Write what arrives, and put the outbox on the disk every second. Until it is cancelled."""
        await asyncio.gather(self._write_forever(), self._sync_forever())

    async def drain(self) -> bool:
        """Write what waits; returns whether the database took it."""
        self._outbox.retry()
        self._tell_lost()
        while True:
            self._arrived.clear()
            batch, entries = await asyncio.to_thread(self._read)
            try:
                if batch.contents:
                    await self._write(batch, entries)
            except StoreUnavailable as cause:
                if self._reason is None:
                    log.warning("records of calls wait in the outbox: %s", cause.message)
                self._reason = cause.message
                self._arrived.set()
                return False
            self._outbox.forget(batch)
            self._reason = None
            self._behind_since = None if self._outbox.empty else time.monotonic()
            if self._outbox.retry():
                continue
            if self._outbox.holding:
                self._arrived.set()
            if not batch.more:
                if not self._outbox.empty:  # what no disk took is in memory, and now there is room
                    self._arrived.set()
                return True  # what came meanwhile may gather again

    async def _write_forever(self) -> None:
        misses = 0
        while True:
            await self._arrived.wait()
            wait = min(GATHER_SECONDS * 2**misses, LONGEST_WAIT) * random.uniform(0.7, 1.0)  # noqa: S311
            await asyncio.sleep(wait)
            misses = 0 if await self.drain() else misses + 1

    async def _sync_forever(self) -> None:
        while True:
            await asyncio.sleep(SYNC_SECONDS)
            try:
                await asyncio.to_thread(self._outbox.sync)
            except OSError as cause:
                log.error("the outbox could not be put on the disk: %s", cause.strerror)

    async def aclose(self, seconds: float = 5.0) -> None:
        """Write what waits, at most for so long; the rest waits on disk for the next start. Call it once `run` has ended."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.drain()
        try:
            await asyncio.to_thread(self._outbox.close)
        except OSError as cause:
            log.error("the outbox could not be put on the disk: %s", cause.strerror)

    def _read(self) -> tuple[Batch, list[LedgerEntry] | None]:
        """The next pieces, and what they hold; None where one of them does not read."""
        batch = self._outbox.read(BATCH_BYTES)
        try:
            return batch, [entry for content in batch.contents for entry in decode_entries(content)]
        except _NO_USE:
            return batch, None

    async def _write(self, batch: Batch, entries: list[LedgerEntry] | None) -> None:
        if entries is not None:
            with suppress(SQLAlchemyError, *_NO_USE):
                await write_entries(self._database, entries)
                return
        for content in batch.contents:
            await self._write_apart(content)

    async def _write_apart(self, content: bytes) -> None:
        """Of a batch that the database does not take, record by record: what is wrong with one must not hold up the rest."""
        try:
            entries = decode_entries(content)
        except _NO_USE as cause:
            await self._reject(content, cause)
            return
        for entry in entries:
            try:
                await write_entries(self._database, [mended(entry)])
            except (SQLAlchemyError, *_NO_USE) as cause:
                await self._reject(encode_entry(entry), cause)

    async def _reject(self, content: bytes, cause: Exception) -> None:
        self._rejected += 1
        log.error("a record of a call is no use to the database (%s); it is kept beside the outbox", type(cause).__name__)
        await asyncio.to_thread(self._keep_aside, content)

    def _keep_aside(self, content: bytes) -> None:
        with suppress(OSError):
            create_private(self._directory / f"rejected-{time.time_ns()}.msgpack", content)

    def _tell_lost(self) -> None:
        if self._outbox.lost > self._lost_told:
            log.error("%d records of calls found no place and are lost", self._outbox.lost - self._lost_told)
            self._lost_told = self._outbox.lost
