"""The models a key may call, with what is declared of them (https://github.com/openai/openai-openapi for the shared fields,
unverified; the others are ours)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from modelruntime.codecs.dialect import Fault
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.gateway.candidates import price_here
from modelruntime.gateway.exchange import Exchange
from modelruntime.gateway.refused import refused
from modelruntime.runtime.async_runtime import AsyncRuntime
from modelruntime.runtime.listing import ModelInfo
from modelruntime.store.configuration import Configuration

PATH = "/v1/models"


class ModelsEndpoint:
    """`GET /v1/models` and `GET /v1/models/{id}`."""

    def render_fault(self, fault: Fault) -> bytes:
        """An error in the family's words."""
        return render_fault(fault)

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request. Only models that can be called now are listed. There are thousands to look at: that is done in a
        thread, for which no call under way has to wait."""
        wanted = unquote(exchange.scope["path"].removeprefix(PATH).strip("/"))
        runtime = exchange.serving.runtime(exchange.key.workspace)  # made here where there is none yet: never by two threads
        if not wanted:
            rows = await asyncio.to_thread(_rows, exchange, runtime)
            await exchange.answer(msgspec.json.encode({"object": "list", "data": rows}))
            return
        found = await asyncio.to_thread(_one, exchange, runtime, wanted)
        if found is None:
            raise refused(404, "model_not_found", f"there is no model {wanted} that this key may call", "model")
        await exchange.answer(msgspec.json.encode(found))


def _rows(exchange: Exchange, runtime: AsyncRuntime) -> list[dict[str, Any]]:
    configuration = exchange.configuration
    active = _active(exchange, runtime)
    rows = [_row(name, info, configuration) for name, info in active.items()]
    named = [_named(name, active, configuration) for name in (*configuration.aliases, *configuration.routes)]
    return [row for row in (*rows, *named) if row is not None and exchange.key.allows(row["id"])]


def _one(exchange: Exchange, runtime: AsyncRuntime, wanted: str) -> dict[str, Any] | None:
    """The same row, without a look at the models of other providers."""
    configuration = exchange.configuration
    if not exchange.key.allows(wanted):
        return None
    if (info := _active_of(exchange, runtime, (wanted,)).get(wanted)) is not None:
        return _row(wanted, info, configuration)
    if wanted not in configuration.aliases and wanted not in configuration.routes:
        return None
    models = [target.model for target in configuration.route_of(wanted).targets]
    return _named(wanted, _active_of(exchange, runtime, models), configuration)


def _named(name: str, active: Mapping[str, ModelInfo], configuration: Configuration) -> dict[str, Any] | None:
    """The row of an alias or a route: what is declared of the first of its models that can be called."""
    models = [target.model for target in configuration.route_of(name).targets]
    found = next((active[model] for model in models if model in active), None)
    return None if found is None else {**_row(name, found, configuration), "targets": models}


def _active_of(exchange: Exchange, runtime: AsyncRuntime, models: Iterable[str]) -> dict[str, ModelInfo]:
    """Those of the providers of these models."""
    providers = dict.fromkeys(model.partition("/")[0] for model in models)
    return {
        name: info
        for provider in providers
        if runtime.core.catalogue.find(provider) is not None
        for name, info in _active(exchange, runtime, provider).items()
    }


def _active(exchange: Exchange, runtime: AsyncRuntime, provider: str | None = None) -> dict[str, ModelInfo]:
    """The models that can be called now, by name."""
    disabled = exchange.configuration.disabled
    return {
        f"{info.provider}/{info.model}": info
        for info in runtime.models(provider=provider)
        if info.status.code == "active" and f"{info.model_type}/{info.provider}/{info.model}" not in disabled
    }


def _row(name: str, info: ModelInfo, configuration: Configuration) -> dict[str, Any]:
    price = price_here(info.provider, info.model, info.pricing, configuration)
    limits = msgspec.to_builtins(info.limits)
    return {
        "id": name,
        "object": "model",
        "created": 0,
        "owned_by": info.provider,
        "model_type": info.model_type,
        "label": info.label,
        "context_window": info.limits.context or info.model_properties.get("context_size"),
        "limits": limits,
        "features": info.features,
        "model_properties": info.model_properties,
        "pricing": msgspec.to_builtins(price, str_keys=True) if price else None,
        "parameter_rules": msgspec.to_builtins(info.parameter_rules),
        "deprecated": info.deprecated,
    }
