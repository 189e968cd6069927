"""A request to the data plane in the same process, through its ASGI door: keys, limits and the ledger hold as for everybody."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from typing import Any

Event = MutableMapping[str, Any]
AsgiApp = Callable[[MutableMapping[str, Any], Callable[[], Awaitable[Event]], Callable[[Event], Awaitable[None]]], Awaitable[None]]
AHEAD = 16
"""Pieces of an answer that may wait for a slow reader."""


class InnerReply:
    """An answer that is under way."""

    def __init__(self, status: int, headers: list[tuple[bytes, bytes]], pieces: AsyncIterator[bytes]) -> None:
        self.status = status
        self.headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers}
        self.warnings = tuple(value.decode("latin-1") for name, value in headers if name == b"x-modelruntime-warning")
        self.pieces = pieces
        """The body as it comes. Raises `ConnectionError` when it breaks off."""


@asynccontextmanager
async def inner_call(
    app: AsgiApp, path: str, headers: list[tuple[bytes, bytes]], body: AsyncIterator[bytes]
) -> AsyncGenerator[InnerReply]:
    """POST to a path. Leaving the block before the end is a client that hangs up: the call at the vendor ends too."""
    events = asyncio.Queue[Event | BaseException | None](AHEAD)
    gone = asyncio.Event()
    ended = False

    async def receive() -> Event:
        nonlocal ended
        if ended:
            await gone.wait()
            return {"type": "http.disconnect"}
        piece = await anext(body, None)
        ended = piece is None
        return {"type": "http.request", "body": piece or b"", "more_body": not ended}

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.4"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 0),
    }

    async def run() -> None:
        try:
            await app(scope, receive, events.put)
            await events.put(None)
        except Exception as error:  # noqa: BLE001 (the reader is told)
            await events.put(error)

    task = asyncio.create_task(run())
    try:
        head = await _next(events)
        assert head is not None, "an application answers"
        yield InnerReply(head["status"], list(head["headers"]), _pieces(events))
    finally:
        gone.set()
        while not task.done():  # a full queue must not keep the application from seeing that its client has gone
            while not events.empty():
                events.get_nowait()
            await asyncio.wait([task], timeout=0.05)


async def _next(events: asyncio.Queue[Event | BaseException | None]) -> Event | None:
    event = await events.get()
    if isinstance(event, BaseException):
        raise ConnectionError("the answer broke off") from event
    return event


async def _pieces(events: asyncio.Queue[Event | BaseException | None]) -> AsyncIterator[bytes]:
    while (event := await _next(events)) is not None:
        if event.get("body"):
            yield event["body"]
        if not event.get("more_body", False):
            return
