"""The models a key may call, with what is declared of them (https://github.com/openai/openai-openapi for the shared fields,
unverified; the others are ours)."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import msgspec

from modelruntime.codecs.dialect import Fault
from modelruntime.codecs.openai.inbound.fault import render_fault
from modelruntime.gateway.candidates import price_here
from modelruntime.gateway.exchange import Exchange
from modelruntime.gateway.refused import refused
from modelruntime.runtime.listing import ModelInfo
from modelruntime.store.configuration import Configuration

PATH = "/v1/models"


class ModelsEndpoint:
    """`GET /v1/models` and `GET /v1/models/{id}`."""

    def render_fault(self, fault: Fault) -> bytes:
        """An error in the family's words."""
        return render_fault(fault)

    async def serve(self, exchange: Exchange) -> None:
        """Answer one request. Only models that can be called now are listed."""
        rows = self._rows(exchange)
        wanted = unquote(exchange.scope["path"].removeprefix(PATH).strip("/"))
        if not wanted:
            await exchange.answer(msgspec.json.encode({"object": "list", "data": rows}))
            return
        found = next((row for row in rows if row["id"] == wanted), None)
        if found is None:
            raise refused(404, "model_not_found", f"there is no model {wanted} that this key may call", "model")
        await exchange.answer(msgspec.json.encode(found))

    def _rows(self, exchange: Exchange) -> list[dict[str, Any]]:
        configuration = exchange.configuration
        active = {
            f"{info.provider}/{info.model}": info
            for info in exchange.serving.runtime(exchange.key.workspace).models()
            if info.status.code == "active" and f"{info.model_type}/{info.provider}/{info.model}" not in configuration.disabled
        }
        rows = [_row(name, info, configuration) for name, info in active.items()]
        for name in (*configuration.aliases, *configuration.routes):
            models = [target.model for target in configuration.route_of(name).targets]
            if found := next((active[model] for model in models if model in active), None):
                rows.append({**_row(name, found, configuration), "targets": models})
        return [row for row in rows if exchange.key.allows(row["id"])]


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
