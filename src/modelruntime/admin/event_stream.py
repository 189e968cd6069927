"""Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html, unverified), out and in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
from starlette.responses import StreamingResponse

from modelruntime.codecs.sse import SSEDecoder

EVENT_STREAM = "text/event-stream"


def event(name: str, data: Any) -> bytes:
    """One event with a JSON value. Bytes are JSON that is written already."""
    text = b" ".join(data.splitlines()) if isinstance(data, bytes) else msgspec.json.encode(data)
    return b"event: %s\ndata: %s\n\n" % (name.encode(), text)


def event_response(events: AsyncIterator[bytes]) -> StreamingResponse:
    """An answer of events."""
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(events, media_type=EVENT_STREAM, headers=headers)


async def sse_data(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The JSON of each event of a stream; the last word `[DONE]` is left out."""
    decoder = SSEDecoder()
    async for piece in pieces:
        for found in decoder.feed(piece):
            if found.data and found.data != b"[DONE]":
                yield found.data
