"""Providers: the list, one with its forms, icons."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

import msgspec
from starlette.responses import Response

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.provider_view import ProviderDetail, ProviderRow, ProviderViews
from modelruntime.admin.refusal import not_found
from modelruntime.admin.route import Raw, Route, route
from modelruntime.schema.icon import ICON_KINDS

ICON_TYPES = ("image/svg+xml", "image/png", "image/jpeg", "image/webp", "image/gif", "image/x-icon")
ICON_HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}
"""A picture never runs anything, whoever drew it."""


class ProviderList(msgspec.Struct, frozen=True):
    """Every provider, configured or not, in the declared order."""

    data: list[ProviderRow]


class IconQuery(msgspec.Struct, frozen=True):
    """`v` only makes the address new when the picture is."""

    v: Annotated[str, msgspec.Meta(max_length=64)] = ""


def _views(call: Call[Any, Any]) -> ProviderViews:
    return ProviderViews(call.core(), call.configuration(), call.workspace)


async def list_providers(call: Call[Nothing, Nothing]) -> ProviderList:
    """Every provider with its state, configured or not."""
    return ProviderList(await asyncio.to_thread(_views(call).rows))


async def get_provider(call: Call[Nothing, Nothing]) -> ProviderDetail:
    """A provider with its credential forms."""
    return await asyncio.to_thread(_views(call).detail, call.path["provider"])


async def get_icon(call: Call[Nothing, IconQuery]) -> Response:
    """A provider's icon; `kind` is icon_small, icon_large, or one of them with _dark."""
    if call.path["kind"] not in ICON_KINDS:
        raise not_found(f"kind of icon {call.path['kind']!r}; there are {', '.join(ICON_KINDS)}")
    found = call.core().catalogue.icon(call.path["provider"], call.path["kind"], call.path["language"])
    if found is None:
        raise not_found("such icon")
    return Response(found[0], media_type=found[1], headers=ICON_HEADERS)


ROUTES: tuple[Route, ...] = (
    route("GET", "/providers", list_providers, "view", reply=ProviderList),
    route("GET", "/providers/{provider}", get_provider, "view", reply=ProviderDetail),
    route("GET", "/providers/{provider}/icons/{kind}/{language}", get_icon, "public", query=IconQuery, reply=Raw(ICON_TYPES)),
)
