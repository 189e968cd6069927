"""Every route of the admin API."""

from __future__ import annotations

from functools import cache

import msgspec
from starlette.responses import Response

from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.endpoints import (
    accounts,
    audit,
    credentials,
    declarations,
    health,
    invoke,
    keys,
    logs,
    model_switches,
    models,
    operator_values,
    presets,
    providers,
    session,
    settings,
    snippets,
    usage,
    validation,
    workspaces,
)
from modelruntime.admin.openapi import openapi
from modelruntime.admin.route import Raw, Route, route

MODULES = (
    *(health, session, accounts, workspaces),
    *(providers, credentials, validation, models, model_switches, presets),
    *(operator_values, declarations, settings),
    *(keys, usage, logs, audit),
    *(invoke, snippets),
)


async def get_openapi(call: Call[Nothing, Nothing]) -> Response:
    """This API as an OpenAPI 3.1 document."""
    return Response(document(call.services.options.version), media_type="application/json")


@cache
def document(version: str) -> bytes:
    """The OpenAPI document, without the paths of other programs' front ends."""
    return msgspec.json.encode(openapi(ROUTES, version))


ROUTES: tuple[Route, ...] = (
    *(each for module in MODULES for each in module.ROUTES),
    route("GET", "/openapi.json", get_openapi, "public", reply=Raw(("application/json",))),
)
"""In the order of the documentation."""
