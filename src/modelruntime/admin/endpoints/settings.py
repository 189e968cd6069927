"""Settings of the whole gateway."""

from __future__ import annotations

from typing import Any

import msgspec

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.route import Route, route
from modelruntime.store.settings import GatewaySettings, settings_of


class ChangedSettings(msgspec.Struct, frozen=True):
    """Setting → value; null goes back to the default. What is not named stays."""

    values: dict[str, Any]


async def get_settings(call: Call[Nothing, Nothing]) -> GatewaySettings:
    """Every setting with its value."""
    return await call.services.settings()


async def change_settings(call: Call[ChangedSettings, Nothing]) -> GatewaySettings:
    """Set some of them."""
    store = call.services.store
    async with store.database.change(call.actor()) as change:
        for name, value in call.body.values.items():
            if value is not None:
                await store.settings.put(change, name, value)
            elif await store.settings.get(change.connection, name) is not None:
                await store.settings.remove(change, name)
        return settings_of(await store.settings.all(change.connection))


ROUTES: tuple[Route, ...] = (
    route("GET", "/settings", get_settings, "operate", reply=GatewaySettings),
    route("PATCH", "/settings", change_settings, "operate", body=ChangedSettings, reply=GatewaySettings),
)
