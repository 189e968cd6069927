"""What `modelruntime serve` needs of the store, opened together and closed together."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec

from modelruntime.schema.catalogue import Catalogue
from modelruntime.store.compiler import Compiled
from modelruntime.store.configuration import Configuration
from modelruntime.store.configuration_copy import read_copy
from modelruntime.store.database import Database
from modelruntime.store.database_url import database_url
from modelruntime.store.errors import KeyMissing, SealBroken, StoreUnavailable
from modelruntime.store.key_ring_file import open_root_keys
from modelruntime.store.ledger import Ledger, UsageLoss
from modelruntime.store.live_configuration import LiveConfiguration
from modelruntime.store.outbox import MAX_BYTES, Outbox
from modelruntime.store.pepper import Pepper
from modelruntime.store.retention import retention_of, sweep
from modelruntime.store.root_keys import RootKeys
from modelruntime.store.store import Store

log = logging.getLogger("modelruntime.store")
OUTBOX_NAME = "outbox"
SWEEP_SECONDS = 3600.0
LONGEST_WAIT = 30.0


class OpenStore(msgspec.Struct, frozen=True):
    """The repositories, the configuration in force, and the ledger. All of them run until the block is left."""

    store: Store
    configuration: LiveConfiguration
    """A `ConfigurationSource`; `await configuration.refresh()` after a change that this process made."""
    ledger: Ledger
    """A `Ledger`."""


@asynccontextmanager
async def open_store(
    directory: Path,
    environ: Mapping[str, str],
    *,
    base: Callable[[bytes], Configuration],
    catalogue: Catalogue,
    database: str | None = None,
    usage_loss: UsageLoss = "refuse",
    outbox_bytes: int = MAX_BYTES,
) -> AsyncGenerator[OpenStore]:
    """The store of a data directory. `base` makes the configuration file's part, given the pepper of the gateway's keys;
    `database` is a URL, without it the directory's SQLite file; `outbox_bytes` bounds the outbox.

    Without a database it starts by the sealed copy of the last configuration; where there is none, the very first time, it
    waits for the database. Raises `ParameterInvalid`, `KeyRingInvalid`, `SchemaUnknown`.
    """
    roots = open_root_keys(directory, environ)
    store, copy = await _store(Database(database_url(database, directory)), roots, directory)
    tasks: list[asyncio.Task[None]] = []
    try:
        configuration = LiveConfiguration(store, directory, catalogue, base(store.pepper.value), copy)
        await configuration.refresh()
        outbox = Outbox(directory / OUTBOX_NAME, max_bytes=outbox_bytes)
        ledger = Ledger(store.database, outbox, directory / OUTBOX_NAME, usage_loss)
        tasks += [asyncio.create_task(each) for each in (configuration.run(), ledger.run(), _housekeeping(store, configuration))]
        try:
            yield OpenStore(store, configuration, ledger)
        finally:
            await _ended(tasks)
            await ledger.aclose()
    finally:
        await _ended(tasks)
        await store.aclose()


async def _store(database: Database, roots: RootKeys, directory: Path) -> tuple[Store, Compiled | None]:
    """The store, and where the database is gone the copy to begin with."""
    misses = 0
    while True:
        try:
            return await Store.over(database, roots), None
        except StoreUnavailable as cause:
            copy = _copy(directory, roots)
            if copy is not None:
                log.warning("%s; starting by the last configuration", cause.message)
                return Store(database, roots, Pepper(copy.configuration.pepper)), copy
            if misses == 0:
                log.warning("%s; waiting for it, as there is no last configuration to start by", cause.message)
        misses += 1
        await asyncio.sleep(min(0.25 * 2**misses, LONGEST_WAIT) * random.uniform(0.7, 1.0))  # noqa: S311


def _copy(directory: Path, roots: RootKeys) -> Compiled | None:
    try:
        return read_copy(directory, roots)
    except (KeyMissing, SealBroken) as cause:
        log.warning("%s", cause.message)
        return None


async def _housekeeping(store: Store, configuration: LiveConfiguration) -> None:
    while True:
        with suppress(StoreUnavailable):
            kept = retention_of(configuration.settings, configuration.current().retention)
            await sweep(store.database, kept, time.time())
        await asyncio.sleep(SWEEP_SECONDS * random.uniform(0.9, 1.1))  # noqa: S311


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
    tasks.clear()
