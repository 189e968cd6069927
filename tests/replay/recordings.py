"""Recorded exchanges of real vendors, where they are at hand (see tests/shared.py)."""

import base64
import gzip
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from modelruntime.entities.http import HttpResponse, ResponseHead
from tests.shared import SHARED


class Recording(NamedTuple):
    """One exchange."""

    id: str
    vendor: str
    kind: str
    method: str
    path: str
    streamed: bool
    request: dict[str, Any]
    response: dict[str, Any]

    @property
    def asked(self) -> dict[str, Any]:
        """The JSON of the request; empty for another body."""
        found = self.request.get("json")
        return found if isinstance(found, dict) else {}

    @property
    def body(self) -> bytes:
        """The bytes of the reply."""
        return body_of(self.response)

    @property
    def reply(self) -> HttpResponse:
        """The reply as a codec gets it."""
        headers = tuple((name.lower(), str(value)) for name, value in self.response["headers"].items())
        return HttpResponse(ResponseHead(self.response["status"], headers), self.body)


def body_of(message: dict[str, Any]) -> bytes:
    """The body of a recorded request or response."""
    if "base64" in message:
        return base64.b64decode(message["base64"])
    return message["text"].encode() if "text" in message else json.dumps(message.get("json"), ensure_ascii=False).encode()


def recordings(vendor: str = "*") -> Iterator[Recording]:
    """All of them, or one vendor's; none where the folder is absent."""
    if SHARED is None:
        print("recordings: not present")
        return
    for path in sorted((SHARED / "recordings").glob(f"{vendor}.jsonl.gz")):
        with gzip.open(path) as lines:
            for line in lines:
                row = json.loads(line)
                yield Recording(**{name: row[name] for name in Recording._fields})
