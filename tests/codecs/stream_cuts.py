"""A streamed answer, split at every byte and cut everywhere."""

from __future__ import annotations

import json
from typing import Any

from modelruntime.entities.events import ErrorEvent, StreamEvent
from modelruntime.entities.http import ResponseHead
from tests.codecs.openai.event_laws import check_laws, plain

HEAD = ResponseHead(200, (("content-type", "text/event-stream"), ("x-request-id", "r-1")))


def told(operation: Any, *pieces: bytes) -> list[StreamEvent]:
    """The events of an answer that comes in these pieces. `operation` is a stream that is at its decoder."""
    decoder = operation.decoder(HEAD)
    return [*(event for piece in pieces for event in decoder.feed(piece)), *decoder.close()]


def check_cuts(operation: Any, body: bytes, terminal: int) -> list[StreamEvent]:
    """The events, after trying every split in two, every byte alone, and every cut before `terminal`, where the body holds the
    fact that ends it."""
    whole = told(operation, body)
    check_laws(whole)
    assert plain(told(operation, *(body[at : at + 1] for at in range(len(body))))) == plain(whole)
    for at in range(1, len(body)):
        assert plain(told(operation, body[:at], body[at:])) == plain(whole), at
    for at in range(1, terminal):
        cut = told(operation, body[:at])
        check_laws(cut)
        assert isinstance(cut[-1], ErrorEvent), at
    return whole


def frames(*payloads: Any, name: str = "") -> bytes:
    """Server-sent events of JSON."""
    head = f"event: {name}\n" if name else ""
    return b"".join(f"{head}data: {json.dumps(payload, ensure_ascii=False)}\n\n".encode() for payload in payloads)
