"""The configuration in force: compiled from the database, swapped whole, kept on disk for a day without one."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from modelruntime.schema.catalogue import Catalogue
from modelruntime.store.compiler import Compiled, ConfigurationProblem, compile_rows, merged
from modelruntime.store.configuration import Configuration
from modelruntime.store.configuration_copy import write_copy
from modelruntime.store.errors import StoreError
from modelruntime.store.revision_listener import listen
from modelruntime.store.settings import GatewaySettings
from modelruntime.store.store import Store
from modelruntime.store.stored_rows import current_revision, read_rows

log = logging.getLogger("modelruntime.store")
POLL_SECONDS = 5.0
LONGEST_WAIT = 30.0


class LiveState(msgspec.Struct, frozen=True, kw_only=True):
    """How fresh the configuration is."""

    revision: str
    degraded: bool = False
    """The database does not answer: what is in force is the last one that compiled."""
    degraded_since: float | None = None
    """Seconds since the epoch."""
    checked_at: float | None = None
    """When the database last said that this is the newest one."""
    reason: str | None = None
    problems: tuple[ConfigurationProblem, ...] = ()


class LiveConfiguration:
    """A `ConfigurationSource`. `current` never waits; `run` refreshes until it is cancelled."""

    def __init__(
        self, store: Store, directory: Path, catalogue: Catalogue, base: Configuration, compiled: Compiled | None = None
    ) -> None:
        """`base` is what the configuration file says; `compiled` is the copy of the disk, where the start has to do with that."""
        self._store = store
        self._directory = directory
        self._catalogue = catalogue
        self._base = base
        self._compiled = compiled or Compiled(revision=-1, configuration=Configuration(pepper=store.pepper.value))
        self._configuration = merged(base, self._compiled)
        self._degraded_since: float | None = None
        self._checked_at: float | None = None
        self._reason: str | None = None
        self._copied = -1
        self._wake = asyncio.Event()
        self._lock = asyncio.Lock()
        self.on_change: list[Callable[[Configuration], None]] = []
        """Called with each new configuration, on the loop."""

    def current(self) -> Configuration:
        """To serve this request by."""
        return self._configuration

    @property
    def settings(self) -> GatewaySettings:
        """What an operator set for the whole gateway."""
        return self._compiled.settings

    @property
    def state(self) -> LiveState:
        """For health pages."""
        return LiveState(
            revision=self._configuration.revision,
            degraded=self._degraded_since is not None,
            degraded_since=self._degraded_since,
            checked_at=self._checked_at,
            reason=self._reason,
            problems=self._compiled.problems,
        )

    def rebase(self, base: Configuration) -> None:
        """Take another configuration file in force, at once."""
        self._base = base
        self._swap(self._compiled)

    def wake(self) -> None:
        """Look for a new revision soon."""
        self._wake.set()

    async def refresh(self) -> bool:
        """Look for a new revision now, and put it in force; returns whether the database answered. After a change that this
        process made, call it to serve by it from here on."""
        async with self._lock:
            try:
                await self._load()
            except StoreError as cause:
                self._missed(cause)
                return False
            self._checked_at = time.time()
            if self._degraded_since is not None:
                log.warning("the database answers again")
            self._degraded_since = self._reason = None
            return True

    async def run(self) -> None:
        """Refresh by polling, and at once where the database says that something changed. Until it is cancelled."""
        listening = None if self._store.database.is_sqlite else asyncio.create_task(listen(self._store.database.url, self.wake))
        misses = 0
        try:
            while True:
                self._wake.clear()
                misses = 0 if await self.refresh() else misses + 1
                wait = min(0.5 * 2**misses, LONGEST_WAIT) * random.uniform(0.7, 1.0) if misses else POLL_SECONDS  # noqa: S311
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), wait)
        finally:
            if listening is not None:
                listening.cancel()
                with suppress(asyncio.CancelledError):
                    await listening

    async def _load(self) -> None:
        await self._store.prepare()
        if await current_revision(self._store.database) != self._compiled.revision:
            rows = await read_rows(self._store.database)
            self._swap(await asyncio.to_thread(compile_rows, rows, self._store.roots, self._store.pepper, self._catalogue))
        if self._copied != self._compiled.revision and self._store.pepper.locked is None:
            await asyncio.to_thread(self._copy)

    def _swap(self, compiled: Compiled) -> None:
        for problem in compiled.problems:
            if problem not in self._compiled.problems:
                log.warning("configuration: %s: %s", problem.place, problem.message)
        configuration = merged(self._base, compiled)
        self._compiled, self._configuration = compiled, configuration
        for each in self.on_change:
            each(configuration)

    def _copy(self) -> None:
        compiled = self._compiled
        try:
            write_copy(self._directory, self._store.roots, compiled)
        except OSError as cause:
            log.warning("the configuration could not be kept on disk: %s", cause.strerror)
        else:
            self._copied = compiled.revision

    def _missed(self, cause: StoreError) -> None:
        if self._degraded_since is None:
            self._degraded_since = time.time()
            log.warning("serving by the last configuration: %s", cause.message)
        self._reason = cause.message
