"""One request as a simulator sees it, and what it answers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Seen:
    """A request. `headers` by name in lower case; `target` is path and query as they stood on the wire."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes
    target: str = ""

    def json(self) -> Any:
        """The body, parsed; {} when there is none."""
        return json.loads(self.body) if self.body else {}


@dataclass(frozen=True)
class Answer:
    """What goes back. With `cut` the connection is closed in the middle of a chunked body."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    cut: bool = False
    streamed: bool = False


def as_json(value: Any, status: int = 200, **headers: str) -> Answer:
    """A JSON answer; an underscore in a header's name stands for a dash."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Answer(json.dumps(value).encode(), status, {"content-type": "application/json", **named})


def as_events(*payloads: Any, done: str | None = "[DONE]", named: bool = False, cut: bool = False) -> Answer:
    """Server-sent events; `named` gives each the name of its `type`."""
    lines = [(f"event: {payload['type']}\n" if named else "") + f"data: {json.dumps(payload)}\n\n" for payload in payloads]
    if done is not None and not cut:
        lines.append(f"data: {done}\n\n")
    return Answer("".join(lines).encode(), headers={"content-type": "text/event-stream"}, cut=cut, streamed=True)
