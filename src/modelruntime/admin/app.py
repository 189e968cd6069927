"""The ASGI application of the admin API: path → route, who calls, may they, and one envelope for whatever goes wrong."""

from __future__ import annotations

import hashlib
import logging
import os
import re
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any

import msgspec
from sqlalchemy.exc import IntegrityError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from modelruntime.admin.authentication import authenticate
from modelruntime.admin.call import Call, Nothing
from modelruntime.admin.compressed import SMALLEST, takes_gzip
from modelruntime.admin.error_reply import body_refusal, refusal_of
from modelruntime.admin.identity import DEFAULT_WORKSPACE, Identity
from modelruntime.admin.read_body import read_body
from modelruntime.admin.refusal import ErrorReply, Refusal, refuse
from modelruntime.admin.route import Raw, Route
from modelruntime.admin.services import Services
from modelruntime.entities.errors import ModelRuntimeError

log = logging.getLogger("modelruntime.admin")

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}
"""Of every answer, unless the handler says otherwise."""
WORKSPACE_HEADER = "x-workspace"
_WORKSPACE = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.:-]{1,128}")


Shape = Callable[[Refusal], tuple[int, Any]]
"""A refusal as the clients of a table read it: status and body."""


def envelope(refusal: Refusal) -> tuple[int, ErrorReply]:
    """As clients of ours read it."""
    return refusal.status, refusal.reply


def admin_app(services: Services, routes: Iterable[Route], prefix: str = "/api", shape: Shape = envelope) -> Starlette:
    """The application over a table of routes, whose paths stand behind `prefix`."""
    found = [
        StarletteRoute(prefix + each.path, _endpoint(services, each, shape), methods=[each.method]) for each in _by_path(routes)
    ]
    return Starlette(routes=found, exception_handlers={HTTPException: partial(_http_refused, shape)})


def _by_path(routes: Iterable[Route]) -> list[Route]:
    """Those with more fixed words first: `/models/one` is no model called `one`."""
    return sorted(routes, key=lambda each: ("{" in each.path, -sum("{" not in part for part in each.path.split("/"))))


def _endpoint(services: Services, route: Route, shape: Shape) -> Callable[[Request], Awaitable[Response]]:
    async def serve(request: Request) -> Response:
        request_id = _request_id(request)
        try:
            response = await _served(services, route, request, request_id)
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception as error:  # noqa: BLE001 (whatever it is, it becomes an envelope, and what is ours is logged)
            response = error_response(_refusal(error, request_id), request_id, shape)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["x-request-id"] = request_id
        return response

    return serve


async def _served(services: Services, route: Route, request: Request, request_id: str) -> Response:
    identity = await authenticate(services, request, route)
    workspace = _workspace(request, identity)
    if not identity.may(route.permission, workspace):
        raise _forbidden(identity, workspace)
    await _require_workspace(services, route, workspace)
    _without_nul(*request.path_params.values(), request.url.query)
    query = _query(request, route)
    own = route.body is Nothing or isinstance(route.body, Raw)
    body = Nothing() if own else await read_body(request, route.body)
    call: Call[Any, Any] = Call(services, identity, workspace, request, request.path_params, query, body, request_id)
    reply = await route.handler(call)
    if route.method != "GET" and route.changes:
        await services.refresh()
    if isinstance(reply, Response):
        return reply
    if reply is None:
        return Response(status_code=route.status)
    content = msgspec.json.encode(reply)
    return await _tagged(services, request, content) if route.method == "GET" else _json(content, route.status)


async def _tagged(services: Services, request: Request, content: bytes) -> Response:
    digest = hashlib.blake2b(content, digest_size=12).hexdigest()
    small = len(content) >= SMALLEST and takes_gzip(request.headers.get("accept-encoding", ""))
    tag = f'"{digest}-gzip"' if small else f'"{digest}"'
    headers = {"etag": tag, "cache-control": "private, no-cache", "vary": "accept-encoding"}
    known = request.headers.get("if-none-match", "")
    if tag in (each.strip().removeprefix("W/") for each in known.split(",")):
        return Response(status_code=304, headers=headers)
    if small:
        content = await services.compressed.of(digest, content)
        headers["content-encoding"] = "gzip"
    return _json(content, 200, headers)


def _json(content: bytes, status: int, headers: dict[str, str] | None = None) -> Response:
    return Response(content, status, headers, media_type="application/json")


def _query(request: Request, route: Route) -> Any:
    if route.query is Nothing:
        return Nothing()
    given = {name: value for name, value in request.query_params.items() if value != ""}
    try:
        return msgspec.convert(given, route.query, strict=False)
    except msgspec.ValidationError as error:
        raise body_refusal(error, "query") from error


def _without_nul(*texts: str) -> None:
    if any("\0" in text or "%00" in text for text in texts):
        raise refuse(422, "invalid_query", "the address cannot be used: it holds a NUL character")


def _workspace(request: Request, identity: Identity) -> str:
    named = request.headers.get(WORKSPACE_HEADER)
    if named is not None and not _WORKSPACE.fullmatch(named):
        raise refuse(422, "invalid_workspace", f"{WORKSPACE_HEADER} must be the id of a workspace", WORKSPACE_HEADER)
    return named or identity.own_workspace()


async def _require_workspace(services: Services, route: Route, workspace: str) -> None:
    """Raises `NotThere` for a workspace that is none; the default one always is."""
    if workspace != DEFAULT_WORKSPACE and route.permission != "public":
        async with services.store.database.read() as connection:
            await services.store.workspaces.get(connection, workspace)


def _forbidden(identity: Identity, workspace: str) -> Refusal:
    if not identity.known:
        return refuse(401, "not_signed_in", "sign in, or send a token as Authorization: Bearer …")
    if not identity.sees(workspace):
        return refuse(403, "workspace_not_allowed", f"this account may not see the workspace {workspace}")
    return refuse(403, "not_allowed", "this account may look but not change this; ask an admin")


def _request_id(request: Request) -> str:
    given = request.headers.get("x-request-id", "")
    return given if _REQUEST_ID.fullmatch(given) else f"req_{os.urandom(12).hex()}"


def _refusal(error: Exception, request_id: str) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, ModelRuntimeError):
        return refusal_of(error)
    if isinstance(error, IntegrityError):
        return refuse(409, "conflict", "somebody else changed the same thing at the same moment: look again, and try again")
    log.exception("a request of the admin API failed for a reason of its own (request id %s)", request_id)
    return refuse(500, "internal_error", "this failed for a reason of the gateway's own; its log tells more under the request id")


def error_response(refusal: Refusal, request_id: str, shape: Shape) -> Response:
    """A refusal, with the id of its request."""
    told = Refusal(refusal.status, msgspec.structs.replace(refusal.reply, request_id=request_id))
    headers = {} if refusal.retry_after is None else {"retry-after": str(max(1, round(refusal.retry_after)))}
    status, body = shape(told)
    return _json(msgspec.json.encode(body), status, headers)


async def _http_refused(shape: Shape, request: Request, error: Exception) -> Response:
    """What no route takes: an unknown path or method."""
    assert isinstance(error, HTTPException)
    words = {
        404: ("not_found", f"there is no {request.url.path[:200]}"),
        405: ("method_not_allowed", "this path takes other methods"),
    }
    code, message = words.get(error.status_code, ("refused", "this cannot be done"))
    request_id = _request_id(request)
    response = error_response(refuse(error.status_code, code, message), request_id, shape)
    response.headers.update({**HEADERS, "x-request-id": request_id, **(error.headers or {})})
    return response
