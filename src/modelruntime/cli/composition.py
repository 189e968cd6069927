"""The parts of one gateway put together: data plane, admin API, Dify's paths, behind one door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from modelruntime.admin.app import admin_app
from modelruntime.admin.call_watch import CallWatch
from modelruntime.admin.dify import table as dify
from modelruntime.admin.inner_call import AsgiApp
from modelruntime.admin.internal_keys import InternalKeys
from modelruntime.admin.services import AdminOptions, Services
from modelruntime.admin.table import ROUTES
from modelruntime.cli.front_door import FrontDoor
from modelruntime.gateway.app import Gateway
from modelruntime.gateway.contract import ConfigurationSource, Ledger, Limiter
from modelruntime.gateway.limits import EdgeLimits
from modelruntime.gateway.plane import DataPlane
from modelruntime.runtime.async_runtime import AsyncRuntime
from modelruntime.store.store import Store


class Composition:
    """`app` is what to serve; `gateway` is the data plane in it, which drains; `beside` are the others in it, by prefix."""

    def __init__(self, gateway: Gateway, beside: Mapping[str, AsgiApp], services: Services) -> None:
        self.gateway = gateway
        self.beside = beside
        self.services = services
        self.app: AsgiApp = FrontDoor(gateway, beside, services.options.base_path)

    async def aclose(self) -> None:
        """Close what belongs to none of the parts that were given."""
        await self.services.aclose()


def compose(
    store: Store,
    source: ConfigurationSource,
    ledger: Ledger,
    runtime: AsyncRuntime,
    options: AdminOptions,
    refresh: Callable[[], Awaitable[object]],
    *,
    limiter: Limiter | None = None,
    limits: EdgeLimits | None = None,
    health: Mapping[str, Callable[[], Any]] | None = None,
    others: Mapping[str, AsgiApp] | None = None,
) -> Composition:
    """One gateway. `refresh` takes a change of the store into force; `others` are further applications by prefix."""
    keys, watch = InternalKeys(source), CallWatch(ledger)
    gateway = Gateway(DataPlane(runtime, keys, limiter=limiter, ledger=watch, limits=limits))
    services = Services(
        store,
        gateway.plane.in_force,
        gateway,
        keys,
        watch,
        lambda: runtime.core.catalogue,
        options,
        refresh=refresh,
        health=health,
    )
    apps: dict[str, AsgiApp] = {
        "/api": admin_app(services, ROUTES),
        dify.PREFIX: admin_app(services, dify.ROUTES, dify.PREFIX, dify.refusal_shape),
        **(others or {}),
    }
    return Composition(gateway, apps, services)
