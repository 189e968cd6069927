"""The OpenAPI 3.1 document of a table of routes: the types of requests and replies are the truth, this only writes them down."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from modelruntime.admin.call import Nothing
from modelruntime.admin.refusal import ErrorReply
from modelruntime.admin.route import Raw, Route

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_REF = "#/components/schemas/{name}"
DESCRIPTION = "The control plane of the gateway. A session cookie needs the header x-csrf-token on everything but GET."


def openapi(routes: Iterable[Route], version: str, prefix: str = "/api") -> dict[str, Any]:
    """The document."""
    table = tuple(routes)
    types = tuple({_key(each): each for route in table for each in _types(route)}.values())
    shown, components = msgspec.json.schema_components((*types, ErrorReply), ref_template=_REF)
    schemas = {_key(kind): schema for kind, schema in zip((*types, ErrorReply), shown, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for route in table:
        paths.setdefault(_PARAMETER.sub(r"{\1}", prefix + route.path), {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "modelruntime admin API", "version": version, "description": DESCRIPTION},
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "mr_session"},
            },
        },
    }


def _operation(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    summary, _, description = inspect.cleandoc(route.handler.__doc__ or "").replace("\n", " ").partition(". ")
    found: dict[str, Any] = {
        "operationId": route.name,
        "summary": summary.rstrip("."),
        "description": description,
        "tags": [route.path.strip("/").partition("/")[0]],
        "parameters": [*_path_parameters(route), *_query_parameters(route), _WORKSPACE],
        "responses": _responses(route, schemas),
        "x-permission": route.permission,
    }
    if route.permission != "public":
        found["security"] = [{"token": []}, {"session": []}]
    if isinstance(route.body, Raw):
        found["requestBody"] = {"required": True, "content": {media: {"schema": {}} for media in route.body.media_types}}
    elif route.body is not Nothing:
        found["requestBody"] = {"required": True, "content": {"application/json": {"schema": schemas[_key(route.body)]}}}
    return found


def _responses(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if isinstance(route.reply, Raw):
        content = {media: {"schema": {}} for media in route.reply.media_types}
    elif route.reply is not None:
        content = {"application/json": {"schema": schemas[_key(route.reply)]}}
    good = {"description": "Done."} | ({"content": content} if content else {})
    failed = {"description": "Not done.", "content": {"application/json": {"schema": schemas[_key(ErrorReply)]}}}
    unchanged = {"304": {"description": "Not changed."}} if route.method == "GET" and not isinstance(route.reply, Raw) else {}
    return {str(route.status): good, **unchanged, "4XX": failed, "5XX": failed}


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in _PARAMETER.findall(route.path)]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    if route.query is Nothing:
        return []
    (reference,), components = msgspec.json.schema_components((route.query,), ref_template=_REF)
    schema = components[reference["$ref"].rsplit("/", 1)[1]]
    required: Sequence[str] = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in required, "schema": kind} for name, kind in schema["properties"].items()
    ]


_WORKSPACE = {
    "name": "x-workspace",
    "in": "header",
    "required": False,
    "description": "The workspace that is meant; the account's own without.",
    "schema": {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]{0,63}$"},
}


def _types(route: Route) -> list[Any]:
    """Bodies and replies, and what the queries refer to."""
    found = [kind for kind in (route.body, route.reply) if kind not in (None, Nothing) and not isinstance(kind, Raw)]
    return found if route.query is Nothing else [*found, *_referred(route.query)]


def _referred(query: Any) -> list[Any]:
    return [field.type for field in msgspec.structs.fields(query) if isinstance(field.type, type) and issubclass(field.type, str)]


def _key(kind: Any) -> str:
    return str(kind)
