"""Dify's models of a provider: lists, rules, switches, defaults."""

from __future__ import annotations

import asyncio
from typing import Any

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.dify.bodies import DefaultChoices, DefaultQuery, ModelChoice, RulesQuery
from modelruntime.admin.dify.credentials import SUCCESS, schema_of
from modelruntime.admin.dify.shapes import both, icon, model_entity, parameter_rule, simple_provider
from modelruntime.admin.refusal import not_found
from modelruntime.entities.model_type import ORIGIN_ALIASES, ModelType
from modelruntime.runtime.listing import Listing, ModelInfo
from modelruntime.runtime.model_reference import parse_reference
from modelruntime.store.model_switches import ModelSwitch


def type_of(word: str) -> ModelType:
    """A model type by its name or its old one. Raises `Refusal`."""
    try:
        return ORIGIN_ALIASES.get(word) or ModelType(word)
    except ValueError:
        raise not_found(f"model type {word!r}; there are {', '.join(ModelType)}") from None


async def dify_list_models(call: Call[Nothing, Nothing]) -> dict[str, Any]:
    """The models of a provider, configured or not."""
    schema, configuration = schema_of(call), call.configuration()
    infos = await asyncio.to_thread(Listing(call.core()).models, None, schema.provider)
    beside = simple_provider(schema, call.workspace)
    return {"data": [{**model_entity(info, configuration), "provider": beside} for info in infos]}


async def dify_list_models_of_type(call: Call[Nothing, Nothing]) -> dict[str, Any]:
    """The models of a type by provider. Unconfigured ones are there too, with their state: the front end greys them."""
    kind, core, configuration = type_of(call.path["model_type"]), call.core(), call.configuration()
    infos = await asyncio.to_thread(Listing(core).models, kind, None)
    found: dict[str, list[ModelInfo]] = {}
    for info in infos:
        found.setdefault(info.provider, []).append(info)
    rows: list[dict[str, Any]] = []
    for name, own in found.items():
        schema = core.catalogue.provider(name)
        entities = [model_entity(info, configuration) for info in own]
        active = any(entity["status"] == "active" for entity in entities)
        rows.append(
            {
                "tenant_id": call.workspace,
                "provider": name,
                "label": both(schema.label),
                "icon_small": icon(schema, "icon_small"),
                "icon_large": icon(schema, "icon_large"),
                "status": "active" if active else "no-configure",
                "models": entities,
            }
        )
    return {"data": rows}


async def dify_list_parameter_rules(call: Call[Nothing, RulesQuery]) -> dict[str, Any]:
    """The parameter rules of an LLM, with credentials or without."""
    schema = schema_of(call)
    infos = await asyncio.to_thread(Listing(call.core()).models, ModelType.LLM, schema.provider)
    found = next((info for info in infos if info.model == call.query.model), None)
    return {"data": [parameter_rule(rule) for rule in found.parameter_rules] if found else []}


async def dify_enable_model(call: Call[ModelChoice, Nothing]) -> dict[str, Any]:
    """Switch a model on."""
    return await _switch(call, True)


async def dify_disable_model(call: Call[ModelChoice, Nothing]) -> dict[str, Any]:
    """Switch a model off."""
    return await _switch(call, False)


async def _switch(call: Call[ModelChoice, Nothing], enabled: bool) -> dict[str, Any]:
    store, switch = call.services.store, ModelSwitch(call.body.model_type, schema_of(call).provider, call.body.model, enabled)
    async with store.database.change(call.actor()) as change:
        await store.model_switches.set(change, switch)
    return SUCCESS


async def dify_get_default_model(call: Call[Nothing, DefaultQuery]) -> dict[str, Any]:
    """The model that is meant for a type; without a choice the first that can be called."""
    kind, core, configuration = call.query.model_type, call.core(), call.configuration()
    name = configuration.defaults.get(kind)
    if name is None:
        infos = await asyncio.to_thread(Listing(core).models, kind, None)
        first = next((info for info in infos if model_entity(info, configuration)["status"] == "active"), None)
        name = f"{first.provider}/{first.model}" if first else None
    if name is None:
        return {"data": None}
    reference = parse_reference(name, kind)
    beside = simple_provider(core.catalogue.provider(reference.provider), call.workspace)
    return {"data": {"model": reference.model, "model_type": str(kind), "provider": beside}}


async def dify_set_default_models(call: Call[DefaultChoices, Nothing]) -> dict[str, Any]:
    """Choose the models that are meant for types."""
    store, catalogue = call.services.store, call.core().catalogue
    async with store.database.change(call.actor()) as change:
        for each in call.body.model_settings:
            if each.provider and each.model:
                provider = catalogue.provider(each.provider.rsplit("/", 1)[-1]).provider
                await store.default_models.put(change, str(each.model_type), f"{provider}/{each.model}", call.workspace)
    return SUCCESS
