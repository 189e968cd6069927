"""A gateway over a data directory: its store, the data plane by what the store says, and the admin API beside it."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

from modelruntime.admin.inner_call import AsgiApp
from modelruntime.admin.services import AdminOptions
from modelruntime.cli.composition import Composition, compose
from modelruntime.gateway.contract import Ledger, Limiter
from modelruntime.gateway.ledgers import Ledgers
from modelruntime.gateway.limits import EdgeLimits
from modelruntime.runtime.async_runtime import AsyncRuntime
from modelruntime.store.configuration import Configuration
from modelruntime.store.open_store import OpenStore, open_store


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
    limiter: Callable[[OpenStore], Limiter] | None = None,
    further: Sequence[Ledger] = (),
    limits: EdgeLimits | None = None,
    others: Mapping[str, AsgiApp] | None = None,
) -> AsyncGenerator[StoredGateway]:
    """Opens the store, and closes it when the block is left. `base` makes the configuration file's part, given the pepper of the
    gateway's keys; `further` are ledgers beside the store's. Raises what `open_store` does."""
    catalogue = runtime.core.catalogue
    async with open_store(directory, os.environ, base=base, catalogue=catalogue, database=database) as opened:
        live, ledger = opened.configuration, opened.ledger
        health: dict[str, Callable[[], Any]] = {
            "configuration": lambda: _told(live.state, live.state.degraded or bool(live.state.problems)),
            "ledger": lambda: _told(ledger.state, ledger.full or ledger.state.reason is not None),
        }
        composition = compose(
            opened.store,
            live,
            Ledgers((ledger, *further)) if further else ledger,
            runtime,
            options,
            live.refresh,
            limiter=limiter(opened) if limiter is not None else None,
            limits=limits,
            health=health,
            others=others,
        )
        try:
            yield StoredGateway(opened, composition)
        finally:
            await composition.aclose()


def _told(state: Any, complains: bool) -> dict[str, Any]:
    return {"status": "degraded" if complains else "ok", **msgspec.to_builtins(state)}
