"""An event stream as the tests read it."""

from __future__ import annotations

import json
from http.client import HTTPResponse
from typing import Any

Event = tuple[str, Any]


def events_of(body: bytes) -> list[Event]:
    """Every event of a whole stream."""
    return [found for block in body.decode().split("\n\n") if (found := _event(block)) is not None]


def next_event(response: HTTPResponse) -> Event:
    """The next one of a stream that is open; comments are passed over."""
    lines: list[str] = []
    while True:
        line = response.readline().decode()
        assert line, "the stream ended"
        if line.strip():
            lines.append(line.rstrip("\n"))
            continue
        if (found := _event("\n".join(lines))) is not None:
            return found
        lines = []


def _event(block: str) -> Event | None:
    fields = dict(line.split(": ", 1) for line in block.splitlines() if line and not line.startswith(":"))
    return (fields["event"], json.loads(fields["data"])) if fields else None
