"""Dify's list of providers, its icons, and what a gateway has no use for."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from starlette.responses import Response

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.dify.bodies import Preferred, TypeQuery
from modelruntime.admin.dify.credentials import SUCCESS, schema_of
from modelruntime.admin.dify.shapes import provider_response, simple_provider
from modelruntime.admin.endpoints.providers import ICON_HEADERS
from modelruntime.admin.refusal import not_found, refuse
from modelruntime.entities.model_type import ModelType
from modelruntime.runtime.listing import Listing, ProviderInfo
from modelruntime.schema.icon import ICON_KINDS
from modelruntime.store.credential_view import CredentialView

NO_CREDITS = {"data": {"total_credits": 0, "used_credits": 0, "remaining_credits": 0}}
"""Nobody sells credits here (its shape is unverified)."""


def listed(call: Call[Any, Any], model_type: ModelType | None) -> list[ProviderInfo]:
    """Every provider, or those that serve a type."""
    found = Listing(call.core()).providers()
    return [info for info in found if model_type is None or model_type in info.supported_model_types]


async def credentials_by_provider(call: Call[Any, Any]) -> dict[str, list[CredentialView]]:
    """The workspace's stored credentials."""
    store = call.services.store
    found: dict[str, list[CredentialView]] = {}
    async with store.database.read() as connection:
        for view in await store.credentials.list(connection, call.workspace):
            found.setdefault(view.provider, []).append(view)
    return found


async def dify_list_providers(call: Call[Nothing, TypeQuery]) -> dict[str, Any]:
    """Every provider with forms and state."""
    infos = await asyncio.to_thread(listed, call, call.query.model_type)
    stored = await credentials_by_provider(call)
    rows = [provider_response(info.schema, call.workspace, info.status, stored.get(info.provider, ())) for info in infos]
    return {"data": rows}


async def dify_summarize_providers(call: Call[Nothing, TypeQuery]) -> dict[str, Any]:
    """A light list."""
    infos = await asyncio.to_thread(listed, call, call.query.model_type)
    return {"data": [{**simple_provider(info.schema, call.workspace), "status": _state(info)} for info in infos]}


async def dify_get_credits(call: Call[Nothing, Nothing]) -> dict[str, Any]:
    """Credits for a hosted provider: none."""
    return NO_CREDITS


async def dify_get_icon(call: Call[Nothing, Nothing]) -> Response:
    """An icon."""
    kind = call.path["icon_type"]
    found = call.core().catalogue.icon(schema_of(call).provider, kind, call.path["language"]) if kind in ICON_KINDS else None
    if found is None:
        raise not_found("such icon")
    return Response(found[0], media_type=found[1], headers={**ICON_HEADERS, "cache-control": "public, max-age=3600"})


async def dify_prefer_provider_type(call: Call[Preferred, Nothing]) -> dict[str, Any]:
    """Whose credentials are used; there is only `custom` here, the wish is kept all the same."""
    store, name = call.services.store, f"preferred-provider-type:{schema_of(call).provider}"
    async with store.database.write() as connection:
        owner = f"workspace:{call.workspace}"
        await store.preferences.put(connection, owner, name, call.body.preferred_provider_type, time.time())
    return SUCCESS


async def dify_get_checkout_url(call: Call[Nothing, Nothing]) -> dict[str, Any]:
    """Billing: there is none."""
    raise refuse(400, "not_available", f"nothing is sold here for {schema_of(call).provider}")


async def dify_submit_free_quota(call: Call[Nothing, Nothing]) -> dict[str, Any]:
    """Free quota of a hosted provider: there is none."""
    raise refuse(400, "not_available", f"there is no free quota of {schema_of(call).provider} here")


async def dify_verify_free_quota(call: Call[Nothing, Nothing]) -> dict[str, Any]:
    """Does this account qualify for free quota: no."""
    return {"result": "success", "flag": False, "reason": "there is no free quota here"}


def _state(info: ProviderInfo) -> str:
    return "active" if info.status.code == "active" else "no-configure"
