"""The few words of ASGI that the data plane needs (https://asgi.readthedocs.io/en/latest/specs/www.html, unverified)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Coroutine[Any, Any, None]]
Headers = Collection[tuple[bytes, bytes]]
Fields = Mapping[bytes, bytes]
"""Headers by their names in lower case."""


async def respond(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """A whole answer: in one piece where the server takes it so (`http_cycle.Cycle`), else in two messages."""
    whole = getattr(send, "whole", None)
    if whole is not None:
        whole(status, headers, body)
        return
    head = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


def fields_of(scope: Scope) -> Fields:
    """The headers by name, of several with one name the first."""
    return dict(reversed(scope["headers"]))
