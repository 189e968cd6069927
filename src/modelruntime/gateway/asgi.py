"""The few words of ASGI that the data plane needs (https://asgi.readthedocs.io/en/latest/specs/www.html, unverified)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]
Headers = Iterable[tuple[bytes, bytes]]


async def respond(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """A whole answer: in one piece where the server takes it so (`http_cycle.Cycle`), else in two messages."""
    whole = getattr(send, "whole", None)
    if whole is not None:
        whole(status, headers, body)
        return
    head = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


_BY_NAME = "modelruntime.headers"
"""Key of a scope: its headers, and the same by name, made when the first is asked for."""


def header_of(scope: Scope, name: bytes) -> bytes | None:
    """The first header of that name (lower case), None without one."""
    headers = scope["headers"]
    kept: tuple[object, dict[bytes, bytes]] | None = scope.get(_BY_NAME)
    if kept is None or kept[0] is not headers:  # a copy of a scope may have other headers
        kept = scope[_BY_NAME] = headers, dict(reversed(headers))
    return kept[1].get(name)
