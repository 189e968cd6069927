"""Named sets of parameters for a model, of one's own or of the workspace."""

from __future__ import annotations

import time
from typing import Annotated, Any, Literal

import msgspec

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.field_types import Id
from modelruntime.admin.refusal import not_found, refuse
from modelruntime.admin.route import Route, route
from modelruntime.entities.model_type import ModelType

Scope = Literal["account", "workspace"]
PresetName = Annotated[str, msgspec.Meta(min_length=1, max_length=60)]


class ParameterPreset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Parameters under a name. `scope`: for oneself, or for everybody of the workspace."""

    name: PresetName
    scope: Scope = "account"
    provider: Id
    model: Id
    model_type: ModelType
    parameters: dict[str, Any]


class PresetsQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Of one model."""

    provider: Id
    model: Id
    model_type: ModelType


class PresetQuery(PresetsQuery, frozen=True, kw_only=True):
    """One preset."""

    name: PresetName
    scope: Scope = "account"


class PresetList(msgspec.Struct, frozen=True):
    """One's own, then those of the workspace."""

    data: list[ParameterPreset]


def _owner(call: Call[Any, Any], scope: Scope) -> str:
    return f"account:{call.identity.account_id}" if scope == "account" else f"workspace:{call.workspace}"


def _key(of: PresetsQuery | ParameterPreset, name: str) -> str:
    return f"preset:{of.model_type}/{of.provider}/{of.model}\n{name}"


def _check_scope(call: Call[Any, Any], scope: Scope) -> None:
    if scope == "workspace" and not call.identity.may("edit", call.workspace):
        raise refuse(403, "not_allowed", "presets of the workspace are an admin's to change")


async def list_presets(call: Call[Nothing, PresetsQuery]) -> PresetList:
    """The presets of a model that one may use. Those that its rules declare are in the rules."""
    prefix, store = _key(call.query, ""), call.services.store
    found: list[ParameterPreset] = []
    async with store.database.read() as connection:
        for scope in ("account", "workspace"):
            kept = await store.preferences.all(connection, _owner(call, scope), prefix)
            found.extend(msgspec.convert(value, ParameterPreset) for value in kept.values())
    return PresetList(found)


async def put_preset(call: Call[ParameterPreset, Nothing]) -> ParameterPreset:
    """Keep parameters under a name."""
    body, store = call.body, call.services.store
    _check_scope(call, body.scope)
    async with store.database.write() as connection:
        await store.preferences.put(connection, _owner(call, body.scope), _key(body, body.name), body, time.time())
    return body


async def remove_preset(call: Call[Nothing, PresetQuery]) -> None:
    """Forget a preset."""
    query, store = call.query, call.services.store
    _check_scope(call, query.scope)
    owner, key = _owner(call, query.scope), _key(query, query.name)
    async with store.database.write() as connection:
        if key not in await store.preferences.all(connection, owner, key):
            raise not_found(f"preset {query.name!r}")
        await store.preferences.put(connection, owner, key, None, time.time())


ROUTES: tuple[Route, ...] = (
    route("GET", "/presets", list_presets, "view", query=PresetsQuery, reply=PresetList),
    route("PUT", "/presets", put_preset, "view", body=ParameterPreset, reply=ParameterPreset, changes=False),
    route("DELETE", "/presets", remove_preset, "view", query=PresetQuery, changes=False),
)
