"""The few words of ASGI that the data plane needs (https://asgi.readthedocs.io/en/latest/specs/www.html, unverified)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Iterable[tuple[bytes, bytes]]


async def respond(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """A whole answer."""
    head = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


def header_of(scope: Scope, name: bytes) -> bytes | None:
    """The first header of that name (lower case), None without one."""
    for key, value in scope["headers"]:
        if key == name:
            found: bytes = value
            return found
    return None
