"""Switching models on and off, the vendor's own list of models, and customizable models as a whole."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

import msgspec

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.credential_trial import probe_runtime
from modelruntime.admin.error_reply import refusal_of
from modelruntime.admin.field_types import Id
from modelruntime.admin.model_view import undiscounted_price
from modelruntime.admin.refusal import not_found
from modelruntime.admin.remote_diff import RemoteDiff, remote_diff
from modelruntime.admin.route import Route, route
from modelruntime.admin.validation import doc_url
from modelruntime.entities.errors import ModelRuntimeError
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.listing import Listing
from modelruntime.store.model_switches import ModelSwitch


class SwitchedModel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model, on or off."""

    model_type: ModelType
    model: Id
    enabled: bool


class SwitchedModels(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Several models of a provider at once."""

    data: Annotated[list[SwitchedModel], msgspec.Meta(min_length=1, max_length=5000)]


class SwitchList(msgspec.Struct, frozen=True):
    """What was switched; a model without an entry is on."""

    data: list[ModelSwitch]


class CustomModelQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A customizable model of the provider."""

    model: Id
    model_type: ModelType


async def list_switches(call: Call[Nothing, Nothing]) -> SwitchList:
    """The models of a provider that somebody switched on or off."""
    store = call.services.store
    async with store.database.read() as connection:
        return SwitchList(await store.model_switches.list(connection, call.schema().provider))


async def switch_models(call: Call[SwitchedModels, Nothing]) -> SwitchList:
    """Switch models of a provider on or off; after a look at the vendor's list this takes over what was chosen."""
    store, provider = call.services.store, call.schema().provider
    async with store.database.change(call.actor()) as change:
        for each in call.body.data:
            await store.model_switches.set(change, ModelSwitch(each.model_type, provider, each.model, each.enabled))
        return SwitchList(await store.model_switches.list(change.connection, provider))


async def fetch_remote_models(call: Call[Nothing, Nothing]) -> RemoteDiff:
    """Ask the vendor for its list of models, and say what differs from what was known. Its models can be called from then on."""
    core, provider, configuration = call.core(), call.schema(), call.configuration()
    price_of = partial(undiscounted_price, configuration, provider.provider)
    infos = await asyncio.to_thread(Listing(core).models, None, provider.provider)
    counted = {f"{info.model_type}/{info.model}": price_of(info.model, info.pricing) for info in infos}
    before = dict(core.resolver.remote_models(provider.provider))
    runtime = probe_runtime(call)
    try:
        found = await runtime.provider(provider.provider).fetch_models(refresh=True)
    except ModelRuntimeError as error:
        raise refusal_of(error, (), doc_url(provider)) from error
    return remote_diff(provider.provider, before, counted, found, price_of)


async def remove_custom_model(call: Call[Nothing, CustomModelQuery]) -> None:
    """Remove a customizable model: every credential of it."""
    query, store, provider = call.query, call.services.store, call.schema().provider
    async with store.database.change(call.actor()) as change:
        views = await store.credentials.list(change.connection, call.workspace, provider)
        own = [view.id for view in views if (view.model_type, view.model) == (query.model_type, query.model)]
        if not own:
            raise not_found(f"customizable {query.model_type} model {query.model!r} of {provider}")
        for identifier in own:
            await store.credentials.remove(change, call.workspace, identifier)


ROUTES: tuple[Route, ...] = (
    route("GET", "/providers/{provider}/models/switches", list_switches, "view", reply=SwitchList),
    route("PUT", "/providers/{provider}/models/switches", switch_models, "operate", body=SwitchedModels, reply=SwitchList),
    route("POST", "/providers/{provider}/models/fetch", fetch_remote_models, "edit", reply=RemoteDiff),
    route("DELETE", "/providers/{provider}/models/custom", remove_custom_model, "edit", query=CustomModelQuery),
)
