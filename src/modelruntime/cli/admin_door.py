"""The admin API, Dify's paths and the console put together beside a data plane, behind one door."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from modelruntime.admin.app import admin_app
from modelruntime.admin.call_watch import CallWatch
from modelruntime.admin.dify import table as dify
from modelruntime.admin.internal_keys import InternalKeys
from modelruntime.admin.services import AdminOptions, Services
from modelruntime.admin.table import ROUTES
from modelruntime.cli.front_door import FrontDoor
from modelruntime.console.app import Console
from modelruntime.gateway.app import Gateway
from modelruntime.gateway.asgi import Application
from modelruntime.store.open_store import OpenStore


class AdminDoor(FrontDoor):
    """The door, and what the handlers behind it work with."""

    def __init__(self, data_plane: Application, others: Mapping[str, Application], base_path: str, services: Services) -> None:
        super().__init__(data_plane, others, base_path)
        self.services = services


def admin_door(
    gateway: Gateway,
    application: Application,
    opened: OpenStore,
    keys: InternalKeys,
    watch: CallWatch,
    options: AdminOptions,
    others: Mapping[str, Application] | None = None,
    *,
    frame_origins: Sequence[str] = (),
) -> AdminDoor:
    """What to serve in place of `application`, which has the data plane inside. `keys` are its source of configurations and
    `watch` its ledger; `others` are further applications by prefix; pages of `frame_origins` may show the console's frames."""
    base = gateway.plane.base
    live, ledger = opened.configuration, opened.ledger
    health: dict[str, Callable[[], Any]] = {
        "configuration": lambda: _told(live.state, live.state.degraded or bool(live.state.problems)),
        "ledger": lambda: _told(ledger.state, ledger.full or ledger.state.reason is not None),
        "plane": lambda: _told(gateway.plane.health(), gateway.plane.health().limiter_degraded),
    }
    services = Services(
        opened.store,
        gateway.plane.in_force,
        application,
        keys,
        watch,
        lambda: base.core.catalogue,
        options,
        refresh=live.refresh,
        health=health,
        targets=gateway.plane.table.rows,
    )
    apps: dict[str, Application] = {
        "/api": admin_app(services, ROUTES),
        dify.PREFIX: admin_app(services, dify.ROUTES, dify.PREFIX, dify.refusal_shape),
        "/console": Console(frame_origins=frame_origins),
        **(others or {}),
    }
    return AdminDoor(application, apps, options.base_path, services)


def _told(state: Any, complains: bool) -> dict[str, Any]:
    return {"status": "degraded" if complains else "ok", **msgspec.to_builtins(state)}
