"""What a gateway that nobody has set up yet makes for its first run."""

from __future__ import annotations

import os
import time

from modelruntime.cli.serve_plan import Hello, ServePlan
from modelruntime.store.errors import StoreUnavailable
from modelruntime.store.gateway_key import new_key
from modelruntime.store.open_store import OpenStore
from modelruntime.store.store import Store


async def first_hello(opened: OpenStore) -> Hello:
    """A key where there is none, and a set-up token where there is no account."""
    configuration = opened.configuration.current()
    key = None if configuration.keys else new_key(configuration.pepper).text
    return Hello(key, await setup_token(opened.store))


async def hello_of_workers(plan: ServePlan) -> Hello:
    """The same before any worker runs; a database that is gone is the workers' business."""
    try:
        store = await Store.open(plan.data, os.environ, plan.database)
    except StoreUnavailable:
        return Hello()
    try:
        async with store.database.read() as connection:
            kept = bool(plan.file.keys) or await store.api_keys.count(connection) > 0
        return Hello(None if kept else new_key(store.pepper.value).text, await setup_token(store))
    finally:
        await store.aclose()


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
