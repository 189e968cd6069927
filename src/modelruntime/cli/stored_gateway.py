"""A gateway over a data directory: its store, the data plane by what the store says, and the admin API beside it."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from modelruntime.admin.inner_call import AsgiApp
from modelruntime.admin.services import AdminOptions
from modelruntime.cli.composition import Composition, compose
from modelruntime.gateway.contract import Limiter
from modelruntime.runtime.async_runtime import AsyncRuntime
from modelruntime.store.configuration import Configuration
from modelruntime.store.errors import StoreUnavailable
from modelruntime.store.open_store import OpenStore, open_store
from modelruntime.store.store import Store


class StoredGateway(msgspec.Struct, frozen=True):
    """`opened` is the store with what runs over it, `composition` what is served."""

    opened: OpenStore
    composition: Composition


@asynccontextmanager
async def stored_gateway(
    directory: Path,
    database: str | None,
    base: Callable[[bytes], Configuration],
    runtime: AsyncRuntime,
    options: AdminOptions,
    *,
    limiter: Limiter | None = None,
    others: Mapping[str, AsgiApp] | None = None,
) -> AsyncGenerator[StoredGateway]:
    """Opens the store, and closes it when the block is left. `base` makes the configuration file's part, given the pepper of the
    gateway's keys. Raises what `open_store` does."""
    catalogue = runtime.core.catalogue
    async with open_store(directory, os.environ, base=base, catalogue=catalogue, database=database) as opened:
        live, ledger = opened.configuration, opened.ledger
        health: dict[str, Callable[[], Any]] = {
            "configuration": lambda: _told(live.state, live.state.degraded or bool(live.state.problems)),
            "ledger": lambda: _told(ledger.state, ledger.full or ledger.state.reason is not None),
        }
        composition = compose(
            opened.store, live, ledger, runtime, options, live.refresh, limiter=limiter, health=health, others=others
        )
        try:
            yield StoredGateway(opened, composition)
        finally:
            await composition.aclose()


async def setup_token(store: Store) -> str | None:
    """The one-time token of a gateway that nobody has set up yet; None for one that has an account, or whose database is gone."""
    try:
        async with store.database.read() as connection:
            if await store.accounts.count(connection):
                return None
        async with store.database.write() as connection:
            return await store.setup_tokens.make(connection, time.time())
    except StoreUnavailable:
        return None


def _told(state: Any, complains: bool) -> dict[str, Any]:
    return {"status": "degraded" if complains else "ok", **msgspec.to_builtins(state)}
