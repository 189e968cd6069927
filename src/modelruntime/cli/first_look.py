"""What the start of a gateway finds in its store, before any process serves: the schema is brought up to date on the way."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from modelruntime.cli.serve_plan import ServePlan
    from modelruntime.store.store import Store


class FirstLook(NamedTuple):
    """`has_keys`: clients have keys already. `setup_token`: nobody has set the gateway up yet, and this lets one do it, once."""

    has_keys: bool
    setup_token: str | None


async def first_look(plan: ServePlan) -> FirstLook:
    """Raises `ParameterInvalid`, `KeyRingInvalid`, `SchemaUnknown`. A database that is gone is no reason not to start."""
    from modelruntime.store.errors import StoreUnavailable
    from modelruntime.store.store import Store

    try:
        store = await Store.open(plan.data, os.environ, plan.database)
    except StoreUnavailable:
        return FirstLook(has_keys=True, setup_token=None)
    try:
        return FirstLook(await _has_keys(store), await _setup_token(store) if plan.admin else None)
    finally:
        await store.aclose()


async def _has_keys(store: Store) -> bool:
    async with store.database.read() as connection:
        for workspace in await store.workspaces.list(connection):
            if await store.api_keys.list(connection, workspace.id):
                return True
    return False


async def _setup_token(store: Store) -> str | None:
    async with store.database.write() as connection:
        if await store.accounts.count(connection):
            return None
        return await store.setup_tokens.make(connection, time.time())
