"""How the gateway is, and what a front end must know before it draws anything."""

from __future__ import annotations

import os
import time
from collections import Counter
from typing import Any

import msgspec

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.route import Route, route
from modelruntime.codecs.json_value import is_object
from modelruntime.entities.model_type import ModelType
from modelruntime.store.errors import StoreUnavailable

LOCALES = ("en_US", "zh_Hans")


class Bootstrap(msgspec.Struct, frozen=True, kw_only=True):
    """What a page asks first."""

    version: str
    base_path: str
    """What stands before `/api` in the address."""
    set_up: bool
    """False: there is no account yet, and the gateway waits for its set-up token."""
    signed_in: bool
    auth: tuple[str, ...]
    locales: tuple[str, ...]
    model_types: tuple[ModelType, ...]
    capabilities: tuple[str, ...]
    """What this gateway can do, for pages to draw."""


CAPABILITIES = ("playground", "keys", "usage", "logs", "tail", "routes", "declarations", "audit", "presets", "snippets", "accounts")


class DatabaseHealth(msgspec.Struct, frozen=True):
    """Does the database answer, and how fast."""

    ok: bool
    kind: str
    seconds: float | None


class KeyRingHealth(msgspec.Struct, frozen=True):
    """Root keys by id, the active one first; and how many stored credentials each of them sealed, or cannot open."""

    ids: tuple[str, ...]
    sealed: dict[str, int]
    locked: int


class HealthReply(msgspec.Struct, frozen=True, kw_only=True):
    """The parts of this process."""

    status: str
    """`ok`, or `degraded` when something below is not as it should be."""
    version: str
    pid: int
    revision: str
    """Of the configuration in force."""
    database: DatabaseHealth
    key_ring: KeyRingHealth | None
    """None while the database does not answer."""
    parts: dict[str, Any]
    """What others tell of themselves: the data plane's breakers and queue, the outbox, the configuration."""


async def get_bootstrap(call: Call[Nothing, Nothing]) -> Bootstrap:
    """Version, base path, languages, and whether somebody is signed in."""
    options, store = call.services.options, call.services.store
    async with store.database.read() as connection:
        accounts = await store.accounts.count(connection)
    return Bootstrap(
        version=options.version,
        base_path=options.base_path,
        set_up=accounts > 0,
        signed_in=call.identity.known,
        auth=("password", "token"),
        locales=LOCALES,
        model_types=tuple(ModelType),
        capabilities=CAPABILITIES,
    )


async def get_health(call: Call[Nothing, Nothing]) -> HealthReply:
    """Database, key ring, configuration, breakers, queue and outbox of this process."""
    services = call.services
    database, ring = await _database(call), None
    if database.ok:
        ring = await _key_ring(call)
    parts = {name: tell() for name, tell in services.health.items()}
    good = database.ok and ring is not None and not ring.locked and not _complains(parts)
    return HealthReply(
        status="ok" if good else "degraded",
        version=services.options.version,
        pid=os.getpid(),
        revision=call.configuration().revision,
        database=database,
        key_ring=ring,
        parts=parts,
    )


async def _database(call: Call[Any, Any]) -> DatabaseHealth:
    store, began = call.services.store, time.monotonic()
    kind = store.database.url.get_backend_name()
    try:
        async with store.database.read() as connection:
            await store.accounts.count(connection)
    except StoreUnavailable:
        return DatabaseHealth(False, kind, None)
    return DatabaseHealth(True, kind, round(time.monotonic() - began, 4))


async def _key_ring(call: Call[Any, Any]) -> KeyRingHealth:
    store = call.services.store
    async with store.database.read() as connection:
        workspaces = await store.workspaces.list(connection)
        views = [view for each in workspaces for view in await store.credentials.list(connection, each.id)]
    return KeyRingHealth(
        store.roots.ids(), dict(Counter(view.kid for view in views if view.kid)), sum(view.locked for view in views)
    )


def _complains(parts: dict[str, Any]) -> bool:
    return any(is_object(part) and part.get("status", "ok") != "ok" for part in parts.values())


ROUTES: tuple[Route, ...] = (
    route("GET", "/bootstrap", get_bootstrap, "public", reply=Bootstrap),
    route("GET", "/health", get_health, "operate", reply=HealthReply),
)
